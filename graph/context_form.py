"""The context as LangGraph Studio shows it: a form whose prompts are filled in with the released files."""

from contextlib import suppress
from copy import copy

from pydantic import create_model
from pydantic.fields import FieldInfo

from domain.context import CampaignContext
from domain.errors import BadInput, NotFound
from prompts.contracts import AD_COPY, BRIEF
from prompts.library import PromptLibrary

PROMPT_FIELDS = {"strategy_prompt": BRIEF.prompt, "creative_prompt": AD_COPY.prompt}


def context_form(prompts: PromptLibrary) -> type[CampaignContext]:
    """`CampaignContext` with the text most campaigns are given as the default of each prompt's field, so that a
    designer edits what is used. A prompt with nothing in production leaves its field empty: a campaign that needs it
    says what is wrong."""
    fields: dict[str, tuple[type[str], FieldInfo]] = {}
    for field, prompt in PROMPT_FIELDS.items():
        declared = copy(CampaignContext.model_fields[field])
        with suppress(BadInput, NotFound):
            declared.default = prompts.releases.production(prompt).text
        fields[field] = (str, declared)
    # The overloads of create_model do not know fields that arrive as a mapping.
    form: type[CampaignContext] = create_model(  # type: ignore[call-overload]
        "CampaignContext", __base__=CampaignContext, __doc__=CampaignContext.__doc__, **fields
    )
    return form
