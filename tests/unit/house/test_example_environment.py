"""`.env.example` is every setting at its default: who only takes away a `#` changes nothing."""

import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from api.socket.limits import SocketLimits
from runtime.settings import Settings
from runtime.telemetry.logs import LogSettings
from tests.conftest import ROOT

SETTINGS: tuple[type[BaseSettings], ...] = (Settings, SocketLimits, LogSettings)
LINES = re.findall(r"^# (TESCOSENSE_[A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)


def test_it_names_every_setting_once_and_nothing_else() -> None:
    names = [
        f"{settings.model_config['env_prefix']}{field.upper()}"
        for settings in SETTINGS
        for field in settings.model_fields
    ]
    assert sorted(name for name, _ in LINES) == sorted(names)


@pytest.mark.parametrize("settings", SETTINGS)
def test_it_states_the_defaults(settings: type[BaseSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _ in LINES:
        monkeypatch.delenv(name, raising=False)
    filled = tmp_path / "filled.env"
    filled.write_text("\n".join(f"{name}={value}" for name, value in LINES))
    assert settings(_env_file=filled) == settings(_env_file=None)
