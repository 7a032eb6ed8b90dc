"""An answer as it is being written, told to whoever watches: all of it so far, at a bounded rate."""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, GenerationChunk, LLMResult
from langchain_core.utils.json import parse_partial_json

from agents.asking.hearing import ASKED_AS
from domain.channel import Channel
from domain.drafts import AnswerDraft, DraftState

EVERY_SECONDS: Final = 0.2
"""Between two tellings of one call: as often as a reader can follow, and nothing to a server."""
LONGEST: Final = 2_000
"""Characters of a field that are told: the longest ad has 600."""
LONGEST_ANSWER: Final = 20_000
"""Characters that are followed; what a model goes on with beyond is no ad."""
_HALF_AN_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$")

Tell = Callable[[AnswerDraft], None]
Chunk = TypeVar("Chunk")


@dataclass(slots=True)
class _Open:
    """A call that is being answered."""

    model: str
    raw: str = ""
    told_at: float | None = None
    told: dict[str, str] | None = None
    """The words told last."""


class Drafting(AsyncCallbackHandler):
    """Has a model stream its answer, as LangGraph's own `messages` mode does, and tells how far it has come.

    A call that broke off is taken back at once; what cannot be used, whoever judges it takes back.
    """

    run_inline = True
    """`raise_error` stays off: a fault in here is logged, and is no reason for a campaign to fail."""

    def __init__(
        self,
        thread_id: UUID,
        node: str,
        channel: Channel | None,
        tell: Tell,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` counts seconds."""
        self._thread_id = thread_id
        self._node = node
        self._channel = channel
        self._tell = tell
        self._clock = clock
        self._open: dict[UUID, _Open] = {}

    async def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        metadata: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self._open[run_id] = _Open(str((metadata or {}).get(ASKED_AS) or ""))

    async def on_llm_new_token(
        self,
        token: str | list[str | dict[str, Any]],
        *,
        chunk: GenerationChunk | ChatGenerationChunk | None = None,
        run_id: UUID,
        **kwargs: Any,
    ) -> None:
        call = self._open.get(run_id)
        if call is None or not isinstance(chunk, ChatGenerationChunk):
            return
        call.raw = (call.raw + _said(chunk.message))[:LONGEST_ANSWER]
        now = self._clock()
        if call.raw and (call.told_at is None or now - call.told_at >= EVERY_SECONDS):
            call.told_at = now
            # Blanks without end, and fields of no words, say nothing new.
            if written_so_far(call.raw) != call.told:
                self._say(run_id, call, "writing")

    async def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        # What came whole, from the cache or of a model that does not stream, was never a draft.
        if (call := self._open.get(run_id)) and call.told_at is not None:
            self._say(run_id, call, "written")

    async def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._take_back(run_id)

    def tap_output_aiter(self, run_id: UUID, output: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """This and the next are how LangChain knows a handler for whom a model is to stream."""
        return output

    def tap_output_iter(self, run_id: UUID, output: Iterator[Chunk]) -> Iterator[Chunk]:
        return output

    def take_back(self) -> None:
        """None of what has been told is an answer."""
        for run_id in list(self._open):
            self._take_back(run_id)

    def _take_back(self, run_id: UUID) -> None:
        if (call := self._open.pop(run_id, None)) and call.told_at is not None:
            self._say(run_id, call, "taken_back")

    def _say(self, run_id: UUID, call: _Open, state: DraftState) -> None:
        call.told = {} if state == "taken_back" else written_so_far(call.raw)
        self._tell(
            AnswerDraft(
                thread_id=self._thread_id,
                call_id=run_id,
                node=self._node,
                model=call.model,
                channel=self._channel,
                state=state,
                fields=call.told,
            )
        )


def written_so_far(raw: str) -> dict[str, str]:
    """The words of each field of a JSON object that may not be whole yet; nothing of what is none."""
    try:
        found = parse_partial_json(_HALF_AN_ESCAPE.sub("", raw[raw.index("{") :]))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): _whole(value)[:LONGEST] for name, value in found.items() if isinstance(value, str)}


def _whole(text: str) -> str:
    """Without the first half of a character that is escaped as two."""
    return text.encode(errors="ignore").decode()


def _said(message: BaseMessage) -> str:
    """What a chunk adds to the answer: words, or the arguments of the call that brings it. Thoughts are no answer."""
    called = [call["args"] or "" for call in message.tool_call_chunks] if isinstance(message, AIMessageChunk) else []
    return str(message.text) + "".join(called)
