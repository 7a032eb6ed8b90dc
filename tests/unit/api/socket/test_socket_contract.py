"""The written contract is the one the models speak, and the examples in its guide are real."""

import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from api.contract import CLOSE_CODES, FROM_SERVER, ROOT, documents
from domain.events import Event
from domain.messages import ClientMessage, ServerMessage

GUIDE = ROOT / "docs" / "protocol.md"
SAID: TypeAdapter[Event | ServerMessage] = TypeAdapter(Event | ServerMessage)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_the_generated_files_say_what_the_models_say(path: Path) -> None:
    assert path.read_bytes() == documents()[path], "the models have changed: run `python -m api.contract`"


def test_every_reference_in_the_contract_leads_somewhere() -> None:
    for text in documents().values():
        for name in re.findall(rb'"#/(?:\$defs|components/schemas)/(\w+)"', text):
            assert b'"' + name + b'": {' in text


def examples(speaker: str) -> list[str]:
    return re.findall(rf"```json {speaker}\n(.*?)```", GUIDE.read_text(), flags=re.S)


def test_every_example_of_the_guide_is_a_real_message() -> None:
    assert len(examples("client")) >= 3
    assert len(examples("server")) >= 5
    for example in examples("client"):
        ClientMessage.validate_json(example)
    heard = {type(SAID.validate_json(example, strict=False)).__name__ for example in examples("server")}
    assert heard == {model.__name__ for model in FROM_SERVER}


def test_the_guide_explains_every_close_code() -> None:
    assert all(f"| {code} |" in GUIDE.read_text() for code in CLOSE_CODES)
