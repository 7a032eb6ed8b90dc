"""A campaign goes to another machine in one file: whole, without secrets, and only to be looked into there."""

import hashlib
import lzma
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from pydantic import JsonValue, SecretStr

from domain.context import Autonomy
from domain.decision import ApprovalRequest
from domain.errors import BadInput, Conflict, NotFound
from domain.state import CampaignStatus
from runtime.api_keys import ApiKey
from runtime.forking import campaign_file
from runtime.forking.campaign_file import FORMAT, packed, unpacked
from runtime.forking.differences import differences
from runtime.forking.wish import ForkWish
from runtime.runs.orders import RunOrder
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.audit import audit
from tests.conftest import CommandLine
from tests.integration.test_forks import forked, ran

KEYS = {
    "model_api_key": "model-key-3f9a",
    "ad_seller_token": "seller-token-77",
    "redis": "redis-pass-word",
    "api": "k3y-Of-The-Api",
    "environment": "environment-secret-1",
    "pasted": "sk-proj-abcdefghijklmnop1234",
}
PEOPLE = ("Marjorie Featherstone", "Otto von Key")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    settings = Settings(data_dir=tmp_path / "here")
    async with open_system(settings) as system:
        yield system
    audit(settings.database)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[System]:
    settings = Settings(data_dir=tmp_path / "there")
    async with open_system(settings) as system:
        yield system
    audit(settings.database)


def content_of(file: bytes) -> bytes:
    return lzma.decompress(file).partition(b"\n")[2]


def sealed(body: bytes, version: int = 1) -> bytes:
    """A file with any content, by the rules of the format alone."""
    first = {"format": FORMAT, "version": version, "sha256": hashlib.sha256(body).hexdigest()}
    return lzma.compress(orjson.dumps(first) + b"\n" + body)


@pytest.mark.parametrize("at", ["sensing", "strategy", "approval"])
async def test_a_fork_of_an_imported_campaign_is_the_future_it_had(here: System, there: System, at: str) -> None:
    """With the lessons known then, which the other machine has not, and without those that machine has."""
    await ran(here)
    campaign = await ran(here)
    await ran(there, seed=7)
    await ran(there, scenario="heatwave")
    assert (await here.runs.state(campaign)).the_plan.cites
    await there.exchange.take_in(await here.exchange.export(campaign))
    as_it_was, fork = await here.runs.state(campaign), await forked(there, campaign, at=at)
    assert [one.what for one in differences(as_it_was, fork)] == []
    assert fork.the_plan.cites == as_it_was.the_plan.cites
    assert fork.the_report.lift == as_it_was.the_report.lift


async def test_of_the_live_world_too_with_the_ads_of_others(here: System, there: System) -> None:
    started: list[UUID] = []
    for scenario in ("heavy-rain", "heatwave"):
        begun = (await here.live.trigger(scenario)).campaign_ids
        for campaign in begun:
            await here.runs.finished(campaign)
            if [question.node for question in await here.runs.questions(campaign)] == ["approval"]:
                await here.runs.answer(campaign, None, {"decision": "approve"})
                await here.runs.finished(campaign)
        started += begun
    for _ in range(12):
        await here.live.step()
    for campaign in started:
        await here.runs.finished(campaign)
    booked = [one for one in started if (await here.runs.state(one)).booking]
    assert len(booked) > 1
    for campaign in booked:
        await there.exchange.take_in(await here.exchange.export(campaign))
        as_it_was, fork = await here.runs.state(campaign), await forked(there, campaign)
        assert {one.what for one in differences(as_it_was, fork)} <= {"decision", "lesson"}
        assert fork.the_report.lift == as_it_was.the_report.lift


