"""`releases.yaml`: which version of each prompt is released, and its label."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Release:
    """A released version: `hash` is the template's, so an edited file is seen to differ from it."""

    version: int
    label: str
    hash: str


def read_releases(folder: Path) -> dict[str, Release]:
    """Prompt name to release; empty when the file does not exist. Raises BadInput when it cannot be read."""
    path = folder / "releases.yaml"
    if not path.is_file():
        return {}
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {
            str(name): Release(int(entry["version"]), str(entry["label"]), str(entry["hash"]))
            for name, entry in told.items()
        }
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"{path.name} cannot be read: {error}", remedy="each prompt needs version, label and hash"
        ) from error
