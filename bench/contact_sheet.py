"""Contact sheets: the ads of eight scenarios, two products each, in every size sold, as shoppers would see them.

`python -m bench.contact_sheet` writes docs/images/contact-sheet.webp and one larger sheet a scenario. The words are the
fake copywriter's, in the simulated grocer's shop; an offer is put on file for every second product.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID

from langgraph.runtime import Runtime
from PIL import Image

from agents.compliance.examination import examine, overall
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from agents.creative.agent import CreativeAgent
from agents.creative.artist import Artist
from agents.creative.artwork.marks import Shop
from agents.creative.artwork.raster import png
from domain.catalogue import Offer, PastPrice, Product, ProductEvidence
from domain.channel import AdFormat, Channel
from domain.context import CampaignContext, WorldRef
from domain.creative import CREATIVE_ATTEMPTS, Angle, Outcome
from domain.opportunity import Cause, Diagnosis, Opportunity, OpportunityKind
from domain.plan import Allocation, Audience, CampaignBrief, CampaignPlan, Flight, Holdout, Interval
from domain.state import CampaignState, merge_by_id
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.library import PromptLibrary
from runtime.settings import Settings
from runtime.worlds import resolve
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import default_schedule

IMAGES: Final = Path("docs/images")
SMALL, LARGE, GAP = 580, 1280, 10
"""Widths of one product's ads on the sheet of all and on a scenario's own, and what is between them, pixels."""
QUALITY: Final = 78
"""Of 100: the least at which the small print of a sheet can be read."""
SIZES: Final[tuple[tuple[tuple[str, ...], ...], ...]] = (
    (
        ("display_160x600",),
        ("display_300x600",),
        ("display_970x250", "display_728x90", "display_320x50"),
        ("display_300x250",),
        ("social_1080x1080",),
    ),
    (
        ("social_1080x1350",),
        ("screen_1920x1080",),
        ("social_1200x628",),
        ("sponsored_product_600x600",),
        ("email_600x400",),
    ),
)
"""Rows of columns; what is in a column stands one beneath the other."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is advertised in a scenario, and what sensing would say of it."""

    scenario: str
    category: str
    headline: str
    cause: Cause
    angle: Angle
    tone: str


SCENES: Final = (
    Scene("heatwave", "ice cream", "Ice cream: a heatwave of 5 days is forecast.", Cause.WEATHER, "occasion", "light"),
    Scene("heavy-rain", "soup", "Soup down 10% and heavy rain forecast for 3 days.", Cause.WEATHER, "comfort", "warm"),
    Scene("cold-snap", "porridge", "Porridge: a cold snap with frost for 6 days.", Cause.WEATHER, "comfort", "warm"),
    Scene("viral-trend", "cheese", "Searches for cheese are up 120%.", Cause.SEARCH, "discovery", "lively"),
    Scene("stock-out", "bread", "Bread: shelves were half empty.", Cause.STOCK, "freshness", "plain"),
    Scene("competitor-promotion", "tea and coffee", "Tea and coffee down 16%.", Cause.SHOCK, "comfort", "calm"),
    Scene("price-rise", "breakfast cereal", "Breakfast cereal down 18%.", Cause.PRICE, "convenience", "plain"),
    Scene("feed-outage", "beer", "Beer: no sales have arrived from Scotland.", Cause.DATA_FAULT, "occasion", "plain"),
)


@dataclass(frozen=True, slots=True)
class _OneProduct:
    """A world whose shelf has the product as the sheet has it, its offer on file."""

    product: Product

    def open(self, ref: WorldRef) -> "_OneProduct":
        return self

    def shelf(self, category: str, today: date) -> list[Product]:
        return [self.product]


