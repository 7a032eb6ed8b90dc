"""Settings from the environment or `.env`, prefix `TESCOSENSE_`."""

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.money import Money, pounds


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TESCOSENSE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(default=Path(".tescosense"), description="database, checkpoints, artwork, caches")
    database_url: str = Field(default="", description="SQLite in the data directory when empty, or any PostgreSQL URL")
    redis_url: str = Field(default="", description="in-process bus when empty, Redis or Valkey Streams otherwise")
    model: str = Field(default="fake:copywriter", description="the chat model, `fake:copywriter` or `provider:model`")
    model_base_url: str = Field(default="", description="base URL of any OpenAI-compatible server")
    model_api_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_keys: tuple[SecretStr, ...] = Field(default=(), description="when set, every request needs one of them")
    account_budget: Money = Field(default=pounds(1_000_000), gt=0, description="ledger budget of the house account")
    account_daily_budget: Money = Field(default=pounds(100_000), gt=0)
    day_seconds: float = Field(default=20.0, gt=0, description="real seconds per simulated day while serving")
    seed: int = Field(default=7, ge=0, description="of the live world")

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'tescosense.db'}"

    @property
    def checkpoints(self) -> Path:
        """Checkpoints have a file apart from the database: two writers never wait for each other's locks."""
        return self.data_dir / "checkpoints.db"

    @property
    def cache_dir(self) -> Path:
        return self.data_dir / "cache"
