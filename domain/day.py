"""A calendar day that survives every door a state comes back through."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator


def _from_parts(value: object) -> object:
    """LangGraph's own server reads checkpoints without rebuilding types, and gives a date as [year, month, day]."""
    if isinstance(value, list | tuple) and len(value) == 3:
        return date(*value)
    return value


Day = Annotated[date, BeforeValidator(_from_parts)]
