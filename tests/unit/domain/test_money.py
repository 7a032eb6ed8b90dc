"""Money is pounds and pence, and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from domain.money import MOST, Money, pounds


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
