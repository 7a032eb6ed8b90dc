"""The labelled lines the second reader is taught by, and which of them are kept back to judge it."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import orjson

from domain.catalogue import Product
from domain.channel import Channel

FOLDER = "agents.compliance.corpus"
NEAR_THE_UNSEEN = frozenset(
    {"other.as-seen-on-tv", "other.child-medicine", "other.pet-health", "other.speed", "other.driving"}
)
"""Families of lessons that lie too near to unseen ones to be learned from: what is unseen must be a surprise."""
Part = Literal["known", "unseen", "lawful", "known_more", "lawful_more"]


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
        return f"{self.headline} | {self.body} | {self.call_to_action}"

    @property
    def is_kept_back(self) -> bool:
        """Half of the lines, by a hash of their words: rules and reader are made on the other half."""
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


@cache
def products() -> dict[str, Product]:
    """What the lines are about, by the name they use."""
    held = orjson.loads(files(FOLDER).joinpath("products.json").read_bytes())
    return {name: Product.model_validate(facts) for name, facts in held.items()}


def lessons() -> list[Line]:
    """What the reader may learn from: nothing of the unseen families, and nothing that is kept back."""
    first = [line for part in ("known", "lawful") for line in lines(part) if not line.is_kept_back]
    more = [line for line in lines("known_more") if line.family not in NEAR_THE_UNSEEN]
    return [*first, *more, *lines("lawful_more")]