async def test_it_can_be_walked_and_nothing_else(here: System, there: System) -> None:
    campaign = await ran(here, autonomy=Autonomy.APPROVE)
    lessons, balance = await there.repositories.lessons.page(), await there.ledger.balance("house")
    origin = await there.exchange.take_in(await here.exchange.export(campaign))
    assert (origin.campaign_id, origin.names_kept) == (campaign, False)
    assert await there.exchange.imported() == [origin]
    past = await here.forks.past(campaign)
    assert await there.forks.past(campaign) == past
    for step in past:
        theirs = await there.forks.state_at(campaign, step.checkpoint_id)
        assert theirs == await here.forks.state_at(campaign, step.checkpoint_id)
    with pytest.raises(NotFound, match="has no checkpoint 'nowhere'"):
        await there.forks.state_at(campaign, "nowhere")
    with pytest.raises(NotFound):
        await there.runs.answer(campaign, None, {"decision": "approve"})
    with pytest.raises(NotFound):
        await there.runs.resume(campaign)
    fork = await forked(there, campaign)
    assert fork.status is CampaignStatus.COMPLETED
    assert (await there.campaigns.page()).items == [], "neither it nor its fork is counted among what happened"
    assert await there.repositories.lessons.page() == lessons
    assert await there.ledger.balance("house") == balance
    with pytest.raises(Conflict, match="was imported"):
        await there.exchange.export(campaign)
    with pytest.raises(Conflict, match="is here already"):
        await there.exchange.take_in(await here.exchange.export(campaign))
    with pytest.raises(Conflict, match="is here already"):
        await here.exchange.take_in(await here.exchange.export(campaign))


