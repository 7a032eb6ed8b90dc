"""Texts that prompts share: which prompts bring one in, and what becomes of each when it is edited."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from domain.errors import BadInput
from prompts.check import prompt_files, prompt_name, read_checked
from prompts.checking.files import as_read, control_characters, text_of
from prompts.diagnostic import Diagnostic
from prompts.drafts import partial_at, read_partial
from prompts.front_matter import Fences, check_partial, partials_in
from prompts.loading import load_template
from prompts.releasing.text import self_contained


class Partial(NamedTuple):
    """A partial by its path in the folder, `partials/house_style.md`. `mark` changes with every character of it."""

    name: str
    source: str
    mark: str
    used_by: list[str]


def partial(folder: Path, name: str) -> Partial:
    """Raises NotFound for a partial there is not, BadInput for one that is no text."""
    source, mark = read_partial(folder, name)
    return Partial(name, source, mark, [prompt_name(path, folder) for path in _users(folder, partial_at(folder, name))])


def partials_of(folder: Path, name: str, source: str) -> list[str]:
    """The partials that a text brings in as the file of a prompt, in order."""
    root = folder.resolve()
    found = partials_in(Fences(as_read(source)), folder / f"{name}.prompty", folder)
    return [path.relative_to(root).as_posix() for path in found if path.is_file()]


def partial_findings(folder: Path, name: str, source: str) -> list[Diagnostic]:
    """Every fault of a text as a partial; where it has none, those that each prompt with it would have.

    Raises NotFound for a partial there is not.
    """
    path, text = partial_at(folder, name), as_read(source)
    faults = list(control_characters(text)) or list(check_partial(text))
    if faults:
        return [Diagnostic.of(name, fault) for fault in faults]
    return [found for user in _users(folder, path) for found in _of_user(folder, user, path, text)]


def _users(folder: Path, path: Path) -> Iterator[Path]:
    for prompt in prompt_files(folder):
        source, unreadable = text_of(prompt)
        if not unreadable and path in partials_in(Fences(source), prompt, folder):
            yield prompt


def _of_user(folder: Path, prompt: Path, path: Path, text: str) -> list[Diagnostic]:
    """What is wrong with a prompt, or shows when it is filled in, or made a release, with `text` for the partial."""
    source, problems = read_checked(prompt, folder)
    if problems:
        return problems
    try:
        template = load_template(source, prompt, folder, {path: text})
        template.render(template.samples())
        self_contained(source, template)
    except BadInput as error:
        return [Diagnostic(f"{template.name}.prompty", 1, str(error), "fill")]
    return []
