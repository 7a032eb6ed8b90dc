"""Carries out what clients command: each command once, whichever sockets and processes it arrives through."""

import asyncio
from collections import OrderedDict
from uuid import UUID, uuid5

import structlog
from opentelemetry.trace import SpanKind
from pydantic import JsonValue

from api.callers import require
from api.once import StillUnderWay, alone, forget, keep, taken
from domain.caller import Act, Caller
from domain.errors import Conflict, Forbidden, TescoSenseError
from domain.messages import AnswerCommand, CommandResult, TriggerCommand
from domain.tracing import continuing, spanning
from runtime.runs.recovery import this_process
from runtime.system import System
from storage.records import Receipt

REMEMBERED = 1_000
"""Results kept in memory; older ones are read from the database."""
SERVER_FAULT = 500

Command = AnswerCommand | TriggerCommand

log = structlog.get_logger()


class CommandHandler:
    """One per serving process, shared by its sockets. A command goes on when the socket it came through closes."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._commands = system.repositories.commands
        self._owner = this_process()
        self._tasks: OrderedDict[UUID, tuple[Command, asyncio.Task[CommandResult]]] = OrderedDict()

    async def carry_out(self, command: Command, caller: Caller) -> CommandResult:
        """The command's result, from memory when it was carried out before."""
        kept_as = _id_of(command, caller)
        known = self._tasks.get(kept_as)
        if known is None:
            task = asyncio.create_task(self._once(kept_as, command, caller), name=f"command-{command.command_id}")
            self._tasks[kept_as] = known = (command, task)
            task.add_done_callback(lambda done: self._settle(kept_as, done))
        if known[0] != command:
            return _refused(command, _another_use(command))
        return await asyncio.shield(known[1])

    def _settle(self, kept_as: UUID, done: asyncio.Task[CommandResult]) -> None:
        """What may be otherwise the next time is not remembered: the same command may be sent again."""
        if done.cancelled() or done.exception() is not None or _may_change(done.result()):
            self._tasks.pop(kept_as, None)
        while len(self._tasks) > REMEMBERED:
            self._tasks.popitem(last=False)

    async def _once(self, kept_as: UUID, command: Command, caller: Caller) -> CommandResult:
        request: JsonValue = command.model_dump(mode="json")
        try:
            async with alone(kept_as):
                answer = await taken(self._commands, kept_as, request, self._owner)
                if answer is not None:
                    return CommandResult.model_validate(answer)
                return await self._carried_out(kept_as, command, caller)
        except TescoSenseError as error:
            return _refused(command, error)

    async def _carried_out(self, kept_as: UUID, command: Command, caller: Caller) -> CommandResult:
        try:
            # A trace of its own: the connection may be older by hours.
            with continuing(""), spanning(f"command {command.name}", SpanKind.SERVER):
                result = await self._try(kept_as, command, caller)
        except BaseException:
            await forget(self._commands, kept_as)
            raise
        if _may_change(result):
            await forget(self._commands, kept_as)
        else:
            await keep(self._commands, kept_as, result.model_dump(mode="json"))
        return result

    async def _try(self, kept_as: UUID, command: Command, caller: Caller) -> CommandResult:
        act = Act(command.name)
        subject, asked = _of(command)
        try:
            async with self._system.audit.of(caller, act, via="socket", subject=subject, asked=asked):
                require(caller, act.role)
                return await self._done(kept_as, command, caller)
        except TescoSenseError as error:
            log.info("command.refused", name=command.name, problem=str(error))
            return _refused(command, error)

    async def _done(self, kept_as: UUID, command: Command, caller: Caller) -> CommandResult:
        if isinstance(command, TriggerCommand):
            triggered = await self._system.live.trigger(
                command.scenario, command_id=kept_as, may_lapse=command.may_lapse
            )
            return CommandResult(command_id=command.command_id, ok=True, result=triggered.model_dump(mode="json"))
        run_id = await self._system.runs.answer(
            command.campaign_id,
            command.interrupt_id,
            command.answer,
            receipt=lambda run: Receipt(kept_as, _answered(command, run).model_dump(mode="json")),
            by=caller.name,
        )
        return _answered(command, run_id)


def _id_of(command: Command, caller: Caller) -> UUID:
    """Under which id the command is kept: each caller has ids of their own, so that nobody takes another's."""
    return uuid5(command.command_id, caller.name) if caller.name else command.command_id


def _may_change(result: CommandResult) -> bool:
    """A fault of ours that may pass, and a role that may be given, are no answer for good."""
    is_passing = result.code == StillUnderWay.code or result.status == Forbidden.http_status
    return (result.status or 0) >= SERVER_FAULT or is_passing


def _of(command: Command) -> tuple[str, JsonValue]:
    """What the audit log keeps of a command: to what it is done, and what is sent with it."""
    if isinstance(command, TriggerCommand):
        return "", {"scenario": command.scenario}
    return str(command.campaign_id), {"interrupt_id": command.interrupt_id, "answer": command.answer}


def _answered(command: AnswerCommand, run_id: UUID) -> CommandResult:
    done: JsonValue = {"campaign_id": str(command.campaign_id), "run_id": str(run_id)}
    return CommandResult(command_id=command.command_id, ok=True, result=done)


def _refused(command: Command, error: TescoSenseError) -> CommandResult:
    return CommandResult(
        command_id=command.command_id,
        ok=False,
        problem=str(error),
        status=error.http_status,
        code=error.code,
        field=error.field,
    )


def _another_use(command: Command) -> Conflict:
    return Conflict(
        f"the command id {command.command_id} has been used for another command",
        remedy="give each command an id of its own",
    )
