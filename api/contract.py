"""Writes the socket's contract from the models that speak it: `python -m api.contract`.

`docs/asyncapi.json` is AsyncAPI 3.0 for people and tools, `frontend/generated/socket.schema.json` one JSON Schema for
those who generate types. A test fails when either no longer says what the models say.
"""

from pathlib import Path

import orjson
from pydantic import BaseModel, JsonValue
from pydantic.json_schema import models_json_schema

from domain.events import Event
from domain.messages import (
    AnswerCommand,
    CommandResult,
    Heartbeat,
    Hello,
    KpisChanged,
    StreamResync,
    StreamSynced,
    TriggerCommand,
)

ROOT = Path(__file__).parents[1]
ASYNCAPI = ROOT / "docs" / "asyncapi.json"
SCHEMA = ROOT / "frontend" / "generated" / "socket.schema.json"

FROM_CLIENT: tuple[type[BaseModel], ...] = (Hello, AnswerCommand, TriggerCommand)
FROM_SERVER: tuple[type[BaseModel], ...] = (Event, StreamSynced, StreamResync, Heartbeat, KpisChanged, CommandResult)
CLOSE_CODES: dict[str, JsonValue] = {
    "1009": "a message was too big",
    "1011": "the server cannot reach its database; try again later",
    "1012": "the server restarts; connect again",
    "4400": "the message was not understood, or came out of turn; the reason names the field",
    "4401": "the token is not known",
    "4403": "the page that opened the socket is not one of ours",
    "4429": "too slow, or too many messages; connect again and continue from the last seq",
}

Document = dict[str, JsonValue]


def schemas(template: str) -> Document:
    """JSON Schemas of every message and all they refer to; `template` makes a reference of a name."""
    clients = [(model, "validation") for model in FROM_CLIENT]
    servers = [(model, "serialization") for model in FROM_SERVER]
    _, made = models_json_schema([*clients, *servers], ref_template=template)  # type: ignore[list-item]
    definitions: Document = made["$defs"]
    return definitions


def asyncapi() -> Document:
    """AsyncAPI 3.0: one channel, what is sent either way, and what the close codes mean."""
    names = [model.__name__ for model in (*FROM_CLIENT, *FROM_SERVER)]
    messages: Document = {
        name: {"name": name, "contentType": "application/json", "payload": {"$ref": f"#/components/schemas/{name}"}}
        for name in names
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "TescoSense dashboard socket",
            "version": "1",
            "description": "Replay, then live events; commands. Additions are fine; renames and removals are not.",
        },
        "channels": {
            "dashboard": {
                "address": "/ws/dashboard",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
                "x-close-codes": CLOSE_CODES,
            }
        },
        "operations": {
            "hear": _operation("receive", FROM_CLIENT),
            "tell": _operation("send", FROM_SERVER),
        },
        "components": {"messages": messages, "schemas": schemas("#/components/schemas/{model}")},
    }


def json_schema() -> Document:
    """Everything either side may say, as one JSON Schema."""
    ways = {"ClientMessage": FROM_CLIENT, "ServerMessage": FROM_SERVER}
    unions: Document = {
        way: {"anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in models]} for way, models in ways.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "TescoSense dashboard socket",
        "anyOf": [{"$ref": f"#/$defs/{way}"} for way in ways],
        "$defs": {**unions, **schemas("#/$defs/{model}")},
    }


def documents() -> dict[Path, bytes]:
    """What each file should hold."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return {ASYNCAPI: orjson.dumps(asyncapi(), option=options), SCHEMA: orjson.dumps(json_schema(), option=options)}


def _operation(action: str, models: tuple[type[BaseModel], ...]) -> Document:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/dashboard"},
        "messages": [{"$ref": f"#/channels/dashboard/messages/{model.__name__}"} for model in models],
    }


def write() -> None:
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


if __name__ == "__main__":
    write()
