"""An answer of a chat model while it is being given: told to whoever watches, and kept nowhere.

What is kept is the answer itself, once it has been given and judged (`domain/events.py`).
"""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.channel import Channel

DraftState = Literal["writing", "written", "taken_back"]


class AnswerDraft(BaseModel):
    """How far an answer has come: all of it so far, so that whoever misses one misses nothing."""

    model_config = ConfigDict(frozen=True)

    type: Literal["draft"] = "draft"
    thread_id: UUID
    call_id: UUID = Field(description="the same while one call is answered")
    node: str
    model: str = Field(description="`provider:model`, as it was asked for")
    channel: Channel | None = None
    state: DraftState = Field(
        description="`taken_back`: it broke off or cannot be used, and is to be shown no more; another call may follow"
    )
    fields: dict[str, str] = Field(description="the words of each field so far; empty where taken back")
