"""What every message over AdCP has in common, whoever sends it."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, JsonValue

JsonObject = dict[str, JsonValue]
_OF_ONE_SENDING = {
    "idempotency_key",
    "context",
    "governance_context",
    "push_notification_config",
    "adcp_version",
    "adcp_major_version",
}


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")

    may_bring_errors: ClassVar[bool] = False
    """Whether errors beside what was asked for are remarks, and not the answer."""

    def to_json(self) -> JsonObject:
        """As sent: money as numbers, absent fields left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Request(Wire):
    """What a buyer asks of a seller. Terms we have no field for stay on it, so that they can be refused by name."""

    model_config = ConfigDict(extra="allow")

    @property
    def other_terms(self) -> JsonObject:
        """The terms that were sent and that we have no field for; those sent as null or empty say nothing."""
        return {name: value for name, value in (self.model_extra or {}).items() if value not in (None, [], {})}

    def asks(self) -> JsonObject:
        """What it asks for, without what may differ between two sendings of the same request."""
        return self.model_dump(mode="json", exclude_none=True, exclude=_OF_ONE_SENDING)
