"""Stored histories lived through again with today's code, prompts and, where wished, beliefs: what is decided
otherwise, and because of what.

The cause is found by putting what was recorded back, one thing at a time: its prompts, the lessons that were known.
Old code is not kept; what its nodes gave is, so that a node's code is at fault where it gives something else for what
it was given then.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from domain.errors import TescoSenseError
from domain.provenance import is_fake
from domain.state import CampaignState, CampaignStatus
from runtime.forking.campaign_file import CampaignFile
from runtime.forking.desk import ForkDesk
from runtime.forking.differences import Difference, differences
from runtime.forking.exchange import ExchangeDesk, code_fingerprints
from runtime.forking.histories import Then
from runtime.forking.past import Moment, moments
from runtime.forking.wish import ForkWish
from runtime.live.sources import FILES
from runtime.runs.runs import Runs
from runtime.settings import Settings
from storage.imports import KnownLesson, Surroundings

Cause = Literal["prompt", "belief", "data", "code"]
Beliefs = Sequence[KnownLesson]
"""What was, or is, known when a campaign was planned."""
_ASKED: Final = ("strategy", "creative")
"""The prompts that a fork can be given."""
_NO_DECISION: Final = frozenset({"decision", "questions to the model"})
"""Who decided, and how often the model was asked, are no decisions of the campaign's."""
_PLAIN: Final = frozenset({"approve"})
_BEFORE_BOOKING: Final = ("strategy", "creative", "compliance", "approval", "booking")


class Because(BaseModel):
    cause: Cause
    what: str


class Replay(BaseModel):
    """One history lived through again."""

    campaign_id: UUID
    name: str
    version: str
    """Of TescoSense that lived through it first."""
    result: Literal["same", "changed", "skipped"]
    why_skipped: str = ""
    changes: list[Difference] = []
    """`before` as it was recorded, `after` today."""
    causes: list[Because] = []


class House(NamedTuple):
    """A fresh system to live it through in."""

    runs: Runs
    forks: ForkDesk
    exchange: ExchangeDesk


class _Back(NamedTuple):
    """What is put back as it was recorded; the rest is today's."""

    prompts: bool = False
    beliefs: bool = True


class Regression:
    """Histories lived through again in two houses of their own: one knows each history's lessons, one today's."""

    def __init__(self, then: House, now: House | None) -> None:
        self._then = then
        self._now = now

    async def replay(self, history: CampaignFile, lessons: Beliefs | None = None) -> Replay:
        """`lessons` are today's; without them those of then are used. What cannot be lived through is skipped."""
        told = Replay(
            campaign_id=history.origin.campaign_id,
            name=history.origin.name,
            version=history.origin.version,
            result="skipped",
        )
        if reason := _unfit(history):
            return told.model_copy(update={"why_skipped": reason})
        await self._then.exchange.keep(history)
        if self._now is not None and lessons is not None:
            await self._now.exchange.keep(_knowing(history, lessons))
        today = _Back(beliefs=self._now is None or lessons is None)
        try:
            found = await self._changed(history, today)
            if not found:
                return told.model_copy(update={"result": "same"})
            causes = await self._causes(history, today, found, _of_others(history, lessons or ()))
        except TescoSenseError as error:
            return told.model_copy(update={"why_skipped": str(error)})
        return told.model_copy(update={"result": "changed", "changes": found, "causes": causes})

    async def _causes(
        self, history: CampaignFile, today: _Back, found: list[Difference], known_today: int
    ) -> list[Because]:
        """What makes a difference when it alone is put back, and the code where all of it put back leaves one."""
        because = []
        prompts = _prompts(history)
        if prompts and await self._changed(history, today._replace(prompts=True)) != found:
            because.append(Because(cause="prompt", what=", ".join(sorted(prompts))))
        if not today.beliefs and await self._changed(history, today._replace(beliefs=True)) != found:
            said = f"lessons known then: {_known_then(history)}; today: {known_today}"
            because.append(Because(cause="belief", what=said))
        back = today._replace(prompts=bool(prompts), beliefs=True)
        if await self._changed(history, back):
            because.append(await self._node_at_fault(history, back))
        return because

    async def _node_at_fault(self, history: CampaignFile, back: _Back) -> Because:
        """The first node that gives something else for what it was given then."""
        sensed = await self._lived(history, back)
        first = _after_sensing(await self._then.forks.histories.checkpoints(sensed.the_campaign))
        is_whole = history.checkpoints[-1].step <= 0
        if is_whole and differs(_after_sensing(_thens(history)), first):
            changed = sorted(
                room for room, mark in code_fingerprints().items() if history.origin.code.get(room) != mark
            )
            if changed and changed != ["world"]:
                return Because(cause="code", what=f"sensing, or its data (changed: {', '.join(changed)})")
            return Because(cause="data", what="sensing finds something else in them")
        nexts = {then.parent_id: then.state for then in _thens(history)}
        for moment in reversed(moments(_thens(history))):
            wish = ForkWish(at=moment.checkpoint_id, prompts=_asked_in(moment, history) if back.prompts else {})
            given = nexts.get(moment.checkpoint_id)
            gave = await self._gave(history, wish)
            if given is not None and gave is not None and differs(given, gave):
                return Because(cause="code", what=moment.node)
        return Because(cause="code", what="measurement or learning, or the sales they read")

    async def _gave(self, history: CampaignFile, wish: ForkWish) -> CampaignState | None:
        """The state after the first node of a fork."""
        fork = await self._forked(self._then, history.origin.campaign_id, wish)
        past = list(reversed(await self._then.forks.histories.checkpoints(fork.the_campaign)))
        return past[1].state if len(past) > 1 else None

    async def _changed(self, history: CampaignFile, back: _Back) -> list[Difference]:
        """What is decided otherwise with that put back."""
        house = self._then if back.beliefs or self._now is None else self._now
        lived = await self._lived(history, back)
        recorded = history.checkpoints[0].state
        if _is_edited(history) or lived.status is CampaignStatus.AWAITING_APPROVAL:
            at_gate = _at_gate(_thens(history)), _at_gate(await house.forks.histories.checkpoints(lived.the_campaign))
            recorded, lived = at_gate[0] or recorded, at_gate[1] or lived
        return differs(recorded, lived)

    async def _lived(self, history: CampaignFile, back: _Back) -> CampaignState:
        house = self._then if back.beliefs or self._now is None else self._now
        prompts = _prompts(history) if back.prompts else {}
        return await self._forked(house, history.origin.campaign_id, ForkWish(at="sensing", prompts=prompts))

    async def _forked(self, house: House, campaign_id: UUID, wish: ForkWish) -> CampaignState:
        fork = await house.forks.fork(campaign_id, wish, by="regress")
        await house.runs.finished(fork.fork_id)
        return await house.runs.state(fork.fork_id)


