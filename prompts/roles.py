"""Role markers: the lines `system:`, `user:` and `assistant:` that divide a template into messages.

A template is divided before its values are filled in, so no value can open a role of its own.
"""

import re
from dataclasses import dataclass

ROLES = ("system", "user", "assistant")

# Blanks are taken whole (`*+`): given back one by one, a line of 20,000 of them would take seconds.
_MARKER = re.compile(r"^[ \t]*+(?:#[ \t]*+)?(system|user|assistant)[ \t]*+:[ \t]*$", re.IGNORECASE)
_MARKER_IN_VALUE = re.compile(
    r"^(\s*+(?:#\s*+)?)(system|user|assistant|developer|tool|function)\s*+(\[[^\]]*+\])?\s*+:\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """The template of one message; `line` is the body's line (from 1) its text starts on."""

    role: str
    text: str
    line: int


def marker_of(line: str) -> str | None:
    """The role a line opens, or None."""
    match = _MARKER.match(line)
    return match.group(1).lower() if match else None


def split_roles(body: str) -> list[Part]:
    """Divide a template body into its messages, in order. Text before the first marker belongs to `system`."""
    parts: list[Part] = []
    role, lines, start = "system", list[str](), 1

    def close() -> None:
        if any(line.strip() for line in lines):
            lead = next(index for index, line in enumerate(lines) if line.strip())
            parts.append(Part(role, "\n".join(lines).strip("\n"), start + lead))

    for number, line in enumerate(body.splitlines(), start=1):
        opened = marker_of(line)
        if opened is None:
            lines.append(line)
            continue
        close()
        role, lines, start = opened, [], number + 1
    close()
    return parts


def neutralise(value: str) -> str:
    """Put quotation marks around any line of a value that reads like a role marker.

    The roles are already settled by then; this keeps the shown text from looking as if they were not.
    """
    if ":" not in value:
        return value
    return "\n".join(_MARKER_IN_VALUE.sub(_quoted, line) for line in value.splitlines())


def _quoted(match: re.Match[str]) -> str:
    return f"{match.group(1)}“{match.group(2)}{match.group(3) or ''}:”"
