"""What travels over `/ws/dashboard` besides events. A contract like `domain/events.py`: add, never rename."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from domain.drafts import AnswerDraft


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Hello(_Message):
    """The client's first message: what it wants to hear and what it has already."""

    type: Literal["hello"]
    token: str | None = Field(default=None, max_length=1_000)
    threads: Literal["all"] | list[UUID] = "all"
    epoch: UUID | None = Field(default=None, description="the epoch the client's `since` belongs to")
    since: dict[UUID, int] = Field(default_factory=dict, description="per thread, the last `seq` the client has")
    latest: int | None = Field(
        default=None,
        ge=0,
        description="of the threads not in `since`, replay only so many, those with the latest events; of the others "
        "`stream.synced` says how many there are, and they are streamed like any other from then on",
    )


class AnswerCommand(_Message):
    """Answer the question a campaign is parked with."""

    type: Literal["command"]
    name: Literal["campaign.answer"]
    command_id: UUID = Field(description="made by the client; the same id is carried out once")
    campaign_id: UUID
    interrupt_id: str = Field(max_length=200)
    answer: JsonValue


class TriggerCommand(_Message):
    """Trigger a scenario in the live world."""

    type: Literal["command"]
    name: Literal["simulation.trigger"]
    command_id: UUID
    scenario: str = Field(max_length=200)
    may_lapse: int = Field(
        default=0, ge=0, le=1_000_000, description="how many proposals may lapse over it; more are `would_lapse`"
    )


class Watch(_Message):
    """Be told how far answers of chat models have come, of these campaigns and in the place of those watched before."""

    type: Literal["watch"]
    threads: list[UUID] = Field(max_length=20, description="none to watch no more")


Command = Annotated[AnswerCommand | TriggerCommand, Field(discriminator="name")]
ClientMessage: TypeAdapter[Hello | Watch | AnswerCommand | TriggerCommand] = TypeAdapter(
    Annotated[Hello | Watch | Command, Field(discriminator="type")]
)


class StreamSynced(BaseModel):
    """Everything stored has been replayed; what follows is live."""

    type: Literal["stream.synced"] = "stream.synced"
    epoch: UUID
    seqs: dict[UUID, int] = Field(description="the last `seq` of each thread the client has now")
    older: int = Field(default=0, description="threads whose past was left out, as `latest` asks")


class StreamResync(BaseModel):
    """The client's history cannot be continued: forget it and take what follows as the whole."""

    type: Literal["stream.resync"] = "stream.resync"
    epoch: UUID
    reason: Literal["epoch_changed", "history_trimmed", "too_slow"]


class Heartbeat(BaseModel):
    type: Literal["heartbeat"] = "heartbeat"
    timestamp: AwareDatetime


class KpisChanged(BaseModel):
    """Something happened that moves the figures of `GET /kpis`. However much happens, it is said once in a while."""

    type: Literal["kpis.changed"] = "kpis.changed"
    timestamp: AwareDatetime


class CommandResult(BaseModel):
    """What became of a command. The same command again is answered the same."""

    type: Literal["command.result"] = "command.result"
    command_id: UUID
    ok: bool
    result: JsonValue = None
    problem: str | None = Field(default=None, description="why not, in one sentence")
    status: int | None = Field(default=None, description="what HTTP would have answered: 409 for a stale question")
    code: str | None = Field(default=None, description="which refusal of that status: `already_decided`, `too_late`")
    field: str | None = Field(default=None, description="the field of the command the problem lies in")


ServerMessage = StreamSynced | StreamResync | Heartbeat | KpisChanged | AnswerDraft | CommandResult
