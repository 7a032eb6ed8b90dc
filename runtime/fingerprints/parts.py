"""Which modules a step is put together from: its own, and those of all that it was given."""

from collections.abc import Iterator
from functools import partial
from types import FunctionType, MethodType

from pydantic import BaseModel

from graph.campaign import CampaignGraph
from runtime.fingerprints.sources import ROOMS

_MOST_ITEMS = 64
"""Of a collection that is looked through: a step has few parts, and what one of them remembers may be much."""


def steps_of(graph: CampaignGraph) -> dict[str, object]:
    """The nodes by name, without what the graph puts around each."""
    return {name: _innermost(spec.runnable) for name, spec in graph.nodes.items() if not name.startswith("_")}


def modules_of(node: object) -> set[str]:
    """Those of the house in which it and its parts are written."""
    found, seen, to_look = set[str](), set[int](), [node]
    while to_look:
        part = to_look.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, partial):
            to_look += [part.func, *part.args, *part.keywords.values()]
        elif isinstance(part, MethodType):
            to_look += [part.__self__, part.__func__]
        elif isinstance(part, dict):
            to_look += list(part.values())[:_MOST_ITEMS]
        elif isinstance(part, list | tuple | set | frozenset):
            to_look += list(part)[:_MOST_ITEMS]
        elif isinstance(part, FunctionType | type):
            found |= {part.__module__} if _is_ours(part.__module__) else set()
        elif _is_ours(type(part).__module__):
            found |= {base.__module__ for base in type(part).__mro__ if _is_ours(base.__module__)}
            # A value of the field's terms is what a part remembers, and no part.
            if not isinstance(part, BaseModel):
                to_look += _held_by(part)
    return found


def _innermost(runnable: object) -> object:
    node: object = getattr(runnable, "afunc", None) or runnable
    while type(node).__module__.startswith("graph.") and (inner := getattr(node, "_node", None)) is not None:
        node = inner
    return node


def _held_by(part: object) -> Iterator[object]:
    yield from getattr(part, "__dict__", {}).values()
    for base in type(part).__mro__:
        for slot in getattr(base, "__slots__", ()):
            yield getattr(part, slot, None)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ROOMS
