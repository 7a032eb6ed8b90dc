"""What one would try first: each gives every series-day a score, larger where it is the more surprising.

All learn from the days before those that are judged, and none is told where the events are.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.sensing.panels import Made

Floats = NDArray[np.float64]

_MONTH = 28


def rolling_z(made: Made, judged: int) -> Floats:
    """Each day against the mean and standard deviation of the 28 days before it, [S, judged]."""
    sales = _log_sales(made)
    shown = []
    for day in range(sales.shape[1] - judged, sales.shape[1]):
        past = sales[:, day - _MONTH : day]
        shown.append(np.abs(sales[:, day] - past.mean(axis=1)) / np.maximum(past.std(axis=1), 1e-6))
    return np.stack(shown, axis=1)


def isolation_forest(made: Made, judged: int) -> Floats:
    """scikit-learn's forest over what a series did lately: its change on a day, a week and a month ago, [S, judged]."""
    from sklearn.ensemble import IsolationForest

    past, present = _lately(made, judged)
    drawn = np.random.default_rng(0).permutation(len(past))[:50_000]
    forest = IsolationForest(n_estimators=100, random_state=0).fit(past[drawn])
    scores: Floats = -forest.score_samples(present)
    return scores.reshape(-1, judged)


def ecod_lately(made: Made, judged: int) -> Floats:
    """ECOD over what the forest is given, judged days among those before them, [S, judged]."""
    past, present = _lately(made, judged)
    return ecod(np.concatenate([past, present]))[-len(present) :].reshape(-1, judged)


def ecod(features: Floats) -> Floats:
    """ECOD (Li, Zhao, Hu, Botta, Ionescu and Chen, 2022), [N, F] gives [N].

    The largest of three sums over dimensions of negative log tail probabilities, as the empirical distribution has
    them: of the left tails, of the right tails, and of the tail that the skewness of the dimension points to.
    """
    sums = np.zeros((3, len(features)))
    for values in features.T:
        ordered = np.sort(values)
        left = -np.log(np.searchsorted(ordered, values, side="right") / len(values))
        right = -np.log(1 - np.searchsorted(ordered, values, side="left") / len(values))
        skewed = ((values - values.mean()) ** 3).mean() < 0
        sums += np.stack([left, right, left if skewed else right])
    largest: Floats = sums.max(axis=0)
    return largest


def regression(made: Made, judged: int) -> Floats:
    """Least squares of log sales by series on weekday, season, trend, promotion and weather, then |z|, [S, judged]."""
    sales = _log_sales(made)
    days = sales.shape[1]
    year = 2 * np.pi * np.arange(days) / 365.25
    calendar = [(np.arange(days) % 7 == day).astype(float) for day in range(7)]
    calendar += [wave(order * year) for order in (1, 2) for wave in (np.sin, np.cos)] + [np.arange(days) / 365.25]
    scores = np.zeros((len(sales), judged))
    for row, log_units in enumerate(sales):
        temperature, rain = (made.panel.weather[name][row] for name in ("temperature_c", "rain_mm"))
        own = [made.panel.promotion[row], temperature / 10, (temperature / 10) ** 2, np.log1p(rain)]
        design = np.stack([*calendar, *own], axis=1)
        found, *_ = np.linalg.lstsq(design[:-judged], log_units[:-judged], rcond=None)
        miss = log_units - design @ found
        scores[row] = np.abs(miss[-judged:]) / miss[:-judged].std()
    return scores


def knows_the_truth(made: Made, judged: int) -> Floats:
    """|z| against the true expectation and dispersion: nobody who looks at one day can do better, [S, judged]."""
    expected = made.expected
    z = np.abs(made.panel.units - expected) / np.sqrt(expected * made.dispersion[:, None])
    known: Floats = np.nan_to_num(z[:, -judged:])
    return known


PEERS: dict[str, Callable[[Made, int], Floats]] = {
    "rolling z": rolling_z,
    "isolation forest": isolation_forest,
    "ECOD": ecod_lately,
    "regression": regression,
    "knows the truth": knows_the_truth,
}


def _lately(made: Made, judged: int) -> tuple[Floats, Floats]:
    """Log change on a day, a week and the month before, of the days before those judged and of these, [N, 3] each."""
    sales = _log_sales(made)
    month = np.stack([sales[:, day - _MONTH : day].mean(axis=1) for day in range(_MONTH, sales.shape[1])], axis=1)
    now = sales[:, _MONTH:]
    features = np.stack([now - sales[:, _MONTH - 1 : -1], now - sales[:, _MONTH - 7 : -7], now - month], axis=2)
    return features[:, :-judged].reshape(-1, 3), features[:, -judged:].reshape(-1, 3)


def _log_sales(made: Made) -> Floats:
    """Log units with gaps filled by the day before, [S, T]."""
    units = made.panel.units.astype(np.float64)
    units[:, 0] = np.where(np.isfinite(units[:, 0]), units[:, 0], np.nanmedian(units, axis=1))
    for day in range(1, units.shape[1]):
        units[:, day] = np.where(np.isfinite(units[:, day]), units[:, day], units[:, day - 1])
    filled: Floats = np.log(np.maximum(units, 0.5))
    return filled
