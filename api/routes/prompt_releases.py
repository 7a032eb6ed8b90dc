"""Prompts beyond their text: run a wording, test it, compare two, release one, and how releases do."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.callers import TheCaller, require
from api.dependencies import LONGEST_NAME, TheSystem
from api.guarded import GuardedRoute, does, needs
from api.openapi import refuses
from api.routes.prompts import NamedPrompt, PromptName
from domain.caller import Act, Role
from domain.errors import Conflict, ModelFailure, NotFound
from prompts.releasing.record import LONGEST_BY, LONGEST_WHY, Entry, Label
from prompts.template import LONGEST_LIST, LONGEST_TEXT, PromptValue
from runtime.designing.answering import PromptRun
from runtime.designing.comparing import Comparison
from runtime.designing.previewing import Preview
from runtime.designing.testing import TestReport
from runtime.designing.wordings import Which
from runtime.reporting.releases import PromptResults

router = APIRouter(prefix="/prompts", tags=["prompts"], route_class=GuardedRoute)

Model = Annotated[str | None, Field(default=None, max_length=LONGEST_NAME, description="the server's own when empty")]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Value = bool | int | float | Text | Annotated[list[Text], Field(max_length=LONGEST_LIST)]


class ReleaseText(BaseModel):
    """A release, which never changes."""

    name: str
    version: int
    hash: str
    labels: list[str] = Field(description="what points to it now")
    source: str = Field(description="the whole file, its partials filled in")
    text: str = Field(description="the body")


class _OfPrompt(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: NamedPrompt


class PreviewPrompt(_OfPrompt):
    which: Which = Which()
    case: str | None = Field(default=None, max_length=LONGEST_NAME, description="fill it in as this case does")
    campaign_id: UUID | None = Field(default=None, description="fill it in as this campaign's agents did")
    channel: str = Field(default="", max_length=LONGEST_NAME, description="of its ads; the first it buys when empty")
    values: dict[str, Value] = Field(
        default_factory=dict, max_length=100, description="in the place of the examples, the case's or the campaign's"
    )


class RunPrompt(_OfPrompt):
    which: Which = Which()
    case: str | None = Field(default=None, max_length=LONGEST_NAME, description="fill it in as this case does")
    values: dict[str, Value] = Field(
        default_factory=dict, max_length=100, description="in the place of the examples, or of the case's values"
    )
    model: Model


class TestPrompt(_OfPrompt):
    __test__ = False

    which: Which = Which()
    case: str | None = Field(default=None, max_length=LONGEST_NAME, description="this one alone")
    model: Model


class DiffPrompt(_OfPrompt):
    a: Which = Which(label="production")
    b: Which = Which()
    outputs: bool = Field(default=False, description="whether the model is asked for both with every case")
    model: Model


class PromotePrompt(_OfPrompt):
    label: Label = "production"
    weight: float | None = Field(
        default=None, gt=0, le=1, description="its share of new campaigns, all where it is empty; only for production"
    )
    why: str = Field(min_length=1, max_length=LONGEST_WHY)
    by: str = Field(default="media team", min_length=1, max_length=LONGEST_BY)
    seen: str | None = Field(
        default=None, max_length=LONGEST_NAME, description="the hash that was looked at: 409 where it is not that now"
    )


class RollBackPrompt(_OfPrompt):
    to: int | None = Field(default=None, ge=1, le=2**31 - 1, description="a version; the one before where it is empty")
    why: str = Field(min_length=1, max_length=LONGEST_WHY)
    by: str = Field(default="media team", min_length=1, max_length=LONGEST_BY)


@router.get("/{name:path}/results")
async def get_results(name: PromptName, system: TheSystem) -> PromptResults:
    """How each release does, by the campaigns it was given to."""
    return await system.release_results(name)


@router.get("/{name:path}/releases/{release}")
async def get_release(
    name: PromptName, release: Annotated[str, Path(max_length=LONGEST_NAME)], system: TheSystem
) -> ReleaseText:
    """One release by its hash."""
    found = await asyncio.to_thread(system.prompts.releases.released, name, release)
    return ReleaseText(
        name=name,
        version=found.version,
        hash=release,
        labels=system.prompts.releases.of(name).labels_of(release),
        source=found.source,
        text=found.template.text,
    )


@router.post("/preview", responses=refuses(NotFound), openapi_extra=needs(Role.VIEWER))
async def preview_prompt(request: PreviewPrompt, system: TheSystem) -> Preview:
    """What the model would be sent, message by message, and the form of its inputs. No model is asked."""
    values: dict[str, PromptValue] = dict(request.values)
    if request.campaign_id is not None:
        values = {**await system.prompt_values(request.name, request.campaign_id, request.channel), **values}
    return await system.desk.preview(request.name, request.which, values=values, case=request.case)


@router.post("/run", responses=refuses(NotFound, ModelFailure), openapi_extra=does(Act.RUN_PROMPT))
async def run_prompt(request: RunPrompt, system: TheSystem) -> PromptRun:
    """Ask the model once, as the agent would, and the rules what they would say of the ad. The working copy, where
    nothing else is named."""
    return await system.desk.run(
        request.name, request.which, values=dict(request.values), case=request.case, model=request.model
    )


@router.post("/test", responses=refuses(NotFound, ModelFailure), openapi_extra=does(Act.TEST_PROMPT))
async def test_prompt(request: TestPrompt, system: TheSystem) -> TestReport:
    """Ask the model with every case of the prompt, and hold each answer to what the case asserts."""
    return await system.desk.test(request.name, request.which, case=request.case, model=request.model)


@router.post("/diff", responses=refuses(NotFound, ModelFailure), openapi_extra=needs(Role.VIEWER))
async def diff_prompt(request: DiffPrompt, caller: TheCaller, system: TheSystem) -> Comparison:
    """Two wordings side by side: what most campaigns are given and the working copy, where nothing else is named. With
    `outputs` the model is asked, which takes an operator."""
    if not request.outputs:
        return await system.desk.diff(request.name, request.a, request.b, outputs=False)
    asked: JsonValue = {"name": request.name, "outputs": True, "model": request.model}
    async with system.audit.of(caller, Act.TEST_PROMPT, via="http", subject=request.name, asked=asked):
        require(caller, Role.OPERATOR)
        return await system.desk.diff(request.name, request.a, request.b, outputs=True, model=request.model)


@router.post("/promote", responses=refuses(NotFound, Conflict, ModelFailure), openapi_extra=does(Act.RELEASE_PROMPT))
async def promote_prompt(request: PromotePrompt, caller: TheCaller, system: TheSystem) -> Entry:
    """Make the working copy a release, once it passes the checks and its cases. New campaigns are given it at once;
    those that have begun keep theirs. Where keys are set, `by` is the name of the key, whatever is sent."""
    return await system.desk.promote(
        request.name,
        label=request.label,
        weight=request.weight,
        why=request.why,
        by=caller.name or request.by,
        seen=request.seen,
    )


@router.post("/rollback", responses=refuses(NotFound, Conflict), openapi_extra=does(Act.RELEASE_PROMPT))
async def roll_back_prompt(request: RollBackPrompt, caller: TheCaller, system: TheSystem) -> Entry:
    """Give new campaigns an earlier release. The working copy stays as it is. Where keys are set, `by` is the name of
    the key, whatever is sent."""
    return await system.desk.rollback(request.name, to=request.to, why=request.why, by=caller.name or request.by)
