from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from domain.errors import BadInput, DataFault, TransientFailure
from tests.unit.world.open_meteo.server import ARCHIVE, FORECAST, WeatherServer, weather_server
from world.open_meteo.client import OpenMeteo, Place

LONDON, LEEDS = Place("London", 51.5, -0.12), Place("Yorkshire", 53.8, -1.55)
TODAY = date(2026, 11, 23)
FIRST, LAST = date(2026, 1, 1), date(2026, 1, 4)


@pytest.fixture
def server() -> Iterator[WeatherServer]:
    with weather_server(TODAY) as server:
        yield server


def test_past_weather_comes_by_place_and_day(server: WeatherServer) -> None:
    london, leeds = OpenMeteo(server.url).archive([LONDON, LEEDS], FIRST, LAST)
    assert (london.start, london.end) == (FIRST, LAST)
    assert london.temperature_c == pytest.approx([8.6, 8.7, 8.8, 8.9])
    assert leeds.temperature_c == pytest.approx([6.3, 6.4, 6.5, 6.6])
    assert sorted(value or 0.0 for value in london.rain_mm) == [0, 0, 0, 8]
    assert None not in london.rain_mm
    path, query = server.asked[0]
    assert path == ARCHIVE
    assert (query["daily"], query["timezone"]) == ("temperature_2m_mean,precipitation_sum", "auto")


def test_one_place_is_answered_with_an_object(server: WeatherServer) -> None:
    (london,) = OpenMeteo(server.url).forecast([LONDON], TODAY, TODAY + timedelta(days=2))
    assert london.temperature_c == pytest.approx([10.8, 10.9, 11.0])
    assert server.paths() == [FORECAST]


def test_days_nobody_knows_are_none(server: WeatherServer) -> None:
    (london,) = OpenMeteo(server.url).archive([LONDON], TODAY - timedelta(days=6), TODAY)
    assert [value is None for value in london.rain_mm] == [False, False, True, True, True, True, True]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_worth_another_try(server: WeatherServer, status: int) -> None:
    server.trouble[FORECAST] = status, b"busy"
    with pytest.raises(TransientFailure, match=str(status)):
        OpenMeteo(server.url).forecast([LONDON], TODAY, TODAY)


def test_an_unreachable_server_is_worth_another_try() -> None:
    with pytest.raises(TransientFailure, match="could not be reached"):
        OpenMeteo("http://127.0.0.1:9").forecast([LONDON], TODAY, TODAY)


def test_half_an_answer_is_worth_another_try(server: WeatherServer) -> None:
    server.half = True
    with pytest.raises(TransientFailure, match="could not be reached"):
        OpenMeteo(server.url).archive([LONDON], FIRST, LAST)


def test_an_answer_that_never_ends_is_given_up(server: WeatherServer) -> None:
    server.drips.set()
    with pytest.raises(TransientFailure, match="could not be reached"):
        OpenMeteo(server.url, longest_seconds=0.1).archive([LONDON], FIRST, LAST)


def test_a_refusal_tells_its_reason(server: WeatherServer) -> None:
    with pytest.raises(DataFault, match="'end_date' is out of allowed range from 1940-01-01 to 2026-11-23"):
        OpenMeteo(server.url).archive([LONDON], FIRST, TODAY + timedelta(days=30))


@pytest.mark.parametrize("trouble", [b"<html>", b'{"daily": {}}', b"[]", b'[{"daily": null}]'])
def test_an_answer_that_is_no_weather_is_a_data_fault(server: WeatherServer, trouble: bytes) -> None:
    server.trouble[ARCHIVE] = 200, trouble
    with pytest.raises(DataFault):
        OpenMeteo(server.url).archive([LONDON], FIRST, LAST)


def test_impossible_questions_are_refused_before_they_are_asked(server: WeatherServer) -> None:
    client = OpenMeteo(server.url)
    with pytest.raises(BadInput, match="earlier day first"):
        client.archive([LONDON], LAST, FIRST)
    with pytest.raises(BadInput, match="no place"):
        client.archive([], FIRST, LAST)
    assert server.asked == []
