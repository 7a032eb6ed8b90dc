"""What a line of an ad or a brief may be made of, before anybody judges what it says.

Models answer, and people type, more than an ad can carry: markup, other scripts, characters nobody sees, the labels of
the form they filled in. Each function here says what is wrong in words that can be sent back to whoever wrote it.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_BLANKS: Final = re.compile(r"[ \t\r\n\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_SIGNS: Final = frozenset("£€¥¢§©®™°²³¹¼½¾⅓⅔⅛·×÷−–—‐‑‘’‚“”„′″…•‹›«»¡¿")
"""What a line may hold besides letters and the signs of ASCII."""
_LETTERS_OF_THEIR_OWN: Final = frozenset("ßæœøłıđðþÆŒØŁĐÐÞ")
"""Latin letters that are no ASCII letter with an accent."""
_MARKUP: Final = re.compile(r"[<>{}\[\]\\^~|`*_#]+|&(?:\w{2,}|#\w+);|-{3,}|={2,}")
_ROLE: Final = re.compile(r"\b(?:system|assistant|user|human|developer)\s*:", re.IGNORECASE)
_LABEL: Final = re.compile(
    r"^\W*(?:(?:the|your|my) )?(?:headline|body|call[ -]to[ -]action|cta|angle|image(?: description)?|objective"
    r"|proposition|tone|hero sku|audience reason|ad(?: copy)?|json|(?<=your )answer)\s*[:=]",
    re.IGNORECASE,
)
_MACHINE_TALK: Final = re.compile(
    r"\bas an ai\b|\blanguage model\b|\bai assistant\b|\bjson\b|\blorem ipsum\b|\bsystem prompt\b|https?:|\bwww\."
    r"|\bi(?:'m| am) (?:sorry|unable|not able)\b"
    r"|\byou are (?:an?|the) (?:\w+ ){0,2}(?:director|writer|copywriter|assistant|expert|model)\b"
    r"|\bi (?:can't|cannot|won't|will not) (?:help|assist|write|comply|provide)\b"
    r"|\b(?:here is|here's|here are) (?:your|the|an?|my) (?:\w+ )?(?:ads?|answer|headline|copy|draft|rewrite|brief)\b"
    r"|\b(?:the|my|our|this) task (?:is|was) to (?:deliver|create|craft|produce|make|bring)\b"
    r"|\b(?:the|my|your|our|this) task (?:is|was) to (?:write|rewrite|draft|compose|generate|promote|advertise|sell)\b"
    r"|^\W*at most \d+\W*$|\bat most \d+ ?(?:char(?:acter)?s?|words|letters)\b"
    r"|\b(?:your|insert|placeholder) (?:headline|body|text|copy|call to action)\b",
    re.IGNORECASE,
)
_MISSING: Final = re.compile(
    r"\W*(?:null|none|undefined|nan|n/a|nil|tbc|tbd|todo|true|false|string|text|example|placeholder|untitled|headline"
    r"|body|call to action|cta|angle|tone|objective|proposition)\W*",
    re.IGNORECASE,
)
_NO_END: Final = re.compile(
    r"(?:\S*\s*[,;:(/&–—-]|\b(?:a|an|the|and|or|nor|your|our|their|my|than|because|whose|every))$"
)
"""What no line ends with. In capitals they may be names: vitamin A."""
_HARDLY_AN_END: Final = re.compile(
    r"\b(?:in|on|at|to|of|for|by|with|from|into|onto|about|over|under|after|before|is|are|was|were|be|been|has|have"
    r"|that|which|who|it|its|it.s|this|these|if|as|so|but|you|we|\d+)$",
    re.IGNORECASE,
)
"""What a line may end with, and seldom does: "something to come home to"."""
_MOST_NAMED: Final = 4

_ENGLISH: Final = re.compile(
    r"\b(?:the|and|with|your|you|for|of|is|it|this|that|our|are|from|when|while|by|at|out|up|not|all|or|be)\b"
)
_NOT_ENGLISH: Final = re.compile(
    r"\b(?:le|les|des|une|du|est|avec|dans|ce|cette|pour|et|vous|votre|nos|der|das|und|ist|nicht|mit|ein|eine|dem|den"
    r"|für|im|el|los|las|para|una|del|con|por|su|hoy|il|della|che|gli|di|un|al|het|een|voor|met|van|je|w|się|jest|na|z"
    r"|nie|dla|y|mae|yn|och|det|som|för|att|um|uma|com|os|o)\b"
)
_FOREIGN_LEAST: Final = 3
_FOREIGN_FOR_CERTAIN: Final = 4
"""How many of them make a text foreign where they outnumber the English ones, and however many English ones it has."""


def folded(value: object) -> object:
    """A text without blanks around it, each run of them one space, accents joined to their letters; else as it is."""
    if not isinstance(value, str):
        return value
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", value)).strip(" ")


def letters_of(text: str) -> str:
    """What tells a line from another: its letters and figures, whatever their case and the signs between them."""
    return " ".join(
        re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", ""))
    )


def plain(text: str) -> str:
    """The text, if it is words an ad can carry. Raises ValueError saying what it holds that it must not."""
    strange = [character for character in text if not is_plain(character)]
    if strange:
        raise ValueError(f"it holds what is no plain English text ({named(strange)}): write letters and usual signs")
    if markup := _MARKUP.search(text):
        raise ValueError(f"it holds markup ('{markup[0]}'): write plain words")
    if role := _ROLE.search(text):
        raise ValueError(f"it holds the mark of a conversation ('{role[0]}'): write the words alone")
    if len({character.casefold() for character in text if character.isalpha()}) < 2:
        raise ValueError("it says nothing: write words, not blanks or punctuation")
    return text


def only_words(text: str) -> str:
    """The text, if it is what was asked for and not talk about it. Raises ValueError quoting what gives it away.

    People may write such things in an ad of theirs; in a model's answer they are what is left of the prompt.
    """
    if label := _LABEL.search(text):
        raise ValueError(f"it begins with a label ('{label[0].strip()}'): write the words alone")
    if talk := _MACHINE_TALK.search(text.replace("’", "'")):
        raise ValueError(f"it speaks of the task or of its writer ('{talk[0]}'): write the words alone")
    if _MISSING.fullmatch(text):
        raise ValueError(f"'{text}' stands for words that are missing: write them")
    return text


def unbroken(text: str, limit: int) -> str:
    """The text, if it comes to an end. Raises ValueError quoting where it breaks off.

    A model that is held to `limit` characters as it writes is cut short there, in the middle of a sentence.
    """
    broken = _NO_END.search(text) or (_HARDLY_AN_END.search(text) if len(text) >= limit else None)
    if broken:
        raise ValueError(f"it breaks off ('{broken[0].strip()}'): write it to its end, in fewer words")
    return text


def in_english(*texts: str) -> None:
    """Raises ValueError for words of another language, which none of our rules could judge.

    Told by the small words that no sentence does without; a handful of nouns is given the benefit of the doubt.
    """
    for words in (*texts, " ".join(texts)):
        foreign = sorted(set(_NOT_ENGLISH.findall(words.casefold())))
        outnumbered = len(foreign) > 2 * len(set(_ENGLISH.findall(words.casefold())))
        if len(foreign) >= _FOREIGN_FOR_CERTAIN or (len(foreign) >= _FOREIGN_LEAST and outnumbered):
            raise ValueError(f"it is not in English ({', '.join(foreign[:_MOST_NAMED])}): write British English")


def named(characters: Iterable[str]) -> str:
    """Characters as they can be read: those that show in quotes, the others by number."""
    seen = list(dict.fromkeys(characters))
    shown = [
        f"'{one}'" if one.isprintable() and not unicodedata.combining(one) else f"U+{ord(one):04X}" for one in seen
    ]
    return ", ".join(shown[:_MOST_NAMED]) + (", ..." if len(shown) > _MOST_NAMED else "")


def unmarked(text: str) -> str:
    """The text without what reads as markup, such as the star in a product's name."""
    return " ".join(_MARKUP.sub(" ", text).split())


def showable(text: str) -> str:
    """Any text as it may be stored and sent on: controls, halves of characters and the like are left out."""
    return "".join(one for one in text if one in "\t\n" or unicodedata.category(one) not in ("Cc", "Cs", "Cn"))


def is_plain(character: str) -> bool:
    """Whether a line may hold it."""
    if character.isascii():
        return character.isprintable()
    if character in _SIGNS or character in _LETTERS_OF_THEIR_OWN:
        return True
    # A look-alike of another script, or of mathematics, is no ASCII letter even with its accents off.
    bare = unicodedata.normalize("NFD", character)
    return character.isalpha() and bare[0].isascii() and bare[0].isalpha()
