"""Isolation forest (Liu, Ting and Zhou, ICDM 2008), grown level by level for all trees at once.

The whole forest is a few dozen numpy calls, so it costs milliseconds, where importing a library for it costs
seconds. scikit-learn's forest is the oracle in the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_EULER = 0.5772156649015329


def average_path_length(size: NDArray[np.int64] | Floats) -> Floats:
    """c(n): the average path length of an unsuccessful search in a binary search tree of n points. Any shape."""
    n = np.asarray(size, dtype=np.float64)
    harmonic = np.log(np.maximum(n - 1, 1)) + _EULER
    return np.where(n > 2, 2 * harmonic - 2 * (n - 1) / np.maximum(n, 1), np.where(n == 2, 1.0, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class IsolationForest:
    """Trees as full binary heaps: node k has children 2k + 1 and 2k + 2."""

    feature: Integers
    """Feature a node splits on, -1 in a leaf, [trees, nodes]."""
    split: Floats
    """Where it splits; values at or above go right, [trees, nodes]."""
    size: Integers
    """Training points that reached the node, [trees, nodes]."""
    sample: int
    """Training points per tree."""

    @classmethod
    def fit(cls, rows: Floats, *, seed: int, trees: int = 64, sample: int = 256) -> "IsolationForest":
        """Grow the forest on `rows` [N, F] without NaN. The same rows and seed give the same forest."""
        draw = np.random.default_rng(seed)
        sample = min(sample, len(rows))
        depth = max(int(np.ceil(np.log2(max(sample, 2)))), 1)
        nodes = 2 ** (depth + 1) - 1
        chosen = rows[draw.integers(0, len(rows), size=(trees, sample))]
        feature = np.full((trees, nodes), -1, dtype=np.int64)
        split = np.zeros((trees, nodes))
        size = np.zeros((trees, nodes), dtype=np.int64)
        tree = np.repeat(np.arange(trees), sample)
        points = chosen.reshape(trees * sample, rows.shape[1])
        node = np.zeros(trees * sample, dtype=np.int64)
        live = np.arange(trees * sample)
        for level in range(depth + 1):
            flat = tree[live] * nodes + node[live]
            np.add.at(size.reshape(-1), flat, 1)
            if level == depth:
                break
            choice = draw.integers(0, rows.shape[1], size=trees * nodes)
            fraction = draw.random(trees * nodes)
            value = points[live, choice[flat]]
            low = np.full(trees * nodes, np.inf)
            high = np.full(trees * nodes, -np.inf)
            np.minimum.at(low, flat, value)
            np.maximum.at(high, flat, value)
            spread = np.flatnonzero(high > low)
            feature.reshape(-1)[spread] = choice[spread]
            split.reshape(-1)[spread] = low[spread] + fraction[spread] * (high[spread] - low[spread])
            divided = high[flat] > low[flat]
            live, flat, value = live[divided], flat[divided], value[divided]
            node[live] = 2 * node[live] + 1 + (value >= split.reshape(-1)[flat])
        return cls(feature=feature, split=split, size=size, sample=sample)

    def score(self, rows: Floats) -> Floats:
        """Anomaly score of each row of [N, F]: 2^(-E[path] / c(sample)), in (0, 1]; 0.5 is unremarkable, [N]."""
        trees, nodes = self.feature.shape
        offset = np.arange(trees)[None, :] * nodes
        node = np.zeros((len(rows), trees), dtype=np.int64)
        length = np.zeros((len(rows), trees))
        index = np.arange(len(rows))[:, None]
        feature, split = self.feature.reshape(-1), self.split.reshape(-1)
        while True:
            asked = feature[offset + node]
            inner = asked >= 0
            if not inner.any():
                break
            right = rows[index, np.maximum(asked, 0)] >= split[offset + node]
            node = np.where(inner, 2 * node + 1 + right, node)
            length += inner
        length += average_path_length(self.size.reshape(-1)[offset + node])
        normal = max(float(average_path_length(np.array(self.sample))), 1e-9)
        score: Floats = np.exp2(-length.mean(axis=1) / normal)
        return score
