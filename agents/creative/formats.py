"""The ad each channel takes: its size, and how much may be said in it."""

from dataclasses import dataclass

from domain.plan import Channel


@dataclass(frozen=True, slots=True)
class AdFormat:
    """Sizes in pixels, limits in characters."""

    type: str
    width: int
    height: int
    headline: int
    body: int
    call_to_action: int
    placement: str
    """Where it is met and how it is read, in a writer's words."""


FORMATS: dict[Channel, AdFormat] = {
    Channel.SPONSORED_SEARCH: AdFormat(
        "search_listing_600x200", 600, 200, 32, 72, 20, "the top of the search results, read by someone already looking"
    ),
    Channel.ONSITE_DISPLAY: AdFormat(
        "display_300x250", 300, 250, 34, 80, 18, "a small box beside the shopping list, read in two seconds"
    ),
    Channel.PAID_SOCIAL: AdFormat(
        "social_1080x1080", 1080, 1080, 50, 140, 20, "a square in a feed, met between friends' pictures"
    ),
    Channel.IN_STORE_SCREEN: AdFormat(
        "screen_1080x1920", 1080, 1920, 30, 60, 20, "a tall screen by the aisle, read in passing from three metres"
    ),
    Channel.EMAIL: AdFormat(
        "email_600x400", 600, 400, 50, 150, 24, "the top of a letter to our own customers, read at leisure"
    ),
}
