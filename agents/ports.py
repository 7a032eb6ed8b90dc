"""What agents are given besides data: a chat model by name, and somebody who draws."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from uuid import UUID

from langchain_core.language_models import BaseChatModel

from domain.catalogue import Product
from domain.context import CampaignContext
from domain.creative import Creative
from domain.model_calls import ModelPrice
from domain.plan import CampaignPlan

Watched = Callable[[UUID], Awaitable[bool]]
"""Whether anybody watches a campaign's answers being written; where nobody does, none is streamed."""


async def by_nobody(campaign_id: UUID) -> bool:
    """No campaign is watched."""
    return False


class ChatModels(Protocol):
    """Opens chat models by name, with the faults a run asks for."""

    def open(self, context: CampaignContext) -> BaseChatModel:
        """Raises BadInput for a name no provider answers to, saying how to install or configure it."""
        ...


class PricedModels(ChatModels, Protocol):
    """Models, and what they cost."""

    def price_of(self, asked_as: str, named: str) -> ModelPrice | None:
        """Of a model asked for as `provider:model` that answered as `named`; None where none is known."""
        ...


class Draws(Protocol):
    """Draws ads: an agent's words, and a person's at the gate."""

    def __call__(self, ads: Sequence[Creative], plan: CampaignPlan, product: Product | None) -> dict[UUID, str | None]:
        """The drawing of every ad by its id; None for an ad without a picture. `product` is the plan's hero, None when
        it has left the shelf.

        Raises DataFault for a picture on file that cannot be shown.
        """
        ...
