"""The second reader: a linear model over an ad's letters, meaning and manner, fitted by `fit.py` to the corpus."""

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np

from agents.compliance.letters import folded
from agents.compliance.reader.features import Floats, manner, meaning, pieces
from agents.compliance.reading.english import words_in
from domain.catalogue import Product
from domain.once import once

WEIGHTS = "weights.npz"
_LONGEST = 2_000
"""Characters: more than any channel takes."""
_TELLING_WORDS, _SHORTEST_TELLING = 3, 4


@dataclass(frozen=True, slots=True, eq=False)
class SecondReader:
    """`rarity` [BUCKETS] is the inverse document frequency of each piece; the weights are those of a logistic
    regression; above `threshold` a person is asked."""

    rarity: Floats
    of_pieces: Floats
    of_meaning: Floats
    of_manner: Floats
    bias: float
    threshold: float

    def doubt(self, text: str, product: Product | None) -> float:
        """Log odds that a line, its parts set off by bars, is one to be refused."""
        plain = folded(text)[:_LONGEST]
        if not plain.strip():
            return -np.inf
        buckets, values = weighted_pieces(plain, self.rarity)
        names = words_in(folded(f"{product.name} {product.category}")) if product else []
        letters = float(values @ self.of_pieces[buckets])
        about = float(meaning([plain])[0] @ self.of_meaning)
        put = float(np.asarray(manner(plain, names), dtype=np.float32) @ self.of_manner)
        return letters + about + put + self.bias

    def doubts(self, text: str, product: Product | None) -> str | None:
        """What makes a person look, in one sentence; None where the reader has no doubt."""
        odds = self.doubt(text, product)
        if odds <= self.threshold:
            return None
        telling = ", ".join(f"'{word}'" for word in self._telling(folded(text)))
        most = f", most of all {telling}" if telling else ""
        return f"it reads like copy that was refused before ({odds - self.threshold:+.1f} over the line){most}"

    def _telling(self, plain: str) -> list[str]:
        """The words that weigh most."""
        weight: dict[str, float] = {}
        for word in words_in(plain):
            if len(word) < _SHORTEST_TELLING:
                continue
            buckets = list(pieces(word))
            weight[word] = float((self.of_pieces[buckets] * self.rarity[buckets]).sum())
        return sorted(weight, key=weight.__getitem__, reverse=True)[:_TELLING_WORDS]


def weighted_pieces(plain: str, rarity: Floats) -> tuple[list[int], Floats]:
    """The pieces of a text by bucket, and their weights: log counts times rarity, of length one together."""
    counts = pieces(plain)
    buckets = list(counts)
    values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * rarity[buckets]
    length = float(np.sqrt(values @ values))
    return buckets, values / length if length else values


@once
def second_reader() -> SecondReader:
    """The reader as it was fitted last."""
    held = np.load(BytesIO(files(__package__).joinpath(WEIGHTS).read_bytes()))
    numbers = {name: held[name].astype(np.float32) for name in ("rarity", "of_pieces", "of_meaning", "of_manner")}
    return SecondReader(**numbers, bias=float(held["bias"]), threshold=float(held["threshold"]))
