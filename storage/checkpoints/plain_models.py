"""How a checkpoint writes our models: their fields as plain JSON values, in LangGraph's own format.

LangGraph would wrap every amount, id and enum inside a model as a type of its own, with the name of its module. The
model that is rebuilt on reading knows the types of its fields anyway.
"""

import ormsgpack
from langgraph.checkpoint.serde.jsonplus import EXT_PYDANTIC_V2, JsonPlusSerializer
from pydantic import BaseModel


class PlainModelSerializer(JsonPlusSerializer):
    """Writes half the bytes of `JsonPlusSerializer`; each reads what the other has written."""

    def dumps_typed(self, obj: object) -> tuple[str, bytes]:
        return super().dumps_typed(_with_plain_models(obj))


def _with_plain_models(value: object) -> object:
    """The value with the models in it, at any depth of lists and dicts, as LangGraph's extension type for models."""
    match value:
        case BaseModel():
            return _extension(value)
        case dict():
            return {key: _with_plain_models(item) for key, item in value.items()}
        case list():
            return [_with_plain_models(item) for item in value]
        case _:
            return value


def _extension(model: BaseModel) -> ormsgpack.Ext:
    kind = type(model)
    # The fourth part is what LangGraph writes there; its readers look at the first three.
    content = (kind.__module__, kind.__name__, model.model_dump(mode="json"), "model_validate_json")
    return ormsgpack.Ext(EXT_PYDANTIC_V2, ormsgpack.packb(content))
