"""Tells a run as it happens, one line a step, and sums it up in a card at the end."""

from rich.panel import Panel
from rich.table import Table

from cli.terminal import console, percent, pounds
from domain.decision import DECIDED, LAPSED, UNDECIDED
from domain.events import (
    BeliefsUpdated,
    CampaignBooked,
    CampaignPlanned,
    CreativesReady,
    Event,
    InputRequestedData,
    MediaBuyChanged,
    OpportunityDetected,
    PerformanceReported,
    TaskData,
    UpdateData,
)
from domain.provenance import is_fake
from domain.state import CampaignStatus
from runtime.reporting.summary import PerformanceSummary, PlanSummary, RunSummary

NODE_WIDTH = 12
COLOURS = {"reject": "red", "send_back": "yellow"}
CHANGED = {"pause": "paused", "resume": "resumed", "cancel": "cancelled", "budget": "given another budget"}

TOLD = frozenset({"sensing", "strategy", "creative", "compliance", "approval", "booking", "measurement", "learning"})
"""The nodes whose events say what they did. Any other is told to have been done."""
NEXT = {"approval": "approve", "measurement": "resume", "model_spend": "model-spend"}
"""The command that answers a question, by the node that asks it."""


class Storyteller:
    def tell(self, event: Event) -> None:
        """Print what this event means to a person; most events mean nothing to one."""
        match event.params.data:
            case OpportunityDetected(headline=headline, score=score, cause=cause):
                self._line("sensing", f"{headline}  [dim]score {score:.1f}, cause {cause}[/dim]")
            case CampaignPlanned(verdict="spend") as planned:
                self._line("strategy", _spending(planned))
            case CampaignPlanned(verdict="wait", reason=reason, look_again_on=day):
                self._line("strategy", f"wait until {day:%-d %B %Y}: {reason}")
            case CampaignPlanned(reason=reason):
                self._line("strategy", f"don't spend: {reason}")
            case CreativesReady(creative_ids=ids, attempt=attempt, is_mock=is_mock):
                mock = " [yellow](mock)[/yellow]" if is_mock else ""
                again = f", attempt {attempt}" if attempt > 1 else ""
                self._line("creative", f"{len(ids)} ads{again}{mock}")
            case CampaignBooked(transaction_id=transaction, committed=committed):
                self._line("booking", f"{pounds(float(committed))} booked, transaction {transaction}")
            case MediaBuyChanged(problem="", action=action, day=day, committed=committed):
                done = f"{CHANGED[action]} from {day} on"
                self._line("booking", f"{done}, {pounds(float(committed))} held for it")
            case MediaBuyChanged(action=action, problem=problem):
                self._line("booking", f"[red]not {CHANGED[action]}: {problem}[/red]")
            case PerformanceReported(impressions=impressions, clicks=clicks, spend=spend, iroas=iroas):
                self._line(
                    "measurement",
                    f"{impressions:,} impressions, {clicks:,} clicks, {pounds(float(spend))} spent, iROAS {iroas:.2f}",
                )
            case BeliefsUpdated(statement=statement):
                self._line("learning", statement)
            case TaskData(phase="finish", retrying=True, error=str(error), node=node):
                self._line(node, f"[yellow]{error}[/yellow]  [dim]tried again[/dim]")
            case TaskData(phase="finish", error=str(error), node=node):
                self._line(node, f"[red]{error}[/red]")
            case TaskData(phase="finish", parked=False, node=node) if node not in TOLD:
                self._line(node, "[dim]done[/dim]")
            case UpdateData(node="approval", update={"approval": {"decision": str(decision), "decided_by": str(who)}}):
                self._line("approval", _decided(decision, who))
            case UpdateData(node="compliance", update={"compliance": str(outcome)}):
                self._line("compliance", f"[dim]{outcome}[/dim]")
            case InputRequestedData(node="model_spend"):
                self._line("model", "[yellow]waits for a person: its chat model would cost more than it may[/yellow]")
            case InputRequestedData(node="measurement"):
                self._line("measurement", "[yellow]waits for the tills[/yellow]")
            case InputRequestedData(node=node):
                self._line(node, "[yellow]waits for a person[/yellow]")
            case _:
                pass

    def conclude(self, summary: RunSummary) -> None:
        """The card at the end: what was found, decided, made, booked and learned, and what is real about it."""
        console().print()
        console().print(
            Panel(_card(summary), title=_title(summary), border_style=_colour(summary.status), expand=False)
        )

    def _line(self, node: str, text: str) -> None:
        console().print(f"[cyan]{node:<{NODE_WIDTH}}[/cyan] {text}", soft_wrap=True)


def _decided(decision: str, who: str) -> str:
    if (decision, who) == ("reject", UNDECIDED):
        return f"[yellow]{LAPSED}[/yellow]"
    told, colour = DECIDED.get(decision, decision), COLOURS.get(decision)
    return f"{f'[{colour}]{told}[/{colour}]' if colour else told} [dim]by {who}[/dim]"


