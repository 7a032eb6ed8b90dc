"""Precision over recall, as SVG: no library, so that the figures of a document are made wherever it runs."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WIDTH, _HEIGHT, _LEFT, _TOP = 720, 420, 60, 50
_COLOURS = ("#00539f", "#e4572e", "#76b041", "#8a6fb0", "#555555", "#c9a227")


def curves(title: str, scores: Mapping[str, NDArray[np.float64]], truth: NDArray[np.bool_], to: Path) -> None:
    """One line for each score [S, T] against `truth` [S, T]."""
    wide, tall = _WIDTH - _LEFT - 250, _HEIGHT - _TOP - 50

    def at(recall: float, precision: float) -> str:
        return f"{_LEFT + wide * recall:.1f} {_TOP + tall * (1 - precision):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="20" y="26" font-size="14" font-weight="600">{title}</text>',
        f'<path d="M{at(0, 1)}L{at(0, 0)}L{at(1, 0)}" stroke="#bbbbbb" fill="none"/>',
        f'<text x="{_LEFT + wide / 2}" y="{_HEIGHT - 12}" text-anchor="middle">recall</text>',
        f'<text x="18" y="{_TOP + tall / 2}" text-anchor="middle" transform="rotate(-90 18 {_TOP + tall / 2})">'
        "precision</text>",
    ]
    for tick in (0.0, 0.5, 1.0):
        x, y = at(tick, 0).split()
        parts.append(f'<text x="{x}" y="{float(y) + 16}" text-anchor="middle" fill="#555">{tick:g}</text>')
        x, y = at(0, tick).split()
        parts.append(f'<text x="{float(x) - 8}" y="{float(y) + 4}" text-anchor="end" fill="#555">{tick:g}</text>')
    for place, (name, score) in enumerate(scores.items()):
        order = np.argsort(-score.reshape(-1), kind="stable")
        hits = truth.reshape(-1)[order]
        recall, precision = np.cumsum(hits) / max(hits.sum(), 1), np.cumsum(hits) / np.arange(1, len(hits) + 1)
        wanted = np.searchsorted(recall, np.linspace(0.02, 1.0, 50))
        line = "L".join(at(float(recall[k]), float(precision[k])) for k in wanted if k < len(recall))
        colour = _COLOURS[place % len(_COLOURS)]
        left, low = _LEFT + wide + 20, _TOP + 20 + 24 * place
        parts += [
            f'<path d="M{line}" stroke="{colour}" stroke-width="2" fill="none"/>',
            f'<path d="M{left} {low - 4}h18" stroke="{colour}" stroke-width="3"/>',
            f'<text x="{left + 24}" y="{low}">{name}</text>',
        ]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
