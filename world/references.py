"""How a run's context names its world."""

from collections.abc import Callable
from uuid import UUID

from domain.context import CampaignContext, WorldRef

Resolve = Callable[[CampaignContext, UUID], WorldRef]
"""The world a campaign lives in: the one its context carries, or one of the campaign's own."""
