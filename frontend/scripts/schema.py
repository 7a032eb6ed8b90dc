"""Print the API's OpenAPI document with the socket's messages and the channels' records among its schemas."""

import json
import sys

from api.app import create_app
from api.contract import FROM_CLIENT, FROM_SERVER, channel_schemas, schemas
from runtime.settings import Settings

REFERENCE = "#/components/schemas/{model}"

document = create_app(Settings()).openapi()
known = document["components"]["schemas"]
known.update({name: schema for name, schema in schemas(REFERENCE).items() if name not in known})
known.update(channel_schemas(REFERENCE))
for union, models in {"ClientMessage": FROM_CLIENT, "ServerMessage": FROM_SERVER}.items():
    known[union] = {"anyOf": [{"$ref": REFERENCE.format(model=model.__name__)} for model in models]}
sys.stdout.write(json.dumps(document))
