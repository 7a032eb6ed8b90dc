"""The regressors that are each series' own: price, promotion, stock and search, made for some series at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_PRICE_ELASTICITY = (-1.3, 0.4)
_ON_SHELF = (1.0, 0.1)
_PROMOTION = (0.3, 0.5)
_BENT = (0.0, 0.3)
"""A promotion of twice the share seldom sells twice the extra units."""
_PAID_BACK = (0.0, 0.2)
"""What is bought in a promotion is partly not bought after it."""
AFTER_DAYS = 3
SEARCH_LEADS_DAYS = 2
_SEARCH = (0.15, 0.3)
_SERIES_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Column:
    """One regressor: its cause (`None` is the calendar) and the normal prior of its coefficient."""

    name: str
    cause: Cause | None
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a column comes from: `read` gives [N, T] of some rows of a panel, NaN where unknown."""

    column: Column
    read: Callable[[Panel, Rows], Floats]
    less: str
    """What makes a normal day 0: `median` of the series, or its `calendar`."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnColumns:
    """The columns that differ from series to series, each less what is normal for its series; 0 where unknown."""

    sources: tuple[_Source, ...]
    normal: tuple[Floats, ...]
    """What is normal, by source: the median [S, 1], or the mean and the coefficients of the calendar [S, 1 + B]."""
    basis: Floats
    """Ones and the calendar over the T observed days, [T, B]."""
    flat: tuple[bool, ...]
    """Columns that are 0 for every series on every day, which nothing has to be computed of."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(source.column for source in self.sources)

    def of(self, panel: Panel, rows: Rows) -> Floats:
        """The columns of some series, [N, T, K]."""
        made = np.zeros((len(rows), panel.days, len(self.sources)))
        for index, (source, normal) in enumerate(zip(self.sources, self.normal, strict=True)):
            if not self.flat[index]:
                made[:, :, index] = np.nan_to_num(_less(source.read(panel, rows), normal[rows], self.basis))
        return made


def own_columns(panel: Panel, calendar: Floats, fitted: int) -> OwnColumns:
    """Which columns the panel has, and what is normal for each series over its first `fitted` days.

    `calendar` [T, C] are the calendar's own columns.
    """
    basis = np.hstack([np.ones((panel.days, 1)), calendar[: panel.days]])
    kept: list[tuple[_Source, Floats, bool]] = []
    for source in SOURCES:
        known, flat, normal = False, True, []
        for rows in blocks(len(panel.series), _SERIES_AT_ONCE):
            values = source.read(panel, rows)
            known = known or bool(np.isfinite(values[:, :fitted]).any())
            normal.append(_normal(values, source.less, basis, fitted))
            flat = flat and _is_flat(values, normal[-1], basis)
        if known:
            kept.append((source, np.concatenate(normal), flat))
    return OwnColumns(
        sources=tuple(source for source, _, _ in kept),
        normal=tuple(normal for _, normal, _ in kept),
        basis=basis,
        flat=tuple(flat for _, _, flat in kept),
    )


def blocks(series: int, size: int) -> list[Rows]:
    """The numbers of all series, at most `size` at a time."""
    return [np.arange(first, min(first + size, series)) for first in range(0, series, size)]


def _normal(values: Floats, less: str, basis: Floats, fitted: int) -> Floats:
    return _median(values[:, :fitted]) if less == "median" else calendar_of(values, basis, fitted)


def _is_flat(values: Floats, normal: Floats, basis: Floats) -> bool:
    """Whether a column is 0 for every series. That it is not, the first series shows as a rule."""
    parts = (slice(0, 1), slice(1, None))
    return not any(np.nan_to_num(_less(values[part], normal[part], basis)).any() for part in parts)


def _less(values: Floats, normal: Floats, basis: Floats) -> Floats:
    """[N, T] less its normal, which is a constant [N, 1] or of the calendar [N, 1 + B]."""
    return values - (normal if normal.shape[1] == 1 else normal[:, :1] + normal[:, 1:] @ basis.T)


