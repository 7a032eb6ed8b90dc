"""What a prompt tells a writer to do, as far as the fake copywriter can follow it.

It understands angles, words to keep out and to bring in, lengths in words and sentences, questions and exclamation
marks. What it does not understand it leaves alone, so that rewording that changes no instruction changes no ad.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from domain.creative import Angle

Field = Literal["headline", "body"]

ANGLES: tuple[str, ...] = get_args(Angle)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_ANGLE = rf"({'|'.join(ANGLES)})"
_QUOTED = re.compile(r"[\"“‘]([^\"”’\n]{2,60})[\"”’]|(?<!\w)'([^'\n]{2,60})'(?!\w)")
_NEGATED = re.compile(r"\b(?:not|never|no|avoid|without|cannot|don't|mustn't)\b(?:\s+\w+){0,2}\s*$", re.IGNORECASE)

_AVOID = re.compile(
    r"\b(?:(?:do not|don't|never|must not|should not)\s+(?:ever\s+)?(?:say|write|use|mention|print|include)"
    r"|avoid(?:\s+(?:saying|writing|using|mentioning))?|leave out|without\s+(?:saying|using|mentioning))"
    r"\s+(?P<what>[^.;:!?\n]+)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\b(?:mention|include|say|use the words?)\s+(?P<what>[^.;:!?\n]+)", re.IGNORECASE)
_LEADING = re.compile(r"^(?:(?:the|any|a|an|word|words|phrase|phrases|like|such as|either|ever)\s+)+", re.IGNORECASE)
_WORDS = re.compile(
    rf"\b(?P<least>at most|no more than|up to|within|a maximum of|under|fewer than|less than)\s+{_NUMBER}\s+words?\b"
    rf"|\b{_NUMBER}\s+words?\s+(?:or fewer|or less|at most)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(
    r"(?:^|:\s*|\b(?:in|most|than|up to|to|of|exactly|only|just|within|with|is|be)\s+)"
    rf"{_NUMBER}\s+(?:short\s+|plain\s+|full\s+)?sentences?\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\bkeep (?:it|this|the body) (?:very |really )?short\b|\bbe brief\b|\bas short as\b", re.IGNORECASE
)
_QUESTION = re.compile(r"\bquestions?\b", re.IGNORECASE)
_QUESTION_ASKED = re.compile(
    r"\b(?:as|is|are|be|ask\w*|put|pose\w*|write|make|use|end\w* (?:in|on|by)|with|no|not|never|avoid|without|don't)\b"
    r"[^.!?\n]{0,24}\bquestions?\b(?!\s+asked)|^\W*(?:an? )?questions?\b",
    re.IGNORECASE,
)
"""Where a question is a form an ad has, and not what a reader might have."""
_IMPERATIVE = re.compile(
    r"(?:^|[,;:]|\b(?:must|should|shall|always|please|to|and|also|then|but|do|not|never|don't|without))\W*$",
    re.IGNORECASE,
)
"""What stands before a verb that tells a writer to do something."""
_EXCLAMATION = re.compile(r"\bexclamation marks?\b", re.IGNORECASE)
_LEAN = re.compile(
    rf"\b(?:lean on|always|angle(?:\s+(?:is|must be|should be))?\s*[:=]?)\s+{_ANGLE}\b"
    rf"(?!\s*(?:,|,?\s*or|,?\s*and)\s*{_ANGLE}\b)",
    re.IGNORECASE,
)
_ANGLE_FIELD = re.compile(r"^[ \t]*[-*][ \t]*angle[ \t]*:(?P<what>[^\n]*)", re.IGNORECASE)
_ANSWER_FIELD = re.compile(r"^[ \t]*[-*][ \t]*(?P<field>[a-z_ ]+?)[ \t]*:", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_MOST_WORDS_OF_A_THING = 4
_JUST_BEFORE = 40
"""Characters in which a negation must stand before what it negates."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """What is asked of an ad. Empty, None or False where nothing is said."""

    angles: tuple[str, ...] = ()
    """The angles to choose from, first choice first."""
    is_angle_fixed: bool = False
    avoid: tuple[str, ...] = ()
    """Words and phrases that must not be in it, lower case."""
    mention: tuple[str, ...] = ()
    """What must be in its body."""
    most_words: tuple[tuple[Field, int], ...] = ()
    most_sentences: int | None = None
    """Of the body."""
    is_brief: bool = False
    question: bool | None = None
    """Whether the headline must be a question (True) or nothing may be one (False)."""
    exclamation: bool = False

    def words(self, field: Field) -> int | None:
        """The most words a field may have."""
        return dict(self.most_words).get(field)


def read_instructions(lines: Sequence[str]) -> Instructions:
    """Instructions from the lines of a prompt that tell the writer something; facts are none of them."""
    sentences = list(_sentences(lines))
    angles, is_fixed = _angles(lines, sentences)
    counts = [int_of for field, text in sentences if field != "other" for int_of in _sentence_counts(text)]
    return Instructions(
        angles=angles,
        is_angle_fixed=is_fixed,
        avoid=tuple(dict.fromkeys(_forbidden(text for _, text in sentences))),
        mention=tuple(dict.fromkeys(_wanted(text for field, text in sentences if field != "other"))),
        most_words=tuple(_word_limits(sentences)),
        most_sentences=min(counts) if counts else None,
        is_brief=any(_BRIEF.search(text) for _, text in sentences),
        question=_wish(_QUESTION, [text for field, text in sentences if _may_ask(field, text)]),
        exclamation=bool(_wish(_EXCLAMATION, [text for _, text in sentences])),
    )


def _may_ask(field: object, text: str) -> bool:
    return field != "other" and (field == "headline" or _QUESTION_ASKED.search(text) is not None)


def _sentences(lines: Sequence[str]) -> Iterator[tuple[Field | Literal["other"] | None, str]]:
    """Each sentence with the field of the answer it is about, None where it is about the whole ad."""
    for line in lines:
        named = _ANSWER_FIELD.match(line)
        own = _field(named["field"]) if named else None
        for sentence in _SENTENCE.findall(line):
            yield own or _spoken_of(sentence), sentence.strip()


def _field(name: str) -> Field | Literal["other"]:
    match name.strip().lower().replace(" ", "_"):
        case "headline" | "title":
            return "headline"
        case "body" | "text" | "copy":
            return "body"
        case _:
            return "other"


def _spoken_of(sentence: str) -> Field | None:
    low = sentence.lower()
    return "headline" if "headline" in low else "body" if re.search(r"\bbody\b", low) else None


def _angles(lines: Sequence[str], sentences: Iterable[tuple[object, str]]) -> tuple[tuple[str, ...], bool]:
    told = [
        match[1].lower()
        for field, text in sentences
        if field != "other"
        for match in _LEAN.finditer(text)
        if not _NEGATED.search(text[max(0, match.start() - _JUST_BEFORE) : match.start()])
    ]
    if told:
        return (told[-1],), True
    for line in lines:
        if match := _ANGLE_FIELD.match(line):
            offered = re.findall(rf"\b{_ANGLE}\b", match["what"].partition("unless")[0].lower())
            return tuple(dict.fromkeys(offered)), len(set(offered)) == 1
    return (), False


def _forbidden(sentences: Iterable[str]) -> Iterator[str]:
    for text in sentences:
        for match in _AVOID.finditer(text):
            for thing in _things(match["what"]):
                if not (_QUESTION.search(thing) or _EXCLAMATION.search(thing)):
                    yield thing.lower()


def _wanted(sentences: Iterable[str]) -> Iterator[str]:
    for text in sentences:
        for match in _MENTION.finditer(text):
            is_quoted = _QUOTED.search(match["what"]) is not None
            before = text[max(0, match.start() - _JUST_BEFORE) : match.start()]
            if (match[0].lower().startswith("say") and not is_quoted) or _NEGATED.search(before):
                continue
            if not _IMPERATIVE.search(before):
                continue
            yield from _things(match["what"])


def _things(words: str) -> Iterator[str]:
    """What is named: every quoted phrase, or else what stands between commas and conjunctions."""
    quoted = [first or second for first, second in _QUOTED.findall(words)]
    for part in quoted or re.split(r",|/|\bor\b|\band\b", words):
        thing = part.strip(" .") if quoted else _LEADING.sub("", part.strip())
        if thing and len(thing.split()) <= _MOST_WORDS_OF_A_THING:
            yield thing


def _word_limits(sentences: Iterable[tuple[object, str]]) -> Iterator[tuple[Field, int]]:
    for field, text in sentences:
        for match in _WORDS.finditer(text):
            number = _number(match[2] or match[3])
            is_exclusive = (match["least"] or "").lower() in {"under", "fewer than", "less than"}
            if field != "other":
                yield "headline" if field == "headline" else "body", number - is_exclusive


def _sentence_counts(text: str) -> Iterator[int]:
    for match in _SENTENCES.finditer(text):
        yield _number(match[1])


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 1


def _wish(thing: re.Pattern[str], sentences: Sequence[str]) -> bool | None:
    """Whether the thing is asked for or ruled out; what is said last counts, as a writer would take it."""
    wish: bool | None = None
    for text in sentences:
        if match := thing.search(text):
            before = text[: match.start()].lower()
            wish = re.search(r"\b(?:no|not|never|avoid|without|don't)\b", before) is None
    return wish
