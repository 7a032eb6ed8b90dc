"""Where in a thread's past a run on LangGraph's server goes on: the last state that a step led to."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_config
from pydantic import AwareDatetime, TypeAdapter

from domain.state import CampaignState

_KEY: Final = "__moment"
"""Of a run's configuration. LangGraph keeps what begins so out of what is stored."""
_BY_HAND: Final = frozenset({"update", "fork"})
"""Sources of a checkpoint that no step led to: a state that was edited, and one that is gone back to."""
_TIME = TypeAdapter[datetime](AwareDatetime)


class Moment(NamedTuple):
    checkpoint_id: str
    at: datetime
    state: CampaignState


async def at_moment(config: RunnableConfig, saver: object) -> RunnableConfig:
    """The configuration of a run, with the moment it goes on from; itself on a thread that has none."""
    if not isinstance(saver, BaseCheckpointSaver) or not config.get("configurable", {}).get("thread_id"):
        return config
    kept = await saver.aget_tuple(config)
    while kept is not None and kept.parent_config is not None and kept.metadata.get("source") in _BY_HAND:
        kept = await saver.aget_tuple(kept.parent_config)
    if kept is None:
        return config
    values: dict[str, Any] = kept.checkpoint["channel_values"]
    state = CampaignState.model_validate({name: values[name] for name in CampaignState.model_fields if name in values})
    moment = Moment(kept.checkpoint["id"], _TIME.validate_python(kept.checkpoint["ts"]), state)
    return {**config, "configurable": {**config["configurable"], _KEY: moment}}


def moment_of_run() -> Moment | None:
    """Within a node: where its run went on from."""
    found = get_config().get("configurable", {}).get(_KEY)
    return found if isinstance(found, Moment) else None


def edited(before: CampaignState, after: CampaignState) -> str:
    """What was changed by hand between two states, in a line; empty where nothing was."""
    said = []
    for name in CampaignState.model_fields:
        ours = getattr(after, name)
        if name != "status" and ours != getattr(before, name):
            said.append(f"{name}={ours}" if isinstance(ours, str | int | float) or name == "budget" else name)
    return ", ".join(said)
