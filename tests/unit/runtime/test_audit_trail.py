"""An act that is done stays done, and one that is refused stays refused, whether or not its end can be written down."""

from uuid import UUID, uuid4

import pytest
from pydantic import JsonValue
from structlog.testing import capture_logs

from domain.caller import THIS_MACHINE, Act, Caller
from domain.errors import Conflict
from runtime.audit import AuditTrail


class Forgetful:
    """Takes down what begins, and breaks over what came of it."""

    def __init__(self) -> None:
        self.begun = uuid4()

    async def begin(self, caller: Caller, *, via: str, act: str, subject: str, asked: JsonValue) -> UUID:
        return self.begun

    async def end(self, entry: UUID, *, outcome: str, problem: str = "") -> None:
        raise OSError("disk I/O error")


async def test_what_was_done_is_done_though_its_end_is_not_written_down() -> None:
    entries = Forgetful()
    with capture_logs() as logged:
        async with AuditTrail(entries).of(THIS_MACHINE, Act.STEP_CLOCK, via="http"):
            pass
    [told] = logged
    assert (told["event"], told["entry"], told["outcome"]) == ("audit.not_ended", str(entries.begun), "done")
    assert told["exc_info"], "with the traceback"


@pytest.mark.parametrize(
    ("error", "outcome"), [(Conflict("too late", remedy="look again"), "refused"), (KeyError("today"), "failed")]
)
async def test_whoever_is_refused_hears_why_and_not_what_the_log_suffers_from(error: Exception, outcome: str) -> None:
    with capture_logs() as logged, pytest.raises(type(error)) as raised:
        async with AuditTrail(Forgetful()).of(THIS_MACHINE, Act.STEP_CLOCK, via="http"):
            raise error
    assert raised.value is error
    assert [told["outcome"] for told in logged] == [outcome]
