"""Money: `Decimal` pounds and pence inside, a JSON number outside."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, WithJsonSchema

PENNY = Decimal("0.01")


def pounds(amount: Decimal | float | int | str) -> Decimal:
    """Round to whole pence, half to even. Floats pass through their shortest decimal form (0.1 is ten pence)."""
    value = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    return value.quantize(PENNY, rounding=ROUND_HALF_EVEN)


Money = Annotated[
    Decimal,
    AfterValidator(pounds),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "description": "pounds sterling, two decimals"}),
]
