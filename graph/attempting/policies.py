"""How long a node may take and what is worth another try, by what it reaches for outside."""

from dataclasses import dataclass, replace
from typing import Self

from langgraph.types import RetryPolicy, TimeoutPolicy

from domain.creative import MODEL_NODE_SECONDS
from domain.errors import TransientFailure


@dataclass(frozen=True, slots=True)
class Reach:
    retry: RetryPolicy
    seconds: float
    """What each attempt may take."""

    @property
    def timeout(self) -> TimeoutPolicy:
        return TimeoutPolicy(run_timeout=self.seconds)

    def within(self, seconds: float) -> Self:
        """The same with another limit of time, in seconds, for each attempt."""
        return replace(self, seconds=seconds)


def _reach(*, attempts: int, first_wait: float, seconds: float) -> Reach:
    """LangGraph's default never retries ValueError, RuntimeError or OSError and retries everything else: we name the
    one class that means "try again", and let all others fail at once."""
    return Reach(
        RetryPolicy(
            initial_interval=first_wait,
            backoff_factor=2.0,
            max_attempts=attempts,
            jitter=True,
            retry_on=TransientFailure,
        ),
        seconds,
    )


DATA = _reach(attempts=2, first_wait=0.2, seconds=120)
MODEL = _reach(attempts=3, first_wait=0.2, seconds=MODEL_NODE_SECONDS)
AD_PLATFORM = _reach(attempts=4, first_wait=0.2, seconds=60)
