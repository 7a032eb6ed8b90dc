"""What other campaigns' ads are believed to have added: in their stores, on their days, by the curves of a plan."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from agents.learning.earlier import believed_lift
from agents.response.beliefs import posterior
from agents.response.curves import cell_name
from domain.booking import BookedAds
from domain.channel import Channel
from domain.plan import Flight, StoreGroup
from world.ports import StoreSales

START = date(2026, 10, 5)
STORES = tuple(f"S{number:02d}" for number in range(8))
UNITS = np.full((8, 28), 100.0)


def booked(first: int, days: int = 7, **groups: dict[Channel, Decimal]) -> BookedAds:
    flight = Flight(start=START + timedelta(days=first), end=START + timedelta(days=first + days - 1))
    served = [
        StoreGroup(name=name, stores=list(STORES[place * 3 : place * 3 + 3]), budgets=budgets)
        for place, (name, budgets) in enumerate(groups.items())
    ]
    return BookedAds(
        campaign_id=UUID(int=1),
        flight=flight,
        treated_stores=[store for group in served for store in group.stores],
        committed=Decimal(1000),
        audience="families",
        groups=served,
    )


def lift_of(*others: BookedAds) -> np.ndarray:
    sales = StoreSales(START, STORES, UNITS)
    return believed_lift(sales, others, [], category="soup", price=7.0, as_of=START + timedelta(days=28))


def test_it_is_in_their_stores_on_their_days_alone() -> None:
    lift = lift_of(booked(3, A={Channel.EMAIL: Decimal(210)}, B={Channel.EMAIL: Decimal(420)}))
    assert (lift[6:] == 0).all()
    assert (lift[:, :3] == 0).all()
    assert (lift[:, 10:] == 0).all()
    assert 0 < lift[0, 3] < lift[3, 3] < 2 * lift[0, 3]
    assert (lift[:3, 3:10] == lift[0, 3]).all()


def test_it_is_what_the_curves_say_of_a_store_and_day() -> None:
    lift = lift_of(booked(0, A={Channel.EMAIL: Decimal(210)}))
    beliefs = posterior([], [cell_name(Channel.EMAIL, "families", "soup")], START + timedelta(days=28))
    scale = float(np.exp(beliefs.log_scale(700.0)[0]))
    assert lift[0, 0] == pytest.approx(float(beliefs.mean[0]) * (1 - np.exp(-10 / scale)))


def test_several_campaigns_add_and_a_flight_may_lie_partly_outside() -> None:
    one, other = booked(-4, A={Channel.EMAIL: Decimal(210)}), booked(1, A={Channel.PAID_SOCIAL: Decimal(210)})
    together = lift_of(one, other)
    np.testing.assert_allclose(together, lift_of(one) + lift_of(other))
    assert together[0, 2] > together[0, 0] > 0
    assert (lift_of(booked(-20, A={Channel.EMAIL: Decimal(210)})) == 0).all()


def test_ads_of_which_is_not_kept_who_was_served_add_nothing() -> None:
    unknown = booked(0, A={Channel.EMAIL: Decimal(210)}).model_copy(update={"groups": []})
    assert (lift_of(unknown) == 0).all()
