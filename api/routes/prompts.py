"""Prompts: list them, read them, see them rendered."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.dependencies import LONGEST_NAME, TheSystem
from api.guarded import GuardedRoute, needs
from api.openapi import refuses
from domain.caller import Role
from domain.errors import NotFound

router = APIRouter(prefix="/prompts", tags=["prompts"], route_class=GuardedRoute)


class PromptSummary(BaseModel):
    name: str
    description: str
    hash: str
    is_released: bool
    problems: list[str]


class PromptText(PromptSummary):
    text: str
    samples: dict[str, JsonValue]


class RenderRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=LONGEST_NAME)
    override_text: str | None = None
    """A body to try instead of the file's."""


class Rendered(BaseModel):
    name: str
    hash: str
    text: str


@router.get("")
async def list_prompts(system: TheSystem) -> dict[str, list[PromptSummary]]:
    return {"items": [_summary(system, info.name) for info in system.prompts.list()]}


@router.get("/{name:path}")
async def get_prompt(name: Annotated[str, Path(max_length=LONGEST_NAME)], system: TheSystem) -> PromptText:
    template = system.prompts.get(name)
    samples = {key: list(value) if isinstance(value, tuple) else value for key, value in template.samples().items()}
    return PromptText.model_validate({**_summary(system, name).model_dump(), "text": template.text, "samples": samples})


@router.post("/render", responses=refuses(NotFound), openapi_extra=needs(Role.VIEWER))
async def render(request: RenderRequest, system: TheSystem) -> Rendered:
    """The prompt filled in with its sample values."""
    # A caller's template is checked, compiled and run beside the event loop; what it may cost is bounded before that.
    made = await asyncio.to_thread(system.prompts.preview, request.name, request.override_text)
    return Rendered(name=made.name, hash=made.hash, text=made.text)


def _summary(system: TheSystem, name: str) -> PromptSummary:
    info = system.prompts.info(name)
    return PromptSummary(
        name=info.name,
        description=info.description,
        hash=info.hash,
        is_released=info.is_released,
        problems=[str(problem) for problem in info.problems],
    )
