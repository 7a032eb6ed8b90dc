"""The campaign graph as LangGraph's server shows it: what goes in, what comes out, and how it is drawn."""

from collections.abc import AsyncIterator, Mapping
from copy import copy
from typing import Annotated, Any, Self

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.graph import Graph
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.context import CampaignContext
from domain.errors import BadInput
from domain.identifiers import new_id
from domain.misfits import refuse_unknown_keys
from domain.money import Money
from domain.opportunity import Opportunity
from domain.state import CampaignState
from graph.moments import at_moment
from graph.recording import MERGED
from storage.checkpoints.allowed_types import checkpoint_serializer
from world.references import Resolve

_HANDLERS = "error_handler"
"""In the name of a node that LangGraph adds for errors: no edge leads there, so it would be drawn alone."""
_OVERWRITE = "__overwrite__"
_SERVERS_OWN = frozenset({"assistant_id", "checkpoint", "checkpoint_id", "checkpoint_map", "checkpoint_ns", "cron_id"})
_SERVERS_TOO = frozenset({"graph_id", "run_id", "thread_id", "user_id"})
"""What LangGraph's server may put beside a context that came as `configurable`; so it does with what begins so:"""
_SERVERS_PREFIXES = ("__", "langgraph_", "x-")


class Refused(ValueError):
    """Its server tells the words of a `ValueError`, and answers 400; those of an error of ours it keeps to itself."""


class CampaignInput(BaseModel):
    """What a campaign is started with; `{}` is an ordinary start. All else of its state is made on the way."""

    model_config = ConfigDict(extra="forbid")

    budget: Annotated[Money, Field(ge=0)] = Field(default=5000, validate_default=True)
    """The most this campaign may spend over all its cycles, in pounds."""
    opportunity: Opportunity | None = None
    """Given to skip detection; left out, sensing looks for one."""


def refuse_unfit_context(context: object, resolve: Resolve) -> None:
    """Raises Refused for a key of a run's context that there is not, before LangGraph's server leaves it out, for a
    value that does not fit, and for a scenario that there is not, or not in these sales."""
    if isinstance(context, Mapping):
        ours = {
            key: value
            for key, value in context.items()
            if key not in _SERVERS_OWN | _SERVERS_TOO and not str(key).startswith(_SERVERS_PREFIXES)
        }
        _refuse_unfit(CampaignContext, ours)
        if ours.get("forked_from") is not None:
            raise Refused("forked_from is a fork's own: leave it out, and run from a checkpoint of the other thread")
        try:
            resolve(CampaignContext.model_validate(ours), new_id())
        except BadInput as error:
            raise Refused(str(error)) from None


class StudioCampaign(CompiledStateGraph[CampaignState, CampaignContext, CampaignInput, CampaignState]):
    """Refuses by name what LangGraph would drop or keep unread, and gives states in the shape of its stream."""

    @classmethod
    def of(cls, compiled: CompiledStateGraph[Any, Any, Any, Any]) -> Self:
        """The same graph, made of its parts as LangGraph's own `copy` does it."""
        return cls(**{name: part for name, part in vars(compiled).items() if name != "__orig_class__"})

    def copy(self, update: dict[str, Any] | None = None) -> Self:
        """How a server lends the graph its saver. One with LangGraph's plain serializer, as Aegra's, is given ours: the
        plain one rebuilds any type, with a warning for each that it does not know. A server's own is kept."""
        saver = (update or {}).get("checkpointer")
        if isinstance(saver, BaseCheckpointSaver) and type(saver.serde) is JsonPlusSerializer:
            lent = copy(saver)
            lent.serde = checkpoint_serializer()
            update = {**(update or {}), "checkpointer": lent}
        return super().copy(update)

    async def astream(self, input: Any, config: RunnableConfig | None = None, **options: Any) -> AsyncIterator[Any]:
        moment = await at_moment(config or {}, self.checkpointer)
        if isinstance(input, Command):
            _refuse_unfit_command(input, has_begun=moment is not config)
        elif input is not None:
            _refuse_unfit(CampaignInput, input)
            if moment is config and isinstance(input, Mapping):
                # LangGraph writes what is given; a state is to hold what may be spent also where nobody said it.
                input = {"budget": CampaignInput().budget, **input}
        async for part in super().astream(input, moment, **options):
            yield part

    async def aget_state(self, config: RunnableConfig, *, subgraphs: bool = False) -> StateSnapshot:
        return _as_streamed(await super().aget_state(config, subgraphs=subgraphs))

    async def aget_state_history(self, config: RunnableConfig, **options: Any) -> AsyncIterator[StateSnapshot]:
        async for snapshot in super().aget_state_history(config, **options):
            yield _as_streamed(snapshot)

    async def abulk_update_state(self, config: RunnableConfig, supersteps: Any) -> RunnableConfig:
        for superstep in supersteps:
            for update in superstep:
                _refuse_unfit_update(update.values)
        return await super().abulk_update_state(config, supersteps)

    def get_graph(self, config: RunnableConfig | None = None, *, xray: int | bool = False) -> Graph:
        return _without_handlers(super().get_graph(config, xray=xray))

    async def aget_graph(self, config: RunnableConfig | None = None, *, xray: int | bool = False) -> Graph:
        return _without_handlers(await super().aget_graph(config, xray=xray))


def _refuse_unfit_command(command: Command[Any], *, has_begun: bool) -> None:
    """Raises Refused for what is no answer and no change of the state: it would be dropped, or fail without a word of
    ours."""
    if not has_begun:
        raise Refused("nothing has been asked on this thread yet: start it with an input, such as {}")
    if command.goto:
        raise Refused("a campaign goes from step to step by itself: leave goto out, and go back to a checkpoint")
    _refuse_unfit_update(command.update)


def _refuse_unfit_update(update: object) -> None:
    """Raises Refused for a change of the state that is none: nothing is written of it."""
    if not isinstance(update, Mapping):
        return
    values = {name: _plain(value) for name, value in update.items()}
    for name, value in values.items():
        if name in MERGED and not isinstance(value, list):
            raise Refused(f"{name} is a list: give all that change, each with its id")
    _refuse_unfit(CampaignState, values)


def _refuse_unfit(form: type[BaseModel], given: object) -> None:
    """Raises Refused for the first thing that does not fit."""
    try:
        refuse_unknown_keys(form, given)
        form.model_validate(given)
    except BadInput as error:
        raise Refused(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(f"{where or 'what is given'}: {first['msg'].removeprefix('Value error, ')}") from None


def _plain(value: object) -> object:
    """What is to stand there, where it came as an order to replace a list."""
    return value.get("value") if isinstance(value, Mapping) and value.get("type") == _OVERWRITE else value


def _as_streamed(snapshot: StateSnapshot) -> StateSnapshot:
    """With days as `2026-11-24` and amounts as numbers. LangGraph's server rebuilds no types on reading, so that a day
    would come as its three parts. A state that is none of ours is shown as it is."""
    if not isinstance(snapshot.values, Mapping):
        return snapshot
    try:
        whole = CampaignState.model_validate(snapshot.values)
    except ValidationError:
        return snapshot
    told = whole.model_dump(mode="json", include=set(snapshot.values))
    return snapshot._replace(values=told)


def _without_handlers(drawn: Graph) -> Graph:
    for name in [name for name in drawn.nodes if _HANDLERS in name]:
        drawn.remove_node(drawn.nodes[name])
    return drawn
