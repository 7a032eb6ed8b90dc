"""How a seller says no, in AdCP's error codes."""

from domain.errors import NotFound, TescoSenseError, TransientFailure


class Refusal(Exception):
    """One AdCP error: a code of the protocol, a sentence, and where the request says it."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        suggestion: str | None = None,
        transient: bool = False,
    ) -> None:
        self.code = code
        self.message = message
        self.field = field
        self.suggestion = suggestion
        self.recovery = "transient" if transient else "correctable"
        super().__init__(message)


def refusal_of(error: TescoSenseError) -> Refusal:
    """What the platform behind the seller said, as the seller's own answer."""
    if isinstance(error, TransientFailure):
        return Refusal("SERVICE_UNAVAILABLE", error.problem, suggestion=error.remedy or None, transient=True)
    code = "MEDIA_BUY_NOT_FOUND" if isinstance(error, NotFound) else "INVALID_REQUEST"
    return Refusal(code, error.problem, field=error.field, suggestion=error.remedy or None)