async def test_removed_nothing_of_it_is_kept_and_its_forks_stay(
    here: System, there: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await ran(here)
    file = await here.exchange.export(campaign)
    await there.exchange.take_in(file)
    with monkeypatch.context() as patch:
        patch.setattr(there.runs._queue, "submit", _never)
        on_its_way = await there.forks.fork(campaign, ForkWish(), by="Ann")
    with pytest.raises(Conflict, match=f"the fork {on_its_way.fork_id} of {campaign} is on its way"):
        await there.exchange.remove(campaign)
    order = await there.repositories.leases.active(on_its_way.fork_id)
    assert order is not None
    await there.runs._queue.submit(RunOrder.model_validate(order.ordered))
    await there.runs.finished(on_its_way.fork_id)
    fork = await forked(there, campaign)
    await there.exchange.remove(campaign)
    assert await there.exchange.imported() == []
    assert await there.repositories.imports.content(campaign) is None
    with pytest.raises(NotFound):
        await there.forks.past(campaign)
    with pytest.raises(NotFound, match="was imported"):
        await there.exchange.remove(campaign)
    assert (await there.runs.state(fork.the_campaign)).status is CampaignStatus.COMPLETED
    assert (await there.campaigns.page()).items == []
    assert (await there.exchange.take_in(file)).campaign_id == campaign, "and it may come again"
    assert {one.fork_id for past in await there.forks.past(campaign) for one in past.forks} >= {on_its_way.fork_id}


async def test_it_is_not_removed_under_a_fork_that_waits_for_a_person(here: System, there: System) -> None:
    campaign = await ran(here)
    await there.exchange.take_in(await here.exchange.export(campaign))
    asking = await there.forks.fork(campaign, ForkWish(at="strategy", set={"autonomy": "approve"}), by="Ann")
    await there.runs.finished(asking.fork_id)
    assert (await there.runs.state(asking.fork_id)).status is CampaignStatus.AWAITING_APPROVAL
    with pytest.raises(Conflict, match=f"the fork {asking.fork_id} of {campaign} .* waits for an answer"):
        await there.exchange.remove(campaign)
    await there.runs.answer(asking.fork_id, None, {"decision": "reject", "reason": "no"})
    await there.runs.finished(asking.fork_id)
    await there.exchange.remove(campaign)
    assert await there.exchange.imported() == []


async def _never(order: RunOrder) -> None:
    """Nobody takes it up."""


async def test_no_secret_is_in_it_wherever_it_was_planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMEBODYS_API_KEY", KEYS["environment"])
    settings = Settings(
        data_dir=tmp_path / "planted",
        model_api_key=SecretStr(KEYS["model_api_key"]),
        ad_seller_token=SecretStr(KEYS["ad_seller_token"]),
        model_base_url=f"http://u:{KEYS['redis']}@localhost:1/",
        api_keys=(ApiKey(key=SecretStr(KEYS["api"]), name=PEOPLE[1]),),
    )
    told = f"{' '.join(KEYS.values())} redis://u:{KEYS['redis']}@host {tmp_path / 'planted'} for {' and '.join(PEOPLE)}"
    async with open_system(settings) as system:
        campaign = await ran(system, autonomy=Autonomy.APPROVE)
        [question] = await system.runs.questions(campaign)
        pasted = f"Soup {KEYS['model_api_key']} {KEYS['api']}"
        request = ApprovalRequest.model_validate(question.payload)
        answer: JsonValue = {
            "decision": "edit",
            "decided_by": PEOPLE[0],
            "reason": told[:500],
            "copy_edits": [{"creative_id": str(request.creatives[0].id), "body": pasted}],
        }
        await system.runs.answer(campaign, None, answer)
        await system.runs.finished(campaign)
        files = {names: await system.exchange.export(campaign, with_names=names) for names in (False, True)}
        assert KEYS["api"] in (await system.runs.state(campaign)).model_dump_json(), "planted in an ad"
    for with_names, file in files.items():
        text = content_of(file).decode()
        assert unpacked(file).origin.names_kept is with_names
        secrets = [*KEYS.values(), str(tmp_path / "planted"), str(Path.home())]
        assert [secret for secret in secrets if secret in text and secret != "/"] == []
        named = [name for name in PEOPLE if name in text]
        assert named == (list(PEOPLE) if with_names else [])
        assert with_names or "person 1" in text


def reseal(file: bytes, change: str) -> bytes:
    content = orjson.loads(content_of(file))
    match change:
        case "another campaign's state":
            content["checkpoints"][0]["state"]["campaign_id"] = str(UUID(int=1))
        case "a checkpoint twice":
            content["checkpoints"].append(content["checkpoints"][0])
        case "no checkpoint":
            content["checkpoints"] = []
        case "a field amiss":
            content["checkpoints"][0]["state"]["budget"] = "much"
        case "a name without an end":
            content["origin"]["name"] = "x" * 2_000
        case "a name that steers":
            content["origin"]["name"] = "\x1b[31mSoup\x07"
        case "a deep hole":
            return sealed(b'{"origin":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    return sealed(orjson.dumps(content))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda file: b"", "no exported campaign"),
        (lambda file: b"PK\x03\x04 a zip", "no exported campaign"),
        (lambda file: lzma.compress(b'{"a": 1}\n{}'), "no exported campaign"),
        (lambda file: lzma.compress(b"x" * 100_000), "no exported campaign"),
        (lambda file: file[:-40], "damaged: its end is missing"),
        (lambda file: file + b"more", "damaged: something follows its end"),
        (lambda file: file[:500] + b"\x00\x01" + file[502:], "damaged: it cannot be unpacked"),
        (lambda file: sealed(content_of(file), version=2), "of version 2, and this TescoSense reads up to 1"),
        (lambda file: lzma.compress(lzma.decompress(file) + b" "), "damaged: its content is not what was written"),
        (lambda file: sealed(b"no json"), "damaged: its content is no JSON"),
        (lambda file: reseal(file, "a deep hole"), "damaged"),
        (lambda file: reseal(file, "no checkpoint"), "damaged: checkpoints does not fit"),
        (lambda file: reseal(file, "a field amiss"), "damaged: checkpoints.0.state.budget does not fit"),
        (lambda file: reseal(file, "another campaign's state"), "damaged: it does not fit"),
        (lambda file: reseal(file, "a checkpoint twice"), "damaged: it does not fit"),
        (lambda file: reseal(file, "a name without an end"), "damaged: origin.name does not fit"),
    ],
)
async def test_what_is_no_whole_file_is_refused_in_a_sentence_and_nothing_kept(
    here: System, there: System, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    file = await here.exchange.export(await ran(here, autonomy=Autonomy.SHADOW))
    with pytest.raises(BadInput, match=sentence):
        await there.exchange.take_in(damage(file))
    assert await there.exchange.imported() == []


async def test_its_name_steers_no_terminal(here: System, there: System) -> None:
    file = await here.exchange.export(await ran(here, autonomy=Autonomy.SHADOW))
    await there.exchange.take_in(reseal(file, "a name that steers"))
    assert [one.name for one in await there.exchange.imported()] == ["[31mSoup"]


def test_a_bomb_is_unpacked_no_further_than_a_campaign_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_file, "MOST_UNPACKED", 2**20)
    bomb = lzma.compress(b"\0" * 2**26, preset=9)
    assert len(bomb) < 2**14
    with pytest.raises(BadInput, match="holds more than 1 MB unpacked"):
        unpacked(bomb)
    monkeypatch.setattr(campaign_file, "MOST_PACKED", 1000)
    with pytest.raises(BadInput, match="holds more than"):
        unpacked(bomb)


