"""From an edit to the next campaign, by the command line as the documents show it, and over HTTP by two designers."""

import re
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx
import orjson
import pytest

from prompts.releasing.reading import read_record
from tests.conftest import ROOT, CommandLine, Finished, Json
from tests.documents import blocks
from tests.integration.serving import WHATEVER_LAPSES, Server, serving
from tests.patience import eventually
from tests.unit.prompts.releasing.folders import AD_COPY, NEXT, SHIPPED, VERSION, a_folder, edit

KEYS = "Vera:viewer:v-key,Otto:operator:o-key,Ada:approver:p-key"
VIEWER, OPERATOR, APPROVER = ({"Authorization": f"Bearer {key}"} for key in ("v-key", "o-key", "p-key"))


CASES = """tests:
  - description: soup
    assert:
      - type: icontains
        value: soup
  - description: alcohol
    vars:
      product_name: Malbec 75cl
      category: wine
    assert:
      - type: not-contains
        value: "!"
"""


def with_few_cases(folder: Path) -> Path:
    """Every command here is a process of its own, which would read all of the law for a case that asks about it."""
    path = folder / f"{AD_COPY}.prompty"
    source = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^tests:\n(?: .*\n)*", CASES, source, flags=re.MULTILINE), encoding="utf-8")
    return folder


def documented() -> list[list[str]]:
    """The words of each command of the page that leads from an edit to the next campaign."""
    [page] = [
        block
        for block in blocks(ROOT / "docs" / "prompts.md")
        if block.language == "sh" and "tescosense prompts promote" in block.text
    ]
    return [shlex.split(line, comments=True)[1:] for line in page.text.splitlines() if line.strip()]


def hashes_of(campaign: Finished) -> set[str]:
    """Of the wordings its ads were asked for with."""
    assert campaign.exit_code == 0, campaign.err
    data = [event["params"]["data"] for event in campaign.events]
    return {one["prompt_hash"] for one in data if one.get("prompt") == AD_COPY}


def test_the_documented_path_leads_from_an_edit_to_the_next_campaign(tescosense: CommandLine, tmp_path: Path) -> None:
    folder = with_few_cases(a_folder(tmp_path))
    ours = {"TESCOSENSE_PROMPTS_DIR": str(folder)}
    edited = edit(folder, "You write ads", "You write advertisements")
    campaign = ("run", "heavy-rain", "--json")
    assert hashes_of(tescosense(*campaign, **ours)) == {SHIPPED}, "an edit reaches no campaign"
    ran = []
    for words in documented():
        done = tescosense(*words, **ours)
        assert done.exit_code == 0, f"{words}: {done.err}"
        ran.append(words[1])
        if words[1] == "promote" and "--label" not in words and "--weight" not in words:
            after = tescosense(*campaign, **ours)
            assert hashes_of(after) == {edited}
            shown = orjson.loads(tescosense("campaigns", "show", after.summary["campaign_id"], **ours).out)
            choice = {"prompt": AD_COPY, "hash": edited, "version": NEXT, "label": "production", "propensity": 1.0}
            assert shown["prompts"][AD_COPY] == choice
            assert {ad["prompt_hash"] for ad in shown["creatives"]} == {edited}
        if words[1] == "results":
            assert f"version {NEXT}" in done.out
            assert "1 simulated" in done.out
    assert ran == ["run", "test", "diff", "promote", "promote", "promote", "results", "rollback"]
    assert (tmp_path / "report.xml").read_text().startswith("<?xml")
    assert read_record(folder)[AD_COPY].leading == SHIPPED, "rolled back"


def test_a_failing_case_fails_the_command_and_the_promotion(tescosense: CommandLine, tmp_path: Path) -> None:
    folder = with_few_cases(a_folder(tmp_path))
    ours = {"TESCOSENSE_PROMPTS_DIR": str(folder)}
    edit(folder, "value: soup", "value: Mulligatawny")
    edit(folder, "You write ads", "You write advertisements")
    done = tescosense("prompts", "test", AD_COPY, "--junit", "report.xml", **ours)
    assert done.exit_code == 1
    assert "1 of 2 cases passed, 1 failed" in done.out
    assert 'failures="1"' in (tmp_path / "report.xml").read_text()
    refused = tescosense("prompts", "promote", AD_COPY, "--why", "in a hurry", **ours)
    assert refused.exit_code == 1
    assert refused.err == (
        "tescosense: 1 of 2 cases of 'creative/ad_copy' fail: soup: "
        "see why with `tescosense prompts test creative/ad_copy`.\n"
    )


class House(NamedTuple):
    server: Server
    folder: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = tmp_path_factory.mktemp("releases")
    folder = a_folder(place)
    with serving(place / "data", TESCOSENSE_PROMPTS_DIR=str(folder), TESCOSENSE_API_KEYS=KEYS) as server:
        yield House(server, folder)


