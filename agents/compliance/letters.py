"""Letters as the eye takes them: look-alikes folded to the letter they pass for, emoji to their names.

Look-alikes are those of Unicode Technical Standard 39 (confusables), as the package `confusable_homoglyphs` carries
them; the names of emoji are those of Unicode's CLDR, as the package `emoji` does.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from domain.once import once

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_JOINER, _AS_PICTURE = "\u200d", "\ufe0f"
_KEYCAP = "\u20e3"
_BLANKS = frozenset("\u00a0\u2007\u2009\u202f\u200a\u2002\u2003\u2004\u2005\u2006\u2008\u3000")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_LOOKS_EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180e")
_MARKUP = re.compile(
    r"</?[a-z!][^>]{0,80}>?|\{\{|\}\}|\{%|%\}|```|\*\*|__|<\||\|>|\[[^\]]{1,80}\]\(|&(?:#\d+|#x[\da-f]+|[a-z]{2,8});"
    r"|\bjavascript:|\bhttps?:|\bdata:[a-z]+/|\$\{|\\[nrtux]",
    re.IGNORECASE,
)


def hidden_in(text: str) -> str | None:
    """What a reader cannot see or is not meant to: the first such character by its code point; None where there is
    none."""
    for place, character in enumerate(text):
        if character in _LOOKS_EMPTY or (unicodedata.category(character) in _UNSEEN and not _in_emoji(text, place)):
            return f"the hidden character U+{ord(character):04X}"
        if unicodedata.category(character) == "Mn" and character != _AS_PICTURE and _stacked(text, place):
            return f"the stacked mark U+{ord(character):04X}"
    return None


def markup_in(text: str) -> str | None:
    """The first piece of markup, template or code in `text`, or None."""
    found = _MARKUP.search(text)
    return found.group(0) if found else None


def mixed_word(text: str) -> str | None:
    """The first word whose letters come from more than one script, or that borrows its look from another alphabet."""
    for word in re.findall(r"[^\W\d_]+", text):
        scripts = {_script(letter) for letter in word}
        if len(scripts - {"COMMON"}) > 1:
            return str(word)
    return None


def other_script(text: str) -> str | None:
    """The first word in another script than Latin, or None."""
    for word in re.findall(r"[^\W\d_]+", text):
        if any(_script(letter) not in ("LATIN", "COMMON") for letter in word):
            return str(word)
    return None


def folded(text: str) -> str:
    """`text` in plain letters: compatibility forms, look-alikes and accents folded, emoji named, and what is
    hidden left out."""
    named = "".join(_named_emoji(text))
    plain = unicodedata.normalize("NFKC", named).translate(_QUOTES).translate(_DASHES)
    seen = "".join(_look_alikes().get(character, character) for character in plain if not _is_hidden(character))
    return "".join(c for c in unicodedata.normalize("NFD", seen) if unicodedata.category(c) != "Mn")


def _named_emoji(text: str) -> Iterator[str]:
    import emoji

    if text.isascii():
        yield text
        return
    end = 0
    for found in emoji.emoji_list(text):
        yield text[end : found["match_start"]]
        name = emoji.demojize(found["emoji"], delimiters=("", "")).removeprefix("keycap_")
        yield f" {name.replace('_', ' ').replace('-', ' ').strip(':')} "
        end = found["match_end"]
    yield text[end:]


def _is_hidden(character: str) -> bool:
    return character in _LOOKS_EMPTY or (unicodedata.category(character) in _UNSEEN and character not in "\n\t")


def _in_emoji(text: str, place: int) -> bool:
    """Whether a joiner stands between two pictures, or a line ends."""
    character = text[place]
    if character in "\n\t":
        return True
    if character != _JOINER:
        return False
    around = text[max(0, place - 2) : place] + text[place + 1 : place + 2]
    return any(unicodedata.category(near) in ("So", "Sk") for near in around)


def _stacked(text: str, place: int) -> bool:
    """Whether a mark follows a letter it makes no letter with, as strokes laid over words do."""
    before = text[place - 1] if place else ""
    return not before or len(unicodedata.normalize("NFC", before + text[place])) > 1


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith(("FEMININE", "MASCULINE", "MODIFIER", "MICRO")):
        return "COMMON"
    first = name.split(" ")[0].split("-")[0]
    return {"FULLWIDTH": "LATIN", "MATHEMATICAL": "LATIN", "SCRIPT": "LATIN", "DOUBLE": "LATIN"}.get(first, first)


@once
def _look_alikes() -> dict[str, str]:
    """From a character to the plain letter or digit it passes for."""
    from confusable_homoglyphs.confusables import confusables_data

    found: dict[str, str] = {}
    for character, others in confusables_data.items():
        if len(character) != 1 or character.isascii() or not character.isprintable():
            continue
        plain = next((o["c"] for o in others if len(o["c"]) == 1 and o["c"].isascii() and o["c"].isalnum()), None)
        if plain is not None and unicodedata.category(character)[0] in "LN":
            found[character] = plain
    return found
