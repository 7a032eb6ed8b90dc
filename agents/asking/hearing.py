"""What happens while a model is asked, heard by LangChain's own callbacks: who was asked, and what came back.

One question may lead to several calls, where a model that does not answer has another in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, GenerationChunk, LLMResult

from domain.model_calls import CameFrom, Tokens
from domain.provenance import is_fake, named_models

ASKED_AS: Final = "asked_as"
"""In a model's metadata: the name it was opened by, `provider:model`."""
CAME_FROM: Final = "came_from"
"""In a model's metadata or an answer's: where answers come from that nobody was asked for."""
_LONGEST_NAME: Final = 200


@dataclass(slots=True)
class Heard:
    """One call. `message` is what came back, `error` why nothing did; neither while it is under way."""

    call_id: UUID
    asked_as: str
    message: AIMessage | None = None
    error: BaseException | None = None
    came_from: CameFrom = CameFrom.MODEL
    reported: Tokens | None = None
    """What the server said of an answer that its SDK could not read."""

    @property
    def named(self) -> str:
        """The name the provider put on its answer, which may be more exact than the one asked for; it makes no mock of
        a model that is none."""
        name = str(self.message.response_metadata.get("model_name") or "") if self.message else ""
        is_its_own = not is_fake(name) or any(is_fake(one) for one in named_models(self.asked_as))
        return name if len(name) <= _LONGEST_NAME and is_its_own else ""

    @property
    def said(self) -> Tokens | None:
        """As the provider said it; None where it did not."""
        used = self.message.usage_metadata if self.message else None
        return tokens_of(used) if used and "input_tokens" in used else self.reported

    @property
    def tokens(self) -> Tokens | None:
        """None where the provider did not say, or what it said cannot be: words are written with tokens, and what a
        server leaves out of its count its SDK takes for none."""
        said, answer = self.said, self.message
        is_silent = answer is None or not (answer.text or answer.tool_calls)
        return said if said and said.are_credible and (said.written or is_silent) else None


class Hearing(AsyncCallbackHandler):
    """The calls of one question, in the order they began. A fault of ours in here is no event to be logged and left."""

    raise_error = True
    run_inline = True

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model
        self._heard: dict[UUID, Heard] = {}
        self.reported: Tokens | None = None
        """Of the last answer, where it could not be read."""

    @property
    def calls(self) -> list[Heard]:
        return list(self._heard.values())

    def unreadable(self, told: Sequence[Tokens]) -> None:
        """The last answer could not be read; `told` is what its server said of tokens, the newest last."""
        if not told:
            return
        self.reported = told[-1]
        if self._heard:
            self.calls[-1].reported = told[-1]

    async def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        metadata: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self._heard[run_id] = Heard(run_id, str((metadata or {}).get(ASKED_AS) or asked_as(self._model)))

    async def on_llm_new_token(
        self,
        token: str | list[str | dict[str, Any]],
        *,
        chunk: GenerationChunk | ChatGenerationChunk | None = None,
        run_id: UUID,
        **kwargs: Any,
    ) -> None:
        """A stream's tokens are told at its end: should its SDK not be able to read the whole, they are known."""
        message = chunk.message if isinstance(chunk, ChatGenerationChunk) else None
        heard = self._heard.get(run_id)
        if heard and isinstance(message, AIMessageChunk) and message.usage_metadata:
            heard.reported = tokens_of(message.usage_metadata)

    async def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        heard = self._heard.get(run_id)
        generation = response.generations[0][0] if response.generations and response.generations[0] else None
        if heard and isinstance(generation, ChatGeneration) and isinstance(generation.message, AIMessage):
            heard.message = generation.message
            heard.came_from = came_from(generation.message.response_metadata)

    async def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        if heard := self._heard.get(run_id):
            heard.error = error


def tokens_of(used: UsageMetadata) -> Tokens:
    details = used.get("input_token_details") or {}
    return Tokens(
        read=used["input_tokens"],
        written=used["output_tokens"],
        from_cache=details.get("cache_read") or 0,
        into_cache=details.get("cache_creation") or 0,
    )


def asked_as(model: BaseChatModel) -> str:
    """The name a model was opened by, or the one it goes by."""
    if name := (model.metadata or {}).get(ASKED_AS):
        return str(name)
    for field in ("model_name", "model"):
        name = getattr(model, field, None)
        if isinstance(name, str) and name:
            return name
    return model._llm_type


def characters(messages: Sequence[Sequence[BaseMessage]], options: Mapping[str, Any] | None) -> int:
    """Of all that is sent: the words, and the form or tools that go with them."""
    form = {name: (options or {}).get(name) for name in ("response_format", "tools", "format") if options}
    return sum(len(str(message.text)) for batch in messages for message in batch) + len(str(form))


def came_from(metadata: Mapping[str, Any] | None) -> CameFrom:
    return CameFrom((metadata or {}).get(CAME_FROM, CameFrom.MODEL))
