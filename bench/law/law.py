"""How often the gate is wrong: unlawful copy that passes, lawful copy that is refused or referred.

Rules and second reader are made on one half of the lines; what is printed first is the other half. Of the unseen
families no rule is written and the reader has read no line: they stand for what nobody thought of.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from agents.compliance.case import AdText, Placement
from agents.compliance.checking import check
from agents.compliance.reader.corpus import Line, Part, lines, products
from agents.compliance.reader.reader import second_reader
from bench.report import BenchReport, Row, report
from domain.creative import Outcome, Verdict
from domain.plan import Flight

FLIGHT: Final = Flight(start=date(2026, 11, 24), end=date(2026, 11, 30))
"""The week for which the lines were labelled."""
REGIONS: Final = ("London",)
PICTURE: Final = "The product on a kitchen table"


class Judged(NamedTuple):
    line: Line
    verdict: Verdict


def run() -> BenchReport:
    known, lawful = judged("known"), judged("lawful")
    unseen = judged("unseen")
    pairs = [one for one in judged("pairs") if one.line.is_kept_back]
    held = [one for one in known if one.line.is_kept_back]
    held_lawful = [one for one in lawful if one.line.is_kept_back]
    rows = [
        *_unlawful("known families, kept back", held, target=0.0),
        *_unlawful("unseen families", unseen, target=0.15),
        *_lawful("lawful, kept back", held_lawful),
        *_pairs(pairs),
        _share("known families, tuned on: passed", _out(known, held), Outcome.PASS),
        _share("lawful, tuned on: refused", _out(lawful, held_lawful), Outcome.FAIL),
        _share("lawful, tuned on: referred", _out(lawful, held_lawful), Outcome.REFER),
        *_reader(held, unseen, held_lawful),
    ]
    passed = next(row.value for row in rows if row.what == "unseen families: passed")
    return report(
        "law",
        rows,
        ratio=passed,
        target=0.15,
        notes=[
            f"{len(held)} unlawful or doubtful lines of known families and {len(unseen)} of unseen ones, "
            f"{len(held_lawful)} lawful; a week from {FLIGHT.start} in {', '.join(REGIONS)}",
            "the law on paid online ads of less healthy food is left out here: it asks for the channel, not the words",
        ],
    )


def judged(part: Part) -> list[Judged]:
    """What the gate says of each line of a part of the corpus, the words alone."""
    return [Judged(line, judge(line)) for line in lines(part)]


def judge(line: Line, *, model_reads: bool = False) -> Verdict:
    """What the gate says of the words of a line."""
    product = products()[line.product]
    placement = Placement(
        sku=product.sku,
        category=product.category,
        channels=(),
        flight=FLIGHT,
        regions=REGIONS,
        minimum_age=18,
    )
    words = AdText(line.headline, line.body, line.call_to_action, PICTURE, product.sku)
    return check(placement, words, product, model_reads=model_reads)


def _out(everything: Iterable[Judged], some: list[Judged]) -> list[Judged]:
    left = {one.line.id for one in some}
    return [one for one in everything if one.line.id not in left]


def _unlawful(name: str, some: list[Judged], *, target: float) -> list[Row]:
    passed = _share(f"{name}: passed", some, Outcome.PASS, target=target)
    return [passed, _share(f"{name}: refused", some, Outcome.FAIL), _share(f"{name}: referred", some, Outcome.REFER)]


def _lawful(name: str, some: list[Judged]) -> list[Row]:
    return [
        _share(f"{name}: refused", some, Outcome.FAIL, target=0.05),
        _share(f"{name}: referred", some, Outcome.REFER, target=0.10),
    ]


def _pairs(pairs: list[Judged]) -> list[Row]:
    """Two ads of one voice with a word or two between them, one lawful and one not."""
    unlawful = [one for one in pairs if one.line.label != "pass"]
    lawful = [one for one in pairs if one.line.label == "pass"]
    return [
        _share("minimal pairs, kept back: unlawful passed", unlawful, Outcome.PASS),
        _share("minimal pairs, kept back: lawful refused", lawful, Outcome.FAIL),
        _share("minimal pairs, kept back: lawful referred", lawful, Outcome.REFER),
    ]


def _share(what: str, some: list[Judged], outcome: Outcome, *, target: float | None = None) -> Row:
    share = sum(one.verdict.outcome is outcome for one in some) / len(some)
    return Row(what=what, value=round(share, 4), unit="of 1", target=target, better="lower")


def _reader(known: list[Judged], unseen: list[Judged], lawful: list[Judged]) -> list[Row]:
    """Both error rates of the second reader by itself."""
    reader, shelf = second_reader(), products()

    def doubted(some: list[Judged]) -> float:
        return sum(reader.doubts(one.line.text, shelf[one.line.product]) is not None for one in some) / len(some)

    return [
        Row(what="second reader alone: known passed", value=round(1 - doubted(known), 4), unit="of 1", better="lower"),
        Row(
            what="second reader alone: unseen passed", value=round(1 - doubted(unseen), 4), unit="of 1", better="lower"
        ),
        Row(what="second reader alone: lawful referred", value=round(doubted(lawful), 4), unit="of 1", better="lower"),
    ]