def next_campaign(http: httpx.Client, scenarios: Iterator[str]) -> Json:
    """The next campaign of the live world that has ads: not every scenario gives rise to one worth its money."""

    def judged(campaigns: list[str]) -> list[Json] | None:
        details: list[Json] = [http.get(f"/campaigns/{campaign}", headers=VIEWER).json() for campaign in campaigns]
        over = ("NOT_WORTH_SPENDING", "NO_OPPORTUNITY", "FAILED")
        written = [detail for detail in details if detail["creatives"]]
        return written or ([] if all(detail["campaign"]["status"] in over for detail in details) else None)

    for scenario in scenarios:
        done = http.post("/simulation/trigger", json={"scenario": scenario, **WHATEVER_LAPSES}, headers=OPERATOR)
        campaigns: list[str] = done.json()["campaign_ids"]
        if found := eventually(partial(judged, campaigns), f"what comes of {scenario}"):
            return found[0]
    raise AssertionError("no scenario gave rise to a campaign with ads")


def test_a_release_over_http_is_the_next_campaigns_and_is_on_record(house: House) -> None:
    scenarios = iter(("heavy-rain", "heatwave", "cold-snap", "viral-trend", "competitor-promotion"))
    with house.server.http() as http:
        prompt = http.get(f"/prompts/{AD_COPY}", headers=VIEWER)
        read: Json = prompt.json()
        assert prompt.headers["etag"] == f'"{read["mark"]}"'
        source = read["source"].replace("You write ads", "You write advertisements")

        save = {"source": source}
        address = f"/prompts/{AD_COPY}"
        assert http.put(address, json=save, headers=VIEWER).status_code == 403
        assert http.put(address, json=save, headers={**OPERATOR, "If-Match": '"0123"'}).status_code == 409
        saved = http.put(address, json=save, headers={**OPERATOR, "If-Match": prompt.headers["etag"]})
        assert (saved.status_code, saved.json()["items"]) == (200, [])
        again = http.put(address, json=save, headers={**OPERATOR, "If-Match": prompt.headers["etag"]})
        assert again.status_code == 409, "the other designer has the text that was"

        [summary] = [one for one in http.get("/prompts", headers=VIEWER).json()["items"] if one["name"] == AD_COPY]
        assert not summary["is_released"]
        campaign = next_campaign(http, scenarios)
        assert {ad["prompt_hash"] for ad in campaign["creatives"]} == {SHIPPED}

        ad = campaign["creatives"][-1]
        filled = {"name": AD_COPY, "campaign_id": campaign["campaign"]["id"], "channel": ad["channel"]}
        shown = http.post("/prompts/preview", json={**filled, "values": {"tone": "hushed"}}, headers=VIEWER).json()
        assert (shown["hash"], shown["values"]["channel"]) == (summary["hash"], ad["channel"])
        assert [message["role"] for message in shown["messages"]] == ["system", "user"]
        assert "Tone: hushed" in shown["messages"][1]["text"]
        assert [one["name"] for one in shown["inputs"]] == list(shown["values"])
        elsewhere = http.post("/prompts/preview", json={**filled, "channel": "carrier pigeon"}, headers=VIEWER)
        assert (elsewhere.status_code, elsewhere.json()["field"]) == (422, "channel")

        alone = http.post("/prompts/test", json={"name": AD_COPY, "case": "email"}, headers=OPERATOR).json()
        assert [case["description"] for case in alone["cases"]] == ["email"]
        ran = http.post("/prompts/run", json={"name": AD_COPY, "case": "email"}, headers=OPERATOR).json()
        assert (ran["is_mock"], ran["version"], ran["hash"]) == (True, None, summary["hash"])
        tested = http.post("/prompts/test", json={"name": AD_COPY}, headers=OPERATOR).json()
        assert (tested["passed"], tested["failed"]) == (9, 0)
        compared = http.post("/prompts/diff", json={"name": AD_COPY}, headers=VIEWER).json()
        assert any("advertisements" in line for line in compared["text"])
        assert http.post("/prompts/diff", json={"name": AD_COPY, "outputs": True}, headers=VIEWER).status_code == 403

        asked = {"name": AD_COPY, "why": "Plainer", "by": "Mallory"}
        assert http.post("/prompts/promote", json=asked, headers=OPERATOR).status_code == 403
        entry = http.post("/prompts/promote", json=asked, headers=APPROVER).json()
        assert (entry["version"], entry["hash"], entry["by"]) == (NEXT, summary["hash"], "Ada")
        campaign = next_campaign(http, scenarios)
        assert {ad["prompt_hash"] for ad in campaign["creatives"]} == {entry["hash"]}
        assert [(one["prompt"], one["version"]) for one in campaign["prompts"]] == [
            (AD_COPY, NEXT),
            ("strategy/brief", 1),
        ]

        kept = http.get(f"/prompts/{AD_COPY}/releases/{SHIPPED}", headers=VIEWER).json()
        assert (kept["version"], "You write ads" in kept["text"], "House style" in kept["source"]) == (
            VERSION,
            True,
            True,
        )
        results = http.get(f"/prompts/{AD_COPY}/results", headers=VIEWER).json()
        assert {one["version"]: one["campaigns"] for one in results["releases"]}[NEXT] >= 1

        assert http.get(f"/prompts/{AD_COPY}", headers=VIEWER).json()["before"] == VERSION
        back = http.post("/prompts/rollback", json={"name": AD_COPY, "why": "Worse"}, headers=APPROVER).json()
        assert (back["version"], back["action"]) == (VERSION, "rollback")
        assert {ad["prompt_hash"] for ad in next_campaign(http, scenarios)["creatives"]} == {SHIPPED}


