"""Whether to spend, to probe or to leave it, on beliefs that are given."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.response.beliefs import Posterior, posterior
from agents.response.curves import ResponseCurves, cell_name
from agents.response.design.detectable import design_of
from agents.response.forecast import BASELINE_ERROR
from agents.strategy.decision import MediaMarket
from agents.strategy.verdict.loss import loss_risk
from agents.strategy.verdict.verdict import EVIDENCE, judge, probe_money
from domain.channel import Channel
from domain.context import RiskLimits
from domain.lesson import Lesson
from domain.plan import Holdout
from tests.unit.agents.corner_shop import MEDIA, lesson
from world.ports import StoreSales

TODAY = date(2026, 11, 8)
CELLS = [cell_name(channel, "category_buyers", "soup") for channel in Channel]
BASELINE = 130_000.0
STORE_DAYS = 30.0 * 7


def market(lessons: list[Lesson], limits: RiskLimits | None = None, margin_rate: float = 0.37) -> MediaMarket:
    beliefs = posterior(lessons, CELLS, TODAY)
    return MediaMarket(
        channels=tuple(Channel),
        media=tuple(MEDIA),
        curves=beliefs.curves(BASELINE, STORE_DAYS),
        beliefs=beliefs,
        margin_rate=margin_rate,
        available=Decimal(5000),
        days=7,
        limits=limits or RiskLimits(),
        barred=frozenset(),
    )


def told(number: int, spend: float, roi: float, error: float = 1_500.0, days_ago: int = 7) -> Lesson:
    """A campaign of `spend` on every channel alike that earned `roi`."""
    curves = ResponseCurves.for_channels(tuple(Channel), BASELINE, STORE_DAYS)
    exposure = curves.exposure(np.full(len(CELLS), spend / len(CELLS)))
    made = lesson(
        number,
        dict(zip(CELLS, exposure.tolist(), strict=True)),
        spend * (1 + roi) / 0.37,
        standard_error=error,
        spent=str(spend),
    )
    return made.model_copy(update={"actual_roi": roi, "learned_on": TODAY - timedelta(days=days_ago)})


def test_without_a_lesson_about_these_cells_the_first_campaign_is_a_probe() -> None:
    found = judge(market([]), [1], TODAY)
    assert found.kind == "probe"
    assert 500 < float(sum(found.decision.budgets)) <= 1000
    assert found.whole.forecast.spend > 4_000


def elsewhere(number: int, category: str, roi: float) -> Lesson:
    """A well measured campaign on another category."""
    there = told(number, 4_000, roi, error=700.0)
    exposures = [part.model_copy(update={"cell": part.cell.replace("soup", category)}) for part in there.exposures]
    return there.model_copy(update={"category": category, "exposures": exposures})


def test_one_lesson_about_another_category_is_too_little_for_this_one_and_several_that_agree_are_not() -> None:
    others = [elsewhere(number, name, 1.2) for number, name in enumerate(("pies", "bread", "tea", "salad"))]
    assert judge(market(others[:1]), [1], TODAY).kind == "probe"
    paid = judge(market(others), [1], TODAY)
    assert paid.kind == "spend"
    assert paid.told >= EVIDENCE


def test_a_campaign_too_noisy_to_say_anything_leaves_even_a_hopeful_plan_a_probe() -> None:
    hopeful = RiskLimits(max_loss_probability=0.9)
    assert judge(market([told(1, 1000, 1.4, error=1_000_000.0)], hopeful), [1], TODAY).kind == "probe"
    assert judge(market([told(1, 1000, 1.4)], hopeful), [1], TODAY).kind == "spend"


@pytest.mark.parametrize("times", [0.5, 1.06, 1.6])
def test_a_mean_that_moves_is_no_evidence_where_nothing_is_known_better(times: float) -> None:
    beliefs = posterior([], CELLS, TODAY)
    moved = replace(beliefs, mean=times * beliefs.mean)
    curves = moved.curves(BASELINE, STORE_DAYS)
    assert moved.told(curves, np.full(len(CELLS), 800.0)) < EVIDENCE


def test_a_probe_that_paid_is_followed_by_the_budget_and_one_that_did_not_by_nothing() -> None:
    paid = judge(market([told(1, 1000, 1.4)]), [1], TODAY)
    lost = judge(market([told(1, 1000, -1.0)]), [1], TODAY)
    assert paid.kind == "spend"
    assert paid.risk.probability <= RiskLimits().max_loss_probability
    assert float(sum(paid.decision.budgets)) > 2_000
    assert lost.kind == "leave"


def test_less_is_spent_where_the_whole_is_too_likely_to_lose() -> None:
    lessons = [told(1, 1000, 0.5)]
    free = judge(market(lessons, RiskLimits(max_loss_probability=0.9)), [1], TODAY)
    whole_risk = free.risk.probability
    held = judge(market(lessons, RiskLimits(max_loss_probability=whole_risk - 0.03)), [1], TODAY)
    assert held.kind == "spend"
    assert held.risk.probability <= whole_risk - 0.03
    assert 0 < held.decision.forecast.spend < free.decision.forecast.spend


def test_what_probes_lost_within_a_year_is_no_longer_there_to_probe_with() -> None:
    assert probe_money(market([]), TODAY) == 1000
    assert probe_money(market([told(1, 1000, -0.6)]), TODAY) == 400
    assert probe_money(market([told(1, 1000, -0.6), told(2, 500, -1.0, days_ago=30)]), TODAY) == 0
    assert probe_money(market([told(1, 1000, -0.6), told(2, 500, 1.2, days_ago=30)]), TODAY) == 1000
    assert probe_money(market([told(1, 1000, -0.6, days_ago=366)]), TODAY) == 1000
    assert probe_money(market([told(1, 1000, -0.3)]), TODAY, Decimal(250)) == 450
    assert probe_money(market([told(1, 500, 1.2)]), TODAY, Decimal(250)) == 750, "what one won frees nothing"
    assert probe_money(market([]), TODAY, Decimal(1200)) == 0


def certain(mean: list[float], covariance: NDArray[np.float64]) -> Posterior:
    """A belief about effectiveness; everything is known of the shapes of the curves."""
    n, shapes = len(mean), len(Channel) + 1
    joint = np.zeros((n + shapes, n + shapes))
    joint[:n, :n] = covariance
    return Posterior(
        cells=tuple(CELLS[:n]),
        mean=np.array(mean),
        covariance=covariance,
        lessons=(),
        influence=np.zeros((0, n)),
        shapes=np.zeros(shapes),
        joint=joint,
    )


def test_chance_and_size_of_a_loss_are_those_of_effect_and_baseline_error_together() -> None:
    curves = ResponseCurves(baseline=1e6, scale=np.array([1e9]))
    # On so straight a curve £1,000 brings £1 of margin for each unit of effectiveness.
    risk = loss_risk(curves, np.array([1000.0]), certain([1_200.0], np.array([[100.0**2]])), 1.0)
    rng = np.random.default_rng(1)
    profit = (1_200 + 100 * rng.standard_normal(10**6)) * (1 + BASELINE_ERROR * rng.standard_normal(10**6)) - 1_000
    assert risk.probability == pytest.approx(float((profit < 0).mean()), abs=0.012)
    assert risk.expected == pytest.approx(float(np.maximum(-profit, 0).mean()), rel=0.15)


def test_a_hopeless_effect_is_read_as_none_and_costs_no_more_than_was_spent() -> None:
    curves = ResponseCurves(baseline=1e6, scale=np.array([1e9]))
    risk = loss_risk(curves, np.array([1000.0]), certain([-500.0], np.eye(1)), 1.0)
    assert (risk.probability, risk.expected) == (1.0, 1000.0)
    assert loss_risk(curves, np.array([0.0]), certain([-500.0], np.eye(1)), 1.0).probability == 0


def test_channels_that_err_together_are_likelier_to_lose_than_channels_that_do_not() -> None:
    curves = ResponseCurves(baseline=1e6, scale=np.full(2, 1e9))
    apart = np.diag([200.0**2, 200.0**2])
    together = np.full((2, 2), 199.0**2) + np.diag([200.0**2 - 199.0**2] * 2)
    spend = np.array([500.0, 500.0])

    def chance(covariance: NDArray[np.float64]) -> float:
        return loss_risk(curves, spend, certain([1_250.0, 1_250.0], covariance), 1.0).probability

    assert chance(together) > chance(apart) + 0.02


def test_the_design_states_the_error_that_a_flight_without_ads_is_measured_with() -> None:
    rng = np.random.default_rng(3)
    stores = tuple(f"S{index:03d}" for index in range(40))
    regions = {name: ("North", "South")[index % 2] for index, name in enumerate(stores)}
    size = rng.lognormal(6.0, 0.5, 40)[:, None]
    claimed, measured = [], []
    for _ in range(300):
        units = size * np.exp(0.05 * rng.standard_normal((40, 35)))
        chosen = rng.permutation(40)
        holdout = Holdout(
            share=0.25,
            control_stores=[stores[i] for i in chosen[:10]],
            treated_stores=[stores[i] for i in chosen[10:]],
            seed=1,
        )
        past = StoreSales(start=TODAY, stores=stores, units=units[:, :28])
        claimed.append(design_of(past, holdout, regions, 7).error)
        arms = [np.log(units[rows][:, 28:].sum() / units[rows][:, :28].sum()) for rows in (chosen[10:], chosen[:10])]
        measured.append(arms[0] - arms[1])
    assert float(np.mean(claimed)) == pytest.approx(float(np.std(measured)), rel=0.2)


def test_a_design_nothing_is_known_of_says_so() -> None:
    stores = ("A", "B", "C", "D")
    holdout = Holdout(share=0.25, control_stores=["A"], treated_stores=["B", "C", "D"], seed=1)
    empty = StoreSales(start=TODAY, stores=stores, units=np.zeros((4, 28)))
    assert np.isnan(design_of(empty, holdout, {}, 7).detectable)
