"""Figures with their sign, as sentences for readers write them: a real minus, and a nought without any sign."""

from decimal import Decimal

MINUS = "\N{MINUS SIGN}"


def signed_percent(share: float, digits: int = 0) -> str:
    """`+3%`, `−12%`, and `0%` for what rounds to nothing; `share` is a ratio."""
    return _signed(f"{abs(share):.{digits}%}", share, f"{0:.{digits}%}")


def signed_number(value: float, digits: int = 2) -> str:
    """`+0.82`, `−0.10`, `0.00`."""
    return _signed(f"{abs(value):.{digits}f}", value, f"{0:.{digits}f}")


def whole_degrees(celsius: float) -> str:
    """`17 °C`, `−5 °C`, `0 °C`: a temperature, which bears a sign only where it is below nothing."""
    figures = f"{abs(celsius):.0f}"
    return f"{MINUS if celsius < 0 and figures != '0' else ''}{figures} °C"


def rounded_pounds(amount: float) -> str:
    """Pounds as closely as a forecast can mean them, three figures: `£24,800`, `£1,540`, `£87`."""
    figures = f"£{abs(float(f'{amount:.3g}')):,.0f}"
    return f"{MINUS if amount < 0 and figures != '£0' else ''}{figures}"


def dollars_told(amount: Decimal) -> str:
    """What a model costs, in US dollars: cents from a dollar on, below it as closely as a price for tokens is."""
    if amount >= 1:
        return f"${amount:,.2f}"
    return "less than $0.0001" if 0 < amount < Decimal("0.00005") else f"${amount:.4f}" if amount else "$0"


def _signed(text: str, value: float, nothing: str) -> str:
    if text == nothing:
        return text
    return f"{MINUS if value < 0 else '+'}{text}"
