"""Still lifes the fake illustrator has at hand: `still_lifes/*.svg`, 200 x 200, standing on the line y = 176."""

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "still_lifes"
_ANYTHING = "basket"


def still_life(family: str) -> str:
    """The drawing of a family of goods, without its outer `<svg>`; a shopping basket where there is none."""
    drawings = still_lifes()
    return drawings.get(family.replace(" ", "_"), drawings[_ANYTHING])


@lru_cache(maxsize=1)
def still_lifes() -> dict[str, str]:
    """Every drawing by the name of its file, read once."""
    return {file.stem: _inside(file.read_text(encoding="utf-8")) for file in _FOLDER.glob("*.svg")}


def _inside(drawing: str) -> str:
    return "".join(line.strip() for line in drawing.splitlines()[1:-1])
