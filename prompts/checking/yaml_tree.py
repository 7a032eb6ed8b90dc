"""The front matter as a tree of YAML nodes with their lines; read once, and whatever is wrong with it told in words."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import yaml
from yaml.constructor import SafeConstructor

from prompts.checking.files import control_characters
from prompts.diagnostic import Fault

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser written in C where there is one: ten times as fast, and the same language."""
_DEEPEST = 20
"""Lists and mappings within one another. The parser goes as deep as it is told, and deep enough ends the process."""
_FIRST_LINE = 2
"""Of the file, where the front matter begins: below its fence."""
_STEPS_OF_A_LINE = re.compile(r"\s*(?:[-?:][ \t]+)*")
_STEPS_AT_ONCE = 5
_DEEP_LINE = re.compile(rf"(?:[-?:][ \t]+){{{_STEPS_AT_ONCE}}}| {{{_DEEPEST * 8}}}")
_OPEN_QUOTE = re.compile(r"^\s*(?:-\s+)?(?:[\w-]+\s*:\s+)?(?:\[\s*)?(?P<mark>[\"'])(?:(?!(?P=mark)).)*$")
_HINTS = (
    ("mapping values are not allowed", "a colon inside a text: put the text in quotes"),
    ("found unhashable key", "'{' opens a mapping here: put the text in quotes"),
    ("alphabetic or numeric", "'*' or '&' at the start of a text means something else: put the text in quotes"),
    ("tab character", "a tab: indent with blanks"),
    ("undefined alias", "'*' at the start of a text names another value: put the text in quotes"),
    ("did not find expected ',' or ']'", "a list that opens with '[' is never closed: add ']'"),
    ("did not find expected ',' or '}'", "a mapping that opens with '{' is never closed: add '}'"),
    ("expected ',' or ']'", "a list that opens with '[' is never closed: add ']'"),
    ("expected ',' or '}'", "a mapping that opens with '{' is never closed: add '}'"),
    ("another document", "a second document begins here: one is enough"),
    ("unknown escape", "a backslash in double quotes: use single quotes"),
    ("invalid Unicode character", "a character that is none: remove it"),
    ("could not find expected ':'", "a line without a colon: write 'key: value', or indent it to go on with the text"),
    ("did not find expected key", "it does not go with the lines above: see to its indentation and quotes"),
    ("did not find expected '-'", "it does not go with the list above: see to its indentation"),
    ("expected <block end>", "it does not go with the lines above: see to its indentation and quotes"),
)
_OF_YAML: Final = "tag:yaml.org,2002:"
_PLAIN_TAGS: Final = frozenset(tag for tag in SafeConstructor.yaml_constructors if tag)
_UNREADABLE = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, OverflowError, RecursionError)
"""What the library raises for text that is no YAML, and for values that are not what they look like."""


def read_tree(text: str, first_line: int = _FIRST_LINE) -> tuple[yaml.MappingNode | None, list[Fault]]:
    """The tree of a front matter, every value of which can be had; None with the reason where there is none.
    `first_line` is where in its file the text begins; `line_of` always counts as in a front matter."""
    up = _FIRST_LINE - first_line
    tree, faults = _read_tree(text, up)
    return tree, [fault._replace(line=max(fault.line - up, 1)) for fault in faults]


def _read_tree(text: str, up: int) -> tuple[yaml.MappingNode | None, list[Fault]]:
    if deep := _too_deep(text):
        return None, [deep]
    try:
        tree = yaml.compose(text, Loader=LOADER)
    except _UNREADABLE as error:
        return None, [_fault_of(error, text)]
    if not isinstance(tree, yaml.MappingNode):
        return None, [
            Fault(1, "no-front-matter", "the front matter is empty: it needs at least name, inputs, template")
        ]
    try:
        SafeConstructor().construct_document(tree)
    except _UNREADABLE as error:
        return None, [_misread(tree) or _fault_of(error, text)]
    return tree, [*_duplicates(tree, up), *(_control_characters(tree) if "\\" in text else ())]


def line_of(node: yaml.Node) -> int:
    """The file's line a node begins on."""
    return int(node.start_mark.line) + _FIRST_LINE


