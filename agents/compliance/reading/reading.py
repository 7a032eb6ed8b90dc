"""An ad's words as the rules read them: as they stand, and with every disguise taken off."""

from dataclasses import dataclass
from functools import lru_cache

from agents.compliance.letters import folded, hidden_in, markup_in, mixed_word, other_script
from agents.compliance.reading.disguise import undisguised
from agents.compliance.reading.english import other_language, words_in


@dataclass(frozen=True, slots=True)
class Reading:
    """One text. `plain` is what stands there in plain letters, `bare` the same without disguises; they are equal for
    text that has none."""

    plain: str
    bare: str
    hidden: str | None
    """A character or a word that is there to deceive a reader or a machine."""
    markup: str | None
    foreign: str | None
    """What makes it a text for a person who reads another language."""

    @property
    def views(self) -> tuple[str, ...]:
        return (self.plain,) if self.plain == self.bare else (self.plain, self.bare)


@lru_cache(maxsize=4096)
def read(text: str, product_name: str = "") -> Reading:
    """Read `text` of an ad for the product of that name, whose words are nobody's language."""
    names = frozenset(words_in(folded(product_name)))
    plain = folded(text)
    mixed = mixed_word(text)
    hidden = hidden_in(text) or (f"'{mixed}', letters of two alphabets" if mixed else None)
    script = other_script(text)
    foreign = f"'{script}' is in another script" if script else other_language(plain, names)
    return Reading(
        plain=" ".join(plain.split()),
        bare=" ".join(undisguised(plain, names).split()),
        hidden=hidden,
        markup=markup_in(text),
        foreign=foreign,
    )
