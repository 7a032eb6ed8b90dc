"""What chat models have answered before, so that a question is paid for once: LangChain's cache on our database.

An answer that comes from here says so, and is shown as such.
"""

import hashlib
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from langchain_core._api import LangChainBetaWarning
from langchain_core.caches import BaseCache
from langchain_core.load import dumps, loads
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, Generation
from pydantic import BaseModel
from sqlalchemy import Connection, select

from domain.kept_answers import can_be_forgotten, looked_up
from domain.model_calls import FROM_CACHE
from storage.engine.database import Database
from storage.engine.statements import upsert
from storage.schema.system_tables import model_answers

_C = model_answers.c


class AnswerCache(BaseCache):
    """Answers by what was asked: the messages, and the model with its settings. Asked asynchronously alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def alookup(self, prompt: str, llm_string: str) -> Sequence[Generation] | None:
        key = _key(prompt, llm_string)
        query = select(_C.answer).where(_C.key == key)
        text: str | None = await self._database.read(lambda connection: connection.scalar(query))
        await looked_up(is_kept=text is not None)
        if text is None:
            return None
        can_be_forgotten(partial(self._forget, key))
        message = _read(text)
        marked = message.model_copy(update={"response_metadata": message.response_metadata | FROM_CACHE})
        return [ChatGeneration(message=marked)]

    async def aupdate(self, prompt: str, llm_string: str, return_val: Sequence[Generation]) -> None:
        first = return_val[0]
        if not isinstance(first, ChatGeneration) or not isinstance(first.message, AIMessage):
            return
        key = _key(prompt, llm_string)
        row = {"key": key, "answer": dumps(_plain(first.message)), "kept_at": datetime.now(UTC)}
        await self._database.write(lambda connection: upsert(connection, model_answers, [row]))
        can_be_forgotten(partial(self._forget, key))

    async def _forget(self, key: str) -> None:
        await self._database.write(lambda connection: connection.execute(model_answers.delete().where(_C.key == key)))

    async def trim(self, before: datetime) -> int:
        """Drop the answers of before then; how many there were. Whoever asks the same again is answered anew."""
        query = model_answers.delete().where(_C.kept_at < before)
        return await self._database.write(lambda connection: connection.execute(query).rowcount)

    async def aclear(self, **kwargs: Any) -> None:
        def unit(connection: Connection) -> None:
            connection.execute(model_answers.delete())

        await self._database.write(unit)

    def lookup(self, prompt: str, llm_string: str) -> Sequence[Generation] | None:
        raise NotImplementedError("the answers are kept in a database that is asked asynchronously")

    def update(self, prompt: str, llm_string: str, return_val: Sequence[Generation]) -> None:
        raise NotImplementedError("the answers are kept in a database that is asked asynchronously")

    def clear(self, **kwargs: Any) -> None:
        raise NotImplementedError("the answers are kept in a database that is asked asynchronously")


def _key(prompt: str, llm_string: str) -> str:
    return hashlib.sha256(f"{llm_string}\n{prompt}".encode()).hexdigest()


def _read(text: str) -> AIMessage:
    with warnings.catch_warnings():
        # That reading is new in LangChain is nothing to whoever runs a campaign.
        warnings.simplefilter("ignore", LangChainBetaWarning)
        message: AIMessage = loads(text, allowed_objects="messages")
    return message


def _plain(message: AIMessage) -> AIMessage:
    """What OpenAI's client has already read into a form is kept as its fields: forms are made anew in each process."""
    parsed = message.additional_kwargs.get("parsed")
    if not isinstance(parsed, BaseModel):
        return message
    fields = {**message.additional_kwargs, "parsed": parsed.model_dump(mode="json")}
    return message.model_copy(update={"additional_kwargs": fields})
