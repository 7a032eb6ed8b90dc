"""Opens chat models by name: `fake:copywriter`, or any `provider:model` LangChain knows."""

import importlib.util
from collections import OrderedDict
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from domain.context import CampaignContext
from domain.creative import MODEL_CALL_SECONDS
from domain.errors import BadInput
from domain.kept_answers import LOOKED_UP
from domain.model_calls import Dollars, ModelPrice
from domain.provenance import FAKE_MODEL, FAKE_PREFIX, is_fake, named_models
from llm_mocks.faults import FaultInjector, parse_faults
from llm_mocks.real.in_turn import InTurn
from llm_mocks.real.prices import PriceList
from llm_mocks.real.provider_errors import is_of_a_provider

if TYPE_CHECKING:
    from langchain_core.caches import BaseCache
    from langchain_core.language_models import BaseChatModel
    from langchain_core.rate_limiters import BaseRateLimiter

    from llm_mocks.chat import FakeChatModel

FAKE_MODELS = (FAKE_MODEL,)
PACKAGES = {
    "anthropic": "langchain-anthropic",
    "azure_openai": "langchain-openai",
    "bedrock": "langchain-aws",
    "deepseek": "langchain-deepseek",
    "google_genai": "langchain-google-genai",
    "google_vertexai": "langchain-google-vertexai",
    "groq": "langchain-groq",
    "mistralai": "langchain-mistralai",
    "ollama": "langchain-ollama",
    "openai": "langchain-openai",
    "xai": "langchain-xai",
}
"""The package that brings each provider."""
_NEEDED = {
    "azure_openai": "AZURE_OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT and OPENAI_API_VERSION",
    "bedrock": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION",
    "google_genai": "GOOGLE_API_KEY",
    "google_vertexai": "GOOGLE_CLOUD_PROJECT and GOOGLE_APPLICATION_CREDENTIALS",
    "mistralai": "MISTRAL_API_KEY",
    "ollama": "OLLAMA_HOST",
}
"""What a provider's client reads, where that is not its name in capitals and `_API_KEY`."""
_OF_OPENAIS_SDK = frozenset({"azure_openai", "deepseek", "openai", "xai"})
"""Asked through one SDK, which takes any answer for one of its own."""
_RUNS_REMEMBERED = 256
_LIMITERS: "dict[tuple[str, float], BaseRateLimiter]" = {}
"""By provider and requests a minute, one for the process: LangGraph's server opens a registry for each request."""


