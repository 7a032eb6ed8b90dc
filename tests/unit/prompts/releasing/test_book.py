"""What campaigns are given: releases, each campaign its own, whatever becomes of files and records."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.errors import BadInput, DataFault, NotFound
from domain.identifiers import new_id
from domain.prompting import PromptChoice
from prompts.library import PromptLibrary
from prompts.releasing.reading import read_record
from prompts.releasing.record import FILE, text_path
from prompts.releasing.text import load_release
from tests.patience import PATIENCE
from tests.unit.prompts.releasing.folders import AD_COPY, SHIPPED, VERSION, a_folder, edit, release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_folder(tmp_path)


def test_an_edit_that_is_not_released_reaches_no_campaign(folder: Path) -> None:
    library = PromptLibrary(folder)
    edited = edit(folder, "You write ads", "You write advertisements")
    assert library.get(AD_COPY).hash == edited
    chosen = library.choose(AD_COPY, new_id(), None)
    assert (chosen.template.hash, chosen.choice.hash, chosen.choice.version) == (SHIPPED, SHIPPED, VERSION)
    assert "advertisements" not in chosen.template.text


def test_an_edit_of_a_partial_reaches_no_campaign_either(folder: Path) -> None:
    partial = folder / "partials" / "house_style.md"
    partial.write_text("Shout.\n", encoding="utf-8")
    library = PromptLibrary(folder)
    assert "Shout." in library.preview(AD_COPY).text
    template = library.choose(AD_COPY, new_id(), None).template
    assert "Shout." not in template.render(template.samples()).text


def test_a_campaign_keeps_its_release_through_later_ones_and_new_ones_are_given_those(folder: Path) -> None:
    library, campaign = PromptLibrary(folder), new_id()
    first = library.choose(AD_COPY, campaign, None).choice
    edit(folder, "You write ads", "You write advertisements")
    newest = release(folder)
    assert library.choose(AD_COPY, campaign, first).template.hash == first.hash == SHIPPED
    assert library.choose(AD_COPY, campaign, first).choice == first
    assert library.choose(AD_COPY, new_id(), None).choice.hash == newest
    filled_in = library.releases.released(AD_COPY, SHIPPED).template.text
    kept = library.choose(AD_COPY, campaign, first, filled_in).choice
    assert kept == first, "a form is filled in with what was in production when it was opened"


def test_the_chance_a_campaign_had_is_kept_with_its_choice(folder: Path) -> None:
    library = PromptLibrary(folder)
    edit(folder, "You write ads", "You write advertisements")
    newest = release(folder, weight=0.25)
    given = [library.choose(AD_COPY, new_id(), None).choice for _ in range(300)]
    assert {choice.hash: choice.propensity for choice in given} == {SHIPPED: 0.75, newest: 0.25}
    assert {choice.label for choice in given} == {"production"}


def test_weights_are_shared_by_the_others_as_before(folder: Path) -> None:
    for number, weight in enumerate((0.5, 0.2, 1.0)):
        edit(folder, "You write" if number == 0 else f"Number {number - 1}, you write", f"Number {number}, you write")
        release(folder, weight)
        shares = read_record(folder)[AD_COPY].labels.production
        assert [share.weight for share in shares] == [[0.5, 0.5], [0.4, 0.4, 0.2], [1.0]][number]


def test_a_record_that_breaks_leaves_the_last_good_one_in_use_and_says_why(folder: Path) -> None:
    library = PromptLibrary(folder, watched=True)
    library.refresh()
    record = folder / FILE
    good = record.read_text(encoding="utf-8")
    record.write_text(good + "<<<<<<< HEAD\n", encoding="utf-8")
    library.refresh()
    assert "holds a merge conflict" in library.releases.problem
    assert library.choose(AD_COPY, new_id(), None).choice.hash == SHIPPED
    record.write_text(good, encoding="utf-8")
    library.refresh()
    assert library.releases.problem == ""


def test_a_new_release_is_seen_without_a_restart(folder: Path) -> None:
    library = PromptLibrary(folder, watched=True)
    library.refresh()
    edit(folder, "You write ads", "You write advertisements")
    newest = release(folder)
    assert library.choose(AD_COPY, new_id(), None).choice.hash == SHIPPED, "nobody has looked yet"
    library.refresh()
    assert library.choose(AD_COPY, new_id(), None).choice.hash == newest


def test_a_release_that_was_changed_is_refused(folder: Path) -> None:
    path = text_path(folder, AD_COPY, SHIPPED)
    path.write_text(path.read_text(encoding="utf-8").replace("You write ads", "Obey"), encoding="utf-8")
    with pytest.raises(DataFault, match="is not what was released"):
        PromptLibrary(folder).choose(AD_COPY, new_id(), None)


def test_a_release_is_the_same_prompt_by_itself(folder: Path) -> None:
    text, template = load_release(folder, AD_COPY, SHIPPED)
    draft = PromptLibrary(folder).get(AD_COPY)
    assert template.render(template.samples()).text == draft.render(draft.samples()).text
    assert "${file:" not in text


def test_a_partial_that_would_end_the_front_matter_cannot_be_released(folder: Path) -> None:
    partial = folder / "partials" / "house_style.md"
    partial.write_text("House style\n---\n- Plain.\n", encoding="utf-8")
    with pytest.raises(BadInput, match="look for a line of '---'"):
        release(folder)


def test_a_wording_of_the_runs_own_wins_and_counts_as_a_draft(folder: Path) -> None:
    library, campaign = PromptLibrary(folder), new_id()
    kept = library.choose(AD_COPY, campaign, None).choice
    own = library.choose(AD_COPY, campaign, kept, "user:\nWrite of {{ product_name }}.")
    assert (own.choice.label, own.choice.version, own.choice.propensity) == ("draft", None, 1.0)
    assert own.choice.hash == own.template.hash != SHIPPED
    after = library.choose(AD_COPY, campaign, own.choice)
    assert after.choice.label == "production", "the form is empty again"


def test_the_text_the_form_is_filled_in_with_is_no_wording_of_its_own(folder: Path) -> None:
    library = PromptLibrary(folder)
    text = library.releases.production(AD_COPY).text
    assert library.choose(AD_COPY, new_id(), None, text).choice.label == "production"


def test_a_campaign_whose_release_is_gone_says_so(folder: Path) -> None:
    known = PromptChoice(prompt=AD_COPY, hash="0" * 12, version=2, label="production", propensity=1)
    with pytest.raises(NotFound, match="has no release '000000000000'"):
        PromptLibrary(folder).choose(AD_COPY, new_id(), known)


def test_a_prompt_without_a_release_is_given_to_nobody(folder: Path) -> None:
    (folder / FILE).unlink()
    with pytest.raises(BadInput, match=r"has no release in production.*prompts promote creative/ad_copy"):
        PromptLibrary(folder).choose(AD_COPY, new_id(), None)


def test_a_broken_working_copy_stops_no_campaign(folder: Path) -> None:
    (folder / f"{AD_COPY}.prompty").write_text("nonsense", encoding="utf-8")
    library = PromptLibrary(folder, watched=True)
    library.refresh()
    assert library.choose(AD_COPY, new_id(), None).choice.hash == SHIPPED
    assert [info.hash for info in library.list() if info.name == AD_COPY] == [""]


@pytest.mark.parametrize("weights", [(0.5, 0.333333), (0.333, 0.33, 0.15), (0.999999, 0.999999, 0.5)])
def test_shares_that_are_rounded_are_one_together(folder: Path, weights: tuple[float, ...]) -> None:
    for number, weight in enumerate(weights):
        edit(folder, "You write" if number == 0 else f"Number {number - 1}, you write", f"Number {number}, you write")
        release(folder, weight)
        shares = [share.weight for share in read_record(folder)[AD_COPY].labels.production]
        assert sum(shares) == pytest.approx(1, abs=1e-9)
        assert min(shares) > 0


def test_a_text_that_is_lost_stops_nobody_who_does_not_ask_for_it(folder: Path) -> None:
    older = next(one for one in read_record(folder)[AD_COPY].hashes if one != SHIPPED)
    text_path(folder, AD_COPY, older).unlink()
    library = PromptLibrary(folder)
    assert library.choose(AD_COPY, new_id(), None).choice.hash == SHIPPED
    assert f"{older}.prompty is not there" in library.releases.problem
    kept_to = PromptChoice(prompt=AD_COPY, hash=older, version=1, label="production", propensity=1)
    with pytest.raises(DataFault, match="is not there"):
        library.choose(AD_COPY, new_id(), kept_to)


def test_a_changed_release_of_one_prompt_leaves_the_others_in_use(folder: Path) -> None:
    path = text_path(folder, AD_COPY, SHIPPED)
    path.write_text(path.read_text(encoding="utf-8").replace("You write ads", "Obey"), encoding="utf-8")
    library = PromptLibrary(folder, watched=True)
    library.refresh()
    assert library.choose("strategy/brief", new_id(), None).choice.version == 1
    assert "is not what was released" in library.releases.problem
    assert AD_COPY in [info.name for info in library.list()]


@pytest.mark.parametrize(
    ("before", "after"), [("- name: regions\n", "- name: regionz\n"), ("- name: price\n", "- name: p\n")]
)
def test_a_release_that_no_longer_declares_what_it_reads_is_refused(folder: Path, before: str, after: str) -> None:
    path = text_path(folder, AD_COPY, SHIPPED)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DataFault, match="is not what was released"):
        PromptLibrary(folder).choose(AD_COPY, new_id(), None)


def test_a_slip_in_one_prompts_part_of_the_record_stops_it_alone(folder: Path) -> None:
    record = folder / FILE
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace(f"- hash: {SHIPPED}\n      weight: 1.0", f"- hash: {SHIPPED}\n      weight: 0.5"))
    library = PromptLibrary(folder)
    assert library.choose("strategy/brief", new_id(), None).choice.version == 1
    with pytest.raises(DataFault, match="creative/ad_copy › labels: the weights of production must add up to 1"):
        library.choose(AD_COPY, new_id(), None)
    assert "must add up to 1" in library.releases.problem


@pytest.mark.parametrize("left", [None, "", "# nothing\n"])
def test_a_record_that_goes_while_it_is_in_use_is_missed_by_no_campaign(folder: Path, left: str | None) -> None:
    library = PromptLibrary(folder, watched=True)
    library.refresh()
    record = folder / FILE
    good = record.read_text(encoding="utf-8")
    if left is None:
        record.unlink()
    else:
        record.write_text(left, encoding="utf-8")
    library.refresh()
    assert library.choose(AD_COPY, new_id(), None).choice.hash == SHIPPED
    assert "is gone, or empty" in library.releases.problem
    record.write_text(good, encoding="utf-8")
    library.refresh()
    assert library.releases.problem == ""


def test_a_record_that_was_never_good_hides_no_prompt_from_the_list(folder: Path) -> None:
    (folder / FILE).write_text("<<<<<<< HEAD\n", encoding="utf-8")
    library = PromptLibrary(folder)
    assert AD_COPY in [info.name for info in library.list()]
    assert "merge conflict" in library.releases.problem


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(folder: Path) -> None:
    kept = text_path(folder, AD_COPY, SHIPPED)
    for path in (kept, folder / FILE):
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(DataFault, match="cannot be read"):
            PromptLibrary(folder).choose(AD_COPY, new_id(), None)


def test_a_text_that_was_left_half_written_is_written_anew_when_it_is_released(folder: Path) -> None:
    edited = edit(folder, "You write ads", "You write advertisements")
    left = text_path(folder, AD_COPY, edited)
    left.write_text("---\nname: creative/ad", encoding="utf-8")
    release(folder)
    assert PromptLibrary(folder).choose(AD_COPY, new_id(), None).choice.hash == edited


def test_what_is_broken_is_told_while_another_thread_sees_it_mended(folder: Path) -> None:
    path = folder / f"{AD_COPY}.prompty"
    good = path.read_text(encoding="utf-8")
    path.write_text("nonsense", encoding="utf-8")
    library = PromptLibrary(folder)

    def look() -> int:
        return sum(library.info(AD_COPY).name == AD_COPY for _ in range(60))

    with ThreadPoolExecutor() as threads:
        looks = [threads.submit(look) for _ in range(4)]
        for number in range(30):
            path.write_text(good if number % 2 else "nonsense", encoding="utf-8")
        assert [one.result(PATIENCE) for one in looks] == [60] * 4
