"""Reads the cases of a prompt's front matter, and tells what is wrong with them, line by line."""

from collections.abc import Collection, Iterator, Mapping

import regex
import yaml

from domain.errors import BadInput
from prompts.cases.case import ALONE, KINDS, LIST, NOT, RUBRIC, Assertion, Case
from prompts.checking.yaml_tree import items_of, line_of, read_tree, scalar, value_of
from prompts.diagnostic import Fault, did_you_mean
from prompts.front_matter import Fences
from prompts.template import PromptValue

CASE_KEYS = ("description", "vars", "assert")
ASSERT_KEYS = ("type", "value", "field")
_PROGRAMS = ("javascript", "python", "ruby", "webhook")
_MOST_CASES = 100
_MOST_ASSERTIONS = 30
_LONGEST_PATTERN = 500


class _Reader:
    """Cases of one composed front matter; faults are gathered as they are met."""

    def __init__(self, declared: Collection[str]) -> None:
        self.faults: list[Fault] = []
        self._declared = declared

    def cases(self, node: yaml.Node) -> Iterator[Case]:
        if not isinstance(node, yaml.SequenceNode):
            self._fault(node, "tests must be a list, each with description, vars and assert")
            return
        if len(node.value) > _MOST_CASES:
            self._fault(node, f"more than {_MOST_CASES} cases: keep those that tell something")
        seen = set[str]()
        for item in node.value[:_MOST_CASES]:
            case = self._case(item)
            if case is None:
                continue
            if case.description in seen:
                self._fault(item, f"two cases are called {case.description!r}: give each a name of its own")
            seen.add(case.description)
            yield case

    def _case(self, node: yaml.Node) -> Case | None:
        fields = self._fields(node, CASE_KEYS, "a case")
        if fields is None:
            return None
        description = _plain(fields.get("description"))
        if not isinstance(description, str) or not description.strip():
            self._fault(node, "a case needs a description, which is its name")
            return None
        values = self._values(fields.get("vars"))
        asserted = fields.get("assert")
        if not isinstance(asserted, yaml.SequenceNode) or not asserted.value:
            self._fault(asserted or node, f"the case {description!r} asserts nothing: add a list 'assert'")
            return None
        if len(asserted.value) > _MOST_ASSERTIONS:
            self._fault(asserted, f"more than {_MOST_ASSERTIONS} assertions in a case: make two of it")
        found = [self._assertion(item) for item in asserted.value]
        return Case(description.strip(), values, tuple(item for item in found if item is not None))

    def _values(self, node: yaml.Node | None) -> dict[str, PromptValue]:
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, "vars must be names with values")
            return {}
        found: dict[str, PromptValue] = {}
        for key, value in node.value:
            name, given = str(key.value), _plain(value)
            if name not in self._declared:
                self._fault(key, f"there is no input {name!r}{did_you_mean(name, self._declared)}")
            elif not _is_value(given):
                self._fault(value, f"the value of {name!r} must be a text, a number, true or false, or a list of texts")
            else:
                found[name] = given  # type: ignore[assignment]  # as was just looked at
        return found

    def _assertion(self, node: yaml.Node) -> Assertion | None:
        fields = self._fields(node, ASSERT_KEYS, "an assertion")
        if fields is None:
            return None
        kind, field = _plain(fields.get("type")), _plain(fields.get("field")) or ""
        if not isinstance(kind, str) or not isinstance(field, str):
            self._fault(node, "an assertion needs a type, and its field is a name")
            return None
        bare = kind.removeprefix(NOT)
        if bare in _PROGRAMS:
            self._fault(node, f"{kind!r} would run a program: say it with contains, regex or {RUBRIC}")
            return None
        if bare not in KINDS:
            self._fault(node, f"unknown assertion {kind!r}{did_you_mean(bare, KINDS) or ': use ' + ', '.join(KINDS)}")
            return None
        value = self._value(bare, fields.get("value"), node)
        return None if value is None else Assertion(kind, value, field)

    def _value(self, kind: str, node: yaml.Node | None, assertion: yaml.Node) -> tuple[str, ...] | None:
        given = _plain(node)
        if kind in ALONE:
            if node is not None:
                self._fault(node, f"{kind!r} takes no value")
                return None
            return ()
        if kind in LIST:
            if not isinstance(given, list) or not given or not all(_is_text(one) for one in given):
                self._fault(node or assertion, f"the value of {kind!r} must be a list of texts")
                return None
            return tuple(given)
        if not _is_text(given):
            self._fault(node or assertion, f"the value of {kind!r} must be a text: put it in quotes")
            return None
        if kind == "regex" and (wrong := _pattern_fault(str(given))):
            self._fault(node or assertion, wrong)
            return None
        return (str(given),)

    def _fields(self, node: yaml.Node, known: Collection[str], what: str) -> Mapping[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, f"{what} needs {', '.join(known)}")
            return None
        for key, _ in node.value:
            if key.value == "transform":
                self._fault(key, "a transform would run a program: name the field of the answer with 'field'")
            elif key.value not in known:
                self._fault(key, f"unknown key {key.value!r} in {what}{did_you_mean(str(key.value), known)}")
        return {str(key.value): value for key, value in node.value}

    def _fault(self, node: yaml.Node, text: str) -> None:
        self.faults.append(Fault(line_of(node), "case", text))


