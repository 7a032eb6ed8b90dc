"""Prompts: their working copies. List them, read, check, see them rendered, save."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.dependencies import LONGEST_NAME, TheSystem
from api.guarded import GuardedRoute, does, needs
from api.openapi import refuses
from domain.caller import Act, Role
from domain.errors import BadInput, Conflict, NotFound
from prompts.diagnostic import Diagnostic
from prompts.drafts import LONGEST_SOURCE, PARTIALS, Draft
from prompts.front_matter import Fences
from prompts.library import PromptInfo
from prompts.releasing.record import Entry, PromptReleases
from runtime.system import System

router = APIRouter(prefix="/prompts", tags=["prompts"], route_class=GuardedRoute)

PromptName = Annotated[str, Path(max_length=LONGEST_NAME)]
NamedPrompt = Annotated[str, Field(max_length=LONGEST_NAME, description="for example `creative/ad_copy`")]
NamedText = Annotated[
    str, Field(max_length=LONGEST_NAME, description="of a prompt, or of a partial: `partials/house_style.md`")
]


class Pointer(BaseModel):
    """A release that a label points to."""

    version: int
    hash: str
    weight: float | None = Field(description="its share of new campaigns; None for a candidate, which is given to none")


class PromptFinding(BaseModel):
    file: str
    line: int = Field(description="from 1")
    code: str = Field(description="the kind of finding; empty where it has no name")
    message: str


class PromptSummary(BaseModel):
    """One prompt. `hash` is its working copy's; empty where that cannot be used."""

    name: str
    description: str
    hash: str
    is_released: bool = Field(description="whether the working copy is what every campaign is given")
    problems: list[str] = Field(description="why the file as it stands is not what is shown, or cannot be used")
    production: list[Pointer]
    candidate: Pointer | None
    notes: list[PromptFinding] = Field(description="what is no fault and good to know: `no-node`, `left-out`")


class PromptList(BaseModel):
    items: list[PromptSummary]
    problem: str = Field(description="why the newest releases.yaml is not in use; empty where it is")


class PromptText(PromptSummary):
    text: str = Field(description="the body of the working copy")
    samples: dict[str, JsonValue] = Field(description="empty where the working copy cannot be used")
    source: str = Field(description="the whole file of the working copy; empty where there is none")
    mark: str = Field(description="changes with every character of the source; send it back with If-Match when saving")
    cases: list[str] = Field(description="what its cases are called")
    partials: list[str] = Field(description="the texts it shares with others, as `partials/house_style.md`")
    history: list[Entry] = Field(description="every release and rollback, the oldest first")
    before: int | None = Field(description="the version a rollback goes to by itself; None where there is none")


class PartialText(BaseModel):
    """A text that prompts share. It is checked and saved as a prompt is, by its name."""

    name: str = Field(description="its path in the folder, `partials/house_style.md`")
    source: str
    mark: str = Field(description="changes with every character of the source; send it back with If-Match when saving")
    used_by: list[str] = Field(description="the prompts that bring it in, in order of name")


class RenderRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=LONGEST_NAME)
    override_text: str | None = None
    """A body to try instead of the file's."""


class Rendered(BaseModel):
    name: str
    hash: str
    text: str


class CheckPromptRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: NamedText
    source: str = Field(max_length=LONGEST_SOURCE, description="a whole file, saved or not")


class PromptFindings(BaseModel):
    items: list[PromptFinding] = Field(description="empty where there is nothing to mend")
    cases: list[str] = Field(description="what the cases of the text are called; none where they cannot be read")


