"""Sellers that are not ours: what they leave out, name differently or sell otherwise."""

import struct
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.creative.artwork.drawing import draw
from agents.creative.artwork.raster import png
from domain.booking import MediaBuyStatus
from domain.channel import AdFormat, Channel
from domain.errors import NotFound, PlatformFailure, TransientFailure
from tests.examples import a_creative
from world.adcp.buyer.delivered import Bought, Placed, apportioned, delivery_of
from world.adcp.buyer.offered import offered
from world.adcp.wire.delivery import DeliveryReport
from world.adcp.wire.formats import accepted, option_of
from world.adcp.wire.wire import FormatOption, MediaBuyAnswer, Products

THROUGH = date(2026, 11, 20)
BOUGHT = {"p1": Bought(Channel.ONSITE_DISPLAY, ""), "p2": Bought(Channel.EMAIL, "")}


def product(**terms: object) -> dict[str, object]:
    price = {"pricing_option_id": "cpm", "pricing_model": "cpm", "currency": "GBP", "fixed_price": 7.5}
    return {"product_id": "x", "name": "X", "channels": ["display"], "pricing_options": [price], **terms}


def price(**terms: object) -> list[dict[str, object]]:
    return [{"pricing_option_id": "o", "pricing_model": "cpm", "currency": "GBP", "fixed_price": 7.5, **terms}]


def picture(**terms: object) -> list[dict[str, object]]:
    return [{"format_kind": "html5"}, {"format_kind": "image", "params": terms}]


def package(**terms: object) -> dict[str, object]:
    return {"package_id": "p1", "spend": 30.0, "pricing_model": "cpm", "rate": 7.5, "currency": "GBP", **terms}


def report(*packages: dict[str, object], **terms: object) -> DeliveryReport:
    delivery = {
        "media_buy_id": "mb",
        "status": "active",
        "totals": {"spend": 30.0 if not packages else sum(float(str(one["spend"])) for one in packages)},
        "by_package": list(packages) or [package()],
        **terms,
    }
    return DeliveryReport.model_validate(
        {
            "reporting_period": {"start": "2026-11-17T00:00:00Z", "end": "2026-11-21T00:00:00Z"},
            "media_buy_deliveries": [delivery],
        }
    )


def test_a_product_without_our_extension_is_planned_by_its_adcp_channel() -> None:
    (offer,) = offered(Products.model_validate({"products": [product()]}))

    assert offer.product.channel is Channel.ONSITE_DISPLAY
    assert offer.product.cpm == Decimal("7.50")
    assert offer.product.minimum_budget == 0
    assert not offer.product.store_targeting


@pytest.mark.parametrize(
    "terms",
    [
        {"channels": ["podcast"]},
        {"channels": []},
        {"pricing_options": price(currency="USD")},
        {"pricing_options": price(fixed_price=None, floor_price=3)},
        {"pricing_options": price(pricing_model="cpc")},
        {"format_options": [{"format_kind": "video_hosted"}]},
        {"format_options": [{"format_kind": "audio_hosted"}]},
        {"format_options": picture(width=320, height=40)},
        {"format_options": picture(width=20_000, height=20_000)},
    ],
)
def test_what_is_not_sold_in_pounds_at_a_fixed_price_for_an_ad_we_can_make_is_not_offered(
    terms: dict[str, object],
) -> None:
    assert offered(Products.model_validate({"products": [product(**terms)]})) == []


@pytest.mark.parametrize(
    ("formats", "takes"),
    [
        ([], "display_300x250"),
        (picture(), "display_300x250"),
        (picture(width=728, height=90), "display_728x90"),
        (picture(sizes=[{"width": 160, "height": 600}, {"width": 300, "height": 250}]), "display_300x250"),
        (picture(sizes=[{"width": 320, "height": 40}, {"width": 160, "height": 600}]), "display_160x600"),
        (picture(min_width=320, max_height=200), "display_320x200"),
        (picture(width=300, height=250, pixel_ratios=[2]), "display_600x500"),
        (picture(width=300, height=250, pixel_ratios=[1, 2]), "display_300x250"),
    ],
)
def test_an_ad_is_made_in_the_size_the_seller_takes_and_in_ours_where_it_takes_that(
    formats: list[dict[str, object]], takes: str
) -> None:
    (offer,) = offered(Products.model_validate({"products": [product(format_options=formats)]}))
    assert offer.product.creative_type == takes

    ad = a_creative(Channel.ONSITE_DISPLAY).model_copy(update={"type": offer.product.creative_type})
    upload = offer.upload(ad, "http://127.0.0.1:8000/")

    size = struct.unpack(">II", png(draw(ad))[16:24])
    assert upload["assets"] == {
        "image": {
            "asset_type": "image",
            "url": f"http://127.0.0.1:8000/creatives/{ad.id}.png",
            "width": size[0],
            "height": size[1],
        }
    }
    assert takes.endswith(f"{size[0]}x{size[1]}")


SCRIPT = AdFormat("podcast_script", None)


@pytest.mark.parametrize("form", [*(channel.record.format for channel in Channel), SCRIPT], ids=lambda form: form.type)
def test_what_our_own_seller_declares_our_buyer_makes(form: AdFormat) -> None:
    assert accepted([option_of(form)], form) == form


