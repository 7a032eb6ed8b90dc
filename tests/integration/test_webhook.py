"""A server tells a webhook what it tells people: after it was killed too, and without anything waiting for it."""

import json
from pathlib import Path

from tests.conftest import CommandLine
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually
from tests.receiver import Receiver, receiving

SECRET = "known to both of them alone"


def to(receiver: Receiver) -> dict[str, str]:
    return {
        "TESCOSENSE_WEBHOOK_URL": f"{receiver.url}/hooks/T0-in-the-path",
        "TESCOSENSE_WEBHOOK_SECRET": SECRET,
        "TESCOSENSE_WEBHOOK_PRIVATE": "true",
    }


def test_a_killed_server_leaves_nothing_untold_and_a_slow_receiver_holds_up_no_campaign(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.silent.set()
        with serving(tmp_path / "data", **to(receiver)) as server:
            with server.http() as http:
                http.put("/kill-switch", json={"stopped": True, "reason": "a drill"}).raise_for_status()
                receiver.wait_for(1)
                http.post("/simulation/trigger", json={"scenario": "heavy-rain", **WHATEVER_LAPSES}).raise_for_status()
                waiting = eventually(lambda: http.get("/decisions").json()["items"] or None, "a proposal")
                told = http.get("/notices").json()["items"]
            assert len(receiver.received) == 1, "the first has not been answered, and yet the campaign is at the gate"
            log = server.log
            server.kill()
        receiver.silent.clear()
        with serving(tmp_path / "data", **to(receiver)):
            wanted = {notice["id"] for notice in told}

            def all_told() -> set[str] | None:
                got = {json.loads(body)["notice"]["id"] for _, body in receiver.received[1:]}
                return got if got >= wanted else None

            eventually(all_told, "everything to be told after the restart, the one that was on its way as well")
    assert {one["campaign"]["id"] for one in waiting} <= {notice["campaign_id"] for notice in told}
    for secret in (SECRET, "T0-in-the-path"):
        assert secret not in log.read_text()


def test_doctor_sends_a_test_and_says_what_came_of_it(tescosense: CommandLine) -> None:
    unset = tescosense("doctor", "--webhook")
    assert unset.exit_code == 1
    assert "set TESCOSENSE_WEBHOOK_URL" in unset.out
    with receiving() as receiver:
        taken = tescosense("doctor", "--webhook", **to(receiver))
        assert "has taken a test notice" in taken.out
        assert json.loads(receiver.received[0].body)["notice"]["kind"] == "test"
        receiver.status = 500
        refused = tescosense("doctor", "--webhook", **to(receiver))
        inside = tescosense("doctor", "--webhook", **{**to(receiver), "TESCOSENSE_WEBHOOK_PRIVATE": "false"})
    assert refused.exit_code == 1
    assert "answered 500" in refused.out
    assert inside.exit_code == 1
    assert "must be an address that begins with https://" in inside.out + inside.err
