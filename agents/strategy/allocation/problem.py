"""What is to be split, under which limits, and what a solution says of itself."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from domain.errors import BadInput

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class AllocationProblem:
    """n cells, such as channels. All in pounds; `first_return` is margin per pound at the first pound.

    A cell's margin at b pounds is `first_return * scale * (1 - exp(-b / scale))`. It is given nothing, or `minimum` to
    `maximum`. `maximum_share` is the largest share of what is spent that one cell may take; 1 is no limit.

    Raises BadInput for a figure that is no number, is not finite or cannot be, naming the cell and the figure.
    """

    first_return: Vector
    scale: Vector
    total: float
    minimum: Vector
    maximum: Vector
    maximum_share: float = 1.0
    cells: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, values in (
            ("first_return", self.first_return),
            ("scale", self.scale),
            ("minimum", self.minimum),
            ("maximum", self.maximum),
        ):
            self._sound(name, values)
        if not np.isfinite(self.total):
            raise _unusable(f"the total to split is {self.total} pounds", "total")
        if not 0 < self.maximum_share <= 1:
            raise _unusable(f"the largest share of one cell is {self.maximum_share}", "maximum_share")

    def _sound(self, name: str, values: Vector) -> None:
        if values.shape != self.scale.shape:
            raise _unusable(f"{name} has {values.size} figures for {self.scale.size} cells", name)
        least = np.nextafter(0.0, 1.0) if name == "scale" else 0.0
        wrong = np.flatnonzero(~(np.isfinite(values) & (values >= least)))
        if wrong.size:
            cell = int(wrong[0])
            raise _unusable(f"{name} of {self.cells[cell] if self.cells else f'cell {cell}'} is {values[cell]}", name)

    def margin(self, budgets: Vector) -> float:
        """Incremental margin of `budgets` [n], pounds."""
        return float(-(self.first_return * self.scale * np.expm1(-budgets / self.scale)).sum())

    def marginal(self, budgets: Vector) -> Vector:
        """Margin of the next pound in each cell [n]."""
        return np.asarray(self.first_return * np.exp(-budgets / self.scale))

    def profit(self, budgets: Vector) -> float:
        """Incremental margin of `budgets` [n] less their sum, pounds."""
        return self.margin(budgets) - float(budgets.sum())


def _unusable(problem: str, field: str) -> BadInput:
    return BadInput(
        f"nothing can be allocated, because {problem}",
        remedy="look where that figure comes from: sales, prices, lessons, the platform's products or the limits",
        field=field,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Budgets [n] and what is proven of them. `shadow_price` is the margin of one more pound of total budget, 0 when
    it would not be spent. No budgets within the limits earn more than `bound`, pounds of margin less spend."""

    budgets: Vector
    shadow_price: float
    profit: float
    bound: float

    @property
    def spent(self) -> float:
        return float(self.budgets.sum())

    @property
    def gap(self) -> float:
        """What may at most be missing from the best profit, as a share of it; 0 where nothing can be earned."""
        return max(self.bound - self.profit, 0.0) / self.bound if self.bound > 0 else 0.0


def whole_pence(budgets: Vector, maximum_share: float, minimum: Vector) -> tuple[Decimal, ...]:
    """Budgets in pence that break no limit: rounded down, then trimmed until no cell exceeds its share."""
    pence = np.floor(budgets * 100 + 1e-4).astype(np.int64)
    while maximum_share < 1 and pence.any():
        trimmed = np.minimum(pence, int(maximum_share * int(pence.sum()) + 1e-9))
        trimmed[trimmed < np.ceil(minimum * 100 - 1e-4)] = 0
        if (trimmed == pence).all():
            break
        pence = trimmed
    return tuple(Decimal(int(amount)) / 100 for amount in pence)