async def written(scene: Scene, second: bool, shop: Shop, store: Path) -> dict[str, str]:
    """The drawings of one product by the type of ad."""
    scheduled, day = default_schedule(scene.scenario)
    context = CampaignContext(scenario=scene.scenario)
    campaign, worlds = UUID(int=1), SimulatedWorlds()
    shelf = worlds.open(resolve(context, campaign)).shelf(scene.category, day)
    product = _on_offer(shelf[1], day) if second else shelf[0]
    plan = _plan(scene, product, scheduled.regions, day)
    artist = Artist(shop)
    agent = CreativeAgent(
        models=ModelRegistry(),
        prompts=PromptLibrary(FOLDER),
        worlds=_OneProduct(product),  # type: ignore[arg-type]  # all that is asked of a world here is its shelf
        resolve=resolve,
        draws=artist,
    )
    state = CampaignState(campaign_id=campaign, opportunity=_opportunity(scene, day), plan=plan)
    for _ in range(CREATIVE_ATTEMPTS):
        result = await agent(state, Runtime(context=context, stream_writer=lambda _: None))
        ads = merge_by_id(state.creatives, result["creatives"])
        findings = [one for one in examine(campaign, plan, ads, product) if one.creative_id]
        update = {"creatives": ads, "findings": findings, "creative_attempts": result["creative_attempts"]}
        state = state.model_copy(update=update)
        if overall(findings) is not Outcome.FAIL:
            break
    by_channel = {ad.channel: ad for ad in state.creatives}
    sized = [by_channel[_channel(kind)].model_copy(update={"type": kind}) for kind in _every_type()]
    drawn = [svg for ad in sized for svg in artist([ad], plan, product).values() if svg is not None]
    return dict(zip(_every_type(), drawn, strict=True))


def _every_type() -> list[str]:
    return [one for row in SIZES for column in row for one in column]


def _channel(kind: str) -> Channel:
    name = AdFormat.of_type(kind).name
    return next(channel for channel in Channel if channel.record.format.name == name)


def _on_offer(product: Product, day: date) -> Product:
    """The product with a lower price that everybody has paid since yesterday, and with what it cost before."""
    price = (product.price * Decimal("0.8")).quantize(Decimal("0.05"))
    evidence = ProductEvidence(
        offers=(Offer(kind="saving", starts=day, ends=day + timedelta(days=21), price=price),),
        past_prices=(PastPrice(price=product.price, starts=day - timedelta(days=90), ends=day - timedelta(days=1)),),
    )
    return product.model_copy(update={"price": price, "evidence": evidence})


def _opportunity(scene: Scene, day: date) -> Opportunity:
    return Opportunity(
        id=UUID(int=2), detected_on=day, kind=OpportunityKind.SALES_DROP, category=scene.category, regions=[],
        headline=scene.headline, score=5.0, robust_z=-4.0, isolation_score=0.7, p_value=0.001, sales_change=-0.1,
        baseline_units_per_day=20_000, average_price=1.4, days_ahead=3, evidence=[],
        diagnosis=Diagnosis(cause=scene.cause, contributions=[], advertisable=True, advice=scene.headline),
    )  # fmt: skip


