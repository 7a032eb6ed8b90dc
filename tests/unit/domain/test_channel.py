"""The records of the channels hold together."""

from itertools import chain

import pytest

from domain.channel import AdFormat, Channel, PictureSize
from domain.creative import AdWords
from world.adcp.buyer.offered import offered
from world.adcp.seller.offers import offer
from world.adcp.wire.wire import Products
from world.simulated.media.products import PRODUCTS

every_channel = pytest.mark.parametrize("channel", list(Channel))


def longest(field: str) -> int:
    limits: list[int] = [
        rule.max_length for rule in AdWords.model_fields[field].metadata if hasattr(rule, "max_length")
    ]
    return max(limits)


@every_channel
def test_a_writer_is_asked_for_no_more_than_an_answer_may_hold(channel: Channel) -> None:
    text = channel.record.text
    asked = {"headline": text.headline, "body": text.body, "call_to_action": text.call_to_action}
    assert all(3 <= limit <= longest(field) for field, limit in asked.items())


@every_channel
def test_a_type_says_its_format_and_its_size(channel: Channel) -> None:
    form = channel.record.format
    assert AdFormat.of_type(form.type) == form
    assert form.picture is None or form.picture.can_be_drawn


def test_a_size_is_read_at_the_end_of_a_type_alone() -> None:
    assert AdFormat.of_type("display_728x90") == AdFormat("display", PictureSize(728, 90))
    assert AdFormat.of_type("podcast_script").picture is None
    assert AdFormat.of_type("in_4x4_frames").picture is None


@pytest.mark.parametrize(
    ("width", "height"), [(320, 40), (250, 50), (50, 320), (60, 60), (90, 90), (100, 800), (8000, 4000), (4096, 200)]
)
def test_a_canvas_no_words_can_be_read_on_is_not_drawn_on(width: int, height: int) -> None:
    assert not PictureSize(width, height).can_be_drawn


@pytest.mark.parametrize(("width", "height"), [(320, 50), (728, 90), (180, 150), (160, 600), (1080, 1920), (4096, 400)])
def test_a_canvas_with_room_for_words_is_drawn_on(width: int, height: int) -> None:
    assert PictureSize(width, height).can_be_drawn


def test_no_two_channels_share_a_name() -> None:
    names = list(chain.from_iterable(channel.record.adcp for channel in Channel))
    labels = [channel.record.label for channel in Channel]
    assert len(set(names)) == len(names) >= len(Channel)
    assert len(set(labels)) == len(labels)


@every_channel
def test_what_the_simulated_platform_sells_is_the_format_of_the_record(channel: Channel) -> None:
    (product,) = [product for product in PRODUCTS if product.channel is channel]
    assert product.format == channel.record.format


@every_channel
def test_a_seller_without_our_extension_is_understood_on_every_channel(channel: Channel) -> None:
    (product,) = [product for product in PRODUCTS if product.channel is channel]
    told = offer(product).model_copy(update={"ext": None})
    (understood,) = offered(Products(products=[told]))
    assert (understood.product.channel, understood.product.format) == (channel, channel.record.format)
