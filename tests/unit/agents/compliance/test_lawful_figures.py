"""Recipes, ranges, pastries and percentages that only sound like savings or the brief, and what they sound like."""

import pytest

from domain.creative import Outcome
from domain.plain_text import only_words
from tests.unit.agents.compliance.test_claims import objections

LAWFUL = (
    "Tzatziki dip 5% fat",
    "Lower 5% fat mince",
    "Lean cuts 5% fat beef mince",
    "Serves at most 4.",
    "At most 3 ingredients.",
    "Your task is to stir.",
    "Soup for households that like it hot.",
    "Up 10% cocoa chocolate",
    "Cherry turnover is up next",
    "A barn conversion kitchen, and soup on the hob.",
    "The moment: soup at six.",
    # Recipes.
    "Take 70% cocoa chocolate, and melt it slowly.",
    "Cut 85% dark chocolate into shards.",
    "Add at most 2 spoonfuls of stock.",
    "Use at most 1 pan and 6 bowls.",
    "Fold in 40% fat cream, then stir.",
    "At most 5 tomatoes a bowl.",
    "Your task is simple: butter the bread.",
    "The task was to find the big spoon.",
    "My task is the bread, yours is the soup.",
    "The method: chop, simmer, serve.",
    "The answer: soup.",
    "Ready sooner than expected, on long days too.",
    "Cup conversions are on page 9.",
    # Ranges and percentages.
    "Cuts of 10% fat beef, for burgers.",
    "Chickpea dips 60% chickpeas, and the rest is garlic.",
    "Fruit drops 20% fruit juice.",
    "Lower shelf: 5% fat and 20% fat mince.",
    "Houmous dip 55% chickpeas.",
    "Aged cheese cuts 30% fat cheddar.",
    "Cider down the lane, 4% vol.",
    "One cup, up 20% milk chocolate and stirred.",
    "Cream falls 30% fat cream onto pie.",
    "A 12% fat mince and a 5% fat mince.",
    "Three ranges, 8 soups, at most 9 spoons.",
    "A drop of 40% fat cream on top.",
    "Yogurt 10% dip on the side.",
    "Serves at most 12.",
    # Pastries and the kitchen.
    "The apple turnover is still warm.",
    "Our turnover is cherry, with sugar on top.",
    "Rhubarb turnover was down the end of the table.",
    "Loft conversion, and the soup is upstairs.",
    "The headline is soup, the rest is bread.",
    "Households which eat late eat well.",
    "Searches for supper are over.",
    "A mug more than forecast, on days like these.",
)
UNLAWFUL = (
    ("Soup falls 20% this week.", "price.saving"),
    ("Soup dips 10%.", "price.saving"),
    ("Soup: a dip of 10%.", "price.saving"),
    ("Lower by 15 per cent until Sunday.", "price.saving"),
    ("Soup, a 20% drop.", "price.saving"),
    ("Drops 10% on all meat.", "price.saving"),
    ("Cut 20% from your sugar bill.", "price.saving"),
    ("Save 20% beef this week.", "price.saving"),
    ("Cuts of 20% meat prices.", "price.saving"),
    ("Price cut 20% beef.", "price.saving"),
    ("A drop of 20% across beef.", "price.saving"),
    ("Slashed 20% fruit.", "price.saving"),
    ("Down 20% beef and lamb.", "price.saving"),
    ("Soup, a 10% dip.", "price.saving"),
    ("Soup: 8% dip in price.", "price.saving"),
    ("A 10 per cent dip.", "price.saving"),
    ("Drops 20% when fruit ripens.", "price.saving"),
    ("Take 20% discount beef.", "price.saving"),
    ("20% off beef.", "price.saving"),
    ("A soup in at most 80 characters.", "ad.brief"),
    ("Supper in at most 12 words.", "ad.brief"),
    ("Your task is to write of soup.", "ad.brief"),
    ("Soup sales, now 18% above usual.", "ad.brief"),
    ("Up 10%, as sold in the North.", "ad.brief"),
    ("For households that buy soup weekly.", "ad.brief"),
    ("Our conversion rate is soup.", "ad.brief"),
    ("Conversions rose with soup.", "ad.brief"),
    ("Sold better than expected.", "ad.brief"),
)
UNSURE = (
    "Bread and soup, at most 80.",
    "The task is to bring soup in.",
    "Our turnover was good this year.",
    "Soup, 18% above usual.",
    "More conversions with soup.",
)


@pytest.mark.parametrize("text", LAWFUL)
def test_a_lawful_line_does_not_fail_nor_is_it_asked_for_again(text: str) -> None:
    assert only_words(text) == text
    failed = {rule: one.evidence for rule, one in objections(text).items() if one.outcome is Outcome.FAIL}
    assert failed == {}


@pytest.mark.parametrize(("text", "rule"), UNLAWFUL)
def test_a_fall_in_price_and_the_briefs_words_still_fail(text: str, rule: str) -> None:
    assert objections(text)[rule].outcome is Outcome.FAIL


@pytest.mark.parametrize("text", UNSURE)
def test_words_that_may_be_the_briefs_are_seen_by_a_person(text: str) -> None:
    found = objections(text)
    assert found["ad.brief-hint"].outcome is Outcome.REFER
    assert "ad.brief" not in found
