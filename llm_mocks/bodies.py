"""The fake copywriter's bodies: a thought about the food, and as much around it as a channel has room for."""

from collections.abc import Iterable, Iterator

from llm_mocks.desk import Desk, sentences
from llm_mocks.fixtures.families import VARIANTS

_CARELESS = 0.35
"""How often a first draft gives in to temptation."""


def bodies(desk: Desk, limit: int, *, is_weather_told: bool) -> tuple[str, ...]:
    """Candidates, best first: what fits the limit and the instructions comes before what does not."""
    most_words, most_sentences = desk.prompt.asks.words("body"), desk.prompt.asks.most_sentences

    def misfit(text: str) -> tuple[bool, bool, bool]:
        return (
            len(text) > limit,
            most_words is not None and len(text.split()) > most_words,
            most_sentences is not None and sentences(text) - bool(desk.goods.duty) > most_sentences,
        )

    allowed = sorted(_allowed(desk, is_weather_told), key=misfit)
    if all(len(text) > limit for text in allowed):
        # A name longer than the ad: cut off in the middle it would be nonsense.
        allowed = sorted(_allowed(desk.of_its_kind, is_weather_told), key=misfit)
    return (*_careless(desk), *allowed)


def _allowed(desk: Desk, is_weather_told: bool) -> list[str]:
    written = (_with_mentions(desk, text) for text in _put_together(desk, is_weather_told))
    return [text for text in written if not desk.prompt.is_refused(text)]


def _put_together(desk: Desk, is_weather_told: bool) -> Iterator[str]:
    """One thought after the other, each from its longest wording to its shortest: a tighter limit takes words off a
    thought before it takes another."""
    openings = () if is_weather_told else _in_turn(desk, "opening", desk.book.openings[desk.prompt.weather])
    opening = next(iter(openings), "")
    endings = desk.book.endings.get(desk.angle, ()) if desk.goods.has_endings else ()  # type: ignore[call-overload]
    ending = next(iter(_in_turn(desk, f"ending on {desk.angle}", endings)), "")
    duty = desk.goods.duty
    for wordings in _thoughts(desk):
        full, short = wordings[0], wordings[-1]
        if not desk.is_brisk:
            yield _joined(opening, full, ending, duty)
            yield _joined(opening, full, duty)
            yield from (_joined(other, short, duty) for other in openings)
            yield _joined(full, ending, duty)
            yield _joined(full, duty)
        yield _joined(short, duty)


def _thoughts(desk: Desk) -> Iterator[tuple[str, ...]]:
    """Each thought of the angle in its wordings, the channel's own first: neighbours in the order go to different
    channels."""
    lines = desk.goods.thoughts.get(desk.angle, ())  # type: ignore[call-overload]
    ranked = desk.dice.order(f"thought on {desk.angle}", lines)
    turn = desk.turn % len(ranked) if ranked else 0
    others = [line for angle, more in desk.goods.thoughts.items() if angle != desk.angle for line in more]
    for line in (*ranked[turn:], *ranked[:turn], *desk.dice.order("another thought", others)):
        if wordings := desk.written(desk.for_today(line.split(VARIANTS))):
            yield wordings


def _in_turn(desk: Desk, decision: str, lines: Iterable[str]) -> tuple[str, ...]:
    """The sentences that may be written, the channel's own choice first."""
    ranked = desk.dice.order(decision, lines)
    turn = desk.turn % len(ranked) if ranked else 0
    return desk.written((*ranked[turn:], *ranked[:turn]))


def _with_mentions(desk: Desk, text: str) -> str:
    """The text with what must be in it: as a sentence of its own where the thought does not say it already."""
    for thing in desk.prompt.asks.mention:
        said = desk.words["price"] if thing.lower() == "price" else thing
        if said and said.lower() not in text.lower():
            text = _joined(text, f"{said[:1].upper()}{said[1:]}.")
    return text


def _careless(desk: Desk) -> tuple[str, ...]:
    """What a first draft may get wrong for goods that tempt one to a health claim; not on a rewrite, nor later."""
    channel = desk.prompt.channel
    if desk.prompt.is_rewrite or desk.round or desk.dice.share(f"careless on {channel}") > _CARELESS:
        return ()
    return desk.dice.order(f"temptation on {channel}", desk.written(desk.goods.temptations))


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
