"""The ticket of an ad: what it is and what it costs, as a shelf says it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.creative.artwork.lato import Weight
from agents.creative.artwork.layout import Box, Canvas, Frame
from agents.creative.artwork.marks import Marks
from agents.creative.artwork.pieces import SHRINKS_TO, Piece, Plate, placed, shrunk
from agents.creative.artwork.typesetting import Setting, broken_up, set_at


def ticket(marks: Marks, frame: Frame, canvas: Canvas, *, tells_offer: bool) -> Iterator[Piece]:
    """What it is, what it costs, and what a kilo or a litre of it costs, as a shelf says it.

    Where not all of it can be read the brand goes first, then the name, which the headline's picture shows; then the
    offer, the whole of it, because an offer without its end is none.
    """
    box, small = frame.ticket, canvas.small_print
    pad = small * (0.45 if canvas.is_tiny else 0.7)
    inner = Box(box.x + pad, box.y + pad, box.width - 2 * pad, box.height - 2 * pad)
    offer = marks.offer if tells_offer else ()
    facts = {
        "offer": _Fact(offer[0] if offer else "", "black", small * 2, small * 1.1),
        "offer terms": _Fact(", ".join(offer[1:]), "regular", small * 1.15, small),
        "name": _named(marks.title, inner, small, box),
        "bare name": _named(marks.product_name, inner, small, box),
        "price": _Fact(marks.price, "black", min(box.height * 0.56, box.width * 0.36), small * 1.35),
        "unit price": _Fact(marks.unit_price, "regular", max(small * 1.3, box.height * 0.11), small * 0.95),
    }
    facts = {part: fact for part, fact in facts.items() if fact.text.strip()}
    is_named = frame.names_product or facts.keys() <= {"name", "bare name"}
    names = ("name", "bare name", "") if is_named else ("",)
    named = [[part for part in facts if "name" not in part or part == name] for name in names]
    choices = [*named, *([part for part in some if "offer" not in part] for some in named)]
    choices = [choice for choice in choices if choice]
    if not choices:
        return
    readable = (rows for choice in choices if (rows := _pile(facts, choice, inner, small, least=SHRINKS_TO)))
    rows = next(readable, None) or _pile(facts, choices[-1], inner, small, least=0) or []
    total = sum(max(setting.height for _, setting in row) for row in rows)
    across = 2 * pad + max(sum(setting.width for _, setting in row) + small * 0.7 * (len(row) - 1) for row in rows)
    left = box.x + (box.width - across) / 2 if frame.ticket_centred else box.x
    plate = Box(left, box.y + (box.height - total - 2 * pad) / 2, across, total + 2 * pad)
    yield Plate("ticket", plate, small * 0.7, "white")
    top = plate.y + pad
    for row in rows:
        height, x = max(setting.height for _, setting in row), plate.x + pad
        for part, setting in row:
            at = Box(x, top, inner.width, height)
            text = placed(part.removeprefix("bare "), setting, at, "night", "white", centred=False)
            yield text
            x = text.box.right + small * 0.7
        top += height


@dataclass(frozen=True, slots=True)
class _Fact:
    text: str
    weight: Weight
    largest: float
    smallest: float


def _named(name: str, inner: Box, small: float, box: Box) -> _Fact:
    return _Fact(broken_up(name, "bold", inner.width, small), "bold", min(small * 1.9, box.height * 0.2), small)


def _pile(
    facts: dict[str, _Fact], parts: Sequence[str], box: Box, small: float, *, least: float
) -> list[list[tuple[str, Setting]]] | None:
    """The rows of a ticket at the largest share of their sizes at which they fit, no less than `least`."""
    share = 1.0
    while share >= max(least, 0.01):
        settings = []
        for part in parts:
            fact = facts[part]
            size = shrunk(fact.largest, fact.smallest, share)
            settings.append((part, set_at(fact.text, fact.weight, box.width, size, 1.12)))
        known = [(part, setting) for part, setting in settings if setting is not None]
        rows = _rows(known, box.width, gap=small * 0.7)
        if len(known) == len(parts) and sum(max(setting.height for _, setting in row) for row in rows) <= box.height:
            return rows
        share *= 0.95
    return None


def _rows(settings: Sequence[tuple[str, Setting]], width: float, *, gap: float) -> list[list[tuple[str, Setting]]]:
    """Each in a row of its own, the unit price beside the price where there is room."""
    rows: list[list[tuple[str, Setting]]] = []
    for part, setting in settings:
        if part == "unit price" and rows and rows[-1][0][0] == "price":
            used = rows[-1][0][1].width + gap + setting.width
            if used <= width:
                rows[-1].append((part, setting))
                continue
        rows.append([(part, setting)])
    return rows
