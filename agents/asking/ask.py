"""Asking a chat model for a structured answer: bounded tries, honest costs, and one clear error at the end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any, Generic, TypeVar
from uuid import UUID

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables.config import ensure_config, merge_configs
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agents.asking.books import Question
from agents.asking.calls import Calls
from agents.asking.drafting import Drafting
from agents.asking.hearing import Heard, Hearing, asked_as, came_from, characters
from agents.asking.instructions import repeated
from agents.asking.spans import calling
from domain.channel import Channel
from domain.errors import ModelFailure, NotFound, TransientFailure
from domain.events import ModelCalled
from domain.identifiers import new_id
from domain.kept_answers import LOOKED_UP, Forget, answers_kept, tell
from domain.model_calls import CallOutcome, ModelCall
from domain.plain_text import showable
from domain.provenance import is_fake
from llm_mocks.real.ended_early import REMEDIES, ended_early, raised_for, tokens_in
from llm_mocks.real.provider_errors import (
    ProviderFault,
    fault_of,
    is_no_api,
    is_of_its_words,
    is_of_no_words,
    words_of,
)
from llm_mocks.real.reported import reported
from prompts.template import RenderedPrompt

T = TypeVar("T", bound=BaseModel)
Announce = Callable[[ModelCalled], None]

_LONGEST_QUOTE = 400
_EMPTY = "the answer was empty"
_NOT_IN_FORM = "the answer was not in the form asked for"


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a model answered, and what it took. Tokens are summed over all tries."""

    value: T
    model_name: str
    is_mock: bool
    prompt_hash: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class _Try(Generic[T]):
    raw: AIMessage | None
    value: T | None
    complaint: str


async def ask(
    model: BaseChatModel,
    rendered: RenderedPrompt,
    schema: type[T],
    *,
    node: str,
    calls: Calls,
    announce: Announce,
    attempts: int = 3,
    channel: Channel | None = None,
    drafting: Drafting | None = None,
) -> Answer[T]:
    """Ask for an instance of `schema`; an unusable answer is sent back with what was wrong with it, one that ended
    early once.

    `announce` hears of every call, the unusable ones too; with `drafting` the answer is streamed and told as it comes,
    and what of it is no answer is taken back. Raises ModelFailure after the last try, none of whose answers is kept,
    when `calls` allows no other, or at once when the provider refuses the request; TransientFailure for a timeout or a
    rate limit, for the caller's retry policy; NotFound where a recording answers and holds no answer.
    """
    messages: list[BaseMessage] = list(rendered.messages)
    name, read, written, attempt, complaint = asked_as(model), 0, 0, 0, ""
    with answers_kept() as kept:
        for attempt in range(1, attempts + 1):
            first_kept = len(kept)
            calls.count(node)
            listener = _Listener(Question(node, attempt, rendered, channel), model, calls, announce)
            with calling(model, name, rendered, attempt) as call:
                try:
                    outcome = await _try(model, rendered, messages, schema, node, listener, drafting)
                except BaseException as error:
                    if drafting:
                        drafting.take_back()
                    if isinstance(error, Exception):
                        await listener.failed(_reason(error))
                    else:
                        listener.left()
                    raise
                if drafting and outcome.value is None:
                    drafting.take_back()
                last = await listener.concluded(outcome)
                name = last.model
                call.answered(last)
            read, written = read + (last.input_tokens or 0), written + (last.output_tokens or 0)
            if outcome.value is not None:
                return Answer(outcome.value, name, last.is_mock, rendered.hash, read, written)
            if attempt > 1:
                # The next try may be the same question; the first never is, and is not paid for again.
                await _forgotten(kept, first_kept)
            has_ended_so_before = complaint == outcome.complaint and complaint in REMEDIES
            complaint = outcome.complaint
            if has_ended_so_before:
                break
            messages = [*rendered.messages, *_sent_back(outcome, schema)]
    # They would be given again for good, to whoever goes on with this campaign or begins another like it.
    await _forgotten(kept)
    raise ModelFailure(
        f"the model '{name}' gave the {node} agent no usable answer in {attempt} tries ({complaint})",
        remedy=REMEDIES.get(complaint, "try another model, or mend the prompt"),
    )


async def _forgotten(kept: list[Forget], first: int = 0) -> None:
    """Those answers from the first on are kept no longer."""
    for forget in kept[first:]:
        await forget()
    del kept[first:]


class _Listener(Hearing):
    """Hears one try, writes it into the books and announces it."""

    def __init__(self, question: Question, model: BaseChatModel, calls: Calls, announce: Announce) -> None:
        super().__init__(model)
        self._question = question
        self._calls = calls
        self._announce = announce

    async def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        metadata: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        await super().on_chat_model_start(serialized, messages, run_id=run_id, metadata=metadata, **more)
        size = characters(messages, more.get("invocation_params"))

        async def begin(is_kept: bool) -> None:
            try:
                await self._calls.book.begun(
                    self._question, run_id, self._heard[run_id].asked_as, size, is_kept=is_kept
                )
            except BaseException:
                del self._heard[run_id]  # It is not made.
                raise

        if (metadata or {}).get(LOOKED_UP):
            tell(begin)
        else:
            await begin(is_kept=False)

    async def failed(self, problem: str) -> None:
        """Tell every call, none of which was answered."""
        for heard in self.calls:
            await self._tell(heard, "failed", _reason(heard.error) if heard.error else problem)

    def left(self) -> None:
        """Tell of every call whose answer nobody waits for, as it stands in the books."""
        for heard in self.calls:
            if heard.message is None and not is_fake(heard.asked_as):
                call = self._calls.book.unheard(self._question, heard.call_id, heard.asked_as)
                self._announce(ModelCalled.of(call, self._question.rendered.text))

    async def concluded(self, outcome: _Try[Any]) -> ModelCall:
        """Tell every call, the last of which is the one whose answer counts."""
        *earlier, last = self.calls or [self._unheard(outcome)]
        self._calls.made += len(earlier)
        for heard in earlier:
            await self._tell(heard, "failed", _reason(heard.error) if heard.error else "")
        return await self._tell(last, "unusable" if outcome.value is None else "answered", outcome.complaint)

    def _unheard(self, outcome: _Try[Any]) -> Heard:
        """An answer that no callback told of: one from a recording, or of a model that has none."""
        where = came_from(self._model.metadata)
        return Heard(new_id(), asked_as(self._model), outcome.raw, None, where, self.reported)

    async def _tell(self, heard: Heard, outcome: CallOutcome, problem: str) -> ModelCall:
        call = await self._calls.book.ended(self._question, heard, outcome, problem)
        self._announce(ModelCalled.of(call, self._question.rendered.text))
        return call


