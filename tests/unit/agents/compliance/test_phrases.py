"""Phrases are found exactly where a regular expression finds them, and most are not looked for."""

import json
import random
import re
import string
import sys
from collections.abc import Iterator
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.compliance.rulebook.book import Rulebook, rulebook
from agents.compliance.rulebook.finder import Finder, small_letters
from agents.compliance.rulebook.phrases import Phrase, phrase_of

LINES = 250
ORDINARY = (
    "Warm up with hearty tomato soup | Big bowls, made for wet evenings. Now £1.20, in store this week | Shop now"
)


def words_of(book: Rulebook) -> list[str]:
    patterns = [words.words for rule in book.rules for words in rule.patterns]
    excuses = [words for rule in book.rules for words in rule.excused]
    return list(dict.fromkeys([*patterns, *excuses, *(rf"\b(?:{claim.words})" for claim in book.nutrition_claims)]))


def spans(found: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    return [one.span() for one in found]


def lines_of_the_corpus() -> list[str]:
    """Parts of ads that are to be refused, and of ads that are lawful."""
    corpus = files("agents.compliance").joinpath("corpus")
    texts = sorted(
        text
        for file in corpus.iterdir()
        if file.name.endswith(".jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        for text in json.loads(line).values()
        if isinstance(text, str) and len(text) > 20
    )
    return random.Random(7).sample(texts, LINES)


def test_the_corpus_has_every_phrase_where_the_expression_has_it() -> None:
    finder, words = rulebook().finder, words_of(rulebook())
    plain = {one: re.compile(one, re.IGNORECASE) for one in words}
    found = 0
    for text in lines_of_the_corpus():
        for one in words:
            expected = spans(plain[one].finditer(text))
            assert spans(finder.find([phrase_of(one)], text)) == expected, (one, text)
            found += len(expected)
    assert found > LINES / 2, "there was something to find"


def test_excuses_together_are_found_as_their_alternation_finds_them() -> None:
    excuses = [one for rule in rulebook().rules for one in rule.excused]
    together = re.compile("|".join(f"(?:{one})" for one in excuses), re.IGNORECASE)
    for text in lines_of_the_corpus():
        assert rulebook().without_excused(text) == together.sub(" ", text)


@given(st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_whatever_an_expression_of_the_book_matches_is_found(data: st.DataObject) -> None:
    """Texts drawn from the expressions themselves, in any letters that ignoring case lets in."""
    words = data.draw(st.sampled_from(words_of(rulebook())))
    expression = re.compile(words, re.IGNORECASE)
    text = data.draw(st.from_regex(expression))
    assert spans(rulebook().finder.find([phrase_of(words)], text)) == spans(expression.finditer(text))


PARTS = st.sampled_from(
    [
        "a",
        "b",
        "ab",
        "free",
        r"\d+",
        r"\w*",
        "(on|off)",
        "(?:a|ab|abc)?",
        "[aeiou]",
        "x{2,3}",
        "(?=b)",
        "(?<!a)",
        r"\b",
        "é",
        "ſ",
    ]
)


@given(
    st.lists(st.lists(PARTS, min_size=1, max_size=4).map("".join), min_size=1, max_size=4),
    st.text("abcfreonx éſK1 ", max_size=24),
)
@settings(max_examples=600, deadline=None)
def test_any_expression_is_found_where_re_finds_it(branches: list[str], text: str) -> None:
    words = "|".join(branches)
    expression = re.compile(words, re.IGNORECASE)
    if expression.match("") or expression.search("|"):
        return
    try:
        one = Phrase(words)
    except ValueError:
        return  # It fits no letters at all.
    assert spans(Finder([one]).find([one], text)) == spans(expression.finditer(text))


def test_small_letters_are_all_that_ignoring_case_takes_for_a_letter() -> None:
    any_letter = re.compile("[a-z]", re.IGNORECASE)
    for letter in filter(any_letter.match, map(chr, range(sys.maxunicode + 1))):
        [taken_for] = [one for one in string.ascii_lowercase if re.match(one, letter, re.IGNORECASE)]
        assert small_letters(letter) == taken_for, f"U+{ord(letter):04X}"


def test_an_ordinary_ad_is_searched_for_few_of_the_wordings() -> None:
    """That it was searched for each of them had made the gate a third of a campaign's time."""
    every = sum(len(phrase_of(words).wordings) for words in words_of(rulebook()))
    looked_for = sum(map(len, rulebook().finder.likely_in(ORDINARY).values()))
    assert 0 < looked_for < every / 50


@pytest.mark.parametrize("words", ["x*", "(?:a|b)?", "a|"])
def test_what_fits_no_letters_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is found in every text"):
        Phrase(words)


@pytest.mark.parametrize("words", ["(x", "[a", r"(?<=a|bc)d"])
def test_what_is_no_expression_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is not a regular expression"):
        Phrase(words)


def test_parts_that_refer_to_one_another_stay_together() -> None:
    one = Phrase(r"(aa|bb)-\1|cc")
    assert len(one.wordings) == 1
    assert spans(Finder([one]).find([one], "aa-aa bb-aa cc")) == [(0, 5), (12, 14)]


def test_of_wordings_that_begin_at_one_place_the_first_is_found() -> None:
    short, long = Phrase("half|ab|abc|abcd"), Phrase("abcde")
    assert spans(Finder([short, long]).find([short, long], "abcde half")) == [(0, 2), (6, 10)]
    assert spans(Finder([short, long]).find([long, short], "abcde half")) == [(0, 5), (6, 10)]
