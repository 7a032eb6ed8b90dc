"""The fake copywriter's headlines: no two ads of a campaign have the same one.

The ads are written at the same time and cannot ask each other. So the lines are dealt out among the channels before
any is ruled out: each line belongs to one channel, whatever happens to the others, on a rewrite too.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from domain.channel import Channel
from domain.plain_text import letters_of
from llm_mocks.desk import Desk

_WEATHER_FIRST = 0.7
"""How often an ad that has room for the weather in its body still opens with it."""
_CAUSE_FIRST = 0.25
"""How often the cause of the finding is what such an ad opens with, where there is a line for it."""
_ROOM_FOR_THE_MOMENT = 40
"""What a body needs beyond the product's name to speak of the weather too: with less the headline carries it."""
_LAST_RESORT = (
    ("{product}", "{Short}, please", "{Short} it is"),
    ("{product}, today", "{Short}, today", "{Short} for one"),
    ("Today: {product}", "Today: {short}", "{Short}, and why not"),
    ("{product}, on the list", "{Short}, on the list", "{Short}, for a start"),
    ("The list: {product}", "The list: {short}", "{Short}, to begin with"),
    ("{product}, for later", "{Short}, for later", "{Short}, now and then"),
    ("For later: {product}", "For later: {short}", "{Short}, as it comes"),
    ("{product}, as ever", "{Short}, as ever", "{Short}, once more"),
)
"""By channel, when every line of its own is ruled out; a ninth channel shares the first one's."""


def headlines(desk: Desk, limit: int, body_limit: int) -> tuple[tuple[str, ...], bool]:
    """Candidates, best first, and whether the best of them speaks of the weather. Limits in characters."""
    pools = {name: desk.written(lines) for name, lines in _hands(desk).items()}
    pools["own"] = desk.for_today(pools["own"])
    order = _order_of_pools(desk, body_limit)
    if desk.prompt.asks.question:
        pools = {name: tuple(line for line in lines if line.endswith("?")) for name, lines in pools.items()}
        order = (*order, "question")
    of_weather = set(pools["moment"])
    usual = chain.from_iterable(pools[name] for name in order)
    last = _LAST_RESORT[desk.slot % len(_LAST_RESORT)]
    lines = [*usual, *(desk.written(last) or (last[0].format_map(desk.words),))]
    most = desk.prompt.asks.words("headline")
    ranked = sorted(lines, key=lambda line: (len(line) > limit, most is not None and len(line.split()) > most))
    return tuple(_punctuated(desk, line) for line in ranked), ranked[0] in of_weather


def rounds(desk: Desk) -> int:
    """How many of the headlines said are this channel's own: as often its ad has been written for the campaign."""
    mine = {letters_of(line.format_map(desk.words)) for lines in _hands(desk).values() for line in lines}
    return len(mine & set(desk.prompt.used))


def _hands(desk: Desk) -> dict[str, tuple[str, ...]]:
    """The lines that belong to the prompt's channel, by pool."""
    book, goods, weather = desk.book, desk.goods, desk.prompt.weather
    moments = () if weather == "none" else goods.moments.get(weather) or book.moments[weather][goods.served]
    return {
        "moment": _dealt(desk, "moment", moments),
        "cause": _dealt(desk, "cause", book.causes.get(desk.prompt.cause, ())),
        "own": _dealt(desk, "own", goods.headlines),
        "question": _dealt(desk, "question", book.questions[goods.served]),
    }


def _order_of_pools(desk: Desk, limit: int) -> tuple[str, ...]:
    channel = desk.prompt.channel
    has_room = limit >= _ROOM_FOR_THE_MOMENT + len(desk.words["product"]) + len(desk.goods.duty)
    if (has_room or desk.prompt.weather == "none") and desk.dice.share(f"the cause leads on {channel}") < _CAUSE_FIRST:
        return ("cause", "moment", "own")
    if has_room and desk.dice.share(f"the weather leads on {channel}") >= _WEATHER_FIRST:
        return ("own", "moment", "cause")
    return ("moment", "own", "cause")


def _dealt(desk: Desk, pool: str, lines: Sequence[str]) -> tuple[str, ...]:
    """What of a pool belongs to the prompt's channel. Long lines go to the channels that have room for them."""
    filled = {line.format_map(desk.words): line for line in lines}
    shortest = min(channel.record.text.headline for channel in Channel)
    short = [text for text in filled if len(text) <= shortest]
    long = [text for text in filled if len(text) > shortest]
    roomy = [
        place
        for place, channel in enumerate(Channel)
        if channel.record.text.headline > max(map(len, short or [""])) + 4
    ]
    own = [*_hand(desk, pool, short, list(range(len(Channel)))), *_hand(desk, f"long {pool}", long, roomy)]
    return tuple(filled[text] for text in desk.dice.order(f"headline of {pool}", own))


def _hand(desk: Desk, pool: str, lines: Sequence[str], places: Sequence[int]) -> Iterator[str]:
    """Every line whose turn falls to the prompt's channel. Whose turn is first is drawn."""
    if desk.slot not in places:
        return
    first = int(desk.dice.share(f"first of {pool}") * len(places))
    for turn, line in enumerate(desk.dice.order(f"hand of {pool}", lines)):
        if places[(first + turn) % len(places)] == desk.slot:
            yield line


def _punctuated(desk: Desk, line: str) -> str:
    return f"{line.rstrip('.')}!" if desk.prompt.asks.exclamation and not line.endswith("?") else line
