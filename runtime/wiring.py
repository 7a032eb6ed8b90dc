"""The one place that knows every concrete class: opens the system, and closes it in the reverse order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from agents.asking.books import CallBooks, OpensBooks
from agents.booking.agent import BookingAgent
from agents.booking.changes import BuyChanges
from agents.compliance.agent import ComplianceGate
from agents.creative.agent import CreativeAgent
from agents.learning.agent import LearningAgent
from agents.learning.tills import TillsCheck
from agents.ports import Draws, Watched, by_nobody
from agents.sensing.agent import SensingAgent
from agents.strategy.again.edited import EditedPlans
from agents.strategy.agent import StrategyAgent
from agents.strategy.edit_check import EditCheck
from agents.strategy.planning_inputs import PlanningLookup
from domain.context import house_account_of
from domain.money import pounds
from graph.campaign import CampaignNodes, build_graph
from graph.context_form import context_form
from graph.gates import ApprovalGate, MeasurementGate
from llm_mocks.registry import ModelRegistry
from prompts.library import PromptLibrary
from runtime import periodic
from runtime.audit import AuditTrail
from runtime.events.backfill import Backfill
from runtime.events.retention import EVERY as CLEAR_EVERY
from runtime.events.retention import Retention
from runtime.fingerprints.made_with import MadeWith
from runtime.folders.desk import FolderDesk
from runtime.folders.uploads import Uploads
from runtime.forking.desk import ForkDesk
from runtime.live.deadlines import Deadlines
from runtime.live.sales import ServedSales, Versions
from runtime.live.threads import CurrentThreads, LiveDay
from runtime.live.world import LiveWorldRunner
from runtime.notices.sender import EVERY as SEND_EVERY
from runtime.notices.sender import Sender
from runtime.notices.webhook import webhook_of
from runtime.opening import open_artist, open_bus, open_models, open_prompts, open_queue
from runtime.periodic import forever
from runtime.reporting.campaigns import CampaignTable
from runtime.reporting.delivery import Deliveries
from runtime.reporting.figures import Figures
from runtime.reporting.history.board import HistoryBoard
from runtime.reporting.kpis import KpiBoard
from runtime.reporting.learning.board import LearningBoard
from runtime.reporting.learning.market import Markets
from runtime.reporting.library.ads import AdLibrary
from runtime.repositories import Repositories, apply_budgets, open_repositories
from runtime.runs.answers import AnswerCheck
from runtime.runs.changing import BuyChangeDesk
from runtime.runs.executor import RunExecutor
from runtime.runs.reconciliation import EVERY as RECONCILE_EVERY
from runtime.runs.reconciliation import Reconciler, Unanswered
from runtime.runs.recovery import EVERY, this_process
from runtime.runs.runs import Runs
from runtime.runs.what_if import WhatIfDesk
from runtime.settings import Settings
from runtime.system import System
from runtime.telemetry.counters import Telemetry
from runtime.telemetry.platforms import TracedPlatforms
from runtime.telemetry.traces import told_traces
from runtime.worlds import (
    LIVE_WORLD_STARTS,
    SimulatedScenarios,
    live_days,
    named_sources,
    open_worlds,
    resolve,
    version_of,
)
from storage.campaigns.due import DueCampaigns
from storage.checkpoints.checkpoints import checkpointer, prune
from storage.log.events import EventBatcher
from storage.records import LiveWorld
from world.ports import AdPlatforms, Worlds

SELLERS_ANSWERS_HOLD = timedelta(seconds=5)
"""A seller that is not simulated may say more of the same days a moment later."""


def make_nodes(
    repositories: Repositories,
    models: ModelRegistry,
    worlds: Worlds,
    platforms: AdPlatforms,
    prompts: PromptLibrary,
    draws: Draws,
    books: OpensBooks | None = None,
    watched: Watched = by_nobody,
) -> tuple[CampaignNodes, SensingAgent]:
    """The nodes of the graph over these parts. `books` are what models were asked, the database's unless given."""
    sensing, booked_ads = SensingAgent(worlds, resolve), repositories.booked_ads
    books = books or CallBooks(models.price_of, repositories.model_calls, models.house_limit)
    nodes = CampaignNodes(
        sensing=sensing,
        strategy=StrategyAgent(
            models=models,
            prompts=prompts,
            worlds=worlds,
            platforms=platforms,
            lessons=repositories.lessons,
            booked_ads=booked_ads,
            running=DueCampaigns(repositories.database),
            balances=repositories.ledger,
            resolve=resolve,
            books=books,
        ),
        creative=CreativeAgent(
            models=models, prompts=prompts, worlds=worlds, resolve=resolve, draws=draws, books=books, watched=watched
        ),
        compliance=ComplianceGate(
            models=models, prompts=prompts, worlds=worlds, resolve=resolve, draws=draws, books=books
        ),
        approval=ApprovalGate(EditCheck(worlds=worlds, platforms=platforms, resolve=resolve)),
        booking=BookingAgent(
            platforms=platforms, ledger=repositories.ledger, resolve=resolve, today=LiveDay(repositories.clock)
        ),
        measurement=MeasurementGate(
            worlds=worlds, platforms=platforms, ledger=repositories.ledger, booked_ads=booked_ads, resolve=resolve
        ),
        learning=LearningAgent(worlds=worlds, lessons=repositories.lessons, booked_ads=booked_ads, resolve=resolve),
    )
    return nodes, sensing


