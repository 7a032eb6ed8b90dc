"""What kind of value each expression of a template has, and where a filter, a test or a comparison cannot take it.

What passes here cannot fail for its types when it is filled in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from jinja2 import nodes

from prompts.diagnostic import Fault

Kinds = frozenset[str]
TEXT, NUMBER, BOOLEAN, ARRAY, NOTHING = (frozenset({kind}) for kind in ("text", "number", "boolean", "array", "none"))
ANY = TEXT | NUMBER | BOOLEAN | ARRAY | NOTHING
OF_INPUTS: Mapping[str, Kinds] = {
    "string": TEXT,
    "integer": NUMBER,
    "float": NUMBER,
    "boolean": BOOLEAN,
    "array": ARRAY,
}
LOOP_WORDS: Mapping[str, Kinds] = {
    "index": NUMBER,
    "index0": NUMBER,
    "first": BOOLEAN,
    "last": BOOLEAN,
    "length": NUMBER,
}
_ROUNDING = ("common", "ceil", "floor")
_MOST_DECIMALS = 6
_LONGEST_SEPARATOR = 100


class Signature(NamedTuple):
    """What a filter takes and gives, and the names of its arguments. `gives` is None for what it was given."""

    takes: Kinds
    gives: Kinds | None
    arguments: tuple[str, ...] = ()


FILTERS: Mapping[str, Signature] = {
    "capitalize": Signature(ANY, TEXT),
    "default": Signature(ANY, None, ("default_value", "boolean")),
    "first": Signature(TEXT | ARRAY, TEXT),
    "join": Signature(ARRAY, TEXT, ("d",)),
    "last": Signature(TEXT | ARRAY, TEXT),
    "length": Signature(TEXT | ARRAY, NUMBER),
    "lower": Signature(ANY, TEXT),
    "round": Signature(NUMBER | BOOLEAN, NUMBER, ("precision", "method")),
    "title": Signature(ANY, TEXT),
    "trim": Signature(ANY, TEXT),
    "upper": Signature(ANY, TEXT),
}
_ORDER = frozenset({"gt", "ge", "lt", "le", "gteq", "lteq"})
TESTS: Mapping[str, int] = {
    **dict.fromkeys(("defined", "none", "string", "number"), 0),
    **dict.fromkeys(("equalto", "eq", "ne", "gt", "ge", "lt", "le", "in"), 1),
}
"""How many arguments each test takes."""


def kind_faults(tree: nodes.Template, declared: Mapping[str, str]) -> list[Fault]:
    """Every fault of types; `declared` maps each input's name to its kind."""
    check = _Check({node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)})
    check.body(tree.body, {name: OF_INPUTS.get(kind, ANY) for name, kind in declared.items()})
    return check.faults


