"""A wording as the model would see it, without asking: its messages, what it can be filled in with, and what it is."""

from collections.abc import Mapping

from langchain_core.messages.utils import count_tokens_approximately
from pydantic import BaseModel, Field, JsonValue

from prompts.template import PromptInput, PromptValue, RenderedPrompt
from runtime.designing.answering import ROLES, Message
from runtime.designing.wordings import Wording


class PromptField(BaseModel):
    """An input as a form asks for it."""

    name: str
    kind: str = Field(description="`string`, `integer`, `float`, `boolean` or `array`")
    description: str
    default: JsonValue = Field(description="None where a value must be given")
    example: JsonValue


class MessagePreview(Message):
    tokens: int = Field(description="an estimate: four characters a token, and three for the role")


class Preview(BaseModel):
    name: str
    hash: str
    text: str
    messages: list[MessagePreview]
    inputs: list[PromptField]
    values: dict[str, JsonValue] = Field(description="what each input was filled in with")


def previewed(wording: Wording, given: Mapping[str, PromptValue]) -> Preview:
    """Fill it in. Raises BadInput for values that do not fit, and for what cannot be filled in."""
    values = wording.values(dict(given))
    rendered = wording.template.render(values)
    return Preview(
        name=wording.name,
        hash=wording.template.hash,
        text=rendered.text,
        messages=_messages(rendered),
        inputs=[_field(item) for item in wording.template.inputs],
        values={item.name: _plain(values[item.name]) for item in wording.template.inputs},
    )


def _messages(rendered: RenderedPrompt) -> list[MessagePreview]:
    return [
        MessagePreview(role=ROLES[message.type], text=str(message.text), tokens=count_tokens_approximately([message]))
        for message in rendered.messages
    ]


def _field(item: PromptInput) -> PromptField:
    return PromptField(
        name=item.name,
        kind=item.kind,
        description=item.description,
        default=_plain(item.default),
        example=_plain(item.example),
    )


def _plain(value: PromptValue | None) -> JsonValue:
    return value if value is None or isinstance(value, str | int | float) else list(value)
