"""The judges of the lift in short: published answers, a panel where nothing happened, and the simulated truth."""

import asyncio

import numpy as np
import pytest

from agents.learning.lift.panel import LogLift
from bench.lift import answers, experiments, in_company, placebos, simulated
from bench.report import Row
from domain.shoppers import Shoppers


@pytest.fixture(scope="module")
def published() -> dict[str, Row]:
    return {row.what: row for row in answers.rows()[0]}


@pytest.mark.parametrize(
    "what",
    [
        "GeoX: its answer lies in our 90 % interval",
        "GeoX: width over its own",
        "matched_markets: its iROAS lies in our 90 % interval",
        "matched_markets: point less one-sided 90 % bound over its own",
        "GeoLift: the 5 % lie in our 80 % interval, no effect does not",
    ],
)
def test_what_others_published_is_found(published: dict[str, Row], what: str) -> None:
    assert published[what].met


def test_time_based_regression_is_the_published_one() -> None:
    """Kerman, Wang and Vaver's estimate of matched_markets, and its lower bound, to all digits that were printed."""
    from agents.learning.lift.totals import time_based

    experiment = experiments.matched_markets()
    found = time_based(experiment.panel, experiment.treated[None])
    reading = LogLift(float(found.delta[0]), float(found.standard_error[0]), int(found.degrees[0]))
    without = experiment.sold * np.exp(-reading.delta)
    point = experiment.sold - without
    reach = (reading.interval(0.8)[1] - reading.delta) * without
    assert point / experiments.MATCHED_MARKETS_COST == pytest.approx(experiments.MATCHED_MARKETS_IROAS, abs=1e-6)
    lower = (point - reach) / experiments.MATCHED_MARKETS_COST
    assert lower == pytest.approx(experiments.MATCHED_MARKETS_LOWER, abs=1e-4)


def test_what_is_put_into_a_panel_where_nothing_happened_is_found_again() -> None:
    found = [placebos.found(draw) for treated in (2, 20) for draw in placebos.draws(20, treated, odd=False)]
    assert np.mean([one.covered for one in found]) > 0.6
    assert abs(np.mean([one.error for one in found])) < 0.015


def test_no_draw_begins_on_a_day_of_the_other_half() -> None:
    for odd in (False, True):
        assert {draw.panel.before.shape[1] % 2 for draw in placebos.draws(30, 10, odd=odd)} == {int(odd)}


@pytest.mark.parametrize("shoppers", [Shoppers.TEXTBOOK, Shoppers.FAINT])
def test_simulated_campaigns_are_measured_without_bias(shoppers: Shoppers) -> None:
    found = [one for seed in range(4) for one in asyncio.run(simulated.alone(shoppers, seed, 6))]
    errors = np.array([one.claimed - one.truth for one in found])
    assert abs(errors.mean()) < 3.5 * errors.std() / np.sqrt(len(errors))
    assert np.mean([one.low <= one.truth <= one.high for one in found]) > 0.7


def test_a_weekly_series_is_measured_as_well() -> None:
    found = [one for seed in range(3) for one in asyncio.run(simulated.in_series(Shoppers.TEXTBOOK, seed, 1))]
    errors = np.array([one.claimed - one.truth for one in found])
    assert abs(errors.mean()) < 0.08 * np.mean([one.truth for one in found])


@pytest.mark.parametrize("same", [False, True])
def test_two_campaigns_at_once_claim_no_more_than_both_caused(same: bool) -> None:
    pairs = [
        pair
        for seed in range(4)
        for pair in asyncio.run(in_company.at_once(Shoppers.TEXTBOOK, seed, 3, same_stores=same))
    ]
    claims = sum(pair.claimed for pair in pairs) / sum(pair.caused for pair in pairs)
    assert claims == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("apart", [True, False])
def test_a_campaign_beside_another_is_measured_as_well_as_alone(apart: bool) -> None:
    found = [
        one for seed in range(4) for one in asyncio.run(in_company.beside(Shoppers.TEXTBOOK, seed, 3, apart=apart))
    ]
    errors = np.array([one.beside.claimed - one.beside.truth for one in found])
    assert abs(errors.mean()) < 3.5 * errors.std() / np.sqrt(len(errors))
    covered = [[one.low <= one.truth <= one.high for one in (both.beside, both.alone)] for both in found]
    assert np.mean(covered, axis=0) == pytest.approx(0.9, abs=0.2)
