"""What a release has to bring: a reason, a share, a change, cases that pass, and eyes that have seen it."""

from collections.abc import Sequence

from domain.errors import BadInput, Conflict
from domain.prompting import CANDIDATE
from prompts.releasing.record import LONGEST_BY, LONGEST_WHY, SMALLEST_WEIGHT, Label, PromptReleases
from runtime.designing.testing import TestReport
from runtime.designing.wordings import Wording


def share_of(label: Label, weight: float | None) -> float | None:
    """The share of new campaigns a release is to have: all where none is given, None for a candidate. Raises BadInput
    for what is no share."""
    if label == CANDIDATE:
        if weight is not None:
            raise BadInput(
                "a candidate is given to no campaign, so it has no weight",
                remedy="leave the weight out, or give it to production",
                field="weight",
            )
        return None
    if weight is not None and not SMALLEST_WEIGHT <= weight <= 1:
        raise BadInput(
            f"{weight} is no share of campaigns",
            remedy=f"give a weight from {SMALLEST_WEIGHT:f} to 1",
            field="weight",
        )
    return 1.0 if weight is None else round(weight, 6)


def require_reason(why: str, by: str) -> None:
    """Raises BadInput for a release without who and why, or with more than is kept."""
    for field, given, longest in (("why", why, LONGEST_WHY), ("by", by, LONGEST_BY)):
        if not given.strip():
            raise BadInput(f"a release without '{field}' is not kept", remedy=f"say it with --{field}", field=field)
        if len(given) > longest:
            raise BadInput(f"'{field}' has {len(given)} characters", remedy=f"use at most {longest}", field=field)


def require_change(name: str, releases: PromptReleases, wording: Wording, label: Label, weight: float | None) -> None:
    """Raises Conflict for a release that changes nothing, BadInput for a share of which nobody has the rest."""
    release = wording.template.hash
    if label == CANDIDATE:
        if release in releases.pointed_to:
            raise Conflict(f"the working copy of '{name}' is released already", remedy="edit it first")
        return
    if releases.weight_of(release) == weight:
        raise Conflict(
            f"the working copy of '{name}' is in production already, with a weight of {weight:g}",
            remedy="edit it first, or give another weight",
        )
    if weight is not None and weight < 1 and not [one for one in releases.labels.production if one.hash != release]:
        raise BadInput(
            f"nothing else of '{name}' is in production to be given the other campaigns",
            remedy="leave the weight out",
            field="weight",
        )


def require_green(report: TestReport) -> None:
    """Raises BadInput where a case fails, and where none has passed."""
    failed: Sequence[str] = [case.description for case in report.cases if case.result == "failed"]
    if failed:
        raise BadInput(
            f"{len(failed)} of {len(report.cases)} cases of '{report.name}' fail: {'; '.join(failed)[:200]}",
            remedy=f"see why with `tescosense prompts test {report.name}`",
            field="name",
        )
    if not report.passed:
        raise BadInput(
            f"no case of '{report.name}' has passed: it has {len(report.cases)}, of which none failed",
            remedy="write a case under 'tests' that the model named can be judged by",
            field="name",
        )


def require_seen(name: str, wording: Wording, seen: str | None) -> None:
    """Raises Conflict where the working copy is not the one that whoever releases it has looked at."""
    if seen is not None and seen != wording.template.hash:
        raise Conflict(
            f"the working copy of '{name}' has been changed since it was looked at",
            remedy="look at it again, and release it then",
            field="seen",
        )
