"""One campaign is one trace, from the request that starts it to the booking, across the processes it goes through."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.cluster import cluster
from tests.conftest import CommandLine, Json
from tests.integration.selling import TOKEN, selling
from tests.integration.serving import Server, serving
from tests.patience import PATIENCE, eventually
from tests.receiver import Receiver, receiving

NODES = ("sensing", "strategy", "creative", "compliance", "approval", "booking")
FAST = {"OTEL_BSP_SCHEDULE_DELAY": "100"}
"""Milliseconds between two sendings."""


class Told(NamedTuple):
    """One span as a collector is sent it."""

    trace: str
    id: str
    parent: str
    name: str
    service: str
    said: dict[str, Any]


def spans_in(receiver: Receiver) -> list[Told]:
    """All that has come so far."""
    found = []
    for one in list(receiver.received):
        for group in ExportTraceServiceRequest.FromString(one.body).resource_spans:
            resource = {said.key: said.value.string_value for said in group.resource.attributes}
            for scope in group.scope_spans:
                for span in scope.spans:
                    said = {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}
                    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    found.append(Told(*ids, span.name, resource["service.name"], said))
    return found


@contextmanager
def in_between(url: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that passes all on to another one, and keeps the headers of what it is sent."""
    heard: list[dict[str, str]] = []
    client = httpx.Client(timeout=PATIENCE)

    class Passing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.append(headers)
            body = self.rfile.read(int(headers["content-length"]))
            kept = {name: value for name, value in headers.items() if name not in ("host", "accept-encoding")}
            answer = client.post(url, content=body, headers=kept)
            self.send_response(answer.status_code)
            for name in ("content-type", "mcp-session-id"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            with suppress(BrokenPipeError):  # Who asked may have left.
                self.wfile.write(answer.content)

        def do_GET(self) -> None:
            self.send_error(405)

        def do_DELETE(self) -> None:
            self.send_error(405)

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server, client:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/mcp", heard
        server.shutdown()


def start(server: Server, **rest: object) -> str:
    with server.http() as http:
        asked = {"scenario": "heavy-rain", "autonomy": "autonomous", **rest}
        return str(http.post("/campaigns", json=asked).raise_for_status().json()["campaign_id"])


def detail(server: Server, campaign: str) -> Json:
    with server.http() as http:
        known: Json = http.get(f"/campaigns/{campaign}").json()
        return known


def texts_of(known: Json) -> list[str]:
    return [ad[name] for ad in known["creatives"] for name in ("headline", "body") if ad[name]]


def test_a_campaign_is_one_trace_from_the_request_to_the_booking_across_its_processes(tmp_path: Path) -> None:
    with (
        receiving(status=200) as collector,
        selling(tmp_path) as seller,
        in_between(seller.url) as (platform, heard),
        cluster(tmp_path / "data") as house,
    ):
        traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **FAST}
        sold = {"TESCOSENSE_AD_SELLER_URL": platform, "TESCOSENSE_AD_SELLER_TOKEN": TOKEN}
        everywhere = {**house.environment, **traced, **sold}
        with serving(house.data_dir, **everywhere, OTEL_SERVICE_NAME="the-server") as server:
            house.start_worker(**traced, **sold, OTEL_SERVICE_NAME="the-worker")
            campaign = start(server)

            def booked() -> list[Told] | None:
                spans = spans_in(collector)
                of_booking = [s for s in spans if s.name == "node booking" and s.said.get("tescosense.campaign.id")]
                return spans if of_booking else None

            eventually(booked, "the booking's span")
            known = eventually(lambda: found if (found := detail(server, campaign))["bookings"] else None, "a booking")

            def whole() -> list[Told] | None:
                spans = spans_in(collector)
                return spans if any(s.name == "POST /campaigns" for s in spans) else None

            spans = eventually(whole, "the request's span")

    root = next(span for span in spans if span.name == "POST /campaigns")
    ours = {span.id: span for span in spans if span.trace == root.trace}

    def way(span: Told) -> list[str]:
        names = [span.name]
        while span.parent:
            span = ours[span.parent]
            names.append(span.name)
        return names[::-1]

    assert (root.service, root.parent, root.said["http.response.status_code"]) == ("the-server", "", 202)
    buy = next(span for span in ours.values() if span.name == "platform create_media_buy")
    asked = next(span for span in ours.values() if span.name == "MCP send tools/call create_media_buy")
    assert way(asked) == [
        "POST /campaigns",
        "order start",
        "run start",
        "node booking",
        "platform create_media_buy",
        "MCP send tools/call create_media_buy",
    ]
    assert {ours[one.parent].service for one in (buy, asked)} == {"the-worker"}
    assert buy.said["tescosense.media_buy.id"] == known["bookings"][0]["transaction_id"]
    # The seller is told, in the header that any server reads.
    assert ["00", root.trace, asked.id] in [one.get("traceparent", "").split("-")[:3] for one in heard]

    for name in NODES:
        [node] = [
            span for span in ours.values() if span.name == f"node {name}" and span.said["tescosense.attempt"] == 1
        ]
        about = {"tescosense.campaign.id": campaign, "tescosense.node": name, "tescosense.attempt": 1}
        assert node.said.items() >= about.items()
        assert way(node) == ["POST /campaigns", "order start", "run start", f"node {name}"]
    calls = [span for span in ours.values() if span.name == "chat fake:copywriter"]
    assert len(calls) >= 2
    for call in calls:
        assert call.said["gen_ai.operation.name"] == "chat"
        assert call.said["gen_ai.provider.name"] == "fake"
        assert call.said["gen_ai.request.model"] == call.said["gen_ai.response.model"] == "fake:copywriter"
        assert call.said["gen_ai.usage.input_tokens"] > 0 < call.said["gen_ai.usage.output_tokens"]
        assert call.said["tescosense.campaign.id"] == campaign
        assert call.said["tescosense.node"] in ("strategy", "creative", "compliance")
    # Another person's words and our token are nobody's business who looks at traces.
    sent = b"".join(one.body for one in collector.received).decode(errors="replace")
    assert texts_of(known)
    assert [words for words in (TOKEN, *texts_of(known)) if words in sent] == []


