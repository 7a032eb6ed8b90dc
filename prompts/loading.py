"""Makes a template of a `.prompty` file that has passed the checks.

The one reference that is followed is `${file:...}` into the partials, and what it brings is text: it is never read as
YAML, as a reference or as a template.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, Field

from prompts.checking.files import text_of
from prompts.checking.yaml_tree import LOADER
from prompts.front_matter import Fences, partial_named, partial_path
from prompts.template import PromptInput, PromptSettings, PromptTemplate, PromptValue, compile_template


class _Input(BaseModel):
    name: str
    kind: str
    description: str = ""
    default: PromptValue | None = None
    example: PromptValue | None = None


class _Options(BaseModel):
    temperature: int | float | None = None
    max_output_tokens: int | None = Field(None, alias="maxOutputTokens")
    top_p: int | float | None = Field(None, alias="topP")


class _Model(BaseModel):
    options: _Options = _Options()


class _FrontMatter(BaseModel):
    name: str
    description: str
    inputs: tuple[_Input, ...]
    model: _Model = _Model()


def load_template(source: str, path: Path, root: Path, unsaved: Mapping[Path, str] | None = None) -> PromptTemplate:
    """The template in `source`, the text of the file at `path` of the folder `root`; `unsaved` are texts that stand in
    for those of partials. Raises OSError for a partial that has gone since it was checked."""
    texts = unsaved or {}
    fences = Fences(source)
    front = _FrontMatter.model_validate(yaml.load(fences.text, Loader=LOADER))
    inputs = tuple(
        PromptInput(
            item.name,
            item.kind,
            item.description,
            default=_filled(item.default, path, root, texts),
            example=_filled(item.example, path, root, texts),
        )
        for item in front.inputs
    )
    options = front.model.options
    settings = PromptSettings(options.temperature, options.max_output_tokens, options.top_p)
    return compile_template(front.name, front.description, fences.body.lstrip(), inputs, settings)


def _filled(value: PromptValue | None, path: Path, root: Path, texts: Mapping[Path, str]) -> PromptValue | None:
    """The value, a partial's text in the place of a reference to it; without blank lines around it."""
    if not isinstance(value, str):
        return value
    target = partial_named(value)
    found = partial_path(target, path, root) if target is not None else None
    if found is not None and found in texts:
        return texts[found].strip("\n")
    return (text_of(found)[0] if found else value).strip("\n")
