"""The joint model: effectiveness and saturation from groups of stores, pooled, additive and with honest intervals."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import numpy as np
import pytest

from agents.response.beliefs import before_and_after, posterior
from agents.response.curves import cell_name
from agents.response.evidence import Evidence, evidence_of
from agents.response.joint import fit
from agents.response.priors import prior, shape_prior
from domain.channel import Channel
from domain.lesson import GroupLift, GroupLifts, Lesson
from tests.examples import a_lesson

CHANNELS = tuple(Channel)
TODAY = date(2026, 6, 1)
SOUP, PIES = ([cell_name(channel, "all", name) for channel in CHANNELS] for name in ("soup", "pies"))
SALES = {"soup": 700.0, "pies": 350.0}


def taught(
    number: int, effect: np.ndarray, scale: np.ndarray, rng: np.random.Generator, category: str = "soup",
    noise: float = 0.012,
) -> Lesson:  # fmt: skip
    """A campaign whose groups' lifts are the truth's, with an error of their own and one they share."""
    spend = rng.uniform(0, 12, (5, len(CHANNELS)))
    lift = (effect * -np.expm1(-spend / scale)).sum(axis=1)
    covariance = noise**2 * (np.eye(5) + 0.5)
    seen = np.log1p(lift) + np.linalg.cholesky(covariance) @ rng.standard_normal(5)
    return a_lesson().model_copy(
        update={
            "id": UUID(int=1000 + number),
            "category": category,
            "learned_on": TODAY - timedelta(days=7 * (number % 20)),
            "exposures": [],
            "experiment": "",
            "lifts": GroupLifts(
                audience="all",
                days=7,
                groups=[
                    GroupLift(
                        stores=6,
                        daily_sales=SALES[category],
                        spend=dict(zip(CHANNELS, map(float, mine), strict=True)),
                        log_lift=float(y),
                    )
                    for mine, y in zip(spend, seen, strict=True)
                ],
                covariance=covariance.tolist(),
            ),
        }
    )


def drawn_truth(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A world from the prior itself, where no ad loses sales."""
    mean, covariance = prior(SOUP)
    log_scale, variance = shape_prior()
    effect = np.maximum(rng.multivariate_normal(mean, covariance), 0.0)
    return effect, np.exp(rng.normal(log_scale[:-1], np.sqrt(variance[:-1])))


def test_intervals_hold_the_truth_as_often_as_they_say_in_worlds_drawn_from_the_prior() -> None:
    inside = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        effect, scale = drawn_truth(rng)
        found = posterior([taught(n, effect, scale, rng) for n in range(12)], SOUP, TODAY)
        curves = found.curves(700.0, 1.0)
        plan = np.full(len(CHANNELS), 4.0)
        expected = curves.sales(plan, found.mean).sum()
        deviation = np.sqrt(found.sales_covariance(curves, plan).sum())
        true = 700 * (effect * -np.expm1(-plan / scale)).sum()
        inside.append(abs(true - expected) <= 1.2816 * deviation)
    assert 0.66 <= np.mean(inside) <= 0.93  # 80 %, give or take 2.5 standard errors of sixty worlds


def test_many_groups_find_effectiveness_and_scales() -> None:
    rng = np.random.default_rng(3)
    effect, scale = np.array([0.09, 0.05, 0.03, 0.07, 0.02]), np.array([6.5, 8.0, 12.0, 5.0, 2.0])
    found = posterior([taught(n, effect, scale, rng, noise=0.001) for n in range(40)], SOUP, TODAY)
    assert found.mean == pytest.approx(effect, abs=0.012)
    assert np.exp(found.log_scale(700.0)) == pytest.approx(scale, rel=0.35)


def test_how_scales_grow_with_sales_is_learned_from_categories_of_different_size() -> None:
    rng = np.random.default_rng(4)
    effect, scale = np.full(5, 0.08), np.full(5, 6.0)
    told = [taught(n, effect, scale * (1 if n % 2 else 0.5), rng, ("pies", "soup")[n % 2], 0.001) for n in range(40)]
    assert posterior(told, SOUP, TODAY).shapes[-1] == pytest.approx(1.0, abs=0.15)
    level = [taught(n, effect, scale, rng, ("pies", "soup")[n % 2], 0.001) for n in range(40)]
    assert posterior(level, SOUP, TODAY).shapes[-1] == pytest.approx(0.0, abs=0.15)


def test_the_first_pound_is_worth_more_where_more_is_sold() -> None:
    found = posterior([], SOUP, TODAY)
    small, large = (found.curves(daily * 210, 210.0) for daily in (300.0, 900.0))
    nothing = np.zeros(len(CHANNELS))
    assert (large.slope(nothing, found.mean) > 1.5 * small.slope(nothing, found.mean)).all()


@pytest.mark.filterwarnings("error")
def test_it_finds_its_way_from_where_the_objective_is_flat() -> None:
    for seed in (3, 15):
        rng = np.random.default_rng(seed)
        effect, scale = drawn_truth(rng)
        told = evidence_of([taught(n, effect, scale, rng, ("soup", "pies")[n % 2], 0.0003) for n in range(12)])
        cells = tuple(sorted({*SOUP, *PIES}))
        for _ in range(200):
            near = np.concatenate([rng.normal(0, 0.3, len(cells)), rng.normal(1.5, 3.0, len(CHANNELS) + 1)])
            found = fit(told, cells, np.ones(12), near)
            assert np.isfinite(found.mean).all()
            assert np.isfinite(found.root).all()


