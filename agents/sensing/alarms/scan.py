"""Whether some of a category's series moved together, whichever they are."""

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import beyond_chance, calibrated_p
from agents.sensing.alarms.windows import burn_in
from agents.sensing.baseline.regressors import JUDGED_DAYS

Floats = NDArray[np.float64]


def scanned(z: Floats, group: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The clearest subset of each group's series, day by day and window by window: its z, signed, [W, G, T], and the
    p-values of the newest days, [W, G, J], calibrated on the same search in the groups' own past.

    Of z [W, S, T] the subset of any size whose sum over the root of its size is largest is that of the largest values,
    so N sizes are tried and not 2^N sets (Neill, 2012). Rises and falls are searched apart and set against past rises
    and falls, as promotions that nobody reported make one usual and not the other. What is not known takes no part.
    """
    known = np.nan_to_num(z)
    members = [known[:, group == number] for number in range(int(group.max()) + 1)]
    up = np.stack([_clearest(rows) for rows in members], axis=1)
    down = np.stack([_clearest(-rows) for rows in members], axis=1)
    p_value = np.minimum(2 * np.minimum(_p_values(up), _p_values(down)), 1.0)
    return np.where(up > down, up, -down), p_value


def _clearest(z: Floats) -> Floats:
    """Of the series that rise, [W, N, T] gives [W, T]."""
    root = np.sqrt(np.arange(1, z.shape[1] + 1))[:, None]
    largest_first = np.sort(z, axis=1)[:, ::-1]
    clearest: Floats = (np.cumsum(largest_first, axis=1) / root).max(axis=1)
    return np.maximum(clearest, 0.0)


def _p_values(clearest: Floats) -> Floats:
    """[W, G, T] gives those of the newest days, [W, G, J]."""
    fitted = clearest.shape[2] - JUDGED_DAYS
    past = clearest[:, :, burn_in(fitted) : fitted].reshape(len(clearest), -1)
    found = []
    for window, usual in zip(clearest, past, strict=True):
        now = window[:, -JUDGED_DAYS:]
        found.append(calibrated_p(now.reshape(-1), usual[usual <= beyond_chance(usual)]).reshape(now.shape))
    return np.stack(found)
