"""The results of one run in one file of JSON lines: first what was run, then a case a line as it is scored.

A line is written whole and synced before the next case is begun in its place; what a crash has left of one is cut off.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import BadInput, Conflict
from runtime.evaluating.nodes.scores import Score

PASSED: Final = "passed"
"""The metric that holds where all others of a case do."""


class RunOf(BaseModel):
    """What was run. Two runs that agree in it may share a file: the second goes on with the first."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["run"] = "run"
    dataset: str
    version: str = Field(description="of TescoSense")
    code: str = Field(description="a mark of the code that decides something")
    model: str
    wording: str = Field(description="which wording of its prompts: draft, production or candidate")
    prompts: str = Field(description="a mark of the texts of the prompts")


class Result(BaseModel):
    """One case, scored."""

    id: str
    node: str
    mark: str = Field(description="of what was asked and expected")
    passed: bool
    scores: list[Score]
    seconds: float = 0.0

    @classmethod
    def of(cls, case_id: str, node: str, mark: str, scores: Sequence[Score], seconds: float) -> Self:
        every = all(one.passed for one in scores)
        return cls(id=case_id, node=node, mark=mark, passed=every, scores=list(scores), seconds=round(seconds, 3))

    def metrics(self) -> dict[str, bool]:
        return {PASSED: self.passed, **{one.metric: one.passed for one in self.scores}}


@dataclass(frozen=True, slots=True)
class Results:
    """A file as it was read. `damaged` lines held nothing that could be used."""

    run: RunOf | None
    by_id: dict[str, Result]
    damaged: int


class ResultsFile:
    """A file that is being written, by one process at a time."""

    def __init__(self, path: Path, handle: int, already: Results) -> None:
        self.path = path
        self.already = already
        self._handle = handle

    def keep(self, result: Result) -> None:
        """Durable when it returns. Raises BadInput where the disk is full or gone."""
        self._append(result.model_dump_json())

    def begin(self, run: RunOf) -> None:
        """Say what is run, where the file does not yet. Raises Conflict for a file of another run."""
        if self.already.run is None:
            self._append(run.model_dump_json())
        elif different := [
            name for name, value in run if name != "dataset" and getattr(self.already.run, name) != value
        ]:
            told = ", ".join(f"{name} {getattr(self.already.run, name)}" for name in different)
            raise Conflict(
                f"{self.path} holds a run of another {' and '.join(different)} ({told})",
                remedy="name another file with --out, or delete it",
                field="out",
            )

    def _append(self, line: str) -> None:
        try:
            written = memoryview(f"{line}\n".encode())
            while written:
                written = written[os.write(self._handle, written) :]
            os.fsync(self._handle)
        except OSError as error:
            raise _unwritable(self.path, error) from error


@contextmanager
def open_results(path: Path) -> Iterator[ResultsFile]:
    """The file to go on with, or a new one. What is left of a line that was not finished is cut off.

    Raises Conflict while another process writes it, BadInput where it cannot be written or holds something else.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                f"another evaluation is writing {path}", remedy="wait for it, or name another file with --out"
            ) from error
        text = path.read_bytes()
        already = _parsed(text, path)
        whole = text.rfind(b"\n") + 1
        if whole < len(text):
            os.ftruncate(handle, whole)
        yield ResultsFile(path, handle, already)
    finally:
        os.close(handle)


def read_results(path: Path) -> Results:
    """A file of results, whether or not its run was finished. Raises BadInput for what is none."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read", remedy=error.strerror or str(error)) from error
    found = _parsed(text, path)
    if found.run is None:
        raise _foreign(path)
    return found


def _parsed(text: bytes, path: Path) -> Results:
    """What the whole lines of a file hold. A case's first result counts. Raises BadInput for another kind of file."""
    run: RunOf | None = None
    by_id: dict[str, Result] = {}
    damaged = 0
    lines = text.split(b"\n")[:-1]
    for number, line in enumerate(lines):
        try:
            content = json.loads(line)
            if number == 0:
                run = RunOf.model_validate(content)
            else:
                result = Result.model_validate(content)
                by_id.setdefault(result.id, result)
        except (ValueError, ValidationError, RecursionError):
            damaged += 1
    if lines and run is None:
        raise _foreign(path)
    return Results(run, by_id, damaged)


def _foreign(path: Path) -> BadInput:
    return BadInput(f"{path} holds no results of an evaluation", remedy="name one that `evaluate` wrote", field="out")


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput(f"{path} cannot be written", remedy=error.strerror or str(error), field="out")
