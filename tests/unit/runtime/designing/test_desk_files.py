"""The designer's desk over files that others write too, that lie, or that lead elsewhere."""

import os
from pathlib import Path

import pytest

from domain.errors import BadInput, Conflict, DataFault
from prompts.drafts import Draft
from prompts.releasing.reading import read_record
from prompts.releasing.record import text_path
from runtime.designing.desk import PromptDesk
from runtime.designing.wordings import Which
from tests.unit.prompts.releasing.folders import AD_COPY, edit
from tests.unit.runtime.designing.shelf_label import LABEL, NAME, promoted


async def test_two_designers_do_not_overwrite_each_other(desk: PromptDesk, folder: Path) -> None:
    read = desk.draft(NAME)
    assert isinstance(read, Draft)
    theirs = await desk.save(NAME, LABEL.replace("shelf labels", "labels"), read=read.mark)
    with pytest.raises(Conflict, match="has been changed since it was read"):
        await desk.save(NAME, LABEL, read=read.mark)
    with pytest.raises(Conflict, match="there is a prompt 'demo/shelf_label' already"):
        await desk.save(NAME, LABEL, read=None)
    assert desk.draft(NAME) == theirs
    assert (await desk.save("demo/new", LABEL, read=None)).source == LABEL


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "demo/../../outside",
        "/etc/passwd",
        "Demo/x",
        "demo/x/y",
        "released/x",
        "demo/results",
        "demo/x.prompty",
        "demo\\x",
        "demo/\0",
        "",
    ],
)
async def test_no_name_leads_out_of_the_folder(desk: PromptDesk, folder: Path, name: str) -> None:
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(BadInput, match="cannot be a prompt's name"):
        await desk.save(name, LABEL, read=None)
    assert sorted(folder.parent.rglob("*")) == before


async def test_a_link_out_of_the_folder_is_not_followed(desk: PromptDesk, folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / "away").symlink_to(outside)
    with pytest.raises(BadInput, match="leads out of the folder"):
        await desk.save("away/x", LABEL, read=None)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("heading", ["'tests':", '"tests" :', "? tests\n:"])
async def test_cases_are_found_however_yaml_spells_their_heading(desk: PromptDesk, folder: Path, heading: str) -> None:
    assert NAME in desk.names_with_cases()
    edit(folder, "tests:", heading, NAME)
    assert NAME in desk.names_with_cases()
    path = folder / f"{NAME}.prompty"
    path.write_text(LABEL.split("tests:")[0] + "template:" + LABEL.split("template:")[1] + "\ntests:\n- none\n")
    assert NAME not in desk.names_with_cases(), "what stands in the body is no heading"


async def test_nobody_goes_back_to_a_text_that_is_lost(desk: PromptDesk, folder: Path) -> None:
    first = await promoted(desk)
    edit(folder, "write", "now write", NAME)
    second = await promoted(desk)
    text_path(folder, NAME, first).unlink()
    with pytest.raises(DataFault, match=f"{first}.prompty is not there"):
        await desk.rollback(NAME, to=1, why="worse", by="Pat")
    assert read_record(folder)[NAME].leading == second
    edit(folder, "now write", "write", NAME)
    assert await promoted(desk) == first, "releasing it anew brings its text back"
    assert text_path(folder, NAME, first).is_file()


async def test_a_pipe_is_no_working_copy(desk: PromptDesk, folder: Path) -> None:
    path = folder / f"{NAME}.prompty"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(BadInput, match=r"cannot be read \(it is no ordinary file\)"):
        await desk.run(NAME, Which())


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"tests:\n- description: caf\xe9\n", "ad_copy.yaml:2: encoding: not UTF-8"),
        (b"", "ad_copy.yaml:1: it holds no case"),
        (b"test: []\n", "ad_copy.yaml:1: it holds no case"),
        (b"tests:\n- vars: {}\n", "ad_copy.yaml:2: a case needs a description"),
        (b"a: 1\na: 2\n", "ad_copy.yaml:2: 'a' is given twice, first on line 1"),
    ],
)
async def test_a_red_team_that_cannot_be_read_is_told_with_its_line(
    desk: PromptDesk, folder: Path, raw: bytes, said: str
) -> None:
    (folder / "red_team" / "creative" / "ad_copy.yaml").write_bytes(raw)
    with pytest.raises(BadInput) as caught:
        await desk.test(AD_COPY, Which(), red_team=True)
    assert said in str(caught.value)
