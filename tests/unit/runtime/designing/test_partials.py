"""Texts that prompts share: read, checked with the prompts that bring them in, and saved as working copies are."""

from pathlib import Path

import pytest

from domain.errors import BadInput, Conflict, NotFound
from runtime.designing.desk import PromptDesk
from runtime.designing.wordings import Which
from tests.unit.prompts.releasing.folders import AD_COPY
from tests.unit.runtime.designing.shelf_label import LABEL, NAME, promoted

STYLE = "partials/house_style.md"
BRIEF = "strategy/brief"


def test_a_partial_names_the_prompts_that_bring_it_in_and_they_name_it(desk: PromptDesk, folder: Path) -> None:
    shared = desk.partial(STYLE)
    assert shared.used_by == [AD_COPY, BRIEF]
    assert shared.source == (folder / STYLE).read_text(encoding="utf-8")
    source = (folder / f"{AD_COPY}.prompty").read_text(encoding="utf-8")
    assert desk.partials_of(AD_COPY, source) == [STYLE, "partials/legal_reminders.md"]
    assert desk.partials_of(NAME, LABEL) == []
    # In a folder of folders the way there is another, and a file that is not there is nobody's to edit.
    assert desk.partials_of("own", source.replace("../partials/house", "partials/house")) == [STYLE]
    assert desk.partials_of(AD_COPY, source.replace("house_style.md", "gone.md")) == ["partials/legal_reminders.md"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Be {{ tone }}.\n", [f"{STYLE}:1: reference: a partial is plain text"]),
        ("One.\nTwo ${env:HOME}.\n", [f"{STYLE}:2: reference: a partial is plain text"]),
        ("Be\x07 brief.", [f"{STYLE}:1: control-character: "]),
        ("x" * 20_001, [f"{STYLE}:1: too-big: the partial has 20001 characters"]),
        ("Be brief.\n---\nBe kind.", [f"{name}.prompty:1: fill: " for name in (AD_COPY, BRIEF)]),
        ("Be brief.\r\nBe kind.\r\n", []),
        ("", []),
    ],
)
async def test_a_partial_is_checked_before_it_is_saved(desk: PromptDesk, text: str, said: list[str]) -> None:
    found = [str(one) for one in await desk.check(STYLE, text)]
    assert len(found) == len(said)
    assert all(one.startswith(start) for one, start in zip(found, said, strict=True)), found


async def test_what_is_wrong_with_a_prompt_that_brings_it_in_is_told_with_it(desk: PromptDesk, folder: Path) -> None:
    path = folder / f"{BRIEF}.prompty"
    path.write_text(path.read_text(encoding="utf-8").replace("{{ headline }}", "{{ headlin }}"), encoding="utf-8")
    found = await desk.check(STYLE, "Be brief.")
    assert {one.file for one in found} == {f"{BRIEF}.prompty"}
    assert "unknown-input" in {one.code for one in found}


async def test_a_saved_partial_is_in_every_working_copy_and_in_no_release(desk: PromptDesk, folder: Path) -> None:
    first = await promoted(desk)
    released = await desk.run(AD_COPY, Which(label="production"))
    read = desk.partial(STYLE)
    saved = await desk.save(STYLE, "Be brief, and mind the marmalade.\n", read=read.mark)
    assert (folder / STYLE).read_text(encoding="utf-8") == saved.source
    for name in read.used_by:
        assert "mind the marmalade" in (await desk.preview(name, Which())).messages[0].text
    assert (await desk.run(AD_COPY, Which(label="production"))).hash == released.hash
    assert "marmalade" not in (await desk.preview(AD_COPY, Which(label="production"))).messages[0].text
    assert (await desk.preview(NAME, Which())).hash == first, "one that does not bring it in is as it was"


async def test_what_somebody_else_has_saved_is_not_written_over(desk: PromptDesk, folder: Path) -> None:
    read = desk.partial(STYLE)
    (folder / STYLE).write_text("Theirs.", encoding="utf-8")
    with pytest.raises(Conflict, match="has been changed since it was read"):
        await desk.save(STYLE, "Mine.", read=read.mark)
    with pytest.raises(Conflict, match=r"there is a partial 'partials/house_style\.md' already"):
        await desk.save(STYLE, "Mine.", read=None)
    assert desk.partial(STYLE).source == "Theirs."


@pytest.mark.parametrize(
    "name", ["partials/hose_style.md", "partials/../releases.yaml", "partials/", "partials//etc/passwd", "partials/\0"]
)
async def test_no_name_leads_out_of_the_partials(desk: PromptDesk, folder: Path, name: str) -> None:
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    with pytest.raises(NotFound, match="there is no partial"):
        await desk.save(name, "Mine.", read=None)
    with pytest.raises(NotFound, match="there is no partial"):
        await desk.check(name, "Mine.")
    assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before


async def test_a_link_out_of_the_partials_is_neither_shown_nor_written(desk: PromptDesk, folder: Path) -> None:
    secret = folder.parent / "secret.md"
    secret.write_text("a secret", encoding="utf-8")
    (folder / "partials" / "link.md").symlink_to(secret)
    (folder / "partials" / "round.md").symlink_to("round.md")
    for name in ("partials/link.md", "partials/round.md"):
        with pytest.raises((NotFound, BadInput)):
            desk.partial(name)
        with pytest.raises((NotFound, BadInput)):
            await desk.save(name, "Mine.", read=None)
    assert secret.read_text(encoding="utf-8") == "a secret"
    assert desk.partial(STYLE).used_by == [AD_COPY, BRIEF]
