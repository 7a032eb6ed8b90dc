"""The types a checkpoint may hold: ours, and LangGraph's own safe list. Anything else is not rebuilt on reading."""

import importlib
import pkgutil
from enum import Enum

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

import domain
from domain.once import once
from storage.checkpoints.plain_models import PlainModelSerializer

_FORMER_NAMES = (("domain.plan", "Channel"),)
"""Where older checkpoints say a type is that has moved since. It can still be imported from there."""


@once
def domain_types() -> tuple[type, ...]:
    """Every Pydantic model and enum defined in `domain`."""
    modules = [importlib.import_module(f"domain.{module.name}") for module in pkgutil.iter_modules(domain.__path__)]
    return tuple(
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, BaseModel | Enum) and member.__module__ == module.__name__
    )


def checkpoint_serializer() -> JsonPlusSerializer:
    """Strict whatever `LANGGRAPH_STRICT_MSGPACK` says: an explicit list always restricts."""
    return PlainModelSerializer(allowed_msgpack_modules=(*domain_types(), *_FORMER_NAMES))
