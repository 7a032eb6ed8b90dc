"""The front matter of a `.prompty` file: what it may say. Nothing is resolved here, so nothing can leak."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from prompts.checking.answers import Declared
from prompts.checking.files import partial_files
from prompts.checking.names import misnamed
from prompts.checking.yaml_tree import items_of, line_of, nodes_of, read_tree, scalar, value_of
from prompts.diagnostic import Fault, did_you_mean
from prompts.template import LONGEST_LIST, LONGEST_TEXT

KEYS = ("name", "displayName", "description", "metadata", "inputs", "model", "template", "tests")
INPUT_KEYS = ("name", "kind", "description", "required", "default", "example", "items")
OPTIONS = {"temperature": (0, 2), "maxOutputTokens": (1, 1_000_000), "topP": (0, 1)}
"""From what to what each option goes."""
MOST_INPUTS = 100
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


class Fences:
    """Where the front matter begins and ends. Lines count from 1; `end` is 0 when there is no closing fence."""

    def __init__(self, source: str) -> None:
        lines = source.splitlines()
        self.starts = bool(lines) and lines[0].strip() == "---"
        self.end = next((n for n, line in enumerate(lines[1:], start=2) if line.strip() == "---"), 0)
        self.text = "\n".join(lines[1 : self.end - 1]) if self.end else ""
        self.body = "".join(source.splitlines(keepends=True)[self.end :]) if self.end else source


class FrontMatter(NamedTuple):
    """What a front matter says of itself. `declared` is None where it cannot be read, so that nothing is known."""

    faults: list[Fault]
    declared: Declared | None = None
    name: str = ""
    name_line: int = 1
    cases: yaml.Node | None = None
    """What stands under `tests`; None where nothing does."""


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


def partials_in(fences: Fences, path: Path, root: Path) -> list[Path]:
    """The partials that the front matter of the prompt at `path` brings in, in order; none where it is no YAML."""
    tree, _ = read_tree(fences.text)
    named = [target for node in nodes_of(tree) if (target := partial_named(scalar(node)))] if tree else []
    found = [partial_path(target, path, root) for target in dict.fromkeys(named)]
    return [one for one in found if one is not None]


def check_front_matter(fences: Fences, path: Path, root: Path) -> FrontMatter:
    """Every fault of the front matter, and the inputs it declares. Nothing is resolved or loaded."""
    if not fences.starts:
        text = "no front matter: the file must start with '---' and close it with '---'"
        return FrontMatter([Fault(1, "no-front-matter", text)])
    if not fences.end:
        return FrontMatter([Fault(1, "no-front-matter", "the front matter is never closed: add '---' on a line alone")])
    dashes = list(_dash_faults(fences))
    tree, faults = read_tree(fences.text)
    if tree is None:
        return FrontMatter(dashes or faults)
    declared = Declared()
    faults += [*dashes, *_reference_faults(tree, path, root), *_mapping_faults(tree, declared)]
    name = next((value for key, _, value in items_of(tree) if key == "name"), tree)
    cases = next((value for key, _, value in items_of(tree) if key == "tests"), None)
    return FrontMatter(sorted(faults), declared, scalar(name), line_of(name), cases)


def check_partial(text: str) -> Iterator[Fault]:
    """A partial is plain text: what looks like a reference or a variable in it would reach the model as it stands."""
    for number, line in enumerate(text.splitlines(), start=1):
        if "${" in line or "{{" in line or "{%" in line:
            yield Fault(number, "reference", "a partial is plain text: '${...}' and '{{' are not filled in here")
    if len(text) > LONGEST_TEXT:
        yield Fault(1, "too-big", f"the partial has {len(text)} characters: use at most {LONGEST_TEXT}")


def body_reference_faults(body: str, declared: Collection[str]) -> Iterator[Fault]:
    """References in a body, where none is followed, and inputs in the dress of another language."""
    for number, line in enumerate(body.splitlines() if "${" in body else (), start=1):
        for match in _REFERENCE.finditer(line):
            word = match.group(1).strip()
            if word.lower() == "env":
                yield Fault(number, "secret", f"{match.group(0)!r} would ask for a secret of this machine: remove it")
            elif match.group(2) is not None:
                text = f"{match.group(0)!r} is not followed in the body: make it the default of an input"
                yield Fault(number, "reference", text)
            elif word in declared:
                yield Fault(number, "reference", f"{match.group(0)!r} is not filled in: write '{{{{ {word} }}}}'")


def _dash_faults(fences: Fences) -> Iterator[Fault]:
    for number, line in enumerate(fences.text.splitlines(), start=2):
        if "---" in line or "+++" in line:
            yield Fault(number, "fence", "'---' inside the front matter would end it there: use another dash")


def _reference_faults(tree: yaml.Node, path: Path, root: Path) -> Iterator[Fault]:
    """Read from the values, not from the lines: YAML can spell a reference in ways no search of the text would find."""
    for node in nodes_of(tree):
        for match in _REFERENCE.finditer(scalar(node)):
            scheme, target = match.group(1).strip().lower(), (match.group(2) or "").strip()
            if scheme == "env":
                text = f"{f'${{env:{target}}}'!r} would put a secret of this machine into the prompt: remove it"
                yield Fault(line_of(node), "secret", text)
            elif scheme != "file":
                text = f"unknown reference {match.group(0)!r}{did_you_mean(scheme, ['file'])}"
                yield Fault(line_of(node), "reference", text)
            else:
                yield from _partial_faults(node, target, path, root)


def _partial_faults(node: yaml.Node, target: str, path: Path, root: Path) -> Iterator[Fault]:
    found = partial_path(target, path, root)
    if found is None:
        yield Fault(line_of(node), "no-partial", f"{target!r} is outside the partials folder")
    elif not found.is_file():
        hint = did_you_mean(found.name, [partial.name for partial in partial_files(root)])
        yield Fault(line_of(node), "no-partial", f"no partial {target!r}{hint}")
    elif not partial_named(scalar(node)):
        text = "a partial fills a value alone: nothing may stand beside '${file:...}'"
        yield Fault(line_of(node), "reference", text)


def _key_faults(
    node: yaml.MappingNode, known: Collection[str], where: str = "", words: Collection[str] = _WORDS
) -> Iterator[Fault]:
    for name, key, value in items_of(node):
        if name not in known:
            hint = did_you_mean(name, known) or f": known are {', '.join(known)}"
            yield Fault(line_of(key), "unknown-key", f"unknown key {name!r}{where}{hint}")
        elif name in words and not _fits(value, "string"):
            yield Fault(line_of(value), "not-text", f"{name!r} must be text{where}: put it in quotes")


def _mapping_faults(tree: yaml.MappingNode, declared: Declared) -> Iterator[Fault]:
    found = {name: value for name, _, value in items_of(tree)}
    yield from _key_faults(tree, KEYS)
    for needed in ("name", "description", "inputs", "template"):
        if needed not in found and not did_you_mean(needed, [name for name in found if name not in KEYS]):
            yield Fault(1, "missing-key", f"{needed!r} is missing")
    if isinstance(inputs := found.get("inputs"), yaml.SequenceNode):
        for item in inputs.value:
            yield from _input_faults(item, declared)
        if len(inputs.value) > MOST_INPUTS:
            yield Fault(line_of(inputs), "too-big", f"{len(inputs.value)} inputs: declare at most {MOST_INPUTS}")
    elif inputs is not None:
        text = "inputs must be a list, each with name, kind and an example or a default"
        yield Fault(line_of(inputs), "wrong-value", text)
    if (model := found.get("model")) is not None:
        yield from _option_faults(model)
    if (template := found.get("template")) is not None:
        yield from _template_faults(template)


def _input_faults(node: yaml.Node, declared: Declared) -> Iterator[Fault]:
    line, fields = line_of(node), {name: value for name, _, value in items_of(node)}
    if not isinstance(node, yaml.MappingNode) or "name" not in fields:
        yield Fault(line, "missing-key", "an input needs name, kind and an example or a default")
        return
    yield from _key_faults(node, INPUT_KEYS, " in an input", words=("description",))
    title, kind = (scalar(fields.get(field)) for field in ("name", "kind"))
    line = line_of(fields["name"])
    if title in declared:
        first = declared.lines[title]
        yield Fault(line, "duplicate-input", f"input {title!r} is declared twice, first on line {first}")
        return
    declared.kinds[title], declared.lines[title] = kind, line
    if "default" in fields:
        declared.defaults.add(title)
    if reason := misnamed(title):
        declared.refused.add(title)
        yield Fault(line, "input-name", f"an input cannot be called {title!r}: {reason}")
    elif not _fits(fields["name"], "string"):
        yield Fault(line, "not-text", f"the name of input {title!r} must be text")
    if kind not in KINDS:
        declared.refused.add(title)
        said = f"has unknown kind {kind!r}" if kind else "has no kind"
        hint = did_you_mean(kind, KINDS) or f": use one of {', '.join(KINDS)}"
        yield Fault(line_of(fields.get("kind", node)), "unknown-kind", f"input {title!r} {said}{hint}")
        return
    if kind == "array" and "items" not in fields:
        text = f"input {title!r} is an array and does not say of what: add 'items:' with 'kind: string'"
        yield Fault(line, "missing-key", text)
    if "default" not in fields and "example" not in fields:
        yield Fault(line, "no-example", f"input {title!r} has no example: the preview needs one")
    for field in ("default", "example"):
        if field in fields:
            yield from _value_faults(fields[field], f"the {field} of {title!r}", kind)


def _value_faults(node: yaml.Node, what: str, kind: str) -> Iterator[Fault]:
    if not _fits(node, kind):
        found = scalar(node)
        hint = f": put {found!r} in quotes" if kind in ("string", "array") and found else ""
        yield Fault(line_of(node), "wrong-value", f"{what} is not of kind {kind!r}{hint}")
    elif isinstance(node, yaml.SequenceNode) and len(node.value) > LONGEST_LIST:
        yield Fault(line_of(node), "too-big", f"{what} has {len(node.value)} texts: use at most {LONGEST_LIST}")
    elif len(scalar(node)) > LONGEST_TEXT:
        yield Fault(line_of(node), "too-big", f"{what} is longer than {LONGEST_TEXT} characters")


def _option_faults(model: yaml.Node) -> Iterator[Fault]:
    if not isinstance(model, yaml.MappingNode):
        yield Fault(line_of(model), "wrong-value", "model must hold 'options:', a line for each option")
    for name, key, value in items_of(model):
        if name != "options":
            text = f"unknown key {name!r} in model (the run chooses the model){did_you_mean(name, ['options'])}"
            yield Fault(line_of(key), "unknown-key", text)
            continue
        if not isinstance(value, yaml.MappingNode):
            yield Fault(line_of(key), "wrong-value", f"options must be a mapping: {', '.join(OPTIONS)}")
        for option, option_key, number in items_of(value):
            if option not in OPTIONS:
                hint = did_you_mean(option, OPTIONS) or f": known are {', '.join(OPTIONS)}"
                yield Fault(line_of(option_key), "unknown-key", f"unknown option {option!r}{hint}")
                continue
            least, most = OPTIONS[option]
            whole = "a whole number" if option == "maxOutputTokens" else "a number"
            if not _fits(number, "integer" if option == "maxOutputTokens" else "float"):
                yield Fault(
                    line_of(number), "option-range", f"option {option!r} must be {whole} from {least} to {most}"
                )
            elif not least <= _number(number) <= most:
                text = f"option {option!r} must be {whole} from {least} to {most}, not {scalar(number)[:20]}"
                yield Fault(line_of(number), "option-range", text)


def _number(node: yaml.Node) -> float:
    """The number a node of kind float or integer holds; infinite where it is too large to be one."""
    value = value_of(node)
    try:
        return float(value) if isinstance(value, int | float) else float("nan")
    except OverflowError:
        return float("inf")


def _template_faults(template: yaml.Node) -> Iterator[Fault]:
    wanted = {"format": "jinja2", "parser": "prompty"}
    found = {name: value for name, _, value in items_of(template)}
    for key, kind in wanted.items():
        told = {name: scalar(node) for name, _, node in items_of(found.get(key))}
        if told.get("kind") != kind:
            yield Fault(line_of(found.get(key, template)), "not-a-prompty", f"template.{key}.kind must be {kind!r}")


def _fits(node: yaml.Node, kind: str) -> bool:
    if partial_named(scalar(node)) is not None:
        return kind == "string"
    value = value_of(node)
    if isinstance(value, bool) and kind != "boolean":
        return False
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return False
    return isinstance(value, _PYTHON_TYPES[kind])
