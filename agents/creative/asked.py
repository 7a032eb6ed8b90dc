"""What the chat model is asked for: an ad within the limits of its channel, in letters its artwork can draw."""

from functools import cache

from pydantic import Field, ValidationInfo, create_model, field_validator

from agents.creative.artwork.lato import undrawable
from domain.channel import TextLimits
from domain.creative import AdCopy, AdWords
from domain.plain_text import named, unbroken


def drawn(text: str) -> str:
    """The text, if an ad's typeface has every letter of it. Raises ValueError naming those it lacks."""
    if lost := undrawable(text):
        raise ValueError(f"it holds what the ad's typeface cannot draw ({named(lost)}): write it in other letters")
    return text


class _DrawnCopy(AdCopy):
    _drawn = field_validator("headline", "body", "call_to_action")(drawn)


@cache
def ad_asked(text: TextLimits, *, has_picture: bool) -> type[AdWords]:
    """The answer asked for a channel: its JSON schema says what the channel takes, and validating holds to it."""
    limits = {"headline": text.headline, "body": text.body, "call_to_action": text.call_to_action}

    def whole(value: str, field: ValidationInfo) -> str:
        return unbroken(value, limits[str(field.field_name)])

    base: type[AdWords] = _DrawnCopy if has_picture else AdWords
    return create_model(
        "AdCopy" if has_picture else "AdWords",
        __base__=base,
        __doc__="One ad for one channel.",
        __validators__={"_whole": field_validator(*limits)(whole)},
        headline=(str, Field(min_length=3, max_length=text.headline)),
        body=(str, Field(min_length=3, max_length=text.body)),
        call_to_action=(str, Field(min_length=2, max_length=text.call_to_action)),
    )