def calendar_of(values: Floats, basis: Floats, fitted: int) -> Floats:
    """Mean and regression on the calendar `basis` [D, B] of [N, D] over the first `fitted` days, [N, 1 + B]."""
    known = np.isfinite(values[:, :fitted])
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, values[:, :fitted], 0.0).sum(axis=1, keepdims=True) / count
    filled = np.where(known, values[:, :fitted] - mean, 0.0)
    gram = basis[:fitted].T @ basis[:fitted] + 1e-6 * np.eye(basis.shape[1])
    return np.hstack([mean, np.linalg.solve(gram, basis[:fitted].T @ filled.T).T])


def _median(values: Floats) -> Floats:
    """The lower median of each row over what is known, [N, 1]; NaN where nothing is."""
    ordered = np.sort(values, axis=1)
    known = np.isfinite(ordered).sum(axis=1)
    return np.take_along_axis(ordered, np.maximum((known - 1) // 2, 0)[:, None], axis=1)


def log_price(price: Floats) -> Floats:
    """NaN without a price."""
    return np.log(np.where(price > 0, price, np.nan))


def log_on_shelf(in_stock: Floats) -> Floats:
    return np.log(np.clip(in_stock, 0.02, 1.0))


def log_search(search: Floats) -> Floats:
    return np.log(np.maximum(search, 1.0))


def _promotion(panel: Panel, rows: Rows) -> Floats:
    return panel.promotion[rows].astype(np.float64)


def _search(panel: Panel, rows: Rows) -> Floats:
    return log_search(panel.search[rows].astype(np.float64))


def just_ended(share: Floats) -> Floats:
    """How much more was on promotion in the `AFTER_DAYS` days before, mean, at least 0, [N, T]; NaN where unknown."""
    before = np.pad(share, [(0, 0), (AFTER_DAYS, 0)], mode="edge")[:, :-1]
    mean = np.lib.stride_tricks.sliding_window_view(before, AFTER_DAYS, axis=1).mean(axis=2)
    ended: Floats = np.maximum(mean - share, 0.0)
    return ended


def days_before(values: Floats) -> Floats:
    """Mean of the `SEARCH_LEADS_DAYS` days before each day, since interest leads the tills; [N, T]."""
    before = np.full((SEARCH_LEADS_DAYS, *values.shape), np.nan)
    for lead in range(SEARCH_LEADS_DAYS):
        before[lead, :, lead + 1 :] = values[:, : -lead - 1]
    known = np.isfinite(before)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, before, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _column(name: str, cause: Cause, prior: tuple[float, float]) -> Column:
    return Column(name, cause, *prior)


SOURCES = (
    _Source(
        _column("log price", Cause.PRICE, _PRICE_ELASTICITY),
        lambda panel, rows: log_price(panel.price[rows].astype(np.float64)),
        "median",
    ),
    _Source(_column("promotion", Cause.PROMOTION, _PROMOTION), _promotion, "median"),
    _Source(
        _column("promotion squared", Cause.PROMOTION, _BENT), lambda panel, rows: _promotion(panel, rows) ** 2, "median"
    ),
    _Source(
        _column("after promotion", Cause.PROMOTION, _PAID_BACK),
        lambda panel, rows: just_ended(_promotion(panel, rows)),
        "median",
    ),
    _Source(
        _column("log on shelf", Cause.STOCK, _ON_SHELF),
        lambda panel, rows: log_on_shelf(panel.in_stock[rows].astype(np.float64)),
        "median",
    ),
    _Source(_column("log search", Cause.SEARCH, _SEARCH), _search, "calendar"),
    _Source(
        _column("log search before", Cause.SEARCH, _SEARCH),
        lambda panel, rows: days_before(_search(panel, rows)),
        "calendar",
    ),
)