def _plan(scene: Scene, product: Product, regions: Sequence[str], day: date) -> CampaignPlan:
    budget = Decimal(1000)
    interval = Interval(low=0, high=1)
    channels = list(dict.fromkeys(_channel(kind) for kind in _every_type()))
    return CampaignPlan(
        id=UUID(int=3), cycle=1, verdict="spend", reason="", category=scene.category, hero_sku=product.sku,
        audience=Audience(
            segment="households", description="households near a store", regions=list(regions) or ["London"],
            minimum_age=ADULT_AGE if goods_of(product).for_adults else None,
        ),
        brief=CampaignBrief(
            objective=f"Sell more {scene.category}.", proposition=scene.headline, tone=scene.tone, angle=scene.angle,
            hero_sku=product.sku, audience_reason="They shop near a store.",
        ),
        flight=Flight(start=day + timedelta(days=1), end=day + timedelta(days=7)), budget=budget,
        allocations=[
            Allocation(
                channel=channel, audience="households", budget=budget / len(channels), expected_incremental_units=1,
                expected_incremental_sales=Decimal(1), interval=interval, marginal_return=1, reason="",
            )
            for channel in channels
        ],
        predicted_roi=0, roi_interval=interval, predicted_iroas=0, margin_rate=0.3, binding_constraints=[],
        shadow_price=0, holdout=Holdout(share=0, control_stores=[], treated_stores=[], seed=0), prompt_hash="",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """Part of a page: SVG and its height, pixels."""

    svg: str
    height: float


def laid_out(drawings: dict[str, str], width: float, prefix: str) -> Sheet:
    """One product's ads in rows as wide as `width`."""
    parts, top = [], 0.0
    for row in SIZES:
        shapes = [_aspect(column) for column in row]
        height = (width - GAP * (len(row) - 1)) / sum(shapes)
        left = 0.0
        for column, shape in zip(row, shapes, strict=True):
            y = top
            for one in column:
                across, down = _size(one)
                wide = height * shape
                tall = wide * down / across
                identity = f"{prefix}-{one}"
                parts.append(_placed(drawings[one], identity, left, y, wide, tall))
                y += tall + _between(column, height)
            left += height * shape + GAP
        top += height + GAP
    return Sheet("".join(parts), top)


def _size(kind: str) -> tuple[int, int]:
    picture = AdFormat.of_type(kind).picture
    if picture is None:
        raise ValueError(f"{kind} names no size to draw")
    return picture.width, picture.height


def _aspect(column: Sequence[str]) -> float:
    """Width by height of a column whose parts are equally wide, with a twentieth of its height between them."""
    down = sum(height / width for width, height in (_size(kind) for kind in column))
    return (1 - 0.05 * (len(column) - 1)) / down


def _between(column: Sequence[str], height: float) -> float:
    return 0.05 * height if len(column) > 1 else 0


def _placed(svg: str, identity: str, x: float, y: float, width: float, height: float) -> str:
    """A drawing within another, its own names made its own."""
    svg = re.sub(r'(id="|url\(#)(\w+)', rf"\1{identity}-\2", svg)
    svg = re.sub(r' aria-labelledby="[^"]*"', "", svg)
    place = f'<svg x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" viewBox'
    return re.sub(r'^<svg [^>]*? width="\d+" height="\d+" viewBox', place, svg, count=1)


def page(rows: Sequence[tuple[str, Sequence[Sheet]]], width: int) -> bytes:
    """Rows of sheets beneath a caption each, as PNG."""
    parts, top, columns = [], float(GAP), max(len(sheets) for _, sheets in rows)
    for caption, sheets in rows:
        parts.append(
            f'<text x="{GAP}" y="{top + 15:.0f}" font-family="Lato" font-size="15" font-weight="700">{caption}</text>'
        )
        top += 24
        for column, sheet in enumerate(sheets):
            parts.append(f'<g transform="translate({GAP + column * (width + 2 * GAP)} {top:.0f})">{sheet.svg}</g>')
        top += max(sheet.height for sheet in sheets) + GAP
    across = columns * (width + 2 * GAP)
    return png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{top:.0f}">'
        f'<rect width="100%" height="100%" fill="#f4f5f7"/>{"".join(parts)}</svg>'
    )


def save(png_page: bytes, file: Path) -> None:
    """As WebP, a quarter of the size: every clone of the repository carries the sheets of all its past."""
    with Image.open(BytesIO(png_page)) as picture:
        picture.convert("RGB").save(file, "WEBP", quality=QUALITY, method=6)


def _captions() -> Iterator[str]:
    for scene in SCENES:
        yield f"{scene.scenario}: {scene.category}"


async def draw_all(folder: Path, shop: Shop) -> list[Path]:
    """Write the sheets into `folder` and name them."""
    files, overview = [], []
    with tempfile.TemporaryDirectory() as store:
        for scene, caption in zip(SCENES, _captions(), strict=True):
            products = [await written(scene, second, shop, Path(store)) for second in (False, True)]
            small = [laid_out(ads, SMALL, f"{scene.scenario}-{n}") for n, ads in enumerate(products)]
            overview.append((caption, small))
            large = [laid_out(ads, LARGE, f"{scene.scenario}-{n}") for n, ads in enumerate(products)]
            files.append(folder / f"contact-sheet-{scene.scenario}.webp")
            save(page([(caption, large[:1]), (f"{caption}, on offer", large[1:])], LARGE), files[-1])
    files.append(folder / "contact-sheet.webp")
    save(page(overview, SMALL), files[-1])
    return files


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    for file in asyncio.run(draw_all(into, Shop(Settings().retailer_name))):
        print(f"{file}  {file.stat().st_size // 1000} kB")
