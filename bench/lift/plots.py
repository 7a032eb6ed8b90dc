"""Intervals beside what is known, as SVG: no library, so that the figures of a document are made wherever it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 720, 250, 30, 56, 40
_OURS, _THEIRS = "#00539f", "#e4572e"


@dataclass(frozen=True, slots=True)
class Compared:
    """An interval of ours and what is published or true, each over the latter: 1 is where it should lie."""

    name: str
    low: float
    point: float
    high: float


def forest(title: str, rows: Sequence[Compared], to: Path) -> None:
    """Each row's interval on one scale, with a line at 1."""
    first = min(0.0, *(row.low for row in rows))
    last = max(2.0, *(row.high for row in rows))
    wide, tall = _WIDTH - _LEFT - _RIGHT, _ROW * len(rows)

    def x(value: float) -> float:
        return _LEFT + wide * (value - first) / (last - first)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_TOP + tall + 40}" font-family="sans-serif" '
        f'font-size="12"><rect width="{_WIDTH}" height="{_TOP + tall + 40}" fill="#ffffff"/>',
        f'<text x="20" y="26" font-size="14" font-weight="600">{title}</text>',
        f'<path d="M{x(1):.1f} {_TOP}v{tall}" stroke="{_THEIRS}" stroke-width="2"/>',
        f'<path d="M{x(0):.1f} {_TOP}v{tall}" stroke="#bbbbbb"/>',
        f'<text x="{x(1):.1f}" y="{_TOP + tall + 20}" text-anchor="middle" fill="{_THEIRS}">their answer</text>',
        f'<text x="{x(0):.1f}" y="{_TOP + tall + 20}" text-anchor="middle" fill="#555">no effect</text>',
    ]
    for place, row in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        parts += [
            f'<text x="20" y="{y + 4:.1f}">{row.name}</text>',
            f'<path d="M{x(row.low):.1f} {y:.1f}H{x(row.high):.1f}" stroke="{_OURS}" stroke-width="3"/>',
            f'<circle cx="{x(row.point):.1f}" cy="{y:.1f}" r="5" fill="{_OURS}"/>',
        ]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
