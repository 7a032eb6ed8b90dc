"""How the place that something was learned in is called: never by where a person's files lie."""

import hashlib
import re
from pathlib import PureWindowsPath

_A_FOLDER = re.compile(r"(?P<folder>files:.*[/\\\\].*?)(?P<rest>(?::\d+(?::[\w-]+)?)?)")


def told_place(place: str) -> str:
    """`files:/srv/shop:7` is `files:shop-1a2b3c4d:7`: the folder's name, and a few letters that keep two folders of one
    name apart. Every other place, and one told already, stays as it is."""
    found = _A_FOLDER.fullmatch(place)
    if found is None:
        return place
    folder = found["folder"]
    name = PureWindowsPath(folder.removeprefix("files:")).name
    return f"files:{name}-{hashlib.sha256(folder.encode()).hexdigest()[:8]}{found['rest']}"