async def _try(
    model: BaseChatModel,
    rendered: RenderedPrompt,
    messages: list[BaseMessage],
    schema: type[T],
    node: str,
    listener: Hearing,
    drafting: Drafting | None,
) -> _Try[T]:
    """One call. Raises TransientFailure and ModelFailure for what no rewording would cure."""
    structured = model.with_structured_output(schema, include_raw=True)
    config = merge_configs(ensure_config(), {"callbacks": [listener, drafting] if drafting else [listener]})
    try:
        with reported() as told:
            result = await structured.ainvoke(messages, config, **rendered.settings.as_arguments())
    except OutputParserException as error:
        listener.unreadable(told)
        return _Try(None, None, _reason(error))
    except ValidationError as error:
        if error.title != schema.__name__:
            raise  # not of the answer, so a fault of ours
        listener.unreadable(told)
        return _Try(None, None, _reason(error))
    except NotFound as error:
        raise NotFound(
            f"the node '{node}' asked with the prompt '{rendered.name}', and {error.problem}", remedy=error.remedy
        ) from error
    except Exception as error:
        if complaint := raised_for(error):
            in_error = tokens_in(error)
            listener.unreadable([*told, in_error] if in_error else told)
            return _Try(None, None, complaint)
        fault = fault_of(error)
        if fault is None and isinstance(error, ValueError) and is_of_its_words(error):
            listener.unreadable(told)
            return _Try(None, None, f"the answer is no JSON: {_reason(error)}")
        if fault is None and isinstance(error, ValueError) and is_of_no_words(error):
            return _Try(None, None, _EMPTY)
        if fault is None and is_no_api(error):
            raise ModelFailure(
                f"what answered as the model '{asked_as(model)}' is no chat model's API (it is no JSON)",
                remedy="check the address it is asked at",
            ) from error
        if fault is None:
            raise
        raise _told(fault, error, asked_as(model), node) from error
    if not isinstance(result, dict):
        result = {"raw": None, "parsed": result, "parsing_error": None}
    raw = result["raw"] if isinstance(result["raw"], AIMessage) else None
    value, problem = result["parsed"], result["parsing_error"]
    if raw and (complaint := ended_early(raw.response_metadata)):
        return _Try(raw, None, complaint)
    if not isinstance(value, schema):
        problem = _EMPTY if raw and _is_empty(raw) else _reason(problem) if problem else _NOT_IN_FORM
        return _Try(raw, None, problem)
    complaint = repeated(value, rendered.instructions)
    return _Try(raw, None if complaint else value, complaint)


def _is_empty(raw: AIMessage) -> bool:
    """Whether nothing was said, not even that nothing will be."""
    return not (raw.text.strip() or raw.tool_calls or raw.invalid_tool_calls or raw.additional_kwargs.get("refusal"))


def _told(fault: ProviderFault, error: Exception, model: str, node: str) -> TransientFailure | ModelFailure:
    if fault.is_passing:
        busy = TransientFailure(
            f"the model '{model}' did not answer the {node} agent ({_reason(error)})", remedy=fault.remedy
        )
        busy.wait = fault.wait
        return busy
    return ModelFailure(
        f"the model '{model}' refused the request of the {node} agent ({_reason(error)})", remedy=fault.remedy
    )


def _sent_back(outcome: _Try[T], schema: type[T]) -> Iterator[BaseMessage]:
    """The unusable answer and what was wrong, as the next turn of the conversation."""
    told = showable(str(outcome.raw.text)[:_LONGEST_QUOTE]) if outcome.raw else ""
    if told:
        yield AIMessage(content=told)
    fields = ", ".join(schema.model_fields)
    yield HumanMessage(
        content=f"That answer could not be used: {outcome.complaint}.\n"
        f"Answer again with one complete JSON object and nothing else. Its fields: {fields}."
    )


def _reason(error: BaseException) -> str:
    """The first faults in words, with the fields they are in; never the whole answer."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_input=False)[:3]
        return showable("; ".join(f"{_place(fault)}: {fault['msg'].removeprefix('Value error, ')}" for fault in faults))
    if isinstance(error, OutputParserException) and isinstance(error.__cause__, ValidationError):
        return _reason(error.__cause__)
    if isinstance(error, OutputParserException) and isinstance(error.__cause__, JSONDecodeError):
        return f"the answer is no JSON: {error.__cause__}"
    lines = (words_of(error) or str(error)).strip().splitlines()
    return showable(lines[0][:200]).rstrip(".") if lines else type(error).__name__


def _place(fault: ErrorDetails) -> str:
    return ".".join(str(step) for step in fault["loc"]) or "answer"
