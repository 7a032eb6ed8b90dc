"""Where a template that does not parse was left open: the parser tells where it ran out of text, far below perhaps."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from prompts.diagnostic import Fault

Token = tuple[int, str, str]
"""As Jinja's `lex` has it: line, kind, text."""

_OPENING = re.compile(r"\{\{|\{%|\{#")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}", re.DOTALL)
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"", re.DOTALL)


def left_open(text: str) -> Fault | None:
    """The first tag, or text in quotes, that is opened and not closed before the next tag; None where all are."""
    # What stands between raw and endraw is no template; its line breaks keep the lines counted.
    text = _RAW.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    at = 0
    while opening := _OPENING.search(text, at):
        start, mark = opening.start(), opening[0]
        line = text.count("\n", 0, start) + 1
        closing = text.find(_CLOSING[mark], opening.end())
        if mark == "{#":
            if closing < 0:
                return Fault(line, "unclosed", "the comment that opens here is never closed: add '#}'")
            at = closing + 2
            continue
        end = _end_of(text, opening.end(), _CLOSING[mark])
        if end >= 0:
            at = end
            continue
        following = _OPENING.search(text, opening.end())
        if closing < 0 or (following and following.start() < closing):
            return Fault(line, "unclosed", f"'{mark}' is never closed: add '{_CLOSING[mark]}'")
        quote = _open_quote(text[opening.end() : closing])
        line += text.count("\n", opening.end(), opening.end() + quote)
        return Fault(line, "unclosed", f"a quotation mark opens here and is never closed: {_shown(text, start)}")
    return None


def open_blocks(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Every `if` and `for` that is still open at the end, at the line it opens on."""
    opened: list[tuple[int, str]] = []
    for (line, kind, _), (_, _, word) in pairwise(tokens):
        if kind != "block_begin":
            continue
        if word in ("if", "for"):
            opened.append((line, word))
        elif word in ("endif", "endfor"):
            if not opened:
                yield Fault(line, "unclosed", f"'{word}' closes nothing: no {word[3:]} is open in this message")
                return
            _, open_word = opened.pop()
            if word != f"end{open_word}":
                yield Fault(
                    line, "unclosed", f"'{word}' stands where 'end{open_word}' should: a {open_word} is open here"
                )
                return
    for line, word in opened:
        yield Fault(line, "unclosed", f"this {word} is never closed: add '{{% end{word} %}}' in the same message")


def _end_of(text: str, start: int, closing: str) -> int:
    """Where the tag ends, texts in quotes passed over; -1 when another tag or the end comes first."""
    at = start
    while at < len(text):
        if text.startswith(closing, at):
            return at + 2
        if _OPENING.match(text, at):
            return -1
        quoted = _QUOTED.match(text, at) if text[at] in "'\"" else None
        # A text that goes on over a tag's end is one that was meant to close before it.
        if quoted and closing not in quoted[0] and "\n" not in quoted[0]:
            at = quoted.end()
        elif text[at] in "'\"":
            return -1
        else:
            at += 1
    return -1


def _open_quote(inside: str) -> int:
    """Where in a tag the first quotation mark without its second stands."""
    at = 0
    while at < len(inside):
        if inside[at] in "'\"":
            quoted = _QUOTED.match(inside, at)
            if quoted is None or "\n" in quoted[0]:
                return at
            at = quoted.end()
        else:
            at += 1
    return 0


def _shown(text: str, start: int) -> str:
    return repr(text[start : start + 40].split("\n")[0])
