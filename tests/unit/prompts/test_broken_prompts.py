"""What `check` says of broken templates: each fault at its line, with its code, and no more than that."""

import re
from pathlib import Path
from typing import get_args

import pytest

from domain.errors import BadInput
from prompts.check import check_prompts, notes
from prompts.diagnostic import Code, Diagnostic
from prompts.library import PromptLibrary
from tests.conftest import ROOT
from tests.unit.prompts import broken
from tests.unit.prompts.broken import Broken
from tests.unit.prompts.test_prompt_files import GOOD, PROMPTS

AD_COPY, BRIEF = (
    re.sub(r"^tests:\n(?: .*\n)*", "", (PROMPTS / f"{name}.prompty").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name in ("creative/ad_copy", "strategy/brief")
)
"""Without their cases, which come and go: the lines that are told are of what stays."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with the shipped partials."""
    for place in ("partials", "creative", "strategy"):
        (tmp_path / place).mkdir()
    for partial in (PROMPTS / "partials").iterdir():
        (tmp_path / "partials" / partial.name).write_bytes(partial.read_bytes())
    return tmp_path


def found_in(folder: Path, name: str, source: str) -> list[Diagnostic]:
    (folder / f"{name}.prompty").write_text(source, encoding="utf-8", newline="\n")
    return check_prompts(folder)


def differs(found: list[Diagnostic], case: Broken) -> list[str]:
    """What was said, where it is not what should have been; empty when it is."""
    said = [one.partition(": ")[2].partition(": ") for one in case.said]
    lines = [int(one.partition(":")[0]) for one in case.said]
    told = [(one.line, one.code, words in one.message) for one, (_, _, words) in zip(found, said, strict=False)]
    same = len(found) == len(said) and told == [
        (line, code, True) for line, (code, _, _) in zip(lines, said, strict=True)
    ]
    return [] if same else [str(one) for one in found] or ["nothing was found"]


@pytest.mark.parametrize("case", [*broken.FRONT_MATTER, *broken.INPUTS, *broken.OPTIONS, *broken.BODY])
def test_a_broken_template_is_told_where_and_why_and_nothing_else_is(tmp_path: Path, case: Broken) -> None:
    assert case.before in GOOD
    # A name that is changed is changed throughout, as whoever renames an input does.
    times = -1 if case.before == "person" else 1
    source = GOOD.replace(case.before, case.after, times) if case.before else case.after
    assert differs(found_in(tmp_path, "greeting", source), case) == []


@pytest.mark.parametrize("case", broken.AD_COPY)
def test_what_the_creative_node_would_trip_over_is_found_before_a_campaign_does(shop: Path, case: Broken) -> None:
    assert case.before in AD_COPY
    source = AD_COPY.replace(case.before, case.after)
    assert differs(found_in(shop, "creative/ad_copy", source), case) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (broken.LIMIT, broken.LIMIT.replace("integer", "float")),
        (broken.CALL, "- Call to action: at most {{ call_to_action_limit }} characters.\n"),
        (broken.CALL, "{{ call_to_action_limit }} characters for the call to action.\n"),
        ("inputs:\n", "inputs:\n  - name: season\n    kind: string\n    default: autumn\n"),
    ],
    ids=["a wider kind", "a capital", "in words", "a constant of its own"],
)
def test_what_its_node_can_live_with_is_no_fault(shop: Path, before: str, after: str) -> None:
    source = AD_COPY.replace(before, after).replace(
        "user:\n", "user:\n{{ season }}\n" if "season" in after else "user:\n"
    )
    assert found_in(shop, "creative/ad_copy", source) == []
    assert notes(shop) == []


def test_an_input_the_node_passes_may_be_left_out_and_a_campaign_still_runs(shop: Path) -> None:
    declared = (
        "  - name: cause\n    kind: string\n    description: why sales moved, in one word\n    example: weather\n"
    )
    source = BRIEF.replace(declared, "").replace("Cause: {{ cause }}\n", "")
    assert found_in(shop, "strategy/brief", source) == []
    assert [str(note) for note in notes(shop)] == [
        "strategy/brief.prompty:2: left-out: the strategy node also passes cause, which this prompt leaves out"
    ]
    library = PromptLibrary(shop)
    values = {**library.get("strategy/brief").samples(), "cause": "weather"}
    assert "Headline: Soup sales down" in library.render("strategy/brief", values).text
    with pytest.raises(BadInput, match="has no input 'casue'"):
        library.render("strategy/brief", {**values, "casue": "weather"})


def test_a_prompt_of_no_node_is_fine_and_said_to_be_so(tmp_path: Path) -> None:
    assert found_in(tmp_path, "greeting", GOOD) == []
    assert [str(note) for note in notes(tmp_path)] == [
        "greeting.prompty:2: no-node: no node uses it: nodes use strategy/brief and creative/ad_copy"
    ]


def test_every_code_is_one_some_template_has_earned() -> None:
    earned = {
        one.partition(": ")[2].partition(": ")[0]
        for case in [*broken.FRONT_MATTER, *broken.INPUTS, *broken.OPTIONS, *broken.BODY, *broken.AD_COPY]
        for one in case.said
    }
    elsewhere = {"unreadable", "encoding", "fill", "no-prompt", "no-node", "left-out"}
    assert set(get_args(Code)) - earned == elsewhere


def test_the_document_for_designers_names_every_code_and_shows_what_is_said(shop: Path) -> None:
    document = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
    assert [code for code in get_args(Code) if f"`{code}`" not in document] == []
    (said,) = found_in(shop, "creative/ad_copy", AD_COPY.replace("price", "prise"))
    assert f"\n{said}\n" in document
