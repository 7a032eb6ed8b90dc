"""Copies the prompts this house ships into a folder of the user's own."""

from pathlib import Path

from domain.errors import BadInput
from prompts.checking.files import is_stray


def copy_prompts(shipped: Path, folder: Path) -> list[str]:
    """Copy prompts, partials and releases from `shipped` into `folder`, which is made; their names, in order.

    Raises BadInput for a folder that holds something already, lies among the shipped prompts, or cannot be written.
    """
    if folder.resolve().is_relative_to(shipped.resolve()):
        raise BadInput(f"{folder} lies among the shipped prompts", remedy="name a folder elsewhere", field="folder")
    copied = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BadInput(f"{folder} holds files already", remedy="name a new folder or an empty one", field="folder")
        for path in sorted(shipped.rglob("*")):
            name = path.relative_to(shipped)
            if path.is_file() and _is_text_of_a_designer(name):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(path.read_bytes())
                copied.append(name.as_posix())
    except OSError as error:
        raise BadInput(
            f"the prompts cannot be copied to {folder} ({error.strerror})",
            remedy="name a folder that can be written",
            field="folder",
        ) from error
    return copied


def _is_text_of_a_designer(name: Path) -> bool:
    code = name.suffix in (".py", ".pyc") or name.name == "py.typed"
    return not code and not any(is_stray(part) for part in name.parts)
