"""The front matter of a `.prompty` file: what it may say, and what prompty itself lets pass."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from prompts.diagnostic import Diagnostic, did_you_mean

KEYS = ("name", "displayName", "description", "metadata", "inputs", "model", "template")
INPUT_KEYS = ("name", "kind", "description", "required", "default", "example", "items")
OPTION_KEYS = ("temperature", "maxOutputTokens", "topP")
KINDS = ("string", "integer", "float", "boolean", "array")
_REFERENCE = re.compile(r"\$\{\s*([^:}]*)(?::([^}]*))?\}")
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
        self.body = "\n".join(lines[self.end :]) if self.end else source


def check_front_matter(source: str, path: Path, root: Path, *, file: str) -> tuple[list[Diagnostic], dict[str, str]]:
    """Every fault of the front matter, and the inputs it declares (name to kind). Nothing is resolved or loaded."""
    fences = Fences(source)
    if not (fences.starts and fences.end):
        return [Diagnostic(file, 1, "no front matter: the file must start with '---' and close it with '---'")], {}
    faults = [*_dash_faults(fences), *_reference_faults(fences, path, root)]
    declared: dict[str, str] = {}
    try:
        tree = yaml.compose(fences.text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        faults.append((line, f"not YAML: {error.problem}"))
    else:
        if isinstance(tree, yaml.MappingNode):
            faults += _mapping_faults(tree, declared)
        else:
            faults.append((1, "the front matter is empty: it needs at least name, inputs and template"))
    return [Diagnostic(file, line, text) for line, text in sorted(faults)], declared


def check_partial(text: str, *, file: str) -> list[Diagnostic]:
    """A partial is plain text: a reference in it could be resolved a second time by the loader."""
    return [
        Diagnostic(file, number, "a partial is plain text: '${...}' and '{{' are not filled in here")
        for number, line in enumerate(text.splitlines(), start=1)
        if "${" in line or "{{" in line or "{%" in line
    ]


def _dash_faults(fences: Fences) -> Iterator[_Fault]:
    for number, line in enumerate(fences.text.splitlines(), start=2):
        if "---" in line or "+++" in line:
            yield number, "'---' inside the front matter would end it there: use another dash"


def _reference_faults(fences: Fences, path: Path, root: Path) -> Iterator[_Fault]:
    for number, line in enumerate(fences.text.splitlines(), start=2):
        for match in _REFERENCE.finditer(line):
            scheme, target = match.group(1).strip().lower(), (match.group(2) or "").strip()
            if scheme == "env":
                yield number, f"'${{env:{target}}}' would put a secret of this machine into the prompt: remove it"
            elif scheme != "file":
                yield number, f"unknown reference '{match.group(0)}'{did_you_mean(scheme, ['file'])}"
            else:
                yield from ((number, text) for text in _file_fault(target, path, root))


def _file_fault(target: str, path: Path, root: Path) -> Iterator[str]:
    found = (path.parent / target).resolve()
    partials = (root / "partials").resolve()
    if not found.is_relative_to(partials):
        yield f"'{target}' is outside the partials folder"
    elif not found.is_file():
        yield f"no partial {target!r}{did_you_mean(found.name, [p.name for p in partials.glob('*')])}"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2


def _items(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    for key, value in node.value:
        yield str(key.value), key, value


def _mapping_faults(tree: yaml.MappingNode, declared: dict[str, str]) -> Iterator[_Fault]:
    found = {}
    for name, key, value in _items(tree):
        found[name] = value
        if name not in KEYS:
            yield _line(key), f"unknown key {name!r}{did_you_mean(name, KEYS)}"
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
    fields = {}
    for name, key, value in _items(node):
        fields[name] = value
        if name not in INPUT_KEYS:
            yield _line(key), f"unknown key {name!r} in an input{did_you_mean(name, INPUT_KEYS)}"
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
            elif not 0 <= float(_scalar(number)) <= (2 if option == "temperature" else 1_000_000):
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
    if isinstance(node, yaml.ScalarNode) and str(node.value).startswith("${file:"):
        return kind == "string"
    value = yaml.SafeLoader("").construct_object(node, deep=True)
    if isinstance(value, bool) and kind != "boolean":
        return False
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return False
    return isinstance(value, _PYTHON_TYPES[kind])
