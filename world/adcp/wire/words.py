"""What the other side says, fit to be shown and stored: it may be of any length and hold any character."""

from typing import Annotated

from pydantic import StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An identifier of theirs that we keep."""
_MOST = 200


def brief(said: object, most: int = _MOST) -> str:
    """The first `most` characters, those that cannot be printed as blanks."""
    return "".join(sign if sign.isprintable() else " " for sign in str(said)[:most])
