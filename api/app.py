"""The application: one lifespan that opens the system, the routes, the socket and the dashboard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware

from api import errors
from api.browser_rules import BrowserRules
from api.dashboard_pages import DashboardPages, built_pages
from api.doors.door import AddressDoor, HostDoor, RouteDoor
from api.doors.hosts import HostList, names_of
from api.doors.keys import SCHEMES, KeyRing
from api.doors.measured import MeasuredDoor
from api.openapi import document_problems
from api.query_parameters import refuse_unknown
from api.routes import (
    audit,
    beliefs,
    campaigns,
    changes,
    compliance,
    controls,
    creatives,
    data,
    decisions,
    delivery,
    events,
    futures,
    graph,
    health,
    imports,
    kpis,
    learning,
    media_buys,
    metrics,
    notices,
    prompt_releases,
    prompts,
    signals,
    simulation,
    starting,
)
from api.socket.route import route as dashboard_socket
from runtime.runs.recovery import keep_recovering
from runtime.settings import Settings
from runtime.telemetry.requests import Requests
from runtime.version import VERSION
from runtime.wiring import open_system

log = structlog.get_logger()

DESCRIPTION = (
    "Retail media campaigns in a closed loop. Sales, weather and ads are simulated unless a run says otherwise."
)

STRICT = [Depends(refuse_unknown)]


ROOMS = (
    audit,
    campaigns,
    changes,
    starting,
    futures,
    imports,
    media_buys,
    compliance,
    decisions,
    notices,
    delivery,
    simulation,
    data,
    creatives,
    # Before `prompts`, whose addresses end in a name with any number of parts.
    prompt_releases,
    prompts,
    beliefs,
    learning,
    events,
    controls,
    graph,
    kpis,
    metrics,
    signals,
)
"""The routes that need a key, once there are any."""
OPEN_ROOMS = frozenset({"health", "docs", "openapi.json"})
"""First words of addresses that need none."""
WORTH_GZIP = 1_000
"""Bytes from which on an answer is compressed for who accepts it: below, it fits a packet as it is."""
TRACED: TelemetryConfig = {
    # Ours say what a request does within; exceptions' sentences and stacks may quote what is nobody else's to read.
    "operation_spans": False,
    "logs": False,
    "metrics": False,
    "auto_configure": False,
    # A socket is one span for as long as a dashboard is open: its commands are told one by one.
    "exclude": lambda scope: scope["type"] == "websocket" or scope["path"] in ("/health", "/metrics"),
}
"""What FastAPI tells of requests, once somebody keeps traces."""
FRAMEWORK_PAGES = frozenset({"/docs", "/docs/oauth2-redirect"})


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app for these settings, or those of the environment."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_system(chosen) as system:
            app.state.system = system
            await system.runs.recover()
            background = [
                asyncio.create_task(system.checks.read_up(), name="rules"),
                asyncio.create_task(system.live.keep_turning(), name="live-clock"),
                asyncio.create_task(keep_recovering(system.runs), name="recovery"),
                asyncio.create_task(system.telemetry.keep_counting(system.bus), name="telemetry"),
            ]
            for task in background:
                task.add_done_callback(tell_failure)
            try:
                yield
            finally:
                for task in background:
                    task.cancel()
                await asyncio.gather(*background, return_exceptions=True)

    app = FastAPIOffline(
        title="TescoSense",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        static_url="/docs/static",
        redoc_url=None,
        telemetry=TRACED,
    )
    errors.install(app)
    document_problems(app)
    for room in ROOMS:
        app.include_router(room.router, dependencies=[*SCHEMES, *STRICT])
    app.include_router(health.router, dependencies=STRICT)
    app.router.routes.append(dashboard_socket)
    app.state.requests = Requests()
    _put_doors_before(app, chosen, app.state.requests)
    return app


def tell_failure(task: asyncio.Task[Any]) -> None:
    """A task on the side that broke is asked by nobody what became of it."""
    if not task.cancelled() and (broken := task.exception()) is not None:
        log.error("background_task.failed", task=task.get_name(), exc_info=broken)


def _put_doors_before(app: FastAPI, settings: Settings, requests: Requests) -> None:
    """The last one put up is met first: the host, then the dashboard's pages, which need no key, then the routes."""
    guarded = {word for room in ROOMS for word in first_words(room.router)}
    # Level 4 takes a third of the time of the default for a tenth more bytes.
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_GZIP, compresslevel=4)
    app.add_middleware(RouteDoor, rooms=guarded, keys=KeyRing(settings.api_keys))
    app.add_middleware(AddressDoor)
    pages = built_pages()
    if pages is not None:
        app.add_middleware(DashboardPages, folder=pages)
    app.add_middleware(BrowserRules, rooms={*guarded, *OPEN_ROOMS}, pages=FRAMEWORK_PAGES)
    app.add_middleware(HostDoor, hosts=HostList(names_of(settings.host, settings.allowed_hosts)))
    app.add_middleware(MeasuredDoor, requests=requests)


def first_words(router: APIRouter) -> set[str]:
    """Of the addresses of a router's routes."""
    return {str(getattr(route, "path", "")).strip("/").partition("/")[0] for route in router.routes}


app = create_app()
"""What `langgraph dev` mounts beside its own routes, and any ASGI server may serve."""