class _Check:
    def __init__(self, targets: Collection[str]) -> None:
        """`targets` are the names that loops give to their entries."""
        self._of_loops = {*targets, "loop"}
        self.faults: list[Fault] = []

    def body(self, statements: Iterable[nodes.Node], names: Mapping[str, Kinds]) -> None:
        """`names` are those in sight, with their kinds."""
        for node in statements:
            match node:
                case nodes.For(target=nodes.Name(name=target)):
                    inside = {**names, "loop": ANY, target: TEXT}
                    self.body([node.iter, *node.else_], names)
                    self.body([*node.body, *([node.test] if node.test else ())], inside)
                case nodes.If() | nodes.Output():
                    self.body(node.iter_child_nodes(), names)
                case nodes.Expr():
                    self.of(node, names)
                case _:
                    pass  # refused as what no prompt may use

    def of(self, node: nodes.Expr, names: Mapping[str, Kinds]) -> Kinds:
        """The kinds of value the expression may have."""
        match node:
            case nodes.Const(value=value):
                return self._of_constant(node, value)
            case nodes.TemplateData():
                return TEXT
            case nodes.Name(name=name):
                return self._of_name(node, name, names)
            case nodes.Getattr(node=nodes.Expr() as whole, attr=attr):
                self.of(whole, names)
                return LOOP_WORDS.get(attr, ANY)
            case nodes.Filter(node=nodes.Expr() as given):
                return self._of_filter(node, self.of(given, names), names)
            case nodes.Test():
                return self._of_test(node, names)
            case nodes.Compare(expr=left, ops=operands):
                return self._of_comparison(node, left, operands, names)
            case nodes.CondExpr(expr2=None):
                self.faults.append(Fault(node.lineno, "mismatch", "an if inside an expression needs an else"))
                return self._any_of(node, names)
            case nodes.CondExpr(test=test, expr1=first, expr2=nodes.Expr() as second):
                self.of(test, names)
                return self.of(first, names) | self.of(second, names)
            case nodes.And() | nodes.Or():
                return self._any_of(node, names)
            case nodes.Not():
                self._any_of(node, names)
                return BOOLEAN
            case nodes.Concat():
                self._any_of(node, names)
                return TEXT
            case _:
                return ANY

    def _any_of(self, node: nodes.Node, names: Mapping[str, Kinds]) -> Kinds:
        return frozenset().union(*(self.of(one, names) for one in _expressions(node)))

    def _of_constant(self, node: nodes.Node, value: object) -> Kinds:
        if isinstance(value, str):
            if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
                self.faults.append(
                    Fault(node.lineno, "mismatch", "a text holds a character that is none (NUL, or half of a pair)")
                )
            return TEXT
        if isinstance(value, bool):
            return BOOLEAN
        return NUMBER if isinstance(value, int | float) else NOTHING

    def _of_name(self, node: nodes.Node, name: str, names: Mapping[str, Kinds]) -> Kinds:
        if name in self._of_loops and name not in names:
            self.faults.append(Fault(node.lineno, "mismatch", f"{name!r} is known inside its for only"))
        return names.get(name, ANY)

    def _of_filter(self, node: nodes.Filter, given: Kinds, names: Mapping[str, Kinds]) -> Kinds:
        arguments = [self.of(argument, names) for argument in node.args]
        signature = FILTERS.get(node.name)
        if signature is None:
            return ANY
        if not given <= signature.takes:
            self.faults.append(
                Fault(node.lineno, "mismatch", f"{node.name!r} takes {_named(signature.takes)}, not {_named(given)}")
            )
        self.faults += [Fault(node.lineno, "mismatch", text) for text in _argument_faults(node, signature)]
        return signature.gives or given.union(*arguments[:1])

    def _of_test(self, node: nodes.Test, names: Mapping[str, Kinds]) -> Kinds:
        given = self.of(node.node, names)
        arguments = [self.of(argument, names) for argument in node.args]
        wanted = TESTS.get(node.name)
        if wanted is None:
            return BOOLEAN
        if len(arguments) != wanted or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.faults.append(
                Fault(node.lineno, "mismatch", f"the test {node.name!r} takes {wanted or 'no'} argument")
            )
        elif arguments:
            self._compare(node.lineno, node.name, given, arguments[0])
        return BOOLEAN

    def _of_comparison(
        self, node: nodes.Node, left: nodes.Expr, operands: Iterable[nodes.Operand], names: Mapping[str, Kinds]
    ) -> Kinds:
        before = self.of(left, names)
        for operand in operands:
            after = self.of(operand.expr, names)
            self._compare(node.lineno, operand.op, before, after)
            before = after
        return BOOLEAN

    def _compare(self, line: int, how: str, left: Kinds, right: Kinds) -> None:
        names = f"{_named(left)} and {_named(right)}"
        if how in ("in", "notin"):
            if not right <= TEXT | ARRAY or ("text" in right and not left <= TEXT):
                self.faults.append(
                    Fault(line, "mismatch", f"{names} do not go with 'in': look for text in text or in an array")
                )
        elif how in _ORDER and not (left | right <= TEXT or left | right <= NUMBER | BOOLEAN):
            self.faults.append(Fault(line, "mismatch", f"{names} have no order: compare two numbers or two texts"))


def _argument_faults(node: nodes.Filter, signature: Signature) -> Iterator[str]:
    given: dict[str, nodes.Expr] = dict(zip(signature.arguments, node.args, strict=False))
    if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > len(signature.arguments):
        yield f"{node.name!r} takes at most {len(signature.arguments)} arguments, and none by name"
    constants = {name: one.value if isinstance(one, nodes.Const) else ... for name, one in given.items()}
    separator = constants.get("d", "")
    if node.name == "join" and not (isinstance(separator, str) and len(separator) <= _LONGEST_SEPARATOR):
        yield f"'join' takes a text of at most {_LONGEST_SEPARATOR} characters to put between"
    if node.name == "round":
        decimals = constants.get("precision", 0)
        if type(decimals) is not int or not 0 <= decimals <= _MOST_DECIMALS:
            yield f"'round' takes a number of decimals from 0 to {_MOST_DECIMALS}"
        if constants.get("method", "common") not in _ROUNDING:
            yield f"'round' rounds by {', '.join(map(repr, _ROUNDING))}"
    if node.name == "default" and not given:
        yield "'default' takes the value to use instead"


def _expressions(node: nodes.Node) -> Iterator[nodes.Expr]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Expr):
            yield child


def _named(kinds: Kinds) -> str:
    return " or ".join(sorted(kinds))
