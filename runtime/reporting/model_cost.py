"""What chat models cost a campaign, in all and by node. What is not known does not count as nothing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel, Field

from domain.figures import dollars_told
from domain.model_calls import CallOutcome, CameFrom, Dollars


class Asked(Protocol):
    """A call, as it is kept or as it was announced."""

    @property
    def node(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def outcome(self) -> CallOutcome: ...
    @property
    def came_from(self) -> CameFrom: ...
    @property
    def input_tokens(self) -> int | None: ...
    @property
    def output_tokens(self) -> int | None: ...
    @property
    def cost(self) -> Dollars | None: ...
    @property
    def unpriced(self) -> str: ...


class CostShare(BaseModel):
    """Of some calls."""

    calls: int = Field(description="all of them: those that failed, and those answered from what was kept, too")
    without_answer: int = Field(description="of them those that failed, or whose answer could not be used")
    from_cache: int = Field(description="of them those that were answered before, which cost nothing")
    input_tokens: int
    output_tokens: int
    known: Dollars = Field(description="what those come to whose cost is known")
    unknown: int = Field(description="of how many the cost is not known")


class NodeCost(CostShare):
    node: str
    models: list[str] = Field(description="who answered, the first first")


class ModelCost(CostShare):
    told: str = Field(description="the whole in a line")
    unpriced: list[str] = Field(description="why the cost of some is not known")
    nodes: list[NodeCost] = Field(description="in the order in which they first asked")


def cost_of(calls: Sequence[Asked]) -> ModelCost:
    whole = _share(calls)
    unpriced = list(dict.fromkeys(call.unpriced for call in calls if call.cost is None))
    nodes = [
        NodeCost(
            node=node,
            models=list(dict.fromkeys(call.model for call in calls if call.node == node)),
            **_share([call for call in calls if call.node == node]).model_dump(),
        )
        for node in dict.fromkeys(call.node for call in calls)
    ]
    return ModelCost(told=_told(whole, unpriced), unpriced=unpriced, nodes=nodes, **whole.model_dump())


def _share(calls: Iterable[Asked]) -> CostShare:
    calls = list(calls)
    return CostShare(
        calls=len(calls),
        without_answer=sum(call.outcome != "answered" for call in calls),
        from_cache=sum(call.came_from is not CameFrom.MODEL for call in calls),
        input_tokens=sum(call.input_tokens or 0 for call in calls),
        output_tokens=sum(call.output_tokens or 0 for call in calls),
        known=sum((call.cost for call in calls if call.cost is not None), start=Decimal(0)),
        unknown=sum(call.cost is None for call in calls),
    )


def _told(whole: CostShare, unpriced: Sequence[str]) -> str:
    """`$0.0123 for 6 calls`; `not known for 6 calls: the fake model has no price`."""
    if not whole.calls:
        return "no model was asked"
    if not whole.unknown:
        return f"{dollars_told(whole.known)} for {_counted(whole.calls)}"
    because = "; ".join(unpriced)
    if whole.unknown == whole.calls:
        return f"not known for {_counted(whole.calls)}: {because}"
    known = whole.calls - whole.unknown
    return f"{dollars_told(whole.known)} for {_counted(known)}, and not known for {_counted(whole.unknown)}: {because}"


def _counted(calls: int) -> str:
    return f"{calls} call{'' if calls == 1 else 's'}"
