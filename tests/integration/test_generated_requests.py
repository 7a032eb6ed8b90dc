"""Whatever is sent, no route answers 5xx, and every refusal is a problem document that the OpenAPI names."""

import subprocess
from collections.abc import Callable, Iterable, Iterator

import httpx
import pytest

from tests.conftest import ROOT, Json
from tests.integration.documented import hold_to_its_word, operations
from tests.integration.nastiness import LONG, Request, some, spoilt
from tests.integration.serving import Server, serving
from tests.patience import PATIENCE, eventually
from tests.servers import postgres
from tests.unit.prompts.releasing.folders import SHIPPED

JUDGE = ROOT / ".venv" / "judge" / "bin" / "schemathesis"
"""In an environment of its own: it and LangGraph's server want different versions of one library."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on each of the two databases, with campaigns at the gate."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        with serving(folder / "data") as server:
            yield server
        return
    with (
        postgres() as database,
        serving(folder / "data", TESCOSENSE_DATABASE_URL=database.database()) as server,
    ):
        yield server


def campaign_at_the_gate(http: httpx.Client) -> tuple[str, str]:
    """A campaign that asks, and the id of its question."""
    http.post("/simulation/trigger", json={"scenario": "heavy-rain"})

    def asking() -> tuple[str, str] | None:
        for item in http.get("/campaigns", params={"status": "AWAITING_APPROVAL"}).json()["items"]:
            questions = http.get(f"/campaigns/{item['id']}/questions").json()["items"]
            if questions:
                return item["id"], questions[0]["interrupt_id"]
        return None

    return eventually(asking, "a campaign at the gate")


def known_values(http: httpx.Client) -> tuple[Json, Json]:
    """A good value for every parameter of an address, and a good body for every operation that takes one."""
    campaign, question = campaign_at_the_gate(http)
    detail = http.get(f"/campaigns/{campaign}").json()
    checkpoints = http.get(f"/campaigns/{campaign}/past").json()["items"]
    creative, allocation = detail["creatives"][0], detail["plans"][-1]["allocations"][0]
    edit: Json = {
        "decision": "edit",
        "reason": "because",
        "decided_by": "somebody",
        "budgets": [{"channel": allocation["channel"], "budget": allocation["budget"]}],
        "copy_edits": [{"creative_id": creative["id"], "headline": "A warm supper", "body": "It is minutes away."}],
    }
    values: Json = {
        "campaign_id": campaign,
        "creative_id": creative["id"],
        "other_id": campaign,
        "checkpoint_id": checkpoints[0]["checkpoint_id"],
        "later_id": checkpoints[-1]["checkpoint_id"],
        "release": SHIPPED,
        "lesson_id": "01890000-0000-7000-8000-000000000000",
        "name": "creative/ad_copy",
        "category": "soup",
        "cell": "email|lapsing_buyers|soup",
        "budget": "1000",
        "region": "North West",
        "status": "AWAITING_APPROVAL",
        "after": "WyJjYW1wYWlnbnMiXQ",
        "days": "56",
        "limit": "2",
        "since": "0",
        "folder": "my-shop",
        "file": "sales.csv",
        "source": "simulated",
    }
    bodies: Json = {
        "POST /campaigns": {
            "budget": 2000,
            "scenario": "heavy-rain",
            "source": "simulated",
            "today": "2026-11-24",
            "autonomy": "shadow",
            "limits": {"cap": 500, "channel_share": 0.5},
            "faults": ["malformed-json*1"],
        },
        "POST /campaigns/{campaign_id}/decisions": {"interrupt_id": question, "answer": edit},
        "POST /decisions": {
            "decision": "reject",
            "reason": "because",
            "decided_by": "somebody",
            "campaigns": [{"campaign_id": campaign, "interrupt_id": "another"}],
        },
        "POST /campaigns/{campaign_id}/what-if": {"budgets": edit["budgets"]},
        "POST /campaigns/{campaign_id}/pause": {"on": "2026-11-24"},
        "POST /campaigns/{campaign_id}/resume": {"on": "2026-11-24"},
        "POST /campaigns/{campaign_id}/cancel": {"on": "2026-11-24"},
        "PUT /campaigns/{campaign_id}/budget": {"budget": 1000, "on": "2026-11-24"},
        "POST /campaigns/{campaign_id}/forks": {
            "at": "strategy",
            "set": {"budget": 2000, "limits.cap": 100},
            "prompts": {"strategy": "user:\n{{ tone }}"},
            "model": "fake:copywriter",
            "scenario": "",
            "faults": [],
        },
        "POST /compliance/check": {
            "campaign_id": campaign,
            "headline": "Rain outside",
            "body": "Soup inside.",
            "call_to_action": "See soups",
            "image_description": "a bowl",
            "sku": "SOUP-01",
            "category": "soup",
            "channel": "email",
            "regions": ["Wales"],
            "day": "2026-11-24",
        },
        "POST /prompts/check": {"name": "creative/ad_copy", "source": "user:\n{{ tone }}"},
        "POST /prompts/diff": {
            "name": "creative/ad_copy",
            "a": {"version": 3},
            "b": {"label": "draft"},
            "outputs": False,
        },
        "POST /prompts/run": {
            "name": "creative/ad_copy",
            "which": {"label": "production"},
            "case": "email",
            "values": {"tone": "plain"},
            "model": "fake:copywriter",
        },
        "POST /prompts/preview": {
            "name": "creative/ad_copy",
            "which": {"label": "draft"},
            "case": "email",
            "campaign_id": campaign,
            "channel": "email",
            "values": {"tone": "plain"},
        },
        "POST /prompts/test": {
            "name": "strategy/brief",
            "which": {"version": 1},
            "case": "a lesson",
            "model": "fake:copywriter",
        },
        "POST /prompts/promote": {
            "name": "creative/ad_copy",
            "label": "candidate",
            "why": "drill",
            "by": "somebody",
            "seen": SHIPPED,
        },
        "POST /prompts/rollback": {"name": "creative/ad_copy", "to": 3, "why": "drill", "by": "somebody"},
        "PUT /prompts/{name}": {"source": "user:\n{{ tone }}"},
        "POST /prompts/render": {"name": "creative/ad_copy", "override_text": "user:\n{{ tone }}"},
        "POST /simulation/clock/step": {"may_lapse": 1},
        "POST /simulation/trigger": {"scenario": "viral-trend", "category": "bread", "regions": ["Wales"]},
        "PUT /data/folders/{folder}/files/{file}": {"date": "2026-11-24"},
        "PUT /data/folders/{folder}/mapping": {
            "tables": {
                "sales": {
                    "columns": {"units": "Qty"},
                    "ignore": ["Notes"],
                    "choices": {"dates": "day first"},
                    "fixed": {"price": "2"},
                }
            }
        },
        "PUT /kill-switch": {"stopped": False, "reason": "drill", "by": "somebody"},
        "PUT /simulation/clock": {"running": False, "speed": 1.0},
    }
    return values, bodies


def send_all(server: Server, choose: Callable[[Iterator[Request]], Iterable[Request]]) -> int:
    """Send what `choose` leaves of the spoilt requests; how many there were."""
    with server.http() as http:
        http.event_hooks = {"response": [hold_to_its_word]}
        values, bodies = known_values(http)
        assert bodies.keys() == {f"{method} {path}" for method, path, one in operations() if "requestBody" in one}
        requests = choose(spoilt(values, bodies))
        sent = 0
        for request in requests:
            judge(http.request(request.method, request.target, content=request.body, headers=JSON), request)
            sent += 1
        assert http.get("/health").status_code == 200
    return sent


def let_judge(server: Server, *, phases: str, examples: int) -> None:
    """Have schemathesis hold every answer to the document: to requests of its own making, and to walks from route to
    route with what the answers gave."""
    assert JUDGE.exists(), "the judge is not installed: run `make judge`"
    done = subprocess.run(
        [
            JUDGE,
            "run",
            f"{server.url}/openapi.json",
            f"--phases={phases}",
            f"--max-examples={examples}",
            f"--checks={','.join(CHECKS)}",
            "--seed=1",
            "--generation-database=none",
            "--continue-on-failure",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=server.log.parent,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def judge(answer: httpx.Response, request: Request) -> None:
    assert answer.status_code < 500, f"{request} answered {answer.status_code} {answer.text[:500]}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", str(request)
        assert answer.json()["status"] == answer.status_code
        assert LONG not in answer.text, f"{request} is repeated"
        assert "z y " * 51 not in answer.text, f"{request} is repeated"


def test_nothing_that_is_sent_is_answered_with_5xx(either: Server) -> None:
    assert send_all(either, lambda requests: some(requests, every=8, seed=1)) > 300


@pytest.mark.parametrize("either", ["postgres"], indirect=True)
def test_an_independent_judge_finds_every_answer_as_the_document_says(either: Server) -> None:
    let_judge(either, phases="fuzzing,stateful", examples=3)


@pytest.mark.long
def test_nothing_at_all_that_is_sent_is_answered_with_5xx(either: Server) -> None:
    assert send_all(either, lambda requests: requests) > 2_500


@pytest.mark.long
def test_an_independent_judge_finds_every_answer_as_the_document_says_however_long_it_looks(either: Server) -> None:
    let_judge(either, phases="examples,coverage,fuzzing,stateful", examples=50)
