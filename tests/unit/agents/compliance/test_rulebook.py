"""The rulebook as data: what is unsound is refused with the rule and the field named."""

import pytest

from agents.compliance.rulebook.book import Rulebook, parse_book, rulebook, sound_rulebook
from domain.errors import DataFault

GOOD = """
version: 1
rules: [{id: a.b, title: t, source: s, scope: ad, check: words, patterns: ['x'], remedy: r, fixable_by: copy}]
"""


def sound(text: str) -> Rulebook:
    return sound_rulebook(parse_book(text, "a.yaml"))


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("source:", "sauce:", "rule 'a.b', field sauce: there is no such field: did you mean 'source'?"),
        ("'x'", "'(x'", "rule 'a.b', field patterns: pattern '(x' is not a regular expression"),
        ("['x']", "['x'", "a.yaml, line"),
        ("check: words", "check: vibes", "rule 'a.b', field check"),
        ("patterns: ['x'], ", "", "patterns go with check 'words'"),
        ("patterns: ['x']", "patterns: [{words: x, proof: luck}]", "rule 'a.b', field patterns"),
        ("remedy: r", "remedy: r, law: [{nation: Mercia, since: 2026-01-01, source: s}]", "rule 'a.b', field law"),
        (
            "}]\n",
            "}, {id: a.b, title: t, source: s, scope: ad, check: price, remedy: r, fixable_by: copy}]\n",
            "twice: a.b",
        ),
    ],
)
def test_a_slip_in_the_rulebook_is_told_by_rule_and_field(was: str, now: str, told: str) -> None:
    book = sound(GOOD)
    [(_, found)] = book.matches(book.rules[0], "axb")
    assert found.group(0) == "x"
    head, rules = GOOD.split("rules:")
    with pytest.raises(DataFault) as refused:
        sound(f"{head}rules:{rules.replace(was, now, 1)}")
    assert told in str(refused.value)


def test_every_rule_cites_its_law_and_a_way_out() -> None:
    for rule in rulebook().rules:
        assert len(rule.source) > 10, rule.id
        assert len(rule.remedy) > 10, rule.id
        assert all(len(law.source) > 10 for law in rule.law), rule.id
