"""Which campaigns are meant: one condition for the table, its totals and its file."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_

from domain.campaign_choice import CampaignChoice
from domain.errors import BadInput
from storage.schema.system_tables import forks
from storage.schema.tables import ad_words, approvals, bookings, campaigns, creatives, opportunity_regions, plans

_LEAST_OF_AN_ID = 4
"""Letters of an id from which on campaigns are looked for by it."""
_MOST_WORDS = 8
"""Looked for one by one; what comes after them is looked for as it stands, with the last."""


def words_of(text: str) -> list[str]:
    """In small letters, each to be found somewhere and not beside the others: *soup london* is soup's in London."""
    return text.lower().split(maxsplit=_MOST_WORDS - 1)


def conditions(choice: CampaignChoice) -> Iterator[ColumnElement[bool]]:
    """On rows of `campaigns`. Raises BadInput for days in the wrong order."""
    of = campaigns.c
    if not choice.forks:
        yield of.id.not_in(select(forks.c.fork_id))
    if choice.status:
        yield of.status.in_([status.value for status in choice.status])
    if choice.world is not None:
        yield of.world_id == choice.world
    if choice.category is not None:
        yield of.category == choice.category
    if choice.region is not None:
        yield exists(opportunity_regions.c.region).where(
            opportunity_regions.c.region == choice.region, opportunity_regions.c.campaign_id == of.id
        )
    if choice.channel is not None:
        yield exists(creatives.c.campaign_id).where(
            creatives.c.campaign_id == of.id, creatives.c.channel == choice.channel.value
        )
    if choice.decided_by is not None:
        yield exists(approvals.c.campaign_id).where(
            approvals.c.campaign_id == of.id, approvals.c.decided_by == choice.decided_by
        )
    for word in words_of(choice.text or ""):
        yield or_(*on_record(word), _an_ad_says(word))
    if choice.first is not None or choice.last is not None:
        yield _running(choice)


def _running(choice: CampaignChoice) -> ColumnElement[bool]:
    if choice.first is not None and choice.last is not None and choice.last < choice.first:
        raise BadInput(
            f"{choice.last} is before {choice.first}",
            remedy="give the first day first, the last day last",
            field="last",
        )
    later = plans.alias()
    is_replaced = exists(later.c.id).where(
        later.c.campaign_id == plans.c.campaign_id,
        later.c.cycle == plans.c.cycle,
        tuple_(later.c.recorded_at, later.c.id) > tuple_(plans.c.recorded_at, plans.c.id),
    )
    conditions = [plans.c.campaign_id == campaigns.c.id, plans.c.verdict == "spend", ~is_replaced]
    if choice.first is not None:
        conditions.append(plans.c.flight_end >= choice.first)
    if choice.last is not None:
        conditions.append(plans.c.flight_start <= choice.last)
    return exists(plans.c.id).where(*conditions)


def on_record(text: str) -> Iterator[ColumnElement[bool]]:
    """Where the campaign itself may have a text of small letters, its ads left aside."""
    of = campaigns.c
    for column in (of.name, of.category, of.headline):
        yield func.lower(column).contains(text, autoescape=True)
    yield exists(opportunity_regions.c.region).where(
        opportunity_regions.c.campaign_id == of.id,
        func.lower(opportunity_regions.c.region).contains(text, autoescape=True),
    )
    yield exists(bookings.c.campaign_id).where(
        bookings.c.campaign_id == of.id, func.lower(bookings.c.transaction_id).contains(text, autoescape=True)
    )
    if (between := _ids_that_begin(text)) is not None:
        yield of.id.between(*between)


def _an_ad_says(text: str) -> ColumnElement[bool]:
    return exists(ad_words.c.campaign_id).where(
        ad_words.c.campaign_id == campaigns.c.id, ad_words.c.words.contains(text, autoescape=True)
    )


def _ids_that_begin(text: str) -> tuple[UUID, UUID] | None:
    """The first and the last id that begin so; None for what begins none."""
    digits = text.replace("-", "")
    if not _LEAST_OF_AN_ID <= len(digits) <= 32 or not all(letter in "0123456789abcdef" for letter in digits):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