def differs(recorded: CampaignState, lived: CampaignState) -> list[Difference]:
    """The decisions that are not the same."""
    return [one for one in differences(recorded, lived) if one.what not in _NO_DECISION]


@asynccontextmanager
async def fresh(settings: Settings) -> AsyncIterator[Settings]:
    """The same settings in a place of its own, which is gone afterwards, without the house's seller and queue."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"database_url": "", "redis_url": "", "workers": False, "ad_seller_url": "", "source": "simulated"}
        yield Settings.model_validate({**settings.model_dump(), **own, "data_dir": Path(folder)})


def _unfit(history: CampaignFile) -> str:
    context = history.context
    if context.forked_from is not None:
        return "it is another future itself"
    if not history.checkpoints[0].state.status.is_final:
        return "it has not ended"
    if context.source.startswith(FILES):
        return "the sales it was planned on are not in it"
    if not is_fake(context.model):
        return f"its model was {context.model}, whose answers are not asked for anew"
    return ""


def _prompts(history: CampaignFile) -> dict[str, str]:
    """The texts it was written with, by the node that asks with them."""
    return {node: text for name, text in history.prompts.items() if (node := name.partition("/")[0]) in _ASKED}


def _asked_in(moment: Moment, history: CampaignFile) -> dict[str, str]:
    """Those that are still to be asked with from there on; a release that was chosen before is kept to anyway."""
    place = _BEFORE_BOOKING.index(moment.node) if moment.node in _BEFORE_BOOKING else 0
    return {node: text for node, text in _prompts(history).items() if _BEFORE_BOOKING.index(node) >= place}


def _thens(history: CampaignFile) -> list[Then]:
    return [
        Then(one.checkpoint_id, one.parent_id, one.step, tuple(one.next), one.created_at.isoformat(), one.state)
        for one in history.checkpoints
    ]


def _after_sensing(past: Sequence[Then]) -> CampaignState:
    """The state that sensing led to: the first with a day, or the newest of all."""
    sensed: Iterator[CampaignState] = (then.state for then in reversed(past))
    return next((state for state in sensed if state.campaign_id and state.today), past[0].state)


def _at_gate(past: Sequence[Then]) -> CampaignState | None:
    return next((then.state for then in reversed(past) if then.next == ("approval",)), None)


def _is_edited(history: CampaignFile) -> bool:
    """Whether a person decided something that a replay cannot: from then on it is another campaign."""
    return any(one.decision not in _PLAIN for one in history.decisions)


def _known_then(history: CampaignFile) -> int:
    """How many lessons of others there were when it began. Those of before that was kept count as known."""
    began = history.checkpoints[-1].created_at
    return _of_others(
        history, [one for one in history.surroundings.lessons if one.kept_at is None or one.kept_at <= began]
    )


def _of_others(history: CampaignFile, lessons: Beliefs) -> int:
    return sum(one.lesson.campaign_id != history.origin.campaign_id for one in lessons)


def _knowing(history: CampaignFile, lessons: Beliefs) -> CampaignFile:
    known = [one.model_copy(update={"kept_at": None}) for one in lessons]
    around = history.surroundings
    return history.model_copy(
        update={"surroundings": Surroundings(lessons=known, media_buys=around.media_buys, ads=around.ads)}
    )
