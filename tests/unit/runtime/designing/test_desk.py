"""The designer's desk, with the fake model: run, test, compare, release, go back."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from domain.creative import Outcome
from domain.errors import BadInput, Conflict, NotFound
from prompts.releasing.reading import read_record
from runtime.designing.desk import PromptDesk
from runtime.designing.junit import junit
from runtime.designing.wordings import Which
from tests.unit.prompts.releasing.folders import AD_COPY, SHIPPED, VERSION, edit
from tests.unit.runtime.designing.shelf_label import LABEL, NAME, edited_source, promoted


async def test_a_run_shows_what_the_model_saw_and_that_it_is_mock(desk: PromptDesk) -> None:
    ran = await desk.run(AD_COPY, Which(), case="in-store", values={"product_name": "Leek Soup 600g"})
    assert [message.role for message in ran.messages] == ["system", "user"]
    assert "Product: Leek Soup 600g\n" in ran.messages[1].text
    assert "Channel: in_store_screen\n" in ran.messages[1].text
    assert ran.answer is not None
    assert len(str(ran.answer["headline"])) <= 30
    assert (ran.is_mock, ran.hash, ran.tries) == (True, SHIPPED, 1)


async def test_a_run_has_the_verdict_on_the_product_it_was_filled_in_with(desk: PromptDesk) -> None:
    soup = await desk.run(AD_COPY, Which())
    wine = await desk.run(AD_COPY, Which(), values={"product_name": "Malbec 75cl", "category": "wine"})
    assert soup.verdict is not None
    assert wine.verdict is not None
    assert (soup.verdict.outcome, soup.unjudged) == (Outcome.PASS, "")
    assert wine.verdict.passed > soup.verdict.passed, "the rules on alcohol were asked for the wine alone"
    brief = await desk.run("strategy/brief", Which())
    assert (brief.answer is not None, brief.verdict, brief.unjudged) == (True, None, "")


@pytest.mark.parametrize("price", ["2.10 each", "NaN", "-1", "0", "1e99"])
async def test_an_answer_stays_where_its_verdict_cannot_be_had(desk: PromptDesk, folder: Path, price: str) -> None:
    ran = await desk.run(AD_COPY, Which(), values={"price": price})
    assert ran.verdict is not None, "no rule looks at a price that the ad does not name"
    source = edited_source(folder, "Write plain words", "Mention the price.\nWrite plain words")
    named = await desk.run(AD_COPY, Which(source=source), values={"price": f"£{price}"})
    assert named.answer is not None
    assert "£" in str(named.answer["body"])
    assert (named.verdict, named.unjudged) == (
        None,
        f"the ad names a sum, and '£{price}' is no price to hold it to: write the price as £2.10.",
    )


async def test_a_version_is_run_whatever_the_working_copy_says(desk: PromptDesk, folder: Path) -> None:
    edited = edit(folder, "You write ads", "You write advertisements")
    draft, released = await desk.run(AD_COPY, Which()), await desk.run(AD_COPY, Which(version=VERSION))
    assert (draft.hash, draft.version) == (edited, None)
    assert (released.hash, released.version, released.label) == (SHIPPED, VERSION, "production")


@pytest.mark.parametrize(
    ("which", "said"),
    [
        (Which(version=9), "prompt 'creative/ad_copy' has no version 9: its versions are 3, 4"),
        (Which(label="candidate"), "has no release labelled candidate"),
    ],
)
async def test_a_wording_there_is_not_is_told(desk: PromptDesk, which: Which, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        await desk.run(AD_COPY, which)


async def test_a_case_that_is_not_there_names_those_that_are(desk: PromptDesk) -> None:
    with pytest.raises(NotFound, match=r"has no case called 'podcast': name one of: sponsored search; "):
        await desk.run(AD_COPY, Which(), case="podcast")


async def test_the_shipped_cases_pass_and_rubrics_wait_for_a_real_model(desk: PromptDesk) -> None:
    for name in (AD_COPY, "strategy/brief"):
        report = await desk.test(name, Which())
        failed = [(case.description, case.problem, case.assertions) for case in report.cases if case.result != "passed"]
        assert failed == []
        skipped = [one for case in report.cases for one in case.assertions if one.result == "skipped"]
        assert {one.type for one in skipped} == {"llm-rubric"}
        assert report.skipped_assertions == len(skipped) > 0


async def test_what_the_gate_would_refuse_is_not_lawful(desk: PromptDesk) -> None:
    source = LABEL.replace('- type: not-contains\n        value: "!!"', "- type: lawful")
    source = source.replace("    assert:", "    vars:\n      product: The cheapest soup in Britain\n    assert:")
    report = await desk.test(NAME, Which(source=source))
    [case] = report.cases
    [lawful] = [one for one in case.assertions if one.type == "lawful"]
    assert (case.result, lawful.result) == ("failed", "failed")
    assert "cheapest" in lawful.told


async def test_junit_tells_passes_failures_and_what_was_skipped(desk: PromptDesk) -> None:
    more = """  - description: a <rubric>
    assert:
      - type: llm-rubric
        value: It is kind.
  - description: never
    assert:
      - type: contains
        value: no such words
  - description: in part
    assert:
      - type: is-json
      - type: llm-rubric
        value: It is kind.
