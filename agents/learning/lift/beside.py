"""A flight read beside other campaigns of its category, in words."""

from collections.abc import Sequence

from agents.learning.lift.joint import OtherAds, joint_lift
from agents.learning.lift.panel import Mask, Panel, Reading

METHOD = "each store's stretches of days, every campaign of the category in one regression (two-way fixed effects)"
_FEWEST_DAYS = 4


def read_beside(panel: Panel, treated: Mask, others: Sequence[OtherAds], daily_spend: float) -> Reading:
    """The effect on `treated` [N] with `others` in the model. Needs one store of each kind."""
    found = joint_lift(panel, treated, others, daily_spend)
    placebo = None
    if panel.before.shape[1] >= _FEWEST_DAYS:
        placebo = joint_lift(panel.pretended(), treated, others, daily_spend).effect
    return Reading(found.effect, METHOD, _why(len(others), found.share), 1.0, placebo, found.share)


def _why(others: int, share: float) -> str:
    campaigns = "another campaign" if others == 1 else f"{others} other campaigns"
    known = f"{campaigns} advertised the category in these stores, or shortly before"
    if share == 1.0:
        return known
    return f"{known}; as stores and days are the same, the effect is shared out by what each spent: {share:.0%} of it"
