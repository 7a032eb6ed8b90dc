"""How much a real chat model adds as a reader, in the small one's place: `python -m bench.law.by_model openai:NAME`.

It is asked about every line that is kept back, as the gate asks it: by the prompt as it ships, several ads of one
product in a question. How much it will ask is printed first; nothing is kept.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence

from langchain_core.language_models import BaseChatModel

from agents.asking.calls import Calls
from agents.compliance.case import AdText, Placement
from agents.compliance.reader.corpus import Line, Part, lines, products
from agents.compliance.reader.opinion import PROMPT, doubts_of
from bench.law.law import FLIGHT, REGIONS, judge
from domain.context import CampaignContext
from domain.creative import Outcome
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.library import PromptLibrary
from prompts.template import PromptTemplate

TOGETHER = 5
"""Ads in a question, as many as a plan has channels."""
JUDGED: tuple[Part, ...] = ("known", "unseen", "lawful", "pairs")


def questions() -> Iterator[tuple[Part, list[Line]]]:
    """The lines that are kept back, and all of the unseen families, by product and in handfuls."""
    for part in JUDGED:
        held = [line for line in lines(part) if line.is_kept_back or part == "unseen"]
        for product in sorted({line.product for line in held}):
            same = [line for line in held if line.product == product]
            for start in range(0, len(same), TOGETHER):
                yield part, same[start : start + TOGETHER]


async def doubted(model: BaseChatModel, prompt: PromptTemplate, ads: Sequence[Line]) -> list[bool]:
    """Whether the model would ask for a person, line by line; all of one product."""
    product = products()[ads[0].product]
    placement = Placement(product.sku, product.category, (), FLIGHT, REGIONS, minimum_age=18)
    texts = [AdText(line.headline, line.body, line.call_to_action, "", product.sku) for line in ads]
    found = await doubts_of(
        texts, placement, product, model=model, prompt=prompt, calls=Calls(most=3), announce=lambda _: None
    )
    return [doubt is not None for doubt in found]


async def main(name: str) -> None:
    """Ask about everything and print the shares."""
    asked = list(questions())
    print(f"{len(asked)} questions about {sum(len(ads) for _, ads in asked)} ads to {name}", flush=True)
    model = ModelRegistry().open(CampaignContext(model=name))
    prompt = PromptLibrary(FOLDER).get(PROMPT)
    told: dict[str, list[tuple[Outcome, bool]]] = {}
    for part, ads in asked:
        for line, doubt in zip(ads, await doubted(model, prompt, ads), strict=True):
            kind = f"{part}, {'lawful' if line.label == 'pass' else 'unlawful or doubtful'}"
            told.setdefault(kind, []).append((judge(line, model_reads=True).outcome, doubt))
    for kind, verdicts in told.items():
        print(f"{kind}: {shares(verdicts)}")


def shares(verdicts: Sequence[tuple[Outcome, bool]]) -> str:
    """What passes, of lines with the rules' verdict and whether the model doubts."""
    count = len(verdicts)
    without = sum(outcome is Outcome.PASS for outcome, _ in verdicts)
    left = sum(outcome is Outcome.PASS and not doubt for outcome, doubt in verdicts)
    alone = sum(not doubt for _, doubt in verdicts)
    return (
        f"{count} lines, {without / count:.1%} pass the rules alone, {left / count:.1%} with it; "
        f"the model alone lets {alone / count:.1%} pass"
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