template:"""
    report = await desk.test(NAME, Which(source=LABEL.replace("template:", more, 1)))
    assert (report.passed, report.failed, report.skipped, report.skipped_assertions) == (2, 1, 1, 2)
    [suite] = ElementTree.fromstring(junit([report]))
    assert suite.attrib | {"name": NAME, "tests": "4", "failures": "1", "skipped": "1"} == suite.attrib
    assert [[child.tag for child in case] for case in suite] == [[], ["skipped"], ["failure"], ["system-out"]]
    told = suite[3].findtext("system-out")
    assert told == "skipped: llm-rubric: a rubric is judged by a real model, and the model is fake"
    assert suite[1].get("name") == "a <rubric>"


async def test_a_diff_has_text_settings_and_answers(desk: PromptDesk, folder: Path) -> None:
    await promoted(desk)
    edit(folder, "temperature: 0.5", "temperature: 0.9", NAME)
    edit(folder, "You write shelf labels.", "You write the line on a shelf label.", NAME)
    found = await desk.diff(NAME, Which(label="production"), Which(), outputs=True)
    assert "-You write shelf labels." in found.text
    assert "+You write the line on a shelf label." in found.text
    assert [(one.name, one.a, one.b) for one in found.settings] == [("temperature", "0.5", "0.9")]
    assert [(pair.description, pair.a.result, pair.b.result) for pair in found.cases] == [("soup", "passed", "passed")]
    assert not found.same


async def test_a_diff_shows_what_a_partial_changed(desk: PromptDesk, folder: Path) -> None:
    (folder / "partials" / "house_style.md").write_text("Whisper.\n", encoding="utf-8")
    found = await desk.diff(AD_COPY, Which(label="production"), Which(), outputs=False)
    assert [(one.name, one.b) for one in found.defaults] == [("house_style", "Whisper.")]
    assert (found.text, found.cases) == ([], [])


async def test_a_promotion_is_on_record_with_who_and_why(desk: PromptDesk, folder: Path) -> None:
    release = await promoted(desk, why="  the first  ")
    [entry] = read_record(folder)[NAME].history
    assert (entry.version, entry.hash, entry.by, entry.why, entry.tests) == (1, release, "Pat", "the first", 1)
    assert read_record(folder)[AD_COPY].leading == SHIPPED, "the others stay as they are"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{{ product }}", "{{ produkt }}", "does not pass the checks: demo/shelf_label.prompty:"),
        ('not-contains\n        value: "!!"', "contains\n        value: no such words", "1 of 1 cases of"),
        (
            '      - type: is-json\n      - type: not-contains\n        value: "!!"\n        field: text',
            "      - type: llm-rubric\n        value: It is kind.",
            "no case of 'demo/shelf_label' has passed",
        ),
    ],
)
async def test_what_is_not_green_is_not_released(
    desk: PromptDesk, folder: Path, before: str, after: str, said: str
) -> None:
    assert before in LABEL
    (folder / f"{NAME}.prompty").write_text(LABEL.replace(before, after), encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        await promoted(desk)
    assert NAME not in read_record(folder)


async def test_nothing_is_released_without_a_reason_or_a_change(desk: PromptDesk) -> None:
    with pytest.raises(BadInput, match="a release without 'why' is not kept"):
        await promoted(desk, why=" ")
    await promoted(desk)
    with pytest.raises(Conflict, match="in production already"):
        await promoted(desk)


async def test_what_was_changed_since_it_was_looked_at_is_not_released(desk: PromptDesk, folder: Path) -> None:
    seen = (await desk.preview(NAME, Which())).hash
    edited = edit(folder, "You write shelf labels.", "You write what they have written.", NAME)
    with pytest.raises(Conflict, match="has been changed since it was looked at: look at it again"):
        await desk.promote(NAME, label="production", weight=None, why="mine", by="Pat", seen=seen)
    assert NAME not in read_record(folder)
    entry = await desk.promote(NAME, label="production", weight=None, why="theirs", by="Pat", seen=edited)
    assert entry.hash == edited


async def test_a_case_that_is_typed_and_not_saved_is_the_one_that_runs(desk: PromptDesk, folder: Path) -> None:
    """Cases are no part of a hash, so an edit of them alone is the same release to the eye of the book."""
    source = (folder / f"{AD_COPY}.prompty").read_text(encoding="utf-8")
    at = source.index("tests:\n") + len("tests:\n")
    typed = f"{source[:at]}  - description: typed just now\n    assert:\n      - type: is-json\n{source[at:]}"
    report = await desk.test(AD_COPY, Which(source=typed), case="typed just now")
    assert (report.passed, report.failed) == (1, 0)


async def test_a_weight_is_a_share_and_only_of_production(desk: PromptDesk) -> None:
    with pytest.raises(BadInput, match="nothing else of 'demo/shelf_label' is in production"):
        await promoted(desk, weight=0.5)
    for weight in (0, 1.5, float("nan")):
        with pytest.raises(BadInput, match="is no share of campaigns"):
            await promoted(desk, weight=weight)
    with pytest.raises(BadInput, match="a candidate is given to no campaign"):
        await desk.promote(NAME, label="candidate", weight=0.5, why="x", by="Pat")


async def test_a_candidate_becomes_production_under_the_same_number(desk: PromptDesk, folder: Path) -> None:
    await promoted(desk)
    edited = edit(folder, "You write shelf labels.", "You write labels.", NAME)
    candidate = await desk.promote(NAME, label="candidate", weight=None, why="to look at", by="Pat")
    releases = read_record(folder)[NAME]
    assert (releases.labels.candidate, candidate.version, releases.leading != edited) == (edited, 2, True)
    await promoted(desk)
    releases = read_record(folder)[NAME]
    assert (releases.labels.candidate, releases.leading, releases.version_of(edited)) == (None, edited, 2)


async def test_going_back_goes_to_the_release_before_and_never_to_what_was_left(desk: PromptDesk, folder: Path) -> None:
    hashes = [await promoted(desk)]
    for number in (2, 3):
        edit(folder, "write", "now write", NAME)
        hashes.append(await promoted(desk, weight=0.3 if number == 3 else None))
    for wanted in (hashes[1], hashes[0]):
        entry = await desk.rollback(NAME, to=None, why="worse", by="Pat")
        assert (entry.hash, entry.action) == (wanted, "rollback")
        assert [share.hash for share in read_record(folder)[NAME].labels.production] == [wanted]
    with pytest.raises(Conflict, match="no release of 'demo/shelf_label' before this one"):
        await desk.rollback(NAME, to=None, why="worse", by="Pat")
    assert (await desk.rollback(NAME, to=3, why="better after all", by="Pat")).hash == hashes[2]
    with pytest.raises(NotFound, match="its versions are 1, 2, 3"):
        await desk.rollback(NAME, to=7, why="x", by="Pat")
