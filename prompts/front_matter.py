"""The front matter of a `.prompty` file: what it may say. Nothing is resolved here, so nothing can leak."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import yaml

from prompts.diagnostic import Diagnostic, did_you_mean

KEYS = ("name", "displayName", "description", "metadata", "inputs", "model", "template", "tests")
INPUT_KEYS = ("name", "kind", "description", "required", "default", "example", "items")
OPTION_KEYS = ("temperature", "maxOutputTokens", "topP")
_WORDS = ("name", "displayName", "description")
KINDS = ("string", "integer", "float", "boolean", "array")
_REFERENCE = re.compile(r"\$\{\s*([^:}]*)(?::([^}]*))?\}")
_PARTIAL = re.compile(r"\$\{\s*file\s*:([^}]*)\}", re.IGNORECASE)
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "float": (int, float),
    "boolean": (bool,),
    "array": (list,),
}
_Fault = tuple[int, str]


class Fences:
    """Where the front matter begins and ends. Lines count from 1; `end` is 0 when there is no closing fence."""

    def __init__(self, source: str) -> None:
        lines = source.splitlines()
        self.starts = bool(lines) and lines[0].strip() == "---"
        self.end = next((n for n, line in enumerate(lines[1:], start=2) if line.strip() == "---"), 0)
        self.text = "\n".join(lines[1 : self.end - 1]) if self.end else ""
        self.body = "".join(source.splitlines(keepends=True)[self.end :]) if self.end else source


def partial_named(value: str) -> str | None:
    """The path in a value that is one `${file:path}`, as the file gives it; None for any other value."""
    match = _PARTIAL.fullmatch(value.strip())
    return match.group(1).strip() if match else None


def partial_path(target: str, path: Path, root: Path) -> Path | None:
    """Where a reference of the prompt at `path` leads; None for anywhere but the partials, links followed."""
    try:
        found = (path.parent / target).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return found if found.is_relative_to((root / "partials").resolve()) else None


def check_front_matter(source: str, path: Path, root: Path, *, file: str) -> tuple[list[Diagnostic], dict[str, str]]:
    """Every fault of the front matter, and the inputs it declares (name to kind). Nothing is resolved or loaded."""
    fences = Fences(source)
    if not (fences.starts and fences.end):
        return [Diagnostic(file, 1, "no front matter: the file must start with '---' and close it with '---'")], {}
    faults = [*_dash_faults(fences)]
    declared: dict[str, str] = {}
    try:
        yaml.safe_load(fences.text)
        tree = yaml.compose(fences.text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        reason = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error).splitlines()[0]
        faults.append((mark.line + 2 if mark else 1, f"not YAML: {reason}"))
    else:
        if isinstance(tree, yaml.MappingNode):
            faults += [*_reference_faults(tree, path, root), *_mapping_faults(tree, declared)]
        else:
            faults.append((1, "the front matter is empty: it needs at least name, inputs and template"))
    return [Diagnostic(file, line, text) for line, text in sorted(faults)], declared


def check_partial(text: str, *, file: str) -> list[Diagnostic]:
    """A partial is plain text: what looks like a reference or a variable in it would reach the model as it stands."""
    return [
        Diagnostic(file, number, "a partial is plain text: '${...}' and '{{' are not filled in here")
        for number, line in enumerate(text.splitlines(), start=1)
        if "${" in line or "{{" in line or "{%" in line
    ]


def _dash_faults(fences: Fences) -> Iterator[_Fault]:
    for number, line in enumerate(fences.text.splitlines(), start=2):
        if "---" in line or "+++" in line:
            yield number, "'---' inside the front matter would end it there: use another dash"


def _reference_faults(tree: yaml.Node, path: Path, root: Path) -> Iterator[_Fault]:
    """Read from the values, not from the lines: YAML can spell a reference in ways no search of the text would find."""
    for node in _scalars(tree, set()):
        for match in _REFERENCE.finditer(node.value):
            scheme, target = match.group(1).strip().lower(), (match.group(2) or "").strip()
            if scheme == "env":
                text = f"'${{env:{target}}}' would put a secret of this machine into the prompt: remove it"
            elif scheme != "file":
                text = f"unknown reference '{match.group(0)}'{did_you_mean(scheme, ['file'])}"
            else:
                text = _partial_fault(node.value, target, path, root)
            if text:
                yield _line(node), text


def _partial_fault(value: str, target: str, path: Path, root: Path) -> str:
    found = partial_path(target, path, root)
    if found is None:
        return f"'{target}' is outside the partials folder"
    if not found.is_file():
        return f"no partial {target!r}{did_you_mean(found.name, [p.name for p in (root / 'partials').glob('*')])}"
    return "" if partial_named(value) else "a partial fills a value alone: nothing may stand beside '${file:...}'"


def _scalars(node: yaml.Node, seen: set[int]) -> Iterator[yaml.ScalarNode]:
    """Every scalar beneath a node, keys too; `seen` keeps a node that holds itself from going round for ever."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child, seen)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for child in pair:
                yield from _scalars(child, seen)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2


