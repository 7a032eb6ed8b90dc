"""How things stand when Prometheus asks: what waits and since when, and what of the money is left. Read from storage,
so that it is the same whichever process is asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.identifiers import made_at
from runtime.live.asking import Asking
from runtime.live.deadlines import Waiting
from runtime.runs.recovery import this_process
from storage.records import Balance, KeptOrder

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Given:
    """Figures that have been read already, as Prometheus' client asks a collector for them."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)


class Lag(Protocol):
    """Of the sockets of a process."""

    @property
    def count(self) -> int: ...

    @property
    def waiting_events(self) -> int: ...

    @property
    def lag_seconds(self) -> float: ...


def exposition(collectors: Iterable[Collector]) -> bytes:
    """In Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def standing(
    *,
    orders: Iterable[KeptOrder],
    under_way: Collection[UUID],
    waiting: Iterable[Waiting],
    asking: Iterable[Asking],
    account: str,
    balances: Mapping[str, Balance],
    stopped: bool,
    now: datetime,
) -> Given:
    """Queue, decisions, ledger and kill switch. `under_way` are the threads that this process is running, `waiting` the
    campaigns that can be approved, `asking` those that ask what their model may cost, `balances` those of the account
    by the span of time they are for."""
    return Given(
        [
            *_queue(orders, under_way, now),
            *_decisions(waiting, now),
            *_asked_for_money(asking, now),
            _ledger(account, balances),
            GaugeMetricFamily("tescosense_booking_stopped", "1 while booking is stopped", value=float(stopped)),
        ]
    )


def sockets(lag: Lag) -> Given:
    """The dashboards that are open in this process."""
    return Given(
        [
            GaugeMetricFamily("tescosense_sockets", "Dashboard sockets open", value=lag.count),
            GaugeMetricFamily(
                "tescosense_socket_waiting_events", "Events not yet taken, of all sockets", value=lag.waiting_events
            ),
            GaugeMetricFamily(
                "tescosense_socket_lag_seconds", "How far the slowest socket is behind", value=lag.lag_seconds
            ),
        ]
    )


def _queue(orders: Iterable[KeptOrder], here: Collection[UUID], now: datetime) -> Iterator[Metric]:
    depth = GaugeMetricFamily("tescosense_queue_orders", "Orders kept and not carried out", labels=["state"])
    oldest = GaugeMetricFamily(
        "tescosense_queue_oldest_seconds", "Age of the oldest order, 0 where there is none", labels=["state"]
    )
    states: dict[str, list[KeptOrder]] = {"waiting": [], "under_way": []}
    for order in orders:
        states["under_way" if _is_under_way(order, here) else "waiting"].append(order)
    for state, kept in states.items():
        depth.add_metric([state], len(kept))
        ages = [(now - made_at(order.run_id)).total_seconds() for order in kept]
        oldest.add_metric([state], max([0.0, *ages]))
    yield depth
    yield oldest


def _is_under_way(order: KeptOrder, here: Collection[UUID]) -> bool:
    """Whether somebody carries it out: this process, or another one that took it up from who gave it."""
    return order.thread_id in here or (order.is_taken_up and order.owner != this_process())


def _decisions(waiting: Iterable[Waiting], now: datetime) -> Iterator[Metric]:
    ages = [(now - one.campaign.updated_at).total_seconds() for one in waiting]
    yield GaugeMetricFamily("tescosense_decisions_waiting", "Campaigns that can be approved", value=len(ages))
    yield GaugeMetricFamily(
        "tescosense_decisions_oldest_seconds", "Since when the first of them waits", value=max([0.0, *ages])
    )


def _asked_for_money(asking: Iterable[Asking], now: datetime) -> Iterator[Metric]:
    ages = [(now - one.since).total_seconds() for one in asking]
    yield GaugeMetricFamily(
        "tescosense_model_spend_waiting", "Campaigns that ask what their chat model may cost", value=len(ages)
    )
    yield GaugeMetricFamily(
        "tescosense_model_spend_oldest_seconds", "Since when the first of them waits", value=max([0.0, *ages])
    )


def _ledger(account: str, balances: Mapping[str, Balance]) -> Metric:
    pounds = GaugeMetricFamily(
        "tescosense_ledger_pounds", "The house's account, in all and today", labels=["account", "span", "part"]
    )
    for span, balance in balances.items():
        parts = {
            "budget": balance.budget,
            "reserved": balance.reserved,
            "spent": balance.committed,
            "left": balance.free,
        }
        for part, amount in parts.items():
            pounds.add_metric([account, span, part], float(amount))
    return pounds
