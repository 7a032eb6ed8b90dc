"""Who asks, and what they may do. A key says both; on this machine alone nobody needs one."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

LONGEST_CALLER = 80
"""Characters of a name."""


class Role(StrEnum):
    """Each may do what the ones before it may."""

    VIEWER = "viewer"
    """Look at everything but the audit log."""
    OPERATOR = "operator"
    """Start campaigns in worlds of their own, trigger scenarios, move the clock, go on with a campaign that stopped,
    pause ads, stop booking, try and save prompts, bring sales of their own to look at."""
    APPROVER = "approver"
    """Decide at the gate, on ads that run, which prompts campaigns are written with and which lessons count: spend
    money."""
    ADMIN = "admin"
    """Resume booking, reset the agents, read the audit log."""

    def includes(self, other: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


class Act(StrEnum):
    """What changes something, by the name it has in the audit log and on the socket."""

    ANSWER = "campaign.answer"
    START = "campaign.start"
    FORK = "campaign.fork"
    IMPORT = "campaign.import"
    REMOVE_IMPORT = "campaign.import.remove"
    RESUME = "campaign.resume"
    PAUSE = "campaign.pause"
    CANCEL = "campaign.cancel"
    CHANGE_BUDGET = "campaign.budget"
    TRIGGER = "simulation.trigger"
    SET_CLOCK = "clock.set"
    STEP_CLOCK = "clock.step"
    SWITCH_BOOKING = "booking.switch"
    WITHDRAW_LESSON = "lesson.withdraw"
    RESET_AGENTS = "agents.reset"
    DROP_FILE = "data.file"
    MAP_COLUMNS = "data.mapping"
    SAVE_PROMPT = "prompt.save"
    RUN_PROMPT = "prompt.run"
    TEST_PROMPT = "prompt.test"
    RELEASE_PROMPT = "prompt.release"

    @property
    def role(self) -> Role:
        """Whose it is; an operator's where nothing else is said."""
        return _ROLES.get(self, Role.OPERATOR)


_ROLES = {
    Act.ANSWER: Role.APPROVER,
    Act.CANCEL: Role.APPROVER,
    Act.CHANGE_BUDGET: Role.APPROVER,
    Act.RELEASE_PROMPT: Role.APPROVER,
    Act.WITHDRAW_LESSON: Role.APPROVER,
    Act.RESET_AGENTS: Role.ADMIN,
}


class Caller(BaseModel):
    """Whoever a request, a socket or a command comes from."""

    model_config = ConfigDict(frozen=True)

    name: str | None = Field(default=None, description="the name of its key; None where no keys are set")
    role: Role

    @property
    def shown(self) -> str:
        return self.name or "this machine"


THIS_MACHINE = Caller(role=Role.ADMIN)
"""Whoever asks where no keys are set: they could as well use the command line."""
