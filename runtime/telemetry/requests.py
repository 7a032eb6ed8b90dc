"""How requests went: by route, never by address, which would be a series for each campaign."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Requests:
    """Of one serving process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answered = Counter(
            "tescosense_http_requests", "Requests answered", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "tescosense_http_seconds",
            "From a request's head to the end of its answer",
            ["method", "route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._errors = Counter(
            "tescosense_http_errors",
            "Requests that were refused or failed, by class of error",
            ["error"],
            registry=self._registry,
        )
        self._sockets = Counter(
            "tescosense_sockets_closed", "Dashboard sockets closed by us, by code", ["code"], registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float, error: str = "") -> None:
        self._answered.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)
        if error:
            self._errors.labels(error).inc()

    def closed(self, code: int) -> None:
        self._sockets.labels(str(code)).inc()

    def collect(self) -> Iterator[Metric]:
        """As Prometheus' client asks every collector."""
        return iter(self._registry.collect())
