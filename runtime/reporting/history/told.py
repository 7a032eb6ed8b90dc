"""From what is on record of a campaign to lines that tell it: pure functions, one a kind of record."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.booking import BookingConfirmation
from domain.buy_changes import BuyChanged
from domain.creative import Outcome
from domain.decision import UNDECIDED, ApprovalDecision, ModelSpendAnswer
from domain.figures import dollars_told
from domain.money import Money
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan
from runtime.reporting.history.entries import ChangeEntry, Figure, Kind, Words, decider, entry, rule
from runtime.reporting.history.people import People
from storage.campaigns.past import PastCheck, PastPlan, PastSpend

_DECIDED = {
    "approve": "Approved",
    "edit_plan": "Changed the budgets",
    "edit_copy": "Changed the words",
    "send_back": "Sent it back to be planned again",
    "reject": "Rejected it",
}
_CHANGED = {
    "pause": ("Paused its ads", "pause its ads"),
    "resume": ("Showed its ads again", "show its ads again"),
    "cancel": ("Cancelled it", "cancel it"),
    "budget": ("Gave the flight another budget", "give the flight another budget"),
}


def in_pounds(amount: Money) -> str:
    return f"£{amount:,.2f}"


def plan_at(plans: Sequence[PastPlan], at: datetime) -> CampaignPlan | None:
    """The plan that stood at a moment."""
    earlier = [past.plan for past in plans if past.at <= at]
    return earlier[-1] if earlier else None


def told_of_plans(plans: Sequence[PastPlan], decisions: Sequence[ApprovalDecision]) -> Iterator[ChangeEntry]:
    """Each plan beside the one of its cycle before. One that only carries out a person's budgets is told with them."""
    for place, (at, plan) in enumerate(plans):
        before = plans[place - 1].plan if place and plans[place - 1].plan.cycle == plan.cycle else None
        decided = [one for one in decisions if (before is None or one.decided_at > plans[place - 1].at)]
        if before is not None and any(one.decided_at <= at and one.decision == "edit_plan" for one in decided):
            continue
        if plan.verdict != "spend":
            what = "Decided to wait" if plan.verdict == "wait" else "Decided not to spend"
            yield entry(Kind.PLANNED, at, rule("strategy"), what, why=plan.reason)
            continue
        again = "" if before is None else " again"
        flight = f"{plan.flight.start:%-d %b} to {plan.flight.end:%-d %b}"
        yield entry(
            Kind.PLANNED,
            at,
            rule("strategy"),
            f"Planned{again}: {in_pounds(plan.budget)}, {flight}",
            figures=budgets(before, plan),
            why=plan.reason,
        )


def budgets(before: CampaignPlan | None, after: CampaignPlan) -> list[Figure]:
    """The channels that differ, each before and after."""
    was = {one.channel: one.budget for one in before.allocations} if before else {}
    now = {one.channel: one.budget for one in after.allocations}
    channels = dict.fromkeys((*was, *now))
    return [
        Figure(of=channel.value, before=was.get(channel), after=now.get(channel))
        for channel in channels
        if was.get(channel) != now.get(channel)
    ]


def told_of_checks(checks: Sequence[PastCheck]) -> Iterator[ChangeEntry]:
    for at, objections in checks:
        failed = [one for one in objections if one.outcome is Outcome.FAIL]
        if not objections:
            yield entry(Kind.CHECKED, at, rule("compliance"), "The rules pass its plan and ads")
            continue
        rules = dict.fromkeys(one.title or one.rule_id for one in failed or objections)
        what = "The rules fail it" if failed else "The rules refer it to a person"
        said = dict.fromkeys(one.evidence for one in failed or objections)
        yield entry(Kind.CHECKED, at, rule("compliance"), f"{what}: {', '.join(rules)}", why="; ".join(said))


