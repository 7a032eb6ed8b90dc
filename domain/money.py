"""Money: `Decimal` pounds and pence inside, a JSON number outside."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, WithJsonSchema

PENNY = Decimal("0.01")
MOST = Decimal(10**12)
"""More than this is a slip of the keyboard, and beyond what a ledger in pence should be asked to hold."""


def pounds(amount: Decimal | float | int | str) -> Decimal:
    """Round to whole pence, half to even. Floats pass through their shortest decimal form (0.1 is ten pence).

    Raises ValueError for what is not a number, not finite, or more than `MOST` either way.
    """
    try:
        value = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount of money") from error
    if not value.is_finite() or abs(value) > MOST:
        raise ValueError(f"{value} is not an amount between £-{MOST:,} and £{MOST:,}")
    return value.quantize(PENNY, rounding=ROUND_HALF_EVEN)


def in_proportion(amounts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """`total` shared as `amounts` are, in pounds and pence: each within a penny of its share, and all together the
    total. The largest remainders get the pence left over, the first of equals first (Hamilton's method).

    Raises ValueError where the amounts come to nothing.
    """
    whole = sum(amounts, start=Decimal(0))
    if whole <= 0:
        raise ValueError("what comes to nothing has no proportions")
    exact = [amount * total / whole for amount in amounts]
    shares = [share.quantize(PENNY, ROUND_FLOOR) for share in exact]
    left_over = int((total - sum(shares, start=Decimal(0))) / PENNY)
    by_remainder = sorted(range(len(shares)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[:left_over]:
        shares[place] += PENNY
    return shares


Money = Annotated[
    Decimal,
    AfterValidator(pounds),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "description": "pounds sterling, two decimals"}),
]
