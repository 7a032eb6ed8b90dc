"""Which of OpenTelemetry's variables switch traces on, and what is said of those that cannot be followed."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import INVALID_SPAN, StatusCode

from domain import tracing
from domain.errors import BadInput, TransientFailure
from runtime.telemetry.traces import told_traces, wanted_exporter

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENDPOINT, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "exporter"),
    [
        ({}, ""),
        ({ENDPOINT: "http://127.0.0.1:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_TRACES_EXPORTER": "none", ENDPOINT: "http://127.0.0.1:4318"}, ""),
        ({"OTEL_SDK_DISABLED": "TRUE", ENDPOINT: "http://127.0.0.1:4318"}, ""),
    ],
)
def test_what_switches_traces_on(variables: dict[str, str], exporter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wanted_exporter() == exporter


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER names 'zipkin': set it to otlp, console or none."),
        ({ENDPOINT: "collector:4318"}, f"{ENDPOINT} is no address to send to: begin it with http://"),
        (
            {ENDPOINT: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "ask for 'grpc': set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        ),
    ],
)
async def test_what_cannot_be_followed_is_said_in_a_sentence(
    variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadInput) as refused:
        async with told_traces():
            pass
    assert said in str(refused.value)
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


async def test_without_variables_nothing_is_kept() -> None:
    async with told_traces():
        assert tracing.kept_by() is None
        with tracing.spanning("node sensing") as span:
            assert span is INVALID_SPAN
            assert tracing.carried() == ""


async def test_what_is_said_of_a_span_is_said_of_those_within_and_an_error_by_its_class_alone() -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    before = tracing.kept_by()
    tracing.keep(provider.get_tracer("test"))
    try:
        with tracing.spanning("outer", about={"who": "a"}, said={"once": 1}) as outer:
            carried = tracing.carried()
            with (
                pytest.raises(TransientFailure),
                tracing.spanning("inner", about={"where": "b"}),
            ):
                raise TransientFailure("Half price soup, she said")
            with pytest.raises(StopAsyncIteration), tracing.spanning("asks", no_errors=(StopAsyncIteration,)):
                raise StopAsyncIteration
        with tracing.continuing(carried), tracing.spanning("elsewhere"):
            pass
        with tracing.continuing(""), tracing.spanning("alone"):
            pass
    finally:
        tracing.keep(before)
    kept = {span.name: span for span in spans.get_finished_spans()}
    assert {name: dict(span.attributes or {}) for name, span in kept.items()} == {
        "outer": {"who": "a", "once": 1},
        "inner": {"who": "a", "where": "b", "error.type": "TransientFailure"},
        "asks": {"who": "a"},
        "elsewhere": {},
        "alone": {},
    }
    assert kept["inner"].status.status_code is StatusCode.ERROR
    assert (kept["inner"].status.description, kept["inner"].events) == (None, ())
    assert kept["asks"].status.status_code is not StatusCode.ERROR
    parent = kept["elsewhere"].parent
    assert parent is not None
    assert parent.span_id == outer.get_span_context().span_id
    assert kept["alone"].parent is None
