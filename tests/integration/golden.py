"""Campaigns that must be the same in every house, and the doors through which they are lived."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx
from langgraph_sdk.client import LangGraphClient

from domain.context import CampaignContext
from domain.state import CampaignState
from runtime.forking.wish import ForkWish
from runtime.system import System
from tests.conftest import Json
from tests.patience import eventually
from world.simulated.market.scenarios import RECIPES

APPROVE: Final[Json] = {"decision": "approve"}
WHOLE: Final[Json] = {"through": None}
FROM: Final = "strategy"
"""The node before which the future of a golden campaign is lived again."""
_OWN: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mb_[0-9a-f]+|\b[0-9a-f]{12,64}\b")
_WHOEVER: Final = frozenset({"decided_at", "decided_by", "booked_at", "question", "at", "by", "other_future"})
"""Who was asked and when, which each house answers for itself."""

Story = list[tuple[list[str], Json]]
"""What came next and the state, at every checkpoint from the first that sensing left, the oldest first."""


@dataclass(frozen=True)
class Golden:
    """What a campaign is started with, and what is answered at each gate in its turn."""

    name: str
    context: Json
    answers: Sequence[Json] = ()
    budget: float = 5000
    again: bool = field(default=False)
    """Whether its future from `FROM` on is lived a second time, as a fork."""


def alone(scenario: str) -> Golden:
    """A scenario that the system decides by itself, its flight read to the end."""
    return Golden(scenario, {"scenario": scenario, "autonomy": "autonomous", "fast_forward": True})


GATED: Final[Json] = {"scenario": "heavy-rain", "autonomy": "approve"}
EDIT: Final[Json] = {"decision": "edit", "budgets": [{"channel": "email", "budget": 400}]}
BACK: Final[Json] = {"decision": "send_back", "reason": "Without email, please", "leave_out": ["email"]}
SHORT: Final = (
    Golden("both gates", GATED, (APPROVE, WHOLE)),
    Golden("a fork", {**GATED, "autonomy": "autonomous", "fast_forward": True}, again=True),
)
GOLDEN: Final = (
    *(alone(name) for name in RECIPES),
    *SHORT,
    Golden("an edit of the budget", GATED, (EDIT, WHOLE)),
    Golden("sent back", GATED, (BACK, APPROVE, WHOLE)),
    Golden("rejected", GATED, ({"decision": "reject", "reason": "Not this week"},)),
    Golden("a replan", {**alone("heavy-rain").context, "max_cycles": 2}),
    Golden("a spoilt answer", {**alone("viral-trend").context, "faults": ["malformed-json*1"]}),
)


class Door(Protocol):
    """One way to have campaigns lived through."""

    async def live(self, golden: Golden) -> Story: ...


class InProcess:
    """The graph compiled here, with its own saver."""

    def __init__(self, system: System) -> None:
        self._system = system

    async def live(self, golden: Golden) -> Story:
        runs, context = self._system.runs, CampaignContext.model_validate(golden.context)
        campaign = await runs.start(CampaignState.model_validate({"budget": golden.budget}), context)
        await runs.finished(campaign)
        for answer in golden.answers:
            await runs.answer(campaign, None, answer)
            await runs.finished(campaign)
        if golden.again:
            campaign = (await self._system.forks.fork(campaign, ForkWish(at=FROM), by="a test")).fork_id
            await runs.finished(campaign)
        past = reversed(await self._system.forks.histories.checkpoints(campaign))
        told = [(list(then.next), then.state.model_dump(mode="json")) for then in past]
        return _story(_since(told) if golden.again else told)


class OverHttp:
    """`tescosense serve`."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    async def live(self, golden: Golden) -> Story:
        return await asyncio.to_thread(self._live, golden)

    def _live(self, golden: Golden) -> Story:
        started = self._http.post("/campaigns", json={**golden.context, "budget": golden.budget})
        campaign = str(started.raise_for_status().json()["campaign_id"])
        self._rests(campaign)
        for answer in golden.answers:
            asked = self._asked(campaign)
            self._http.post(f"/campaigns/{campaign}/decisions", json={"answer": answer}).raise_for_status()
            self._rests(campaign, answered=asked)
        if golden.again:
            campaign = self._http.post(f"/campaigns/{campaign}/forks", json={"at": FROM}).json()["fork_id"]
            self._rests(campaign)
        past = self._http.get(f"/campaigns/{campaign}/past").raise_for_status().json()["items"]
        states = (self._http.get(f"/campaigns/{campaign}/past/{one['checkpoint_id']}").json() for one in past)
        told = [(list(one["next"]), state) for one, state in zip(past, states, strict=True)]
        told.reverse()
        return _story(_since(told) if golden.again else told)

    def _asked(self, campaign: str) -> list[str]:
        questions = self._http.get(f"/campaigns/{campaign}/questions").json()["items"]
        return [str(question["interrupt_id"]) for question in questions]

    def _rests(self, campaign: str, answered: Sequence[str] = ()) -> None:
        """Until it asks something that is not answered, or has ended and its last checkpoint says so."""

        def rests() -> bool | None:
            if asked := self._asked(campaign):
                return asked != answered or None
            newest = self._http.get(f"/campaigns/{campaign}/past").json()["items"]
            return (bool(newest) and not newest[0]["next"]) or None

        eventually(rests, f"campaign {campaign} to rest")


