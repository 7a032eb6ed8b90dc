"""What a model is asked for a channel, and what a person may write for it: the same bounds."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from agents.creative.asked import ad_asked
from agents.creative.edits import check_words
from domain.channel import Channel
from domain.creative import Creative
from domain.decision import CopyEdit
from domain.errors import BadInput
from tests.examples import a_creative

GOOD = {
    "headline": "Rain outside",
    "body": "A pan and a spoon.",
    "call_to_action": "Shop soups",
    "angle": "comfort",
    "image_description": "a bowl of soup",
}
FIELDS = ("headline", "body", "call_to_action")


def most(channel: Channel, field: str) -> int:
    limit: int = getattr(channel.record.text, field)
    return limit


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("has_picture", [True, False])
def test_a_line_that_stops_where_the_channel_does_is_asked_for_again(field: str, has_picture: bool) -> None:
    channel = Channel.ONSITE_DISPLAY
    asked = ad_asked(channel.record.text, has_picture=has_picture)
    good = {name: value for name, value in GOOD.items() if has_picture or name != "image_description"}
    cut = "x" * (most(channel, field) - 5) + " into"
    with pytest.raises(ValidationError, match=rf"{field}\n.*it breaks off \('into'\)"):
        asked.model_validate(good | {field: cut})
    assert getattr(asked.model_validate(good | {field: cut[1:]}), field) == cut[1:], "there was room for more"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("channel", list(Channel))
def test_the_schema_given_to_a_model_says_what_its_channel_takes_and_holds_to_it(channel: Channel, field: str) -> None:
    asked = ad_asked(channel.record.text, has_picture=True)
    limit = most(channel, field)
    assert asked.model_json_schema()["properties"][field]["maxLength"] == limit
    fits = "ab" * (limit // 2)
    assert getattr(asked.model_validate(GOOD | {field: f"  {fits}\n"}), field) == fits
    with pytest.raises(ValidationError, match=f"at most {limit} characters"):
        asked.model_validate(GOOD | {field: "ab" * (limit // 2 + 1)})


def test_an_ad_of_words_alone_is_asked_for_no_picture_and_may_use_letters_no_typeface_has() -> None:
    words = ad_asked(Channel.EMAIL.record.text, has_picture=False)
    assert "image_description" not in words.model_json_schema()["properties"]
    assert words.model_validate(GOOD | {"headline": "⅓ of a loaf"})
    drawn = ad_asked(Channel.EMAIL.record.text, has_picture=True)
    with pytest.raises(ValidationError, match=r"cannot draw \('⅓'\)"):
        drawn.model_validate(GOOD | {"headline": "⅓ of a loaf"})


def test_each_channel_s_form_is_made_once() -> None:
    forms = {ad_asked(channel.record.text, has_picture=True) for channel in Channel for _ in range(2)}
    assert len(forms) == len({channel.record.text for channel in Channel})


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("channel", list(Channel))
async def test_a_persons_words_keep_to_the_channel_too(channel: Channel, field: str) -> None:
    ad, limit = a_creative(channel), most(channel, field)
    await check_words([edit(ad, field, "ab" * (limit // 2))], [ad])
    if CopyEdit.model_json_schema()["properties"][field]["anyOf"][0]["maxLength"] > limit:
        with pytest.raises(
            BadInput, match=rf"has {limit + 1} characters and may have {limit}: shorten it\."
        ) as refused:
            await check_words([edit(ad, field, "a" * limit + "b")], [ad])
        assert refused.value.field == f"copy_edits.0.{field}"


async def test_a_persons_words_are_ones_the_artwork_can_draw_where_there_is_any() -> None:
    drawn, letter = a_creative(), a_creative().model_copy(update={"type": "letter"})
    await check_words([edit(letter, "headline", "⅓ of a loaf")], [drawn, letter])
    with pytest.raises(
        BadInput, match=r"^the headline of the ad for email holds what its typeface cannot draw \('⅓'\)"
    ):
        await check_words([edit(letter, "headline", "Soup"), edit(drawn, "headline", "⅓ loaf")], [drawn, letter])


async def test_an_edit_of_another_campaigns_ad_is_refused() -> None:
    with pytest.raises(BadInput, match="the campaign has no creative"):
        await check_words([CopyEdit(creative_id=uuid4(), headline="Soup")], [a_creative()])


def edit(ad: Creative, field: str, text: str) -> CopyEdit:
    return CopyEdit.model_validate({"creative_id": ad.id, field: text})
