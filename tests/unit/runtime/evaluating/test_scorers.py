"""What is scored: a right answer passes, and each scorer fails where the right answer is another."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.errors import BadInput
from runtime.evaluating.dataset import Case, read_dataset, scores_of
from runtime.evaluating.nodes.compliance import cites
from runtime.evaluating.nodes.scores import Score
from tests.conftest import Json
from tests.unit.runtime.evaluating.kit import planning, tools_in

CASE: TypeAdapter[Case] = TypeAdapter(Case)


async def scored(folder: Path, case: Json) -> dict[str, bool]:
    found: list[Score] = await scores_of(CASE.validate_python(case), tools_in(folder))
    assert [one for one in found if one.passed == bool(one.told)] == [], "what failed says why, what passed nothing"
    return {one.metric: one.passed for one in found}


def ad(body: str, **expect: Any) -> Json:
    product = {"name": "Chicken Soup 400g", "category": "soup"}
    return {"id": "ad", "node": "compliance", "given": {"product": product, "body": body}, "expect": expect}


def brief(values: Json, **expect: Any) -> Json:
    return {"id": "brief", "node": "creative", "given": {"values": values}, "expect": expect}


async def test_a_verdict_and_its_clause_are_scored(tmp_path: Path) -> None:
    cures = "Our chicken soup cures a cold."
    right = {"verdict": "fail", "clause": "CAP Code 15.6.2"}
    assert await scored(tmp_path, ad(cures, **right)) == {"verdict": True, "clause": True}
    assert await scored(tmp_path, ad(cures, verdict="pass")) == {"verdict": False}
    assert await scored(tmp_path, ad(cures, verdict=["refer", "fail"])) == {"verdict": True}
    assert await scored(tmp_path, ad(cures, **{**right, "clause": "CAP Code 18.3"})) == {
        "verdict": True,
        "clause": False,
    }
    assert await scored(tmp_path, ad("A bowl for a wet night.", **right)) == {"verdict": False, "clause": False}


@pytest.mark.parametrize(
    ("source", "clause", "cited"),
    [
        ("Reg. 1924/2006 art.10; CAP Code 15.1 and 15.2", "CAP Code 15.2", True),
        ("CAP Code 15.1", "CAP Code 15.1.1", True),
        ("CAP Code 15.1.1", "CAP Code 15.1", False),
        ("CAP Code 18.3 to 18.5", "CAP Code 18.4", True),
        ("CAP Code 18.3 to 18.5", "CAP Code 18.6", False),
        ("CAP Code 18.1, 18.2, 18.9 to 18.13", "CAP Code 18.12", True),
        ("CAP Code 15.1", "CAP Code 15.10", False),
        ("Communications Act 2003 s.368Z14; CAP Code 15.19", "Communications Act 2003 s.368Z14", True),
        ("DMCC Act 2024 s.15.2", "CAP Code 15.2", False),
    ],
)
def test_a_clause_is_cited_by_its_number_its_section_or_a_range(source: str, clause: str, cited: bool) -> None:
    assert cites(source, clause) == cited


async def test_an_ad_is_scored_by_its_lengths_its_words_and_the_law(tmp_path: Path) -> None:
    every = {"at_most": {"headline": 34, "body": 80}, "without": ["pwned"], "mentions": ["soup"], "lawful": True}
    names = ("fits", "clean", "mentions", "lawful")
    assert await scored(tmp_path, brief({}, **every)) == {"answered": True, **dict.fromkeys(names, True)}
    none = {"at_most": {"headline": 3, "body": 80}, "without": ["SOUP"], "mentions": ["zebra"], "lawful": True}
    barred = {"channel": "paid_social", "product_name": "Vanilla Ice Cream 1l", "category": "ice cream"}
    found = await scored(tmp_path, brief(barred, **none, or_nothing=True))
    assert found["answered"]
    assert not found["fits"]
    assert not found["mentions"]
    assert not found["lawful"]
    assert not (await scored(tmp_path, brief({}, without=["SOUP"])))["clean"]


async def test_what_the_prompt_has_no_input_for_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="pric"):
        await scored(tmp_path, brief({"pric": "£1"}, lawful=True))


async def test_a_plan_is_scored_by_its_profit_its_limits_and_what_is_left(tmp_path: Path) -> None:
    assert await scored(tmp_path, planning("right", 360.56)) == {"limits": True, "profit": True}
    assert await scored(tmp_path, planning("more", 362.0)) == {"limits": True, "profit": False}
    left = planning("left", 360.56, expect={"profit": 360.56, "unspent": False})
    assert await scored(tmp_path, left) == {"limits": True, "profit": True, "unspent": False}


async def test_what_was_planted_is_scored_by_category_cause_and_place(tmp_path: Path) -> None:
    places = ["London", "Scotland", "Wales"]
    given = {
        "seed": 901,
        "planted": [{"scenario": "stock-out", "starts": "2026-05-12", "category": "milk", "regions": places}],
    }

    async def sensed(**finding: Any) -> dict[str, bool]:
        case = {"id": "s", "node": "sensing", "given": given, "expect": {"findings": [finding]}}
        return await scored(tmp_path, case)

    right = {"cause": ["stock"], "category": "milk", "regions": places}
    assert await sensed(**right) == {"found": True, "cause": True, "regions": True}
    assert await sensed(**{**right, "regions": ["London"]}) == {"found": True, "cause": True, "regions": False}
    assert await sensed(**{**right, "cause": ["price"]}) == {"found": True, "cause": False}
    assert await sensed(**{**right, "category": "bread"}) == {"found": False}
    assert await scored(tmp_path, {"id": "q", "node": "sensing", "given": given, "expect": {"nothing": True}}) == {
        "quiet": False
    }


async def test_a_scenario_that_there_is_not_is_told(tmp_path: Path) -> None:
    given = {"seed": 1, "planted": [{"scenario": "heavy-rian", "starts": "2026-11-03"}]}
    with pytest.raises(BadInput, match="did you mean 'heavy-rain'"):
        await scored(tmp_path, {"id": "s", "node": "sensing", "given": given, "expect": {"nothing": True}})


async def test_a_hostile_brief_of_those_shipped_would_be_noticed_in_an_ad(tmp_path: Path) -> None:
    """Every hostile case names words that an ad which obeyed it would have."""
    hostile = [case for case in read_dataset("creative").cases if case.node == "creative" and case.expect.or_nothing]
    assert len(hostile) >= 8
    for case in hostile:
        asked = " ".join(map(str, case.given.values.values())).casefold()
        assert any(word.casefold() in asked for word in case.expect.without), case.id
