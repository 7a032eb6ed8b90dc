"""What the papers on a product's file prove: a certificate, a supplier's word on paper, an award."""

import re

from agents.compliance.case import Case
from agents.compliance.goods.goods import goods_of
from agents.compliance.goods.lexicon import Kind
from domain.catalogue import Product

_MEANS = {
    "britain": "british", "england": "english", "scotland": "scottish", "wales": "welsh", "coeliac": "gluten free",
    "coeliacs": "gluten free", "vegans": "vegan", "vegetarians": "vegetarian",
}  # fmt: skip
_SAME_AS = re.compile(rf"\b(?:{'|'.join(_MEANS)})\b")
_BITTER_ORANGE = "seville orange"
"""A kind of orange, wherever it grows."""
_GIVEN = {
    "soil", "association", "certified", "certificate", "certification", "certifier", "standard", "standards", "gb",
    "uk", "eu", "org", "by", "the", "of", "and", "to", "with", "ofg", "f", "g", "farmers", "growers", "limited", "ltd",
}  # fmt: skip
"""Words of a certificate that say who gave it, and nothing of what it is for."""
_SIZES = {
    "pack", "packs", "pint", "pints", "litre", "litres", "large", "medium", "small", "bag", "bags", "box", "tin", "can",
    "bottle", "kg", "g", "ml", "l",
}  # fmt: skip
"""Words of a name that say how much of it there is."""
_WORD = re.compile(r"[a-z0-9]+")
_BETWEEN = r"[^a-z0-9]+"


def held_for(found: re.Match[str], case: Case, product: Product) -> bool:
    """The words claimed are what a paper is held for, or stand in the ad as a part of what one is held for, word for
    word: "bottle made from 30% recycled plastic"."""
    said = " ".join(_WORD.findall(found.group(0).lower()))
    if said == "alcohol free" and goods_of(product).kind is Kind.ALCOHOL_ALTERNATIVE:
        return True
    if said.removesuffix("s") == _BITTER_ORANGE and _BITTER_ORANGE in product.name.lower():
        return True
    said = _SAME_AS.sub(lambda same: _MEANS[same.group(0)], said)
    papers = [words for held in product.evidence.provenance if (words := _WORD.findall(held.lower()))]
    return any(" ".join(words) in said or _stands_in_full(words, found) for words in papers)


def _stands_in_full(words: list[str], found: re.Match[str]) -> bool:
    spelt = re.compile(rf"\b{_BETWEEN.join(map(re.escape, words))}\b", re.IGNORECASE)
    return any(whole.start() <= found.start() and found.end() <= whole.end() for whole in spelt.finditer(found.string))


def certified_organic(found: re.Match[str], case: Case, product: Product) -> bool:
    """A certificate of the product proves the word, whoever gave it and by word or by code; one of an ingredient proves
    nothing of the whole, though the product is named for it, and goods in conversion are not organic yet (retained
    Regulation (EC) 834/2007 art.17 and 23; the code of the body that certifies by art.24)."""
    called = [word for word in _WORD.findall(product.name.lower()) if word.isalpha() and word not in _SIZES]
    return any(_certifies(_WORD.findall(held.lower()), called) for held in product.evidence.provenance)


def _certifies(paper: list[str], called: list[str]) -> bool:
    if "organic" not in paper and "org" not in paper:
        return False
    held_for = {word for word in paper if not word.isdigit()} - {"organic"} - _GIVEN
    # English names what a thing is last: milk chocolate is no milk.
    return not held_for or (held_for <= set(called) and called[-1] in held_for)


def won(found: re.Match[str], case: Case, product: Product) -> bool:
    text, said = found.string.lower(), found.group(0).lower()
    for award in product.evidence.awards:
        place = text.find(award.lower()) if award else -1
        if place >= 0:
            is_in_it = place <= found.start() and found.end() <= place + len(award) + 1
            if is_in_it or said in ("award", "awards", "award-winning", "winner"):
                return True
    return False
