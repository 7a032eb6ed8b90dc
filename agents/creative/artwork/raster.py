"""PNG from SVG, made when it is asked for. The type is Lato from the `font-lato` package, never the machine's."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from domain.errors import BadInput

_FACES = ("Lato-Regular.ttf", "Lato-Bold.ttf", "Lato-Black.ttf")


def png(svg: str) -> bytes:
    """The drawing at its own size. Raises BadInput for what is not an SVG drawing."""
    from resvg_py import svg_to_bytes

    fonts = _fonts()
    try:
        return bytes(
            svg_to_bytes(
                svg_string=svg,
                font_files=list(fonts),
                skip_system_fonts=bool(fonts),
                font_family="Lato",
                sans_serif_family="Lato",
            )
        )
    except ValueError as error:
        raise BadInput("the artwork is not a drawing", remedy="write the creative again") from error


@lru_cache(maxsize=1)
def _fonts() -> tuple[str, ...]:
    """The faces' files; empty where the package is missing, and then the machine's own fonts are used."""
    package = find_spec("font_lato")
    if package is None or not package.submodule_search_locations:
        return ()
    folder = Path(package.submodule_search_locations[0]) / "files"
    return tuple(str(folder / face) for face in _FACES if (folder / face).is_file())
