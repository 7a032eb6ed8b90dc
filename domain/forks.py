"""Another future of a campaign: what is kept of it, and what its state carries where its thread tells two of them."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.context import Branch, ForkedFrom
from domain.day import Day


class Fork(BaseModel):
    """Another future of a campaign."""

    fork_id: UUID
    campaign_id: UUID
    node: str
    checkpoint_id: str
    """Empty where it began anew."""
    changes: str
    """What is otherwise, in a line."""
    forked_at: AwareDatetime
    at: AwareDatetime | None = None
    """When the state it goes on from was reached; null of one from before that was kept, and of one that began anew."""


class OtherFuture(BaseModel):
    """Of a fork that began by itself in a thread of LangGraph's server, whose runs are each given a context anew."""

    model_config = ConfigDict(frozen=True)

    thread_id: UUID
    """The thread it goes on in: a copy of that one is a campaign of its own again."""
    forked_from: ForkedFrom
    branch: Branch
    today: Day | None
    """The day that was looked at in the other future."""
