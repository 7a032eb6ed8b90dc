"""What is wrong with a message that fits none of those a client may say, in a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from domain.errors import near_miss, shown
from domain.messages import AnswerCommand, Hello, TriggerCommand, Watch
from domain.misfits import unknown_key

_FORMS: Final[Mapping[tuple[str, ...], type[BaseModel]]] = {
    ("hello",): Hello,
    ("watch",): Watch,
    ("command", "campaign.answer"): AnswerCommand,
    ("command", "simulation.trigger"): TriggerCommand,
}
"""By what a message calls itself: its type and, of a command, its name."""


def misfit(error: ValidationError) -> str:
    """A misspelt key with the one that was meant, before all else that may be wrong with it."""
    errors = error.errors(include_url=False)
    first = errors[0]
    tags, form = _said_to_be(first["loc"])
    if form is not None and (unknown := unknown_key(form, errors, before=len(tags))) is not None:
        return f"{unknown.problem}: {unknown.remedy}"
    where = ".".join(str(part) for part in first["loc"][len(tags) :])
    match first["type"]:
        case "union_tag_invalid":
            told = first["ctx"]
            known = [one.strip(" '") for one in str(told["expected_tags"]).split(",")]
            key = str(told["discriminator"]).strip("'")
            return f"{key}: there is no {shown(told['tag'])}: {near_miss(str(told['tag']), known)}"
        case "union_tag_not_found":
            key = str(first["ctx"]["discriminator"]).strip("'")
            return f"{key} is missing: say what the message is"
        case "missing":
            return f"{where} is missing"
        case "model_attributes_type" | "model_type" | "dict_type" if not where:
            return "send one JSON object"
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def _said_to_be(place: Sequence[Any]) -> tuple[tuple[str, ...], type[BaseModel] | None]:
    """What the message that an error is in calls itself, and its form; nothing and None where it has none of ours."""
    for tags, form in _FORMS.items():
        if tuple(place[: len(tags)]) == tags:
            return tags, form
    return tuple(place[:1]) if place[:1] == ("command",) else (), None
