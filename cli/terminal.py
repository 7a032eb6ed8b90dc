"""What the command shows a person: colour and boxes on a terminal, plain lines in a pipe."""

from functools import lru_cache
from typing import TYPE_CHECKING

from domain.figures import signed_percent

if TYPE_CHECKING:
    from rich.console import Console


@lru_cache(maxsize=1)
def console() -> "Console":
    """Standard output. Rich is loaded when there is something to show, not when there is only help to give."""
    from rich.console import Console

    return Console(highlight=False)


def pounds(amount: float) -> str:
    """£1,234.50, or £1,234 when there are no pence."""
    return f"£{amount:,.2f}".removesuffix(".00")


def percent(share: float, *, signed: bool = False) -> str:
    return signed_percent(share) if signed else f"{share:.0%}"
