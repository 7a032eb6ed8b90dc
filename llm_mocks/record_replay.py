"""Records a real model's answers to a file and gives them back, so a run with a real model can be repeated offline."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.runnables.config import RunnableConfig
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from domain.errors import BadInput, DataFault, NotFound
from domain.model_calls import Tokens
from llm_mocks.real.ended_early import end_of, raised_for, tokens_in
from llm_mocks.real.reported import report, reported

Structured = dict[str, Any]
"""What `with_structured_output(..., include_raw=True)` gives: `raw`, `parsed` and `parsing_error`."""


class _Said(BaseModel):
    """What is kept of a message. Ids, times, headers and whatever else a provider adds stay off the tape."""

    model_config = ConfigDict(extra="forbid")

    content: str
    model_name: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    finish_reason: str = Field(default="", description="where it ended early")

    @classmethod
    def of(cls, message: AIMessage) -> Self:
        usage = message.usage_metadata
        return cls(
            content=str(message.text),
            model_name=str(message.response_metadata.get("model_name", "")),
            input_tokens=usage["input_tokens"] if usage else None,
            output_tokens=usage["output_tokens"] if usage else None,
            finish_reason=end_of(message.response_metadata),
        )

    def message(self) -> AIMessage:
        read, written = self.input_tokens, self.output_tokens
        usage = None
        if read is not None and written is not None:
            usage = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
        about = {"model_name": self.model_name, "finish_reason": self.finish_reason}
        told = {name: value for name, value in about.items() if value}
        return AIMessage.model_validate(
            {"content": self.content, "usage_metadata": usage, "response_metadata": told, "type": "ai"}
        )


class _Flaw(BaseModel):
    """Why an answer did not fit its form. `faults` are places with words; without any, `told` is the whole of it."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    faults: list[tuple[list[str | int], str]] = Field(default_factory=list)
    told: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Self:
        if not isinstance(error, ValidationError):
            return cls(told=raised_for(error) or str(error))
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return cls(title=error.title, faults=[(list(one["loc"]), one["msg"]) for one in found])

    def error(self) -> Exception:
        """An error that says the same in the same places."""
        if not self.faults:
            return OutputParserException(self.told)
        details = [
            InitErrorDetails(
                type=PydanticCustomError("recorded", "{told}", {"told": told}), loc=tuple(place), input=None
            )
            for place, told in self.faults
        ]
        return ValidationError.from_exception_data(self.title, details)


class _Entry(BaseModel):
    """A line of the tape: what was asked, as a hash, of which model, and what came of it."""

    model_config = ConfigDict(extra="forbid")

    key: str
    model: str = Field(description="as it was asked for, `provider:model`")
    named: str = Field(description="as it calls itself where an answer does not say")
    said: _Said | None = Field(description="None where the provider's own client refused the answer")
    parsed: dict[str, Any] | None
    flaw: _Flaw | None
    is_raised: bool = Field(description="whether the client raised the flaw, or gave it back beside the answer")
    reported: tuple[int, int] | None = Field(
        default=None, description="tokens read and written, as the server said of an answer its client refused"
    )

    def structured(self, schema: type[BaseModel]) -> Structured:
        """What asking gave. Raises what asking raised."""
        error = self.flaw.error() if self.flaw else None
        if self.reported is not None:
            report(Tokens(*self.reported))
        if error is not None and self.is_raised:
            raise error
        value = None if self.parsed is None else schema.model_validate(self.parsed)
        return {"raw": self.said.message() if self.said else None, "parsed": value, "parsing_error": error}


class Tape:
    """Answers in a file of JSON lines, which only grows.

    Of several answers to one question the first is given first, and the last again and again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        return self.path.name

    def read(self) -> list[_Entry]:
        """Every answer, in order. Raises BadInput for a file that cannot be read or holds none, DataFault for a line
        that is no answer."""
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError as error:
            raise BadInput(
                f"the recording {self.path} cannot be read ({error.strerror})",
                remedy="name a file that was made with --record",
                field="replay",
            ) from error
        entries = []
        for number, line in enumerate(lines, start=1):
            try:
                entries.append(_Entry.model_validate_json(line))
            except ValidationError as error:
                raise DataFault(
                    f"{self.name}:{number} is not a recorded answer", remedy="delete the line or record again"
                ) from error
        if not entries:
            raise BadInput(f"the recording {self.path} is empty", remedy="record again", field="replay")
        return entries

    def write(self, entry: _Entry) -> None:
        """Add an answer, in one write, for several processes may share a tape. Raises BadInput where none can be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(f"{entry.model_dump_json()}\n".encode())
        except OSError as error:
            raise BadInput(
                f"the recording {self.path} cannot be written ({error.strerror})",
                remedy="name another file with --record",
                field="record",
            ) from error


def model_on(path: Path) -> str:
    """The model a recording is of, `provider:model`. Raises what `Tape.read` does."""
    return Tape(path).read()[0].model


