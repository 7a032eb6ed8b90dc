"""Which models a campaign's node asks."""

from domain.context import CampaignContext
from domain.provenance import FAKE_MODEL, real_models
from domain.state import CampaignState


def writers(state: CampaignState, context: CampaignContext) -> CampaignContext:
    """The run's context; with templates in the model's place where a person has it go on without."""
    return context.model_copy(update={"model": FAKE_MODEL, "faults": ()}) if state.without_model else context


def readers(state: CampaignState, context: CampaignContext) -> CampaignContext | None:
    """The same for who judges what was written, which templates cannot; None where nobody else is left."""
    chosen = writers(state, context)
    real = real_models(chosen.model)
    return None if not real else chosen if real == chosen.model else chosen.model_copy(update={"model": real})
