"""The sandbox templates run in, and how much a template may ask of it.

Everything is counted before anything runs: a thread that computes a number of a million digits cannot be stopped.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import cast

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.once import once
from prompts.checking.unclosed import Token
from prompts.diagnostic import Fault

LONGEST_BODY = 20_000
"""Characters of a template."""
_MOST_TAGS = 400
"""`{% ... %}` and `{{ ... }}` of one message; a chain of `elif` is as deep a level of Python's own compiler."""
_MOST_TOKENS = 100
"""Of one `{{ ... }}` or `{% ... %}`: as deep as that the parser may have to go."""
_DEEPEST_BRACKETS = 8
_DEEPEST_TAGS = 8
_LONGEST_NUMBER = 12
"""Digits, a point among them."""
_MOST_STEPS = 100_000
_MOST_CHARACTERS = 200_000
_CHARACTERS_A_STEP = 50

_OPENING = frozenset({"variable_begin", "block_begin", "comment_begin", "raw_begin"})
_UNNESTED = frozenset({"elif", "else"})


@once
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox templates run in. The same whitespace rules as prompty's own renderer."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)


def tokens_of(text: str) -> list[Token]:
    """What a template divides into, its plain text left out. Raises TemplateSyntaxError where it does not."""
    return [token for token in environment().lex(text) if token[1] not in ("whitespace", "data")]


def excesses(text: str, tokens: Sequence[Token] = ()) -> list[Fault]:
    """Where a template is too big or too deep to be parsed; `tokens` are those of the text."""
    if len(text) > LONGEST_BODY:
        return [Fault(1, "too-big", f"the template has {len(text)} characters: use at most {LONGEST_BODY}")]
    return sorted({*_deep_tags(tokens), *_big_expressions(tokens)})


def _deep_tags(tokens: Sequence[Token]) -> Iterator[Fault]:
    depth = count = 0
    for (line, kind, _), (_, _, word) in pairwise(tokens):
        count += kind in _OPENING
        if kind == "block_begin":
            depth += -1 if word.startswith("end") else word not in _UNNESTED
        if depth > _DEEPEST_TAGS:
            yield Fault(line, "too-big", f"an if or a for may be at most {_DEEPEST_TAGS} deep")
            return
        if count > _MOST_TAGS:
            yield Fault(line, "too-big", f"more than {_MOST_TAGS} tags in one message: use fewer")
            return


def _big_expressions(tokens: Sequence[Token]) -> Iterator[Fault]:
    depth = count = 0
    for line, kind, word in tokens:
        if kind in _OPENING:
            depth = count = 0
        count += 1
        if kind == "operator":
            depth += (word in "([{") - (word in ")]}")
        if depth > _DEEPEST_BRACKETS:
            yield Fault(line, "too-big", f"brackets may be at most {_DEEPEST_BRACKETS} deep")
        if count > _MOST_TOKENS:
            yield Fault(line, "too-big", f"an expression may have at most {_MOST_TOKENS} parts")
        if kind in ("integer", "float") and (len(word) > _LONGEST_NUMBER or not word.replace(".", "").isdecimal()):
            text = f"a number may have at most {_LONGEST_NUMBER} digits, and is written with digits and a point"
            yield Fault(line, "too-big", text)


@lru_cache(maxsize=256)
def compiled(text: str) -> Template:
    """The template ready to run. Raises TemplateSyntaxError, and what Python's own compiler raises for too much."""
    return environment().from_string(text)


@dataclass(frozen=True, slots=True)
class Cost:
    """What filling in costs at most. A step is about a microsecond; texts count by their length."""

    steps: int = 0
    characters: int = 0

    @property
    def complaint(self) -> str:
        """Why that is too much; empty when it is not."""
        if self.characters > _MOST_CHARACTERS:
            return f"it would be longer than {_MOST_CHARACTERS} characters: loop over less, or give shorter values"
        if self.steps > _MOST_STEPS:
            return f"it would take more than {_MOST_STEPS} steps: loop over less, or give shorter values"
        return ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a message's cost grows with whatever the values are, counted once."""

    nodes: int
    depth: int
    loops: int
    """How deep its loops and joins lie within one another."""
    longest: int
    """Characters of its longest text."""


