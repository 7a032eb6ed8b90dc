"""Words written so that a rule would miss them: digits for letters, dots inside words, letters apart, letters doubled,
a letter wrong."""

import re
from collections.abc import Iterator
from itertools import product

from agents.compliance.reading.english import corrected, is_english, split_into_words

_AS_LETTERS = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "@": "a",
    "$": "s", "!": "i", "|": "li", "+": "t", "€": "e", "£": "le", "(": "c", "<": "c", "¡": "i", "¢": "c", "¥": "y",
}  # fmt: skip
_MEASURE = re.compile(
    r"[£€$]?[\d.,/x×-]+(?:g|kg|mg|ml|l|cl|lb|oz|p|am|pm|x|st|nd|rd|th|mm|cm|m|kj|kcal|c|f|s|k|min|mins|hrs?|pk|pack|ct)?",
    re.IGNORECASE,
)
_APART = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*·•~/\\+,:;^'\"]{1,3}){2,}[^\W\d_](?![^\W_])")
_INSIDE = re.compile(r"(?<=[^\W\d_])[.\-_*·•~'`^/\\|+:;,\"=()\[\]]+(?=[^\W\d_])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_GLUED = 7
"""From so many letters on a word that no dictionary has may be two."""
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_MOST_SPELLINGS = 16
_LONGEST_TOKEN = 40


def undisguised(text: str, names: frozenset[str]) -> str:
    """`text`, already folded to plain letters, with every disguise taken off that leaves English words behind. Words
    of the product's name stay as they are."""
    together = _APART.sub(_run_together, _CAMEL.sub(" ", text))
    tokens = [_plain(token, names) for token in together.split()]
    return " ".join(_rejoined(tokens, names))


def _run_together(match: re.Match[str]) -> str:
    letters = re.sub(r"[\W_]", "", match.group(0)).lower()
    words = split_into_words(letters)
    return " ".join(words) if words else match.group(0)


def _plain(token: str, names: frozenset[str]) -> str:
    core = token.strip(".,;:?!\"'()[]")
    low = core.lower()
    if not core or len(core) > _LONGEST_TOKEN or low in names or _MEASURE.fullmatch(core):
        return token
    if in_letters := _in_letters(token.strip('.,;:?"').lower()):
        return in_letters
    for reading in (_unbroken(low), _unstretched(low)):
        if reading and reading != low and is_english(reading):
            return token.replace(core, reading) if core in token else reading
    if low.isalpha() and len(low) >= _GLUED and not is_english(low):
        parts = split_into_words(low)
        if parts and len(parts) <= 3 and all(len(part) >= 3 for part in parts):
            return " ".join(parts)
    if low.isalpha():
        right = corrected(low)
        return token.replace(core, right) if right != low else token
    return token


def _in_letters(token: str) -> str | None:
    """The English word that digits and signs stand for letters of, or None."""
    if token.isalpha() or not any(character.isalpha() for character in token):
        return None
    choices = [_AS_LETTERS.get(character, character) for character in token]
    spellings = 1
    for choice in choices:
        spellings *= len(choice)
    if spellings > _MOST_SPELLINGS:
        return None
    found = ("".join(letters) for letters in product(*choices))
    return next((word for word in found if word.isalpha() and is_english(word)), None)


def _unbroken(token: str) -> str | None:
    whole = _INSIDE.sub("", token)
    return whole if whole != token and whole.isalpha() else None


def _unstretched(token: str) -> str | None:
    if not _RUN.search(token):
        return None
    single, double = _RUN.sub(r"\1", token), _RUN.sub(r"\1\1", token)
    return next((word for word in (double, single) if is_english(word)), None)


def _rejoined(tokens: list[str], names: frozenset[str]) -> Iterator[str]:
    """Words that were cut in two, put together again: two pieces, one of them no word, that make one."""
    place = 0
    while place < len(tokens):
        pair = tokens[place : place + 2]
        if len(pair) == 2 and _is_cut(pair[0], pair[1], names):
            yield pair[0] + pair[1]
            place += 2
        else:
            yield tokens[place]
            place += 1


def _is_cut(first: str, second: str, names: frozenset[str]) -> bool:
    one, other = first.lower(), second.lower().rstrip(".,;:?!")
    if not (one.isalpha() and other.isalpha()) or one in names or other in names:
        return False
    if is_english(one) and is_english(other):
        return False
    return len(one + other) > 4 and is_english(one + other)