def test_findings_have_a_line_and_a_code(house: House) -> None:
    with house.server.http() as http:
        source = http.get("/prompts/strategy/brief", headers=VIEWER).json()["source"]
        broken = source.replace("{{ headline }}", "{{ headlin }}")
        found = http.post("/prompts/check", json={"name": "strategy/brief", "source": broken}, headers=VIEWER).json()
        line = broken.splitlines().index("Headline: {{ headlin }}") + 1
        assert [(one["line"], one["code"]) for one in found["items"]][-1] == (line, "unknown-input")
        assert "one fact and no lesson" in found["cases"]


OWN = """---
name: demo/own
description: Mine.
inputs:
  - name: what
    kind: string
    example: soup
template:
  format:
    kind: jinja2
  parser:
    kind: prompty
---
user:
Say {{ what }}.
"""


def test_the_list_tells_a_prompt_no_node_uses_from_one_that_leaves_something_out(house: House) -> None:
    with house.server.http() as http:
        assert http.put("/prompts/demo/own", json={"source": OWN}, headers=OPERATOR).status_code == 200
        read = http.get("/prompts/strategy/brief", headers=VIEWER)
        source = re.sub(r"  - name: cause\n(?:    .*\n)+", "", read.json()["source"]).replace("{{ cause }}", "unknown")
        put = http.put(
            "/prompts/strategy/brief", json={"source": source}, headers={**OPERATOR, "If-Match": read.headers["etag"]}
        )
        assert put.json()["items"] == []
        items = http.get("/prompts", headers=VIEWER).json()["items"]
        notes = {one["name"]: [note["code"] for note in one["notes"]] for one in items}
        assert notes == {
            "compliance/ad_reader": [],
            AD_COPY: [],
            "demo/own": ["no-node"],
            "strategy/brief": ["left-out"],
        }


def test_a_text_that_prompts_share_is_read_checked_and_saved_over_http(house: House) -> None:
    name = "partials/house_style.md"
    with house.server.http() as http:
        assert name in http.get(f"/prompts/{AD_COPY}", headers=VIEWER).json()["partials"]
        read = http.get(f"/prompts/{name}", headers=VIEWER)
        assert read.json()["used_by"] == [AD_COPY, "strategy/brief"]
        assert read.json()["source"] == (house.folder / name).read_text(encoding="utf-8")
        asked = {"name": name, "source": "Be brief.\nBe {{ tone }}."}
        found = http.post("/prompts/check", json=asked, headers=VIEWER).json()["items"]
        assert [(one["file"], one["line"], one["code"]) for one in found] == [(name, 2, "reference")]

        before = http.get(f"/prompts/{AD_COPY}", headers=VIEWER).json()
        mark = {"If-Match": read.headers["etag"]}
        put = partial(http.put, f"/prompts/{name}", json={"source": "Be brief."})
        assert put(headers={**VIEWER, **mark}).status_code == 403
        saved = put(headers={**OPERATOR, **mark})
        assert (saved.status_code, saved.json()["name"], saved.json()["cases"]) == (200, name, [])
        assert put(headers={**OPERATOR, **mark}).status_code == 409
        assert (house.folder / name).read_text(encoding="utf-8") == "Be brief."
        after = http.get(f"/prompts/{AD_COPY}", headers=VIEWER).json()
        assert after["hash"] != before["hash"], "the working copy has the new text"
        assert after["production"] == before["production"], "and no release has"
        again = http.put(
            f"/prompts/{name}",
            json={"source": read.json()["source"]},
            headers={**OPERATOR, "If-Match": saved.headers["etag"]},
        )
        assert again.status_code == 200
        missing = http.get("/prompts/partials/hose_style.md", headers=VIEWER)
        assert missing.status_code == 404
        assert "did you mean 'partials/house_style.md'?" in missing.json()["remedy"]


def test_a_broken_record_leaves_the_last_good_one_in_use_and_is_told(house: House) -> None:
    record = house.folder / "releases.yaml"
    good = record.read_bytes()
    with house.server.http() as http:
        try:
            record.write_bytes(good + b">>>>>>> theirs\n")
            told = eventually(
                lambda: http.get("/prompts", headers=VIEWER).json()["problem"] or None, "the list to tell of it"
            )
            assert "holds a merge conflict" in told
        finally:
            record.write_bytes(good)
        eventually(lambda: http.get("/prompts", headers=VIEWER).json()["problem"] == "" or None, "it to be mended")
