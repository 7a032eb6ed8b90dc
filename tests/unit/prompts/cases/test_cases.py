"""Cases in the front matter: what is read, what is refused at its line, and what holds."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from domain.errors import BadInput
from prompts.cases.case import Assertion
from prompts.cases.judging import complaint, looked_at
from prompts.cases.reading import read_cases
from prompts.library import PromptLibrary
from tests.conftest import ROOT
from tests.unit.prompts.test_prompt_files import GOOD, problems_of

CASE = """tests:
  - description: a friend
    vars:
      person: Ada
      facts: [one, two]
    assert:
      - type: not-icontains
        value: goodbye
        field: text
template:"""


def with_cases(cases: str = CASE) -> str:
    return GOOD.replace("template:", cases, 1)


def test_a_case_is_read_as_promptfoo_names_it() -> None:
    [case] = read_cases(with_cases(), file="greeting.prompty")
    assert (case.description, case.values) == ("a friend", {"person": "Ada", "facts": ["one", "two"]})
    assert case.assertions == (Assertion("not-icontains", ("goodbye",), "text"),)


def test_cases_are_no_part_of_what_reaches_the_model(tmp_path: Path) -> None:
    hashes = set()
    for number, source in enumerate((GOOD, with_cases())):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "greeting.prompty").write_text(source)
        hashes.add(PromptLibrary(folder).get("greeting").hash)
    assert len(hashes) == 1


@pytest.mark.parametrize("name", ["creative/ad_copy", "strategy/brief"])
def test_the_shipped_prompts_have_cases(name: str) -> None:
    cases = read_cases((ROOT / "prompts" / f"{name}.prompty").read_text(), file=name)
    assert len(cases) >= {"creative/ad_copy": 6, "strategy/brief": 3}[name]
    channels = {case.values.get("channel", "onsite_display") for case in cases}
    if name == "creative/ad_copy":
        assert channels == {"sponsored_search", "onsite_display", "paid_social", "in_store_screen", "email"}


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("description: a friend", "descripton: a friend", 14, "unknown key 'descripton' in a case, did you mean"),
        ("description: a friend", 'description: ""', 14, "a case needs a description"),
        ("      person: Ada", "      persn: Ada", 16, "there is no input 'persn', did you mean 'person'?"),
        ("facts: [one, two]", "facts: [[one]]", 17, "the value of 'facts' must be a text, a number"),
        (
            "type: not-icontains",
            "type: not-incontains",
            19,
            "unknown assertion 'not-incontains', did you mean 'icontains'?",
        ),
        ("type: not-icontains", "type: javascript", 19, "'javascript' would run a program"),
        ("field: text", "transform: output.text", 21, "a transform would run a program"),
        ("field: text", "weight: 2", 21, "unknown key 'weight' in an assertion"),
        ("value: goodbye", "value: 3", 20, "the value of 'icontains' must be a text: put it in quotes"),
        (
            "type: not-icontains\n        value: goodbye",
            "type: contains-any\n        value: x",
            20,
            "must be a list of texts",
        ),
        (
            "type: not-icontains\n        value: goodbye",
            "type: regex\n        value: '(a'",
            20,
            "no regular expression",
        ),
        (
            "type: not-icontains\n        value: goodbye",
            "type: lawful\n        value: x",
            20,
            "'lawful' takes no value",
        ),
        ("type: not-icontains\n        value: goodbye", "type: regex", 19, "the value of 'regex' must be a text"),
        ("    assert:\n", "    asert:\n", 14, "asserts nothing"),
    ],
)
def test_a_case_that_is_wrong_is_told_at_its_line(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    source = with_cases()
    assert before in source
    found = problems_of(tmp_path, source.replace(before, after))
    assert any(one.startswith(f"greeting.prompty:{line}: case: ") and said in one for one in found), found
    with pytest.raises(BadInput):
        read_cases(source.replace(before, after), file="greeting.prompty")


def test_two_cases_of_one_name_are_told(tmp_path: Path) -> None:
    head, case = CASE.removesuffix("template:").split("\n", 1)
    found = problems_of(tmp_path, with_cases(f"{head}\n{case}{case}template:"))
    assert len(found) == 1
    assert "two cases are called 'a friend'" in found[0]


ANSWER: dict[str, JsonValue] = {"headline": "Rain outside, soup inside", "body": "A bowl, a spoon.", "count": 3}


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        ("equals", ("Rain outside, soup inside",), True),
        ("equals", ("rain outside, soup inside",), False),
        ("contains", ("soup",), True),
        ("contains", ("Soup",), False),
        ("icontains", ("SOUP",), True),
        ("starts-with", ("Rain",), True),
        ("starts-with", ("rain",), False),
        ("regex", (r"^Rain\b.*inside$",), True),
        ("regex", (r"^inside",), False),
        ("contains-any", ("snow", "soup"), True),
        ("contains-any", ("snow", "SOUP"), False),
        ("contains-all", ("Rain", "soup"), True),
        ("contains-all", ("Rain", "snow"), False),
        ("icontains-any", ("snow", "SOUP"), True),
        ("icontains-all", ("RAIN", "SOUP"), True),
        ("icontains-all", ("RAIN", "SNOW"), False),
        ("is-json", (), False),
    ],
)
def test_what_an_assertion_holds_for_and_its_opposite(kind: str, value: tuple[str, ...], holds: bool) -> None:
    text = looked_at(ANSWER, "headline")
    assert (complaint(Assertion(kind, value), text) == "") is holds
    assert (complaint(Assertion(f"not-{kind}", value), text) == "") is not holds


def test_without_a_field_the_whole_answer_is_looked_at_as_json() -> None:
    text = looked_at(ANSWER, "")
    assert json.loads(text) == ANSWER
    assert complaint(Assertion("is-json"), text) == ""


def test_a_field_the_answer_has_not_is_told() -> None:
    with pytest.raises(BadInput, match="the answer has no field 'headlin': it has headline, body, count"):
        looked_at(ANSWER, "headlin")


def test_a_pattern_that_would_take_for_ever_is_given_up() -> None:
    with pytest.raises(BadInput, match="takes too long: write it without repeats inside repeats"):
        complaint(Assertion("regex", (r"^(a|aa)+$",)), "a" * 60 + "!")
