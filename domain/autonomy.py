"""How far the loop may go without a person."""

from enum import StrEnum


class Autonomy(StrEnum):
    """How far the loop may go alone."""

    SHADOW = "shadow"
    """Decide everything, book nothing."""
    APPROVE = "approve"
    """A person approves each campaign."""
    CAPPED = "capped"
    """Books alone under the cap, asks above it."""
    AUTONOMOUS = "autonomous"
    """Books alone within budget and limits."""
