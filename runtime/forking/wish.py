"""What is to be otherwise in a fork: pure values, and the step from which on each of them matters."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from domain.channel import Channel
from domain.context import CampaignContext, RiskLimits
from domain.creative import Creative
from domain.decision import ApprovalAnswer, BudgetEdit, CopyEdit
from domain.errors import BadInput, near_miss, shown
from domain.misfits import refuse_switches, refuse_unknown_keys
from domain.money import Money, in_proportion, pounds
from domain.plan import CampaignPlan
from graph.campaign import NODES

PLACES: Final = NODES[: NODES.index("booking") + 1]
"""Where a fork may begin. After booking, money has moved: a flight cannot be bought otherwise without being bought."""
_OF_CONTEXT: Final[Mapping[str, str]] = {
    "threshold": "sensing",
    "today": "sensing",
    "flight_days": "strategy",
    "max_cycles": "strategy",
    "autonomy": "approval",
}
_READ_IN: Final[Mapping[str, str]] = {**_OF_CONTEXT, "budget": "strategy", "plan.budget": "approval"}
"""The first step that each of these makes a difference to."""
_EDITS: Final = ("plan.", "copy.")
"""What begins so is an edit at the gate."""
_WORDS: Final = ("headline", "body", "call_to_action")
MOST_POUNDS: Final = 10**10
"""What a campaign's row can hold is less than this."""
_PROMPTS: Final[Mapping[str, str]] = {"strategy": "strategy", "creative": "creative"}
Form = TypeVar("Form", bound=BaseModel)


