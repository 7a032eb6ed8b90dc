"""The patterns of the rulebook, each with the letters without which a text cannot have it.

They are read from the parse tree of its expression, as filters before automata of many expressions do: R. Cox, *Regular
Expression Matching in the Wild* (2010). Where the tree says nothing, the pattern may be in any text.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import chain, product
from typing import Any, Final, NamedTuple

Needles = frozenset[str]
"""Strings in small letters, one of which at least is in every text that has what needs them."""

_MOST_WORDINGS: Final = 24
"""So many wordings of a part are told one by one; of a part with more, what they need."""
FEWEST_LETTERS: Final = 2
"""A needle of fewer is in nearly every text."""
_REFERS: Final = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
_PIECE: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
"""What stands in an expression: a character, what is escaped, or a class of characters."""


class Wording:
    """One of the ways to say a phrase: an expression, and what a text that has it needs."""

    def __init__(self, words: str, needs: tuple[Needles, ...]) -> None:
        self.words = words
        self.needs = needs

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.words, re.IGNORECASE)


class Phrase:
    """A regular expression that ignores case, taken apart at its outermost bars."""

    def __init__(self, words: str) -> None:
        """Raises ValueError for what is no expression, or fits a text without letters."""
        try:
            tree = re._parser.parse(words, re.IGNORECASE)  # type: ignore[attr-defined]
            parts = _split(words)
            if "(?<" in words:  # Whether one looks back over a known distance is seen only where it is compiled.
                re.compile(words, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"pattern {words!r} is not a regular expression: {error}") from error
        if tree.getwidth()[0] == 0:
            raise ValueError(f"pattern {words!r} is found in every text, as it fits no letters at all")
        self.wordings = tuple(_wordings(words, parts, list(tree)))


phrase_of = cache(Phrase)
"""Some rules share a phrase, and each is taken apart once."""


def _split(words: str) -> list[str]:
    """An expression at its outermost bars; whole where a part refers to another."""
    if _REFERS.search(words):
        return [words]
    parts, depth = [""], 0
    for piece in _PIECE.findall(words):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _wordings(words: str, parts: list[str], tree: list[Any]) -> Iterator[Wording]:
    # What all branches begin with is told once in the tree, before them.
    before, branches = tree[:-1], tree[-1][1][1] if tree[-1][0].name == "BRANCH" else []
    if len(parts) != len(branches):
        yield Wording(words, _needed(tree))
    else:
        for part, branch in zip(parts, branches, strict=True):
            yield Wording(part, _needed([*before, *branch]))


class _Part(NamedTuple):
    """What is known of a part of an expression."""

    wordings: Needles | None
    """All it may be; None where they are too many, or not known."""
    needs: tuple[Needles, ...] = ()
    """Where they are not told one by one: of each, a text that has the part has one."""


_ANYTHING: Final = _Part(None)
_NOTHING: Final = _Part(frozenset({""}))


def _needed(tree: Iterable[Any]) -> tuple[Needles, ...]:
    """The rarest first."""
    return tuple(sorted(_needs(_sequence(tree)), key=_commonness))


def _rarest(needs: tuple[Needles, ...]) -> Needles:
    return min(needs, key=_commonness)


def _needs(part: _Part) -> tuple[Needles, ...]:
    """Of needles that hold another, the other will do."""
    if part.wordings is None:
        return part.needs
    if min(map(len, part.wordings), default=0) < FEWEST_LETTERS:
        return ()
    return (frozenset(one for one in part.wordings if not any(two in one for two in part.wordings if two != one)),)


def _commonness(needles: Needles) -> float:
    """How many texts have one, roughly: each letter is one of eight."""
    return sum(8.0 ** -len(needle) for needle in needles)


def _sequence(tree: Iterable[Any]) -> _Part:
    run, letters, needs, is_whole = frozenset({""}), "", list[Needles](), True
    for operator, given in tree:
        if operator.name == "LITERAL" and (letter := _small(given)):
            letters += letter
            continue
        part = _part(operator.name, given)
        run, letters = frozenset(one + letters for one in run), ""
        together = frozenset(left + right for left, right in product(run, part.wordings or ()))
        if part.wordings is not None and len(together) <= _MOST_WORDINGS:
            run = together
            continue
        # What is told one by one ends here, and may begin again with this part.
        needs += [*_needs(_Part(run)), *(_needs(part) if part.wordings is None else ())]
        run, is_whole = part.wordings or frozenset({""}), False
    whole = _Part(frozenset(one + letters for one in run))
    return whole if is_whole else _Part(None, (*needs, *_needs(whole)))


def _part(operator: str, given: Any) -> _Part:
    match operator:
        case "LITERAL":
            letter = _small(given)
            return _Part(frozenset({letter})) if letter else _ANYTHING
        case "IN":
            return _either([_part(kind.name, what) for kind, what in given])
        case "BRANCH":
            return _either([_sequence(branch) for branch in given[1]])
        case "SUBPATTERN":
            return _sequence(given[-1])
        case "ATOMIC_GROUP":
            return _sequence(given)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _repeated(*given)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return _NOTHING  # They look, and take nothing.
        case _:
            return _ANYTHING


def _small(code: int) -> str:
    """A letter of English, or what has no cases, in lower case; of another letter nothing."""
    one = chr(code)
    return one.lower() if one.isascii() or one.lower() == one.upper() else ""


def _either(parts: list[_Part]) -> _Part:
    if all(part.wordings is not None for part in parts):
        wordings = frozenset(chain.from_iterable(part.wordings or () for part in parts))
        if len(wordings) <= _MOST_WORDINGS:
            return _Part(wordings)
    each = [_needs(part) for part in parts]
    if not all(each):
        return _ANYTHING
    return _Part(None, (frozenset(chain.from_iterable(_rarest(needs) for needs in each)),))


def _repeated(least: int, most: Any, repeated: Any) -> _Part:
    part = _sequence(repeated)
    if (least, most) == (0, 1):
        return _either([_NOTHING, part])
    if (least, most) == (1, 1):
        return part
    return _Part(None, _needs(part)) if least else _ANYTHING
