"""What the command shows a person: colour and boxes on a terminal, plain lines in a pipe."""

from rich.console import Console

from domain.figures import signed_percent

console = Console(highlight=False)
"""Standard output."""


def pounds(amount: float) -> str:
    """£1,234.50, or £1,234 when there are no pence."""
    return f"£{amount:,.2f}".removesuffix(".00")


def percent(share: float, *, signed: bool = False) -> str:
    return signed_percent(share) if signed else f"{share:.0%}"
