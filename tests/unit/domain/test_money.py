"""Money is pounds and pence, and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from domain.money import MOST, PENNY, Money, in_proportion, pounds


class Purse(BaseModel):
    holds: Money


@pytest.mark.parametrize("amount", ["1e30", "-1e30", "inf", "-inf", "nan", "a fortune", float("inf"), Decimal("NaN")])
def test_what_is_no_amount_of_money_is_refused_by_value(amount: str | float | Decimal) -> None:
    with pytest.raises(ValueError, match="amount"):
        pounds(amount)
    with pytest.raises(ValidationError):
        Purse.model_validate({"holds": amount})


@given(st.decimals(min_value=-MOST, max_value=MOST, allow_nan=False, allow_infinity=False))
def test_every_amount_within_bounds_is_rounded_to_the_nearest_penny(amount: Decimal) -> None:
    rounded = pounds(amount)
    assert rounded.as_tuple().exponent == -2
    assert abs(rounded - amount) <= Decimal("0.005")
    assert Purse(holds=amount).holds == rounded


PENCE = st.integers(min_value=0, max_value=10_000_000).map(lambda pence: Decimal(pence) / 100)


@given(st.lists(PENCE, min_size=1, max_size=40).filter(any), PENCE)
def test_a_total_is_shared_to_the_penny_and_nobody_is_left_with_less_than_nothing(
    amounts: list[Decimal], total: Decimal
) -> None:
    shares, whole = in_proportion(amounts, total), sum(amounts)
    assert sum(shares) == total
    for amount, share in zip(amounts, shares, strict=True):
        assert share >= 0
        assert abs(share - amount * total / whole) < PENNY


def test_what_comes_to_nothing_is_not_shared() -> None:
    with pytest.raises(ValueError, match="no proportions"):
        in_proportion([Decimal(0), Decimal(0)], Decimal(5))
