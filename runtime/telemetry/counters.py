"""What one process has seen happen, counted for Prometheus by listening to the event bus."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric

from domain.events import Event, LifecycleData, ModelCalled, TaskData, UpdateData
from runtime.events.bus import Bus, Lagged

NODE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Telemetry:
    """Counters of one process's view of the bus. A listener that lags says so in a counter instead of guessing."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = Counter("tescosense_events", "Events published", ["method"], registry=self._registry)
        self._runs = Counter("tescosense_runs", "Runs that came to rest", ["phase", "status"], registry=self._registry)
        self._calls = Counter(
            "tescosense_model_calls",
            "Answers of models, unusable too",
            ["node", "model"],
            registry=self._registry,
        )
        self._tokens = Counter(
            "tescosense_model_tokens", "Tokens by direction", ["node", "model", "direction"], registry=self._registry
        )
        self._nodes = Histogram(
            "tescosense_node_seconds", "Duration of nodes", ["node"], buckets=NODE_SECONDS, registry=self._registry
        )
        self._tried_again = Counter(
            "tescosense_node_retries",
            "Attempts at a node that failed and were followed by another",
            ["node"],
            registry=self._registry,
        )
        self._failures = Counter(
            "tescosense_campaign_failures",
            "Campaigns that failed, by node and class of error",
            ["node", "error"],
            registry=self._registry,
        )
        self._lagged = Counter(
            "tescosense_telemetry_lagged", "Times this listener missed events", registry=self._registry
        )

    def count(self, event: Event) -> None:
        self._events.labels(event.method).inc()
        match event.params.data:
            case LifecycleData(phase=phase, status=status) if phase != "started":
                self._runs.labels(phase, status).inc()
            case TaskData(phase="finish", retrying=True, node=node):
                self._tried_again.labels(node).inc()
            case TaskData(phase="finish", node=node, duration_ms=float(duration)):
                self._nodes.labels(node).observe(duration / 1000)
            case ModelCalled(node=node, model=model, input_tokens=asked, output_tokens=answered):
                self._calls.labels(node, model).inc()
                self._tokens.labels(node, model, "input").inc(asked)
                self._tokens.labels(node, model, "output").inc(answered)
            case UpdateData(update=update) if isinstance(failure := update.get("failure"), Mapping):
                self._failures.labels(failure.get("node", ""), failure.get("error", "")).inc()
            case _:
                pass

    def collect(self) -> Iterator[Metric]:
        """As Prometheus' client asks every collector."""
        return iter(self._registry.collect())

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
