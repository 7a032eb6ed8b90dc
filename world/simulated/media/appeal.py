"""What truly makes shoppers click on an ad's words. Read by the ad platform, `bench/` and tests alone: no agent may
know it.

The log of an ad's click-through rate against its channel's usual one is a sum: how its angle goes with what the
category is bought for, and what its wording does. That it is a sum of small parts is the model; the signs have sources:

- an appeal that meets the motive at hand persuades more (message matching; the meta-analysis of Joyal-Desmarais et al.,
  Psychological Bulletin 2022, over 702 tests), so comfort suits soup and convenience suits a ready meal;
- a question as a headline is clicked more than the same as a statement (Lai and Farbrot, Social Influence 2014);
- a headline that names what is sold needs no guessing, and one read in two seconds loses by every word beyond a few;
  a price told spares a click that would only ask for it, and brings those who buy at it. Both are assumptions.

The sizes are ours: between two ads of one channel they make a tenth to a third, as creatives in split tests differ.
Clicks alone answer to words. Sales do not: what ads sell is the truth of `world.simulated.truth`, and the loop measures
that against held-out stores, where one wording a channel could not be told from another.
"""

import hashlib
import re
from functools import cache

import numpy as np

from domain.booking import AdShown

_AFFINITY: dict[str, dict[str, float]] = {
    "soup": {"comfort": 0.18, "convenience": 0.08, "freshness": -0.12, "discovery": -0.08},
    "porridge": {"comfort": 0.12, "convenience": 0.10, "occasion": -0.10, "discovery": -0.06},
    "tea and coffee": {"comfort": 0.15, "value": 0.05, "freshness": -0.10, "discovery": -0.08},
    "ready meals": {"convenience": 0.18, "value": 0.06, "freshness": -0.12},
    "ice cream": {"freshness": 0.15, "occasion": 0.12, "comfort": -0.10, "value": -0.04},
    "barbecue meat": {"occasion": 0.18, "freshness": 0.04, "comfort": -0.08, "discovery": -0.06},
    "salad": {"freshness": 0.15, "convenience": 0.08, "comfort": -0.12},
    "cheese": {"discovery": 0.15, "occasion": 0.10, "freshness": -0.06},
    "fruit": {"freshness": 0.14, "convenience": 0.06, "comfort": -0.06},
    "wine": {"occasion": 0.15, "discovery": 0.08, "convenience": -0.08},
    "beer": {"occasion": 0.14, "convenience": -0.06},
    "bread": {"convenience": 0.08, "value": 0.08, "discovery": -0.06},
    "milk": {"value": 0.10, "convenience": 0.08, "occasion": -0.08, "discovery": -0.08},
    "bottled water": {"value": 0.10, "freshness": 0.08, "discovery": -0.10},
}
"""By category and angle, logs. Nothing is known of the rest."""
_SPREAD = 0.04
"""Log standard deviation, over seeds, of an angle's affinity with a category."""
QUESTION = 0.08
NAMES_THE_GOODS = 0.07
TELLS_THE_PRICE = 0.04
EXCLAIMS = -0.05
A_WORD_TOO_MANY = -0.03
FEW_WORDS = 4
"""Words of a headline that cost nothing."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def appeal(seed: int, category: str, ad: AdShown) -> float:
    """The log of the ad's click-through rate over its channel's usual one."""
    return affinity(seed, category, ad.angle) + wording(category, ad)


@cache
def affinity(seed: int, category: str, angle: str) -> float:
    """How an angle goes with what a category is bought for, a log. Any category has some, also those of real data."""
    digest = hashlib.sha256(f"{seed}|{category}|{angle}".encode()).digest()
    luck = np.random.default_rng(np.frombuffer(digest, np.uint32)).standard_normal()
    return _AFFINITY.get(category, {}).get(angle, 0.0) + _SPREAD * float(luck)


def wording(category: str, ad: AdShown) -> float:
    """What the words do by themselves, a log."""
    words = [word.lower() for word in _WORD.findall(ad.headline)]
    goods = {word.rstrip("s") for word in _WORD.findall(category.lower()) if word != "and"}
    whole = f"{ad.headline} {ad.body}"
    return (
        QUESTION * ad.headline.rstrip().endswith("?")
        + NAMES_THE_GOODS * any(word.rstrip("s") in goods for word in words)
        + TELLS_THE_PRICE * ("£" in whole)
        + EXCLAIMS * ("!" in whole)
        + A_WORD_TOO_MANY * max(0, len(words) - FEW_WORDS)
    )
