"""Sources by name: whose world is whose, and what a name over HTTP may mean."""

from pathlib import Path

import pytest

from domain.context import HOUSE_ACCOUNT, LIVE_WORLD, house_account_of, is_live_world
from domain.errors import BadInput
from runtime.live.sources import Sources, source_named


def test_each_source_has_a_live_world_and_an_account_of_its_own(tmp_path: Path) -> None:
    shops = [source_named(f"files:{tmp_path / place / 'shop'}") for place in ("one", "two")]
    named = [source_named("simulated"), source_named("complete-journey"), *shops]
    worlds = [one.world_id for one in named]
    assert worlds[0] == LIVE_WORLD
    assert len({*worlds}) == len({house_account_of(world) for world in worlds}) == 4
    assert house_account_of(LIVE_WORLD) == HOUSE_ACCOUNT
    assert all(is_live_world(world) for world in worlds)
    assert not any(is_live_world(world) for world in ("lively", "own", "0190"))
    assert [one.name for one in shops] == ["files:shop"] * 2
    assert all(str(tmp_path) not in world for world in worlds)


def test_the_same_folder_is_the_same_world_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path)
    written = [f"files:{tmp_path}/shop", "files:shop", "files:./shop/", "files: shop/../shop"]
    assert len({source_named(one) for one in written}) == 1


def test_a_name_means_a_registered_source_and_a_path_none(tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    (uploads / "dropped").mkdir(parents=True)
    served, other = source_named(f"files:{tmp_path / 'shop'}"), source_named("complete-journey")
    sources = Sources(served, [other], uploads)
    assert sources.called("files:shop") == served
    assert sources.called("complete-journey") == other
    assert sources.called("files:dropped").source == f"files:{uploads / 'dropped'}"
    for given in (served.source, "files:/etc", "files:../shop", "files:uploads", "/etc", "simulated", ""):
        with pytest.raises(BadInput, match="there is no source"):
            sources.called(given)


def test_a_dropped_folder_does_not_take_the_name_of_a_served_one(tmp_path: Path) -> None:
    (tmp_path / "uploads" / "shop").mkdir(parents=True)
    served = source_named(f"files:{tmp_path / 'shop'}")
    assert Sources(served, [], tmp_path / "uploads").called("files:shop") == served


def test_two_folders_of_one_name_cannot_both_be_registered(tmp_path: Path) -> None:
    one, two = (source_named(f"files:{tmp_path / place / 'shop'}") for place in ("one", "two"))
    with pytest.raises(BadInput, match="rename one of them"):
        Sources(one, [two], tmp_path)
    Sources(one, [one], tmp_path)


def test_a_dropped_folder_is_served_by_its_name_and_a_folder_beside_us_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uploads" / "shop").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert source_named("files:shop", tmp_path / "uploads").source == f"files:{tmp_path / 'uploads' / 'shop'}"
    (tmp_path / "shop").mkdir()
    assert source_named("files:shop", tmp_path / "uploads").source == f"files:{tmp_path / 'shop'}"
