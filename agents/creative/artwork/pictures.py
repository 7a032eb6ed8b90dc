"""Pictures on file, put into a drawing whole: a drawing fetches nothing.

Each is decoded before it is used, as a viewer would, so that a broken one is found here and not by a shopper.
"""

import base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from domain.errors import DataFault

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_BYTES: Final = 1_000_000
"""A drawing is kept with its campaign, pictures and all."""
MOST_PIXELS: Final = 16_000_000
"""A few kilobytes can unfold to gigabytes, in every browser that shows the ad."""
_LEAST_SIDE: Final = 16
_LEAST_LONGER_SIDE: Final = 48
"""Pixels: a picture with less is a placeholder or a tracking dot."""
_KEPT_SIDE: Final = 1600
"""Pixels of the longer side of a picture that has to be written anew."""
_ORIENTATION: Final = 0x0112
"""The EXIF tag that says how a camera was held."""
_LIGHT: Final = 150
"""Of 255: from here a mark is read on a dark ground."""
_MAGIC: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be shown. `address` is a `data:` address, `shape` its width by its height."""

    address: str
    shape: float
    is_light: bool
    """Whether it is a light mark without a ground of its own."""


def picture_on_file(path: str) -> Picture:
    """A PNG, JPEG or WebP file as every viewer shows it: of an animation the first picture, upright, in the colours of
    a screen. An SVG is refused, because it may fetch or run what it likes.

    Raises DataFault for a file that is not there, is nothing of the kind, is damaged, shows nothing, is smaller than
    `_LEAST_SIDE` or has more than `LARGEST_BYTES` or `MOST_PIXELS`.
    """
    from PIL import Image

    file = Path(path)
    data, kind = _read(file)
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            _check_size(file, *opened.size)
            opened.load()
            is_plain = opened.mode != "CMYK" and getattr(opened, "n_frames", 1) == 1
            shown: Image.Image = opened
            if not is_plain or opened.getexif().get(_ORIENTATION, 1) != 1:
                shown = _upright(opened)
                data, kind = _written(shown), "image/webp"
            return Picture(_address(data, kind), shown.width / shown.height, _is_light(file, shown))
    except Image.DecompressionBombError:
        raise _too_many_pixels(file) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataFault(f"the picture {file} is damaged ({error})", remedy="save it again") from error


def embedded(path: str) -> str:
    """The `data:` address of a picture on file. Raises as `picture_on_file` does."""
    return picture_on_file(path).address


def _read(file: Path) -> tuple[bytes, str]:
    """What is in it, and its media type by how it begins."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise DataFault(f"the picture {file} cannot be read ({error.strerror})", remedy="mend its path") from error
    if len(data) > LARGEST_BYTES:
        raise DataFault(f"the picture {file} has more than {LARGEST_BYTES // 1_000} kB", remedy="make it smaller")
    kind = next((kind for begins, kind in _MAGIC.items() if data.startswith(begins)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if not kind:
        raise DataFault(f"the picture {file} is neither PNG, JPEG nor WebP", remedy="save it as one of them")
    return data, kind


def _check_size(file: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels(file)
    if min(width, height) < _LEAST_SIDE or max(width, height) < _LEAST_LONGER_SIDE:
        raise DataFault(
            f"the picture {file} has only {width} by {height} pixels",
            remedy=f"save it {_LEAST_LONGER_SIDE} or more wide",
        )


def _too_many_pixels(file: Path) -> DataFault:
    return DataFault(
        f"the picture {file} has more than {MOST_PIXELS // 1_000_000} million pixels", remedy="make it smaller"
    )


def _upright(picture: "Image") -> "Image":
    """Its first frame as it was held, in red, green and blue."""
    from PIL import ImageOps

    shown = ImageOps.exif_transpose(picture)
    shown = shown.convert("RGBA" if shown.has_transparency_data else "RGB")
    shown.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
    return shown


def _written(picture: "Image") -> bytes:
    into = BytesIO()
    picture.save(into, "WEBP", quality=90)
    return into.getvalue()


def _address(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _is_light(file: Path, picture: "Image") -> bool:
    """Raises DataFault for a picture all of which is transparent."""
    if not picture.has_transparency_data:
        return False
    small = picture.convert("RGBA")
    small.thumbnail((64, 64))
    pixels = np.asarray(small)
    alpha = pixels[..., 3]
    if not alpha.any():
        raise DataFault(f"the picture {file} is transparent all over", remedy="save it with something to see")
    has_ground = alpha.min() > 127
    return bool(not has_ground and np.asarray(small.convert("L"))[alpha > alpha.max() / 2].mean() >= _LIGHT)
