"""Reads `releases.yaml` as people and merges leave it: each prompt's part apart: a slip stops one alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import yaml
from pydantic import ValidationError

from domain.errors import DataFault
from prompts.checking.files import read_plain
from prompts.checking.yaml_tree import items_of, line_of, read_tree, value_of
from prompts.releasing.record import FILE, PromptReleases

_CONFLICT: Final = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_LARGEST: Final = 5_000_000
"""Bytes: some ten thousand lines of history."""
_RESTORE: Final = "restore it from version control"


class Reading(NamedTuple):
    """What a record says, prompt name to its releases, and why it cannot be told of some prompts."""

    record: dict[str, PromptReleases]
    faults: dict[str, DataFault]


def read_record(folder: Path) -> dict[str, PromptReleases]:
    """Prompt name to its releases; empty where nothing was ever released. For whoever will write it again: raises
    DataFault, with the place, for anything in the file that cannot be read."""
    reading = read_parts(folder)
    for fault in reading.faults.values():
        raise fault
    return reading.record


def read_parts(folder: Path) -> Reading:
    """The record as far as it can be read. Raises DataFault for a file that is none: a merge conflict, no YAML."""
    try:
        text = read_plain(folder / FILE, _LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        return Reading({}, {})
    except UnicodeDecodeError as error:
        raise DataFault(f"{FILE} is not UTF-8 text", remedy=_RESTORE) from error
    except OSError as error:
        raise DataFault(f"{FILE} cannot be read ({error.strerror})", remedy=_RESTORE) from error
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line.startswith(_CONFLICT):
            raise DataFault(
                f"{FILE}:{number} holds a merge conflict", remedy="keep the lines that are meant, and remove the marks"
            )
    if all(not line.strip() or line.lstrip().startswith("#") for line in lines):
        return Reading({}, {})
    tree, faults = read_tree(text, first_line=1)
    if faults or tree is None:
        wrong = min(faults)
        raise DataFault(f"{FILE}:{wrong.line}: {_said(wrong.text)}", remedy=_RESTORE)
    reading = Reading({}, {})
    for name, _, part in items_of(tree):
        try:
            reading.record[name] = PromptReleases.model_validate(value_of(part))
        except ValidationError as error:
            reading.faults[name] = _fault(name, part, error)
    return reading


def _said(text: str) -> str:
    return "no prompt stands here with its labels and history" if "front matter" in text else text


def _fault(name: str, part: yaml.Node, error: ValidationError) -> DataFault:
    # A key that is misspelt is also one that is missing: what stands there is told.
    first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    place = " › ".join((name, *(str(step) for step in first["loc"])))
    told = "unknown key" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
    line = line_of(_at(part, first["loc"])) - 1  # it counts the fence above a front matter
    return DataFault(f"{FILE}:{line}, {place}: {told}", remedy=_RESTORE)


def _at(node: yaml.Node, steps: Sequence[str | int]) -> yaml.Node:
    """The node that steps lead to from another, or the last there is on the way."""
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            continue
        found = next((value for name, _, value in items_of(node) if name == step), None)
        if found is None:
            break
        node = found
    return node
