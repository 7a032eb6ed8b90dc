"""What agents are given besides data: a chat model by name, and a way to say what happens."""

from typing import Protocol

from langchain_core.language_models import BaseChatModel

from domain.context import CampaignContext


class ChatModels(Protocol):
    """Opens chat models by name, with the faults a run asks for."""

    def open(self, context: CampaignContext) -> BaseChatModel:
        """Raises BadInput for a name no provider answers to, saying how to install or configure it."""
        ...
