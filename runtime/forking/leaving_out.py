"""What a campaign's file does not say: keys, tokens, passwords, where things lie on this machine and, unless they are
asked for, who the people were.

Values are looked for, wherever they stand, not fields: a key may have been pasted into a comment or a headline.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import JsonValue, SecretStr

from domain.decision import UNDECIDED
from domain.secrets import HIDDEN, masked
from runtime.live.sources import FILES
from runtime.settings import Settings

_NAMED_SECRET = re.compile(r"key|token|secret|passw|pwd|credential", re.IGNORECASE)
_LOOKS_LIKE_ONE = re.compile(
    r"\b(?:sk|pk|rk|gh[a-z]|github_pat|glpat|xox[a-z]|AKIA|ASIA|AIza|ya29|hf|lsv2|gsk|r8)[-_.A-Za-z0-9]{16,}"
    r"|\beyJ[-_A-Za-z0-9]{8,}\.[-_A-Za-z0-9]{8,}\.[-_A-Za-z0-9]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
)
"""As providers of models, clouds and code mark their keys; a signed token; a private key."""
_BEARER = re.compile(r"(\bbearer\s+)[-_.~+/=A-Za-z0-9]{6,}", re.IGNORECASE)
_AFTER_ITS_NAME = re.compile(
    r"(\b[\w-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|auth|private)[-_]?key)[\"']?\s*"
    r"(?:=\s*[\"']?(?=\S{4})|:\s*[\"']?(?=[^\s\"']*\d)(?=\S{6})))[^\s\"',;&]+"
    r"|(\bauthorization:\s*(?:basic|digest|token)\s+|\bcookie:\s*)[^\r\n\"']+",
    re.IGNORECASE,
)
"""As a header, a variable or a form says it. Behind a colon, where prose may go on, only what has a figure."""
_PASSWORD_IN_URL = re.compile(r"://[^\s/?#@:]*:([^\s]+)@")
_SAFE_ANYWHERE: Final = 8
"""Letters from which on a secret is taken out of the middle of a word too; a shorter one would be found in ids."""
_SHORTEST: Final = 4

_PEOPLE: Final = frozenset({"decided_by", "by", "who", "written_by", "changed_by"})
_FREE_TEXT: Final = frozenset({"reason", "comment", "problem", "rendered", "asked"})
"""Where a person may be named in passing. Ads are public: their words stay."""
_NOBODY: Final = frozenset({"", UNDECIDED, "media team", "command line", "this machine"})


def left_out(content: JsonValue, settings: Settings, *, with_names: bool) -> JsonValue:
    """The content without what is nobody else's to read."""
    content = _walked(content, _hiding(settings, _folders(content)))
    if with_names:
        return content
    numbers: dict[str, str] = {}
    for name in [*_people(content), *(key.name for key in settings.api_keys)]:
        if name not in _NOBODY and not name.startswith("autonomy:"):
            numbers.setdefault(name, f"person {len(numbers) + 1}")
    return _numbered(content, numbers) if numbers else content


def _hiding(settings: Settings, folders: set[str]) -> Callable[[str], str]:
    secrets = {secret for secret in _secrets(settings) if len(secret) >= _SHORTEST}
    long = sorted((secret for secret in secrets if len(secret) >= _SAFE_ANYWHERE), key=len, reverse=True)
    short = sorted((secret for secret in secrets if len(secret) < _SAFE_ANYWHERE), key=len, reverse=True)
    kinds = [re.escape(secret) for secret in long]
    kinds += [rf"(?<!\w){re.escape(secret)}(?!\w)" for secret in short]
    known = re.compile("|".join(kinds)) if kinds else None
    places = sorted({*folders, *_places(settings)}, key=len, reverse=True)

    def hide(text: str) -> str:
        for place in places:
            text = text.replace(place, f"{FILES}left-out" if place.startswith(FILES) else "left-out")
        if known is not None:
            text = known.sub(HIDDEN, text)
        text = _BEARER.sub(rf"\g<1>{HIDDEN}", _LOOKS_LIKE_ONE.sub(HIDDEN, masked(text)))
        return _AFTER_ITS_NAME.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", text)

    return hide


def _secrets(settings: Settings) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, str):
            yield from _PASSWORD_IN_URL.findall(value)
    for key in settings.api_keys:
        yield key.key.get_secret_value()
    for name, value in os.environ.items():
        if _NAMED_SECRET.search(name):
            yield value
        yield from _PASSWORD_IN_URL.findall(value)


def _places(settings: Settings) -> Iterator[str]:
    """Folders of this machine. They say who works here and how it is laid out."""
    for place in (settings.data_dir, settings.prompts_dir, settings.model_record, settings.model_replay, Path.home()):
        if place is not None and len(str(place)) >= _SHORTEST:
            yield str(place)


def _folders(content: JsonValue) -> set[str]:
    """Where its sales lie, by its own word."""
    context = content.get("context") if isinstance(content, dict) else None
    world = context.get("world") if isinstance(context, dict) else None
    sources = [part.get("source") for part in (context, world) if isinstance(part, dict)]
    named = {one for one in sources if isinstance(one, str) and one.startswith(FILES) and one != FILES}
    return named | {path for one in named if Path(path := one.removeprefix(FILES)).is_absolute()}


def _walked(value: JsonValue, hide: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, list):
        return [_walked(item, hide) for item in value]
    if isinstance(value, dict):
        return {hide(key): _walked(item, hide) for key, item in value.items()}
    return value


def _people(value: JsonValue) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _people(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _PEOPLE and isinstance(item, str):
                yield item
            elif key == "worded_by" and isinstance(item, dict):
                yield from (name for name in item.values() if isinstance(name, str))
            else:
                yield from _people(item)


def _numbered(value: JsonValue, numbers: Mapping[str, str]) -> JsonValue:
    names = sorted((name for name in numbers if len(name) > 1), key=len, reverse=True)
    mentioned = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names)) if names else None

    def told(text: str) -> str:
        return mentioned.sub(lambda found: numbers[found[0]], text) if mentioned else text

    def walk(value: JsonValue, *, free: bool) -> JsonValue:
        if isinstance(value, str):
            return told(value) if free else value
        if isinstance(value, list):
            return [walk(item, free=free) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: _person(key, item) if _names(key, item) else walk(item, free=free or key in _FREE_TEXT)
            for key, item in value.items()
        }

    def _names(key: str, item: JsonValue) -> bool:
        return (key in _PEOPLE and isinstance(item, str)) or (key == "worded_by" and isinstance(item, dict))

    def _person(key: str, item: JsonValue) -> JsonValue:
        if isinstance(item, dict):
            return {ad: numbers.get(name, name) if isinstance(name, str) else name for ad, name in item.items()}
        return numbers.get(item, item) if isinstance(item, str) else item

    return walk(value, free=False)
