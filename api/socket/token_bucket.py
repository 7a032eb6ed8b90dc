"""How often a client may speak: so many messages a second in the long run, and so many in one burst."""


class TokenBucket:
    """Classic token bucket; the caller brings the clock."""

    def __init__(self, *, per_second: float, at_once: int, now: float) -> None:
        """`now` and the times below are seconds of any clock that never goes back."""
        self._per_second = per_second
        self._at_once = float(at_once)
        self._tokens = float(at_once)
        self._seen = now

    def take(self, now: float) -> bool:
        """Whether one more message is allowed now."""
        self._tokens = min(self._at_once, self._tokens + (now - self._seen) * self._per_second)
        self._seen = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
