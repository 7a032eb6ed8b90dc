"""The second reader: what it learned, and that it can do no more than ask for a person."""

from functools import cache

import numpy as np
import pytest

from agents.compliance.reader.corpus import Line, lessons, lines, products
from agents.compliance.reader.fit import fit
from agents.compliance.reader.reader import second_reader
from agents.compliance.rulebook.book import rulebook
from bench.law.law import judge
from domain.creative import Outcome


@cache
def doubted(part: str, *, kept_back: bool) -> float:
    """The share of a part's lines the reader asks a person about."""
    reader, shelf = second_reader(), products()
    some = [line for line in lines(part) if line.is_kept_back == kept_back]  # type: ignore[arg-type]
    return float(np.mean([reader.doubts(line.text, shelf[line.product]) is not None for line in some]))


def test_it_knows_unlawful_copy_it_has_not_seen_from_lawful() -> None:
    assert doubted("lawful", kept_back=True) < 0.12
    assert doubted("known", kept_back=True) > 0.4
    assert doubted("unseen", kept_back=True) > 0.4


def test_it_learns_nothing_of_what_is_kept_back() -> None:
    taught = {line.id for line in lessons()}
    assert not any(line.id in taught for part in ("known", "lawful") for line in lines(part) if line.is_kept_back)
    assert not any(line.id in taught for line in lines("unseen"))


def test_its_rule_can_only_refer() -> None:
    [rule] = [rule for rule in rulebook().rules if rule.check == "second_reader"]
    assert rule.outcome is Outcome.REFER


def test_it_says_what_weighs_most() -> None:
    line = "It works wonders for my knees | A spoonful each morning and the stairs are nothing | Shop now"
    assert "'" in (second_reader().doubts(line, None) or "")


def test_the_corpus_is_large_and_every_line_has_its_rule_and_source() -> None:
    everything: list[Line] = [line for part in ("known", "unseen", "lawful") for line in lines(part)]
    assert len(everything) >= 600
    assert all(line.family and (line.source or line.label == "pass") for line in everything)
    assert len({line.id for line in everything}) == len(everything)


def test_no_line_of_the_families_rules_are_written_for_is_easier_than_it_was() -> None:
    """A floor under both error rates, so that a change that spoils the gate is noticed; `bench law` has the figures."""
    some = [line for line in lines("known") if line.is_kept_back][::3]
    passed = np.mean([judge(line).outcome is Outcome.PASS for line in some])
    fine = [line for line in lines("lawful") if line.is_kept_back][::2]
    refused = np.mean([judge(line).outcome is Outcome.FAIL for line in fine])
    assert passed < 0.2
    assert refused < 0.1


@pytest.mark.long
def test_fitting_it_anew_gives_the_same_reader() -> None:
    anew, shipped = fit(lessons()), second_reader()
    assert anew.threshold == pytest.approx(shipped.threshold, abs=0.05)
    np.testing.assert_allclose(anew.of_meaning, shipped.of_meaning, atol=0.02)
    np.testing.assert_allclose(anew.of_manner, shipped.of_manner, atol=0.02)
