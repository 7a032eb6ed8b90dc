"""A dataset: JSON lines, a case a line, of one node or of several. Read whole before anything is asked."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError

from domain.errors import BadInput, NotFound, near_miss, shown
from runtime.evaluating.nodes import compliance, creative, sensing, strategy
from runtime.evaluating.nodes.compliance import ComplianceCase
from runtime.evaluating.nodes.creative import CreativeCase
from runtime.evaluating.nodes.scores import Score, Tools
from runtime.evaluating.nodes.sensing import SensingCase
from runtime.evaluating.nodes.strategy import StrategyCase

Case = Annotated[ComplianceCase | CreativeCase | SensingCase | StrategyCase, Field(discriminator="node")]
NODES: Final = ("sensing", "strategy", "creative", "compliance")
"""Those that have cases, in the order of the graph."""
ALL: Final = "all"
"""The shipped datasets together, by name."""
SHIPPED: Final = Path(__file__).parent / "datasets"
MOST_CASES: Final = 100_000
_LONGEST_LINE: Final = 1_000_000
_CASE: Final[TypeAdapter[Case]] = TypeAdapter(Case)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases in the order they stand, and by id a mark of what each asks and expects."""

    name: str
    cases: tuple[Case, ...]

    def of(self, node: str | None) -> "Dataset":
        """Those of a node alone; all where none is named. Raises BadInput where there is none."""
        if node is None:
            return self
        if node not in NODES:
            raise BadInput(f"there are no cases of {shown(node)}", remedy=near_miss(node, NODES), field="node")
        chosen = tuple(case for case in self.cases if case.node == node)
        if not chosen:
            has = ", ".join(dict.fromkeys(case.node for case in self.cases))
            raise BadInput(f"{self.name} has no case of {node}", remedy=f"it has cases of {has}", field="node")
        return Dataset(self.name, chosen)


def mark_of(case: Case) -> str:
    """The same for the same question and right answer, wherever the case stands and whatever else is said of it."""
    told = case.model_dump_json(exclude={"because"})
    return hashlib.sha256(told.encode()).hexdigest()[:16]


async def scores_of(case: Case, tools: Tools) -> list[Score]:
    """What the node's scorers say. Raises what they do."""
    match case:
        case ComplianceCase():
            return await compliance.scores(case, tools)
        case CreativeCase():
            return await creative.scores(case, tools)
        case SensingCase():
            return await sensing.scores(case, tools)
        case StrategyCase():
            return await strategy.scores(case, tools)


def shipped_names() -> list[str]:
    return [ALL, *sorted(path.stem for path in SHIPPED.glob("*.jsonl"))]


def read_dataset(place: str) -> Dataset:
    """A file, a folder of *.jsonl files, or one that is shipped, by its name.

    Raises NotFound where there is none, BadInput for the first line that is no case, with its file, number and what to
    do.
    """
    path = Path(place)
    if not path.exists():
        if place not in shipped_names():
            raise NotFound(
                f"there is no dataset {shown(place)}",
                remedy=f"give a file, a folder, or {near_miss(place, shipped_names())}",
                field="dataset",
            )
        path = SHIPPED if place == ALL else SHIPPED / f"{place}.jsonl"
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"{path} holds no *.jsonl", remedy="put cases there, one a line", field="dataset")
    return Dataset(place, _cases_of(files))


def _cases_of(files: Sequence[Path]) -> tuple[Case, ...]:
    found: dict[str, Case] = {}
    stands: dict[str, str] = {}
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            if not line.strip():
                continue
            where = f"{file.name}, line {number}"
            case = _case(line, where)
            if case.id in found:
                raise BadInput(
                    f"{where}: a case is called {shown(case.id)} already ({stands[case.id]})",
                    remedy="give it a name of its own",
                    field="id",
                )
            found[case.id], stands[case.id] = case, where
            if len(found) > MOST_CASES:
                raise BadInput(f"{where}: more than {MOST_CASES:,} cases", remedy="make two datasets", field="dataset")
    if not found:
        names = ", ".join(file.name for file in files)
        raise BadInput(
            f"{names} holds no case", remedy="write one a line, as docs/evaluating.md shows", field="dataset"
        )
    return tuple(found.values())


def _lines(file: Path) -> list[str]:
    try:
        return file.read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise BadInput(f"{file} cannot be read", remedy=error.strerror or str(error), field="dataset") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInput(f"{file.name}, line {line} is not UTF-8", remedy="save it as UTF-8", field="dataset") from error


def _case(line: str, where: str) -> Case:
    if len(line) > _LONGEST_LINE:
        raise BadInput(f"{where} is longer than {_LONGEST_LINE:,} characters", remedy="shorten it", field="dataset")
    try:
        return _CASE.validate_python(json.loads(line))
    except (json.JSONDecodeError, RecursionError) as error:
        at = f" ({error.msg}, at character {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f"{where} is no JSON{at}", remedy="write one object a line", field="dataset") from error
    except ValidationError as error:
        problem, remedy = _misfit(error)
        raise BadInput(f"{where}: {problem}", remedy=remedy, field="dataset") from error


def _misfit(error: ValidationError) -> tuple[str, str]:
    """The first thing that does not fit, and what to write instead; a misspelt key before the right one that is missing
    for it."""
    errors = error.errors()
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    kind, message = first["type"], first["msg"].removeprefix("Value error, ").rstrip(".")
    # The first part of a place is the node, by which the case was read.
    named = ".".join(str(part) for part in first["loc"][1:])
    context = first.get("ctx", {})
    if kind == "union_tag_not_found":
        return "node is missing", f"name the node the case is of: {', '.join(NODES)}"
    if kind == "union_tag_invalid":
        return f"there are no cases of the node {shown(context['tag'])}", near_miss(str(context["tag"]), NODES)
    if kind in ("model_type", "model_attributes_type", "dict_type") and not named:
        return "a case is an object", 'write {"id": ..., "node": ..., "given": ..., "expect": ...}'
    if kind == "missing":
        return f"{named} is missing", "add it"
    if kind == "extra_forbidden":
        return f"there is no {shown(str(first['loc'][-1]))} in {_within(first['loc'])}", _near(first["loc"])
    return f"{named or 'the case'} is {shown(first['input'])}" if named else message, message


def _within(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc[1:-1]) or "a case"


def _near(loc: tuple[int | str, ...]) -> str:
    """The fields there are at a place of a case, by its schema."""
    known = _fields(str(loc[0]), [part for part in loc[1:-1] if isinstance(part, str)])
    close = get_close_matches(str(loc[-1]), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"it has {', '.join(known)}" if known else "take it out"


def _fields(node: str, path: Sequence[str]) -> list[str]:
    schema = _CASE.json_schema()
    here = schema["$defs"][schema["discriminator"]["mapping"][node].rpartition("/")[2]]
    for part in path:
        inner = here.get("properties", {}).get(part, {})
        inner = inner.get("items", inner)
        inner = next((one for one in inner.get("anyOf", [inner]) if "$ref" in one), inner)
        if "$ref" not in inner:
            return []
        here = schema["$defs"][inner["$ref"].rpartition("/")[2]]
    return list(here.get("properties", {}))
