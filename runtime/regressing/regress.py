"""Stored histories lived through again with today's code, prompts and, where wished, beliefs: what is decided
otherwise, and because of what.

Only what may come out otherwise is run: the steps from the first on that is not made with what it was made with then
(`unchanged`), or all of them where that is wished.

The cause is found by putting what was recorded back, one thing at a time: its prompts, the lessons that were known.
Old code is not kept; what its nodes gave is, so that a node's code is at fault where it gives something else for what
it was given then.
"""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from domain.errors import TescoSenseError
from domain.state import CampaignState, CampaignStatus
from prompts.library import PromptLibrary
from runtime.fingerprints.made_with import WORLD, MadeWith, told
from runtime.forking.campaign_file import CampaignFile
from runtime.forking.desk import ForkDesk
from runtime.forking.differences import Difference, differences
from runtime.forking.exchange import ExchangeDesk, code_fingerprints
from runtime.forking.histories import thens
from runtime.forking.past import moments
from runtime.forking.wish import ForkWish
from runtime.regressing.recorded import (
    Beliefs,
    after_sensing,
    at_gate,
    is_edited,
    knew,
    knowing,
    of_others,
    prompts_of,
    unfit,
)
from runtime.regressing.unchanged import SENSING, Beginning, Taken, beginning, steps_taken, up_to_gate, why_whole
from runtime.runs.runs import Runs
from runtime.settings import Settings
from runtime.system import System
from runtime.version import VERSION

Cause = Literal["prompt", "belief", "data", "code"]
_NO_DECISION: Final = frozenset({"decision", "questions to the model"})
"""Who decided, and how often the model was asked, are no decisions of the campaign's."""


class Because(BaseModel):
    cause: Cause
    what: str


class Replay(BaseModel):
    """One history lived through again."""

    campaign_id: UUID
    name: str
    version: str
    """Of TescoSense that lived through it first."""
    result: Literal["same", "changed", "skipped", "unreadable"]
    why_skipped: str = ""
    """Or why it cannot be read."""
    changes: list[Difference] = []
    """`before` as it was recorded, `after` today."""
    causes: list[Because] = []
    run_from: str = ""
    """The step it was run again from; empty where nothing it was made with has changed."""
    why_whole: str = ""
    """Why all of it was run, whatever has changed."""

    @classmethod
    def unreadable(cls, campaign_id: UUID, name: str, why: str) -> "Replay":
        """Of a campaign of this house."""
        return cls(campaign_id=campaign_id, name=name, version=VERSION, result="unreadable", why_skipped=why)

    @classmethod
    def of_studio(cls, campaign_id: UUID, name: str) -> "Replay":
        why = "its states are kept where it runs, in LangGraph Studio"
        return cls(campaign_id=campaign_id, name=name, version=VERSION, result="skipped", why_skipped=why)


class House(NamedTuple):
    """A fresh system to live it through in."""

    runs: Runs
    forks: ForkDesk
    exchange: ExchangeDesk
    prompts: PromptLibrary
    made_with: str
    """What its steps are made with."""

    @classmethod
    async def of(cls, system: System) -> "House":
        made_with = await MadeWith(system.graph, system.settings)()
        return cls(system.runs, system.forks, system.exchange, system.prompts, made_with)


class _Back(NamedTuple):
    """What is put back as it was recorded; the rest is today's."""

    prompts: bool = False
    beliefs: bool = True


class _History(NamedTuple):
    """A history, and what of it is not as it was."""

    file: CampaignFile
    steps: list[Taken]
    asked_otherwise: frozenset[str]
    """The nodes that would be asked with another prompt today."""
    lessons: Beliefs | None
    """Today's, where it is to be lived through with them."""
    is_whole: bool
    """Whether all of it is run, whatever has changed."""


