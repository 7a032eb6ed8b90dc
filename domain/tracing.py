"""Where the parts of a campaign's way through the house are told as spans of a trace.

Without anybody who keeps them (`keep`) a span costs a look at one name. What is said of a span is who, where and how
much; never what was written, asked or answered, and no secret.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Said = Mapping[str, str | int | float | bool]
"""Attributes of a span by their names."""

CAMPAIGN = "tescosense.campaign.id"
RUN = "tescosense.run.id"
ACTION = "tescosense.action"
NODE = "tescosense.node"
ATTEMPT = "tescosense.attempt"
ERROR = "error.type"
ATTEMPT_FAILED = "attempt.failed"
CAMPAIGN_FAILED = "campaign.failed"
"""The lines of a log by which a campaign in trouble is told of."""
TRACEPARENT = "traceparent"
"""The header of W3C Trace Context, https://www.w3.org/TR/trace-context."""

_W3C = TraceContextTextMapPropagator()
_NOTHING: AbstractContextManager[Span] = nullcontext(INVALID_SPAN)
_about: ContextVar[Said | None] = ContextVar("about", default=None)
_tracer: Tracer | None = None


def keep(tracer: Tracer | None) -> None:
    """Whom every span of this process is told to from now on; nobody when None."""
    global _tracer  # noqa: PLW0603 - as OpenTelemetry's own provider is, one for the process
    _tracer = tracer


def kept_by() -> Tracer | None:
    """Whom spans are told to; None for nobody."""
    return _tracer


def spanning(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    about: Said | None = None,
    said: Said | None = None,
    no_errors: tuple[type[BaseException], ...] = (),
) -> AbstractContextManager[Span]:
    """A span around a block. `about` is said of every span within as well, `said` of this one alone.

    An error that leaves the block is named by its class, since its sentence may quote what nobody else is to read;
    `no_errors` are those that are none.
    """
    if _tracer is None:
        return _NOTHING
    return _spanning(_tracer, name, kind, about or {}, said or {}, no_errors)


@contextmanager
def _spanning(
    tracer: Tracer, name: str, kind: SpanKind, about: Said, said: Said, no_errors: tuple[type[BaseException], ...]
) -> Iterator[Span]:
    known = {**(_about.get() or {}), **about}
    token = _about.set(known)
    try:
        with tracer.start_as_current_span(
            name,
            kind=kind,
            attributes={**known, **said},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except no_errors:
                raise
            except Exception as error:
                span.set_attribute(ERROR, type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise
    finally:
        _about.reset(token)


def carried() -> str:
    """The span we are in as a W3C `traceparent`, for whoever goes on elsewhere; empty outside any."""
    if _tracer is None:
        return ""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get(TRACEPARENT, "")


@contextmanager
def continuing(traceparent: str) -> Iterator[None]:
    """Go on, in this block, with the span that was carried here; with none, whatever we are in, where it is empty."""
    if _tracer is None:
        yield
        return
    token = attach(_W3C.extract({TRACEPARENT: traceparent}, Context()))
    try:
        yield
    finally:
        detach(token)


def is_within_a_span() -> bool:
    return _tracer is not None and get_current_span().get_span_context().is_valid
