"""What is asked for, how often, and what of it is known on which day."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.unit.world.open_meteo.server import ARCHIVE, FORECAST, WeatherServer, mild, weather_server
from world.open_meteo.client import OpenMeteo, Place
from world.open_meteo.kept import Kept
from world.open_meteo.weather import HORIZON, OpenMeteoWeather

LONDON, LEEDS = Place("London", 51.5, -0.12), Place("Yorkshire", 53.8, -1.55)
TODAY = date(2026, 11, 23)
START, YESTERDAY = date(2026, 6, 1), TODAY - timedelta(days=1)


@pytest.fixture
def server() -> Iterator[WeatherServer]:
    with weather_server(TODAY) as server:
        yield server


def weather(server: WeatherServer | None, folder: Path, today: date = TODAY) -> OpenMeteoWeather:
    url = server.url if server else "http://127.0.0.1:9"
    return OpenMeteoWeather(OpenMeteo(url), Kept(folder), lambda: today)


def temperatures(place: Place, start: date, days: int) -> list[float]:
    return [mild(place.latitude, start + timedelta(days=day))[0] for day in range(days)]


def test_every_day_up_to_yesterday_is_known_and_a_week_ahead_is_forecast(server: WeatherServer, tmp_path: Path) -> None:
    found = weather(server, tmp_path).of([LONDON, LEEDS], START, YESTERDAY)
    days = (YESTERDAY - START).days + 1
    for row, place in enumerate((LONDON, LEEDS)):
        assert found.observed["temperature_c"][row] == pytest.approx(temperatures(place, START, days))
        assert found.forecast["temperature_c"][row] == pytest.approx(temperatures(place, TODAY, HORIZON))
    assert (found.forecast_made_on, found.failure) == (TODAY, "")
    assert server.paths() == [ARCHIVE, FORECAST], "both places at once"


def test_past_days_are_asked_for_once_and_the_forecast_once_a_day(server: WeatherServer, tmp_path: Path) -> None:
    first = weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    again = weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    assert server.paths() == [ARCHIVE, FORECAST]
    assert np.array_equal(first.observed["rain_mm"], again.observed["rain_mm"])

    tomorrow = TODAY + timedelta(days=1)
    server.today = tomorrow
    weather(server, tmp_path, tomorrow).of([LONDON], START, TODAY)
    assert server.paths()[2:] == [ARCHIVE, FORECAST]
    assert server.asked[2][1]["start_date"] == server.asked[2][1]["end_date"], "only the day that is new"


def test_an_earlier_start_asks_for_the_earlier_days_alone(server: WeatherServer, tmp_path: Path) -> None:
    ours = weather(server, tmp_path)
    ours.of([LONDON], START, YESTERDAY)
    found = ours.of([LONDON], START - timedelta(days=30), YESTERDAY)
    assert (server.asked[2][1]["start_date"], server.asked[2][1]["end_date"]) == ("2026-05-02", "2026-05-31")
    assert np.isfinite(found.observed["temperature_c"]).all()


def test_a_day_looked_at_again_is_not_told_what_came_after_it(server: WeatherServer, tmp_path: Path) -> None:
    last = TODAY - timedelta(days=30)
    found = weather(server, tmp_path).of([LONDON], START, last)
    assert found.observed["temperature_c"].shape == (1, (last - START).days + 1)
    assert (found.forecast, found.forecast_made_on) == ({}, None)
    assert server.paths() == [ARCHIVE]
    assert server.asked[0][1]["end_date"] == last.isoformat()


def test_a_day_looked_at_again_has_the_forecast_that_was_made_on_it(server: WeatherServer, tmp_path: Path) -> None:
    weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    later = TODAY + timedelta(days=40)
    server.today, server.truth = later, lambda latitude, day: (-9.0, 0.0)
    found = weather(server, tmp_path, later).of([LONDON], START, YESTERDAY)
    assert found.forecast_made_on == TODAY
    assert found.forecast["temperature_c"][0] == pytest.approx(temperatures(LONDON, TODAY, HORIZON))


def test_a_forecast_made_later_does_not_reach_an_earlier_day(server: WeatherServer, tmp_path: Path) -> None:
    weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    found = weather(server, tmp_path).of([LONDON], START, TODAY - timedelta(days=10))
    assert found.forecast == {}


def test_without_a_network_what_is_kept_is_used_and_said(server: WeatherServer, tmp_path: Path) -> None:
    weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    found = weather(None, tmp_path, TODAY + timedelta(days=1)).of([LONDON], START, TODAY)
    assert np.isfinite(found.observed["temperature_c"]).all(), "today came with yesterday's question"
    assert "could not be reached" in found.failure
    assert found.forecast_made_on == TODAY, "that of the day itself is one that was made for it"
    two_days_on = weather(None, tmp_path, TODAY + timedelta(days=2)).of([LONDON], START, TODAY + timedelta(days=1))
    assert two_days_on.forecast == {}


def test_without_a_network_and_with_nothing_kept_there_is_no_weather(tmp_path: Path) -> None:
    found = weather(None, tmp_path).of([LONDON], START, YESTERDAY)
    assert not found.places_known.any()
    assert found.forecast == {}
    assert "could not be reached" in found.failure


def test_a_network_that_failed_is_let_alone_for_a_while(server: WeatherServer, tmp_path: Path) -> None:
    server.trouble = {ARCHIVE: (429, b""), FORECAST: (503, b"")}
    ours = weather(server, tmp_path)
    for _ in range(3):
        assert ours.of([LONDON], START, YESTERDAY).failure == "Open-Meteo answered 429"
    assert server.paths() == [ARCHIVE, FORECAST]


def test_where_the_archive_fails_the_forecast_service_gives_the_newest_weeks(
    server: WeatherServer, tmp_path: Path
) -> None:
    server.trouble = {ARCHIVE: (503, b"")}
    found = weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    known = np.isfinite(found.observed["temperature_c"][0])
    assert 80 <= known.sum() <= 92
    assert known[-80:].all()
    assert found.failure == "Open-Meteo answered 503"


def test_a_file_that_is_damaged_is_asked_for_again(server: WeatherServer, tmp_path: Path) -> None:
    weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    for path in tmp_path.rglob("*.json"):
        path.write_bytes(path.read_bytes()[:40])
    found = weather(server, tmp_path).of([LONDON], START, YESTERDAY)
    assert np.isfinite(found.observed["temperature_c"]).all()
    assert server.paths() == [ARCHIVE, FORECAST] * 2


def test_days_the_archive_has_not_yet_are_asked_for_again_on_another_day(server: WeatherServer, tmp_path: Path) -> None:
    server.today = TODAY - timedelta(days=5)  # The archive is further behind than it says.
    ours = weather(server, tmp_path)
    ours.of([LONDON], START, YESTERDAY)
    ours.of([LONDON], START, YESTERDAY)
    assert server.paths().count(ARCHIVE) == 1
    server.today = TODAY + timedelta(days=1)
    weather(server, tmp_path, server.today).of([LONDON], START, YESTERDAY)
    last_day = TODAY - timedelta(days=5)
    archive = Kept(tmp_path).archive(LONDON)
    assert archive is not None
    assert archive.end == last_day


def test_what_the_disk_does_not_take_is_used_and_said(server: WeatherServer, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    days = OpenMeteo(server.url).archive([Place("North", 54.97, -1.61)], date(2026, 1, 1), date(2026, 1, 9))[0]
    kept = Kept(tmp_path / "a file")
    kept.add_archive(Place("North", 54.97, -1.61), days)
    assert kept.archive(Place("North", 54.97, -1.61)) == days
    assert "cannot be kept" in kept.failure
