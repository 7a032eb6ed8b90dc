"""Carries out what clients command: each command once, whichever sockets and processes it arrives through."""

import asyncio
from collections import OrderedDict
from uuid import UUID

import structlog
from pydantic import JsonValue

from api.once import alone, forget, keep, taken
from domain.errors import Conflict, TescoSenseError
from domain.messages import AnswerCommand, CommandResult, TriggerCommand
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
        self._pruned = False

    async def carry_out(self, command: Command) -> CommandResult:
        """The command's result, from memory when it was carried out before."""
        taken = self._tasks.get(command.command_id)
        if taken is None:
            task = asyncio.create_task(self._once(command), name=f"command-{command.command_id}")
            self._tasks[command.command_id] = taken = (command, task)
            task.add_done_callback(lambda done: self._settle(command.command_id, done))
        if taken[0] != command:
            return _refused(command, _another_use(command))
        return await asyncio.shield(taken[1])

    def _settle(self, command_id: UUID, done: asyncio.Task[CommandResult]) -> None:
        """A fault of ours that may pass is not remembered: the same command may be sent again."""
        if done.cancelled() or done.exception() is not None or (done.result().status or 0) >= SERVER_FAULT:
            self._tasks.pop(command_id, None)
        while len(self._tasks) > REMEMBERED:
            self._tasks.popitem(last=False)

    async def _once(self, command: Command) -> CommandResult:
        if not self._pruned:
            self._pruned = True
            await self._commands.prune()
        request: JsonValue = command.model_dump(mode="json")
        async with alone(command.command_id):
            try:
                answer = await taken(self._commands, command.command_id, request, self._owner)
            except Conflict as used:
                return _refused(command, used)
            return await self._carried_out(command) if answer is None else CommandResult.model_validate(answer)

    async def _carried_out(self, command: Command) -> CommandResult:
        try:
            result = await self._try(command)
        except BaseException:
            await forget(self._commands, command.command_id)
            raise
        if (result.status or 0) >= SERVER_FAULT:
            await forget(self._commands, command.command_id)
        else:
            await keep(self._commands, command.command_id, result.model_dump(mode="json"))
        return result

    async def _try(self, command: Command) -> CommandResult:
        try:
            if isinstance(command, AnswerCommand):
                run_id = await self._system.runs.answer(
                    command.campaign_id,
                    command.interrupt_id,
                    command.answer,
                    receipt=lambda run: Receipt(command.command_id, _answered(command, run).model_dump(mode="json")),
                )
                return _answered(command, run_id)
            done = (await self._system.live.trigger(command.scenario)).model_dump(mode="json")
        except TescoSenseError as error:
            log.info("command.refused", name=command.name, problem=str(error))
            return _refused(command, error)
        return CommandResult(command_id=command.command_id, ok=True, result=done)


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
