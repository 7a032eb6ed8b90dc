"""Settings from the environment or `.env`, prefix `TESCOSENSE_`."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.context import RiskLimits
from domain.creative import MODEL_CALL_SECONDS, MODEL_NODE_SECONDS
from domain.errors import BadInput, near_miss
from domain.model_calls import Dollars
from domain.money import Money, pounds
from domain.provenance import FAKE_MODEL
from domain.shoppers import USUAL, Shoppers
from prompts import FOLDER
from runtime.api_keys import ApiKey, listed, parsed

SHORTEST_SECRET = 16
"""Characters: 128 bits, where each is any byte."""
Weather = Literal["", "open-meteo"]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="TESCOSENSE_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path(".tescosense"), validate_default=True, description="database, checkpoints, artwork, caches"
    )
    prompts_dir: Path | None = Field(
        default=None, description="a folder of prompts of your own; those that are shipped when empty"
    )
    database_url: str = Field(default="", description="SQLite in the data directory when empty, or any PostgreSQL URL")
    redis_url: str = Field(default="", description="in-process bus when empty, Redis or Valkey Streams otherwise")
    workers: bool = Field(default=False, description="runs are executed by `tescosense worker`, not by who starts them")
    model: str = Field(default=FAKE_MODEL, description="the chat model, `fake:copywriter` or `provider:model`")
    model_base_url: str = Field(default="", description="base URL of any OpenAI-compatible server")
    model_api_key: SecretStr = SecretStr("")
    model_call_seconds: float = Field(
        default=MODEL_CALL_SECONDS, gt=0, le=86_400, description="how long one call of a real model may take"
    )
    model_node_seconds: float = Field(
        default=MODEL_NODE_SECONDS,
        gt=0,
        le=86_400,
        description="how long a node that asks the model may take, all its calls together",
    )
    model_record: Path | None = Field(default=None, description="a file that a real model's answers are added to")
    model_replay: Path | None = Field(default=None, description="such a file, from which all answers are taken")
    model_prices: Path | None = Field(
        default=None, description="a file of model prices that goes before the list that is shipped"
    )
    model_spend_limit: Dollars | None = Field(
        default=None, gt=0, description="US dollars a campaign's models may cost before a person is asked"
    )
    model_requests_per_minute: float | None = Field(
        default=None, gt=0, le=1_000_000, description="how often a provider of models is asked by this process"
    )
    ad_seller_url: str = Field(default="", description="an AdCP seller to buy from; the simulated platform when empty")
    ad_seller_token: SecretStr = SecretStr("")
    weather: Weather = Field(
        default="", description="`open-meteo`: its weather is joined to your own files; only theirs when empty"
    )
    open_meteo_url: str = Field(default="", description="an Open-Meteo server of your own in place of open-meteo.com")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_keys: Annotated[tuple[ApiKey, ...], NoDecode] = Field(
        default=(), description="`NAME:ROLE:KEY` with commas between them; when set, every request needs one of them"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="names the server answers to besides this machine's own; `*.shop.example` is every below",
    )
    webhook_url: SecretStr = Field(default=SecretStr(""), description="where notices are sent; nowhere when empty")
    webhook_secret: SecretStr = Field(default=SecretStr(""), description="what they are signed with")
    webhook_private: bool = Field(default=False, description="whether that address may be a private one, without TLS")
    account_budget: Money = Field(default=pounds(1_000_000), gt=0, description="ledger budget of the house account")
    account_daily_budget: Money = Field(default=pounds(100_000), gt=0)
    probe_limit: Money = Field(
        default=RiskLimits().probe_limit,
        gt=0,
        description="pounds a probe may spend, and the probes of a year in the same cells may lose",
    )
    max_loss_probability: float = Field(
        default=RiskLimits().max_loss_probability,
        gt=0,
        lt=1,
        description="money beyond a probe is spent where a loss is no more likely than this",
    )
    source: str = Field(
        default="simulated", min_length=1, description="what `serve` runs on: simulated, complete-journey or files:DIR"
    )
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further sources that may be looked at over HTTP, by name; commas between them"
    )
    files_look_seconds: float = Field(
        default=5.0, gt=0, le=3600, description="how often a served folder is looked at for new or corrected files"
    )
    upload_megabytes: int = Field(
        default=256, ge=1, le=100_000, description="the most that files dropped into one folder have together"
    )
    days_per_minute: float = Field(default=3.0, gt=0, description="how fast the live world's clock starts out")
    decision_grace_seconds: float = Field(
        default=120.0, ge=0, le=86_400, description="real seconds the live clock waits for each decision at the gate"
    )
    event_days: int = Field(default=90, ge=1, description="how long events, notices and models' answers are kept")
    checkpoints_kept: int = Field(default=20, ge=1, description="how many checkpoints of an ended campaign are kept")
    seed: int = Field(default=7, ge=0, description="of the live world")
    shoppers: Shoppers = Field(
        default=USUAL, description="how the live world's shoppers answer to ads, from its first day on"
    )
    retailer_name: str = Field(default="Our shop", max_length=40, description="whose ads these are; none when empty")
    retailer_logo: Path | None = Field(default=None, description="a PNG, JPEG or WebP in place of the name")

    @field_validator("retailer_logo", "model_spend_limit", "model_requests_per_minute", mode="before")
    @classmethod
    def _left_empty(cls, given: object) -> object:
        return None if given == "" else given

    @field_validator("api_keys", mode="before")
    @classmethod
    def _key_list(cls, given: object) -> object:
        return parsed(given)

    @field_validator("sources", mode="before")
    @classmethod
    def _source_list(cls, given: object) -> object:
        return listed(given, "sources") if isinstance(given, str) else given

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _host_list(cls, given: object) -> object:
        """Names with commas between them, or a JSON list; without scheme and port."""
        names = listed(given, "names") if isinstance(given, str) else given
        if isinstance(names, list) and not all(isinstance(name, str) and _HOST_NAME.fullmatch(name) for name in names):
            raise ValueError("give host names alone, such as ads.shop.example, without scheme and port")
        return names

    @model_validator(mode="after")
    def _workers_need_a_queue(self) -> Self:
        if self.workers and not self.redis_url:
            raise ValueError("TESCOSENSE_WORKERS needs TESCOSENSE_REDIS_URL, where the queue is")
        return self

    @model_validator(mode="after")
    def _a_webhook_is_signed(self) -> Self:
        if not (address := self.webhook_url.get_secret_value()):
            return self
        url = urlsplit(address)
        if url.scheme not in ("https", *(("http",) if self.webhook_private else ())) or not url.hostname:
            raise ValueError(
                "TESCOSENSE_WEBHOOK_URL must be an address that begins with https:// (or http://, with "
                "TESCOSENSE_WEBHOOK_PRIVATE=true)"
            )
        if len(self.webhook_secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"TESCOSENSE_WEBHOOK_URL needs TESCOSENSE_WEBHOOK_SECRET, of at least {SHORTEST_SECRET} characters, "
                "which the receiver knows too"
            )
        return self

    @model_validator(mode="after")
    def _a_node_outlasts_a_call(self) -> Self:
        if self.model_node_seconds <= self.model_call_seconds:
            raise ValueError(
                f"TESCOSENSE_MODEL_NODE_SECONDS ({self.model_node_seconds:g}) must be more than "
                f"TESCOSENSE_MODEL_CALL_SECONDS ({self.model_call_seconds:g}), because a node asks more than once: "
                "three times as much is usual"
            )
        return self

    @field_validator("prompts_dir", "model_record", "model_replay", "model_prices", mode="before")
    @classmethod
    def _given(cls, directory: object) -> object:
        return directory or None

    @field_validator("data_dir", "prompts_dir", "model_record", "model_replay", "model_prices")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        """Once and for all: looking up the working directory later would block an event loop."""
        return path and path.expanduser().absolute()

    @property
    def limits(self) -> RiskLimits:
        """What no plan may exceed, in a run that names no limits of its own."""
        return RiskLimits(
            probe_limit=self.probe_limit,
            max_loss_probability=self.max_loss_probability,
            model_spend=self.model_spend_limit,
        )

    def taped(self, record: Path | None, replay: Path | None) -> Self:
        """These settings, with a recording made or played where one is given. What is played names the model.

        Raises BadInput for a file that is no recording, DataFault for a damaged one.
        """
        if record is None and replay is None:
            return self
        model = self.model
        if replay is not None:
            from llm_mocks.record_replay import model_on

            model = model_on(replay)
        files = {"model_record": self._absolute(record), "model_replay": self._absolute(replay)}
        return self.model_copy(update={"model": model, **files})

    def with_weather(self, name: str | None) -> Self:
        """These settings, with that weather where one is named. Raises BadInput for a name that is none."""
        if name is None:
            return self
        if name != "open-meteo":
            raise BadInput(f"there is no weather {name!r}", remedy=near_miss(name, ["open-meteo"]), field="weather")
        return self.model_copy(update={"weather": name})

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'tescosense.db'}"

    @property
    def checkpoint_place(self) -> str | Path:
        """Checkpoints go beside the tables on PostgreSQL. On SQLite they have a file of their own, so that two
        writers never wait for each other's lock."""
        return self.database if self.database.startswith("postgresql") else self.data_dir / "checkpoints.db"

    @property
    def prompts_folder(self) -> Path:
        """Where the prompts are. Raises BadInput for a folder that was named and is none."""
        if self.prompts_dir and not self.prompts_dir.is_dir():
            raise BadInput(
                f"TESCOSENSE_PROMPTS_DIR names {self.prompts_dir}, which is no folder",
                remedy=f"make one with `tescosense prompts init {self.prompts_dir}`, or name the one you mean",
                field="prompts_dir",
            )
        return self.prompts_dir or FOLDER

    @property
    def cache_dir(self) -> Path:
        return self.data_dir / "cache"

    @property
    def uploads_dir(self) -> Path:
        """A folder for each set of files that came through the dashboard."""
        return self.data_dir / "folders"

    def prepare_data_dir(self) -> None:
        """Make the data directory, for nobody else to look into. Raises BadInput where none can be made."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise BadInput(
                f"the data directory {self.data_dir} cannot be made ({error.strerror})",
                remedy="set TESCOSENSE_DATA_DIR to a directory that can be written",
                field="data_dir",
            ) from error


_HOST_NAME = re.compile(r"\*|(\*\.)?[A-Za-z0-9_.-]+|\[?[0-9A-Fa-f:]+\]?")