class ModelRegistry:
    """Implements `agents.ports.ChatModels`.

    `base_url` and `api_key` point `openai:...` at any OpenAI-compatible server. With `answers` what real models have
    answered is kept there, so that the same question is paid for once. With `record`, what real models answer is added
    to that file too; with `replay`, all answers come from that file and no model is opened. Raises BadInput for both at
    once. `prices` is a file of prices that goes before the published list. Of
    several names with commas between them, each is asked where the one before does not answer.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = MODEL_CALL_SECONDS,
        answers: "BaseCache | None" = None,
        record: Path | None = None,
        replay: Path | None = None,
        prices: Path | None = None,
        requests_per_minute: float | None = None,
        house_limit: Dollars | None = None,
    ) -> None:
        """`house_limit` is what the models of a campaign may cost that brings no limit of its own."""
        if record and replay:
            raise BadInput(
                "a run cannot be recorded and replayed at once",
                remedy="give one of --record and --replay",
                field="replay",
            )
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds
        self._answers = answers
        self._record = record
        self._replay = replay
        self._prices = PriceList(prices, foreign=frozenset({"openai"} if base_url else ()))
        self._requests_per_minute = requests_per_minute
        self.house_limit = house_limit
        self._real: dict[str, BaseChatModel] = {}
        self._runs: OrderedDict[tuple[int, str], tuple[CampaignContext, FaultInjector]] = OrderedDict()

    def open(self, context: CampaignContext) -> "BaseChatModel":
        """The model a run asks for, with its faults. Raises BadInput saying what to correct, install or set, and
        DataFault for a recording that is damaged."""
        if self._replay:
            from llm_mocks.record_replay import RecordReplayModel, Tape

            return RecordReplayModel.replaying(Tape(self._replay), context.model)
        self._require_prices(context)
        names = named_models(context.model)
        if len(names) > 1:
            models = [self._one(context.model_copy(update={"model": name}), context) for name in names]
            return InTurn(models=models, metadata={"asked_as": context.model})
        return self._one(context, context)

    def _one(self, context: CampaignContext, run: CampaignContext) -> "BaseChatModel":
        if is_fake(context.model):
            return self._fake(context, run)
        if context.model not in self._real:
            self._real[context.model] = self._recorded(self._open_real(context.model), context.model)
        return self._real[context.model]

    def _require_prices(self, context: CampaignContext) -> None:
        """A limit can be kept where it is known what a call costs at most."""
        if context.limits.model_spend is None and self.house_limit is None:
            return
        for name in named_models(context.model):
            if not is_fake(name) and self.price_of(name, name.partition(":")[2]) is None:
                raise BadInput(
                    f"a limit on what the model may cost cannot be kept with '{name}', whose price is not known",
                    remedy="name its price in the file of TESCOSENSE_MODEL_PRICES, or leave the limit out",
                    field="limits.model_spend",
                )

    def price_of(self, asked_as: str, named: str) -> ModelPrice | None:
        """Of a model asked for as `provider:model` that answered as `named`; None where none is known."""
        return self._prices.of(asked_as, named)

    def _recorded(self, model: "BaseChatModel", name: str) -> "BaseChatModel":
        if self._record is None:
            return model
        from llm_mocks.record_replay import RecordReplayModel, Tape

        return RecordReplayModel.recording(model, Tape(self._record), name)

    def _fake(self, context: CampaignContext, run: CampaignContext) -> "BaseChatModel":
        if context.model not in FAKE_MODELS:
            raise _unknown(context.model)
        if self._record:
            raise BadInput(
                "the fake model answers the same every time and is not recorded",
                remedy="name a real one with --model or TESCOSENSE_MODEL",
                field="model",
            )
        if not context.faults:
            return _faultless(context.model, context.seed)
        from llm_mocks.chat import FakeChatModel

        return FakeChatModel(model_name=context.model, seed=context.seed, faults=self._injector(run))

    def _injector(self, context: CampaignContext) -> FaultInjector:
        """One counter for all the models of a run. A run is one context on one thread.

        The context is kept with its counter, so that its identity cannot be given to another run.
        """
        key = (id(context), _thread_id())
        if key not in self._runs:
            self._runs[key] = (context, FaultInjector(parse_faults(context.faults)))
            if len(self._runs) > _RUNS_REMEMBERED:
                self._runs.popitem(last=False)
        return self._runs[key][1]

    def _open_real(self, name: str) -> "BaseChatModel":
        provider, _, model = name.partition(":")
        package = PACKAGES.get(provider)
        if package is None or not model:
            raise _unknown(name)
        if importlib.util.find_spec(package.replace("-", "_")) is None:
            raise BadInput(
                f"model '{name}' needs a package that is missing", remedy=f"pip install {package}", field="model"
            )
        return self._started(name, provider)

    @staticmethod
    def _limiter(provider: str, per_minute: float) -> "BaseRateLimiter":
        """One for all models of a provider: its limits are those of an account."""
        from langchain_core.rate_limiters import InMemoryRateLimiter

        key = (provider, per_minute)
        if key not in _LIMITERS:
            _LIMITERS[key] = InMemoryRateLimiter(
                requests_per_second=per_minute / 60, check_every_n_seconds=_LOOK, max_bucket_size=1
            )
        return _LIMITERS[key]

    def _started(self, name: str, provider: str) -> "BaseChatModel":
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"timeout": self._timeout_seconds, "max_retries": 0}
        if provider == "ollama":
            # It takes any option and heeds these alone.
            options = {"client_kwargs": {"timeout": self._timeout_seconds}}
        if self._base_url and provider == "openai":
            options |= {"base_url": self._base_url, "api_key": self._api_key or "not-needed"}
        elif self._api_key:
            options["api_key"] = self._api_key
        if self._requests_per_minute is not None:
            options["rate_limiter"] = self._limiter(provider, self._requests_per_minute)
        if provider in _OF_OPENAIS_SDK:
            from llm_mocks.openai_compatible import checking_client

            # By itself it counts no tokens of a streamed answer where another client or server is named.
            options |= {"http_async_client": checking_client(name), "stream_usage": True}
        try:
            about = {"asked_as": name, LOOKED_UP: self._answers is not None}
            model: BaseChatModel = init_chat_model(name, cache=self._answers or False, metadata=about, **options)
        except Exception as error:
            if not (isinstance(error, ValueError | ImportError) or is_of_a_provider(error)):
                raise
            raise BadInput(
                f"model '{name}' cannot be opened: {_reason(error)}",
                remedy=f"set {_NEEDED.get(provider, f'{provider.upper()}_API_KEY')}, "
                f"or TESCOSENSE_MODEL={FAKE_MODEL} to do without",
                field="model",
            ) from error
        return model


_LOOK = 0.05
"""Seconds between looks at whether the next request may be sent."""


@lru_cache(maxsize=64)
def _faultless(name: str, seed: int) -> "FakeChatModel":
    """Without faults the fake has nothing to remember, and its callers can share it."""
    from llm_mocks.chat import FakeChatModel

    return FakeChatModel(model_name=name, seed=seed)


def _reason(error: Exception) -> str:
    """Why a client could not be made, in one line."""
    said = error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else str(error)
    lines = said.removeprefix("Value error, ").strip().splitlines()
    return lines[0].rstrip(" .:") if lines else type(error).__name__


def _thread_id() -> str:
    """The thread of the run we are called in; empty outside a graph."""
    from langchain_core.runnables.config import var_child_runnable_config

    config = var_child_runnable_config.get() or {}
    return str(config.get("configurable", {}).get("thread_id", ""))


def _unknown(name: str) -> BadInput:
    provider = name.partition(":")[0]
    close = get_close_matches(provider, [*PACKAGES, "fake"], n=1, cutoff=0.6)
    known = ", ".join(sorted(PACKAGES))
    if name.startswith(FAKE_PREFIX):
        remedy = f"the fake model is '{FAKE_MODELS[0]}'"
    elif ":" not in name:
        remedy = "write it as provider:model, for example 'openai:gpt-5-mini', or 'fake:copywriter'"
    elif close and close[0] != provider:
        remedy = f"did you mean '{close[0]}:...'?"
    else:
        remedy = f"providers are {known}, and 'fake:copywriter'"
    return BadInput(f"there is no model '{name}'", remedy=remedy, field="model")
