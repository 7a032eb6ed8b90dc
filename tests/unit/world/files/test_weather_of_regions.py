"""Open-Meteo's weather in the panel of a person's own sales, from the command line too."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from domain.context import WorldRef
from domain.errors import BadInput
from tests.conftest import CommandLine
from tests.unit.world.files.shop import DAYS, FIRST, HOMES, LAST, put, text_of, written
from tests.unit.world.open_meteo.server import WeatherServer, mild, weather_server
from world.files.check import check_folder, write_mapping
from world.files.columns.mapping import read_mapping
from world.files.columns.writing import replace_mapping
from world.files.sample import write_sample
from world.files.user_data import UserData
from world.files.world import FilesWorld, FilesWorlds
from world.open_meteo.client import OpenMeteo
from world.open_meteo.kept import Kept
from world.open_meteo.weather import OpenMeteoWeather

NORTH, SOUTH = (54.97, -1.61), (50.9, -1.4)
BOTH = f"[regions]\nnorth = {list(NORTH)}\nSouth = {list(SOUTH)}\n"
REGIONS = sorted(set(HOMES.values()))


@pytest.fixture
def server() -> Iterator[WeatherServer]:
    with weather_server(LAST + timedelta(days=1)) as server:
        yield server


def shop(folder: Path, mapping: str) -> Path:
    written()(folder / "shop")
    (folder / "shop" / "mapping.toml").write_text(mapping)
    return folder / "shop"


def opened(folder: Path, url: str, cache: Path) -> FilesWorld:
    source = OpenMeteoWeather(OpenMeteo(url), Kept(cache), lambda: LAST + timedelta(days=1))
    return FilesWorlds(played_out=True, weather=source).open(WorldRef(source=f"files:{folder}"))


def test_each_region_has_the_weather_of_its_place(server: WeatherServer, tmp_path: Path) -> None:
    world = opened(shop(tmp_path, BOTH), server.url, tmp_path / "cache")
    panel = world.panel(LAST)
    for row, key in enumerate(panel.series):
        latitude = (NORTH if key.region == "North" else SOUTH)[0]
        expected = [mild(latitude, FIRST + timedelta(days=day)) for day in range(DAYS + 7)]
        assert panel.weather["temperature_c"][row] == pytest.approx([one[0] for one in expected[:DAYS]])
        assert panel.forecast["rain_mm"][row] == pytest.approx([one[1] for one in expected[DAYS:]])
    assert world.provenance.weather == "real"
    assert "weather of 2 of 2 regions from Open-Meteo" in world.provenance.source


def test_a_day_gone_by_has_the_weather_up_to_it_and_no_forecast(server: WeatherServer, tmp_path: Path) -> None:
    world = opened(shop(tmp_path, BOTH), server.url, tmp_path / "cache")
    panel = world.panel(LAST - timedelta(days=20))
    assert panel.weather["temperature_c"].shape == (len(panel.series), DAYS - 20)
    assert panel.forecast == {}
    assert "no forecast of it, as none was asked for on that day" in world.provenance.source


def test_a_region_without_coordinates_is_named_with_what_to_write(server: WeatherServer, tmp_path: Path) -> None:
    world = opened(shop(tmp_path, f"[regions]\nNorth = {list(NORTH)}\n"), server.url, tmp_path / "cache")
    panel = world.panel(LAST)
    in_north = np.array([key.region == "North" for key in panel.series])
    assert np.isfinite(panel.weather["rain_mm"][in_north]).all()
    assert np.isnan(panel.weather["rain_mm"][~in_north]).all()
    said = world.provenance.source
    assert 'no weather of South: write "South" = [latitude, longitude] under [regions] in mapping.toml' in said


def test_without_a_network_sales_are_sensed_without_weather_and_that_is_said(tmp_path: Path) -> None:
    world = opened(shop(tmp_path, BOTH), "http://127.0.0.1:9", tmp_path / "cache")
    panel = world.panel(LAST)
    assert (panel.weather, panel.forecast) == ({}, {})
    assert world.provenance.weather == "none"
    assert "weather: none, Open-Meteo at 127.0.0.1 could not be reached" in world.provenance.source


def test_weather_of_the_folder_is_kept_where_it_has_any(server: WeatherServer, tmp_path: Path) -> None:
    folder = shop(tmp_path, BOTH)
    rows = [[FIRST + timedelta(days=day), "South", 3.5, 1.0] for day in range(DAYS)]
    put(folder / "weather.csv", text_of(["date", "region", "temperature_c", "rain_mm"], rows).encode())
    panel = opened(folder, server.url, tmp_path / "cache").panel(LAST)
    in_south = np.array([key.region == "South" for key in panel.series])
    assert (panel.weather["temperature_c"][in_south] == 3.5).all()
    assert np.isnan(panel.forecast["temperature_c"][in_south]).all(), "one source a region"
    assert panel.weather["temperature_c"][~in_south, 0] == pytest.approx(mild(NORTH[0], FIRST)[0])
    assert np.isfinite(panel.forecast["temperature_c"][~in_south]).all()


def test_the_check_counts_regions_with_coordinates_and_writes_a_table_to_fill_in(tmp_path: Path) -> None:
    written()(tmp_path)
    first = check_folder(tmp_path)
    assert first.without_coordinates == tuple(REGIONS)
    path = write_mapping(first)
    assert '# "North" = [latitude, longitude]' in path.read_text()
    path.write_text(path.read_text().replace('# "North" = [latitude, longitude]', f'"North" = {list(NORTH)}'))
    second = check_folder(tmp_path)
    assert second.without_coordinates == ("South",)
    assert '"North" = [54.97, -1.61]' in second.mapping
    assert '# "South" = [latitude, longitude]' in second.mapping


def test_a_region_that_no_sale_has_is_told_with_the_near_miss(tmp_path: Path) -> None:
    check = check_folder(shop(tmp_path, f"[regions]\nNroth = {list(NORTH)}\n"))
    assert any("'Nroth'" in said and "did you mean 'North'" in said for said in check.settled)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[regions]\nNorth = 54.97\n", "not a latitude and a longitude"),
        ('[regions]\nNorth = ["54.97", "-1.61"]\n', "not a latitude and a longitude"),
        ("[regions]\nNorth = [54.97, -1.61, 3]\n", "not a latitude and a longitude"),
        ("[regions]\nNorth = [154.97, -1.61]\n", "which is nowhere"),
        ("regions = 3\n", "regions is no table"),
        ('country = "Britain"\n', "two letters"),
    ],
)
def test_places_that_cannot_be_are_one_clear_sentence(text: str, said: str, tmp_path: Path) -> None:
    assert said in check_folder(shop(tmp_path, text)).problem


def test_the_country_is_in_the_panel(tmp_path: Path) -> None:
    folder = shop(tmp_path, 'country = "gb"\n')
    assert read_mapping(folder).country == "GB"
    assert UserData.read(folder).sales.panel(LAST).country == "GB"


def test_a_mapping_that_is_written_anew_keeps_its_places(tmp_path: Path) -> None:
    folder = shop(tmp_path, f'country = "GB"\n[sales]\nunits = "units"\n{BOTH}')
    known = read_mapping(folder)
    replace_mapping(folder, known)
    assert read_mapping(folder) == known
    assert known.regions == {"north": NORTH, "South": SOUTH}


def test_the_command_line_joins_weather_and_goes_on_without_it(tescosense: CommandLine, tmp_path: Path) -> None:
    today = date.today()
    write_sample(tmp_path / "shop", today - timedelta(days=1))
    places = "\n".join(
        f"{name} = [{54 - number}.5, -1.5]" for number, name in enumerate(("North", "Midlands", "South"))
    )
    (tmp_path / "shop" / "mapping.toml").write_text(f"[regions]\n{places}\n")
    command = ("run", "--source", f"files:{tmp_path / 'shop'}", "--weather", "open-meteo", "--json")
    with weather_server(today) as server:
        done = tescosense(*command, TESCOSENSE_OPEN_METEO_URL=server.url)
        assert server.asked
    assert done.exit_code == 0, done.err
    assert done.summary["data"]["weather"] == "real"
    assert "weather of 3 of 3 regions from Open-Meteo" in done.summary["data"]["source"]

    offline = tescosense(
        *command, TESCOSENSE_OPEN_METEO_URL="http://127.0.0.1:9", TESCOSENSE_DATA_DIR=str(tmp_path / "other")
    )
    assert offline.exit_code == 0, offline.err
    assert offline.summary["data"]["weather"] == "none"
    assert "weather: none, Open-Meteo" in offline.summary["data"]["source"]

    unknown = tescosense("run", "--source", f"files:{tmp_path / 'shop'}", "--weather", "open-metoe")
    assert unknown.exit_code == 1
    assert "did you mean 'open-meteo'" in unknown.err

    elsewhere = tescosense("run", "heatwave", "--weather", "open-meteo")
    assert (elsewhere.exit_code, "your own files, not to 'simulated'" in elsewhere.err) == (1, True)


def test_a_world_is_opened_without_asking_anybody(server: WeatherServer, tmp_path: Path) -> None:
    world = opened(shop(tmp_path, BOTH), server.url, tmp_path / "cache")
    assert world.provenance.weather == "none"
    assert server.asked == []
    with pytest.raises(BadInput):
        world.panel(FIRST - timedelta(days=1))
