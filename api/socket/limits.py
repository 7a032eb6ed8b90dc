"""What one socket may cost, from the environment: `TESCOSENSE_SOCKET_HEARTBEAT_SECONDS` and so on."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SocketLimits(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TESCOSENSE_SOCKET_", env_file=".env", extra="ignore", frozen=True)

    heartbeat_seconds: float = Field(default=4.0, gt=0)
    hello_seconds: float = Field(default=10.0, gt=0, description="a client that has not said hello by then is closed")
    stall_seconds: float = Field(default=10.0, gt=0, description="a client that takes nothing for so long is cut off")
    kpi_seconds: float = Field(default=0.5, ge=0, description="`kpis.changed` is said at most this often")
    waiting_events: int = Field(default=5_000, ge=1, description="events a client may fall behind")
    waiting_bytes: int = Field(default=4_000_000, ge=1)
    hello_bytes: int = Field(default=1_000_000, ge=1, description="a hello names every thread its client knows")
    command_bytes: int = Field(default=64_000, ge=1)
    messages_per_second: float = Field(default=20.0, gt=0, description="what a client may send, in the long run")
    messages_at_once: int = Field(default=40, ge=1, description="and in one burst")
