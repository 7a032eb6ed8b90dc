"""What operators see: logs on standard error, and counters for Prometheus, kept by listening to the event bus."""

import logging
import sys

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from structlog.typing import EventDict

from domain.events import Event, LifecycleData, ModelCalled, TaskData
from domain.secrets import masked
from runtime.events.bus import Bus, Lagged

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NODE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


def configure_logging(*, verbose: bool = False) -> None:
    """Logs go to standard error, because standard output belongs to what a command was asked for: colour on a
    terminal, JSON lines elsewhere."""
    renderer = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(sort_keys=True)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _mask(_logger: object, _method: str, event: EventDict) -> EventDict:
    """No password of a URL is written down, wherever in a line it stands."""
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}


class MaskedFormatter(logging.Formatter):
    """For the logs of libraries: no password of a URL, in no traceback either."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class Telemetry:
    """Counters of one process's view of the bus. A listener that lags says so in a counter instead of guessing."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = Counter("tescosense_events", "Events published", ["method"], registry=self._registry)
        self._runs = Counter("tescosense_runs", "Runs that came to rest", ["phase", "status"], registry=self._registry)
        self._tokens = Counter(
            "tescosense_model_tokens", "Tokens by direction", ["node", "model", "direction"], registry=self._registry
        )
        self._nodes = Histogram(
            "tescosense_node_seconds", "Duration of nodes", ["node"], buckets=NODE_SECONDS, registry=self._registry
        )
        self._lagged = Counter(
            "tescosense_telemetry_lagged", "Times this listener missed events", registry=self._registry
        )

    def count(self, event: Event) -> None:
        self._events.labels(event.method).inc()
        match event.params.data:
            case LifecycleData(phase=phase, status=status) if phase != "started":
                self._runs.labels(phase, status).inc()
            case TaskData(phase="finish", node=node, duration_ms=float(duration)):
                self._nodes.labels(node).observe(duration / 1000)
            case ModelCalled(node=node, model=model, input_tokens=asked, output_tokens=answered):
                self._tokens.labels(node, model, "input").inc(asked)
                self._tokens.labels(node, model, "output").inc(answered)
            case _:
                pass

    def exposition(self) -> bytes:
        """The counters in Prometheus' text format."""
        return generate_latest(self._registry)

    async def keep_counting(self, bus: Bus) -> None:
        """Count every event published, until cancelled."""
        async with bus.subscribe() as subscription:
            while True:
                try:
                    events = await subscription.next()
                except Lagged:
                    self._lagged.inc()
                    continue
                for event in events:
                    self.count(event)
