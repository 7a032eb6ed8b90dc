"""Pictures on file, put into a drawing whole: a drawing fetches nothing."""

import base64
from pathlib import Path
from typing import Final

from domain.errors import DataFault

LARGEST_BYTES: Final = 1_000_000
"""A drawing is kept with its campaign, pictures and all."""
_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def embedded(path: str) -> str:
    """The `data:` address of a PNG, JPEG or WebP file. An SVG is refused, because it may fetch or run what it likes.

    Raises DataFault for a file that is not there, is too large, or is nothing of the kind.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise DataFault(f"the picture {file} cannot be read ({error.strerror})", remedy="mend its path") from error
    if len(data) > LARGEST_BYTES:
        raise DataFault(f"the picture {file} has more than {LARGEST_BYTES // 1_000} kB", remedy="make it smaller")
    kind = next((kind for begins, kind in _KINDS.items() if data.startswith(begins)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if not kind:
        raise DataFault(f"the picture {file} is neither PNG, JPEG nor WebP", remedy="save it as one of them")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
