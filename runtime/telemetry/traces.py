"""Traces, for whoever sets OpenTelemetry's own variables: https://opentelemetry.io/docs/specs/otel/configuration."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opentelemetry import trace

from domain import tracing
from domain.errors import BadInput
from domain.secrets import masked
from runtime.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

SERVICE = "tescosense"
"""`service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES says another."""
FLUSH_MS = 3_000
"""How long leaving may wait for a collector: a command must not hang because nobody collects."""
_ADDRESSES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_QUERY = "url.query"


def wanted_exporter() -> str:
    """`otlp` or `console`, as the variables ask for; empty where they ask for no traces.

    An exporter is named, or an address to send to is: OpenTelemetry's default, a collector on this machine, is not
    taken, since whoever sets nothing wants nothing. Raises BadInput for a name that is none.
    """
    if _variable("OTEL_SDK_DISABLED").lower() == "true":
        return ""
    named = _variable("OTEL_TRACES_EXPORTER").lower()
    if named not in ("", "none", "otlp", "console"):
        raise BadInput(
            f"OTEL_TRACES_EXPORTER names {named!r}",
            remedy="set it to otlp, console or none",
            field="OTEL_TRACES_EXPORTER",
        )
    if named:
        return named.removeprefix("none")
    return "otlp" if any(_variable(name) for name in _ADDRESSES) else ""


@asynccontextmanager
async def told_traces() -> AsyncIterator[None]:
    """Where OpenTelemetry's variables ask for it, tell spans while the block runs; what waits is sent at its end.

    The first block of a process sets the provider up. One that somebody else has set is used as it is. Raises BadInput
    for a variable that cannot be followed, or without the `telemetry` extra.
    """
    if not wanted_exporter() and _is_unset():
        yield
        return
    if _is_unset():
        trace.set_tracer_provider(_provider())
    provider = trace.get_tracer_provider()
    tracing.keep(provider.get_tracer(SERVICE, VERSION))
    try:
        yield
    finally:
        flush = getattr(provider, "force_flush", None)
        if flush is not None:
            await asyncio.to_thread(flush, FLUSH_MS)


def _is_unset() -> bool:
    return isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def _provider() -> "TracerProvider":
    try:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = _exporter()
    except ImportError as error:
        raise BadInput(
            "OpenTelemetry's variables ask for traces, and its exporter is not installed",
            remedy="pip install 'tescosense[telemetry]', or set OTEL_SDK_DISABLED=true",
            field="OTEL_TRACES_EXPORTER",
        ) from error
    # At exit it would wait for as long as the exporter tries; what is left then was flushed by its block.
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.add_span_processor(_masking())
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _exporter() -> "SpanExporter":
    if wanted_exporter() == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)
    protocol = next((given for name in _PROTOCOLS if (given := _variable(name))), "http/protobuf")
    if protocol != "http/protobuf":
        raise BadInput(
            f"traces are sent over http/protobuf, and OpenTelemetry's variables ask for {protocol!r}",
            remedy="set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, and the collector's address for it (port 4318)",
            field="OTEL_EXPORTER_OTLP_PROTOCOL",
        )
    for name in _ADDRESSES:
        address = urlsplit(_variable(name))
        if _variable(name) and (address.scheme not in ("http", "https") or not address.hostname):
            raise BadInput(
                f"{name} is no address to send to",
                remedy="begin it with http:// or https://, for example http://127.0.0.1:4318",
                field=name,
            )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _resource() -> "Resource":
    from opentelemetry.sdk.resources import Resource

    known = Resource.create()
    name = str(known.attributes.get("service.name", ""))
    ours = {"service.name": SERVICE} if name.startswith("unknown_service") else {}
    return Resource({"service.version": VERSION}).merge(known).merge(Resource(ours))


def _masking() -> "SpanProcessor":
    from opentelemetry.sdk.trace import SpanProcessor

    class Masking(SpanProcessor):
        """FastAPI tells a request's whole query."""

        def on_start(self, span: "Span", parent_context: "Context | None" = None) -> None:
            query = (span.attributes or {}).get(_QUERY)
            if isinstance(query, str):
                span.set_attribute(_QUERY, masked(f"?{query}")[1:])

    return Masking()


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()
