"""What a chat model adds as a reader is measured on every line that is kept back, and counted rightly."""

from agents.compliance.reader.corpus import lines
from agents.compliance.reader.opinion import PROMPT
from bench.law.by_model import TOGETHER, doubted, questions, shares
from domain.creative import Outcome
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.unit.agents.compliance.test_opinion import answered, clear, doubtful
from tests.unit.agents.scripted import Scripted


def test_every_line_kept_back_is_asked_about_once_with_others_of_its_product() -> None:
    asked = [ads for _, ads in questions()]
    assert all(len({line.product for line in ads}) == 1 and len(ads) <= TOGETHER for ads in asked)
    told = [line.id for ads in asked for line in ads]
    assert len(told) == len(set(told))
    held = {line.id for part in ("known", "lawful", "pairs") for line in lines(part) if line.is_kept_back}
    assert set(told) == held | {line.id for line in lines("unseen")}


async def test_the_model_s_doubts_come_back_by_line() -> None:
    ads = next(ads for _, ads in questions() if len(ads) == TOGETHER)
    model = Scripted(script=[answered(*(clear(n) for n in (1, 2, 4, 5)), doubtful(3))])
    assert await doubted(model, PromptLibrary(FOLDER).get(PROMPT), ads) == [False, False, True, False, False]


def test_a_doubt_counts_only_where_nothing_else_has_stopped_the_line() -> None:
    told = shares([(Outcome.PASS, True), (Outcome.PASS, False), (Outcome.FAIL, False), (Outcome.REFER, True)])
    assert told == "4 lines, 50.0% pass the rules alone, 25.0% with it; the model alone lets 50.0% pass"