def told_of_decisions(
    decisions: Sequence[ApprovalDecision], plans: Sequence[PastPlan], people: People
) -> Iterator[ChangeEntry]:
    for decision in decisions:
        at = decision.decided_at
        who = decider(decision.decided_by, people.role_of(decision.decided_by, at))
        standing = plan_at(plans, at)
        was = {one.channel: one.budget for one in standing.allocations} if standing else {}
        figures = [
            Figure(of=edit.channel.value, before=was.get(edit.channel), after=edit.budget or None)
            for edit in decision.budgets
            if was.get(edit.channel) != edit.budget
        ]
        words = [
            Words(of=one.channel.value, part=one.part, before=one.before, after=one.after) for one in decision.reworded
        ]
        what = _decided(decision, standing)
        yield entry(Kind.DECIDED, at, who, what, figures=figures, words=words, why=decision.reason)


def told_of_spends(spends: Sequence[PastSpend], people: People) -> Iterator[ChangeEntry]:
    for at, answer in spends:
        name = answer.decided_by
        yield entry(Kind.DECIDED, at, decider(name, people.role_of(name, at)), _of_model_money(answer))


def _of_model_money(answer: ModelSpendAnswer) -> str:
    match answer.decision:
        case "raise":
            assert answer.limit is not None
            return f"Raised what its chat model may cost to {dollars_told(answer.limit)}"
        case "stop":
            return "Stopped it where its chat model would have cost more than it may"
        case _:
            in_time = ": nobody said in time what it may cost" if answer.decided_by == UNDECIDED else ""
            return f"Went on without its chat model, with copy from templates{in_time}"


def _decided(decision: ApprovalDecision, standing: CampaignPlan | None) -> str:
    if decision.is_lapse:
        return "Lapsed: nobody decided in time"
    what = _DECIDED[decision.decision]
    if decision.decision == "approve" and standing is not None:
        return f"{what} {in_pounds(standing.budget)}"
    if decision.decision == "edit_plan" and decision.reworded:
        return f"{what} and the words"
    if decision.decision != "send_back":
        return what
    wishes = [f"without {channel.record.label.lower()}" for channel in decision.leave_out]
    if decision.at_most is not None:
        wishes.append(f"for at most {in_pounds(decision.at_most)}")
    return f"{what}{', ' if wishes else ''}{', '.join(wishes)}"


def told_of_bookings(bookings: Sequence[BookingConfirmation], people: People) -> Iterator[ChangeEntry]:
    for booking in bookings:
        at_first = _committed_at_first(booking)
        of = "" if at_first is None else f" {in_pounds(at_first)}"
        figures = [] if at_first is None else [Figure(of="committed", before=None, after=at_first)]
        yield entry(
            Kind.BOOKED,
            booking.booked_at,
            rule("booking"),
            f"Booked{of} with the ad platform as {booking.transaction_id}",
            figures=figures,
        )
        yield from (_told_of_change(change, people) for change in booking.changes)


def _committed_at_first(booking: BookingConfirmation) -> Money | None:
    """None where changes of old did not keep it."""
    return booking.made[0].committed_before if booking.made else booking.committed


def _told_of_change(change: BuyChanged, people: People) -> ChangeEntry:
    done, asked = _CHANGED[change.action]
    figures = []
    if change.budget is not None:
        after = change.committed_after or change.budget
        figures = [Figure(of="budget", before=change.committed_before, after=after)]
    elif change.committed_before != change.committed_after:
        figures = [Figure(of="committed", before=change.committed_before, after=change.committed_after)]
    return entry(
        Kind.CHANGED,
        change.at,
        people.who(change.by, change.at),
        f"Asked to {asked}, which was not done" if change.problem else f"{done} from {change.day:%-d %b} on",
        day=change.day,
        figures=[] if change.problem else figures,
        why=change.problem,
    )


def told_of_reports(reports: Sequence[PerformanceReport]) -> Iterator[ChangeEntry]:
    """Of flights measured whole. Their moment is the world's."""
    for report in reports:
        if report.is_final:
            sales, interval = report.lift.incremental_sales, report.lift.interval
            what = f"Measured: {in_pounds(report.spend)} spent"
            if report.lift.is_measured:
                what += (
                    f", {in_pounds(sales)} of sales caused ({interval.level:.0%} interval "
                    f"£{interval.low:,.0f} to £{interval.high:,.0f})"
                )
            day = report.reported_at.date()
            yield entry(Kind.MEASURED, None, rule("measurement"), what, day=day, why=report.lift.why)
