"""Every case of a dataset asked and scored, a few at the same time; what a file holds already is not asked again."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from agents.asking.together import all_or_none
from domain.errors import BadInput, TescoSenseError, TransientFailure
from runtime.evaluating.dataset import Case, Dataset, mark_of, scores_of
from runtime.evaluating.nodes.scores import Score, Tools
from runtime.evaluating.results import Result, ResultsFile

AT_ONCE: Final = 4
"""Cases at the same time: a provider's limit is soon reached, and a machine has few processors."""
MOST_AT_ONCE: Final = 64
TRIES: Final = 4
FIRST_WAIT_SECONDS: Final = 1.0
"""Before a model that asked for another try is asked again; twice as long before each later one."""

Told = Callable[[Result], None]
"""Is told of each case as it is scored."""


async def evaluate(
    dataset: Dataset, tools: Tools, file: ResultsFile, *, at_once: int = AT_ONCE, told: Told = lambda _: None
) -> list[Result]:
    """The result of each case, in the order of the dataset. Whatever ends it, what was scored is in the file.

    Raises BadInput, with the case's name, for one that asks what there is not; Conflict for a file in which a case of
    that name asked something else; TransientFailure where a model wants yet another try.
    """
    known = file.already.by_id
    _refuse_changed(dataset, known, file)
    left = [case for case in dataset.cases if case.id not in known]

    async def kept(case: Case) -> Result:
        began = time.perf_counter()
        scores = await _scored(case, tools)
        result = Result.of(case.id, case.node, mark_of(case), scores, time.perf_counter() - began)
        file.keep(result)
        told(result)
        return result

    fresh = await all_or_none((kept(case) for case in left), at_once=at_once)
    found = {**known, **{result.id: result for result in fresh}}
    return [found[case.id] for case in dataset.cases]


async def _scored(case: Case, tools: Tools) -> Sequence[Score]:
    for tried in range(1, TRIES + 1):
        try:
            return await scores_of(case, tools)
        except TransientFailure:
            if tried == TRIES:
                raise
            await asyncio.sleep(FIRST_WAIT_SECONDS * 2 ** (tried - 1))
        except BadInput as error:
            raise BadInput(f"case {case.id}: {error.problem}", remedy=error.remedy, field=error.field) from error
    raise AssertionError("the last try returns or raises")


def _refuse_changed(dataset: Dataset, known: dict[str, Result], file: ResultsFile) -> None:
    for case in dataset.cases:
        if case.id in known and known[case.id].mark != mark_of(case):
            raise _changed(case.id, file)


def _changed(name: str, file: ResultsFile) -> TescoSenseError:
    return BadInput(
        f"{file.path} holds a result of case {name}, which asks something else by now",
        remedy="name another file with --out, or delete it",
        field="out",
    )
