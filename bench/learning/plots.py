"""A line chart by week as SVG: no library, so that the figures of a document are made wherever the benchmark runs."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 320, 56, 40, 150, 40
_COLOURS = ("#00539f", "#e4572e", "#7a7a7a", "#2e8b57")


def line_chart(title: str, lines: Mapping[str, Vector], *, low: float, high: float, percent: bool, to: Path) -> None:
    """Lines by week [W] from `low` to `high`, a legend at their ends; weeks that are NaN are left out."""
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    weeks = max(len(line) for line in lines.values())

    def x(week: float) -> float:
        return _LEFT + wide * week / max(weeks - 1, 1)

    def y(value: float) -> float:
        return _TOP + tall * (1 - (min(max(value, low), high) - low) / (high - low))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14" font-weight="600">{title}</text>',
    ]
    for tick in np.linspace(low, high, 6):
        label = f"{tick:.0%}" if percent else f"{tick:.2f}"
        parts.append(f'<path d="M{_LEFT} {y(tick):.1f}h{wide}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end" fill="#555">{label}</text>')
    parts += [
        f'<text x="{x(week):.1f}" y="{_HEIGHT - 16}" text-anchor="middle" fill="#555">week {week + 1}</text>'
        for week in range(0, weeks, 5)
    ]
    ends: list[float] = []
    for (name, line), colour in zip(lines.items(), _COLOURS, strict=False):
        points = " ".join(f"{x(week):.1f},{y(value):.1f}" for week, value in enumerate(line) if np.isfinite(value))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = y(float(line[np.isfinite(line)][-1]))
        while any(abs(at - other) < 15 for other in ends):
            at += 15
        ends.append(at)
        parts.append(f'<text x="{_LEFT + wide + 8}" y="{at + 4:.1f}" fill="{colour}">{name}</text>')
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
