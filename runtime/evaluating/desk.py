"""What a dataset is run with: models, prompts and worlds by the settings, and a mark of all that decides an answer."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agents.compliance.reader.opinion import PROMPT as AD_READER
from agents.creative.agent import PROMPT as AD_COPY
from agents.ports import ChatModels
from domain.context import CampaignContext
from prompts.library import PromptLibrary
from runtime.designing.wordings import Which, the_wording
from runtime.evaluating.dataset import Dataset, mark_of
from runtime.evaluating.nodes.scores import Happens, Tools
from runtime.evaluating.results import Result, ResultsFile, RunOf
from runtime.evaluating.running import AT_ONCE, Told, evaluate
from runtime.forking.exchange import code_fingerprints
from runtime.version import VERSION
from world.ports import Worlds

_ASKS: Final = {"creative": AD_COPY, "compliance": AD_READER}
"""The prompt a node's cases ask with."""


class EvaluationDesk:
    """`model` is the one that is asked, `which` the wording of every prompt."""

    def __init__(
        self,
        models: ChatModels,
        prompts: PromptLibrary,
        worlds: Worlds,
        happens: Happens,
        *,
        model: str,
        which: Which,
    ) -> None:
        self.tools = Tools(
            model=model,
            open_model=lambda: models.open(CampaignContext(model=model)),
            prompts=prompts,
            which=which,
            worlds=worlds,
            happens=happens,
        )

    def run_of(self, dataset: Dataset) -> RunOf:
        """What such a run would be. Raises NotFound for a wording there is not, BadInput for one that is no good."""
        tools = self.tools
        asked = sorted({_ASKS[case.node] for case in dataset.cases if case.node in _ASKS})
        wordings = [the_wording(tools.prompts, name, tools.which).template.hash for name in asked]
        return RunOf(
            dataset=dataset.name,
            version=VERSION,
            code=_mark([*code_fingerprints().values(), _scorers()]),
            model=tools.model,
            wording=tools.which.label or "draft",
            prompts=_mark(wordings),
        )

    async def run(
        self, dataset: Dataset, file: ResultsFile, *, at_once: int = AT_ONCE, told: Told = lambda _: None
    ) -> list[Result]:
        """Raises what `evaluate` does, and Conflict for a file of another run."""
        file.begin(self.run_of(dataset))
        return await evaluate(dataset, self.tools, file, at_once=at_once, told=told)


def usual_file(folder: Path, run: RunOf, dataset: Dataset) -> Path:
    """Where a run's results are kept if nobody says: another file for other cases, another model, code or prompt."""
    marks = [run.model_dump_json(), *sorted(mark_of(case) for case in dataset.cases)]
    named = "-".join(re.sub(r"[^\w.]+", "_", part).strip("_")[:40] for part in (Path(run.dataset).stem, run.model))
    return folder / f"{named}-{_mark(marks)}.jsonl"


def _mark(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _scorers() -> str:
    """A mark of the code that scores, which no other mark covers."""
    here = Path(__file__).parent
    return _mark([path.read_text(encoding="utf-8") for path in sorted(here.rglob("*.py"))])
