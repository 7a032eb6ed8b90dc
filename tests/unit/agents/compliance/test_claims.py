"""What an ad may say: each rule against words that break it and words that do not."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from agents.compliance.examination import examine, overall
from agents.compliance.rulebook.book import rulebook
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import Creative, Finding, Outcome
from domain.plan import Allocation, Audience, CampaignBrief, CampaignPlan, Flight, Holdout, Interval
from tests.unit.agents.corner_shop import CAMPAIGN, CONES_FACTS, TODAY, product

SOUP = product()
BEER = product("BEER-01", name="Pale Ale", category="beer", nutrition=None, alcohol=True)
CONES = product("ICE-01", name="Chocolate Cones", category="ice cream", nutrition=CONES_FACTS, listed="ice cream")


def plan(hero: Product, channel: Channel = Channel.EMAIL, minimum_age: int | None = None) -> CampaignPlan:
    nothing = Interval(low=0, high=0)
    return CampaignPlan(
        id=UUID(int=1), cycle=1, verdict="spend", reason="", category=hero.category, hero_sku=hero.sku,
        audience=Audience(segment="buyers", description="", regions=["North"], minimum_age=minimum_age),
        brief=CampaignBrief(
            objective="", proposition="", tone="", angle="comfort", hero_sku=hero.sku, audience_reason=""
        ),
        flight=Flight(start=TODAY + timedelta(days=1), end=TODAY + timedelta(days=7)), budget=Decimal(100),
        allocations=[
            Allocation(
                channel=channel, audience="buyers", budget=Decimal(100), expected_incremental_units=1,
                expected_incremental_sales=Decimal(1), interval=nothing, marginal_return=1, reason="",
            )
        ],
        predicted_roi=0, roi_interval=nothing, predicted_iroas=0, margin_rate=0.3, binding_constraints=[],
        shadow_price=0, prompt_hash="", holdout=Holdout(share=0.5, control_stores=["A"], treated_stores=["B"], seed=0),
    )  # fmt: skip


def ad(
    body: str, *, headline: str = "Supper is ready", sku: str = "SOUP-01", channel: Channel = Channel.EMAIL,
    picture: str = "A bowl on a table",
) -> Creative:  # fmt: skip
    return Creative(
        id=UUID(int=5), channel=channel, type="email", headline=headline, body=body, call_to_action="See the soups",
        angle="comfort", sku=sku, image_description=picture, image_url="/c.svg", attempt=1, prompt_hash="h",
        model="fake:x", is_mock=True,
    )  # fmt: skip


def objections(
    body: str, hero: Product | None = SOUP, *, picture: str = "A bowl", age: int | None = 18
) -> dict[str, Finding]:
    """The rules that do not pass, by id; what the second reader thinks is left to its own tests."""
    given = hero or SOUP
    found = examine(CAMPAIGN, plan(given, minimum_age=age), [ad(body, sku=given.sku, picture=picture)], hero)
    return {one.rule_id: one for one in found if one.outcome is not Outcome.PASS and one.rule_id != "reader.doubt"}


@pytest.mark.parametrize(
    "body",
    [
        "A hot bowl for a cold evening, ready in four minutes.",
        "Beat the cold snap with tomato soup.",
        "Soup beats a cold night.",
        "Cold outside? Soup inside.",
        "Tomato soup at its best, with bread to dunk.",
        "Tomato Soup is £1.25 today.",
        "Warm bowls for wet nights. 400g serves two.",
        "Comfort in a bowl while the rain falls.",
        "Save room for the bread.",
        "Save yourself a wet walk.",
        "Lay one more place at the table.",
        "A weeknight supper that is ready when you are.",
        "Great value, and a spoon is all you need.",
        "Simple: rain outside, soup inside.",
    ],
)
def test_honest_copy_passes(body: str) -> None:
    assert objections(body) == {}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Soup beats colds.", "health.disease"),
        ("Shake off a cold, with soup.", "health.disease"),
        ("Keeps flu at bay.", "health.disease"),
        ("Soup beats a cold in a day.", "health.disease"),
        ("Knocks out your cold fast.", "health.disease"),
        ("Keeps winter bugs away.", "health.disease"),
        ("Soothes sore throats all winter.", "health.disease"),
        ("A natural remedy in a bowl.", "health.disease"),
        ("The healthy choice for supper.", "health.general"),
        ("Boosts your immunity all winter.", "health.general"),
        ("It does you good.", "health.general"),
        ("Packed with protein for wet nights.", "nutrition.claim"),
        ("High fibre comfort.", "nutrition.claim"),
        ("Full of vitamins.", "nutrition.claim"),
        ("Tomato Soup is now £1.20.", "price.live"),
        ("Only 99p.", "price.live"),
        ("Soup for a pound.", "price.live"),
        ("Save 20% this week.", "price.saving"),
        ("Half-price soup.", "price.saving"),
        ("Free delivery with every tin.", "price.free"),
        ("Was £2.50, warm all the same.", "price.saving"),
        ("Buy one get one free.", "price.multibuy"),
        ("3 for 2 on soup.", "price.multibuy"),
        ("Hurry, it is nearly gone.", "claim.time-limit"),
        ("It is nearly gone.", "claim.scarcity"),
        ("Today only.", "claim.time-limit"),
        ("Soup that is kind to our planet.", "claim.environment-absolute"),
        ("Never harms a river.", "claim.environment-absolute"),
        ("Organic soup.", "claim.organic"),
        ("Three kilos down in a fortnight.", "health.weight"),
        ("She lost 6kg on soup.", "health.weight"),
        ("Your order has shipped: soup.", "ad.recognisable"),
    ],
)
def test_copy_that_breaks_a_rule_fails_and_says_how_to_mend_it(body: str, rule: str) -> None:
    finding = objections(body)[rule]
    assert finding.outcome is Outcome.FAIL
    assert finding.fixable_by == "copy"
    assert finding.evidence
    assert finding.remedy
    assert finding.source


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Britain's favourite soup.", "claim.superlative"),
        ("The best soup there is.", "claim.superlative"),
        ("Tastier than Aldi.", "claim.competitor"),
        ("Sustainable comfort.", "claim.environment"),
        ("Gluten-free and warm.", "claim.free-from"),
    ],
)
def test_a_claim_that_needs_proof_is_referred_to_a_person(body: str, rule: str) -> None:
    assert objections(body)[rule].outcome is Outcome.REFER


def test_the_words_the_rule_saw_are_the_evidence() -> None:
    assert objections("Soup beats colds.")["health.disease"].evidence == "'colds'"
    assert objections("Only 99p.")["price.live"].evidence == "the ad says £0.99, the till says £1.25"


def test_a_nutrition_claim_the_figures_support_passes() -> None:
    lentil = product(nutrition=SOUP.nutrition.model_copy(update={"fibre_g": 6.5})) if SOUP.nutrition else SOUP
    assert objections("High fibre comfort.", lentil) == {}
    assert "nutrition.claim" in objections("High fibre comfort.", product(nutrition=None))


@pytest.mark.parametrize("trick", ["Soup beats co\u200blds.", "Soup beats ｃｏｌｄｓ.", "SOUP  BEATS\nCOLDS"])
def test_hidden_letters_do_not_hide_a_claim(trick: str) -> None:
    assert "health.disease" in objections(trick)


def test_less_healthy_food_has_no_volume_promotion_and_speaks_to_no_child() -> None:
    assert "lhf.volume-promotion" in objections("Buy one get one free.", CONES)
    assert "lhf.children" in objections("A treat for the kids.", CONES)
    assert "lhf.children" in objections("A treat.", CONES, picture="children on a beach")
    assert "lhf.volume-promotion" not in objections("Buy one get one free.", SOUP)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Unwind with a pale ale.", "alcohol.mood"),
        ("Warms the soul.", "alcohol.health"),
        ("One for the students.", "alcohol.youth"),
        ("Down it with friends.", "alcohol.responsible"),
        ("Liquid courage.", "alcohol.success"),
        ("Only 90 calories.", "alcohol.nutrition"),
    ],
)
def test_alcohol_has_rules_of_its_own(body: str, rule: str) -> None:
    assert rule in objections(body, BEER)
    assert rule not in objections(body, SOUP)


@pytest.mark.parametrize("age", [None, 16])
def test_alcohol_without_an_adult_audience_is_a_fault_of_the_plan(age: int | None) -> None:
    assert objections("A pale ale.", BEER, age=age)["alcohol.adults-only"].fixable_by == "plan"
    assert "alcohol.adults-only" not in objections("A pale ale.", BEER, age=18)


def test_a_paid_online_plan_for_less_healthy_food_fails_with_the_law_cited() -> None:
    found = {f.rule_id: f for f in examine(CAMPAIGN, plan(CONES, Channel.PAID_SOCIAL), [], CONES)}["lhf.paid-online"]
    assert found.outcome is Outcome.FAIL
    assert found.fixable_by == "plan"
    assert "368Z14" in found.source
    assert "paid_social" in found.evidence


def test_a_product_nobody_can_find_is_treated_as_every_kind_of_product() -> None:
    found = objections("A treat for the kids.", None, age=None)
    assert {"plan.product-on-shelf", "alcohol.adults-only", "lhf.children"} <= set(found)


def test_an_ad_for_another_product_than_the_plans_fails() -> None:
    found = [f for f in examine(CAMPAIGN, plan(SOUP), [ad("Warm.", sku="PIE-01")], SOUP) if f.rule_id == "ad.product"]
    assert found[0].outcome is Outcome.FAIL


def test_a_finding_keeps_its_id_when_the_ad_is_written_again() -> None:
    first = {f.rule_id: f.id for f in examine(CAMPAIGN, plan(SOUP), [ad("Soup beats colds.")], SOUP)}
    again = {f.rule_id: f.id for f in examine(CAMPAIGN, plan(SOUP), [ad("Warm.")], SOUP)}
    assert first == again


def test_a_failure_outweighs_a_referral() -> None:
    given = plan(SOUP)
    assert overall(list(examine(CAMPAIGN, given, [ad("The best cure for colds.")], SOUP))) is Outcome.FAIL
    assert overall(list(examine(CAMPAIGN, given, [ad("The best soup.")], SOUP))) is Outcome.REFER
    assert overall(list(examine(CAMPAIGN, given, [ad("Warm soup.")], SOUP))) is Outcome.PASS


def test_every_rule_cites_its_law_and_a_way_out() -> None:
    for rule in rulebook().rules:
        assert len(rule.source) > 10, rule.id
        assert len(rule.remedy) > 10, rule.id


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Twice the protein of steak.", "nutrition.claim"),
        ("We are down to the last crate.", "claim.scarcity"),
        ("2-4-1 this week.", "price.multibuy"),
        ("2️⃣ for 1️⃣ this week.", "price.multibuy"),
        ("⭐⭐⭐⭐⭐ says everybody.", "claim.testimonial"),
        ("The best in town.", "claim.superlative"),
        ("SoupCuresColds", "health.disease"),
        ("Bogoff on all tins.", "price.multibuy"),
        ("A mug thrown in with every tin.", "price.saving"),
        ("Nods you off faster than counting sheep.", "health.general"),
    ],
)
def test_what_a_sceptic_got_through_is_stopped(body: str, rule: str) -> None:
    assert rule in objections(body)


def test_a_number_in_a_name_is_no_offer() -> None:
    nappies = product("N-1", name="Nappies Size 4 44 Pack", category="nappies", nutrition=None)
    assert objections("A pack by the cot.", nappies) == {}


@pytest.mark.parametrize(
    ("innocent", "guilty", "rule"),
    [
        ("Always low heat.", "Always low prices.", "price.promise"),
        ("Save the jar for buttons.", "Save on every jar.", "price.saving"),
        ("Square deal.", "A cracking deal.", "price.saving"),
        ("A knife mark down one side.", "Marked down this week.", "price.saving"),
        ("Free pouring.", "A free mug.", "price.free"),
        ("Fork-free supper.", "Free with every fork.", "price.free"),
        ("A free-for-all at the table.", "Free for all shoppers.", "price.free"),
        ("Free the jug.", "The jug is free.", "price.free"),
        ("Gone by Thursday, with toast.", "Offer ends Thursday.", "claim.time-limit"),
        ("Please reply by Thursday | Only joking.", "Thursday only.", "claim.time-limit"),
        ("Ends in crumble.", "Ends in two days.", "claim.time-limit"),
        ("The ice won't last.", "Stocks won't last.", "claim.scarcity"),
        ("It's going well.", "It's going fast.", "claim.scarcity"),
        ("Missed call from Mum.", "Missed call. Ring us back.", "ad.recognisable"),
        ("Bring your order number.", "Your order number is ready.", "ad.recognisable"),
        ("Print the recipe.", "Print your instructions.", "ad.instructions"),
        ("Ready in at most 10 minutes.", "Bread and soup, at most 80.", "ad.brief-hint"),
        ("Supper is in demand at ours.", "Demand for soup is high this week.", "ad.brief"),
        ("Four cans, 4.6% ABV.", "Searches for soup are 18% above usual.", "ad.brief"),
        ("More soup than bread.", "Soup sold 10% fewer units than expected.", "ad.brief"),
        ("Back in the picnic basket.", "Bring soup back into weeknight baskets.", "ad.brief"),
        ("An email from Gran.", "Email sold more soup than the screens.", "ad.brief"),
        ("The rain drops by at 10.", "Soup with a 10% drop in it.", "price.saving"),
        ("The lid drops by itself.", "Soup drops by 10 per cent.", "price.saving"),
        ("A dip for ten.", "A ten per cent dip for soup.", "price.saving"),
        ("A robin looks expectant.", "Soup for expectant mums.", "health.audience"),
        ("Expecting rain.", "Good for pregnant women.", "health.audience"),
        ("For people who are in a hurry to sit down.", "For people who are unwell.", "health.audience"),
        ("A cure for an empty dish.", "A cure for a cough.", "health.disease"),
        ("Does your soup a favour.", "Does your body a favour.", "health.general"),
        ("Allergic to small talk.", "Allergic to nuts? Fine here.", "claim.free-from"),
        ("Going green since the roof leaked.", "Going green with every tin.", "claim.environment"),
        ("Kinder than the weather.", "Kind to the environment.", "claim.environment-absolute"),
        ("Fully green beans.", "Fully recyclable.", "claim.environment-absolute"),
        ("Drop 2kg of spuds in the pan.", "Drop 2kg by June.", "health.weight"),
        ("With natural yoghurt.", "With natural stock.", "claim.descriptive"),
        ("Peel it over the organic waste bin.", "Organically grown.", "claim.organic"),
        ("Best bowls out.", "Britain's best bowls.", "claim.superlative"),
        ("Pure coincidence.", "Pure tomatoes.", "claim.descriptive"),
        ("A wild night in.", "Wild garlic.", "claim.descriptive"),
        ("Sandwich crisis?", "The crisis at home.", "ad.distress"),
    ],
)
def test_a_word_is_read_with_those_beside_it(innocent: str, guilty: str, rule: str) -> None:
    assert rule not in objections(innocent)
    assert rule in objections(guilty)


def test_a_kind_of_orange_is_no_origin_where_the_name_has_it() -> None:
    marmalade = product("M-1", name="Seville Orange Marmalade 340g", category="spreads", nutrition=None)
    assert "claim.origin" not in objections("Seville oranges stop dry toast dead.", marmalade)
    assert "claim.origin" in objections("Potted in Seville, packed in Seville.", marmalade)
    assert "claim.origin" in objections("Seville oranges.", product("O-1", name="Navel Oranges", category="fruit"))


def test_fat_limes_are_no_claim_of_fat() -> None:
    assert "alcohol.nutrition" not in objections("With two fat limes.", BEER)
    assert "alcohol.nutrition" in objections("No fat in it.", BEER)


@pytest.mark.parametrize(
    ("hint", "innocent", "rule"),
    [
        ("Dear neighbour, we have news of soup.", "Dear me, soup.", "ad.format"),
        ("What the doctor eats.", "What the docker eats.", "health.disease-word"),
        ("For whoever is coming down with it.", "For whoever is coming down to supper.", "health.hint"),
        ("Two stone, and it falls off.", "Two stone steps down.", "health.weight-hint"),
        ("Get your fibre here.", "Get your coat.", "nutrition.hint"),
        ("Lighter lunches.", "Lighter evenings.", "nutrition.hint"),
        ("Limited to the first 200.", "For the first of many.", "claim.scarcity-hint"),
        ("Before midnight only.", "Before midnight, soup.", "claim.hurry"),
        ("Everyone's talking about it.", "Everyone's at the table.", "claim.popularity"),
        ("Our testers came back.", "Our spoons came back.", "claim.popularity"),
        ("Down in price.", "Down in one bowl.", "price.saving-hint"),
        ("The second bowl is on us.", "Rain on us all.", "price.free-hint"),
        ("Set your watch by £1.25.", "Set your watch by the kettle.", "price.promise-hint"),
        ("Tug a sleeve.", "Roll a sleeve up.", "child.pester-hint"),
        ("The shop opposite charges for bread.", "The shop shuts at six.", "claim.competitor"),
        ("Lincolnshire Maris Pipers.", "Maris Pipers.", "claim.origin"),
        ("No jar comes near.", "No jar on the shelf.", "claim.superlative"),
        ("Still on the tree on Tuesday.", "Still on the hob on Tuesday.", "claim.descriptive"),
    ],
)
def test_a_hint_is_referred_and_the_same_word_without_it_is_not(hint: str, innocent: str, rule: str) -> None:
    assert objections(hint)[rule].outcome is Outcome.REFER
    assert rule not in objections(innocent)
