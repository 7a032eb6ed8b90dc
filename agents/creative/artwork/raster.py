"""PNG from SVG, made when it is asked for."""

from typing import get_args

from agents.creative.artwork.lato import Weight, face
from domain.errors import BadInput


def png(svg: str) -> bytes:
    """The drawing at its own size. Raises BadInput for what is not an SVG drawing."""
    from resvg_py import svg_to_bytes

    try:
        return bytes(
            svg_to_bytes(
                svg_string=svg,
                font_files=[str(face(weight)) for weight in get_args(Weight)],
                skip_system_fonts=True,
                font_family="Lato",
                sans_serif_family="Lato",
            )
        )
    except ValueError as error:
        raise BadInput("the artwork is not a drawing", remedy="write the creative again") from error
