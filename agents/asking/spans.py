"""A call of a chat model as a span, by OpenTelemetry's conventions for generative AI. Never what it was asked or said.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans
"""

from collections.abc import Iterator
from contextlib import contextmanager

from langchain_core.language_models import BaseChatModel
from opentelemetry.trace import SpanKind

from domain.model_calls import ModelCall
from domain.provenance import is_fake
from domain.tracing import Said, is_within_a_span, spanning
from prompts.template import RenderedPrompt

_PROVIDERS = {
    "amazon_bedrock": "aws.bedrock",
    "azure": "azure.ai.openai",
    "google_genai": "gcp.gemini",
    "google_vertexai": "gcp.vertex_ai",
    "mistralai": "mistral_ai",
    "mistral": "mistral_ai",
    "xai": "x_ai",
}
"""The conventions' names of those that LangChain calls otherwise."""


class Call:
    """One call under way."""

    def __init__(self) -> None:
        self.told: dict[str, str | int] = {}

    def answered(self, told: ModelCall) -> None:
        """With the name that the model put on its answer, and as many tokens as are on the books."""
        self.told["gen_ai.response.model"] = told.model
        if told.input_tokens is not None and told.output_tokens is not None:
            self.told["gen_ai.usage.input_tokens"] = told.input_tokens
            self.told["gen_ai.usage.output_tokens"] = told.output_tokens


@contextmanager
def calling(model: BaseChatModel, name: str, rendered: RenderedPrompt, attempt: int) -> Iterator[Call]:
    """Around one call; `attempt` counts from 1 where an answer could not be used and is asked for again."""
    call = Call()
    if not is_within_a_span():
        yield call
        return
    with spanning(f"chat {name}", SpanKind.CLIENT, said=_asked(model, name, rendered, attempt)) as span:
        yield call
        span.set_attributes(call.told)


def _asked(model: BaseChatModel, name: str, rendered: RenderedPrompt, attempt: int) -> Said:
    settings = rendered.settings
    wanted = {
        "gen_ai.request.temperature": settings.temperature,
        "gen_ai.request.max_tokens": settings.max_output_tokens,
        "gen_ai.request.top_p": settings.top_p,
    }
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": _provider(model, name),
        "gen_ai.request.model": name,
        "gen_ai.output.type": "json",
        "tescosense.prompt": rendered.name,
        "tescosense.prompt.hash": rendered.hash,
        "tescosense.answer.attempt": attempt,
        **{key: value for key, value in wanted.items() if value is not None},
    }


def _provider(model: BaseChatModel, name: str) -> str:
    if is_fake(name):
        return "fake"
    called = model._get_ls_params().get("ls_provider") or model._llm_type
    return _PROVIDERS.get(called, called)