class PromptSave(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str = Field(max_length=LONGEST_SOURCE, description="the whole file")


class PromptSaved(PromptFindings):
    """What was saved, and what is to be mended in it before it can be released."""

    name: str
    mark: str


@router.get("")
async def list_prompts(system: TheSystem) -> PromptList:
    found, notes = await asyncio.to_thread(lambda: (system.prompts.list(), system.desk.notes()))
    items = [_summary(info, notes) for info in found]
    return PromptList(items=items, problem=system.prompts.releases.problem)


@router.get("/partials/{file:path}")
async def get_partial(file: PromptName, response: Response, system: TheSystem) -> PartialText:
    """A text that prompts share, and which. `ETag` is the mark of the source."""
    found = await asyncio.to_thread(system.desk.partial, f"{PARTIALS}{file}")
    response.headers["ETag"] = f'"{found.mark}"'
    return PartialText(name=found.name, source=found.source, mark=found.mark, used_by=found.used_by)


@router.get("/{name:path}")
async def get_prompt(name: PromptName, response: Response, system: TheSystem) -> PromptText:
    """The working copy and its history. `ETag` is the mark of the source."""
    info, draft, notes = await asyncio.to_thread(
        lambda: (system.prompts.info(name), system.desk.draft(name), system.desk.notes())
    )
    source, mark = draft or Draft("", "")
    if mark:
        response.headers["ETag"] = f'"{mark}"'
    return PromptText(
        **dict(_summary(info, notes)),
        text=Fences(source).body.lstrip(),
        samples=_samples(system, info),
        source=source,
        mark=mark,
        cases=await asyncio.to_thread(system.desk.case_names, name, source),
        partials=await asyncio.to_thread(system.desk.partials_of, name, source),
        history=list(info.releases.history),
        before=_before(info.releases),
    )


@router.put("/{name:path}", responses=refuses(NotFound, Conflict), openapi_extra=does(Act.SAVE_PROMPT))
async def save_prompt(
    name: PromptName,
    request: PromptSave,
    response: Response,
    system: TheSystem,
    if_match: Annotated[
        str | None, Header(max_length=LONGEST_NAME, description="the mark that was read; left out for a new prompt")
    ] = None,
) -> PromptSaved:
    """Write the working copy, whatever its faults: no campaign is given it before it is released. A partial is saved
    in the same way, by its name, and its findings are those of every prompt that brings it in. 409 where somebody else
    has saved it since it was read."""
    saved = await system.desk.save(name, request.source, read=_mark(if_match))
    response.headers["ETag"] = f'"{saved.mark}"'
    found, cases = await _found(system, name, saved.source)
    return PromptSaved(name=name, mark=saved.mark, items=found, cases=cases)


@router.post("/render", responses=refuses(NotFound), openapi_extra=needs(Role.VIEWER))
async def render(request: RenderRequest, system: TheSystem) -> Rendered:
    """The prompt filled in with its sample values."""
    # A caller's template is checked, compiled and run beside the event loop; what it may cost is bounded before that.
    made = await asyncio.to_thread(system.prompts.preview, request.name, request.override_text)
    return Rendered(name=made.name, hash=made.hash, text=made.text)


@router.post("/check", openapi_extra=needs(Role.VIEWER))
async def check_prompt(request: CheckPromptRequest, system: TheSystem) -> PromptFindings:
    """Every fault of a text as the file of a prompt, or as a partial: then those of the prompts that bring it in too.
    Nothing is kept: it may be asked while it is typed."""
    found, cases = await _found(system, request.name, request.source)
    return PromptFindings(items=found, cases=cases)


async def _found(system: System, name: str, source: str) -> tuple[list[PromptFinding], list[str]]:
    found = await system.desk.check(name, source)
    return _findings(found), await asyncio.to_thread(system.desk.case_names, name, source)


def _summary(info: PromptInfo, notes: Sequence[Diagnostic]) -> PromptSummary:
    releases = info.releases
    candidate = releases.labels.candidate
    return PromptSummary(
        name=info.name,
        description=info.description,
        hash=info.hash,
        is_released=info.is_released,
        problems=[str(problem) for problem in info.problems],
        production=[_pointer(info, share.hash, share.weight) for share in releases.labels.production],
        candidate=_pointer(info, candidate, None) if candidate else None,
        notes=_findings([note for note in notes if note.file == f"{info.name}.prompty"]),
    )


def _pointer(info: PromptInfo, release: str, weight: float | None) -> Pointer:
    return Pointer(version=info.releases.version_of(release) or 0, hash=release, weight=weight)


def _samples(system: System, info: PromptInfo) -> dict[str, JsonValue]:
    if not info.hash:
        return {}
    samples = system.prompts.get(info.name).samples()
    return {key: value if isinstance(value, str | int | float) else list(value) for key, value in samples.items()}


def _findings(found: Sequence[Diagnostic]) -> list[PromptFinding]:
    return [PromptFinding(file=one.file, line=one.line, code=one.code, message=one.message) for one in found]


def _mark(header: str | None) -> str | None:
    if header is None:
        return None
    mark = header.removeprefix("W/").strip('"')
    if not mark:
        raise BadInput("If-Match is empty", remedy="send the mark that was read with the prompt", field="If-Match")
    return mark


def _before(releases: PromptReleases) -> int | None:
    found = releases.before_the_last()
    return None if found is None else releases.version_of(found)