class Regression:
    """Histories lived through again in two houses of their own: one knows each history's lessons, one today's."""

    def __init__(self, then: House, now: House | None, *, whole: bool = False) -> None:
        """`whole` has every step run again, whether or not anything it is made with has changed."""
        self._then = then
        self._now = now
        self._whole = whole

    async def replay(self, file: CampaignFile, lessons: Beliefs | None = None) -> Replay:
        """`lessons` are today's; without them those of then are used. What cannot be lived through is skipped."""
        told = Replay(
            campaign_id=file.origin.campaign_id, name=file.origin.name, version=file.origin.version, result="skipped"
        )
        if reason := unfit(file):
            return told.model_copy(update={"why_skipped": reason})
        why = "it was asked for" if self._whole else why_whole(file, self._then.made_with)
        steps = steps_taken(file)
        history = _History(
            file=file,
            steps=up_to_gate(steps) if is_edited(file) else steps,
            asked_otherwise=self._asked_otherwise(file),
            lessons=lessons if self._now is not None else None,
            is_whole=bool(why),
        )
        today = _Back(beliefs=history.lessons is None)
        begins = self._beginning(history, today)
        told = told.model_copy(update={"run_from": begins.node if begins else "", "why_whole": why})
        try:
            found = await self._changed(history, today)
            if not found:
                return told.model_copy(update={"result": "same"})
            causes = await self._causes(history, today, found)
        except TescoSenseError as error:
            return told.model_copy(update={"why_skipped": str(error)})
        return told.model_copy(update={"result": "changed", "changes": found, "causes": causes})

    def _asked_otherwise(self, file: CampaignFile) -> frozenset[str]:
        given = {"strategy": file.context.strategy_prompt, "creative": file.context.creative_prompt}
        changed = set[str]()
        for name, then in file.checkpoints[0].state.prompts.items():
            node = name.partition("/")[0]
            try:
                now = self._then.prompts.choose(name, file.origin.campaign_id, None, given.get(node) or None)
            except TescoSenseError:
                changed.add(node)
            else:
                changed |= {node} if now.choice.hash != then.hash else set()
        return frozenset(changed)

    def _beginning(self, history: _History, back: _Back) -> Beginning | None:
        """Where it is run again from with that put back; None where nothing is left that is otherwise."""
        if history.is_whole:
            return Beginning(SENSING, SENSING)
        begins = beginning(
            history.steps,
            told(self._then.made_with),
            asked_otherwise=() if back.prompts else history.asked_otherwise,
            believed_otherwise=history.file.surroundings.withdrawn > 0
            or not (back.beliefs or knew(history.file) == of_others(history.file, history.lessons or ())),
        )
        if begins and back.prompts and history.asked_otherwise:
            # A prompt is put back where it is first asked with: from there on a campaign keeps to its release.
            asked = next((step for step in history.steps if step.node in history.asked_otherwise), None)
            places = [step.checkpoint_id for step in history.steps]
            if asked and begins.at in places and places.index(asked.checkpoint_id) < places.index(begins.at):
                return Beginning(asked.node, asked.checkpoint_id)
        return begins

    async def _causes(self, history: _History, today: _Back, found: list[Difference]) -> list[Because]:
        """What makes a difference when it alone is put back, and the code where all of it put back leaves one."""
        because, file = [], history.file
        prompts = prompts_of(file)
        if prompts and history.asked_otherwise and await self._changed(history, today._replace(prompts=True)) != found:
            because.append(Because(cause="prompt", what=", ".join(sorted(history.asked_otherwise))))
        if not today.beliefs and await self._changed(history, today._replace(beliefs=True)) != found:
            said = f"lessons known then: {len(knew(file))}; today: {len(of_others(file, history.lessons or ()))}"
            because.append(Because(cause="belief", what=said))
        back = today._replace(prompts=bool(prompts), beliefs=True)
        if await self._changed(history, back):
            because.append(await self._node_at_fault(history, back))
        return because

    async def _node_at_fault(self, history: _History, back: _Back) -> Because:
        """The first node that gives something else for what it was given then."""
        file, otherwise = history.file, self._otherwise(history)
        if history.is_whole or SENSING in otherwise:
            sensed = await self._lived(history, back, Beginning(SENSING, SENSING))
            first = after_sensing(await self._then.forks.histories.checkpoints(sensed.the_campaign))
            is_all_kept = file.checkpoints[-1].step <= 0
            if is_all_kept and differs(after_sensing(thens(file)), first):
                return _of_sensing(file, otherwise)
        nexts = {then.parent_id: then.state for then in thens(file)}
        for moment in reversed(moments(thens(file))):
            if not history.is_whole and moment.node not in otherwise:
                continue
            wish = ForkWish(
                at=moment.checkpoint_id, prompts=prompts_of(file, since=moment.node) if back.prompts else {}
            )
            given = nexts.get(moment.checkpoint_id)
            gave = await self._gave(history, wish)
            if given is not None and gave is not None and differs(given, gave):
                if otherwise.get(moment.node) == {WORLD}:
                    return Because(cause="data", what=f"{moment.node} finds something else in them")
                return Because(cause="code", what=moment.node)
        last = {node: parts for node, parts in otherwise.items() if node in ("measurement", "learning")}
        if last and all(parts == {WORLD} for parts in last.values()):
            return Because(cause="data", what="the sales or the delivery that measurement reads")
        if len(last) == 1 and all(WORLD not in parts for parts in last.values()):
            return Because(cause="code", what=next(iter(last)))
        return Because(cause="code", what="measurement or learning, or the sales they read")

    def _otherwise(self, history: _History) -> dict[str, set[str]]:
        """What is not as it was, by the nodes of which that is so; nothing of a history that does not say."""
        today, found = told(self._then.made_with), dict[str, set[str]]()
        for step in history.steps:
            if step.made_with and today and (parts := step.otherwise(today)):
                found.setdefault(step.node, set()).update(parts)
        return found

    async def _gave(self, history: _History, wish: ForkWish) -> CampaignState | None:
        """The state after the first node of a fork."""
        fork = await self._forked(self._then, history, wish)
        past = list(reversed(await self._then.forks.histories.checkpoints(fork.the_campaign)))
        return past[1].state if len(past) > 1 else None

    async def _changed(self, history: _History, back: _Back) -> list[Difference]:
        """What is decided otherwise with that put back."""
        begins = self._beginning(history, back)
        if begins is None:
            return []
        lived = await self._lived(history, back, begins)
        past, recorded = thens(history.file), history.file.checkpoints[0].state
        if is_edited(history.file) or lived.status is CampaignStatus.AWAITING_APPROVAL:
            now = await self._house(back).forks.histories.checkpoints(lived.the_campaign)
            recorded, lived = at_gate(past) or recorded, at_gate(now) or lived
            if lived.status is CampaignStatus.PLANNED:
                # It went on by itself, as a fork does: that somebody was asked then was autonomy's doing.
                lived = lived.model_copy(update={"status": recorded.status})
        return differs(recorded, lived)

    async def _lived(self, history: _History, back: _Back, begins: Beginning) -> CampaignState:
        prompts = prompts_of(history.file, since=begins.node) if back.prompts else {}
        return await self._forked(self._house(back), history, ForkWish(at=begins.at, prompts=prompts))

    def _house(self, back: _Back) -> House:
        return self._then if back.beliefs or self._now is None else self._now

    async def _forked(self, house: House, history: _History, wish: ForkWish) -> CampaignState:
        file = history.file
        if await house.forks.histories.imported(file.origin.campaign_id) is None:
            await house.exchange.keep(file if house is self._then else knowing(file, history.lessons or ()))
        fork = await house.forks.fork(file.origin.campaign_id, wish, by="regress")
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


def _of_sensing(history: CampaignFile, otherwise: Mapping[str, set[str]]) -> Because:
    """Where sensing gives something else. A history of before that was kept says of each room of the code whether it
    has changed since it was exported."""
    if SENSING in otherwise:
        changed = sorted(otherwise[SENSING] - {SENSING})
        is_code = SENSING in otherwise[SENSING] or changed != [WORLD]
    else:
        changed = sorted(room for room, mark in code_fingerprints().items() if history.origin.code.get(room) != mark)
        is_code = bool(changed) and changed != ["world"]
    if not is_code:
        return Because(cause="data", what="sensing finds something else in them")
    return Because(cause="code", what=f"sensing, or its data (changed: {', '.join(changed)})" if changed else "sensing")
