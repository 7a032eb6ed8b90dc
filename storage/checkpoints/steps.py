"""The steps of a thread without its states: what a list of them needs, some thirty times less to read.

LangGraph's own history rebuilds every state and prepares every task to tell what came next.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import ormsgpack
from langgraph.checkpoint.base import BaseCheckpointSaver

from domain.state import CampaignStatus

_STEPS = (
    "SELECT checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata ->> '$.step' FROM checkpoints"
    " WHERE thread_id = ? AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT ?"
)
_START = "__start__"
_BRANCH = "branch:to:"
_LONGEST_STATUS = 200
"""Bytes of a status as it is stored, with the name of its type; what is longer is something else."""


class StepThen(NamedTuple):
    checkpoint_id: str
    parent_id: str | None
    step: int
    next: tuple[str, ...]
    created_at: str
    status: CampaignStatus


async def steps_of(saver: BaseCheckpointSaver[str], thread_id: str, most: int) -> list[StepThen] | None:
    """The newest `most` steps of a thread, newest first; None where they cannot be told without the states: only the
    SQLite saver keeps a whole checkpoint in one row. Raises ValueError, TypeError and the like for a damaged one."""
    from storage.checkpoints.group_commit_saver import GroupCommitSaver

    if not isinstance(saver, GroupCommitSaver):
        return None
    found = []
    for checkpoint_id, parent, kind, body, step in await saver.rows(_STEPS, (thread_id, most)):
        if kind != "msgpack":
            return None
        held = ormsgpack.unpackb(body, ext_hook=_short_values, option=ormsgpack.OPT_NON_STR_KEYS)
        status = held["channel_values"].get("status")
        found.append(
            StepThen(
                checkpoint_id=checkpoint_id,
                parent_id=parent,
                step=-1 if step is None else step,
                next=_next(held["channel_values"], held["channel_versions"], held["versions_seen"]),
                created_at=held["ts"],
                status=CampaignStatus(status[2] if isinstance(status, list) else status or CampaignStatus.SENSING),
            )
        )
    return found


def _next(
    values: Mapping[str, object], versions: Mapping[str, str], seen: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """The nodes to which something leads that they have not seen, as LangGraph prepares them."""
    due = []
    for channel in values:
        node = _START if channel == _START else channel.removeprefix(_BRANCH)
        if channel.startswith((_BRANCH, _START)) and versions[channel] > seen.get(node, {}).get(channel, ""):
            due.append(node)
    return tuple(sorted(due))


def _short_values(_kind: int, data: bytes) -> Any:
    """An enum as the module, name and value it is stored as; models stay packed."""
    return ormsgpack.unpackb(data, ext_hook=_short_values) if len(data) <= _LONGEST_STATUS else None
