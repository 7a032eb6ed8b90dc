"""Which words are English, and whether a line is."""

import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from agents.compliance.goods.lexicon import words_of_the_shop
from domain.once import once

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier
    from spellchecker import SpellChecker

STRANGE_WORDS = 3
"""From so many words on that no English dictionary has, a line is for a person who reads the language."""
_SURELY_OTHER, _HARDLY_ENGLISH = 0.35, 0.05
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ENDINGS = ("'s", "s", "es", "ed", "ing", "er", "y", "ish", "n't", "'ll", "'re", "'ve", "'d")
_LETTERS_OF_A_WORD = 15


def words_in(text: str) -> list[str]:
    """The words of `text` in lower case, numbers left out."""
    return _WORD.findall(text.lower())


@cache
def is_english(word: str) -> bool:
    """Whether a dictionary, or the shop's own vocabulary, has a word or what it is made from."""
    if _listed(word):
        return True
    return any(_listed(word.removesuffix(end)) for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2)


def corrected(word: str) -> str:
    """The word an unknown one is a slip of, one letter off; the word itself where there is none."""
    if len(word) < 5 or is_english(word):
        return word
    return _dictionary().correction(word) or word


def split_into_words(letters: str) -> list[str] | None:
    """Letters run together, as the fewest English words of two letters and more; None where they make none."""
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LETTERS_OF_A_WORD), end - 1):
            if start in best and _listed(letters[start:end]):
                found = [*best[start], letters[start:end]]
                if end not in best or len(found) < len(best[end]):
                    best[end] = found
    return best.get(len(letters))


def strange_words(text: str, names: Collection[str]) -> list[str]:
    """The words that are neither English nor a name the product has, each once."""
    return list(dict.fromkeys(w for w in words_in(text) if len(w) > 1 and w not in names and not is_english(w)))


def other_language(text: str, names: Collection[str]) -> str | None:
    """What makes a line one for a person who reads another language; None for English."""
    strange = strange_words(text, names)
    if len(strange) >= STRANGE_WORDS:
        return f"'{', '.join(strange[:5])}' {'is' if len(strange) == 1 else 'are'} in no English dictionary"
    words = [word for word in words_in(text) if word not in names]
    if len(words) < STRANGE_WORDS or not (strange or _is_odd(words)):
        return None
    identifier = _identifier()
    ranked = dict(identifier.rank(" ".join(words)))
    language, probability = max(ranked.items(), key=lambda item: float(item[1]))
    if language != "en" and probability > _SURELY_OTHER and ranked.get("en", 0.0) < _HARDLY_ENGLISH:
        return f"it reads as '{language}'"
    return None


def _is_odd(words: list[str]) -> bool:
    """Whether rare words stand side by side: English has them too, but between its commonest ones."""
    frequency = _dictionary().word_frequency
    rare = [frequency[word] < 60_000 for word in words]
    return any(one and other for one, other in pairwise(rare))


def _listed(word: str) -> bool:
    return word in _dictionary().word_frequency.dictionary or word in words_of_the_shop() or word in _vocabulary()


@once
def _vocabulary() -> frozenset[str]:
    """Words of kitchens and shops that a general dictionary leaves out."""
    return frozenset(files("agents.compliance.reading").joinpath("vocabulary.txt").read_text(encoding="utf-8").split())


@once
def _dictionary() -> "SpellChecker":
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)


@once
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
