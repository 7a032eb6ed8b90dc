"""What was acknowledged before a process died is carried out by the next one: begun, answered, or told why not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from api.socket.command_handler import CommandHandler
from domain.caller import THIS_MACHINE
from domain.context import Autonomy, CampaignContext
from domain.errors import Conflict, Damaged, StorageUnavailable
from domain.messages import CommandResult, TriggerCommand
from domain.state import CampaignState, CampaignStatus
from graph.compiled import thread_config
from graph.recording import change_of_order
from runtime.runs.orders import RunOrder
from runtime.runs.recovery import this_process
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.leases import RunRegistry
from storage.records import KnownCommand, Receipt

DEAD = "another-host-that-is-no-more:1:0"
HEAVY_RAIN = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.APPROVE, fast_forward=True, account="tests")
APPROVE: JsonValue = {"decision": "approve", "decided_by": "Ada"}


@pytest.fixture
async def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    monkeypatch.setattr("runtime.runs.runs.is_gone", lambda owner: owner == DEAD)
    monkeypatch.setattr("runtime.runs.recovery.is_gone", lambda owner: owner == DEAD)
    async with open_system(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


async def left_to_begin(system: System, state: CampaignState | None = None) -> UUID:
    """A campaign acknowledged by a process that died before its first step."""
    campaign = uuid4()
    state = (state or CampaignState()).model_copy(update={"campaign_id": campaign})
    order = RunOrder(thread_id=campaign, run_id=uuid4(), action="start", context=HEAVY_RAIN, state=state)
    await system.repositories.orders.begin(
        run_id=order.run_id,
        owner=DEAD,
        order=order.model_dump(mode="json"),
        context=HEAVY_RAIN,
        state=state,
        opening=change_of_order(state, HEAVY_RAIN),
    )
    return campaign


async def left_answered(system: System, campaign: UUID, receipt: Callable[[UUID], Receipt] | None = None) -> None:
    """Its gate, approved through a process that died before it went on."""
    held: list[RunOrder] = []

    async def die(order: RunOrder) -> None:
        held.append(order)

    queue = system.runs._queue
    submit, queue.submit = queue.submit, die  # type: ignore[method-assign]
    await system.runs.answer(campaign, None, APPROVE, receipt=receipt)
    queue.submit = submit  # type: ignore[method-assign]
    run = await system.repositories.leases.active(campaign)
    assert run is not None
    assert await system.repositories.orders.take_up(run, taker=DEAD)


async def at_the_gate(system: System) -> UUID:
    campaign = await system.runs.start(CampaignState(), HEAVY_RAIN)
    await system.runs.finished(campaign)
    assert (await system.runs.questions(campaign))[0].node == "approval"
    return campaign


async def status(system: System, campaign: UUID) -> CampaignStatus:
    record = await system.campaigns.get(campaign)
    assert record is not None
    return record.status


async def test_a_campaign_that_never_began_is_begun(system: System) -> None:
    campaign = await left_to_begin(system)
    assert await status(system, campaign) is CampaignStatus.SENSING, "it is listed from the moment it was acknowledged"
    assert await system.runs.recover() == [campaign]
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.AWAITING_APPROVAL
    assert await system.runs.recover() == []


async def test_a_whole_backlog_of_a_submitter_that_died_is_carried_out(system: System) -> None:
    backlog = [await left_to_begin(system) for _ in range(64)]
    assert set(await system.runs.recover()) == set(backlog)
    for campaign in backlog:
        await system.runs.finished(campaign)
        assert await status(system, campaign) is CampaignStatus.AWAITING_APPROVAL


async def test_it_is_begun_by_hand_as_well(system: System) -> None:
    campaign = await left_to_begin(system)
    await system.runs.resume(campaign)
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.AWAITING_APPROVAL


async def test_an_answer_acknowledged_is_carried_out(system: System) -> None:
    campaign = await at_the_gate(system)
    command = uuid4()
    await system.repositories.commands.take(command, {}, DEAD)
    await left_answered(system, campaign, lambda run: Receipt(command, {"ok": True, "run": str(run)}))
    known: KnownCommand | None = await system.repositories.commands.known(command)
    assert known is not None
    assert known.answer is not None, "who sends it again is told what became of the first"
    with pytest.raises(Conflict, match="not been carried out yet"):
        await system.runs.answer(campaign, None, {"decision": "reject", "reason": "late"})

    assert await system.runs.recover() == [campaign]
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.COMPLETED
    [approval] = await system.campaigns.approvals(campaign)
    assert (approval.decision, approval.decided_by) == ("approve", "Ada")
    assert len(await system.campaigns.bookings(campaign)) == 1


async def test_an_order_carried_out_before_its_process_died_is_not_carried_out_twice(system: System) -> None:
    """It died after the last step and before the lease was given up."""
    campaign = await at_the_gate(system)
    [question] = await system.runs.questions(campaign)
    await system.runs.answer(campaign, None, APPROVE)
    await system.runs.finished(campaign)
    run_id = uuid4()
    again = RunOrder(
        thread_id=campaign,
        run_id=run_id,
        action="answer",
        context=HEAVY_RAIN,
        interrupt_id=question.interrupt_id,
        node="approval",
        answer=APPROVE,
    )
    await system.repositories.leases.claim(campaign, run_id, DEAD)
    await system.repositories.orders.place(campaign, run_id, again.model_dump(mode="json"), owner=DEAD)
    entries = await system.ledger.entries(campaign)
    assert await system.runs.recover() == [campaign]
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.COMPLETED
    assert len(await system.campaigns.bookings(campaign)) == 1
    assert await system.ledger.entries(campaign) == entries


@pytest.mark.parametrize("ordered", ['{"action": "fly"}', "{", "\xff".encode("latin-1"), "[]"], ids=str)
async def test_what_cannot_be_read_is_set_aside_and_stops_no_other(system: System, ordered: str | bytes) -> None:
    poisoned, sound = await left_to_begin(system), await left_to_begin(system)
    damaged = await at_the_gate(system)
    database = system.repositories.database
    await database.write(
        lambda connection: connection.execute(
            text("UPDATE active_runs SET ordered = CAST(:ordered AS TEXT) WHERE thread_id = :id"),
            {"ordered": ordered, "id": poisoned.hex},
        )
    )
    saver = system.graph.checkpointer
    assert saver is not None
    assert not isinstance(saver, bool)
    kept = await saver.aget_tuple(thread_config(damaged))
    assert kept is not None
    await _overwrite_checkpoints(system, damaged)

    assert await system.runs.recover() == [sound]
    await system.runs.finished(sound)
    assert await status(system, sound) is CampaignStatus.AWAITING_APPROVAL
    record = await system.campaigns.get(poisoned)
    assert record is not None
    assert record.status is CampaignStatus.FAILED
    assert record.failure is not None
    assert (record.failure.error, str(poisoned) in record.failure.message) == ("Damaged", True)
    with pytest.raises(Damaged, match="cannot be read"):
        await system.runs.questions(damaged)


async def test_an_answer_waits_for_the_run_that_asked_to_let_go_of_the_thread(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, asking = await at_the_gate(system), uuid4()
    leases = system.repositories.leases
    await leases.claim(campaign, asking, this_process())
    with pytest.raises(Conflict, match="already running"):
        await system.runs.answer(campaign, None, APPROVE, looks=1)

    claim, is_refused = RunRegistry.claim, asyncio.Event()

    async def claimed(registry: RunRegistry, thread_id: UUID, run_id: UUID, owner: str) -> None:
        try:
            await claim(registry, thread_id, run_id, owner)
        except Conflict:
            is_refused.set()
            raise

    monkeypatch.setattr(RunRegistry, "claim", claimed)
    answering = asyncio.create_task(system.runs.answer(campaign, None, APPROVE))
    await is_refused.wait()
    await leases.release(campaign, asking)
    await answering
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.COMPLETED


async def test_one_damaged_of_twenty_holds_up_no_other(system: System) -> None:
    """Twenty were approved through a process that died, and of one of them the checkpoint cannot be read any more."""
    campaigns = [await at_the_gate(system) for _ in range(20)]
    for campaign in campaigns:
        await left_answered(system, campaign)
    damaged, *sound = campaigns
    await _overwrite_checkpoints(system, damaged)

    await system.runs.recover()
    for campaign in sound:
        await system.runs.finished(campaign)
        assert await status(system, campaign) is CampaignStatus.COMPLETED
    with pytest.raises(Damaged, match="cannot be read"):
        await system.runs.finished(damaged)
    record = await system.campaigns.get(damaged)
    assert record is not None
    assert record.failure is not None
    assert (record.status, record.failure.error) == (CampaignStatus.FAILED, "Damaged")


async def test_an_order_taken_from_another_process_is_at_work_here_once(system: System) -> None:
    """What a worker carries out it does not take for lost at its next look, however long that takes."""
    campaign = await left_to_begin(system)
    run = await system.repositories.leases.active(campaign)
    assert run is not None
    assert not await system.runs.accept(campaign, uuid4(), DEAD), "that is another run"
    assert not await system.runs.accept(campaign, run.run_id, "somebody else"), "it was taken up meanwhile"
    assert await system.runs.accept(campaign, run.run_id, DEAD)
    assert await system.runs.recover() == [], "it is under way"
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.AWAITING_APPROVAL
    assert not await system.runs.accept(campaign, run.run_id, DEAD), "it has been carried out"


async def _overwrite_checkpoints(system: System, campaign: UUID) -> None:
    import sqlite3

    with sqlite3.connect(system.settings.data_dir / "checkpoints.db") as connection:
        changed = connection.execute(
            "UPDATE checkpoints SET checkpoint = X'C1C1C1' WHERE thread_id = ?", (str(campaign),)
        ).rowcount
    assert changed


async def test_a_thread_of_an_older_version_that_never_began_says_so(system: System) -> None:
    campaign = await left_to_begin(system)
    database = system.repositories.database
    await database.write(lambda connection: connection.execute(text("UPDATE threads SET began_with = NULL")))
    await database.write(lambda connection: connection.execute(text("UPDATE active_runs SET ordered = NULL")))
    assert await system.runs.recover() == []
    assert await status(system, campaign) is CampaignStatus.FAILED
    with pytest.raises(Damaged, match="never began, and what it was to begin with was not kept"):
        await system.runs.resume(campaign)


async def test_a_thread_that_could_not_be_let_go_of_is_free_again_once_the_database_is_back(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await at_the_gate(system)

    async def away(*given: object, **named: object) -> None:
        raise StorageUnavailable("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(system.repositories.orders, "place", away)
        patched.setattr(system.repositories.leases, "give_back", away)
        with pytest.raises(StorageUnavailable):
            await system.runs.answer(campaign, None, APPROVE)
    assert await system.repositories.leases.active(campaign) is not None
    assert await system.runs.recover() == []
    assert await system.repositories.leases.active(campaign) is None
    await system.runs.answer(campaign, None, APPROVE)
    await system.runs.finished(campaign)


async def test_recovery_leaves_an_order_alone_that_is_just_being_handed_on(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, submitted = await at_the_gate(system), []
    submit = system.runs._queue.submit

    async def slow(order: RunOrder) -> None:
        assert await system.runs.recover() == []
        submitted.append(order.run_id)
        await submit(order)

    monkeypatch.setattr(system.runs._queue, "submit", slow)
    await system.runs.answer(campaign, None, APPROVE)
    await system.runs.finished(campaign)
    assert len(submitted) == 1


async def test_a_command_somebody_is_still_at_gets_its_true_answer_later(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.once.LOOKS", 2)
    command = TriggerCommand(type="command", name="simulation.trigger", command_id=uuid4(), scenario="heavy-rain")
    commands = system.repositories.commands
    await commands.take(command.command_id, command.model_dump(mode="json"), "another-host:1:0")
    handler = CommandHandler(system)
    waited = await handler.carry_out(command, THIS_MACHINE)
    assert (waited.ok, waited.status, waited.code) == (False, 409, "under_way")
    done = CommandResult(command_id=command.command_id, ok=True, result="done")
    await commands.answer(command.command_id, done.model_dump(mode="json"))
    assert await handler.carry_out(command, THIS_MACHINE) == done


async def test_a_run_under_way_when_the_disk_fills_goes_on_by_itself_once_there_is_room(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await at_the_gate(system)
    monkeypatch.setattr(system.runs._queue._executor, "_waits", (0, 0))  # type: ignore[attr-defined]

    async def away(*given: object, **named: object) -> None:
        raise StorageUnavailable("the disk is full")

    await system.runs.answer(campaign, None, APPROVE)
    with monkeypatch.context() as patched:
        patched.setattr(system.repositories.database, "write", away)
        with pytest.raises(StorageUnavailable):
            await system.runs.finished(campaign)
        with pytest.raises(StorageUnavailable):
            await system.runs.recover()
    assert await status(system, campaign) is CampaignStatus.AWAITING_APPROVAL
    assert await system.runs.recover() == [campaign]
    await system.runs.finished(campaign)
    assert await status(system, campaign) is CampaignStatus.COMPLETED
    assert len(await system.campaigns.bookings(campaign)) == 1
