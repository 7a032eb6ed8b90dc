"""Print the API's OpenAPI document with the socket's messages among its schemas."""

import json
import sys

from pydantic import TypeAdapter

from api.app import create_app
from domain.messages import AnswerCommand, Hello, ServerMessage, TriggerCommand
from runtime.settings import Settings

MESSAGES = {"ServerMessage": ServerMessage, "ClientMessage": Hello | AnswerCommand | TriggerCommand}

document = create_app(Settings()).openapi()
schemas = document["components"]["schemas"]
for name, union in MESSAGES.items():
    schema = TypeAdapter(union).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas.update({key: value for key, value in schema.pop("$defs").items() if key not in schemas})
    schemas[name] = schema
sys.stdout.write(json.dumps(document))
