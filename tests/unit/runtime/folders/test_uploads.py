"""Dropped files: within the limit whoever comes at once, and nothing left of what was refused or died."""

import asyncio
import os
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.errors import BadInput, NotFound
from runtime.folders.desk import FolderDesk
from runtime.folders.uploads import Uploads, UploadTooLarge
from runtime.live.sources import Sources, source_named

MEGABYTE = 1_000_000


async def pieces(count: int, size: int = 100_000) -> AsyncIterator[bytes]:
    for _ in range(count):
        await asyncio.sleep(0)
        yield b"x" * size


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def uploads(place: Path) -> Uploads:
    return Uploads(place, megabytes=1)


async def test_files_that_come_at_once_have_no_more_than_the_limit_together(uploads: Uploads, place: Path) -> None:
    saves = [uploads.save("shop", f"sales-{number}.csv", pieces(6)) for number in range(6)]
    done = await asyncio.gather(*saves, return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [UploadTooLarge] * 5
    assert sum(path.stat().st_size for path in (place / "shop").iterdir()) == 600_000


async def test_what_a_process_left_that_died_is_not_counted_and_is_cleared_but_no_file_on_its_way(
    uploads: Uploads, place: Path
) -> None:
    (place / "shop").mkdir(parents=True)
    dead, coming = (place / "shop" / f".part-{name}" for name in ("dead", "coming"))
    for part in (dead, coming):
        part.write_bytes(b"x" * 900_000)
    os.utime(dead, (0, 0))
    Uploads(place, megabytes=1)
    assert (dead.exists(), coming.exists()) == (False, True)
    await uploads.save("shop", "sales.csv", pieces(9))
    assert [file.name for file in uploads.files("shop")] == ["sales.csv"]


async def test_a_folder_that_a_refused_file_would_have_made_is_not_there(uploads: Uploads) -> None:
    for _ in range(2):
        with pytest.raises(UploadTooLarge):
            await uploads.save("shop", "sales.csv", pieces(1), declared=2 * MEGABYTE)
        assert uploads.names() == []
    await uploads.save("shop", "sales.csv", pieces(1))
    with pytest.raises(UploadTooLarge):
        await uploads.save("shop", "more.csv", pieces(11))
    assert [file.name for file in uploads.files("shop")] == ["sales.csv"]


async def test_a_file_that_two_take_out_at_once_is_gone_for_the_second(
    uploads: Uploads, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await uploads.save("shop", "sales.csv", pieces(1))
    unlink = Path.unlink

    def after_another(path: Path, missing_ok: bool = False) -> None:
        unlink(path)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", after_another)
    with pytest.raises(NotFound, match=r"there is no file 'sales\.csv' in shop"):
        uploads.remove("shop", "sales.csv")
    assert uploads.files("shop") == []


async def test_a_name_is_one_file_however_its_accents_are_written(uploads: Uploads) -> None:
    names = [unicodedata.normalize(form, "café.csv") for form in ("NFC", "NFD")]
    assert len({*names}) == 2
    for name in names:
        await uploads.save("shop", name, pieces(1))
    assert [file.name for file in uploads.files("shop")] == [names[0]]
    uploads.remove("shop", names[1])
    assert uploads.files("shop") == []


async def test_no_files_are_dropped_under_a_name_that_opens_another_folder(
    uploads: Uploads, place: Path, tmp_path: Path
) -> None:
    for folder in (place / "shop", place / "mine"):
        folder.mkdir(parents=True)
    other, mine = source_named(f"files:{tmp_path / 'shop'}"), source_named(f"files:{place / 'mine'}")
    desk = FolderDesk(uploads, Sources(mine, [other], place))
    said = r"two folders are called 'files:shop'.*: drop the files under another name\.$"
    with pytest.raises(BadInput, match=said):
        await desk.save("shop", "sales.csv", pieces(1))
    for free in ("mine", "new"):
        assert (await desk.save(free, "sales.csv", pieces(1))).source == f"files:{free}"
