"""Where everything stands: nothing over anything, nothing over the edge, nothing too small to read."""

from dataclasses import replace
from functools import cache
from itertools import combinations
from math import hypot

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.creative.artwork.composing import Composition
from agents.creative.artwork.layout import AD_CAPITALS, Box, Canvas
from agents.creative.artwork.marks import Marks, Shop
from domain.channel import AdFormat, Channel, PictureSize
from tests.unit.agents.creative.artwork.ads import (
    ALCOHOL,
    FORMS,
    MARKS,
    OFFERED,
    REDUCED,
    an_ad,
    composed,
    size_of,
    wordings,
)

every_form = pytest.mark.parametrize(
    ("channel", "form"), FORMS, ids=[f"{channel}-{form.type}" for channel, form in FORMS]
)
every_marks = pytest.mark.parametrize(
    "marks", [MARKS, OFFERED, REDUCED, ALCOHOL, Marks()], ids=["plain", "offer", "saving", "alcohol", "none"]
)
CAP_HEIGHT_OF_LATO = 1433 / 2000


@cache
def worded(channel: Channel, form: AdFormat, marks: Marks) -> tuple[Composition, ...]:
    """The ad in words of five lengths, put together once for whatever is asked of it."""
    return tuple(composed(an_ad(form, channel, **words), marks) for words in wordings(channel, 5))


def standing(made: Composition) -> dict[str, Box]:
    """What may not touch: texts of the scene, plates and the picture. A text on a plate belongs to it."""
    boxes = {text.part: text.box for text in made.texts if text.on is None}
    boxes |= {plate.part: plate.box for plate in made.plates if not plate.is_ring}
    if made.emblem and "shop" not in boxes:
        boxes["emblem"] = made.emblem
    return {**boxes, "picture": made.frame.picture}


def check_apart(made: Composition) -> None:
    """Nothing over the edge, and nothing over anything but the roundel, which is stuck on the picture's corner."""
    boxes = standing(made)
    for part, box in boxes.items():
        assert box.x >= -0.01, part
        assert box.y >= -0.01, part
        assert box.right <= made.canvas.width + 0.01, part
        assert box.bottom <= made.canvas.height + 0.01, part
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        assert {one, other} == {"offer", "picture"} or not first.meets(second), f"{one} meets {other}"


@every_form
@every_marks
def test_nothing_stands_over_anything_or_over_the_edge(channel: Channel, form: AdFormat, marks: Marks) -> None:
    for made in worded(channel, form, marks):
        check_apart(made)


@every_form
@every_marks
def test_words_on_a_plate_stay_on_it_and_off_each_other(channel: Channel, form: AdFormat, marks: Marks) -> None:
    for made in worded(channel, form, marks):
        plated = [text for text in made.texts if text.on is not None]
        for text in plated:
            held = [
                plate
                for plate in made.plates
                if plate.fill == text.on
                and plate.box.x - 0.01 <= text.box.x
                and plate.box.y - 0.01 <= text.box.y
                and text.box.right <= plate.box.right + 0.01
                and text.box.bottom <= plate.box.bottom + 0.01
            ]
            assert held, text.part
        for one, other in combinations(plated, 2):
            assert not one.box.meets(other.box), f"{one.part} meets {other.part}"


@every_form
@every_marks
def test_everything_is_set_large_enough_to_read(channel: Channel, form: AdFormat, marks: Marks) -> None:
    small = Canvas(size_of(form).width, size_of(form).height).small_print
    for made in worded(channel, form, marks):
        for text in made.texts:
            least = {"headline": 1.3, "body": 1.0, "price": 1.3}.get(text.part, 0.8 if text.part == "shop" else 0.9)
            assert text.setting.size >= small * least, f"{text.part}: {text.setting.lines} at {text.setting.size:.1f}"


LONGEST_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


@every_form
def test_a_word_wider_than_its_place_goes_on_in_the_next_line(channel: Channel, form: AdFormat) -> None:
    limits, small = channel.record.text, Canvas(size_of(form).width, size_of(form).height).small_print
    words = {"headline": LONGEST_WORD[: limits.headline], "body": (LONGEST_WORD * 3)[: limits.body]}
    made = composed(an_ad(form, channel, **words), replace(MARKS, product_name=f"{LONGEST_WORD} Cheddar 350g"))
    check_apart(made)
    for part, least in (("headline", 1.3), ("body", 1.0), ("name", 0.9)):
        if text := made.text_of(part):
            assert text.setting.size >= small * least, part
            said = "".join(text.setting.lines)
            assert said == words.get(part, said)
    assert made.text_of("name") or made.canvas.is_small


