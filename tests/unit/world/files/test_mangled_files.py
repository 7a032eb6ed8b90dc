"""Whatever has happened to a file: it is read and every row accounted for, or refused in one sentence."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.world.files.shop import put, table, truth
from world.files.check import check_folder

Lines = list[str]
Mangle = Callable[[Lines, random.Random], Lines]

KEPT = ("moved", "pence", "unpriced", "uncounted", "shut", "half day", "unfinished", "slip")
"""Kinds of which the rows stay, changed or with their day unknown."""


def cell(lines: Lines, draw: random.Random) -> Lines:
    row = draw.randrange(1, len(lines) - 1)
    cells = lines[row].split(",")
    cells[draw.randrange(len(cells))] = draw.choice(
        ["", '"a', "1e999", "nan", "-5", "1,5", "£", "Total", "12/13/2026", "(5)", "x" * 500, "o'brien", "\u200b"]
    )
    return [*lines[:row], ",".join(cells), *lines[row + 1 :]]


def torn(lines: Lines, draw: random.Random) -> Lines:
    row = draw.randrange(1, len(lines) - 1)
    return [*lines[: row + 1], lines[row][: draw.randrange(len(lines[row]))]]


def more(lines: Lines, draw: random.Random) -> Lines:
    foot = draw.choice(["", ",,,,,", '"', "Total,,,,5,", "(1000 rows affected)", "\0", "2026-13-01,x,y,z,1,1", "\r"])
    return [*lines, foot]


def column(lines: Lines, draw: random.Random) -> Lines:
    place, said = draw.randrange(6), draw.choice(["", "0", "Total", "1", "x", "o'hara"])
    cells = [line.split(",") for line in lines[1:-1]]
    return [lines[0], *(",".join([*row[:place], said, *row[place + 1 :]]) for row in cells)]


def header(lines: Lines, draw: random.Random) -> Lines:
    old, new = draw.choice(
        [("date", "Date (UK)"), ("units", "un'its"), ("units", 'units"'), ("store", ""), ("price", "date")]
    )
    return [lines[0].replace(old, new), *lines[1:]]


def in_any_order(lines: Lines, draw: random.Random) -> Lines:
    return [lines[0], *draw.sample(lines[1:], len(lines) - 1)]


def twice(lines: Lines, draw: random.Random) -> Lines:
    return [*lines[:-1], *lines[draw.randrange(0, len(lines)) :]]


WAYS: list[Mangle] = [cell, torn, more, column, header, in_any_order, twice]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_mangled_file_is_accounted_for_or_refused(way: Mangle, seed: int, tmp_path: Path) -> None:
    draw = random.Random(f"{way.__name__} {seed}")
    lines = way(table(truth()).split("\n"), draw)
    put(tmp_path / "sales.csv", "\n".join(lines).encode(draw.choice(["utf-8", "utf-16", "cp1252"]), errors="replace"))

    check = check_folder(tmp_path)

    assert check.accepted != bool(check.problem)
    assert "\n" not in check.problem
    if check.accepted:
        gone = sum(entry.rows for entry in check.not_as_written if entry.kind not in KEPT)
        assert check.rows_used == check.rows - gone
