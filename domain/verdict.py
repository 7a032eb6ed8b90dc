"""What a verdict is bound to: the very plan and ads it was given on."""

import hashlib
from collections.abc import Sequence

from domain.creative import Creative
from domain.plan import CampaignPlan


def fingerprint(plan: CampaignPlan, creatives: Sequence[Creative]) -> str:
    """A hash of what would be bought and of every word and picture that would be shown there."""
    shown = {allocation.channel for allocation in plan.allocations}
    ads = sorted((ad for ad in creatives if ad.channel in shown), key=lambda ad: str(ad.id))
    parts = [plan.decision_hash(), *(ad.model_dump_json() for ad in ads)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
