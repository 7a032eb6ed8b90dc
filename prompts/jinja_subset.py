"""The part of Jinja a prompt may use: output, if, for over a declared list, and a few filters.

Everything else is refused before a template is ever run, so a template cannot loop without bound, reach into an
object or call anything.
"""

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from prompts.diagnostic import Diagnostic, did_you_mean
from prompts.kinds import FILTERS, LOOP_WORDS, TESTS, kind_faults
from prompts.roles import ROLES, Part, marker_of, split_roles
from prompts.sandbox import LONGEST_BODY, Fault, compiled, environment, excesses

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


def check_body(body: str, declared: Mapping[str, str], *, file: str, first_line: int = 1) -> list[Diagnostic]:
    """Every fault of a template body.

    `declared` maps each input's name to its kind; `first_line` is the file's line the body starts on.
    """
    if len(body) > LONGEST_BODY:
        return [Diagnostic(file, first_line, text) for _, text in excesses(body)]
    problems = [Diagnostic(file, first_line + offset, text) for offset, text in _role_faults(body)]
    for part in split_roles(body):
        problems += [Diagnostic(file, first_line + line - 1, text) for line, text in _part_faults(part, declared)]
    return problems


def used_names(body: str) -> set[str]:
    """Every name the body reads, loop variables included; empty when it does not parse or is too big to."""
    if excesses(body):
        return set()
    try:
        tree = environment().parse(body)
    except TemplateSyntaxError:
        return set()
    return {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}


def _role_faults(body: str) -> Iterator[Fault]:
    if body.lstrip().startswith("---"):
        yield 0, "the body starts with '---': give the template's text alone, without front matter"
    if not any(part.role == "user" for part in split_roles(body)):
        yield 0, "no 'user:' message: put 'user:' on a line of its own before what is asked"
    for offset, line in enumerate(body.splitlines()):
        word = line.strip().removesuffix(":")
        if line.strip().endswith(":") and word.isalpha() and word.islower() and marker_of(line) is None:
            meant = did_you_mean(word, ROLES)
            if meant:
                yield offset, f"unknown role {word!r}{meant}"


def _part_faults(part: Part, declared: Mapping[str, str]) -> Iterator[Fault]:
    """Faults of one message's template, each with its line in the body."""
    for line, text in _text_faults(part.text, declared):
        yield part.line + line - 1, text


def _text_faults(text: str, declared: Mapping[str, str]) -> list[Fault]:
    """What is wrong with a template, at its own lines. Each check may rely on the ones before it."""
    too_much = excesses(text)
    if too_much:
        return too_much
    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        reason = (error.message or "syntax error").rstrip(".")
        return [(error.lineno, f"{reason} (an if or a for must open and close in one message)")]
    loops = set(tree.find_all(nodes.For))
    targets = {node.target.name for node in loops if isinstance(node.target, nodes.Name)}
    faults = [*_node_faults(tree), *_name_faults(tree, declared, targets), *_loop_faults(tree, declared)]
    return faults or kind_faults(tree, declared) or list(_compile_faults(text))


def _compile_faults(text: str) -> Iterator[Fault]:
    """What only Python's own compiler finds: constants are computed there."""
    try:
        compiled(text)
    except (TemplateError, SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        yield 1, f"it cannot be compiled ({type(error).__name__})"


def _node_faults(tree: nodes.Template) -> Iterator[Fault]:
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            yield node.lineno, f"'{type(node).__name__.lower()}' is not allowed: use output, if, for and filters only"
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield node.lineno, f"unknown filter {node.name!r}{did_you_mean(node.name, FILTERS)}"
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield node.lineno, f"unknown test {node.name!r}{did_you_mean(node.name, TESTS)}"
        elif isinstance(node, nodes.Getattr) and not (
            isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP_WORDS
        ):
            yield (
                node.lineno,
                f"'.{node.attr}' is not allowed: inputs are plain values, and only loop.index and the like have parts",
            )


def _name_faults(tree: nodes.Template, declared: Mapping[str, str], targets: set[str]) -> Iterator[Fault]:
    known = {*declared, *targets}
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in known and node.name != "loop":
            yield (
                node.lineno,
                f"undeclared variable {node.name!r}{did_you_mean(node.name, known) or ': declare it under inputs'}",
            )


def _loop_faults(tree: nodes.Template, declared: Mapping[str, str]) -> Iterator[Fault]:
    for loop, depth in _loops(tree, 1):
        if not (isinstance(loop.iter, nodes.Name) and declared.get(loop.iter.name) == "array"):
            yield loop.lineno, "a for may only go over an input of kind 'array'"
        if not isinstance(loop.target, nodes.Name) or loop.recursive:
            yield loop.lineno, "a for takes one name and does not recurse"
        elif loop.target.name in declared or loop.target.name == "loop":
            yield loop.lineno, f"a for needs a name of its own, and {loop.target.name!r} is taken"
        if depth > _DEEPEST_LOOP:
            yield loop.lineno, f"a for may be at most {_DEEPEST_LOOP} deep"


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
