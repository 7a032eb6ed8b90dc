"""Weather that no fitted day had may own what like categories share of it, and no single story."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.sensing.telling.beyond_history import stretch_by_others
from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import headline
from domain.opportunity import Cause
from domain.panel import Panel
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled, warmth

DAYS = 3
HEAT = 14.0


def hot(panel: Panel, seed: int, beyond: float) -> Panel:
    """Far hotter than any day before on the newest days, to which every category answers `beyond` times its slope."""
    temperature = panel.weather["temperature_c"].copy()
    temperature[:, -DAYS:] += np.float32(HEAT)
    categories = len({key.category for key in panel.series})
    slope: NDArray[np.float64] = np.repeat(warmth(seed, categories), len(panel.series) // categories)
    units = panel.units.copy()
    units[:, -DAYS:] *= np.exp(beyond * slope * HEAT)[:, None].astype(np.float32)
    return replace(panel, units=units, weather={**panel.weather, "temperature_c": temperature})


def mildest(seed: int) -> str:
    return f"category {int(np.argmin(np.abs(warmth(seed, 12))))}"


def warmest(seed: int) -> str:
    return f"category {int(np.argmax(warmth(seed, 12)))}"


def of(findings: list[Insight], category: str, cause: Cause) -> list[Insight]:
    return [found for found in findings if (found.category, found.cause) == (category, cause)]


@pytest.mark.parametrize("seed", [1, 3, 5])
@pytest.mark.parametrize("regions", [(0, 1, 2, 3), (2,)])
def test_a_competitor_is_named_in_a_heat_that_nobody_knew(seed: int, regions: tuple[int, ...]) -> None:
    panel = hot(make_panel(seed=seed), seed, 1.0)
    rows = [row for region in regions for row in rows_of(panel, mildest(seed), f"region {region}")]
    found = of(sense(scaled(panel, rows, 0.72, 2), 3.0), mildest(seed), Cause.UNEXPLAINED)
    assert len(found) == 1
    assert found[0].regions == tuple(f"region {region}" for region in regions)
    assert found[0].advertisable


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_what_all_that_like_warmth_show_together_is_the_weathers(seed: int) -> None:
    """Twice what the learned curve says, of every category in its own way."""
    findings = sense(hot(make_panel(seed=seed), seed, 2.0), 3.0)
    assert of(findings, warmest(seed), Cause.WEATHER)
    told = [found for found in findings if found.cause is Cause.UNEXPLAINED]
    assert not [found for found in told if abs(found.change) > 0.1]
    assert len(told) <= 1


def test_a_story_against_the_weather_is_told_beside_it() -> None:
    panel = hot(make_panel(seed=3), 3, 1.0)
    rows = rows_of(panel, warmest(3), "region 2")
    findings = sense(scaled(panel, rows, 0.75, 2), 3.0)
    beside = of(findings, warmest(3), Cause.UNEXPLAINED)
    assert of(findings, warmest(3), Cause.WEATHER)
    assert len(beside) == 1
    assert beside[0].regions == ("region 2",)
    assert beside[0].change == pytest.approx(-0.25, abs=0.08)
    assert " beside what hot weather brings with " in headline(beside[0])


def test_the_stretch_is_that_of_the_others() -> None:
    learned = np.array([[0.3], [0.2], [-0.2], [0.1], [0.0], [-0.1], [0.25]])
    shared = 0.5 * learned[:, 0]
    alone = shared.copy()
    alone[0] = -0.4
    noise = np.full(7, 0.01)
    assert stretch_by_others(shared, learned, noise)[:, 0] == pytest.approx(0.5, abs=0.06)
    assert stretch_by_others(alone, learned, noise)[0, 0] == pytest.approx(0.5, abs=0.06)
    assert (stretch_by_others(np.full(7, np.nan), learned, noise) == 0).all()