def items_of(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """The keys of a mapping as they are written, each with its node and its value; none of anything else."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield str(key.value), key, value


def scalar(node: yaml.Node | None) -> str:
    """The text of a scalar as the file has it, whatever YAML makes of it; empty for anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def value_of(node: yaml.Node) -> object:
    """What YAML makes of a node of a tree that has been read."""
    value: object = SafeConstructor().construct_object(node, deep=True)
    return value


def nodes_of(node: yaml.Node, seen: set[int] | None = None) -> Iterator[yaml.Node]:
    """Every node from this one down, keys too; one that holds itself is gone into once."""
    seen = set() if seen is None else seen
    if id(node) in seen:
        return
    seen.add(id(node))
    yield node
    children: Iterable[yaml.Node] = ()
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        children = (child for pair in node.value for child in pair)
    for child in children:
        yield from nodes_of(child, seen)


def _too_deep(text: str) -> Fault | None:
    if text.count("[") + text.count("{") + _STEPS_AT_ONCE < _DEEPEST and not _DEEP_LINE.search(text):
        return None
    depth = 0
    for number, line in enumerate(text.split("\n"), start=_FIRST_LINE):
        steps = _STEPS_OF_A_LINE.match(line)
        beside = sum(letter in "-?:" for letter in steps[0]) if steps else 0
        indented = len(line) - len(line.lstrip(" "))
        for letter in line:
            depth = max(depth + (letter in "[{") - (letter in "]}"), 0)
            if depth + beside > _DEEPEST:
                return _deep(number)
        if indented > _DEEPEST * 8:
            return _deep(number)
    return None


def _deep(line: int) -> Fault:
    return Fault(line, "too-big", f"lists and mappings may be at most {_DEEPEST} deep")


def _duplicates(tree: yaml.Node, up: int) -> Iterator[Fault]:
    """YAML's own library takes the last of two; whoever wrote the first would never hear of it."""
    for node in nodes_of(tree):
        first: dict[str, int] = {}
        for name, key, _ in items_of(node):
            if name in first:
                yield Fault(line_of(key), "duplicate-key", f"{name!r} is given twice, first on line {first[name] - up}")
            first.setdefault(name, line_of(key))


def _control_characters(tree: yaml.Node) -> Iterator[Fault]:
    """Those that an escape of YAML brings in: the text of the file holds none."""
    for node in nodes_of(tree):
        if any(control_characters(scalar(node))):
            yield Fault(line_of(node), "control-character", "a text holds a control character: remove it")


def _misread(tree: yaml.Node) -> Fault | None:
    """The first value that looks like something it is not: the 45th of a month, a number of 5,000 digits."""
    for node in nodes_of(tree):
        if isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN_TAGS:
            try:
                value_of(node)
            except _UNREADABLE:
                if node.tag not in _PLAIN_TAGS:
                    tag = node.tag.replace(_OF_YAML, "!!")
                    return Fault(line_of(node), "not-yaml", f"{tag!r} makes an object of a value: take it away")
                kind = node.tag.rpartition(":")[2].replace("timestamp", "date")
                text = f"{scalar(node)[:40]!r} is read as {kind} and is none: put it in quotes"
                return Fault(line_of(node), "not-yaml", text)
    return None


def _fault_of(error: BaseException, text: str) -> Fault:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Fault(1, "not-yaml", f"the front matter cannot be read ({type(error).__name__})")
    mark, problem, lines = error.problem_mark, error.problem or "it does not parse", text.split("\n")
    line = mark.line if mark else 0
    if "expected ',' or" in problem or (error.context or "").endswith(("flow node", "simple key")):
        # A bracket that is never closed, or a colon that never comes, is noticed wherever the text no longer fits.
        line = error.context_mark.line if error.context_mark else line
    elif (opened := _open_quote(lines, line)) is not None:
        return Fault(opened + _FIRST_LINE, "unclosed", "a quotation mark opens here and is never closed")
    here = lines[line].strip() if line < len(lines) else ""
    if "cannot start any token" in problem:
        hint = "a tab: indent with blanks" if "\t" in lines[line] else "put the text in quotes"
    else:
        hint = next((hint for found, hint in _HINTS if found in problem), problem)
    return Fault(line + _FIRST_LINE, "not-yaml", f"{hint} ({here[:40]!r})" if here else hint)


def _open_quote(lines: list[str], last: int) -> int | None:
    """The last line up to this one on which a text in quotes begins and does not end."""
    return next((n for n in range(min(last, len(lines) - 1), -1, -1) if _OPEN_QUOTE.match(lines[n])), None)
