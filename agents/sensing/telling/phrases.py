"""The small turns of phrase that headlines, advice and evidence share."""

from collections.abc import Sequence

from agents.sensing.conditions import Spell
from agents.sensing.telling.insight import Insight


def direction(finding: Insight) -> str:
    return "up" if finding.change > 0 else "down"


def percent(change: float) -> str:
    return f"{abs(change):.0%}"


def in_days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def title(words: str) -> str:
    return words[:1].upper() + words[1:]


def spell_words(spell: Spell | None) -> str:
    return spell.words if spell else "this weather"


def in_spell(spell: Spell) -> str:
    return f"{'after' if spell.is_over else 'in'} {spell.words}"


def named(spell: Spell | None) -> str:
    return f" ({spell.words})" if spell else ""


def places(finding: Insight) -> str:
    if finding.everywhere or not any(finding.regions):
        return "all regions" if len(finding.regions) > 1 else finding.regions[0] or "all stores"
    return listed(finding.regions)


def where(finding: Insight) -> str:
    return "" if finding.everywhere or not any(finding.regions) else f" in {listed(finding.regions)}"


def unseen(finding: Insight) -> str:
    """What nobody knows of, wherever a place is told: a region whose sales did not arrive may do the same or not."""
    return f" (no sales figures from {listed(finding.unseen)})" if finding.unseen else ""


def listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{len(names)} regions"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def share_words(share: float) -> str:
    """A share of a whole in words, by the nearest of a few: `a quarter`."""
    words = {0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 1 / 3: "a third", 0.5: "half", 0.75: "three quarters"}
    return words[min(words, key=lambda known: abs(known - share))]