def _items(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    for key, value in node.value:
        yield str(key.value), key, value


def _key_faults(node: yaml.MappingNode, known: Collection[str], where: str = "") -> Iterator[_Fault]:
    seen = set[str]()
    for name, key, value in _items(node):
        if name not in known:
            yield _line(key), f"unknown key {name!r}{where}{did_you_mean(name, known)}"
        if name in seen:
            yield _line(key), f"{name!r} is given twice{where}"
        if name in _WORDS and not _fits(value, "string"):
            yield _line(value), f"{name!r} must be text{where}"
        seen.add(name)


def _mapping_faults(tree: yaml.MappingNode, declared: dict[str, str]) -> Iterator[_Fault]:
    found = {name: value for name, _, value in _items(tree)}
    yield from _key_faults(tree, KEYS)
    for needed in ("name", "description", "inputs", "template"):
        if needed not in found:
            yield 1, f"{needed!r} is missing"
    if isinstance(inputs := found.get("inputs"), yaml.SequenceNode):
        for item in inputs.value:
            yield from _input_faults(item, declared)
    elif inputs is not None:
        yield _line(inputs), "inputs must be a list, each with name, kind and an example or a default"
    if (model := found.get("model")) is not None:
        yield from _option_faults(model)
    if (template := found.get("template")) is not None:
        yield from _template_faults(template)


def _input_faults(node: yaml.Node, declared: dict[str, str]) -> Iterator[_Fault]:
    if not isinstance(node, yaml.MappingNode):
        yield _line(node), "an input needs name, kind and an example or a default"
        return
    fields = {name: value for name, _, value in _items(node)}
    yield from _key_faults(node, INPUT_KEYS, " in an input")
    title, kind = (_scalar(fields.get(field)) for field in ("name", "kind"))
    if not title.isidentifier():
        yield _line(node), f"an input's name must be a plain word, not {title!r}"
        return
    if title in declared:
        yield _line(node), f"input {title!r} is declared twice"
    declared[title] = kind
    if kind not in KINDS:
        yield (
            _line(node),
            f"input {title!r} has unknown kind {kind!r}{did_you_mean(kind, KINDS) or ': use ' + ', '.join(KINDS)}",
        )
        return
    if kind == "array" and "items" not in fields:
        yield _line(node), f"input {title!r} is an array and does not say of what: add 'items:' with 'kind: string'"
    if "default" not in fields and "example" not in fields:
        yield _line(node), f"input {title!r} has no example: the preview needs one"
    for field in ("default", "example"):
        if field in fields and not _fits(fields[field], kind):
            yield _line(fields[field]), f"the {field} of {title!r} is not of kind {kind!r}"


def _option_faults(model: yaml.Node) -> Iterator[_Fault]:
    for name, key, value in _items(model) if isinstance(model, yaml.MappingNode) else ():
        if name != "options":
            yield (
                _line(key),
                f"unknown key {name!r} in model (the run chooses the model){did_you_mean(name, ['options'])}",
            )
            continue
        for option, option_key, number in _items(value) if isinstance(value, yaml.MappingNode) else ():
            if option not in OPTION_KEYS:
                yield _line(option_key), f"unknown option {option!r}{did_you_mean(option, OPTION_KEYS)}"
            elif not _fits(number, "integer" if option == "maxOutputTokens" else "float"):
                yield _line(number), f"option {option!r} must be a number"
            elif not 0 <= yaml.SafeLoader("").construct_object(number) <= (2 if option == "temperature" else 1_000_000):
                yield _line(number), f"option {option!r} is out of range: {_scalar(number)}"


def _template_faults(template: yaml.Node) -> Iterator[_Fault]:
    wanted = {"format": "jinja2", "parser": "prompty"}
    found = {name: value for name, _, value in _items(template)} if isinstance(template, yaml.MappingNode) else {}
    for key, kind in wanted.items():
        value = found.get(key)
        told = {name: _scalar(node) for name, _, node in _items(value)} if isinstance(value, yaml.MappingNode) else {}
        if told.get("kind") != kind:
            yield _line(template), f"template.{key}.kind must be {kind!r}"


def _scalar(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _fits(node: yaml.Node, kind: str) -> bool:
    if partial_named(_scalar(node)) is not None:
        return kind == "string"
    value = yaml.SafeLoader("").construct_object(node, deep=True)
    if isinstance(value, bool) and kind != "boolean":
        return False
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return False
    return isinstance(value, _PYTHON_TYPES[kind])
