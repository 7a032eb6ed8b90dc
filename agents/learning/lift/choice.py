"""Which estimator reads a flight, by the design of the experiment first and by its error on this very panel second.

The rule is stated, and the same for every panel. Where at least five stores of each kind were drawn, the design asks
for stores to be compared one by one, and from eight on for whatever mixture the stores show of a share of their sales
and an amount; where there are fewer than five, for totals. Where enough held-out stores allow pretended experiments in
the flight itself, every estimator is tried in those and in pretended flights before it. The one is taken with the
smallest product of two figures: how far it is off with stores dealt anew, and its standard error for the stores as they
were drawn, widened by what those experiments say it falls short; but a level that may drift is allowed for unless
another's product is smaller by a quarter, as a drift to come leaves no trace before it. Where such experiments are not
possible the design decides, as days before the flight cannot tell what its own days were like.
"""

from dataclasses import dataclass

from agents.learning.lift.by_store import mixed, relative, telling
from agents.learning.lift.panel import Effects, Estimator, LogLift, Mask, Panel, Reading
from agents.learning.lift.placebo import pretended_experiments, typical_error, widening
from agents.learning.lift.synthetic import SyntheticControl
from agents.learning.lift.totals import ratio, time_based

_ENOUGH_STORES = 5
_MANY_STORES = 8
_ENOUGH_DAYS = 14
_MOST_MISSING = 0.05
_DRIFTING = 0.3
_CAUTION = 0.75
_PRETENDED_DEGREES = 10
"""Degrees of freedom of a standard error that rests on pretended experiments: those of one panel have the same few
stores and days behind them, however often the stores are dealt anew."""


@dataclass(frozen=True, slots=True)
class Method:
    """An estimator in words: its name in a report, and when it is at its best."""

    name: str
    suits: str
    estimator: Estimator
    needs_every_day: bool = True


BY_STORE = Method(
    "each store against its own past, the same share in each (differences in differences in logs, by region)",
    "the stores were picked by lot and there are enough of both kinds",
    relative,
    needs_every_day=False,
)
MIXED = Method(
    "each store against its own past, a share and an amount in each (differences in differences in logs, by region)",
    "the stores were picked by lot, and are enough to tell whether small ones gained as large ones did",
    mixed,
    needs_every_day=False,
)
TOTALS = Method(
    "what all stores with ads sold against all without (ratio of the arms' totals)",
    "the stores sell too little to be read one by one",
    ratio,
    needs_every_day=False,
)
TIME_BASED = Method(
    "what all stores with ads sold, day by day, against all without (time-based regression)",
    "the two totals go together day by day",
    time_based,
)
STEADY = Method(
    "a mix of the stores without ads that sells as those with them do (synthetic control)",
    "such a mix follows the stores with ads day by day",
    SyntheticControl(),
)
DRIFTING = Method(
    "a mix of the stores without ads that sells as those with them do, its level allowed to drift (synthetic control)",
    "stores drift apart over weeks, and such a mix follows those with ads",
    SyntheticControl(drifting=_DRIFTING),
)


def read_effect(panel: Panel, treated: Mask) -> Reading:
    """Choose a method for `panel` and read the effect on `treated` [N] with it. Needs one store of each kind."""
    clear = telling(panel, treated)
    if clear is not None:
        panel, treated = panel.of(clear), treated[clear]
    design = _by_design(panel, treated, is_clear=clear is not None)
    trials = pretended_experiments(panel, treated)
    methods = [design]
    if clear is not None and clear.all() and (trials.in_the_flight or design is TIME_BASED):
        methods += [method for method in _rivals(panel, treated) if method is not design]
    full = panel.filled() if any(method.needs_every_day for method in methods) else panel
    panels = {False: panel, True: full}
    trials_of = {False: trials, True: trials if full is panel else pretended_experiments(full, treated)}
    tried = {m.name: trials_of[m.needs_every_day].effects(m.estimator) for m in methods} if trials.any else {}
    tries = [_tried(method, panels[method.needs_every_day], treated, tried.get(method.name, ())) for method in methods]
    chosen = min(tries, key=_demerit)
    own = panels[chosen.method.needs_every_day]
    return Reading(
        effect=chosen.effect,
        method=chosen.method.name,
        why=_why(chosen, tries[0]),
        widened=chosen.widened,
        placebo=_effect(chosen.method, own.pretended(), treated).widened(chosen.widened)
        if trials.before_the_flight
        else None,
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """A method on the stores as drawn, its standard error widened, and `error`, how far it is off with others."""

    method: Method
    effect: LogLift
    widened: float
    error: float | None


def _demerit(tried: _Tried) -> float:
    caution = _CAUTION if tried.method is DRIFTING else 1.0
    return (tried.error or 0.0) * tried.effect.standard_error * caution


def _tried(method: Method, panel: Panel, treated: Mask, pretended: tuple[Effects, ...]) -> _Tried:
    factor = widening(pretended)
    error = typical_error(pretended) if pretended else None
    return _Tried(method, _effect(method, panel, treated).widened(factor), factor, error)


def _effect(method: Method, panel: Panel, treated: Mask) -> LogLift:
    found = method.estimator(panel, treated[None])
    most = _PRETENDED_DEGREES if method.needs_every_day else int(found.degrees[0])
    return LogLift(float(found.delta[0]), float(found.standard_error[0]), min(int(found.degrees[0]), most))


def _by_design(panel: Panel, treated: Mask, *, is_clear: bool) -> Method:
    fewest = int(min(treated.sum(), (~treated).sum()))
    if fewest >= 2 and not is_clear:
        return TOTALS
    if fewest < _ENOUGH_STORES and _is_full(panel):
        return TIME_BASED
    return MIXED if fewest >= _MANY_STORES else BY_STORE


def _rivals(panel: Panel, treated: Mask) -> list[Method]:
    """From the simplest on."""
    if not _is_full(panel) or (~treated).sum() < 3:
        return []
    enough = min(treated.sum(), (~treated).sum()) >= _ENOUGH_STORES
    return [TOTALS, TIME_BASED, STEADY, DRIFTING] if enough else [TIME_BASED, STEADY, DRIFTING]


def _is_full(panel: Panel) -> bool:
    """Whether days are enough, and counted well enough, to be followed one by one."""
    return panel.before.shape[1] >= _ENOUGH_DAYS and panel.missing <= _MOST_MISSING


def _why(chosen: _Tried, design: _Tried) -> str:
    if chosen.error is None or design.error is None:
        return f"{design.method.suits}; too little was counted before the flight to try other ways"
    off = f"in trials without any ads, with other stores picked by lot, it is off by {chosen.error:.1%}"
    if chosen is design:
        return f"{design.method.suits}; {off}"
    return f"{chosen.method.suits}; {off}, and {design.method.name} by {design.error:.1%}"
