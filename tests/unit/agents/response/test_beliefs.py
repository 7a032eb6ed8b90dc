"""Beliefs: evidence adds, in any order, can be taken back, and fades."""

from datetime import timedelta
from random import Random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.response.beliefs import (
    HALF_LIFE_DAYS,
    nonnegative,
    posterior,
)
from agents.response.curves import cell_name
from agents.response.priors import prior
from domain.channel import Channel
from domain.lesson import Lesson
from tests.unit.agents.corner_shop import TODAY, lesson

SOUP = [cell_name(channel, "category_buyers", "soup") for channel in Channel]
PIES = [cell_name(channel, "category_buyers", "pies") for channel in Channel]


def random_lessons(seed: int, count: int) -> list[Lesson]:
    rng = np.random.default_rng(seed)
    return [
        lesson(
            number,
            {cell: float(rng.uniform(0, 30_000)) for cell in (SOUP if number % 2 else PIES)},
            float(rng.normal(4000, 2000)),
            standard_error=float(rng.uniform(200, 2000)),
            learned_on=TODAY - timedelta(days=int(rng.integers(0, 200))),
        )
        for number in range(count)
    ]


def kalman(lessons: list[Lesson], cells: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """An independent way to the same posterior: one observation at a time, in covariance form."""
    mean, covariance = prior(cells)
    for told in lessons:
        x = np.zeros(len(cells))
        for exposure in told.exposures:
            x[cells.index(exposure.cell)] = exposure.exposure
        noise = told.standard_error**2 * 2 ** (abs((TODAY - told.learned_on).days) / HALF_LIFE_DAYS)
        gain = covariance @ x / (x @ covariance @ x + noise)
        mean = mean + gain * (told.observed - x @ mean)
        covariance = covariance - np.outer(gain, x @ covariance)
    return mean, covariance


@pytest.mark.parametrize("seed", range(5))
def test_the_fold_agrees_with_a_kalman_filter(seed: int) -> None:
    lessons = random_lessons(seed, 12)
    found = posterior(lessons, SOUP + PIES, TODAY)
    mean, covariance = kalman(lessons, SOUP + PIES)
    assert found.mean == pytest.approx(mean, rel=1e-7, abs=1e-10)
    assert found.covariance == pytest.approx(covariance, rel=1e-6, abs=1e-10)


@given(st.integers(0, 10_000), st.integers(0, 10), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_lessons_changes_not_a_bit(seed: int, count: int, shuffler: Random) -> None:
    lessons = random_lessons(seed, count)
    shuffled = list(lessons)
    shuffler.shuffle(shuffled)
    first, second = posterior(lessons, SOUP, TODAY), posterior(shuffled, SOUP, TODAY)
    assert (first.mean == second.mean).all()
    assert (first.covariance == second.covariance).all()


@given(st.integers(0, 10_000), st.integers(0, 10), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_ids_that_campaigns_drew_change_not_a_bit(seed: int, count: int, drawn: Random) -> None:
    lessons = random_lessons(seed, count)
    # No two alike, which would be one lesson told twice: Hypothesis draws zeros gladly.
    ids = [UUID(int=drawn.getrandbits(112) << 16 | number) for number in range(count)]
    again = [told.model_copy(update={"id": one}) for told, one in zip(lessons, ids, strict=True)]
    first, second = posterior(lessons, SOUP, TODAY), posterior(again, SOUP, TODAY)
    assert (first.mean == second.mean).all()
    assert (first.covariance == second.covariance).all()


@given(st.integers(0, 10_000), st.integers(1, 8))
@settings(max_examples=40)
def test_withdrawing_a_lesson_is_as_if_it_had_never_been(seed: int, count: int) -> None:
    lessons = random_lessons(seed, count)
    bad = lessons[seed % count]
    without = posterior([told for told in lessons if told is not bad], SOUP, TODAY)
    withdrawn = posterior(
        [told.model_copy(update={"withdrawn": True}) if told is bad else told for told in lessons], SOUP, TODAY
    )
    assert (withdrawn.mean == without.mean).all()
    assert bad.id not in {told.id for told in withdrawn.lessons}


@given(st.integers(0, 10_000), st.integers(1, 8))
@settings(max_examples=40)
def test_a_lesson_never_makes_a_belief_less_certain(seed: int, count: int) -> None:
    lessons = random_lessons(seed, count)
    fewer, more = posterior(lessons[1:], SOUP, TODAY), posterior(lessons, SOUP, TODAY)
    assert (more.deviation <= fewer.deviation * (1 + 1e-9)).all()


def test_measuring_one_experiment_again_teaches_nothing_new() -> None:
    once = lesson(1, {SOUP[0]: 50_000.0}, 6_000.0).model_copy(update={"experiment": "the same stores, the same days"})
    again = lesson(2, {SOUP[0]: 50_000.0}, 6_000.0).model_copy(update={"experiment": once.experiment})
    elsewhere = lesson(2, {SOUP[0]: 50_000.0}, 6_000.0)
    alone, repeated, fresh = (posterior(told, SOUP, TODAY) for told in ([once], [once, again], [once, elsewhere]))
    assert repeated.mean == pytest.approx(alone.mean)
    assert repeated.covariance == pytest.approx(alone.covariance)
    assert fresh.deviation[0] < alone.deviation[0]


def test_without_lessons_the_belief_is_the_prior() -> None:
    mean, covariance = prior(SOUP)
    found = posterior([], SOUP, TODAY)
    assert found.mean == pytest.approx(mean)
    assert found.covariance == pytest.approx(covariance)
    assert all(belief.lessons == [] for belief in found.beliefs())


def test_the_prior_is_a_proper_covariance_over_many_cells() -> None:
    cells = [cell_name(c, a, k) for c in Channel for a in ("a", "b", "adult_a") for k in map(str, range(12))]
    _, covariance = prior(cells)
    assert np.linalg.eigvalsh(covariance).min() > 0


def test_a_lesson_counts_half_after_a_half_life() -> None:
    fresh = lesson(1, {SOUP[0]: 10_000.0}, 3000.0)
    aged = fresh.model_copy(update={"learned_on": TODAY - timedelta(days=int(HALF_LIFE_DAYS))})
    noisier = fresh.model_copy(update={"standard_error": fresh.standard_error * np.sqrt(2)})
    assert posterior([aged], SOUP, TODAY).mean == pytest.approx(posterior([noisier], SOUP, TODAY).mean)


def test_a_lesson_about_soup_says_less_of_its_other_channels_and_of_pies_on_other_channels_nothing() -> None:
    told = lesson(1, {SOUP[0]: 20_000.0}, 6000.0)
    found, before = posterior([told], SOUP + PIES, TODAY), prior(SOUP + PIES)[0]
    moved = found.mean - before
    assert moved[0] > moved[len(SOUP)] > 0
    relative = moved / before
    assert (relative[1:5] < 0.6 * relative[0]).all()
    assert (relative[1:5] > 0).all()
    assert moved[len(SOUP) + 1 :] == pytest.approx(np.zeros(len(PIES) - 1), abs=1e-12)


def test_the_lessons_parts_sum_to_the_whole_move_of_the_belief() -> None:
    lessons = random_lessons(3, 9)
    found = posterior(lessons, SOUP, TODAY)
    assert found.influence.sum(axis=0) == pytest.approx(found.mean - prior(SOUP)[0])


def test_every_belief_names_the_lessons_behind_it_most_telling_first() -> None:
    search, email = lesson(1, {SOUP[0]: 20_000.0}, 6000.0), lesson(2, {SOUP[4]: 20_000.0}, 100.0)
    told = posterior([search, email], [SOUP[0], SOUP[4]], TODAY).beliefs()
    beliefs = {belief.cell: belief.lessons for belief in told}
    assert beliefs == {SOUP[0]: [search.id, email.id], SOUP[4]: [email.id, search.id]}


def test_many_campaigns_find_the_truth() -> None:
    rng = np.random.default_rng(5)
    truth = np.linspace(0.03, 0.085, len(SOUP))
    lessons = []
    for number in range(60):
        x = rng.uniform(0, 60_000, len(truth))
        observed = float(x @ truth + rng.normal(0, 500))
        lessons.append(lesson(number, dict(zip(SOUP, map(float, x), strict=True)), observed, standard_error=500.0))
    found = posterior(lessons, SOUP, TODAY)
    assert (np.abs(found.mean - truth) < 3 * found.deviation).all()
    assert (found.deviation < 0.2 * truth).all()


def test_draws_have_the_posteriors_mean_and_covariance() -> None:
    found = posterior(random_lessons(1, 4), SOUP, TODAY)
    rng = np.random.default_rng(0)
    draws = np.array([found.draw(rng) for _ in range(20_000)])
    assert draws.mean(axis=0) == pytest.approx(found.mean, abs=4 * found.deviation.max() / np.sqrt(20_000))
    assert np.cov(draws.T) == pytest.approx(found.covariance, abs=0.05 * found.covariance.max())


def test_effectiveness_below_zero_is_decided_on_as_zero() -> None:
    assert nonnegative(np.array([-0.1, 0.2])) == pytest.approx([0.0, 0.2])
