"""What the model costs a campaign, from a provider's own report to every door, with the real OpenAI client."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from typing_extensions import override

from tests.conftest import CommandLine, Json
from tests.integration.serving import serving
from tests.integration.test_real_model import OpenAiCompatible, settings

ANSWER = (11 * 2 + 7 * 10) / 1e6
"""Dollars: the server counts 11 tokens in and 7 out, at the prices below."""
PRICES = """[openai]
source = "our contract"
as_of = 2026-11-01
models = { "some-model" = { input = 2, output = 10 } }
"""


class Careless(OpenAiCompatible):
    """Its first answer is no answer; the brief is asked for alone, so that nobody else gets it."""

    served = count(1)

    @override
    def do_POST(self) -> None:
        type(self).answers_garbage = next(self.served) == 1
        super().do_POST()


@pytest.fixture
def server() -> Iterator[tuple[str, type[OpenAiCompatible]]]:
    handler = type("Handler", (Careless,), {"requests": [], "served": count(1)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}/v1", handler
        http.shutdown()


def by_node(cost: Json) -> Json:
    return {node["node"]: [node["calls"], node["known"]] for node in cost["nodes"]}


def test_one_cost_at_every_door_and_the_same_again_is_paid_for_once(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]], tmp_path: Path
) -> None:
    url, handler = server
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    priced = {**settings(url), "TESCOSENSE_MODEL_PRICES": str(prices)}
    asked = ("run", "heavy-rain", "--autonomy", "shadow", "--model", "openai:some-model", "--json")
    done = tescosense(*asked, **priced)
    paid = len(handler.requests)
    cost, campaign = done.summary["model_cost"], done.summary["campaign_id"]
    assert cost["calls"] == paid
    assert cost["known"] == pytest.approx(paid * ANSWER, abs=1e-9), "what could not be used was paid for too"
    assert (cost["without_answer"], cost["unknown"], cost["from_cache"]) == (1, 0, 0)
    assert by_node(cost)["strategy"] == [2, pytest.approx(2 * ANSWER)]
    assert by_node(cost)["creative"][0] >= 3

    told = [event["params"]["data"] for event in done.events if event["params"]["data"]["kind"] == "model.called"]
    assert sum(call["cost"] for call in told) == pytest.approx(cost["known"], abs=1e-9)
    assert {call["price"] for call in told} == {"our contract, 2026-11-01"}
    assert sorted(call["outcome"] for call in told if call["outcome"] != "answered") == ["unusable"]

    shown = tescosense("campaigns", "cost", campaign, **priced).out
    assert f"${paid * ANSWER:.4f} for {paid} calls." in shown.splitlines()[-1]
    with serving(tescosense.data_dir, **priced) as running, running.http() as http:
        assert http.get(f"/campaigns/{campaign}").json()["model_cost"] == cost
        calls = http.get(f"/campaigns/{campaign}/model-calls").json()
        assert calls["cost"] == cost
        assert {call["campaign_id"] for call in calls["items"]} == {campaign}

    again = tescosense(*asked, **priced)
    assert len(handler.requests) == paid + 1, "what could not be read was not kept, everything else was"
    second = again.summary["model_cost"]
    assert second["known"] == pytest.approx(ANSWER, abs=1e-9)
    assert (second["from_cache"], second["calls"]) == (paid - 2, paid - 1)
    cached = [e["params"]["data"] for e in again.events if e["params"]["data"]["kind"] == "model.called"]
    assert sorted(call["came_from"] for call in cached) == ["cache"] * (paid - 2) + ["model"]


def test_the_fake_model_and_a_model_nobody_knows_have_no_price_and_say_so(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    fake = tescosense("run", "heavy-rain", "--autonomy", "shadow", "--json").summary["model_cost"]
    assert fake["told"] == f"not known for {fake['calls']} calls: the fake model has no price"
    url, _ = server
    real = tescosense("run", "heavy-rain", "--model", "openai:some-model", "--json", **settings(url)).summary
    assert real["model_cost"]["unknown"] == real["model_cost"]["calls"] > 0
    assert "no price is known for openai:some-model: name one in TESCOSENSE_MODEL_PRICES" in real["model_cost"]["told"]
    assert "none: the fake model has no price" in tescosense("doctor").out


def test_another_future_is_compared_with_what_it_cost_and_what_it_shares_is_paid_for_once(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]], tmp_path: Path
) -> None:
    url, _ = server
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    priced = {**settings(url), "TESCOSENSE_MODEL_PRICES": str(prices)}
    done = tescosense("run", "heavy-rain", "--autonomy", "approve", "--model", "openai:some-model", "--json", **priced)
    campaign = done.summary["campaign_id"]
    whole = done.summary["model_cost"]
    at_gate = tescosense("campaigns", "fork", campaign, "--at", "approval", "--json", **priced)
    assert at_gate.exit_code == 0, at_gate.err
    told = {one["what"]: one for one in at_gate.lines[-1]["compared"]}["cost of the model"]
    assert told["before"] == told["after"] == whole["told"], "it is the same past"
    assert at_gate.lines[-2]["model_cost"]["calls"] == 0, "and nothing of it is asked again"
    anew = tescosense("campaigns", "fork", campaign, "--at", "creative", "--json", **priced)
    told = {one["what"]: one for one in anew.lines[-1]["compared"]}["cost of the model"]
    assert told["after"].startswith(f"${2 * ANSWER:.4f} for "), "the brief was paid for; the ads come from the cache"
    assert anew.lines[-2]["model_cost"]["known"] == 0
