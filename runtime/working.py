"""A process that does nothing but carry out runs."""

from contextlib import AsyncExitStack

from runtime import periodic
from runtime.runs.recovery import keep_recovering
from runtime.settings import Settings
from runtime.wiring import open_system


async def work(settings: Settings) -> None:
    """Be a worker: execute orders from the queue until cancelled."""
    from runtime.runs.worker import take_orders

    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(open_system(settings))
        periodic.begin(stack, keep_recovering(system.runs))
        await take_orders(settings.redis_url, carrier=system.runs)
