"""Whether a prompt and its node agree: the inputs that are passed, and the fields that are read of the answer."""

import re
from collections.abc import Iterator, Mapping

from prompts.contracts import Contract
from prompts.diagnostic import Fault, did_you_mean

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+[`'\"*_]*([A-Za-z][A-Za-z0-9_ -]{0,40}?)[`'\"*_]*\s*:")
_FITTING = {"integer": ("integer", "float")}


class Declared(Mapping[str, str]):
    """The inputs a file declares, name to kind, with the lines they are declared on and what has a default."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.defaults: set[str] = set()
        self.refused: set[str] = set()
        """Declared under a name or a kind that is refused: nothing more is said of them."""

    def __getitem__(self, name: str) -> str:
        return self.kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)


def input_faults(declared: Declared, contract: Contract) -> Iterator[Fault]:
    """Inputs that the node would not fill in, or not with this kind of value."""
    left_out = [name for name in contract.inputs if name not in declared]
    for name, kind in declared.items():
        if name in declared.refused:
            continue
        passed = contract.inputs.get(name)
        if passed is None:
            meant = did_you_mean(name, left_out)
            if name not in declared.defaults:
                ways = meant or f": give it a default, or use one of {', '.join(left_out or contract.inputs)}"
                text = f"the {contract.node} node passes no input {name!r}, and it has no default{ways}"
                yield Fault(declared.lines[name], "not-passed", text)
            elif meant:
                text = f"the {contract.node} node passes no input {name!r}: it would always be its default{meant}"
                yield Fault(declared.lines[name], "not-passed", text)
        elif kind not in _FITTING.get(passed, (passed,)):
            text = f"the {contract.node} node passes {name!r} as {passed}, and the file declares {kind or 'no kind'}"
            yield Fault(declared.lines[name], "other-kind", text)


def left_out(declared: Mapping[str, str], contract: Contract) -> list[str]:
    """What the node passes and the prompt does without."""
    return [name for name in contract.inputs if name not in declared]


def answer_faults(body: str, contract: Contract) -> Iterator[Fault]:
    """Fields of the answer that the body never names, and those it asks for that the node does not read."""
    lines = _TAG.sub(lambda tag: "\n" * tag[0].count("\n"), body).split("\n")
    words = "\n".join(lines)
    asked = _asked(lines, contract)
    labels = {label for _, label in asked}
    missing = [field for field in contract.fields if field not in labels and not _names(words, field)]
    place = asked[0][0] if asked else max((n for n, line in enumerate(lines, start=1) if line.strip()), default=1)
    unknown = {line: (label, did_you_mean(label, missing)) for line, label in asked if label not in contract.fields}
    meant = {field for field in missing for _, hint in unknown.values() if f"{field!r}?" in hint}
    for line, (label, hint) in unknown.items():
        known = hint or f": it reads {', '.join(contract.fields)}"
        yield Fault(line, "unknown-field", f"the {contract.node} node reads no field {label!r} of an answer{known}")
    for field in missing:
        if field not in meant:
            text = f"the {contract.node} node reads {field!r} of the answer; the prompt never names it"
            yield Fault(place, "unnamed-field", text)


def _names(text: str, field: str) -> bool:
    """Whether the text names a field, as it is or as words: `call_to_action`, `call to action`."""
    return re.search(rf"\b{field.replace('_', '[_ -]')}\b", text) is not None


def _asked(lines: list[str], contract: Contract) -> list[tuple[int, str]]:
    """The labels of the list that asks for the answer, with their lines: the one with most of the node's fields."""
    lists: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(lines, start=1):
        bullet = _BULLET.match(line)
        if bullet:
            lists[-1].append((number, re.sub("[ -]", "_", bullet[1].strip().lower())))
        elif line.strip():
            lists.append([])
    best = max(lists, key=lambda one: sum(label in contract.fields for _, label in one))
    # One label may be chance: a list of facts could well have an "angle:".
    return best if sum(label in contract.fields for _, label in best) > 1 else []