class Studio:
    """LangGraph's own server, by its SDK."""

    def __init__(self, client: LangGraphClient) -> None:
        self._client = client

    async def live(self, golden: Golden) -> Story:
        thread = str((await self._client.threads.create())["thread_id"])
        await self._run(thread, golden, input={"budget": golden.budget})
        for answer in golden.answers:
            await self._run(thread, golden, command={"resume": answer})
        history = await self._client.threads.get_history(thread, limit=200)
        if not golden.again:
            return _story((list(then["next"]), dict(then["values"])) for then in reversed(history))
        at = next(then for then in history if list(then["next"]) == [FROM])
        await self._run(thread, golden, input=None, checkpoint_id=at["checkpoint"]["checkpoint_id"])
        told = {str(then["checkpoint"]["checkpoint_id"]): then for then in history}
        newer = await self._client.threads.get_history(thread, limit=200)
        own = [then for then in newer if str(then["checkpoint"]["checkpoint_id"]) not in told]
        return _story(_since([(list(then["next"]), dict(then["values"])) for then in reversed(own)]))

    async def _run(self, thread: str, golden: Golden, **how: Any) -> None:
        parts = self._client.runs.stream(thread, "campaign", context=golden.context, stream_mode="updates", **how)
        errors = [part.data async for part in parts if part.event == "error"]
        assert errors == [], errors


def _since(told: Story) -> Story:
    """What a fork has lived itself. What it began with has the ids of whom it began from in one house, its own in
    another."""
    places = [place for place, (following, _) in enumerate(told) if following == [FROM]]
    return told[places[-1] + 1 :] if places else told


def _story(checkpoints: Iterable[tuple[list[str], Json]]) -> Story:
    """Without what each house has of its own. Ids are numbered as they are met, so that which is which stays."""
    known: dict[str, str] = {}
    told: Story = []
    for following, values in checkpoints:
        state = CampaignState.model_validate({name: one for name, one in values.items() if not name.startswith("__")})
        if state.campaign_id is not None and state.today is not None:
            told.append((following, _common(state.model_dump(mode="json"), known)))
    return told


def _common(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _common(one, known) for key, one in value.items() if key not in _WHOEVER}
    if isinstance(value, list):
        return [_common(one, known) for one in value]
    if isinstance(value, str):
        return _OWN.sub(lambda found: known.setdefault(found[0], f"#{len(known)}"), value)
    return value


def differing(a: Any, b: Any, at: str = "") -> Iterator[str]:
    """Where two stories part, each place in a line."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in dict.fromkeys((*a, *b)):
            yield from differing(a.get(key), b.get(key), f"{at}.{key}")
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for place, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from differing(one, other, f"{at}[{place}]")
    elif a != b:
        yield f"{at}: {str(a)[:120]} | {str(b)[:120]}"
