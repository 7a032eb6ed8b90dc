"""What Studio has to show when it is opened: an assistant for each way to go, and finished campaigns to look into."""

from typing import NamedTuple

from langgraph_sdk.client import LangGraphClient

from domain.autonomy import Autonomy
from domain.identifiers import derived_id
from domain.provenance import is_fake
from runtime.settings import Settings

GRAPH = "campaign"
SEEDED = {"seeded_by": "tescosense"}
"""The metadata by which what is there already is found again."""
EXAMPLE_MODEL = "openai:gpt-5-mini"
"""Of the assistant that asks a real model, where the settings name none."""

Context = dict[str, str | bool]


class Seeded(NamedTuple):
    name: str
    about: str
    context: Context


def assistants(settings: Settings) -> tuple[Seeded, ...]:
    rain: Context = {"scenario": "heavy-rain"}
    model = EXAMPLE_MODEL if is_fake(settings.model) else settings.model
    return (
        Seeded("Shadow", "Decides everything and books nothing", {**rain, "autonomy": Autonomy.SHADOW.value}),
        Seeded("Approve", "Asks before it books", {**rain, "autonomy": Autonomy.APPROVE.value}),
        Seeded("Capped", "Books alone under the cap, asks above it", {**rain, "autonomy": Autonomy.CAPPED.value}),
        Seeded(
            "Real model",
            f"Asks {model}, which needs its provider's package and key, or TESCOSENSE_MODEL_BASE_URL",
            {**rain, "autonomy": Autonomy.APPROVE.value, "model": model},
        ),
    )


THREADS = (
    Seeded(
        "Heavy rain, booked and measured",
        "Soup sells less in the rain, and ads are booked",
        {"scenario": "heavy-rain", "autonomy": Autonomy.AUTONOMOUS.value, "fast_forward": True},
    ),
    Seeded(
        "Heatwave, in shadow mode",
        "Decided in full, and not booked",
        {"scenario": "heatwave", "autonomy": Autonomy.SHADOW.value},
    ),
    Seeded("An empty shelf", "Nothing that ads would mend", {"scenario": "stock-out", "autonomy": "approve"}),
)


async def seed(client: LangGraphClient, settings: Settings) -> None:
    """Make what is not there yet. One that somebody has changed since stays as they left it."""
    for one in assistants(settings):
        await client.assistants.create(
            GRAPH,
            assistant_id=str(derived_id("assistant", one.name)),
            name=one.name,
            description=one.about,
            context=dict(one.context),
            metadata=SEEDED,
            if_exists="do_nothing",
        )
    for one in THREADS:
        metadata = {**SEEDED, "title": one.name, "about": one.about}
        if await client.threads.search(metadata={**SEEDED, "title": one.name}, limit=1):
            continue
        # Under a new id: a database that outlived its threads has a finished campaign under the old one.
        thread = await client.threads.create(metadata=metadata, graph_id=GRAPH)
        await client.runs.wait(thread["thread_id"], GRAPH, input={}, context=dict(one.context))
