"""Several chat models in turn: where one does not answer, the next is asked in its place."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.runnables.config import RunnableConfig
from langchain_core.tools import BaseTool

from domain.errors import TransientFailure
from llm_mocks.real.ended_early import raised_for
from llm_mocks.real.provider_errors import fault_of


class InTurn(BaseChatModel):
    """The first of some models whose provider answers. What its provider's filter holds back is asked of nobody else,
    and an answer that cannot be used is an answer. Each call is told to callbacks as the model's own that was asked."""

    models: list[BaseChatModel]

    @property
    def _llm_type(self) -> str:
        return "in-turn"

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        return self._first(lambda model: model.with_structured_output(schema, include_raw=include_raw, **kwargs))

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self._first(lambda model: model.bind_tools(tools, tool_choice=tool_choice, **kwargs))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        for model in self.models[:-1]:
            try:
                return await model._agenerate(messages, stop, run_manager, **kwargs)
            except Exception as error:
                if not passes_on(error):
                    raise
        return await self.models[-1]._agenerate(messages, stop, run_manager, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        for model in self.models[:-1]:
            try:
                return model._generate(messages, stop, run_manager, **kwargs)
            except Exception as error:
                if not passes_on(error):
                    raise
        return self.models[-1]._generate(messages, stop, run_manager, **kwargs)

    def _first(
        self, made: Callable[[BaseChatModel], Runnable[LanguageModelInput, Any]]
    ) -> Runnable[LanguageModelInput, Any]:
        *earlier, last = [made(model) for model in self.models]

        async def asked(given: LanguageModelInput, config: RunnableConfig, **settings: Any) -> Any:
            for runnable in earlier:
                try:
                    return await runnable.ainvoke(given, config, **settings)
                except Exception as error:
                    if not passes_on(error):
                        raise
            return await last.ainvoke(given, config, **settings)

        return RunnableLambda(asked)


def passes_on(error: Exception) -> bool:
    """Whether another model is asked in the place of one that raised this: never for a mistake of ours, nor for an
    answer that ended early."""
    if raised_for(error):
        return False
    fault = fault_of(error)
    return isinstance(error, TransientFailure) or (fault is not None and not fault.is_filtered)
