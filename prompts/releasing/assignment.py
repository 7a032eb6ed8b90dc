"""Which release a campaign is given: by its id alone, so that asking again gives the same answer."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from prompts.releasing.record import Share

_BITS = 64


def position(campaign_id: UUID, prompt: str) -> float:
    """A number in [0, 1) that looks drawn at random, and is the same for the same campaign and prompt. Prompts are
    drawn for apart from one another, so that the outcome of one is not mixed up with that of another."""
    digest = hashlib.sha256(f"{prompt}\n{campaign_id}".encode()).digest()
    # Of 64 bits a float keeps 53: the highest would round up to 1.
    return (int.from_bytes(digest[: _BITS // 8], "big") >> 11) / 2**53


def assigned(shares: Sequence[Share], at: float) -> Share:
    """The share that `at`, in [0, 1), falls into, in the order they are listed. `shares` must not be empty."""
    upto = 0.0
    for share in shares:
        upto += share.weight
        if at < upto:
            return share
    return shares[-1]
