"""Records a real model's answers to a file and gives them back, so a run with a real model can be repeated offline."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import orjson
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, messages_to_dict
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from domain.errors import DataFault, NotFound

Mode = Literal["record", "replay", "auto"]


class RecordReplayModel(BaseChatModel):
    """A chat model in front of another. Answers are found again by a hash of the messages and tools.

    `record` always asks and writes, `replay` never asks, `auto` asks only for what is not on the tape.
    The tape is a file of JSON lines that only grows; the last answer to the same question counts.
    """

    inner: BaseChatModel | None = None
    tape: Path
    mode: Mode = "auto"
    _answers: dict[str, AIMessage] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any, /) -> None:
        """Read the tape. Raises DataFault for a line that is not an answer."""
        if self.mode == "record" or not self.tape.is_file():
            return
        for number, line in enumerate(self.tape.read_bytes().splitlines(), start=1):
            try:
                entry = orjson.loads(line)
                self._answers[entry["key"]] = AIMessage.model_validate(entry["answer"])
            except (ValueError, KeyError, TypeError) as error:
                raise DataFault(
                    f"{self.tape.name}:{number} is not a recorded answer", remedy="delete the line and record again"
                ) from error

    @property
    def _llm_type(self) -> str:
        return "record-replay"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools go into the question, so an answer with a tool call is replayed only for the same tools."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        key = _key(messages, kwargs)
        answer = self._known(key)
        if answer is None:
            answer = self._write(key, self._asked(kwargs).invoke(messages, stop=stop))
        return ChatResult(generations=[ChatGeneration(message=answer.model_copy())])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        key = _key(messages, kwargs)
        answer = self._known(key)
        if answer is None:
            answer = self._write(key, await self._asked(kwargs).ainvoke(messages, stop=stop))
        return ChatResult(generations=[ChatGeneration(message=answer.model_copy())])

    def _known(self, key: str) -> AIMessage | None:
        """The answer on the tape, None when the model is to be asked. Raises NotFound when it may not be."""
        answer = None if self.mode == "record" else self._answers.get(key)
        if answer is None and (self.mode == "replay" or self.inner is None):
            raise NotFound(
                f"{self.tape.name} holds no answer to this prompt", remedy="record it once with the real model"
            )
        return answer

    def _asked(self, kwargs: dict[str, Any]) -> Runnable[LanguageModelInput, AIMessage]:
        if self.inner is None:
            raise NotFound("there is no model to record", remedy="give `inner`")
        tools = kwargs.get("tools")
        return self.inner.bind_tools(tools, tool_choice=kwargs.get("tool_choice")) if tools else self.inner

    def _write(self, key: str, answer: AIMessage) -> AIMessage:
        self._answers[key] = answer
        self.tape.parent.mkdir(parents=True, exist_ok=True)
        entry = {"key": key, "answer": answer.model_dump(mode="json")}
        with self.tape.open("ab") as tape:
            tape.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
        return answer


def _key(messages: Sequence[BaseMessage], kwargs: dict[str, Any]) -> str:
    """A hash of what was asked: roles, contents and tools, not the ids LangChain gives messages."""
    asked = [
        {"type": entry["type"], "content": entry["data"].get("content"), "calls": entry["data"].get("tool_calls")}
        for entry in messages_to_dict(messages)
    ]
    question = {"messages": asked, "tools": kwargs.get("tools"), "choice": kwargs.get("tool_choice")}
    return hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()[:32]
