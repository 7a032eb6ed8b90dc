"""What a prompt and an input may be called, and why not something else."""

import re
from typing import Final

PROMPT_NAMES: Final = "write a file, or a folder and a file, in small letters, such as creative/ad_copy"
_PROMPT: Final = re.compile(r"(?:[a-z][a-z0-9_]{0,39}/)?[a-z][a-z0-9_]{0,39}")
_NOT_PROMPTS: Final = frozenset(
    {"results", "partials", "released", "red_team", "render", "preview", "check", "test", "diff"}
)
"""Words that stand for something else, in the folder or in an address."""

_YAML = {
    **dict.fromkeys(("true", "false", "yes", "no", "on", "off", "y", "n"), "YAML reads it as true or false"),
    **dict.fromkeys(("null", "none", "~"), "YAML and templates read it as nothing at all"),
}
_TEMPLATES = {
    **dict.fromkeys(("and", "or", "not", "in", "is", "if", "else", "elif", "endif"), "it is a word of templates"),
    **dict.fromkeys(("for", "endfor", "raw", "endraw", "recursive"), "it is a word of templates"),
    **dict.fromkeys(("self", "super", "caller", "varargs", "kwargs"), "in a template it means the template itself"),
    "loop": "inside a for it means the for itself",
}
LONGEST_NAME = 60


def well_formed(name: str) -> bool:
    """Whether a prompt may have that name: a file, or a folder and a file, such as `creative/ad_copy`. Capitals are
    not told apart on every disk, nor a Cyrillic letter from its Latin twin on any screen."""
    return _PROMPT.fullmatch(name) is not None and not _NOT_PROMPTS & set(name.split("/"))


def misnamed(name: str) -> str:
    """Why an input may not be called so, as the second half of a sentence; empty where it may.

    Asked of the word as the file has it: `on` is a word to whoever wrote it, whatever YAML makes of it.
    """
    reason = _YAML.get(name.lower()) or _TEMPLATES.get(name)
    if reason:
        return f"{reason}: choose another name, such as {f'{name.lower()}_value'!r}"
    if not name.isidentifier():
        meant = "".join(letter if letter.isalnum() else "_" for letter in name.strip())
        hint = f", such as {meant!r}" if meant.isidentifier() and len(meant) <= LONGEST_NAME else ""
        return f"use a plain word of letters, digits and underscores{hint}"
    if len(name) > LONGEST_NAME:
        return f"use at most {LONGEST_NAME} characters"
    return ""
