"""A campaign goes to another machine in a file, and is looked into there."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pydantic import JsonValue

import domain
from domain.context import CampaignContext
from domain.errors import Conflict, NotFound
from domain.once import once
from domain.prompting import DRAFT
from domain.state import CampaignState
from prompts.library import PromptLibrary
from runtime.forking.campaign_file import CampaignFile, KeptCheckpoint, Origin, fitting, packed, unpacked
from runtime.forking.histories import Histories, Then
from runtime.forking.leaving_out import left_out
from runtime.repositories import Repositories
from runtime.settings import Settings
from runtime.version import VERSION
from runtime.worlds import resolve
from storage.engine.damage import reading
from storage.imports import KnownLesson, Surroundings

_ROOMS = ("domain", "agents", "graph", "prompts", "llm_mocks", "world")
"""The code that decides something."""
_SOURCE = frozenset({".py", ".yaml", ".toml", ".csv", ".prompty", ".json"})
_MOST_AUDITED = 1_000


class ExchangeDesk:
    def __init__(
        self, settings: Settings, repositories: Repositories, histories: Histories, prompts: PromptLibrary
    ) -> None:
        self._settings = settings
        self._kept = repositories
        self._histories = histories
        self._prompts = prompts

    async def export(self, campaign_id: UUID, *, with_names: bool = False) -> bytes:
        """All that is known of a campaign, as a file; without keys, tokens and passwords and, unless `with_names`,
        without the names of people. Raises NotFound for an unknown campaign, Conflict for one that was imported."""
        if await self._histories.imported(campaign_id) is not None:
            raise Conflict(f"campaign {campaign_id} was imported", remedy="send on the file it came in")
        content: JsonValue = (await self.whole(campaign_id, with_names=with_names)).model_dump(mode="json")
        written = left_out(content, self._settings, with_names=with_names)
        fitting(written)  # what cannot be read again is no export
        return packed(written)

    async def take_in(self, file: bytes) -> Origin:
        """Keep a campaign of another machine, to be looked into and forked: it is never booked, answered, counted or
        taught from. Raises BadInput for a file that cannot be taken, Conflict for a campaign that is here already."""
        return await self.keep(unpacked(file))

    async def keep(self, came: CampaignFile) -> Origin:
        """The same of a file that has been read."""
        campaign_id = came.origin.campaign_id
        is_here = await self._kept.threads.context(campaign_id) is not None
        is_here = is_here or await self._kept.campaigns.get(campaign_id) is not None
        content: JsonValue = came.model_dump(mode="json")
        came_from: JsonValue = came.origin.model_dump(mode="json")
        if is_here or not await self._kept.imports.add(campaign_id, came_from, content, came.surroundings):
            raise Conflict(
                f"campaign {campaign_id} is here already, and a record is never written over",
                remedy=f"look at it with `tescosense campaigns past {campaign_id}`",
            )
        return came.origin

    async def remove(self, campaign_id: UUID) -> None:
        """Keep nothing more of an imported campaign. Its forks are campaigns of this house, and stay. Raises NotFound
        for one that was not imported, Conflict while a fork of it has not ended, which goes by what came with it."""
        if (fork := await self._kept.forks.unfinished(campaign_id)) is not None:
            raise Conflict(
                f"the fork {fork} of {campaign_id} is on its way or waits for an answer",
                remedy="remove it once that has ended",
            )
        if not await self._kept.imports.remove(campaign_id):
            raise NotFound(
                f"no campaign {campaign_id} was imported", remedy="list those that were: `tescosense campaigns import`"
            )

    async def imported(self) -> list[Origin]:
        """Where the imported ones came from, the newest import first."""
        return [Origin.model_validate(one) for one in await self._kept.imports.all()]

    async def whole(self, campaign_id: UUID, *, with_names: bool) -> CampaignFile:
        """All that is known of a campaign of this house, secrets too. Raises NotFound for one that has not begun, and
        Damaged for one of which something cannot be read."""
        with reading(campaign_id):
            return await self._whole(campaign_id, with_names=with_names)

    async def _whole(self, campaign_id: UUID, *, with_names: bool) -> CampaignFile:
        context = await self._histories.context(campaign_id)
        past = await self._histories.checkpoints(campaign_id)
        if not past:
            raise NotFound(f"campaign {campaign_id} has not begun", remedy="export it once it has taken a step")
        state, kept = past[0].state, self._kept
        run = await kept.leases.active(campaign_id)
        return CampaignFile(
            origin=Origin(
                campaign_id=campaign_id,
                name=state.name,
                exported_at=datetime.now(UTC),
                version=VERSION,
                code=code_fingerprints(),
                names_kept=with_names,
            ),
            context=context,
            began_with=await self._histories.began_with(campaign_id),
            checkpoints=[
                KeptCheckpoint(
                    checkpoint_id=then.checkpoint_id,
                    parent_id=then.parent_id,
                    step=then.step,
                    next=list(then.next),
                    created_at=then.at,
                    state=then.state,
                    made_with=then.made_with,
                )
                for then in past
            ],
            artwork={
                one.id: await kept.campaigns.artwork(one.id) for one in await kept.campaigns.creatives(campaign_id)
            },
            events=await self._histories.events(campaign_id),
            decisions=await kept.campaigns.approvals(campaign_id),
            bookings=await kept.campaigns.bookings(campaign_id),
            ledger=await kept.ledger.entries(campaign_id),
            order=run.ordered if run else None,
            audit=(await kept.audit.page(limit=_MOST_AUDITED, subject=str(campaign_id))).items,
            prompts={name: self._prompts.releases.released(name, one).template.text for name, one in _released(state)},
            surroundings=await self._surroundings(campaign_id, past),
        )

    async def lessons_of(
        self, context: CampaignContext, campaign_id: UUID, *, cited: Collection[UUID] = ()
    ) -> list[KnownLesson]:
        """Those that count today in a campaign's world, if it is one of this house, and those `cited` that did."""
        return await self._kept.lessons.known(self._learns_in(context, campaign_id), cited=cited)

    def _learns_in(self, context: CampaignContext, campaign_id: UUID) -> str:
        ref = resolve(context, campaign_id)
        # Real shoppers answer to real ads alone.
        is_real = ref.source != "simulated" and self._settings.ad_seller_url
        return context.learns_in(None if is_real else ref.shoppers)

    async def _surroundings(self, campaign_id: UUID, past: Sequence[Then]) -> Surroundings:
        """With the lessons its plans went by, those withdrawn since among them: when, nobody wrote down."""
        cited = {one.lesson_id for then in past if (plan := then.state.plan) for one in plan.cites}
        context = await self._histories.context(campaign_id)
        ref = resolve(context, campaign_id)
        return Surroundings(
            lessons=await self.lessons_of(context, campaign_id, cited=cited),
            media_buys=list(await self._kept.media_buys.of_world(ref.world_id)),
            ads=await self._kept.booked_ads.of_others(campaign_id, ref.world_id),
            withdrawn=await self._kept.lessons.withdrawn(
                self._learns_in(context, campaign_id), until=past[0].at, but=cited
            ),
        )


def _released(state: CampaignState) -> Iterator[tuple[str, str]]:
    """The releases a campaign keeps to; a wording of its own is in its context."""
    return ((name, one.hash) for name, one in state.prompts.items() if one.label != DRAFT)


@once
def code_fingerprints() -> dict[str, str]:
    """Of each room that decides something: what it was decided with."""
    root = Path(domain.__path__[0]).parent
    found = {}
    for room in _ROOMS:
        digest = hashlib.sha256()
        for path in sorted((root / room).rglob("*")):
            if path.suffix in _SOURCE:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
        found[room] = digest.hexdigest()[:16]
    return found
