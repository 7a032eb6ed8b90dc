"""Mutants: a statement of the ledger's, the orders' or the events' code deleted, or swapped with the next, and whether
the tests notice. `python -m tests.mutants --seed N --count 20` draws so many, and lists what survives.

Each is tried in a copy of the tree, with the tests that are about its file, until the first that fails.
"""

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

PROCESSES = "tests/integration/test_storage_processes.py"
ORDERS = (
    "tests/unit/storage/test_storage_orders.py",
    "tests/integration/test_orders_survive.py",
    "tests/integration/test_once.py",
    "tests/chaos/test_killed_at_any_instant.py",
)
TOLD = (
    "tests/integration/test_backfill.py",
    "tests/integration/test_attempts.py",
    "tests/integration/test_socket_history.py",
    "tests/chaos/test_killed_anywhere.py",
)
LOOP = "tests/integration/test_closed_loop.py"
DRAWN_FROM = {
    "storage/ledger": ("tests/unit/storage/ledger", PROCESSES, LOOP),
    "storage/orders.py": ORDERS,
    "storage/leases.py": ("tests/unit/storage/log", *ORDERS),
    "storage/commands.py": (
        "tests/unit/storage/log/test_storage_replay.py",
        "tests/unit/api/test_once_while_away.py",
        *ORDERS,
    ),
    "storage/log": ("tests/unit/storage/log", PROCESSES, *TOLD),
    "runtime/runs": (
        "tests/unit/runtime/runs",
        *ORDERS,
        "tests/integration/test_one_status.py",
        "tests/integration/test_gate_edits.py",
        LOOP,
        "tests/integration/test_queue_away.py",
        "tests/integration/test_adcp_hostile_sellers.py",
        "tests/integration/test_bad_input.py::test_a_mistake_is_answered_with_one_sentence",
    ),
    "runtime/events": ("tests/unit/runtime/events", "tests/integration/test_redis_bus.py", *TOLD),
}
"""Where the statements are drawn from, and the tests for each, those that know it best first."""
COPIED = (
    "agents",
    "api",
    "bench",
    "cli",
    "domain",
    "graph",
    "llm_mocks",
    "prompts",
    "runtime",
    "storage",
    "tests",
    "world",
)


_NOTHING_RAN = frozenset({4, 5})
"""What pytest ends with where a path is not there, or holds no test: no mutant is noticed that way."""


class Mutant(NamedTuple):
    file: str
    source: str
    """The whole file, changed."""
    diff: str
    tests: tuple[str, ...]


def bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The statements of each function, and of each block in it. Docstrings are none."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                for name in ("body", "orelse", "finalbody"):
                    block = getattr(node, name, None)
                    if isinstance(block, list) and block and not isinstance(node, ast.ClassDef):
                        yield [statement for statement in block if not _says_nothing(statement)]


def _says_nothing(statement: ast.stmt) -> bool:
    """A docstring, `...`, `pass`, or a line of the log, which no test is to pin."""
    if isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom):
        return True
    if not isinstance(statement, ast.Expr):
        return False
    return isinstance(statement.value, ast.Constant) or ast.unparse(statement).startswith("log.")


def mutations(path: Path) -> Iterator[tuple[ast.stmt, ast.stmt | None]]:
    """A statement to delete, or two beside one another to swap."""
    seen: set[int] = set()
    for block in bodies(ast.parse(path.read_text())):
        for place, first in enumerate(block):
            if first.lineno not in seen:
                seen.add(first.lineno)
                if not isinstance(first, ast.Return | ast.FunctionDef | ast.AsyncFunctionDef) and not _names(first):
                    yield first, None
                if place + 1 < len(block) and not _is_plain(first, block[place + 1]):
                    yield first, block[place + 1]


def _names(statement: ast.stmt) -> set[str]:
    """The names a statement gives a value: to delete it, or to move it behind their use, is an error any run shows."""
    stored = ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef
    if not isinstance(statement, stored):
        return set()
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)} - {"self"}


def _is_plain(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether swapping the two says nothing: one needs the other's name, or neither does anything but give one."""
    read = {node.id for node in ast.walk(second) if isinstance(node, ast.Name)}
    both = all(isinstance(one, ast.Assign | ast.AnnAssign | ast.FunctionDef) for one in (first, second))
    return both or bool(_names(first) & read)


def changed(source: str, first: ast.stmt, second: ast.stmt | None) -> str:
    """`pass` in the place of a statement, or the two in the other order."""
    lines = source.splitlines(keepends=True)
    start, end = _lines(first)
    if second is None:
        return "".join([*lines[:start], f"{' ' * first.col_offset}pass\n", *lines[end:]])
    after, last = _lines(second)
    return "".join([*lines[:start], *lines[after:last], *lines[end:after], *lines[start:end], *lines[last:]])


def _lines(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return first - 1, statement.end_lineno or statement.lineno


def drawn(seed: int, count: int) -> list[Mutant]:
    """Each place is as likely as another, and in it each statement."""
    choice = random.Random(seed)
    mutants: list[Mutant] = []
    while len(mutants) < count:
        place = choice.choice(sorted(DRAWN_FROM))
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).glob("*.py"))
        every = [(file, first, second) for file in files for first, second in mutations(file)]
        file, first, second = choice.choice(every)
        name, before = str(file.relative_to(ROOT)), file.read_text()
        after = changed(before, first, second)
        diff = "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name, n=2))
        if diff not in [mutant.diff for mutant in mutants] and _parses(after):
            mutants.append(Mutant(name, after, diff, DRAWN_FROM[place]))
    return mutants


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def noticed_by(mutant: Mutant, tree: Path) -> str:
    """The test that fails or hangs, or the folder that cannot be collected; empty where all pass. Leaves the tree as it
    was."""
    file = tree / mutant.file
    before = file.read_text()
    file.write_text(mutant.source)
    try:
        return next((by for tests in mutant.tests if (by := _failure(tests, tree))), "")
    finally:
        file.write_text(before)


def _failure(tests: str, tree: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--import-mode=importlib", "-m", "not long and not llm"]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    try:
        done = subprocess.run(
            [*command, "-o", "addopts=", tests],
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{tests} hangs"
    if done.returncode in _NOTHING_RAN:
        raise RuntimeError(f"{tests}: pytest found nothing to run there")
    if done.returncode == 0:
        return ""
    return next((line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), tests)


def copy_of_the_tree(folder: Path) -> Path:
    for room in COPIED:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, required=True)
    asked.add_argument("--count", type=int, default=20)
    given = asked.parse_args(arguments)
    survived = 0
    with tempfile.TemporaryDirectory(prefix="tescosense-mutants-") as folder:
        tree = copy_of_the_tree(Path(folder))
        for number, mutant in enumerate(drawn(given.seed, given.count), 1):
            by = noticed_by(mutant, tree)
            survived += not by
            print(f"{number}. {f'killed: {by}' if by else 'SURVIVED'}\n{mutant.diff}", flush=True)  # noqa: T201
    print(f"{given.count - survived} of {given.count} were noticed")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
