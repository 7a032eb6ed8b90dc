"""The text of a release: a prompt file that stands on its own, whatever becomes of the partials."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml
from jinja2 import TemplateError
from jinja2.meta import find_undeclared_variables
from pydantic import ValidationError

from domain.errors import BadInput, DataFault
from prompts.checking.files import as_read, read_plain
from prompts.checking.yaml_tree import LOADER
from prompts.front_matter import Fences
from prompts.loading import load_template
from prompts.releasing.record import PromptReleases, replace_file, text_path, unwritable, write_record
from prompts.template import PromptTemplate

_LARGEST: Final = 3_000_000
"""Bytes: a prompt with as many inputs, and as long defaults, as there may be."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as a person would write them."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def self_contained(source: str, template: PromptTemplate) -> str:
    """`source`, the text of the file that `template` was loaded from, with its partials filled in.

    Raises BadInput for a text that would not be the same prompt when it is read again.
    """
    fences = Fences(source)
    front = yaml.load(fences.text, Loader=LOADER)
    for item, filled in zip(front["inputs"], template.inputs, strict=True):
        for field, value in (("default", filled.default), ("example", filled.example)):
            if field in item:
                item[field] = list(value) if isinstance(value, tuple) else value
    told = yaml.dump(front, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    text = f"---\n{told}---\n{fences.body}"
    again = _loaded(text, Path(f"{template.name}.prompty"))
    if again is None or again.hash != template.hash:
        raise BadInput(
            f"prompt '{template.name}' cannot be kept as a release",
            remedy="look for a line of '---' in its partials, which would end the front matter",
            field="prompt",
        )
    return text


def load_release(folder: Path, name: str, release: str) -> tuple[str, PromptTemplate]:
    """The text and the template of a release. It passed every check when it was released, and the hash says that it is
    still what passed. Raises DataFault for a text that is not there, or is not what was released."""
    path = text_path(folder, name, release)
    shown = path.relative_to(folder).as_posix()
    try:
        text = as_read(read_plain(path, _LARGEST).decode("utf-8"))
    except FileNotFoundError as error:
        raise DataFault(f"{shown} is not there", remedy="restore it from version control") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataFault(f"{shown} cannot be read", remedy="restore it from version control") from error
    template = _loaded(text, path)
    if template is None or (template.name, template.hash) != (name, release) or _reads_what_is_not_there(template):
        raise DataFault(
            f"{shown} is not what was released: a release is never changed", remedy="restore it from version control"
        )
    return text, template


def keep_release(folder: Path, name: str, release: str, text: str, record: Mapping[str, PromptReleases]) -> None:
    """Keep a release and the record that points to it. The text is written first: a process that dies in between has
    left a text nobody points to, and everything is as it was. A text that is there and is not that release, whatever
    became of it, is written anew. Raises BadInput where nothing can be written."""
    kept = text_path(folder, name, release)
    try:
        try:
            load_release(folder, name, release)
        except DataFault:
            kept.parent.mkdir(parents=True, exist_ok=True)
            replace_file(kept, text)
        write_record(folder, record)
    except OSError as error:
        raise unwritable(folder, error) from error


def _reads_what_is_not_there(template: PromptTemplate) -> bool:
    """Whether the body reads an input that is not declared, of which the hash, made of body and defaults, says
    nothing."""
    declared = {item.name for item in template.inputs}
    return any(find_undeclared_variables(part.tree) - declared for part in template.parts)


def _loaded(text: str, path: Path) -> PromptTemplate | None:
    try:
        return load_template(text, path, path.parent)
    except (OSError, yaml.YAMLError, ValidationError, TemplateError):
        return None
