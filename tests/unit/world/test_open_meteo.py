import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import httpx
import numpy as np
import pytest

from domain.errors import BadInput, DataFault, TransientFailure
from world.open_meteo import OpenMeteo, Place

LONDON, LEEDS = Place("London", 51.5, -0.12), Place("Yorkshire", 53.8, -1.55)


class WeatherServer(ThreadingHTTPServer):
    """Notes what it is asked, and answers with its trouble once it has one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Weather)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.trouble: tuple[int, str] | None = None


class Weather(BaseHTTPRequestHandler):
    """A small Open-Meteo: warmer in the south, and whatever `server.trouble` says."""

    server: WeatherServer

    def do_GET(self) -> None:
        asked = urlparse(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        self.server.asked.append((asked.path, query))
        if self.server.trouble:
            status, body = self.server.trouble
        else:
            status, body = 200, json.dumps(self._answer(query))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def _answer(self, query: dict[str, str]) -> object:
        first, last = date.fromisoformat(query["start_date"]), date.fromisoformat(query["end_date"])
        days = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
        places = [
            {
                "latitude": float(latitude),
                "daily": {
                    "time": [day.isoformat() for day in days],
                    "temperature_2m_mean": [60 - float(latitude) + index for index in range(len(days))],
                    "precipitation_sum": [None if index == 1 else float(index) for index in range(len(days))],
                },
            }
            for latitude in query["latitude"].split(",")
        ]
        return places if len(places) > 1 else places[0]

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[WeatherServer]:
    server = WeatherServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def client_of(server: WeatherServer, http: httpx.AsyncClient) -> OpenMeteo:
    url = f"http://127.0.0.1:{server.server_port}/"
    return OpenMeteo(http, archive_url=url, forecast_url=url)


async def test_observed_weather_comes_by_region_and_day(server: WeatherServer) -> None:
    async with httpx.AsyncClient() as http:
        found = await client_of(server, http).observed([LONDON, LEEDS], date(2026, 1, 1), date(2026, 1, 4))
    assert set(found) == {"temperature_c", "rain_mm"}
    assert found["temperature_c"].shape == (2, 4)
    assert found["temperature_c"][0] == pytest.approx([8.5, 9.5, 10.5, 11.5])
    assert found["temperature_c"][1, 0] == pytest.approx(6.2)
    assert np.isnan(found["rain_mm"][:, 1]).all()
    assert server.asked[0][0] == "/v1/archive"


async def test_a_forecast_begins_tomorrow(server: WeatherServer) -> None:
    async with httpx.AsyncClient() as http:
        found = await client_of(server, http).forecast([LONDON], date(2026, 11, 23), days=3)
    path, query = server.asked[0]
    assert path == "/v1/forecast"
    assert (query["start_date"], query["end_date"]) == ("2026-11-24", "2026-11-26")
    assert found["rain_mm"].shape == (1, 3)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_server_is_worth_another_try(server: WeatherServer, status: int) -> None:
    server.trouble = (status, "busy")
    async with httpx.AsyncClient() as http:
        with pytest.raises(TransientFailure, match=str(status)):
            await client_of(server, http).forecast([LONDON], date(2026, 1, 1))


async def test_an_unreachable_server_is_worth_another_try() -> None:
    async with httpx.AsyncClient() as http:
        nowhere = OpenMeteo(http, archive_url="http://127.0.0.1:9", forecast_url="http://127.0.0.1:9")
        with pytest.raises(TransientFailure, match="could not be reached"):
            await nowhere.forecast([LONDON], date(2026, 1, 1))


@pytest.mark.parametrize("trouble", [(200, "<html>"), (200, '{"daily": {}}'), (400, '{"reason": "out of range"}')])
async def test_an_answer_that_is_no_weather_is_a_data_fault(server: WeatherServer, trouble: tuple[int, str]) -> None:
    server.trouble = trouble
    async with httpx.AsyncClient() as http:
        with pytest.raises(DataFault):
            await client_of(server, http).observed([LONDON], date(2026, 1, 1), date(2026, 1, 2))


async def test_impossible_questions_are_refused_before_they_are_asked(server: WeatherServer) -> None:
    async with httpx.AsyncClient() as http:
        client = client_of(server, http)
        with pytest.raises(BadInput, match="earlier day first"):
            await client.observed([LONDON], date(2026, 1, 2), date(2026, 1, 1))
        with pytest.raises(BadInput, match="no place"):
            await client.observed([], date(2026, 1, 1), date(2026, 1, 2))
        with pytest.raises(BadInput, match="1 to 16"):
            await client.forecast([LONDON], date(2026, 1, 1), days=20)
    assert server.asked == []
