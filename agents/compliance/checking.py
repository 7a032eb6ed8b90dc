"""Whether a text may run: the rules on one ad that belongs to no campaign yet."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from agents.compliance.case import AdText, Case, Placement
from agents.compliance.examination import overall, rulings
from agents.compliance.rulebook.book import rulebook
from domain.catalogue import Product
from domain.creative import Outcome, Ruling, Verdict
from domain.plan import Flight

_ORDER = {Outcome.FAIL: 0, Outcome.REFER: 1}


def check(placement: Placement, ad: AdText, product: Product | None, *, model_reads: bool = False) -> Verdict:
    """What every rule says of the placement and of the ad, as the gate would say it; without the small reader where a
    chat model reads the ad afterwards."""
    case = Case(placement, product, ad)
    found = [*rulings(Case(placement, product), "plan"), *rulings(case, "ad", model_reads=model_reads)]
    objections = sorted((r for r in found if r.outcome is not Outcome.PASS), key=lambda r: _ORDER[r.outcome])
    return Verdict(
        outcome=overall(found),
        summary=_in_words(objections),
        rulings=objections,
        passed=len(found) - len(objections),
        rulebook=rulebook().version,
    )


def read_up() -> None:
    """Read and compile all that judging an ad takes, so that the first campaign of a server does not wait for it."""
    flight = Flight(start=date(2026, 11, 24), end=date(2026, 11, 30))
    product = Product(sku="", name="Tomato Soup", category="soup", price=Decimal(1), margin_rate=0.3)
    placement = Placement("", product.category, (), flight, ())
    # Words of another language have the dictionaries looked up to the last.
    for body in ("Warm bowls for wet nights.", "Una sopa bien caliente"):
        check(placement, AdText("Rain outside", body, "Shop soups", "A bowl", ""), product)


def _in_words(objections: Sequence[Ruling]) -> str:
    """The verdict as a colleague would put it. A pass is never counted beside a failure."""
    failed = [ruling for ruling in objections if ruling.outcome is Outcome.FAIL]
    if failed:
        return f"It may not run: {_listed(failed)}."
    if objections:
        return f"A person has to look before it runs: {_listed(objections)}."
    return "Nothing to object: it may run."


def _listed(objections: Sequence[Ruling]) -> str:
    return "; ".join(f"{ruling.title[:1].lower()}{ruling.title[1:]} ({ruling.evidence})" for ruling in objections)
