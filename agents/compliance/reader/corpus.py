"""The labelled lines the second reader is taught by, and which of them are kept back to judge it."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal, NamedTuple

import orjson

from domain.catalogue import Product
from domain.channel import Channel
from domain.once import once

FOLDER = "agents.compliance.corpus"
NEAR_THE_UNSEEN = frozenset(
    {"other.as-seen-on-tv", "other.child-medicine", "other.pet-health", "other.speed", "other.driving"}
)
"""Families of lessons that lie too near to unseen ones to be learned from: what is unseen must be a surprise."""
_HELD_WRITER = "pair-b"
_SOME = 64
"""Of 256: a quarter."""
Part = Literal["known", "unseen", "lawful", "known_more", "lawful_more", "lawful_offers", "pairs"]


class Line(NamedTuple):
    """One labelled ad. `family` is the rule it breaks, or `lawful.` and what kind of lawful copy it is."""

    id: str
    part: Part
    family: str
    label: Literal["pass", "refer", "fail"]
    channel: Channel
    product: str
    headline: str
    body: str
    call_to_action: str
    source: str

    @property
    def text(self) -> str:
        return " | ".join(part for part in (self.headline, self.body, self.call_to_action) if part)

    @property
    def is_kept_back(self) -> bool:
        """Half of the lines, by a hash of their words: rules and reader are made on the other half. Of the pairs, all
        that one of their three writers wrote."""
        if self.part == "pairs":
            return self.id.startswith(_HELD_WRITER)
        return hashlib.blake2b(f"{self.headline}|{self.body}".encode()).digest()[0] % 2 == 1


def lines(part: Part) -> Iterator[Line]:
    """The lines of one file of the corpus, in its order."""
    for row in files(FOLDER).joinpath(f"{part}.jsonl").read_bytes().splitlines():
        held = orjson.loads(row)
        words = {name: held.get(name) or "" for name in ("headline", "body", "call_to_action", "source")}
        yield Line(
            id=held["id"],
            part=part,
            family=held["family"],
            label=held["label"],
            channel=Channel(held["channel"]),
            product=held["product"],
            **words,
        )


@once
def products() -> dict[str, Product]:
    """What the lines are about, by the name they use."""
    held = orjson.loads(files(FOLDER).joinpath("products.json").read_bytes())
    return {name: Product.model_validate(facts) for name, facts in held.items()}


def lessons() -> list[Line]:
    """What the reader may learn from: nothing of the unseen families, and nothing that is kept back."""
    first = [line for part in ("known", "lawful") for line in lines(part) if not line.is_kept_back]
    more = [line for line in lines("known_more") if line.family not in NEAR_THE_UNSEEN]
    whole = [*first, *more, *lines("lawful_more"), *lines("lawful_offers")]
    return [*whole, *(piece for line in whole for piece in _pieces(line))]


def _pieces(line: Line) -> Iterator[Line]:
    """The same ad with less around it: people ask about single lines too, and a plain headline must not tell what the
    body is. Of an unlawful line that is its body, where the headline says no more than the product's name; of so many
    lawful ones as there are of those, the body with such a headline, or with none."""
    name = products()[line.product].name
    if line.label != "pass":
        if set(line.headline.lower().split()) <= set(name.lower().split()):
            yield line._replace(headline="", call_to_action="")
        return
    lot = hashlib.blake2b(line.id.encode()).digest()[0]
    if lot < _SOME:
        yield line._replace(headline=" ".join(name.split()[:3]))
    if lot % 4 == 0:
        yield line._replace(headline="", call_to_action="")
    if lot % 8 == 1:
        yield line._replace(body="", call_to_action="")
