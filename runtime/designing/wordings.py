"""Which wording of a prompt is meant: the working copy, a release, or a text that is in no file yet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.errors import BadInput, NotFound
from domain.errors import shown as quoted
from domain.prompting import CANDIDATE, DRAFT, PRODUCTION
from prompts import FOLDER
from prompts.cases.case import Case
from prompts.cases.reading import read_cases, read_red_team
from prompts.check import check_partials, check_source, misplaced
from prompts.checking.files import as_read, control_characters, is_stray, text_of
from prompts.checking.names import well_formed
from prompts.diagnostic import Diagnostic
from prompts.drafts import LONGEST_SOURCE, misnamed, read_draft
from prompts.library import PromptLibrary
from prompts.loading import load_template
from prompts.template import PromptTemplate, PromptValue

RED_TEAM: Final = "red_team"
"""The folder among the prompts where their hostile cases are."""


class Which(BaseModel):
    """At most one of these; the working copy where none is given."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="a release by its number")
    label: Literal["production", "candidate", "draft"] | None = Field(
        default=None, description="a release by what points to it: in production, the one most campaigns are given"
    )
    source: str | None = Field(default=None, max_length=LONGEST_SOURCE, description="a whole file, saved or not")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.version, self.label, self.source)) > 1:
            raise ValueError("give one of version, label and source")
        return self


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, ready to be asked with. `version` is None for what was never released."""

    name: str
    version: int | None
    label: str
    source: str
    template: PromptTemplate

    @property
    def shown(self) -> str:
        return f"version {self.version}" if self.version is not None else self.label

    def values(self, given: dict[str, PromptValue]) -> dict[str, PromptValue]:
        """The examples of its inputs, and what is given in the place of some."""
        return {**self.template.samples(), **given}


def the_wording(prompts: PromptLibrary, name: str, which: Which) -> Wording:
    """The wording that is meant. Raises NotFound for a prompt, a version or a label there is not, BadInput for a text
    that does not pass the checks."""
    if which.source is not None:
        return _of_source(prompts, name, which.source)
    if which.version is None and which.label in (None, DRAFT):
        draft = read_draft(prompts.folder, name)
        if draft is None:
            prompts.get(name)  # says which prompts there are
            raise NotFound(f"prompt {quoted(name)} has no working copy", remedy="name a version of it", field="name")
        return _of_source(prompts, name, draft.source)
    release = _release(prompts, name, which)
    found = prompts.releases.released(name, release)
    labels = prompts.releases.of(name).labels_of(release)
    return Wording(name, found.version, ", ".join(labels) or "released", found.source, found.template)


def cases_of(prompts: PromptLibrary, wording: Wording) -> list[Case]:
    """The cases a wording is tried with: those of the working copy, which are the newest, or its own where there is no
    working copy or it is not one. Raises BadInput for cases that are wrong."""
    draft = read_draft(prompts.folder, wording.name) if wording.label != DRAFT else None
    file = f"{wording.name}.prompty"
    return read_cases(draft.source if draft else wording.source, file=file)


def red_team_names(prompts: PromptLibrary) -> list[str]:
    """The prompts that have hostile cases, in order of name."""
    folder = _red_team(prompts)
    found = (path.relative_to(folder) for path in folder.rglob("*.yaml"))
    return sorted(path.with_suffix("").as_posix() for path in found if not any(is_stray(part) for part in path.parts))


def red_team_of(prompts: PromptLibrary, wording: Wording) -> list[Case]:
    """The hostile cases a wording is tried with. Raises NotFound for a prompt that has none, BadInput for cases that
    are wrong."""
    path = _red_team(prompts) / f"{wording.name}.yaml"
    if not path.exists():
        known = ", ".join(red_team_names(prompts))
        raise NotFound(f"prompt '{wording.name}' has no red team", remedy=f"name one of {known}", field="name")
    file = f"{RED_TEAM}/{wording.name}.yaml"
    text, unreadable = text_of(path)
    if unreadable:
        raise BadInput(str(Diagnostic.of(file, unreadable[0])), field="name")
    return read_red_team(text, wording.source, file=file)


def _red_team(prompts: PromptLibrary) -> Path:
    """The folder's own, or the shipped ones where it has none."""
    own = prompts.folder / RED_TEAM
    return own if own.is_dir() else FOLDER / RED_TEAM


def findings_of(prompts: PromptLibrary, name: str, source: str) -> list[Diagnostic]:
    """Every fault of a text that is, or would be, the file of a prompt. Raises BadInput for a name that cannot be."""
    if not well_formed(name):
        raise misnamed(name)
    path, text = prompts.folder / f"{name}.prompty", as_read(source)
    unseen = [Diagnostic.of(f"{name}.prompty", fault) for fault in control_characters(text)]
    problems = unseen or check_source(text, path, prompts.folder) + check_partials(prompts.folder)
    return problems or misplaced(text, path, prompts.folder)


def _of_source(prompts: PromptLibrary, name: str, source: str) -> Wording:
    problems = findings_of(prompts, name, source)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadInput(
            f"prompt {quoted(name)} does not pass the checks: {problems[0]}{more}", remedy="mend it", field="source"
        )
    text = as_read(source)
    template = load_template(text, prompts.folder / f"{name}.prompty", prompts.folder)
    version = prompts.releases.of(name).version_of(template.hash)
    return Wording(name, version, DRAFT, text, template)


def _release(prompts: PromptLibrary, name: str, which: Which) -> str:
    releases = prompts.releases.of(name)
    if not releases.history:
        prompts.get(name)  # says which prompts there are
    if which.version is not None:
        found, wanted = releases.hash_of(which.version), f"version {which.version}"
    else:
        pointers = {PRODUCTION: releases.leading, CANDIDATE: releases.labels.candidate}
        found, wanted = pointers[which.label or PRODUCTION], f"release labelled {which.label}"
    if found is None:
        known = ", ".join(str(version) for version in sorted({entry.version for entry in releases.history}))
        raise NotFound(
            f"prompt '{name}' has no {wanted}",
            remedy=f"its versions are {known}" if known else "nothing of it was released yet",
            field="version" if which.version is not None else "label",
        )
    return found