def test_lessons_commute_and_one_withdrawn_is_as_if_it_had_never_been() -> None:
    rng = np.random.default_rng(6)
    told = [taught(n, *drawn_truth(np.random.default_rng(1)), rng, ("soup", "pies")[n % 2]) for n in range(9)]
    told.append(a_lesson())
    whole = posterior(told, SOUP, TODAY)
    for seed in range(4):
        Random(seed).shuffle(told)
        again = posterior(told, SOUP, TODAY)
        assert again.mean.tobytes() == whole.mean.tobytes()
        assert again.joint.tobytes() == whole.joint.tobytes()
    without = posterior(told[1:], SOUP, TODAY)
    withdrawn = posterior([told[0].model_copy(update={"withdrawn": True}), *told[1:]], SOUP, TODAY)
    assert withdrawn.mean.tobytes() == without.mean.tobytes()
    assert withdrawn.mean != pytest.approx(whole.mean, rel=1e-3)


def test_the_mode_does_not_depend_on_the_way_evidence_was_gathered() -> None:
    rng = np.random.default_rng(7)
    told = [taught(n, *drawn_truth(np.random.default_rng(2)), rng) for n in range(8)]
    grown = Evidence.of(())
    for lesson in told:
        grown = grown.with_lesson(lesson)
    built = Evidence.of(told)
    for name in ("spend", "size", "lift", "white"):
        assert np.array_equal(getattr(grown.groups, name), getattr(built.groups, name)), name
    assert np.array_equal(grown.places, built.places)


def test_the_posterior_sits_where_its_objective_is_least() -> None:
    """Against a general optimiser over the same sum of squares, written out by hand."""
    from scipy.optimize import least_squares

    rng = np.random.default_rng(8)
    told = [taught(n, *drawn_truth(np.random.default_rng(3)), rng).model_copy(update={"learned_on": TODAY})
            for n in range(6)]  # fmt: skip
    mean, covariance = prior(SOUP)
    shape_mean, shape_variance = shape_prior()
    root = np.linalg.inv(np.linalg.cholesky(covariance))

    def residuals(theta: np.ndarray) -> np.ndarray:
        parts = [root @ (theta[:5] - mean), (theta[5:] - shape_mean) / np.sqrt(shape_variance)]
        for lesson in told:
            assert lesson.lifts is not None
            error = np.array(lesson.lifts.covariance)
            sold = np.exp(np.array([group.log_lift for group in lesson.lifts.groups]) - np.diag(error) / 2)
            spend = np.array([[group.spend[channel] for channel in CHANNELS] for group in lesson.lifts.groups])
            scale = np.exp(theta[5:10] + theta[10] * np.log(700.0 / 500.0))
            off = sold - 1 - (theta[:5] * -np.expm1(-spend / scale)).sum(axis=1)
            parts.append(np.linalg.solve(np.linalg.cholesky(error * np.outer(sold, sold)), off))
        return np.concatenate(parts)

    best = least_squares(residuals, np.concatenate([mean, shape_mean]), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    found = posterior(told, SOUP, TODAY)
    assert np.append(found.mean, found.shapes) == pytest.approx(best.x, rel=1e-4, abs=1e-6)
    assert found.joint == pytest.approx(np.linalg.inv(best.jac.T @ best.jac), rel=1e-2, abs=1e-7)


def test_a_fit_that_begins_where_the_last_one_ended_finds_the_same_mode() -> None:
    rng = np.random.default_rng(11)
    told = [taught(n, *drawn_truth(np.random.default_rng(n % 3)), rng, ("soup", "pies")[n % 2]) for n in range(520)]
    cold = fit(Evidence.of(told), tuple(sorted(SOUP + PIES)), np.ones(520))
    posterior(told[:-1], SOUP, TODAY)
    posterior(told, PIES, TODAY + timedelta(days=30))
    warm = fit(Evidence.of(told), tuple(sorted(SOUP + PIES)), np.ones(520), near=cold.mean + 0.02)
    assert np.abs(warm.mean - cold.mean).max() < 1e-9
    once = posterior(told, SOUP, TODAY)
    again = posterior([*told[1:], told[0]], SOUP, TODAY)
    assert np.abs(once.mean - again.mean).max() < 1e-9
    assert np.abs(once.joint - again.joint).max() < 1e-9


def test_what_is_decided_on_is_the_likeliest_effect_that_is_nowhere_below_zero() -> None:
    mean, covariance = np.array([0.05, -0.02]), np.array([[4e-4, -3e-4], [-3e-4, 4e-4]])
    found = replace(posterior([], SOUP[:2], TODAY), mean=mean, covariance=covariance)
    grid = np.linspace(0, 0.1, 101)
    off = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1) - mean
    distance = np.einsum("xyi,ij,xyj->xy", off, np.linalg.inv(covariance), off)
    at = np.unravel_index(np.argmin(distance), distance.shape)
    assert found.effect == pytest.approx(grid[list(at)], abs=1e-3)
    assert found.effect[0] < 0.05  # what the other cannot have taken away, this one has not given either


def test_each_lessons_part_sums_to_the_whole_move_and_is_cited() -> None:
    rng = np.random.default_rng(9)
    told = [taught(n, *drawn_truth(np.random.default_rng(4)), rng) for n in range(6)]
    found = posterior(told, SOUP, TODAY)
    assert found.influence.sum(axis=0) == pytest.approx(found.mean - prior(SOUP)[0], abs=1e-6)
    assert found.cited(SOUP)
    before, after = before_and_after(told[-1], told[:-1], SOUP, TODAY)
    assert after.mean == pytest.approx(found.mean, abs=1e-9)
    assert np.linalg.slogdet(after.joint)[1] < np.linalg.slogdet(before.joint)[1]
