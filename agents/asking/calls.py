"""How often a campaign has asked its chat model, and where that ends."""

from types import TracebackType

from agents.asking.books import CallBook
from domain.creative import MODEL_CALLS
from domain.errors import ModelFailure, TescoSenseError


class Calls:
    """The calls of one cycle, counted as they are made.

    Used as `with Calls(state.model_calls) as calls:` around what a node asks: an error of ours that leaves the block
    takes the count with it, because a node that fails returns no state to keep it in.
    """

    def __init__(self, made: int = 0, *, most: int = MODEL_CALLS, book: CallBook | None = None) -> None:
        """`book` is where what each took and cost is written down."""
        self.made = made
        self._most = most
        self.book = book or CallBook()

    @property
    def left(self) -> int:
        """How many more may be made."""
        return self._most - self.made

    def expect(self, needed: int, node: str) -> None:
        """`needed` calls are about to be made, of use only together. Raises ModelFailure when so many may not be."""
        if needed > self.left:
            raise ModelFailure(
                f"the chat model has been asked {self.made} times for this cycle, of {self._most} that it may be, and "
                f"the {node} agent would ask {needed} more",
                remedy="see in the campaign's events what was wrong with its answers, mend the prompt or choose "
                "another model, and start the campaign anew",
            )

    def count(self, node: str) -> None:
        """One more call is about to be made. Raises ModelFailure when it may not be."""
        self.expect(1, node)
        self.made += 1

    def __enter__(self) -> "Calls":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, TescoSenseError):
            error.model_calls = self.made
