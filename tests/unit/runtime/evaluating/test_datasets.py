"""A dataset is read whole, and a line that is no case is told with its file, its number and what to do."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from domain.errors import BadInput, NotFound
from runtime.evaluating.dataset import NODES, Dataset, mark_of, read_dataset
from runtime.evaluating.nodes.compliance import ComplianceCase
from runtime.evaluating.nodes.strategy import StrategyCase
from tests.unit.runtime.evaluating.kit import planning, written

GOOD = planning("good", 360)
AD = {"id": "ad", "node": "compliance", "given": {"product": {"name": "Soup", "category": "soup"}, "body": "Soup."}}
DEARER = {"product": {"name": "Soup", "category": "soup", "pric": 1}, "body": "Soup."}
SILENT = {"product": {"name": "Soup", "category": "soup"}}
BAD = [
    ("{", "no JSON (Expecting property name enclosed in double quotes, at character 2): write one object a line."),
    ("[1]", 'a case is an object: write {"id": ..., "node": ..., "given": ..., "expect": ...}.'),
    ({**GOOD, "node": "strategi"}, "there are no cases of the node 'strategi': did you mean 'strategy'?"),
    ({key: value for key, value in GOOD.items() if key != "node"}, "node is missing: name the node the case is of"),
    ({**GOOD, "id": "x", "expekt": 1}, "there is no 'expekt' in a case: did you mean 'expect'?"),
    ({"id": "x", "node": "strategy", "given": GOOD["given"], "expekt": GOOD["expect"]}, "did you mean 'expect'?"),
    ({**GOOD, "id": "x", "given": {"cells": [], "totl": 9}}, "there is no 'totl' in given: did you mean 'total'?"),
    ({**GOOD, "id": "x", "expect": {"profits": 1}}, "there is no 'profits' in expect: did you mean 'profit'?"),
    ({**GOOD, "id": "x", "expect": {}}, "expect.profit is missing: add it."),
    ({**GOOD, "id": "x", "expect": {"profit": 1, "shrt": 0}}, "there is no 'shrt' in expect: did you mean 'short'?"),
    ({**GOOD, "id": "x", "expect": {"profit": "lots"}}, "expect.profit is 'lots': Input should be a valid number"),
    ({**AD, "expect": {"verdict": "ok"}}, "expect.verdict.0 is 'ok': Input should be 'pass', 'fail' or 'refer'."),
    ({**AD, "given": DEARER, "expect": {"verdict": "pass"}}, "no 'pric' in given.product: did you mean 'price'?"),
    ({**AD, "given": SILENT, "expect": {"verdict": "pass"}}, "give a headline, a body or a call_to_action"),
    (GOOD, "a case is called 'good' already (cases.jsonl, line 1): give it a name of its own."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "told"), BAD, ids=[told[:40] for _, told in BAD])
def test_a_line_that_is_no_case_is_told_in_a_sentence(tmp_path: Path, line: object, told: str) -> None:
    file = written(tmp_path / "cases.jsonl", [GOOD, "", line if isinstance(line, str | dict) else str(line)])
    with pytest.raises(BadInput) as refused:
        read_dataset(str(file))
    assert str(refused.value).startswith("cases.jsonl, line 3"), str(refused.value)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_bytes_that_are_no_text_are_told_by_their_line(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b'{"id": 1}\n"\xff"\n')
    with pytest.raises(BadInput, match=r"cases\.jsonl, line 2 is not UTF-8: save it as UTF-8"):
        read_dataset(str(file))


def test_a_dataset_that_there_is_not_is_told_with_the_near_miss(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(NotFound, match="did you mean 'compliance'"):
        read_dataset("complience")
    with pytest.raises(BadInput, match="holds no case"):
        read_dataset(str(written(tmp_path / "none.jsonl", [])))
    with pytest.raises(BadInput, match=r"holds no \*.jsonl"):
        read_dataset(str(empty))
    good = read_dataset(str(written(tmp_path / "one.jsonl", [GOOD])))
    with pytest.raises(BadInput, match="has no case of creative: it has cases of strategy"):
        good.of("creative")


def test_windows_files_and_folders_of_them_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    written(folder / "a.jsonl", [GOOD])
    (folder / "b.jsonl").write_bytes(b"\xef\xbb\xbf" + (folder / "a.jsonl").read_bytes().replace(b'"good"', b'"b"'))
    (folder / "c.jsonl").write_bytes(
        (folder / "a.jsonl").read_bytes().replace(b'"good"', b'"c"').replace(b"\n", b"\r\n")
    )
    assert [case.id for case in read_dataset(str(folder)).cases] == ["good", "b", "c"]


def test_the_mark_of_a_case_is_of_what_it_asks_and_expects(tmp_path: Path) -> None:
    def marked(**more: object) -> str:
        [case] = read_dataset(str(written(tmp_path / "one.jsonl", [{**GOOD, **more}]))).cases
        return mark_of(case)

    assert marked() == marked(because="another reason")
    assert marked() != marked(expect={"profit": 361})


@pytest.fixture(scope="module")
def shipped() -> Dataset:
    return read_dataset("all")


def test_each_node_has_cases_and_each_case_says_where_its_answer_is_from(shipped: Dataset) -> None:
    assert len(shipped.cases) >= 60
    assert {case.node for case in shipped.cases} == set(NODES)
    assert [case.id for case in shipped.cases if not case.because] == []


def test_right_answers_of_compliance_are_of_every_kind(shipped: Dataset) -> None:
    cases = [case for case in shipped.cases if isinstance(case, ComplianceCase)]
    lawful = [case for case in cases if case.expect.verdict == ["pass"]]
    assert len(lawful) >= 15
    assert len(cases) - len(lawful) >= 30
    assert all(case.expect.clause or case.because for case in cases)


def test_no_combination_on_a_grid_earns_more_than_the_right_answers_of_planning(shipped: Dataset) -> None:
    """What is shipped was found by a finer search of the same kind; this one is coarse, and shares no line with the
    solver."""
    for case in shipped.cases:
        if isinstance(case, StrategyCase):
            coarse = by_trying_all(case, step=20.0)
            assert coarse <= case.expect.profit + 0.005, case.id
            assert coarse >= case.expect.profit * 0.97 - 0.005, case.id


def by_trying_all(case: StrategyCase, step: float) -> float:
    given, best = case.given, 0.0
    choices = []
    for cell in given.cells:
        budgets = {0.0, cell.minimum, min(cell.maximum, given.total), *np.arange(0, given.total + step, step)}
        choices.append([b for b in sorted(budgets) if b == 0 or cell.minimum <= b <= min(cell.maximum, given.total)])
    for bought in itertools.product(*choices):
        spent = sum(bought)
        if spent <= given.total and max(bought) <= given.maximum_share * spent + 1e-9:
            earned = (
                c.first_return * c.scale * (1 - np.exp(-b / c.scale)) for c, b in zip(given.cells, bought, strict=True)
            )
            best = max(best, float(sum(earned)) - spent)
    return best