def test_an_ad_of_words_alone_is_made_for_a_seller_that_has_scripts_read_out_and_for_no_other() -> None:
    sold = [FormatOption(format_kind="image"), FormatOption(format_kind="audio_hosted")]
    assert accepted(sold, SCRIPT) is None
    assert accepted([*sold, option_of(SCRIPT)], SCRIPT) == SCRIPT


def test_an_ad_of_words_alone_is_uploaded_as_a_script() -> None:
    (offer,) = offered(Products.model_validate({"products": [product()]}))
    ad = a_creative().model_copy(update={"type": SCRIPT.type})

    upload = offer.upload(ad, "http://127.0.0.1:8000")

    words = "Rain outside, soup inside\n\nA warm bowl for a wet day.\n\nAdd to basket"
    assert upload["format_kind"] == "audio_hosted"
    assert upload["assets"] == {"script": {"asset_type": "text", "content": words}}


def test_a_report_without_daily_figures_is_one_row_on_its_last_day() -> None:
    told = delivery_of(report(package(impressions=4000, clicks=21)), "mb", Placed(BOUGHT), THROUGH)

    (row,) = told.rows
    assert (row.day, row.impressions, row.clicks, row.spend) == (THROUGH, 4000, 21, Decimal("30.00"))
    assert told.attribution_window == "unknown"


def test_clicks_told_only_in_total_are_spread_over_the_days_and_kept_in_sum() -> None:
    days = [
        {"date": "2026-11-18", "impressions": 1000, "spend": 7.5},
        {"date": "2026-11-19", "impressions": 3000, "spend": 22.5},
    ]

    told = delivery_of(report(package(clicks=21, daily_breakdown=days)), "mb", Placed(BOUGHT), THROUGH)

    assert [row.clicks for row in told.rows] == [5, 16]
    assert [row.spend for row in told.rows] == [Decimal("7.50"), Decimal("22.50")]


def test_rows_come_day_by_day_with_packages_in_the_sellers_order() -> None:
    days = [{"date": f"2026-11-{day}", "impressions": 1, "spend": 1} for day in (18, 19)]
    both = [package(package_id=name, spend=2, daily_breakdown=days) for name in ("p2", "p1")]

    told = delivery_of(report(*both), "mb", Placed(BOUGHT), THROUGH)

    assert [(row.day.day, row.channel) for row in told.rows] == [
        (18, Channel.EMAIL),
        (18, Channel.ONSITE_DISPLAY),
        (19, Channel.EMAIL),
        (19, Channel.ONSITE_DISPLAY),
    ]


@pytest.mark.parametrize(
    ("told", "status", "final"),
    [
        (report(), MediaBuyStatus.ACTIVE, False),
        (report(package(paused=True), package(package_id="p2")), MediaBuyStatus.ACTIVE, False),
        (report(package(paused=True)), MediaBuyStatus.PAUSED, False),
        (report(status="rejected"), MediaBuyStatus.REJECTED, True),
        (report(status="canceled"), MediaBuyStatus.CANCELED, True),
        (report(status="completed"), MediaBuyStatus.COMPLETED, True),
        (report(status="completed", is_final=False), MediaBuyStatus.COMPLETED, False),
    ],
)
def test_a_buy_that_is_over_is_reported_for_good_and_one_of_which_nothing_runs_is_paused(
    told: DeliveryReport, status: MediaBuyStatus, final: bool
) -> None:
    delivery = delivery_of(told, "mb", Placed(BOUGHT), THROUGH)

    assert (delivery.status, delivery.is_final) == (status, final)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (report(status="reporting_delayed"), TransientFailure),
        (report(status="failed"), PlatformFailure),
        (report(package(currency="USD")), PlatformFailure),
        (report(package(package_id="p9")), PlatformFailure),
        (report(media_buy_id="another"), NotFound),
    ],
)
def test_a_report_that_cannot_be_used_is_an_error_and_never_an_empty_delivery(
    told: DeliveryReport, error: type[Exception]
) -> None:
    with pytest.raises(error):
        delivery_of(told, "mb", Placed(BOUGHT), THROUGH)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"status": "completed", "media_buy_status": "active"}, MediaBuyStatus.ACTIVE),
        ({"status": "pending_creatives"}, MediaBuyStatus.PENDING_CREATIVES),
        ({"status": "success"}, MediaBuyStatus.PENDING_START),
        ({"status": "completed"}, MediaBuyStatus.PENDING_START),
        ({"status": "rejected"}, MediaBuyStatus.REJECTED),
        ({}, MediaBuyStatus.PENDING_START),
    ],
)
def test_a_buys_state_is_read_as_old_and_new_sellers_say_it(told: dict[str, str], status: MediaBuyStatus) -> None:
    assert MediaBuyAnswer.model_validate({"media_buy_id": "mb", **told}).state() is status


@given(
    total=st.integers(0, 10**7),
    weights=st.lists(st.floats(0, 1e6, allow_nan=False).map(round), min_size=1, max_size=40),
)
def test_apportioning_keeps_the_sum_and_gives_nobody_more_than_one_over_a_share(total: int, weights: list[int]) -> None:
    if not any(weights):
        weights = [1] * len(weights)

    shares = apportioned(total, weights)

    assert sum(shares) == total
    assert all(
        abs(share - total * weight / sum(weights)) <= 1 + 1e-6 for share, weight in zip(shares, weights, strict=True)
    )
