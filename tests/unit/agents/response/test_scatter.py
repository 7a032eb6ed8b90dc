"""How far campaigns fall from what is believed of them is learned from how far they fell."""

from uuid import UUID

import numpy as np
import pytest

from agents.response.beliefs import posterior
from agents.response.forecast import BASELINE_ERROR, common_error
from agents.response.scatter import PRIOR_SCATTER
from domain.lesson import Lesson
from tests.unit.agents.response.test_joint import CHANNELS, SOUP, TODAY, drawn_truth, taught


def scattered(seed: int, deviation: float, count: int = 40) -> list[Lesson]:
    """Campaigns of one truth, each of which does more or less than it by `deviation` in log."""
    rng = np.random.default_rng([31, seed])
    effect, scale = drawn_truth(rng)
    return [
        taught(number, effect * np.exp(deviation * rng.standard_normal()), scale, rng, noise=0.008)
        for number in range(count)
    ]


def learned(deviation: float) -> float:
    """The scatter that is believed in, over six worlds."""
    return float(np.mean([posterior(scattered(seed, deviation), SOUP, TODAY).scatter for seed in range(6)]))


def test_before_any_campaign_it_is_the_prior_s() -> None:
    beliefs = posterior([], SOUP, TODAY)
    assert beliefs.scatter == pytest.approx(PRIOR_SCATTER)
    assert common_error(beliefs) == pytest.approx(np.hypot(BASELINE_ERROR, PRIOR_SCATTER))


def test_campaigns_that_do_what_was_believed_make_it_small_and_campaigns_that_do_not_make_it_theirs() -> None:
    assert learned(0.0) < 0.09
    assert learned(0.3) == pytest.approx(0.3, rel=0.25)
    assert learned(0.15) == pytest.approx(0.15, rel=0.35)


def test_it_depends_on_no_order_and_what_has_faded_counts_for_little() -> None:
    lessons = scattered(9, 0.3)
    beliefs = posterior(lessons, SOUP, TODAY)
    assert posterior(lessons[::-1], SOUP, TODAY).scatter == pytest.approx(beliefs.scatter, rel=1e-9)
    long_after = posterior(lessons, SOUP, TODAY.replace(year=TODAY.year + 4))
    assert long_after.scatter == pytest.approx(PRIOR_SCATTER, rel=0.05)


def test_a_campaign_on_one_channel_alone_counts_as_well() -> None:
    one = [
        lesson.model_copy(
            update={
                "lifts": lesson.lifts.model_copy(
                    update={
                        "groups": [
                            group.model_copy(update={"spend": {CHANNELS[0]: group.spend[CHANNELS[0]] + 6.0}})
                            for group in lesson.lifts.groups
                        ]
                    }
                )
            }
        )
        for lesson in scattered(3, 0.0)
        if lesson.lifts is not None
    ]
    assert posterior(one, SOUP, TODAY).scatter != PRIOR_SCATTER


def test_measuring_an_experiment_again_says_nothing_new_and_the_very_old_nothing_at_all() -> None:
    lessons = [
        lesson.model_copy(update={"experiment": f"one {number}"}) for number, lesson in enumerate(scattered(4, 0.3, 3))
    ]
    again = [
        lesson.model_copy(update={"id": UUID(int=lesson.id.int + 100 * time)})
        for time in range(5)
        for lesson in lessons
    ]
    once = posterior(lessons, SOUP, TODAY).scatter
    assert posterior(again, SOUP, TODAY).scatter == pytest.approx(once, rel=0.02)
    ages_after = posterior(lessons, SOUP, TODAY.replace(year=TODAY.year + 700))
    assert ages_after.scatter == pytest.approx(PRIOR_SCATTER)
