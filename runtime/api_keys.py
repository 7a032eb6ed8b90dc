"""The keys that open the API, each with the name and the role of who holds it.

People write them as `NAME:ROLE:KEY` with commas between them, or as a JSON list of such texts or of objects. Where none
has a name, each is an admin's and is called after its place in the list.
"""

import unicodedata

import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from domain.caller import LONGEST_CALLER, THIS_MACHINE, Caller, Role
from domain.decision import UNDECIDED

_NOBODY = frozenset({UNDECIDED, THIS_MACHINE.shown, "media team"})
"""Names under which nobody acts who holds a key."""


class ApiKey(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    key: SecretStr = Field(min_length=1)
    name: str = Field(min_length=1, max_length=LONGEST_CALLER)
    role: Role = Role.ADMIN

    @field_validator("name")
    @classmethod
    def _speakable(cls, name: str) -> str:
        if not name.isprintable() or ":" in name:
            raise ValueError("a name has characters that can be printed, and no colon")
        if name.lower() in _NOBODY:
            raise ValueError(f"{name!r} is what the system calls itself: choose another name")
        return name

    @field_validator("key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value()
        if not (text.isascii() and text.isprintable()):
            raise ValueError("a key has letters, digits and signs of ASCII alone: clients disagree about others")
        return key

    @property
    def caller(self) -> Caller:
        return Caller(name=self.name, role=self.role)


def parsed(given: object) -> object:
    """What was set, as entries `ApiKey` takes. Raises ValueError with what to do; no key is ever repeated in it."""
    entries = listed(given, "keys") if isinstance(given, str) else given
    if not isinstance(entries, (list, tuple)):
        return entries
    read = [_entry(entry, place) for place, entry in enumerate(entries, start=1)]
    _refuse_mixtures(read)
    _refuse_doubles(read)
    return read


def listed(text: str, what: str) -> list[object]:
    """Entries with commas between them, or a JSON list. Raises ValueError where it is neither."""
    if not text.strip():
        return []
    if not text.lstrip().startswith("["):
        return [entry.strip() for entry in text.split(",")]
    try:
        entries: list[object] = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValueError(f"the list of {what} is not JSON; {what} with commas between them do as well") from None
    return entries


def _entry(given: object, place: int) -> ApiKey:
    if isinstance(given, ApiKey):
        return given
    if isinstance(given, SecretStr):
        given = given.get_secret_value()
    if isinstance(given, str):
        given = _spelled_out(given, place)
    if not isinstance(given, dict):
        raise ValueError(f"key {place} is neither text nor an object with name, role and key")
    if ("name" in given) is not ("role" in given):
        raise ValueError(f"key {place} has a name or a role and not the other: give both, or neither")
    try:
        return ApiKey.model_validate({"name": f"key {place}", **given})
    except ValueError as error:
        raise ValueError(f"key {place}: {_first(error)}") from None


def _spelled_out(text: str, place: int) -> dict[str, str]:
    """A colon always parts: a role misspelt must not make an admin's key of the whole entry."""
    parts = text.strip().split(":", 2)
    if parts == [""]:
        raise ValueError("give keys that are not empty, with commas between them or as a JSON list")
    if len(parts) == 1:
        return {"key": parts[0]}
    if len(parts) == 2:
        raise ValueError(f"key {place} has one colon: write NAME:ROLE:KEY, or a key without colons")
    return {"name": parts[0], "role": parts[1].strip().lower(), "key": parts[2]}


def _first(error: ValueError) -> str:
    """What is wrong and where, without what was given: it may be the key."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_input=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if field == "role":
        return f"its role is none of {', '.join(Role)}"
    if field not in ApiKey.model_fields:
        return "it has a field other than name, role and key"
    return f"{field}: {first['msg'].removeprefix('Value error, ')}"


def _refuse_mixtures(keys: list[ApiKey]) -> None:
    """A comma within a name or a key would make two of it, and the second an admin's."""
    alone = [place for place, key in enumerate(keys, start=1) if key.name == f"key {place}"]
    if 0 < len(alone) < len(keys):
        raise ValueError(
            f"key {alone[0]} has no name and no role while others have: write NAME:ROLE:KEY, with no comma within"
        )


def _refuse_doubles(keys: list[ApiKey]) -> None:
    if len({key.key.get_secret_value() for key in keys}) < len(keys):
        raise ValueError("a key is listed twice: each opens for one name and one role")
    first: dict[str, ApiKey] = {}
    for place, key in enumerate(keys, start=1):
        known = first.setdefault(unicodedata.normalize("NFKC", key.name).casefold(), key)
        if (known.name, known.role) != (key.name, key.role):
            raise ValueError(f"key {place} has a name like another's and not its role: a name has one role")
