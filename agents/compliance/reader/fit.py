"""Fit the second reader to the corpus: `python -m agents.compliance.reader.fit` writes its weights anew.

Logistic regression with both classes of equal weight and an L2 penalty. The threshold is set where so many lawful lines
are referred as the reader may refer, each judged by a model that saw neither it nor the families of its fold: of the
lines that were written to look unlawful, which are the harder ones.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from agents.compliance.letters import folded
from agents.compliance.reader.corpus import Line, lessons, products
from agents.compliance.reader.features import BUCKETS, Floats, manner, meaning, pieces
from agents.compliance.reader.reader import WEIGHTS, SecondReader, weighted_pieces
from agents.compliance.reading.english import words_in

REFERRED = 0.04
"""The share of lawful lines the reader may ask a person about."""
_PENALTY = 0.3
_FOLDS = 6
_SEED = 20261126


class _Sheet(NamedTuple):
    """The lines as numbers: pieces [n, BUCKETS], meaning [n, 256] and manner [n, MANNERS] side by side."""

    numbers: csr_matrix
    rarity: Floats


def fit(given: Sequence[Line]) -> SecondReader:
    """The reader that the lines make. The same lines make the same reader."""
    unlawful = np.array([line.label != "pass" for line in given])
    sheet = _sheet(given)
    folds = _folds(given, unlawful)
    odds = np.zeros(len(given))
    for fold in range(_FOLDS):
        seen = folds != fold
        weights = _regression(sheet.numbers[seen], unlawful[seen])
        odds[~seen] = sheet.numbers[~seen] @ weights[:-1] + weights[-1]
    hard = np.array([line.part == "lawful" and line.headline != "" and line.body != "" for line in given])
    fitted = _single(_regression(sheet.numbers, unlawful))
    ends = np.cumsum([BUCKETS, 256])
    return SecondReader(
        rarity=sheet.rarity,
        of_pieces=fitted[: ends[0]],
        of_meaning=fitted[ends[0] : ends[1]],
        of_manner=fitted[ends[1] : -1],
        bias=float(fitted[-1]),
        threshold=float(np.quantile(odds[hard], 1 - REFERRED)),
    )


def save(reader: SecondReader, path: Path) -> None:
    """Half precision is plenty, and a third of the size."""
    small = {
        name: getattr(reader, name).astype(np.float16) for name in ("rarity", "of_pieces", "of_meaning", "of_manner")
    }
    np.savez_compressed(path, **small, bias=reader.bias, threshold=reader.threshold)


def _sheet(given: Sequence[Line]) -> _Sheet:
    plain = [folded(line.text) for line in given]
    seen_in = np.zeros(BUCKETS)
    for text in plain:
        seen_in[list(pieces(text))] += 1
    rarity = (np.log((1 + len(given)) / (1 + seen_in)) + 1).astype(np.float32)
    about, shelf = meaning(plain), products()
    rows, columns, values = [], [], []
    for row, (line, text) in enumerate(zip(given, plain, strict=True)):
        product = shelf[line.product]
        names = words_in(folded(f"{product.name} {product.category}"))
        buckets, weights = weighted_pieces(text, rarity)
        rest = np.concatenate([about[row], np.asarray(manner(text, names), dtype=np.float32)])
        places = [*buckets, *range(BUCKETS, BUCKETS + len(rest))]
        rows += [row] * len(places)
        columns += places
        values.append(np.concatenate([weights, rest]))
    width = BUCKETS + len(rest)
    return _Sheet(csr_matrix((np.concatenate(values), (rows, columns)), shape=(len(given), width)), rarity)


def _folds(given: Sequence[Line], unlawful: NDArray[np.bool_]) -> NDArray[np.int64]:
    """A fold for each line: whole families for what is unlawful, by lot and with its pieces for what is lawful."""
    draw = np.random.default_rng(_SEED)
    families = sorted({line.family for line, is_unlawful in zip(given, unlawful, strict=True) if is_unlawful})
    of_family = dict(zip(draw.permutation(families).tolist(), np.arange(len(families)) % _FOLDS, strict=True))
    ids = sorted({line.id for line in given})
    of_line = dict(zip(ids, draw.integers(0, _FOLDS, len(ids)).tolist(), strict=True))
    return np.array([of_family.get(line.family, of_line[line.id]) for line in given])


def _regression(numbers: csr_matrix, unlawful: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights, and the bias last."""
    sign = np.where(unlawful, 1.0, -1.0)
    share = np.where(unlawful, 0.5 / unlawful.mean(), 0.5 / (~unlawful).mean())
    turned = numbers.T.tocsr()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (numbers @ weights[:-1] + weights[-1])
        slope = -share * sign / (1 + np.exp(np.clip(margin, -40, 40)))
        value = float((share * np.logaddexp(0, -margin)).sum() + _PENALTY / 2 * weights[:-1] @ weights[:-1])
        return value, np.append(turned @ slope + _PENALTY * weights[:-1], slope.sum())

    found = minimize(loss, np.zeros(numbers.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x, dtype=np.float64)


def _single(numbers: NDArray[np.float64]) -> Floats:
    return numbers.astype(np.float32)


if __name__ == "__main__":
    save(fit(lessons()), Path(__file__).with_name(WEIGHTS))
