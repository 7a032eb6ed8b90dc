"""A crash between a checkpoint and its events loses no event: what was done and not told is told when it goes on."""

import sqlite3

import pytest

from tests.conftest import CommandLine, Json

SAID = ("opportunity.detected", "campaign.planned", "creatives.ready", "campaign.booked", "performance.reported")


def history_of(tescosense: CommandLine, campaign: str) -> list[Json]:
    """The data of every event of a campaign, whose numbers have no gap."""
    history = tescosense("campaigns", "history", campaign, "--json").lines
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    return [event["params"]["data"] for event in history]


def steps_in(history: list[Json]) -> list[tuple[str, ...]]:
    """What a log says of its steps, without what two tellings may differ in; each checkpoint once."""
    said = []
    for data in history:
        match data:
            case {"kind": "task", "task_id": str(task_id), "phase": str(phase), "triggers": triggers}:
                said.append((task_id, phase, *triggers))
            case {"kind": "update", "node": str(node), "update": dict(update)}:
                said.append((node, *update))
            case {"kind": "checkpoint", "checkpoint_id": str(checkpoint_id), "next": following}:
                said.append((checkpoint_id, *following))
    return list(dict.fromkeys(said))


def told_by(history: list[Json]) -> dict[str, str | None]:
    """The step that was under way when each thing was said; None where none was."""
    said: dict[str, str | None] = {}
    under_way: str | None = None
    for data in history:
        if data["kind"] == "task":
            under_way = data["node"] if data["phase"] == "start" else None
        elif data["kind"] in SAID:
            said[data["kind"]] = under_way
    return said


@pytest.mark.parametrize("last_told", [1, 2, 12, 17, 30, 1000])
def test_what_was_done_and_not_told_is_told_once_when_the_campaign_goes_on(
    tescosense: CommandLine, last_told: int
) -> None:
    campaign = tescosense("run", "heavy-rain", "--json").summary["campaign_id"]
    whole = history_of(tescosense, campaign)
    with sqlite3.connect(tescosense.data_dir / "tescosense.db") as database:
        database.execute("DELETE FROM run_events WHERE seq > ?", (last_told,))
        database.execute(
            "UPDATE thread_heads SET (last, position) = (SELECT max(seq), max(position) FROM run_events"
            " WHERE run_events.thread_id = thread_heads.thread_id)"
        )

    resumed = tescosense("campaigns", "resume", campaign, "--json")
    assert resumed.exit_code == 0, resumed.err
    assert resumed.summary["status"] == "COMPLETED"
    told = history_of(tescosense, campaign)
    kinds = [data["kind"] for data in told]
    for kind in (*SAID, "beliefs.updated"):
        assert kinds.count(kind) == [data["kind"] for data in whole].count(kind) == 1, kind
    assert [kind for kind in kinds if kind in SAID] == list(SAID)
    assert steps_in(told) == steps_in(whole)
    assert told_by(told) == told_by(whole)
    assert None not in told_by(whole).values()
    tasks = [(data["task_id"], data["phase"]) for data in told if data["kind"] == "task"]
    assert len(tasks) == len(set(tasks)), "each step is told once"