class RecordReplayModel(BaseChatModel):
    """A chat model of which structured answers are kept on a tape, or a tape in the place of one.

    With `inner` it always asks, exactly as `inner` alone would, and records. Without, it never asks. Timeouts and
    refusals of the provider are not recorded: a replay goes as if they had not been.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    asked_as: str
    """`provider:model`."""
    tape: Tape
    inner: BaseChatModel | None = None
    model_name: str = ""
    _answers: dict[str, list[_Entry]] = PrivateAttr(default_factory=dict)

    @classmethod
    def recording(cls, inner: BaseChatModel, tape: Tape, asked_as: str) -> Self:
        named = getattr(inner, "model_name", None) or getattr(inner, "model", None) or inner._llm_type
        return cls(inner=inner, tape=tape, asked_as=asked_as, model_name=str(named))

    @classmethod
    def replaying(cls, tape: Tape, asked_as: str) -> Self:
        """Raises what `Tape.read` does, and BadInput for a tape of another model."""
        entries = tape.read()
        recorded = {entry.model: entry.named for entry in entries}
        if asked_as not in recorded:
            raise BadInput(
                f"the recording {tape.name} is of '{next(iter(recorded))}', and '{asked_as}' was asked for",
                remedy="name the model that was recorded",
                field="model",
            )
        told = {"asked_as": asked_as, "came_from": "recording"}
        model = cls(tape=tape, asked_as=asked_as, model_name=recorded[asked_as], metadata=told)
        for entry in entries:
            if entry.model == asked_as:
                model._answers.setdefault(entry.key, []).append(entry)
        return model

    @property
    def _llm_type(self) -> str:
        return "record-replay"

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """Raises ValueError for anything but a pydantic class with `include_raw`, which is all that is asked for."""
        if not (isinstance(schema, type) and issubclass(schema, BaseModel) and include_raw):
            raise ValueError("a recording holds structured answers: give a pydantic class and include_raw=True")
        form: type[BaseModel] = schema

        async def asked(given: LanguageModelInput, config: RunnableConfig, **settings: Any) -> Structured:
            messages = _messages(given)
            key = _key(messages, form, settings)
            if self.inner is None:
                return self._next(key).structured(form)
            with reported() as told:
                outcome = await _outcome(self.inner, form, messages, config, settings)
            for tokens in told:
                report(tokens)
            entry = self._entry(key, outcome, told)
            await asyncio.to_thread(self.tape.write, entry)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return RunnableLambda(asked)

    def _next(self, key: str) -> _Entry:
        left = self._answers.get(key)
        if not left:
            raise NotFound(
                f"the recording {self.tape.name} holds no answer to it", remedy="record the run again with the model"
            )
        return left.pop(0) if len(left) > 1 else left[0]

    def _entry(self, key: str, outcome: Structured | Exception, told: Sequence[Tokens]) -> _Entry:
        is_raised = isinstance(outcome, Exception)
        made = {"raw": None, "parsed": None, "parsing_error": outcome} if isinstance(outcome, Exception) else outcome
        raw, parsed, error = made["raw"], made["parsed"], made["parsing_error"]
        return _Entry(
            key=key,
            model=self.asked_as,
            named=self.model_name,
            said=_Said.of(raw) if isinstance(raw, AIMessage) else None,
            parsed=parsed.model_dump(mode="json") if isinstance(parsed, BaseModel) else None,
            flaw=_Flaw.of(error) if error is not None else None,
            is_raised=is_raised,
            reported=(told[-1].read, told[-1].written) if told and is_raised else None,
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("a recording holds structured answers alone")


def _messages(given: LanguageModelInput) -> list[BaseMessage]:
    """Raises ValueError for what is no list of messages."""
    if not (isinstance(given, list) and all(isinstance(message, BaseMessage) for message in given)):
        raise ValueError("a recording is asked with a list of messages")
    return [message for message in given if isinstance(message, BaseMessage)]


async def _outcome(
    inner: BaseChatModel,
    form: type[BaseModel],
    messages: Sequence[BaseMessage],
    config: RunnableConfig,
    settings: Mapping[str, Any],
) -> Structured | Exception:
    """What the model answers, or the error of an answer that does not fit the form."""
    try:
        made = await inner.with_structured_output(form, include_raw=True).ainvoke(list(messages), config, **settings)
    except (OutputParserException, ValidationError) as error:
        if isinstance(error, ValidationError) and error.title != form.__name__:
            raise
        return error
    except Exception as error:
        if not raised_for(error):
            raise
        if tokens := tokens_in(error):
            report(tokens)
        return error
    return made if isinstance(made, dict) else {"raw": None, "parsed": made, "parsing_error": None}


def _key(messages: Sequence[BaseMessage], form: type[BaseModel], settings: Mapping[str, Any]) -> str:
    """A hash of what was asked: roles, words, the form and the settings; not the ids LangChain gives messages."""
    asked = [[message.type, message.content] for message in messages]
    question = {"messages": asked, "form": form.model_json_schema(), "settings": dict(settings)}
    return hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()[:32]
