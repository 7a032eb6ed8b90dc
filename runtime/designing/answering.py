"""One wording, filled in and asked with, as its agent would ask: the same form, the same refusals, the same tries."""

from collections.abc import Mapping

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, Field, JsonValue

from agents.asking.ask import ask
from agents.asking.calls import Calls
from agents.compliance.reader.opinion import PROMPT as AD_READER
from agents.compliance.reader.opinion import opinions_on
from agents.creative.agent import PROMPT as AD_COPY
from agents.creative.asked import ad_asked
from agents.strategy.agent import PROMPT as BRIEF
from domain.channel import Channel
from domain.creative import Verdict
from domain.errors import BadInput, ModelFailure, near_miss
from domain.events import ModelCalled
from domain.plan import BriefAnswer
from domain.provenance import is_fake
from prompts.template import PromptValue
from runtime.designing.wordings import Wording


class PlainAnswer(BaseModel):
    """What is asked for with a prompt that no agent uses."""

    text: str = Field(min_length=1, max_length=2_000)


class Message(BaseModel):
    role: str = Field(description="`system`, `user` or `assistant`")
    text: str


class Answered(BaseModel):
    """A wording as the model saw it, and what came of it."""

    name: str
    hash: str
    version: int | None = Field(description="None for a wording that was never released")
    label: str = Field(description="`draft`, or what points to the release")
    messages: list[Message]
    answer: dict[str, JsonValue] | None = Field(description="None where the model gave nothing that could be used")
    problem: str = Field(description="why there is no answer; empty where there is one")
    model: str
    is_mock: bool
    tries: int = Field(description="how often the model was asked; an answer that could not be used is asked for again")
    input_tokens: int
    output_tokens: int


class PromptRun(Answered):
    """One answer, and what the compliance gate would say of it."""

    verdict: Verdict | None = Field(
        description="for the product, channel and regions it was filled in with; None for what is no ad"
    )
    unjudged: str = Field(description="why there is no verdict on an ad; else empty")


def form_of(name: str, values: Mapping[str, PromptValue]) -> type[BaseModel]:
    """The form an answer must have. Raises BadInput for an ad on a channel there is not."""
    if name == BRIEF:
        return BriefAnswer
    if name == AD_READER:
        ads = values.get("ads", ())
        return opinions_on(len(ads) if isinstance(ads, list | tuple) else 1)
    if name != AD_COPY:
        return PlainAnswer
    given = str(values.get("channel", ""))
    try:
        channel = Channel(given)
    except ValueError as error:
        known = [one.value for one in Channel]
        raise BadInput(f"there is no channel {given!r}", remedy=near_miss(given, known), field="channel") from error
    return ad_asked(channel.record.text, has_picture=bool(values.get("has_picture", True)))


async def answered(
    model: BaseChatModel, name_of_model: str, wording: Wording, given: dict[str, PromptValue]
) -> Answered:
    """Ask. A model that gives nothing usable is told in `problem`.

    Raises BadInput for values that do not fit, TransientFailure where the model is worth another try.
    """
    values = wording.values(given)
    rendered = wording.template.render(values)
    heard: list[ModelCalled] = []
    answer: dict[str, JsonValue] | None = None
    problem = ""
    try:
        made = await ask(
            model, rendered, form_of(wording.name, values), node=wording.name, calls=Calls(), announce=heard.append
        )
        answer = made.value.model_dump(mode="json")
    except ModelFailure as error:
        problem = str(error)
    asked = heard[-1].model if heard else name_of_model
    return Answered(
        name=wording.name,
        hash=wording.template.hash,
        version=wording.version,
        label=wording.label,
        messages=[Message(role=ROLES[message.type], text=str(message.text)) for message in rendered.messages],
        answer=answer,
        problem=problem,
        model=asked,
        is_mock=is_fake(asked),
        tries=len(heard),
        input_tokens=sum(call.input_tokens for call in heard),
        output_tokens=sum(call.output_tokens for call in heard),
    )


ROLES = {"system": "system", "human": "user", "ai": "assistant"}
