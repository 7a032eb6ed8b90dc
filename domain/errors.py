"""One small hierarchy of errors. Each says what was wrong, where, and what to do, in one sentence.

The API turns them into RFC 9457 problem documents (`http_status`, `title`), the command line into one line on
standard error and a non-zero exit code.
"""

import difflib
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.figures import dollars_told


class TescoSenseError(Exception):
    """Base of every error we raise on purpose."""

    title: ClassVar[str] = "Something went wrong"
    http_status: ClassVar[int] = 500
    code: ClassVar[str | None] = None
    """For programs that treat this error unlike others of its status."""
    model_calls: int | None = None
    """How often its campaign had asked the chat model by then, where it comes from a node that asks one."""

    def __init__(self, problem: str, *, remedy: str = "", field: str | None = None) -> None:
        """`problem` says what is wrong and where, `remedy` what to do, `field` the input it came from."""
        self.problem = problem.rstrip(".")
        self.remedy = remedy.rstrip(".")
        self.field = field
        super().__init__(str(self))

    def __str__(self) -> str:
        told = f"{self.problem}: {self.remedy}" if self.remedy else self.problem
        return told if told.endswith("?") else f"{told}."


class BadInput(TescoSenseError):
    """The caller asked for something that cannot be; nothing was started and nothing spent."""

    title = "Bad input"
    http_status = 422


class NotFound(TescoSenseError):
    title = "Not found"
    http_status = 404


class Conflict(TescoSenseError):
    """The thing asked for has already been decided, is running, or has moved on."""

    title = "Conflict"
    http_status = 409


class AlreadyDecided(Conflict):
    """An answer to a question that is no longer open."""

    title = "Already decided"
    code = "already_decided"


class TooLate(Conflict):
    """A flight that is to be approved or gone on with has begun."""

    title = "Too late"
    code = "too_late"


class WouldLapse(Conflict):
    """Moving the world on would end proposals that nobody has decided, and the caller has not said that it may."""

    title = "Proposals would lapse"
    code = "would_lapse"


class BudgetExceeded(Conflict):
    """A reservation would take reserved + committed above the budget of the account or of the day."""

    title = "Budget exceeded"


class Damaged(Conflict):
    """What is stored of one campaign cannot be read. Every other goes on."""

    title = "Damaged campaign"
    code = "damaged"
    campaign_id: UUID | None = None
    """Whose it is; None where that is not known."""
    why = ""
    """Where it cannot be read."""

    @classmethod
    def of(cls, campaign_id: UUID | None, why: str) -> "Damaged":
        whose = "in the database" if campaign_id is None else f"of campaign {campaign_id}"
        error = cls(
            f"what is stored {whose} cannot be read ({why})",
            remedy="restore it from a backup, or leave it: no other campaign is touched",
        )
        error.campaign_id, error.why = campaign_id, why
        return error


class Forbidden(TescoSenseError):
    title = "Forbidden"
    http_status = 403


class DataFault(TescoSenseError):
    """A data source is missing, unreadable or corrupt."""

    title = "Data fault"
    http_status = 422


class ModelFailure(TescoSenseError):
    """The chat model gave no usable answer within its bounded retries."""

    title = "Model failure"
    http_status = 502


class ModelSpendLimit(TescoSenseError):
    """The next question to a chat model might take a campaign past what its models may cost. It was not asked."""

    title = "Model spend limit"
    http_status = 409

    def __init__(self, node: str, *, limit: Decimal, spent: Decimal, next_call: Decimal) -> None:
        """In US dollars; `next_call` is the most that the next question may cost."""
        self.node, self.limit, self.spent = node, limit, spent
        self.at_least = spent + next_call
        super().__init__(
            f"the chat model has cost {dollars_told(spent)} of the {dollars_told(limit)} it may, and the next question "
            f"of the node '{node}' may cost {dollars_told(next_call)}",
            remedy="raise the limit, or go on without the model",
        )


class PlatformFailure(TescoSenseError):
    """The ad platform refused or could not be reached within its bounded retries."""

    title = "Ad platform failure"
    http_status = 502


class OutcomeUnknown(TescoSenseError):
    """An order was sent, and what came back does not tell whether a buy stands: its money stays reserved until that is
    known. Trying again at once would change nothing."""

    title = "Outcome unknown"
    http_status = 502


class TransientFailure(TescoSenseError):
    """Worth another try: a timeout, a rate limit, a busy platform. Retry policies retry on this and on nothing else."""

    title = "Temporary failure"
    http_status = 503
    wait: float = 0.0
    """Seconds that whoever could not answer asks to be left alone; 0 where that is not said."""


class SellerAway(TransientFailure):
    """The ad seller does not answer now, or says that it cannot."""


class StorageUnavailable(TescoSenseError):
    title = "Storage unavailable"
    http_status = 503


LONGEST_ECHO = 200
"""Characters of what a caller has sent that any answer repeats."""


def shown(sent: object) -> str:
    """As much of what a caller has sent as an error repeats, as Python writes it: text in quotes."""
    if isinstance(sent, str):
        return repr(sent if len(sent) <= LONGEST_ECHO else f"{sent[: LONGEST_ECHO - 1]}…")
    written = repr(sent)
    return written if len(written) <= LONGEST_ECHO else f"{written[: LONGEST_ECHO - 1]}…"


def near_miss(word: str, known: Sequence[str]) -> str:
    """`did you mean 'soup'? Known: ...`, or the known words alone when nothing comes close."""
    close = difflib.get_close_matches(word, known, n=1)
    listed = f"choose one of {', '.join(known)}"
    return f"did you mean {close[0]!r}? Otherwise {listed}" if close else listed
