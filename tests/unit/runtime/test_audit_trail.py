"""An act that is done stays done, and one that is refused stays refused, whether or not its end can be written down.
Who is not allowed an act can have it written down as often as they like, and the log does not grow by it."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import JsonValue
from structlog.testing import capture_logs

from domain.caller import THIS_MACHINE, Act, Caller, Role
from domain.errors import Conflict, Forbidden
from runtime.audit import REFUSED_ANEW, AuditTrail, Door
from runtime.repositories import open_repositories
from runtime.settings import Settings
from storage.records import AuditEntry

VERA, VIC, OTTO = (
    Caller(name=name, role=role)
    for name, role in (("Vera", Role.VIEWER), ("Vic", Role.VIEWER), ("Otto", Role.OPERATOR))
)


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


async def refused(trail: AuditTrail, caller: Caller, act: Act = Act.STEP_CLOCK, via: Door = "http") -> None:
    with pytest.raises(Forbidden):
        async with trail.of(caller, act, via=via):
            raise Forbidden("it needs the role operator", remedy="ask for it")


async def test_what_is_tried_again_and_again_without_the_role_for_it_is_one_entry_a_minute(tmp_path: Path) -> None:
    moment = [0.0]
    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as kept:
        trail = AuditTrail(kept.audit, now=lambda: moment[0])

        async def entries(who: Caller) -> list[AuditEntry]:
            return (await kept.audit.page(limit=200, who=who.name)).items

        await asyncio.gather(*(refused(trail, VERA) for _ in range(30)))
        [entry] = await entries(VERA)
        assert (entry.outcome, entry.problem) == (
            "refused",
            "it needs the role operator: ask for it. This was tried 30 times within a minute.",
        )
        moment[0] += REFUSED_ANEW
        await refused(trail, VERA)
        newest, _ = await entries(VERA)
        assert newest.problem == "it needs the role operator: ask for it."
        await refused(trail, VERA, Act.TRIGGER)
        await refused(trail, VERA, via="socket")
        assert len(await entries(VERA)) == 4, "another act, or another door, is another entry"
        await refused(trail, VIC)
        assert len(await entries(VIC)) == 1
        for _ in range(3):
            await refused(trail, OTTO)
        assert len(await entries(OTTO)) == 3, "what is refused to who may do it is told each time"
