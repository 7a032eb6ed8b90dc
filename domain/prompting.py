"""Which wording a campaign was given, and with what chance: what its outcome is later credited to."""

from typing import Final

from pydantic import BaseModel, Field

DRAFT: Final = "draft"
"""The label of a wording that nobody has released: typed into one run's form, or the working copy."""
PRODUCTION: Final = "production"
CANDIDATE: Final = "candidate"


class PromptChoice(BaseModel):
    """The release of one prompt a campaign keeps to, over rewrites, cycles, resumes and later releases."""

    prompt: str = Field(description="for example `creative/ad_copy`")
    hash: str = Field(description="of the template; as on every brief and ad it has written")
    version: int | None = Field(description="None for a draft, which has none")
    label: str = Field(description="`production`, or `draft` for a wording typed into the run's own form")
    propensity: float = Field(gt=0, le=1, description="the chance a campaign had of being given this one")