@asynccontextmanager
async def open_system(settings: Settings) -> AsyncIterator[System]:
    """Open everything: database, checkpoints, bus, graph, runs, live world. On leaving, runs are drained first.

    Raises StorageUnavailable or BadInput with one sentence that says which setting is wrong.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(told_traces())
        repositories = await stack.enter_async_context(open_repositories(settings))
        sources, versions = named_sources(settings), Versions(version_of)
        await apply_budgets(settings, repositories.ledger, house_account_of(sources.served.world_id))
        saver = await stack.enter_async_context(checkpointer(settings.checkpoint_place))
        bus = await open_bus(settings)
        stack.push_async_callback(bus.aclose)
        worlds, sellers = await stack.enter_async_context(open_worlds(settings, repositories))
        platforms = TracedPlatforms(sellers)
        prompts = await open_prompts(settings)
        models = open_models(settings, repositories.model_answers)
        nodes, sensing = make_nodes(
            repositories,
            *(models, worlds, platforms, prompts, await open_artist(settings)),
            watched=bus.drafts.is_watched,
        )
        graph = build_graph(
            nodes, repositories.campaigns, context_form(prompts), model_seconds=settings.model_node_seconds
        ).compile(checkpointer=saver, name="campaign")
        writer = EventBatcher(repositories.events)
        stack.push_async_callback(writer.close)
        owner = this_process()
        changes = BuyChangeDesk(
            graph=graph,
            make=BuyChanges(platforms=platforms, ledger=repositories.ledger),
            records=repositories.campaigns,
            worlds=worlds,
            platforms=platforms,
            ledger=repositories.ledger,
            today=LiveDay(repositories.clock),
            resolve=resolve,
        )
        executor = RunExecutor(
            graph=graph,
            events=writer,
            bus=bus,
            leases=repositories.leases,
            records=repositories.campaigns,
            change=changes,
            backfill=Backfill(graph, repositories.events),
            made_with=MadeWith(graph, settings),
        )
        edits = EditCheck(worlds=worlds, platforms=platforms, resolve=resolve)
        queue = open_queue(settings, executor, repositories.leases, owner)
        today = LiveDay(repositories.clock)
        check = AnswerCheck(edits=edits, tills=TillsCheck(worlds, resolve), ledger=repositories.ledger, today=today)
        runs = Runs(
            graph=graph,
            threads=CurrentThreads(repositories.threads, repositories.clock, versions),
            orders=repositories.orders,
            leases=repositories.leases,
            queue=queue,
            check=check,
            changes=changes,
            reconcile=Reconciler(graph, repositories.ledger, LiveDay(repositories.clock)),
            records=repositories.campaigns,
            owner=owner,
        )
        lookup = PlanningLookup(
            worlds=worlds,
            platforms=platforms,
            lessons=repositories.lessons,
            booked_ads=repositories.booked_ads,
            resolve=resolve,
        )
        periodic.begin(stack, periodic.keep_leases(repositories.leases, owner))
        periodic.begin(stack, periodic.keep_fresh(prompts))
        due = DueCampaigns(repositories.database)
        periodic.begin(stack, forever("unanswered bookings", Unanswered(due, runs).ask_again, pause=RECONCILE_EVERY))
        retention = Retention(
            events=repositories.events,
            campaigns=repositories.campaigns,
            commands=repositories.commands,
            aged=(repositories.notices, repositories.model_answers),
            prune=partial(prune, saver),
            event_days=settings.event_days,
            checkpoints_kept=settings.checkpoints_kept,
        )
        periodic.begin(stack, forever("retention", retention.clear, pause=CLEAR_EVERY))
        if webhook := webhook_of(settings):
            sender = Sender(repositories.notices, await stack.enter_async_context(webhook))
            periodic.begin(stack, forever("webhook", sender.send_due, pause=SEND_EVERY))
        periodic.begin(stack, forever("broken runs", executor.record_failed_runs, pause=EVERY))
        stack.push_async_callback(queue.aclose)
        sales = ServedSales(
            sources.served,
            worlds,
            versions=versions,
            ads=platforms.kind,
            seed=settings.seed,
            shoppers=settings.shoppers,
            board=repositories.notices,
        )
        days = live_days(sales)
        deadlines = Deadlines(
            repositories.campaigns,
            due,
            runs,
            world_id=sources.served.world_id,
            grace=timedelta(seconds=settings.decision_grace_seconds),
        )
        live = LiveWorldRunner(
            clock=repositories.clock,
            commands=repositories.commands,
            scenarios=SimulatedScenarios(),
            trends=sensing,
            runs=runs,
            due=due,
            events=writer,
            bus=bus,
            sales=sales,
            days=days,
            opened=LiveWorld(
                world_id=sources.served.world_id,
                seed=settings.seed,
                shoppers=settings.shoppers,
                today=LIVE_WORLD_STARTS,
                speed=settings.days_per_minute,
                running=True,
            ),
            model=settings.model,
            limits=settings.limits,
            deadlines=deadlines,
            look_every=settings.files_look_seconds,
        )
        figures = _open_figures(
            settings, repositories, runs=runs, live=live, deadlines=deadlines, worlds=worlds, platforms=platforms
        )
        periodic.tune_interpreter()
        yield System(
            settings=settings,
            repositories=repositories,
            runs=runs,
            what_if=WhatIfDesk(runs=runs, check=check, plans=EditedPlans(lookup)),
            live=live,
            deadlines=deadlines,
            figures=figures,
            bus=bus,
            graph=graph,
            prompts=prompts,
            worlds=worlds,
            models=models,
            sensing=sensing,
            platforms=platforms,
            telemetry=Telemetry(),
            audit=AuditTrail(repositories.audit),
            resolve=resolve,
            sources=sources,
            folders=FolderDesk(Uploads(settings.uploads_dir, megabytes=settings.upload_megabytes), sources),
            forks=ForkDesk(
                graph=graph,
                runs=runs,
                repositories=repositories,
                check=edits,
                happens=SimulatedScenarios().showing_on,
                can_run=models.open,
                prompts=prompts,
                resolve=resolve,
                worlds=worlds,
            ),
        )


def _open_figures(
    settings: Settings,
    repositories: Repositories,
    *,
    runs: Runs,
    live: LiveWorldRunner,
    deadlines: Deadlines,
    worlds: Worlds,
    platforms: AdPlatforms,
) -> Figures:
    fresh_for = SELLERS_ANSWERS_HOLD if settings.ad_seller_url else None
    deliveries = Deliveries(
        figures=repositories.figures,
        contexts=runs,
        platforms=platforms,
        resolve=resolve,
        live=live,
        day_of=LiveDay(repositories.clock),
        fresh_for=fresh_for,
    )
    board = KpiBoard(
        figures=repositories.figures,
        campaigns=repositories.campaigns,
        ledger=repositories.ledger,
        live=live,
        deadlines=deadlines,
        deliveries=deliveries,
        account_budget=pounds(settings.account_budget),
        fresh_for=fresh_for,
    )
    learning = LearningBoard(
        lessons=repositories.lessons,
        campaigns=repositories.campaigns,
        predictions=repositories.predictions,
        markets=Markets(worlds=worlds, platforms=platforms, threads=runs, live=live, resolve=resolve),
        threads=runs,
        worlds=worlds,
        resolve=resolve,
        live_world=live.world_id,
    )
    table = CampaignTable(repositories.figures, repositories.campaigns, deliveries)
    ads, history = AdLibrary(repositories.ads, deliveries), HistoryBoard(repositories.past)
    return Figures(board=board, table=table, ads=ads, deliveries=deliveries, history=history, learning=learning)
