"""What models have answered before, kept: what is paid for once, and what is never given again."""

from collections.abc import Sequence
from contextlib import suppress

from langchain_core.messages import AIMessage

from agents.asking.ask import ask
from agents.asking.calls import Calls
from domain.creative import AdCopy
from domain.errors import TescoSenseError
from domain.events import ModelCalled
from prompts import FOLDER
from prompts.library import PromptLibrary
from storage.engine.database import Database
from storage.models.answers import AnswerCache
from tests.unit.agents.scripted import Scripted
from tests.unit.agents.test_asking import GOOD, called

PROMPT = PromptLibrary(FOLDER).preview("creative/ad_copy")
UNUSABLE = called(**GOOD | {"headline": "x" * 99})
USABLE = called(**GOOD)


async def asked(database: Database, script: Sequence[AIMessage | Exception]) -> list[tuple[str, str]]:
    """Where each answer came from, and what came of it. The whole script is asked for, or the test fails."""
    told: list[ModelCalled] = []
    model = Scripted(script=list(script), cache=AnswerCache(database))
    with suppress(TescoSenseError):
        await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=told.append)
    assert model.script == []
    return [(call.came_from.value, call.outcome) for call in told]


async def test_a_try_after_an_unusable_answer_is_never_given_it_again(database: Database) -> None:
    """Words that are unusable twice are sent back the same, so that the third question is the second one."""
    assert await asked(database, [UNUSABLE, UNUSABLE, USABLE]) == [
        ("model", "unusable"),
        ("model", "unusable"),
        ("model", "answered"),
    ]
    assert await asked(database, []) == [("cache", "unusable"), ("cache", "answered")], "what was paid for is kept"


async def test_nor_when_the_node_begins_anew(database: Database) -> None:
    assert await asked(database, [UNUSABLE, UNUSABLE, TimeoutError()]) == [
        ("model", "unusable"),
        ("model", "unusable"),
        ("model", "failed"),
    ]
    assert await asked(database, [USABLE]) == [("cache", "unusable"), ("model", "answered")]


async def test_what_was_of_no_use_in_the_end_is_all_forgotten(database: Database) -> None:
    assert await asked(database, [UNUSABLE] * 3) == [("model", "unusable")] * 3
    assert await asked(database, [USABLE]) == [("model", "answered")]
