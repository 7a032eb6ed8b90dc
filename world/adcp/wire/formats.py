"""The two kinds of ad we make, as AdCP's canonical formats: a picture, and a script that the seller has read out.

AdCP's channels without a picture are its audio channels, so an ad of words alone is the `script` of a hosted audio.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from domain.channel import AdFormat, PictureSize
from world.adcp.wire.wire import FormatOption, JsonObject

IMAGE: Final = "image"
AUDIO: Final = "audio_hosted"
SCRIPT: Final = "script"
_READ_BY_THE_SELLER: Final[JsonObject] = {
    "asset_source": "seller_pre_rendered_from_brief",
    "buyer_asset_acceptance": "rejected",
    "slots": [{"asset_group_id": SCRIPT, "asset_type": "text", "required": True}],
}


def option_of(form: AdFormat) -> FormatOption:
    """One of our formats as a seller declares it."""
    picture = form.picture
    return FormatOption(
        format_kind=AUDIO if picture is None else IMAGE,
        format_option_id=form.type,
        display_name=form.type.replace("_", " "),
        params=_READ_BY_THE_SELLER if picture is None else {"width": picture.width, "height": picture.height},
    )


def accepted(options: Sequence[FormatOption], usual: AdFormat) -> AdFormat | None:
    """What to make for a product that takes any of `options`: the usual where it will do, else a picture in the
    seller's own size. None where the seller takes nothing that we can make; without options it takes anything."""
    if not options:
        return usual
    if usual.picture is None:
        return usual if any(_takes_a_script(option) for option in options) else None
    sizes = [size for option in options if option.format_kind == IMAGE for size in _sizes(option.params, usual.picture)]
    if usual.picture in sizes:
        return usual
    return next((usual.resized(size) for size in sizes if size.can_be_drawn), None)


def _takes_a_script(option: FormatOption) -> bool:
    slots = option.params.get("slots")
    named = [slot.get("asset_group_id") for slot in slots if isinstance(slot, dict)] if isinstance(slots, list) else []
    return option.format_kind == AUDIO and SCRIPT in named


def _sizes(params: JsonObject, usual: PictureSize) -> Iterable[PictureSize]:
    """The sizes a picture may have, in the seller's order: one, a list, or a range, within which ours is moved."""
    density = _density(params)
    named = params.get("sizes")
    for size in [params, *(named if isinstance(named, list) else [])]:
        width, height = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
        if isinstance(width, int) and isinstance(height, int):
            yield PictureSize(round(width * density), round(height * density))
    if "width" not in params and "sizes" not in params:
        yield PictureSize(
            _within(usual.width, params.get("min_width"), params.get("max_width")),
            _within(usual.height, params.get("min_height"), params.get("max_height")),
        )


def _density(params: JsonObject) -> float:
    """Pixels of the picture to one of the page: one, unless the seller takes only finer pictures."""
    ratios = params.get("pixel_ratios")
    finer = [ratio for ratio in ratios if isinstance(ratio, int | float)] if isinstance(ratios, list) else []
    return 1 if not finer or 1 in finer else min(finer)


def _within(side: int, least: JsonValue, most: JsonValue) -> int:
    side = max(side, least) if isinstance(least, int) else side
    return min(side, most) if isinstance(most, int) else side
