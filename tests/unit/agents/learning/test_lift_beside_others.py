"""Campaigns of one category at once and one after the other: what each is said to have caused."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from agents.learning.lift.measure import measure_lift
from domain.booking import BookedAds
from domain.catalogue import Store
from domain.plan import Flight, Holdout
from world.ports import StoreSales

START = date(2026, 10, 12)
FLIGHT = Flight(start=START + timedelta(days=28), end=START + timedelta(days=34))
STORES = [Store(store_id=f"S{at:02d}", name=f"Store {at}", region=f"R{at % 8}") for at in range(40)]
NAMES = tuple(store.store_id for store in STORES)


@dataclass
class Town:
    """Sales of five weeks, to which campaigns are added as they come."""

    rng: np.random.Generator

    def __post_init__(self) -> None:
        weather = self.rng.normal(0, 0.1, (8, 35))[np.arange(40) % 8]
        self.units = 300 * np.exp(weather + self.rng.normal(0, 0.05, (40, 35))) * self.rng.lognormal(0, 0.5, (40, 1))
        self.lift = np.zeros((40, 35))

    def holdout(self) -> Holdout:
        order = self.rng.permutation(40)
        held, treated = ([NAMES[at] for at in some] for some in (order[:10], order[10:]))
        return Holdout(share=0.25, control_stores=sorted(held), treated_stores=sorted(treated), seed=1)

    def advertise(self, flight: Flight, holdout: Holdout, lift: float) -> BookedAds:
        rows = np.isin(NAMES, holdout.treated_stores)
        first = (flight.start - START).days
        self.lift[np.ix_(rows, np.arange(first, first + flight.days))] += lift
        return BookedAds(
            campaign_id=UUID(int=1), flight=flight, treated_stores=holdout.treated_stores, committed=Decimal(700)
        )

    def measured(self, holdout: Holdout, others: list[BookedAds]) -> tuple[float, str]:
        """Relative lift and in words why it was read so."""
        sales = StoreSales(START, NAMES, self.units * (1 + self.lift))
        found = measure_lift(
            sales, flight=FLIGHT, holdout=holdout, stores=STORES, price=1.0, others=others, daily_spend=100.0
        )
        return found.lift, found.why


def week(number: int) -> Flight:
    return Flight(start=START + timedelta(weeks=number), end=START + timedelta(weeks=number, days=6))


def test_two_campaigns_in_stores_of_their_own_are_told_apart() -> None:
    found = []
    for seed in range(30):
        town = Town(np.random.default_rng(seed))
        ours, theirs = town.holdout(), town.holdout()
        town.advertise(FLIGHT, ours, 0.1)
        other = town.advertise(FLIGHT, theirs, 0.3)
        found.append(town.measured(ours, [other])[0])
    # Of what both sell in one store, each is given what it adds on average.
    assert np.mean(found) == pytest.approx(0.09, abs=0.015)


def test_who_is_not_told_of_the_other_claims_part_of_its_effect() -> None:
    """What the two tests above and below are worth: without the other in the model, they would not hold."""
    town = Town(np.random.default_rng(3))
    ours = town.holdout()
    town.advertise(FLIGHT, ours, 0.1)
    other = town.advertise(FLIGHT, ours, 0.1)
    alone, told = town.measured(ours, [])[0], town.measured(ours, [other])[0]
    assert alone == pytest.approx(0.2, abs=0.03)
    assert told == pytest.approx(alone / 2, abs=0.02)


def test_the_same_stores_on_the_same_days_share_the_effect_by_what_each_spent() -> None:
    town = Town(np.random.default_rng(5))
    ours = town.holdout()
    town.advertise(FLIGHT, ours, 0.1)
    other = town.advertise(FLIGHT, ours, 0.1).model_copy(update={"committed": Decimal(2100)})
    lift, why = town.measured(ours, [other])
    assert lift == pytest.approx(0.05, abs=0.012)
    assert "shared out by what each spent: 25% of it" in why


def test_campaigns_of_the_weeks_before_are_not_taken_for_the_usual() -> None:
    knowing, blind = [], []
    for seed in range(20):
        town = Town(np.random.default_rng(seed))
        others = [town.advertise(week(number), town.holdout(), 0.2) for number in range(4)]
        ours = town.holdout()
        town.advertise(FLIGHT, ours, 0.1)
        knowing.append(town.measured(ours, others)[0])
        blind.append(town.measured(ours, [])[0])
    assert np.mean(knowing) == pytest.approx(0.1, abs=0.01)
    assert np.std(knowing) < np.std(blind)


def test_a_campaign_of_long_ago_or_elsewhere_changes_nothing() -> None:
    town = Town(np.random.default_rng(7))
    ours = town.holdout()
    town.advertise(FLIGHT, ours, 0.1)
    long_ago = BookedAds(
        campaign_id=UUID(int=2),
        flight=Flight(start=START - timedelta(days=30), end=START - timedelta(days=20)),
        treated_stores=list(NAMES[:5]),
        committed=Decimal(100),
    )
    elsewhere = long_ago.model_copy(update={"flight": FLIGHT, "treated_stores": ["another shop"]})
    assert town.measured(ours, [long_ago, elsewhere]) == town.measured(ours, [])
