"""A template given by a caller can neither hang nor crash: whatever is wrong with it is a finding with its line."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.errors import BadInput
from prompts.jinja_subset import check_body
from prompts.library import PromptLibrary
from prompts.roles import marker_of, neutralise, split_roles
from prompts.sandbox import bound, cost, environment, shape
from tests.unit.prompts.test_prompt_files import GOOD, PROMPTS

DECLARED = {"person": "string", "facts": "array", "limit": "integer", "share": "float", "is_new": "boolean"}
SHIPPED = PromptLibrary(PROMPTS)
A_MOMENT = 2.0
"""Seconds. Each of these took from one to thirty-six before, or for ever."""


def findings(text: str) -> str:
    return "; ".join(str(problem) for problem in check_body(f"user:\n{text}", DECLARED, file="mine"))


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("{{ 1|round(3000000,'ceil') }}", "'round' takes a number of decimals from 0 to 6"),
        ("{{ 1|round(limit) }}", "'round' takes a number of decimals from 0 to 6"),
        ("{{ share|round(precision=99) }}", "'keyword' is not allowed"),
        ("{{ share|round(1,'up') }}", "'round' rounds by 'common', 'ceil', 'floor'"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "brackets may be at most 8 deep"),
        ("{{ " + "not " * 3000 + "1 }}", "an expression may have at most 100 parts"),
        ("{{ person" + "|lower" * 3000 + " }}", "an expression may have at most 100 parts"),
        ("{{ 1" + " and 1" * 3000 + " }}", "an expression may have at most 100 parts"),
        ("{% if person %}" * 300 + "{% endif %}" * 300, "at most 8 deep"),
        ("{% if 1 %}" + "{% elif 1 %}" * 1500 + "{% endif %}", "more than 400 tags"),
        ("{{ 1 }}" * 2000, "more than 400 tags"),
        ("x" * 20_001, "use at most 20000"),
        ("{{ " + "9" * 5000 + " }}", "a number may have at most 12 digits"),
        ("{{ 0x" + "f" * 9 + " }}", "a number may have at most 12 digits, and is written with digits"),
        ("{{ 1e308 }}", "a number may have at most 12 digits, and is written with digits"),
        ("{{ 1|length }}", "'length' takes array or text, not number"),
        ("{{ 1 > 'a' }}", "number and text have no order"),
        ("{{ person < limit }}", "text and number have no order"),
        ("{{ facts > 1 }}", "array and number have no order"),
        ("{% if limit is gt 'a' %}{% endif %}", "number and text have no order"),
        ("{% if 1 in person %}{% endif %}", "look for text in text or in an array"),
        ("{% if 'a' in limit %}{% endif %}", "look for text in text or in an array"),
        ("{% if person is gt %}{% endif %}", "the test 'gt' takes 1 argument"),
        ("{% if person is string(1) %}{% endif %}", "the test 'string' takes no argument"),
        ("{{ 'a'|lower(1,2,3) }}", "'lower' takes at most 0 arguments"),
        ("{{ person|trim('x') }}", "'trim' takes at most 0 arguments"),
        ("{{ person|join(person) }}", "'join' takes array, not text"),
        ("{{ facts|join(person) }}", "'join' takes a text of at most 100 characters"),
        ("{{ person|default }}", "'default' takes the value to use instead"),
        ("{{ person if is_new }}", "an if inside an expression needs an else"),
        ("{{ limit|first }}", "'first' takes array or text, not number"),
        ("{% for fact in facts %}{% endfor %}{{ fact }}", "'fact' is known inside its for only"),
        ("{{ loop.index }}", "'loop' is known inside its for only"),
        ("{% for facts in facts %}{% for a in facts %}{% endfor %}{% endfor %}", "'facts' is taken"),
        (r"{{ '\ud800' }}", "a character that is none"),
        (r"{{ '\x00' }}", "a character that is none"),
    ],
)
def test_what_would_hang_or_crash_is_a_finding_and_found_at_once(text: str, finding: str) -> None:
    began = time.perf_counter()
    found = findings(text)
    assert time.perf_counter() - began < A_MOMENT
    assert finding in found
    assert found.startswith("mine:")


@pytest.mark.parametrize(
    "text",
    [
        "{{ share|round(2,'ceil') }} {{ share|round }} {{ limit > 3 and person|length < limit }}",
        "{% for fact in facts %}{{ loop.index }}. {{ fact|upper }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{{ facts|join(', ') }} {{ facts|length }} {{ (facts|first)|default('nothing', true) }}",
        "{% if 'soup' in person or 'soup' in facts or person is eq 'Ada' %}{{ person|title|trim }}{% endif %}",
        "{{ person ~ ' ' ~ limit }} {{ 'new' if is_new else 'old' }} {# (((((((((( #}{% raw %}{{ x }}{% endraw %}",
    ],
)
def test_what_a_prompt_may_do_it_may_still_do(text: str) -> None:
    assert findings(text) == ""


def test_what_only_shows_when_it_is_filled_in_is_a_finding_too() -> None:
    text = "system:\nBe kind.\n\nuser:\nOne\n{{ findings|first }}"
    with pytest.raises(BadInput, match=r"creative/ad_copy:6: .*sequence was empty"):
        SHIPPED.preview("creative/ad_copy", text)


@pytest.mark.parametrize(
    ("body", "too_much"),
    [
        ("{% for a in facts %}{% for b in facts %}" + "x" * 500 + "{% endfor %}{% endfor %}", "longer than 200000"),
        (
            "{% for a in facts %}{% for b in facts %}" + "{% if a > b %}{% endif %}" * 9 + "{% endfor %}{% endfor %}",
            "steps",
        ),
        ("{% for a in facts %}{% if person|title|title|title == a %}{% endif %}{% endfor %}", "steps"),
        (
            "{{ person ~ person ~ person ~ person ~ person ~ person ~ person ~ person ~ person ~ person ~ person }}",
            "longer",
        ),
    ],
)
def test_a_template_that_would_take_too_much_is_refused_before_it_is_run(
    body: str, too_much: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "greeting.prompty").write_text(GOOD, encoding="utf-8")
    values = {"person": "x" * 19_999, "facts": ["fact"] * 200}
    began = time.perf_counter()
    with pytest.raises(BadInput, match=too_much):
        PromptLibrary(folder).render("greeting", values, f"user:\n{body}")
    assert time.perf_counter() - began < A_MOMENT


def test_a_line_of_blanks_is_seen_at_once_to_open_no_role() -> None:
    began = time.perf_counter()
    assert marker_of(" " * 20_000 + "x") is None
    assert marker_of("user" + " " * 20_000 + "x") is None
    assert ":" in neutralise("\t" * 20_000 + "x:")
    assert neutralise("user" + " " * 20_000 + "x:").startswith("user")
    assert time.perf_counter() - began < A_MOMENT


PIECES = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "person",
    "facts",
    "limit",
    "loop",
    "loop.index",
    "|",
    "length",
    "round",
    "first",
    "join",
    "default",
    "lower",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "=",
    "~",
    "-",
    ">",
    "1",
    "1.5",
    "'a'",
    "in",
    "is",
    "eq",
    "if",
    "else",
    "elif",
    "endif",
    "for",
    "endfor",
    "not",
    "and",
    "none",
    "true",
    "raw",
    "user:",
    "\\",
]


@given(st.lists(st.sampled_from([*PIECES, "\n"]), max_size=30).map(" ".join))
@hypothesis_settings(max_examples=300)
def test_whatever_is_written_is_filled_in_or_refused(text: str) -> None:
    override = "user:\n" + text.replace("person", "tone").replace("facts", "findings").replace("limit", "body_limit")
    with contextlib.suppress(BadInput):
        SHIPPED.preview("creative/ad_copy", override)


NESTED = [
    "{% for fact in facts %}{% for other in more %}{{ fact }}: {{ other|join(', ') }}{{ more|join(fact) }}{% endfor %}"
    "{% else %}nothing of {{ person }}{% endfor %}",
    "{% if person == fact %}{{ 'a' if is_new else person|upper }}{% elif facts %}{{ facts|join(', ') }}{% endif %}",
    "{% for fact in facts %}{{ loop.index }}. {{ fact|upper }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{{ facts }}{{ facts|join(person)|upper }}{{ person in facts }}",
    "",
]


@given(
    text=st.sampled_from(
        [*NESTED, *(part.text for one in SHIPPED.list() for part in split_roles(SHIPPED.text(one.name)))]
    ),
    lists=st.lists(st.lists(st.text(max_size=40), max_size=30), min_size=2, max_size=2),
    person=st.text(max_size=3000),
)
def test_the_glance_at_what_a_message_costs_never_says_less_than_the_count(
    text: str, lists: list[list[str]], person: str
) -> None:
    tree = environment().parse(text)
    values: dict[str, object] = {"facts": lists[0], "findings": lists[0], "more": lists[1], "person": person, "n": 1}
    counted, seen = cost(tree, values), bound(shape(tree), values)
    assert counted.steps <= seen.steps
    assert counted.characters <= seen.characters
