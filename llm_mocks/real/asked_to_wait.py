"""How long a provider asks to be left alone, as its answer says it and its client keeps it.

`Retry-After` is of RFC 9110, 10.2.3, in seconds or as a date; `retry-after-ms` is OpenAI's; `RetryInfo` is Google's.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"(\d{1,9}(?:\.\d+)?)s")
"""A duration as Google writes it."""


def asked_to_wait(error: BaseException) -> float:
    """Seconds from now; 0 where the answer does not say, or says no time to come."""
    headers = _headers_of(error)
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) > 0:
        return milliseconds / 1000
    said = headers.get("retry-after", "")
    return max(_number(said) or _until(said) or _of_google(getattr(error, "details", None)), 0.0)


def _headers_of(error: BaseException) -> Mapping[str, str]:
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):  # botocore
        metadata = response.get("ResponseMetadata")
        found = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    else:
        found = getattr(response, "headers", None)
    return {str(name).lower(): str(value) for name, value in found.items()} if isinstance(found, Mapping) else {}


def _number(said: str) -> float:
    try:
        number = float(said)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _until(said: str) -> float:
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()


def _of_google(told: object) -> float:
    """Of its `RetryInfo`, wherever within the answer it lies."""
    if isinstance(told, Mapping):
        delay = told.get("retryDelay")
        found = _SECONDS.fullmatch(delay) if isinstance(delay, str) else None
        return float(found[1]) if found else next((one for one in map(_of_google, told.values()) if one), 0.0)
    if isinstance(told, list):
        return next((one for one in map(_of_google, told) if one), 0.0)
    return 0.0
