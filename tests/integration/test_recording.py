"""A run with a real model, recorded, and the same run again from the recording: no key, no network, no difference."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from itertools import count
from pathlib import Path

import orjson
import pytest
from typing_extensions import override

from tests.conftest import CommandLine, Json
from tests.integration.test_real_model import OpenAiCompatible

KEY = "sk-correct-horse-battery"
ASKED = ("heavy-rain", "--model", "openai:some-model", "--json")
OWN = ("campaign_id", "thread_id", "interrupt_id", "elapsed_s", "creative_id", "image_url", "model_cost")
"""What every run has of its own: ids, times, and what it paid."""
PAID = ("came_from", "cost", "price", "unpriced")


class Forgetful(OpenAiCompatible):
    """Its first answer to every third request is no answer; ids of its own on each."""

    served = count()

    @override
    def do_POST(self) -> None:
        type(self).answers_garbage = next(self.served) % 3 == 0
        super().do_POST()


@pytest.fixture
def server() -> Iterator[tuple[str, type[OpenAiCompatible]]]:
    handler = type("Handler", (Forgetful,), {"requests": [], "served": count()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}/v1", handler
        http.shutdown()


def without_own(value: object) -> object:
    """A summary without what no two runs share."""
    if isinstance(value, dict):
        return {name: without_own(part) for name, part in value.items() if name not in OWN and not name.endswith("_at")}
    if isinstance(value, list):
        return [without_own(part) for part in value]
    return (
        re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[a-z]+_[0-9a-f]{20}\b", "ID", value) if isinstance(value, str) else value
    )


def called(events: list[Json]) -> list[Json]:
    """Every call of the model, in an order that parallel calls do not change."""
    data = [event["params"]["data"] for event in events]
    found = [
        {name: value for name, value in call.items() if name not in PAID}
        for call in data
        if call["kind"] == "model.called"
    ]
    return sorted(found, key=lambda call: orjson.dumps(call, option=orjson.OPT_SORT_KEYS))


def test_a_replayed_run_is_equal_to_the_recorded_one(
    tescosense: CommandLine,
    another_system: Callable[[str], CommandLine],
    server: tuple[str, type[OpenAiCompatible]],
    tmp_path: Path,
) -> None:
    url, handler = server
    tape = tmp_path / "tapes" / "rain.jsonl"
    reached = {"TESCOSENSE_MODEL_BASE_URL": url, "TESCOSENSE_MODEL_API_KEY": KEY}
    recorded = tescosense("run", *ASKED, "--record", str(tape), **reached)
    assert recorded.exit_code == 0, recorded.err
    asked = len(handler.requests)
    assert asked > len(recorded.summary["creatives"]) + 1, "some answers were asked for again"

    replayed = another_system("offline")("run", "heavy-rain", "--json", "--replay", str(tape))
    assert replayed.exit_code == 0, replayed.err
    assert len(handler.requests) == asked, "nothing goes over the network"
    assert without_own(replayed.summary) == without_own(recorded.summary)
    assert replayed.summary["model_cost"]["known"] == replayed.summary["model_cost"]["unknown"] == 0
    assert called(replayed.events) == called(recorded.events)


def test_a_tape_has_no_key_no_address_and_nothing_of_the_wire(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]], tmp_path: Path
) -> None:
    url, _ = server
    tape = tmp_path / "rain.jsonl"
    tescosense("run", *ASKED, "--record", str(tape), TESCOSENSE_MODEL_BASE_URL=url, TESCOSENSE_MODEL_API_KEY=KEY)
    text = tape.read_text()
    assert "Soup for a wet Tuesday" in text
    for secret in (KEY, url, "127.0.0.1", "chatcmpl", "Bearer", "created", str(tmp_path)):
        assert secret not in text


def test_a_missing_answer_names_the_node_the_prompt_and_the_recording(
    tescosense: CommandLine,
    another_system: Callable[[str], CommandLine],
    server: tuple[str, type[OpenAiCompatible]],
    tmp_path: Path,
) -> None:
    url, _ = server
    tape = tmp_path / "rain.jsonl"
    tescosense("run", *ASKED, "--record", str(tape), TESCOSENSE_MODEL_BASE_URL=url, TESCOSENSE_MODEL_API_KEY=KEY)
    done = another_system("offline")("run", "heatwave", "--json", "--replay", str(tape))
    assert done.exit_code == 1
    failure = done.summary["failure"]
    assert (failure["node"], failure["error"]) == ("strategy", "NotFound")
    assert failure["message"] == (
        "the node 'strategy' asked with the prompt 'strategy/brief', and the recording rain.jsonl holds no answer to "
        "it: record the run again with the model."
    )
    assert done.summary["booking"] is None


def test_a_prompt_alone_is_recorded_and_replayed(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]], tmp_path: Path
) -> None:
    url, handler = server
    tape = str(tmp_path / "brief.jsonl")
    asked = ("prompts", "run", "creative/ad_copy", "--json")
    recorded = tescosense(*asked, "--model", "openai:some-model", "--record", tape, TESCOSENSE_MODEL_BASE_URL=url)
    paid = len(handler.requests)
    replayed = tescosense(*asked, "--replay", tape)
    assert recorded.exit_code == replayed.exit_code == 0, recorded.err + replayed.err
    assert replayed.out == recorded.out
    assert len(handler.requests) == paid


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--record", "a", "--model", "fake:copywriter"), "the fake model answers the same every time"),
        (("--record", "a", "--replay", "given"), "cannot be recorded and replayed at once"),
        (
            ("--replay", "nowhere"),
            "cannot be read (No such file or directory): name a file that was made with --record",
        ),
        (("--replay", "empty"), "empty is empty: record again"),
        (("--replay", "broken"), "broken:1 is not a recorded answer: delete the line or record again"),
        (
            ("--replay", "given", "--model", "openai:another"),
            "is of 'openai:some-model', and 'openai:another' was asked",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(
    tescosense: CommandLine, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    entry = {"key": "0", "model": "openai:some-model", "named": "some-model", "said": None, "parsed": None}
    (tmp_path / "given").write_bytes(orjson.dumps({**entry, "flaw": None, "is_raised": False}) + b"\n")
    (tmp_path / "empty").touch()
    (tmp_path / "broken").write_text("{}\n")
    done = tescosense("run", "heavy-rain", *arguments)
    assert done.exit_code == 1
    assert told in done.err, done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "a").exists()
