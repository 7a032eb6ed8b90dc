"""A data directory on a full disk, or on one nobody may write to: one sentence, and nothing lost once there is room."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.audit import audit_folder
from tests.conftest import CommandLine
from tests.integration.serving import STANDING_STILL
from tests.namespaces import Disk, disk, is_refused
from tests.patience import PATIENCE, eventually
from tests.servers import address_in

REFUSED = is_refused()
pytestmark = pytest.mark.skipif(bool(REFUSED), reason=f"no mount namespace: {REFUSED}")

COMMANDS = (("serve", "--port", "0"), ("run", "heavy-rain"), ("doctor",), ("campaigns", "list"), ("worker",))
APPROVE = {"answer": {"decision": "approve", "decided_by": "Ada"}}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "disk", megabytes=8) as made:
        yield made


def started(on: Disk, *arguments: str, log: Path | None = None, **environment: str) -> "subprocess.Popen[str]":
    line = CommandLine(on.folder / "data")
    given = {**line.environment, "TESCOSENSE_REDIS_URL": "redis://127.0.0.1:1", **environment}
    return subprocess.Popen(
        on.inside([sys.executable, "-m", "cli", *arguments]),
        stdout=log.open("w") if log else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=given,
    )


def require_one_sentence_of_each(on: Disk) -> None:
    """From every command, that says where and what to do, and a code that is not 0."""
    processes = {command: started(on, *command) for command in COMMANDS}
    for command, process in processes.items():
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1, (command, said)
        assert "Traceback" not in said, command
        complaint = said.strip().splitlines()[-1]
        assert str(on.folder / "data") in complaint, command
        assert "TESCOSENSE_DATA_DIR" in complaint, command


def test_on_a_disk_that_cannot_be_written_every_command_says_so(small: Disk) -> None:
    small.let_nobody_write()
    require_one_sentence_of_each(small)


def test_on_a_full_disk_every_command_says_so(small: Disk) -> None:
    small.fill()
    require_one_sentence_of_each(small)


@pytest.mark.parametrize("spoil", [Disk.fill, Disk.let_nobody_write])
def test_what_was_there_before_is_not_shown_as_if_it_could_be_gone_on_with(small: Disk, spoil: object) -> None:
    made = started(small, "campaigns", "list", TESCOSENSE_REDIS_URL="")
    made.communicate(timeout=PATIENCE)
    assert made.returncode == 0
    assert callable(spoil)
    spoil(small)
    require_one_sentence_of_each(small)


def test_a_server_whose_disk_fills_refuses_by_name_and_goes_on_when_there_is_room(small: Disk, tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    process = started(small, "serve", "--port", "0", log=log, TESCOSENSE_REDIS_URL="", **STANDING_STILL)
    try:
        url = eventually(lambda: address_in(log.read_text()), "an address")
        with httpx.Client(base_url=url, timeout=PATIENCE, transport=httpx.HTTPTransport(retries=10)) as http:
            eventually(lambda: http.get("/health").status_code == 200 or None, "the server to be up")
            campaign = http.post("/simulation/trigger", json={"scenario": "heavy-rain"}).json()["campaign_ids"][0]
            eventually(lambda: http.get(f"/campaigns/{campaign}/questions").json()["items"] or None, "the gate to ask")
            small.fill()
            refusal = eventually(lambda: _unless_up(http.get("/health")), "nothing to be written any more")
            approval = {"Idempotency-Key": str(uuid4())}
            refused = http.post(f"/campaigns/{campaign}/decisions", json=APPROVE, headers=approval)
            for answer in (refusal, refused):
                assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
                assert str(small.folder) in answer.json()["detail"]
                assert answer.json()["remedy"]
            assert http.get(f"/campaigns/{campaign}").json()["campaign"]["status"] == "AWAITING_APPROVAL"

            small.free()
            eventually(lambda: http.get("/health").status_code == 200 or None, "the server to be up again")
            promised = http.post(f"/campaigns/{campaign}/decisions", json=APPROVE, headers=approval)
            assert promised.status_code == 202, promised.text
            detail = eventually(lambda: _booked(http, campaign), "the flight to be booked")
            assert len(detail["bookings"]) == 1
        assert "Traceback" not in log.read_text()
    finally:
        process.terminate()
        process.wait(PATIENCE)
    audit_folder(small.outside / "data")


def _unless_up(answer: httpx.Response) -> httpx.Response | None:
    return answer if answer.status_code != 200 else None


def _booked(http: httpx.Client, campaign: str) -> "dict[str, list[object]] | None":
    detail = http.get(f"/campaigns/{campaign}").json()
    found: dict[str, list[object]] | None = detail if detail["campaign"]["status"] == "ACTIVE" else None
    return found
