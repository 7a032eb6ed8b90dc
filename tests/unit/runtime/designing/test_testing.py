"""Cases are asked several at a time; where the model is worth another try, the rest are left."""

import asyncio
from datetime import date

import pytest

from domain.errors import TransientFailure
from llm_mocks.chat import FakeChatModel
from prompts import FOLDER
from prompts.library import PromptLibrary
from runtime.designing import testing
from runtime.designing.wordings import Which, cases_of, the_wording


async def test_cases_that_are_left_are_neither_asked_nor_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PromptLibrary(FOLDER)
    wording = the_wording(library, "creative/ad_copy", Which())
    cases = cases_of(library, wording)
    assert len(cases) > testing.AT_ONCE
    asked: list[object] = []
    all_at_once = asyncio.Event()

    async def busy(*of: object) -> None:
        asked.append(of)
        if len(asked) < testing.AT_ONCE:
            await all_at_once.wait()
            await asyncio.Event().wait()
        all_at_once.set()
        raise TransientFailure("the model is busy", remedy="try again")

    monkeypatch.setattr(testing, "answered", busy)
    before = asyncio.all_tasks()
    with pytest.raises(TransientFailure, match="busy"):
        await testing.tested(FakeChatModel(), "some:model", wording, cases, date(2026, 11, 1), are_hostile=False)
    assert len(asked) == testing.AT_ONCE
    assert asyncio.all_tasks() == before
