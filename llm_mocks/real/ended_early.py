"""Answers that ended before they were whole: at as many tokens as they may have, or where a provider's filter stopped
them. They have been paid for, and what there is of them is no answer, though it may fit its form."""

from collections.abc import Mapping
from typing import Any, Final

from domain.model_calls import Tokens
from llm_mocks.real.reported import Usage

CUT_OFF: Final = "it was cut off before its end, as too long"
STOPPED: Final = "the provider's filter stopped it"
REMEDIES: Final[Mapping[str, str]] = {
    CUT_OFF: "allow longer answers with `maxOutputTokens` in the prompt, or choose a model that thinks less",
    STOPPED: "mend the prompt, or choose another model",
}
"""By complaint: what to do where another try ends the same."""

_TOLD_AS: Final = ("finish_reason", "stop_reason", "stopReason", "done_reason")
_REASONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("length", "max_tokens", "model_length", "model_context_window_exceeded"), CUT_OFF),
    **dict.fromkeys(("content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety"), STOPPED),
    **dict.fromkeys(("recitation", "blocklist", "prohibited_content", "spii"), STOPPED),
}
"""By what providers call the end of an answer, in small letters."""
_RAISED: Final = {"LengthFinishReasonError": CUT_OFF, "ContentFilterFinishReasonError": STOPPED}
"""By the class of what OpenAI's SDK raises in the place of such an answer."""


def end_of(metadata: Mapping[str, Any]) -> str:
    """What a provider calls the early end of an answer with these metadata; empty where it ended as it should."""
    told = (str(metadata.get(name) or "").lower() for name in _TOLD_AS)
    return next((one for one in told if one in _REASONS), "")


def ended_early(metadata: Mapping[str, Any]) -> str:
    """The complaint of an answer with these metadata; empty where it ended as it should."""
    return _REASONS.get(end_of(metadata), "")


def raised_for(error: BaseException) -> str:
    """The complaint of an answer that an SDK raised this for, since it ended early; empty for any other error."""
    is_openais = type(error).__module__.partition(".")[0] == "openai"
    return _RAISED.get(type(error).__name__, "") if is_openais else ""


def tokens_in(error: BaseException) -> Tokens | None:
    """What such an answer took, as the SDK keeps it; None for one that was streamed, whose tokens come after it."""
    used = getattr(getattr(error, "completion", None), "usage", None)
    return Usage.model_validate(used, from_attributes=True).tokens if used else None
