"""The context as LangGraph Studio shows it: a form whose prompts are filled in with the released files, and whose
scenarios, sources and models can be chosen."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Any

from pydantic import create_model
from pydantic.fields import FieldInfo

from domain.context import CampaignContext
from domain.errors import BadInput, NotFound
from prompts.contracts import AD_COPY, BRIEF
from prompts.library import PromptLibrary

PROMPT_FIELDS = {"strategy_prompt": BRIEF.prompt, "creative_prompt": AD_COPY.prompt}


def require_usable_prompts(prompts: PromptLibrary, given: Mapping[str, str]) -> None:
    """Raises BadInput for a wording, by field of the context, that would end its campaign where it is first asked
    with."""
    for field, text in given.items():
        try:
            prompts.require_usable(PROMPT_FIELDS[field], text)
        except BadInput as error:
            raise BadInput(error.problem, remedy=error.remedy, field=field) from error


def context_form(prompts: PromptLibrary, choices: Mapping[str, Sequence[str]] | None = None) -> type[CampaignContext]:
    """`CampaignContext` with the text most campaigns are given as the default of each prompt's field, so that a
    designer edits what is used, and with `choices` by field, which are offered and bind nobody. A prompt with nothing
    in production leaves its field empty: a campaign that needs it says what is wrong."""
    fields: dict[str, tuple[type[Any], FieldInfo]] = {}
    for field, prompt in PROMPT_FIELDS.items():
        declared = copy(CampaignContext.model_fields[field])
        with suppress(BadInput, NotFound):
            declared.default = prompts.releases.production(prompt).text
        fields[field] = (str, declared)
    for field, offered in (choices or {}).items():
        declared = copy(CampaignContext.model_fields[field])
        # LangGraph's form reads it; whatever else is typed there is judged when the campaign starts.
        declared.json_schema_extra = partial(_offer, [*offered] if declared.default else [None, *offered])
        fields[field] = (declared.annotation or str, declared)
    # The overloads of create_model do not know fields that arrive as a mapping.
    form: type[CampaignContext] = create_model(  # type: ignore[call-overload]
        "CampaignContext", __base__=CampaignContext, __doc__=CampaignContext.__doc__, **fields
    )
    return form


def _offer(choices: list[str | None], schema: dict[str, Any]) -> None:
    """Put the choices into a field's JSON Schema, in place of its kinds."""
    schema.pop("anyOf", None)
    schema["type"] = "string" if None not in choices else ["string", "null"]
    schema["enum"] = choices