def test_a_brand_goes_before_the_name_where_there_is_no_room_for_both() -> None:
    brand = "The Very Old Farmhouse Kitchen Company of Upper Wallop and District"
    for form in ("display_300x250", "display_160x600", "sponsored_product_600x600"):
        marks = replace(MARKS, brand=brand, product_name="Slow Roasted Heritage Carrot and Coriander Soup 600g")
        name = composed(an_ad(AdFormat.of_type(form), Channel.ONSITE_DISPLAY), marks).text_of("name")
        assert name is not None, form
        assert " ".join(name.setting.lines) in {marks.title, marks.product_name}


@pytest.mark.parametrize("marks", [OFFERED, REDUCED], ids=["multibuy", "saving"])
@every_form
def test_the_words_of_a_roundel_stay_on_its_disc(channel: Channel, form: AdFormat, marks: Marks) -> None:
    made = composed(an_ad(form, channel), marks)
    for disc in (plate.box for plate in made.plates if plate.part == "offer"):
        x, y, radius = disc.x + disc.width / 2, disc.y + disc.height / 2, disc.width / 2
        for text in (text for text in made.texts if text.part.startswith("offer")):
            corners = [(a, b) for a in (text.box.x, text.box.right) for b in (text.box.y, text.box.bottom)]
            assert max(hypot(a - x, b - y) for a, b in corners) < radius, text.setting.lines


@every_form
def test_the_capitals_of_the_ad_mark_are_three_hundredths_of_the_height(channel: Channel, form: AdFormat) -> None:
    mark = composed(an_ad(form, channel)).text_of("ad")
    assert mark is not None
    assert mark.setting.size * CAP_HEIGHT_OF_LATO >= AD_CAPITALS * size_of(form).height


@every_form
def test_a_button_is_drawn_only_where_it_can_be_pressed(channel: Channel, form: AdFormat) -> None:
    made = composed(an_ad(form, channel))
    call = made.text_of("call")
    assert call is not None
    assert " ".join(call.setting.lines) == "Add to basket"
    assert ("call" in {plate.part for plate in made.plates}) is channel.record.is_clickable


@every_form
def test_what_the_law_and_honesty_ask_for_is_on_every_size(channel: Channel, form: AdFormat) -> None:
    said = {" ".join(text.setting.lines) for text in composed(an_ad(form, channel), ALCOHOL).texts}
    assert {"18+", "4.8% ABV", "drinkaware.co.uk", "Ad", "mock artwork"} <= said


@every_form
@pytest.mark.parametrize("marks", [MARKS, ALCOHOL], ids=["plain", "alcohol"])
def test_the_price_and_what_a_kilo_costs_stand_on_every_size(channel: Channel, form: AdFormat, marks: Marks) -> None:
    made = composed(an_ad(form, channel), marks)
    price, unit = made.text_of("price"), made.text_of("unit price")
    assert price is not None
    assert unit is not None
    assert price.setting.lines == (marks.price,)
    assert " ".join(unit.setting.lines) == marks.unit_price
    assert price.setting.size > unit.setting.size


@pytest.mark.parametrize("marks", [OFFERED, REDUCED], ids=["multibuy", "saving"])
@every_form
def test_an_offer_is_told_whole_or_where_it_could_not_be_read_not_at_all(
    channel: Channel, form: AdFormat, marks: Marks
) -> None:
    made = composed(an_ad(form, channel), marks)
    said = " ".join(" ".join(text.setting.lines) for text in made.texts if text.part.startswith("offer"))
    fits = size_of(form).width * size_of(form).height > 60_000
    assert said.replace(",", "") == " ".join(marks.offer) or (not said and not fits)


@pytest.mark.parametrize("name", ["Our shop", "The Grocers of Upper Wallop and District", "W" * 40])
@every_form
def test_a_retailer_s_name_fits_its_mark_or_its_emblem_stands_alone(
    channel: Channel, form: AdFormat, name: str
) -> None:
    made = composed(an_ad(form, channel), shop=Shop(name))
    shop = made.text_of("shop")
    assert made.emblem is not None
    assert shop is None or shop.box.right <= made.frame.shop.right + 0.01


def test_without_a_name_and_a_logo_there_is_no_mark() -> None:
    made = composed(an_ad(), shop=Shop())
    assert made.emblem is None
    assert made.text_of("shop") is None


@settings(max_examples=50, deadline=None)
@given(width=st.integers(50, 4096), height=st.integers(50, 2400), marks=st.sampled_from([MARKS, OFFERED, ALCOHOL]))
def test_nothing_stands_over_anything_on_whatever_size_a_seller_names(width: int, height: int, marks: Marks) -> None:
    assume(PictureSize(width, height).can_be_drawn)
    words = next(wordings(Channel.ONSITE_DISPLAY, 1))
    check_apart(composed(an_ad(AdFormat.of_type(f"display_{width}x{height}"), Channel.ONSITE_DISPLAY, **words), marks))