@pytest.mark.parametrize("seed", [1, 3, 5, 7])
async def test_whatever_bytes_come_it_is_taken_or_refused(here: System, there: System, seed: int) -> None:
    file = await here.exchange.export(await ran(here, autonomy=Autonomy.SHADOW))
    dice, body = random.Random(seed), content_of(file)
    refusals: list[str] = []
    for turn in range(60):
        outside = turn % 2
        spoilt = bytearray(file if outside else body)
        for _ in range(dice.randint(1, 4)):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        try:
            unpacked(bytes(spoilt) if outside else sealed(bytes(spoilt)))
        except BadInput as problem:
            refusals.append(str(problem))
    assert refusals
    assert max(map(len, refusals)) < 400
    assert await there.exchange.imported() == []


async def test_what_is_written_is_read_again_the_same(here: System) -> None:
    file = await here.exchange.export(await ran(here))
    came = unpacked(file)
    assert unpacked(packed(came.model_dump(mode="json"))) == came
    assert came.prompts, "with the texts it was written with"
    assert any(event.params.data.kind == "model.called" for event in came.events), "and what the model was asked"
    assert came.bookings
    assert came.ledger


def test_at_the_keyboard(tmp_path: Path, tescosense: CommandLine) -> None:
    run = tescosense("run", "heavy-rain", "--json", TESCOSENSE_DATA_DIR=str(tmp_path / "one"))
    campaign = str(run.summary["campaign_id"])
    file = tmp_path / "campaign.tescosense"
    first, second = {"TESCOSENSE_DATA_DIR": str(tmp_path / "one")}, {"TESCOSENSE_DATA_DIR": str(tmp_path / "two")}
    assert "KB; without keys" in tescosense("campaigns", "export", campaign, str(file), **first).out
    again = tescosense("campaigns", "export", campaign, str(file), **first)
    assert (again.exit_code, "exists" in again.err) == (1, True)
    assert "imported, read-only" in tescosense("campaigns", "import", str(file), **second).out
    past = tescosense("campaigns", "past", campaign, "--json", **second).out.splitlines()
    ids = [orjson.loads(line)["checkpoint_id"] for line in past]
    assert "plan's budget" in tescosense("campaigns", "diff", campaign, ids[0], ids[-1], **second).out
    state = orjson.loads(tescosense("campaigns", "state", campaign, ids[-1], **second).out)
    assert state["campaign_id"] == campaign
    fork = tescosense("campaigns", "fork", campaign, "--set", "plan.budget=1500", **second)
    assert "£1,500.00" in fork.out, fork.err
    fork_id = fork.out.partition("Fork ")[2].split()[0]
    heads = tescosense("campaigns", "compare", campaign, fork_id, **second).out.splitlines()[0].split()
    assert len(set(heads)) == 2, "told apart, though both began within a minute"
    assert campaign in tescosense("campaigns", "import", "--list", **second).out
    assert "removed" in tescosense("campaigns", "import", "--remove", campaign, **second).out
    assert "Nothing has been imported yet" in tescosense("campaigns", "import", **second).out
    file.write_bytes(b"nonsense")
    refused = tescosense("campaigns", "import", str(file), **second)
    assert refused.exit_code == 1
    assert refused.err.startswith("tescosense: the file is no exported campaign")
    assert len(refused.err.splitlines()) == 1
