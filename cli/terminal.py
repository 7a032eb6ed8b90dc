"""What the command shows a person: colour and boxes on a terminal, plain lines in a pipe."""

from rich.console import Console

console = Console(highlight=False)
"""Standard output."""


def pounds(amount: float) -> str:
    """£1,234.50, or £1,234 when there are no pence."""
    return f"£{amount:,.2f}".removesuffix(".00")


def percent(share: float, *, signed: bool = False) -> str:
    return f"{share:+.0%}" if signed else f"{share:.0%}"