def has_cases(source: str) -> bool:
    """Whether something stands under `tests`. A front matter that cannot be read may have some: reading them says
    why not."""
    tree, _ = read_tree(Fences(source).text)
    return tree is None or any(name == "tests" for name, _, _ in items_of(tree))


def read_cases(source: str, *, file: str) -> list[Case]:
    """The cases of a prompt file, in order. Raises BadInput for the first that is wrong, with its line."""
    tree, faults = read_tree(Fences(source).text)
    found = {name: value for name, _, value in items_of(tree)}
    reader = _Reader(list(_declared(found.get("inputs"))))
    cases = list(reader.cases(found["tests"])) if "tests" in found else []
    if wrong := min([*faults, *reader.faults], default=None):
        raise BadInput(f"{file}:{wrong.line}: {wrong.text}", remedy="mend it", field="tests")
    return cases


def read_red_team(text: str, source: str, *, file: str) -> list[Case]:
    """The hostile cases of a prompt: a file of their own, in the form of the front matter's `tests`. `source` is the
    prompt, which declares the inputs. Raises BadInput for the first that is wrong, with its line."""
    declaring, _ = read_tree(Fences(source).text)
    tree, faults = read_tree(text, first_line=1)
    reader = _Reader(list(_declared({name: value for name, _, value in items_of(declaring)}.get("inputs"))))
    cases = [case for name, _, value in items_of(tree) if name == "tests" for case in reader.cases(value)]
    # The reader counts from the fence above a front matter, and here is none.
    found = [*faults, *(fault._replace(line=fault.line - 1) for fault in reader.faults)]
    if (wrong := min(found, default=None)) and "front matter" not in wrong.text:
        raise BadInput(f"{file}:{wrong.line}: {wrong.text}", remedy="mend it", field="tests")
    if not cases:
        remedy = "write some under 'tests', as in a prompt file"
        raise BadInput(f"{file}:1: it holds no case", remedy=remedy, field="tests")
    return cases


def case_faults(node: yaml.Node | None, declared: Collection[str]) -> list[Fault]:
    """Every fault of the cases under `tests`; none where nothing stands there."""
    reader = _Reader(declared)
    if node is not None:
        list(reader.cases(node))
    return sorted(reader.faults)


def _declared(inputs: yaml.Node | None) -> Iterator[str]:
    for item in inputs.value if isinstance(inputs, yaml.SequenceNode) else ():
        yield from (scalar(value) for name, _, value in items_of(item) if name == "name")


def _plain(node: yaml.Node | None) -> object:
    return None if node is None else value_of(node)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_value(value: object) -> bool:
    return isinstance(value, str | int | float | bool) or (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
    )


def _pattern_fault(pattern: str) -> str:
    if len(pattern) > _LONGEST_PATTERN:
        return f"a pattern may have at most {_LONGEST_PATTERN} characters"
    try:
        regex.compile(pattern)
    except regex.error as error:
        return f"{pattern[:80]!r} is no regular expression ({error.msg})"
    return ""