class ForkWish(BaseModel):
    """What is asked of a fork."""

    model_config = ConfigDict(extra="forbid")

    at: str = Field(
        default="",
        max_length=40,
        description="a step, or the id of a checkpoint before one; the latest step that heeds all changes when empty",
    )
    set: dict[str, JsonValue] = Field(
        default_factory=dict,
        description="by path: budget, plan.budget, plan.budgets.CHANNEL, copy.CHANNEL.headline|body|call_to_action, "
        "threshold, today, flight_days, max_cycles, autonomy, limits.NAME",
    )
    prompts: dict[str, str] = Field(default_factory=dict, description="by node, strategy or creative: its template")
    model: str = Field(default="", max_length=200)
    scenario: str = Field(default="", max_length=200, description="that also happens in its simulated world")
    faults: list[str] = Field(default_factory=list, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _every_key_is_known(cls, given: object) -> object:
        refuse_unknown_keys(cls, given)
        return given

    @property
    def earliest(self) -> str:
        """The step that has to be done again for every change to be heeded."""
        asked = [_place_of(path) for path in self.set]
        asked += [_PROMPTS[_choose(name, list(_PROMPTS), "prompt")] for name in self.prompts]
        if self.scenario:
            asked.append("sensing")
        if self.model or self.faults:
            asked.append("strategy")
        return min(asked, key=PLACES.index, default="booking")

    @property
    def is_edit(self) -> bool:
        """Whether it changes what only the gate can, so that the campaign must have come there."""
        return any(path.startswith(_EDITS) for path in self.set)

    @property
    def told(self) -> str:
        """What is otherwise, in a line."""
        said = [f"{path}={value}" for path, value in self.set.items()]
        said += [f"prompt of {name}" for name in self.prompts]
        said += [f"{what} {value}" for what, value in (("model", self.model), ("scenario", self.scenario)) if value]
        said += [f"fault {fault}" for fault in self.faults]
        return ", ".join(said) or "nothing"

    def place(self, reached: str) -> str:
        """Raises BadInput for a step after the one that reads what is changed, and for an edit of the gate's anywhere
        but there: from before it everything is planned and written anew."""
        earliest = self.earliest  # What is misspelt is said before where it would belong.
        edit = next((path for path in self.set if path.startswith(_EDITS)), None)
        if edit and reached != "approval":
            raise BadInput(
                f"{edit} is decided at approval, and the fork would begin at {reached}",
                remedy="leave one of the changes out, or fork at approval",
                field="set",
            )
        if PLACES.index(reached) > PLACES.index(earliest):
            raise BadInput(
                f"{self.told}: that is read in {earliest}, before {reached}",
                remedy=f"fork at {earliest}",
                field="at",
            )
        return reached

    @property
    def budget(self) -> Money | None:
        """Of the whole campaign, in pounds. Raises BadInput for what is no amount."""
        return _amount("budget", self.set["budget"]) if "budget" in self.set else None

    @property
    def wordings(self) -> dict[str, str]:
        """The prompts by field of the context. Raises BadInput for an empty one, which would be no change."""
        if blank := next((name for name, text in self.prompts.items() if not text.strip()), None):
            raise BadInput(
                f"the prompt of {blank} is empty", remedy="give its template, or leave it out", field="prompts"
            )
        return {f"{name}_prompt": text for name, text in self.prompts.items()}

    @property
    def unsaid(self) -> dict[str, object]:
        """By field of the state, what a person had said of the chat model that is not said of the one, or the limit,
        that is wished for here."""
        said: dict[str, object] = {"without_model": False} if self.model else {}
        return said | ({"model_limit": None} if "limits.model_spend" in self.set else {})

    def answer(self, plan: CampaignPlan, creatives: list[Creative], by: str) -> ApprovalAnswer | None:
        """The edit at the gate that these changes are; None for none. Raises BadInput for what is no edit of it."""
        budgets, copies = self._budgets(plan), self._copies(creatives)
        if not budgets and not copies:
            return None
        said = {"decision": "edit", "decided_by": by, "reason": self.told[:500]}
        return _fitting(ApprovalAnswer, {**said, "budgets": budgets, "copy_edits": copies})

    def context(self, context: CampaignContext) -> CampaignContext:
        """Raises BadInput for a value that does not fit."""
        values = {path: value for path, value in self.set.items() if path in _OF_CONTEXT}
        limits = {path.removeprefix("limits."): value for path, value in self.set.items() if path.startswith("limits.")}
        refuse_switches(CampaignContext, {**values, "limits": limits})
        changed: dict[str, object] = context.model_dump() | values
        changed["limits"] = context.limits.model_dump() | limits
        changed |= self.wordings
        if self.model:
            changed["model"] = self.model
        changed["faults"] = tuple(self.faults)
        return _fitting(CampaignContext, changed)

    def _budgets(self, plan: CampaignPlan) -> list[BudgetEdit]:
        planned = {allocation.channel: allocation.budget for allocation in plan.allocations if allocation.budget}
        edited: dict[Channel, Money] = {}
        if "plan.budget" in self.set:
            total = _amount("plan.budget", self.set["plan.budget"])
            edited = dict(zip(planned, in_proportion(list(planned.values()), total), strict=True))
        for path, value in self.set.items():
            if path.startswith("plan.budgets."):
                edited[_channel(path.removeprefix("plan.budgets."), list(Channel))] = _amount(path, value)
        return [BudgetEdit(channel=channel, budget=budget) for channel, budget in edited.items()]

    def _copies(self, creatives: list[Creative]) -> list[CopyEdit]:
        ads = {creative.channel: creative for creative in creatives}
        words: dict[Channel, dict[str, str]] = {}
        for path, value in self.set.items():
            if path.startswith("copy."):
                name, _, field = path.removeprefix("copy.").partition(".")
                if not isinstance(value, str):
                    raise BadInput(f"{path} takes words", remedy="give it some, in quotes", field=path)
                words.setdefault(_channel(name, ads), {})[_choose(field, _WORDS, "word of an ad")] = value
        return [_fitting(CopyEdit, {"creative_id": ads[channel].id, **said}) for channel, said in words.items()]


def _place_of(path: str) -> str:
    if path in _READ_IN:
        return _READ_IN[path]
    if path.startswith("limits."):
        _choose(path.removeprefix("limits."), list(RiskLimits.model_fields), "limit")
        return "strategy"
    if path.startswith(("plan.budgets.", "copy.")):
        return "approval"
    paths = [*_READ_IN, "plan.budgets.CHANNEL", "copy.CHANNEL.headline", "limits.cap"]
    raise BadInput(f"nothing of a campaign is called {shown(path)}", remedy=near_miss(path, paths), field="set")


def _choose(name: str, known: Sequence[str], what: str) -> str:
    if name not in known:
        raise BadInput(f"there is no {what} {shown(name)}", remedy=near_miss(name, known), field="set")
    return name


def _channel(name: str, known: Collection[Channel]) -> Channel:
    return Channel(_choose(name, [channel.value for channel in known], "channel"))


def _amount(path: str, value: JsonValue) -> Money:
    try:
        amount = pounds(str(value))
    except ValueError:
        amount = Decimal(-1)
    if not 0 <= amount < MOST_POUNDS:
        raise BadInput(
            f"{shown(str(value))} is no amount in pounds", remedy=f"give {path} one such as 2000", field=path
        )
    return amount


def _fitting(form: type[Form], values: Mapping[str, object]) -> Form:
    """Raises BadInput for values that do not fit, with the first that does not."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        raise BadInput(f"{field or 'what is changed'} does not fit", remedy=first["msg"], field=field) from error