def test_an_answer_is_a_trace_of_its_own_and_a_failed_attempt_is_named_by_its_class(tmp_path: Path) -> None:
    with receiving(status=200) as collector:
        traced = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/v1/traces"}
        with serving(tmp_path / "data", **traced, **FAST) as server, server.http() as http:
            campaign = start(server, autonomy="approve", faults=["rate-limit*1"])
            open_questions = f"/campaigns/{campaign}/questions"
            asked = eventually(lambda: http.get(open_questions).json()["items"] or None, "the gate")
            at = f"/campaigns/{campaign}/decisions"
            answer = {"interrupt_id": asked[0]["interrupt_id"], "answer": {"decision": "approve"}}
            http.post(at, json=answer).raise_for_status()
            eventually(lambda: detail(server, campaign)["bookings"] or None, "the booking")
        # Leaving sends what has not been sent yet.
        spans = spans_in(collector)
    assert {span.service for span in spans} == {"tescosense"}
    failed = [span for span in spans if span.said.get("error.type") == "TransientFailure"]
    assert {(span.said["tescosense.node"], span.said["tescosense.attempt"]) for span in failed} == {("strategy", 1)}
    tried = {span.said["tescosense.attempt"] for span in spans if span.name == "node strategy"}
    assert tried == {1, 2}
    parked = next(span for span in spans if span.name == "node approval")
    assert "error.type" not in parked.said
    [began] = [span.trace for span in spans if span.name == "run start"]
    [went_on] = [span.trace for span in spans if span.name == "run answer"]
    request = "POST /campaigns/{campaign_id}/decisions"
    assert [span.trace for span in spans if span.name == request] == [went_on] != [began]


def test_langsmith_goes_by_its_own_variables_beside_these(tescosense: CommandLine) -> None:
    """Each is told its own: what LangSmith is told holds words, and none of them is in ours."""
    with receiving(status=200) as collector, receiving(status=202) as langsmith:
        of_langsmith = {
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_API_KEY": "a-key-of-langsmith",
            "LANGSMITH_ENDPOINT": langsmith.url,
        }
        done = tescosense("run", "heavy-rain", "--json", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, **of_langsmith)
        assert done.exit_code == 0, done.err
        spans = spans_in(collector)
    assert {one.headers.get("x-api-key") for one in langsmith.received} == {"a-key-of-langsmith"}
    assert {span.name for span in spans} >= {f"node {name}" for name in NODES}
    assert {span.service for span in spans} == {"tescosense"}
    words = [event["params"]["data"]["rendered"] for event in done.events if "rendered" in event["params"]["data"]]
    sent = b"".join(one.body for one in collector.received).decode(errors="replace")
    assert words
    assert [text for text in (*words, "a-key-of-langsmith") if text in sent] == []


def test_nobody_who_collects_is_waited_for(tescosense: CommandLine) -> None:
    done = tescosense("run", "heavy-rain", "--json", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert done.exit_code == 0, done.err
    assert done.summary["status"] == "COMPLETED"


def test_what_cannot_be_followed_is_one_sentence(tescosense: CommandLine) -> None:
    done = tescosense("run", "heavy-rain", OTEL_TRACES_EXPORTER="zipkin")
    assert done.exit_code == 1
    assert done.err == "tescosense: OTEL_TRACES_EXPORTER names 'zipkin': set it to otlp, console or none.\n"
