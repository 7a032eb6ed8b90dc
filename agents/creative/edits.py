"""A person's own words for an ad, held to what its channel takes and its typeface can draw, as the writer's are."""

import asyncio
from collections.abc import Sequence

from agents.creative.artwork.lato import undrawable
from domain.creative import Creative
from domain.decision import CopyEdit
from domain.errors import BadInput
from domain.plain_text import named


async def check_words(edits: Sequence[CopyEdit], ads: Sequence[Creative]) -> None:
    """Raises BadInput for an ad the campaign does not have, and for words too long for its channel or that its artwork
    cannot draw."""
    shown = {ad.id: ad for ad in ads}
    for number, edit in enumerate(edits):
        if edit.creative_id not in shown:
            raise BadInput(
                f"the campaign has no creative {edit.creative_id}", remedy="edit one shown", field="copy_edits"
            )
        # In a thread: whoever measures the first word of a process reads the typeface from disk.
        await asyncio.to_thread(_check, edit, shown[edit.creative_id], f"copy_edits.{number}")


def _check(edit: CopyEdit, ad: Creative, place: str) -> None:
    limits = ad.channel.record.text
    for name, text, most in (
        ("headline", edit.headline, limits.headline),
        ("body", edit.body, limits.body),
        ("call_to_action", edit.call_to_action, limits.call_to_action),
    ):
        if text is None:
            continue
        which = f"the {name.replace('_', ' ')} of the ad for {ad.channel.record.label.lower()}"
        if len(text) > most:
            raise BadInput(
                f"{which} has {len(text)} characters and may have {most}",
                remedy="shorten it",
                field=f"{place}.{name}",
            )
        if ad.format.picture and (lost := undrawable(text)):
            raise BadInput(
                f"{which} holds what its typeface cannot draw ({named(lost)})",
                remedy="write it in other letters",
                field=f"{place}.{name}",
            )
