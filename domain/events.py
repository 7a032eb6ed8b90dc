"""The event contract: what is stored, streamed and replayed. Additions are fine; renames and removals are not.

Every event of a thread carries the next `seq` with no gap, and is stored before it is sent.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from domain.buy_changes import BuyAction
from domain.channel import Channel
from domain.identifiers import new_id
from domain.model_calls import CallOutcome, CameFrom, Dollars, ModelCall
from domain.money import Money
from domain.plan import Verdict

Method = Literal["lifecycle", "tasks", "updates", "checkpoints", "custom", "input.requested", "input.resolved"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True)


class LifecycleData(_Data):
    """A run started, parked, finished or failed."""

    kind: Literal["lifecycle"] = "lifecycle"
    phase: Literal["started", "parked", "completed", "failed"]
    run_id: UUID
    status: str = ""
    reason: str = ""
    is_fork: bool = Field(default=False, description="with `started`: of another future, which never happens")


class TaskData(_Data):
    """One attempt at a node, at its start or its finish."""

    kind: Literal["task"] = "task"
    node: str
    phase: Literal["start", "finish"]
    task_id: str = Field(description="the same for every attempt of one visit to the node")
    attempt: int = Field(default=1, description="from 1 within a run; duration and tokens are this attempt's own")
    triggers: list[str] = Field(default_factory=list)
    duration_ms: float | None = None
    error: str | None = None
    retrying: bool = Field(default=False, description="the attempt failed and another follows by itself")
    parked: bool = Field(default=False, description="the node stopped to ask; it runs again with the answer")
    cached: bool = Field(default=False, description="the node did not run: what it gave before was kept and used")
    input_tokens: int = 0
    output_tokens: int = 0


class UpdateData(_Data):
    """What a node changed in the state."""

    kind: Literal["update"] = "update"
    node: str
    update: dict[str, JsonValue]


class CheckpointData(_Data):
    kind: Literal["checkpoint"] = "checkpoint"
    checkpoint_id: str
    parent_id: str | None
    step: int
    next: list[str]


class InputRequestedData(_Data):
    """A node parked with a question."""

    kind: Literal["input_requested"] = "input_requested"
    interrupt_id: str
    node: str
    payload: JsonValue
    response_schema: dict[str, JsonValue]


class InputResolvedData(_Data):
    kind: Literal["input_resolved"] = "input_resolved"
    interrupt_id: str
    node: str
    answer: JsonValue


class OpportunityDetected(_Data):
    kind: Literal["opportunity.detected"] = "opportunity.detected"
    campaign_id: UUID
    category: str
    headline: str
    score: float
    cause: str


class CampaignPlanned(_Data):
    kind: Literal["campaign.planned"] = "campaign.planned"
    campaign_id: UUID
    verdict: Verdict
    reason: str
    budget: Money
    predicted_roi: float
    loss_probability: float | None = None
    """None where nothing is spent."""
    is_probe: bool = False
    look_again_on: date | None = None
    """Set where the verdict is to wait."""


class CreativesReady(_Data):
    kind: Literal["creatives.ready"] = "creatives.ready"
    campaign_id: UUID
    creative_ids: list[UUID]
    attempt: int
    is_mock: bool


class CampaignBooked(_Data):
    kind: Literal["campaign.booked"] = "campaign.booked"
    campaign_id: UUID
    transaction_id: str
    committed: Money


class MediaBuyChanged(_Data):
    """A media buy was paused, resumed, cancelled or given another budget; or was not, and why."""

    kind: Literal["media_buy.changed"] = "media_buy.changed"
    campaign_id: UUID
    transaction_id: str
    action: BuyAction
    day: date = Field(description="the first day it holds on")
    status: str = Field(description="where the buy stands")
    committed: Money = Field(description="pounds held for it from now on")
    by: str = ""
    problem: str = Field(default="", description="why it was not made; empty where it was")


class PerformanceReported(_Data):
    kind: Literal["performance.reported"] = "performance.reported"
    campaign_id: UUID
    impressions: int
    clicks: int
    spend: Money
    iroas: float
    is_final: bool


class BeliefsUpdated(_Data):
    kind: Literal["beliefs.updated"] = "beliefs.updated"
    campaign_id: UUID
    lesson_id: UUID
    predicted_roi: float
    actual_roi: float
    statement: str


class ModelCalled(_Data):
    """A chat model was asked: which, with which prompt, what came of it, at what cost."""

    kind: Literal["model.called"] = "model.called"
    node: str
    model: str
    is_mock: bool
    prompt: str
    prompt_hash: str
    rendered: str
    attempt: int
    input_tokens: int
    output_tokens: int
    channel: Channel | None = None
    asked_as: str = Field(default="", description="`provider:model`, as it was asked for")
    came_from: CameFrom = CameFrom.MODEL
    outcome: CallOutcome = "answered"
    problem: str = Field(default="", description="what was wrong with the answer, or why there was none")
    cost: Dollars | None = Field(default=None, description="None where it is not known, which is not nothing")
    price: str = Field(default="", description="where and when the price was read")
    unpriced: str = Field(default="", description="why the cost is not known; empty where it is")

    @classmethod
    def of(cls, call: ModelCall, rendered: str) -> "ModelCalled":
        """`rendered` is the prompt as it was sent."""
        shared = {name: value for name, value in call if name in cls.model_fields}
        tokens = {"input_tokens": call.input_tokens or 0, "output_tokens": call.output_tokens or 0}
        return cls.model_validate({**shared, **tokens, "rendered": rendered})


class FutureBegan(_Data):
    """Somebody went back in a thread of LangGraph's server: from here on it is a fork, in a world of its own."""

    kind: Literal["future.began"] = "future.began"
    campaign_id: UUID
    """Of the fork."""
    forked_from: UUID
    node: str = Field(description="the step it does again, otherwise")
    changes: str


class DayPassed(_Data):
    """The live world's clock moved on a day."""

    kind: Literal["clock.day"] = "clock.day"
    today: date


CustomData = Annotated[
    OpportunityDetected
    | CampaignPlanned
    | CreativesReady
    | CampaignBooked
    | MediaBuyChanged
    | PerformanceReported
    | BeliefsUpdated
    | ModelCalled
    | FutureBegan
    | DayPassed,
    Field(discriminator="kind"),
]

EventData = Annotated[
    LifecycleData
    | TaskData
    | UpdateData
    | CheckpointData
    | InputRequestedData
    | InputResolvedData
    | OpportunityDetected
    | CampaignPlanned
    | CreativesReady
    | CampaignBooked
    | MediaBuyChanged
    | PerformanceReported
    | BeliefsUpdated
    | ModelCalled
    | FutureBegan
    | DayPassed,
    Field(discriminator="kind"),
]


class EventParams(BaseModel):
    namespace: list[str] = Field(default_factory=list)
    timestamp: AwareDatetime
    data: EventData


class Event(BaseModel):
    """The envelope. Names follow langchain-protocol."""

    type: Literal["event"] = "event"
    seq: int = Field(ge=1, description="gapless within the thread")
    event_id: UUID
    thread_id: UUID
    method: Method
    params: EventParams


class Draft(BaseModel):
    """An event before the log has given it its `seq`."""

    event_id: UUID = Field(default_factory=new_id)
    thread_id: UUID
    method: Method
    params: EventParams
