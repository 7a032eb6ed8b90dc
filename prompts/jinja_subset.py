"""The part of Jinja a prompt may use: output, if, for over a declared list, and a few filters.

Everything else is refused before a template is ever run, so a template cannot loop without bound, reach into an
object or call anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from prompts.checking.files import control_characters
from prompts.checking.unclosed import left_open, open_blocks
from prompts.diagnostic import Diagnostic, Fault, did_you_mean
from prompts.kinds import FILTERS, LOOP_WORDS, OF_INPUTS, TESTS, kind_faults
from prompts.roles import ROLES, marker_of, split_roles
from prompts.sandbox import LONGEST_BODY, compiled, environment, excesses, tokens_of

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Concat,
    nodes.Getattr,
)
_DEEPEST_LOOP = 2
_TAGS = ("if", "elif", "else", "endif", "for", "endfor")


def check_body(body: str, declared: Mapping[str, str] | None, *, file: str, first_line: int = 1) -> list[Diagnostic]:
    """Every fault of a template body.

    `declared` maps each input's name to its kind, None where that is not known; `first_line` is the file's line the
    body starts on.
    """
    faults, _ = body_faults(body, declared)
    return [Diagnostic.of(file, fault, after=first_line - 1) for fault in faults]


def body_faults(body: str, declared: Mapping[str, str] | None) -> tuple[list[Fault], set[str] | None]:
    """Every fault of a body at its own lines, and the names it reads, loop variables too; None for the names where it
    does not parse."""
    if len(body) > LONGEST_BODY:
        return list(excesses(body)), None
    faults = [*control_characters(body), *_role_faults(body)]
    used: set[str] | None = set()
    for part in split_roles(body):
        found, names = _part_faults(part.text, declared)
        faults += [fault._replace(line=part.line + fault.line - 1) for fault in found]
        used = None if used is None or names is None else used | names
    return faults, used


def _role_faults(body: str) -> Iterator[Fault]:
    if body.lstrip().startswith("---"):
        text = "the body starts with '---': give the template's text alone, without front matter"
        yield Fault(1, "syntax", text)
    if not any(part.role == "user" for part in split_roles(body)):
        yield Fault(1, "no-user", "no 'user:' message: put 'user:' on a line of its own before what is asked")
    for number, line in enumerate(body.splitlines(), start=1):
        word = line.strip().removesuffix(":")
        if line.strip().endswith(":") and word.isalpha() and word.islower() and marker_of(line) is None:
            meant = did_you_mean(word, ROLES)
            if meant:
                yield Fault(number, "unknown-role", f"unknown role {word!r}{meant}")


def _part_faults(text: str, declared: Mapping[str, str] | None) -> tuple[list[Fault], set[str] | None]:
    """What is wrong with one message's template, at its own lines, and the names it reads. Each check may rely on the
    ones before it."""
    try:
        tokens = tokens_of(text)
    except TemplateSyntaxError as error:
        return [left_open(text) or _syntax_fault(error)], None
    too_much = excesses(text, tokens)
    if too_much:
        return too_much, None
    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        return [left_open(text) or _unknown_tag(error) or next(open_blocks(tokens), _syntax_fault(error))], None
    loops = set(tree.find_all(nodes.For))
    targets = {name.name for loop in loops for name in _walk(loop.target) if isinstance(name, nodes.Name)}
    faults = list(_node_faults(tree))
    if declared is not None:
        faults += [*_name_faults(tree, declared, targets), *_loop_faults(tree, declared)]
        # Of an input whose kind is a fault of its own, nothing can be said.
        if not faults and all(kind in OF_INPUTS for kind in declared.values()):
            faults = kind_faults(tree, declared)
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    return faults or list(_compile_faults(text)), names


def _unknown_tag(error: TemplateSyntaxError) -> Fault | None:
    found = re.match(r"Encountered unknown tag '(\w+)'", error.message or "")
    if found is None or found[1] in _TAGS:
        return None
    hint = did_you_mean(found[1], _TAGS) or f": known are {', '.join(_TAGS)}"
    return Fault(error.lineno, "syntax", f"unknown tag {found[1]!r}{hint}")


def _syntax_fault(error: TemplateSyntaxError) -> Fault:
    return Fault(error.lineno, "syntax", (error.message or "syntax error").rstrip("."))


def _compile_faults(text: str) -> Iterator[Fault]:
    """What only Python's own compiler finds: constants are computed there."""
    try:
        compiled(text)
    except (TemplateError, SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        yield Fault(1, "syntax", f"it cannot be compiled ({type(error).__name__})")


def _node_faults(tree: nodes.Template) -> Iterator[Fault]:
    for node in _walk(tree):
        if isinstance(node, nodes.Tuple) and node.ctx == "store":
            continue  # of a for, and told there
        if not isinstance(node, _ALLOWED):
            text = f"'{type(node).__name__.lower()}' is not allowed: use output, if, for and filters only"
            yield Fault(node.lineno, "not-allowed", text)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield Fault(node.lineno, "unknown-filter", f"unknown filter {node.name!r}{_known(node.name, FILTERS)}")
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield Fault(node.lineno, "unknown-test", f"unknown test {node.name!r}{_known(node.name, TESTS)}")
        elif isinstance(node, nodes.Getattr) and not (
            isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP_WORDS
        ):
            text = (
                f"'.{node.attr}' is not allowed: inputs are plain values, and only loop.index and the like have parts"
            )
            yield Fault(node.lineno, "not-allowed", text)


def _known(found: str, known: Iterable[str]) -> str:
    return did_you_mean(found, known) or f": known are {', '.join(sorted(known))}"


def _name_faults(tree: nodes.Template, declared: Mapping[str, str], targets: set[str]) -> Iterator[Fault]:
    known = {*declared, *targets}
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in known and node.name != "loop":
            hint = did_you_mean(node.name, known) or ": declare it under inputs"
            yield Fault(node.lineno, "unknown-input", f"undeclared variable {node.name!r}{hint}")


def _loop_faults(tree: nodes.Template, declared: Mapping[str, str]) -> Iterator[Fault]:
    for loop, depth in _loops(tree, 1):
        over = declared.get(loop.iter.name, "array") if isinstance(loop.iter, nodes.Name) else "expression"
        if over != "array" and over in (*OF_INPUTS, "expression"):
            yield Fault(loop.lineno, "loop", "a for may only go over an input of kind 'array'")
        if not isinstance(loop.target, nodes.Name) or loop.recursive:
            yield Fault(loop.lineno, "loop", "a for takes one name and does not recurse")
        elif loop.target.name in declared or loop.target.name == "loop":
            text = f"a for needs a name of its own, and {loop.target.name!r} is taken"
            yield Fault(loop.lineno, "loop", text)
        if depth > _DEEPEST_LOOP:
            yield Fault(loop.lineno, "too-big", f"a for may be at most {_DEEPEST_LOOP} deep")


def _loops(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.For, int]]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.For):
            yield child, depth
            yield from _loops(child, depth + 1)
        else:
            yield from _loops(child, depth)


def _walk(node: nodes.Node) -> Iterable[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)
