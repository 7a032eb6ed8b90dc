"""The fake chat model: a LangChain model in every respect but the thinking."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from domain.provenance import FAKE_MODEL
from llm_mocks.copywriter import draft, seeded_generator
from llm_mocks.faults import FaultInjector, raise_transient, spoil
from llm_mocks.prompt_parser import parse_prompt, text_of
from llm_mocks.schema_filler import Json, as_json, fill, schema_of

_TOKEN = re.compile(r"\s*\S+|\s+$")
_JSON = TypeAdapter(dict[str, JsonValue])


class FakeChatModel(BaseChatModel):
    """Writes supermarket ads and briefs from what the prompt says, the same for the same seed and messages.

    `with_structured_output` and `bind_tools` answer any schema; `faults` spoil calls on purpose.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model_name: str = FAKE_MODEL
    seed: int = 7
    faults: FaultInjector = Field(default_factory=FaultInjector, exclude=True)

    @property
    def _llm_type(self) -> str:
        return "fake-copywriter"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_name, "seed": self.seed}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = self._answer(messages, kwargs)
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return self._generate(messages, stop, None, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages, kwargs):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages, kwargs):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with tools it may call; it calls the chosen one, or the first, with arguments that fit."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice)

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Answers in `schema`: an instance of a pydantic class, a dict for a JSON schema.

        With `include_raw`, `{"raw", "parsed", "parsing_error"}`. Raises ValueError for any other kind of schema.
        """
        is_model = isinstance(schema, type) and issubclass(schema, BaseModel)
        if not (is_model or isinstance(schema, dict)):
            raise ValueError("with_structured_output takes a pydantic class or a JSON schema")
        wanted = schema_of(schema) if isinstance(schema, type) else _JSON.validate_python(schema)
        kind = schema if isinstance(schema, type) else None
        return _Structured(self.bind(answer_schema=wanted), kind, include_raw=include_raw)

    def _answer(self, messages: list[BaseMessage], options: dict[str, Any]) -> AIMessage:
        """In prose, unless the call names an `answer_schema` or gives `tools`."""
        tools: Sequence[Json] | None = options.get("tools")
        answer_schema: Json | None = options.get("answer_schema")
        fault = self.faults.next_fault()
        raise_transient(fault, self.model_name)
        prompt = parse_prompt(messages)
        written = draft(prompt, self.seed)
        rng = seeded_generator(self.seed, "filler", *prompt.facts)
        text = ""
        calls: list[ToolCall] = []
        if tools and messages[-1].type != "tool":
            name, parameters = _chosen_tool(tools, options.get("tool_choice"))
            if fault is None:
                call_id = f"call_{seeded_generator(self.seed, name, *prompt.facts).integers(1 << 32):08x}"
                text = as_json(arguments := fill(parameters, written, rng))
                calls = [ToolCall(name=name, args=arguments, id=call_id, type="tool_call")]
        elif answer_schema is not None:
            text = as_json(fill(answer_schema, written, rng))
        else:
            ad = written.candidates
            text = f"{ad['headline'][0]}\n\n{ad['body'][0]}\n\n{ad['call_to_action'][0]}"
        text = spoil(fault, text)
        return AIMessage(
            content="" if calls else text,
            tool_calls=calls,
            usage_metadata=_usage(messages, text),
            response_metadata={"model_name": self.model_name, "finish_reason": "stop"},
        )

    def _chunks(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages, kwargs)
        for token in _TOKEN.findall(text_of(answer)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=token))
        last = AIMessageChunk(
            content="",
            tool_calls=answer.tool_calls,
            usage_metadata=answer.usage_metadata,
            response_metadata=answer.response_metadata,
            chunk_position="last",
        )
        yield ChatGenerationChunk(message=last)


class _Structured(Runnable[LanguageModelInput, Any]):
    """Asks the model and reads its JSON as the schema."""

    def __init__(
        self, model: Runnable[LanguageModelInput, AIMessage], schema: type[BaseModel] | None, *, include_raw: bool
    ) -> None:
        self._model = model
        self._schema = schema
        self._include_raw = include_raw

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        return self._read(self._model.invoke(input, config, **kwargs))

    async def ainvoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        return self._read(await self._model.ainvoke(input, config, **kwargs))

    def _read(self, raw: AIMessage) -> Any:
        parsed: BaseModel | Json | None = None
        error: ValidationError | None = None
        try:
            text = text_of(raw)
            parsed = self._schema.model_validate_json(text) if self._schema else _JSON.validate_json(text)
        except ValidationError as caught:
            error = caught
        if self._include_raw:
            return {"raw": raw, "parsed": parsed, "parsing_error": error}
        if error is not None:
            raise error
        return parsed


def _chosen_tool(tools: Sequence[Json], choice: str | None) -> tuple[str, Json]:
    functions = [function for tool in tools if isinstance(function := tool.get("function"), dict)]
    chosen = next((f for f in functions if f.get("name") == choice), functions[0])
    parameters = chosen.get("parameters")
    return str(chosen["name"]), parameters if isinstance(parameters, dict) else {}


def _usage(messages: Sequence[BaseMessage], answer: str) -> UsageMetadata:
    """Four characters a token: near enough to see cost move."""
    read = sum(len(text_of(message)) // 4 + 4 for message in messages)
    written = len(answer) // 4 + 1
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
