"""Ads after public rulings and advice, each with its source: what the gate was mended by stays mended.

Those it was not mended by are shipped as the dataset `rulings`; docs/evaluating.md has how it does on them.
"""

from pathlib import Path

import pytest

from runtime.evaluating.dataset import read_dataset, scores_of
from runtime.evaluating.nodes.compliance import ComplianceCase
from tests.unit.runtime.evaluating.kit import tools_in

_TUNED = read_dataset(str(Path(__file__).parents[3] / "data" / "rulings" / "tuned.jsonl")).cases


@pytest.mark.parametrize("case", _TUNED, ids=[case.id for case in _TUNED])
async def test_an_ad_is_judged_as_the_ruling_did(case: ComplianceCase, tmp_path: Path) -> None:
    assert [score.told for score in await scores_of(case, tools_in(tmp_path)) if not score.passed] == []
