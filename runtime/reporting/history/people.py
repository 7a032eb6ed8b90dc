"""Who did what to a campaign, by the audit log."""

from collections.abc import Sequence
from datetime import datetime

from domain.buy_changes import BuyChanged
from domain.caller import THIS_MACHINE, Act, Role
from runtime.reporting.history.entries import Who
from storage.records import AuditEntry


class People:
    """The acts that were done to one campaign, the oldest first."""

    def __init__(self, acts: Sequence[AuditEntry]) -> None:
        self._acts = acts

    def role_of(self, name: str, at: datetime) -> Role | None:
        """That somebody had by then; None of one who is not in the log."""
        known = [act for act in self._acts if act.who == name and act.at <= at]
        return _role(known[-1]) if known else None

    def who(self, name: str, at: datetime) -> Who:
        return Who(kind="person", name=name or THIS_MACHINE.shown, role=self.role_of(name, at))

    def did(self, act: Act) -> list[AuditEntry]:
        return [one for one in self._acts if one.act == act]

    def went_on(self, changes: Sequence[BuyChanged]) -> list[AuditEntry]:
        """Who went on with it after it had stopped: showing paused ads again goes by the same name in the log, and is
        told with the booking."""
        left = self.did(Act.RESUME)
        for change in changes:
            theirs = [one for one in left if one.who == change.by and one.at <= change.at]
            if change.action == "resume" and theirs:
                left.remove(theirs[-1])
        return left


def by(act: AuditEntry) -> Who:
    return Who(kind="person", name=act.who, role=_role(act))


def _role(act: AuditEntry) -> Role | None:
    """On a machine without keys nobody has a role."""
    return None if act.who == THIS_MACHINE.shown else act.role
