"""What the command shows a person: colour and boxes on a terminal, plain lines in a pipe."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from domain.figures import signed_percent

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


@lru_cache(maxsize=1)
def console() -> "Console":
    """Standard output. Rich is loaded when there is something to show, not when there is only help to give."""
    from rich.console import Console
    from rich.errors import MarkupError

    from domain.plain_text import showable

    class Terminal(Console):
        """What others wrote (a file's names, a model's words) neither steers the terminal nor is taken for our colours
        where it would not be any."""

        def render_str(self, text: str, **how: Any) -> "Text":
            plain = showable(text)
            try:
                return super().render_str(plain, **how)
            except MarkupError:
                return super().render_str(plain, **{**how, "markup": False})

    return Terminal(highlight=False)


def pounds(amount: float) -> str:
    """£1,234.50, or £1,234 when there are no pence."""
    return f"£{amount:,.2f}".removesuffix(".00")


def percent(share: float, *, signed: bool = False) -> str:
    return signed_percent(share) if signed else f"{share:.0%}"
