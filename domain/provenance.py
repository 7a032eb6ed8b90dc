"""Real or simulated: said beside every number that is shown."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.shoppers import Shoppers

Kind = Literal["real", "simulated", "none"]


FAKE_PREFIX = "fake:"
FAKE_MODEL = f"{FAKE_PREFIX}copywriter"
"""The chat model a run has unless it names another."""


def is_fake(model: str) -> bool:
    """Whether a model of this name only pretends: what it says is labelled `mock` wherever it is shown."""
    return model.startswith(FAKE_PREFIX)


def named_models(model: str) -> list[str]:
    """The models a name stands for: with commas between several, the first and who is asked in its place."""
    return [name.strip() for name in model.split(",")]


def real_models(model: str) -> str:
    """The same name without models that only pretend; empty where no other is left."""
    return ",".join(name for name in named_models(model) if not is_fake(name))


class Provenance(BaseModel):
    """Where each stream of a run comes from; `none` where the source has no such stream."""

    model_config = ConfigDict(frozen=True)

    sales: Kind
    weather: Kind
    search: Kind
    ad_platform: Kind = "none"
    """Who sells the ads; a world by itself sells none, and the wiring says who does."""
    ad_response: Kind
    """How shoppers answer to ads: `real` where the tills alone say it. Sales can be real while the answer is not."""
    shoppers: Shoppers | None = None
    """Of which kind they are where their answer is simulated; None where it is not."""
    source: str
    """The source's name as a person would say it, for example `Complete Journey (1.47 million transactions)`."""
