"""What a scorer says, and what a case is scored with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, Field

from domain.context import ScheduledScenario
from prompts.library import PromptLibrary
from runtime.designing.wordings import Which
from world.ports import Worlds


class Asked(BaseModel):
    """What every case has besides what is given and expected, which each node has its own of."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=80, description="its name in results; one of its own in the dataset")
    because: str = Field(default="", max_length=500, description="where the right answer is from")


class Score(BaseModel):
    """One thing that was looked at. The same answer has the same score, whoever asks and whenever."""

    metric: str
    passed: bool
    told: str = Field(default="", description="what was found instead; empty where it passed")


def score(metric: str, told: str) -> Score:
    """A score that passes where there is nothing to tell."""
    return Score(metric=metric, passed=not told, told=told)


class Happens(Protocol):
    """What can be made to happen in the simulated world, and on which day it is plain to see."""

    def schedule(
        self, name: str, starts: date, *, category: str | None = None, regions: Sequence[str] = ()
    ) -> ScheduledScenario: ...

    def shows_on(self, scenario: ScheduledScenario) -> date: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything outside that a case may need. `open_model` opens the model of that name when a case asks for it."""

    model: str
    open_model: Callable[[], BaseChatModel]
    prompts: PromptLibrary
    which: Which
    worlds: Worlds
    happens: Happens