def shape(tree: nodes.Node) -> Shape:
    parts = [shape(child) for child in tree.iter_child_nodes()]
    goes_over_lists = isinstance(tree, nodes.For) or (isinstance(tree, nodes.Filter) and tree.name == "join")
    text = (
        tree.data if isinstance(tree, nodes.TemplateData) else str(tree.value) if isinstance(tree, nodes.Const) else ""
    )
    return Shape(
        nodes=1 + sum(part.nodes for part in parts),
        depth=1 + max((part.depth for part in parts), default=0),
        loops=goes_over_lists + max((part.loops for part in parts), default=0),
        longest=max([len(text), *(part.longest for part in parts)]),
    )


def bound(of: Shape, values: Mapping[str, object]) -> Cost:
    """Never less than `cost`, and found without walking the tree.

    Each text counts for every node above it, and each loop or join above it repeats it for its entries.
    """
    longest = max([of.longest, len("False"), *map(_length, values.values())])
    repeated = max(1, _most_entries(values)) ** of.loops
    characters = of.nodes * longest * repeated
    entries = _most_entries(values) + 1
    return Cost(of.nodes * repeated * (1 + entries) + of.depth * characters // _CHARACTERS_A_STEP, characters)


def cost(node: nodes.Node, values: Mapping[str, object]) -> Cost:
    """What evaluating `node` costs at most with these values, and how long a text it may give."""
    match node:
        case nodes.For(iter=nodes.Name(name=name), target=nodes.Name(name=target)):
            return _cost_of_loop(node, _entries(values.get(name)), target, values)
        case nodes.If():
            ways: list[Sequence[nodes.Node]] = [node.elif_[at : at + 1] for at in range(len(node.elif_))]
            ways += [node.body, node.else_]
            costs = [[cost(child, values) for child in way] for way in ways]
            test = cost(node.test, values)
            return _step([test, *chain.from_iterable(costs)], max(map(_characters, costs)))
        case nodes.CondExpr() | nodes.And() | nodes.Or():
            parts = [cost(child, values) for child in node.iter_child_nodes()]
            return _step(parts, max(part.characters for part in parts))
        case nodes.Compare() | nodes.Not() | nodes.Test():
            parts = [cost(child, values) for child in node.iter_child_nodes()]
            return Cost(_step(parts, _characters(parts)).steps, len("False"))
        case nodes.TemplateData(data=text):
            return _step((), len(text))
        case nodes.Const(value=value):
            return _step((), len(str(value)))
        case nodes.Name(name=name):
            return _step((), _length(values.get(name, "")))
        case nodes.Filter(name="join"):
            parts = [cost(child, values) for child in node.iter_child_nodes()]
            between = sum(part.characters for part in parts[1:]) * _most_entries(values)
            return _step(parts, parts[0].characters + between)
        case _:
            parts = [cost(child, values) for child in node.iter_child_nodes()]
            return _step(parts, sum(part.characters for part in parts))


def _cost_of_loop(loop: nodes.For, entries: Sequence[str], target: str, values: Mapping[str, object]) -> Cost:
    inside = {**values, target: max(entries, key=len, default="")}
    again = [cost(child, inside) for child in (*loop.body, *([loop.test] if loop.test else ()))]
    once = [cost(child, values) for child in loop.else_]
    steps = sum(part.steps for part in again) * len(entries)
    characters = sum(part.characters for part in again) * len(entries)
    return Cost(1 + len(entries) + steps + sum(part.steps for part in once), characters + _characters(once))


def _step(parts: Iterable[Cost], characters: int) -> Cost:
    return Cost(1 + characters // _CHARACTERS_A_STEP + sum(part.steps for part in parts), characters)


def _characters(parts: Iterable[Cost]) -> int:
    return sum(part.characters for part in parts)


def _entries(value: object) -> Sequence[str]:
    return [str(entry) for entry in cast(Sequence[object], value)] if isinstance(value, list | tuple) else ()


def _most_entries(values: Mapping[str, object]) -> int:
    return max((len(value) for value in values.values() if isinstance(value, list | tuple)), default=0)


def _length(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    # As a list is written out: each entry in quotes, and a comma between two.
    return sum(len(entry) + 4 for entry in _entries(value)) if isinstance(value, list | tuple) else 24