def _spending(planned: CampaignPlanned) -> str:
    roi = percent(planned.predicted_roi, signed=True)
    loss = "" if planned.loss_probability is None else f", chance of a loss {percent(planned.loss_probability)}"
    what = "probe with" if planned.is_probe else "spend"
    return f"{what} {pounds(float(planned.budget))}, predicted ROI {roi}{loss}"


def _colour(status: CampaignStatus) -> str:
    if status is CampaignStatus.FAILED:
        return "red"
    return "green" if status is CampaignStatus.COMPLETED else "yellow"


def _title(summary: RunSummary) -> str:
    return f"{summary.status.value} in {summary.elapsed_s:.1f} s"


def _card(summary: RunSummary) -> Table:
    card = Table.grid(padding=(0, 2))
    card.add_column(style="cyan", no_wrap=True)
    card.add_column()
    card.add_row("campaign", str(summary.campaign_id))
    if summary.opportunity:
        card.add_row("why", summary.opportunity.headline)
        if not summary.opportunity.advertisable:
            card.add_row("instead", summary.opportunity.advice)
    for seen in summary.seen:
        card.add_row("seen", seen)
    if summary.plan:
        card.add_row("plan", _plan(summary.plan))
    for creative in summary.creatives:
        card.add_row("ad", f"“{creative.headline}”  [dim]{creative.type}{', mock' if creative.is_mock else ''}[/dim]")
    if summary.performance:
        shown = summary.performance
        card.add_row(
            "measured",
            f"iROAS {shown.iroas:.2f} against held-out stores "
            f"[dim](the platform claims {shown.attributed_roas:.2f})[/dim]{_read_by(shown)}",
        )
    if summary.lesson:
        card.add_row(
            "lesson",
            f"ROI predicted {percent(summary.lesson.predicted_roi, signed=True)}, "
            f"actual {percent(summary.lesson.actual_roi, signed=True)}",
        )
    if summary.waits_for:
        card.add_row("next", f"tescosense campaigns {NEXT[summary.waits_for.node]} {summary.campaign_id}")
    if summary.failure:
        card.add_row("failed", f"[red]{summary.failure.message}[/red]")
    data = summary.data
    card.add_row(
        "data",
        f"{data.source}: sales {data.sales}, weather {data.weather}, search {data.search}, ads {data.ad_platform}, "
        f"answer to ads {data.ad_response}" + (f" ({data.shoppers} shoppers)" if data.shoppers else ""),
    )
    mock = " (mock)" if is_fake(summary.model) else ""
    card.add_row("model", f"{summary.model}{mock}{_cost(summary)}")
    return card


def _cost(summary: RunSummary) -> str:
    return f"\n[dim]cost: {summary.model_cost.told}[/dim]" if summary.model_cost else ""


def _plan(plan: PlanSummary) -> str:
    if plan.verdict == "dont_spend":
        return f"don't spend: {plan.reason}"
    if plan.verdict == "wait":
        return f"wait until {plan.look_again_on:%-d %B %Y}: {plan.reason}"
    low, high = plan.roi_interval
    channels = ", ".join(f"{a.channel.value.replace('_', ' ')} {pounds(float(a.budget))}" for a in plan.allocations)
    cited = (
        f"\n[dim]builds on {len(plan.cites)} earlier lesson{'s' if len(plan.cites) > 1 else ''}[/dim]"
        if plan.cites
        else ""
    )
    return (
        f"{channels}\npredicted ROI {percent(plan.predicted_roi, signed=True)} "
        f"({percent(low, signed=True)} to {percent(high, signed=True)}){_at_risk(plan)}"
        f"{_tells(plan)}{cited}"
    )


def _read_by(shown: PerformanceSummary) -> str:
    """How the lift was read, and what the same finds where nothing was advertised."""
    told = f"\n[dim]{shown.method}[/dim]" if shown.method else ""
    if shown.placebo is None:
        return told
    found = shown.placebo
    return told + (
        f"\n[dim]the same in the {found.days} days before, without ads: {found.lift:+.1%} "
        f"({found.interval.low:+.1%} to {found.interval.high:+.1%})[/dim]"
    )


def _tells(plan: PlanSummary) -> str:
    """What the experiment can tell, and what that costs."""
    told = ""
    if plan.measurability is not None and plan.probe is None:
        found = plan.measurability
        told = (
            f"\n[dim]held-out stores tell a lift of {found.detectable_lift:.1%} from none, and "
            f"forgo {pounds(float(found.holdout_cost))} of profit[/dim]"
        )
    return told + (f"\n[dim]{plan.experiment}[/dim]" if plan.experiment else "")


def _at_risk(plan: PlanSummary) -> str:
    if plan.loss is None:
        return ""
    loss = f"\nchance of a loss {percent(plan.loss.probability)}, {pounds(float(plan.loss.expected))} expected"
    return f"{loss}\n{plan.probe.question}" if plan.probe else loss
