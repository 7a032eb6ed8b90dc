"""A run ended at any byte of its file goes on, and no case is scored twice."""

import json
from pathlib import Path

import pytest

from domain.errors import BadInput, Conflict, TransientFailure
from runtime.evaluating import running
from runtime.evaluating.dataset import Case, read_dataset
from runtime.evaluating.nodes.scores import Score, Tools
from runtime.evaluating.results import Result, open_results, read_results
from tests.conftest import Json
from tests.unit.runtime.evaluating.kit import desk_in, planning, tools_in, written


def lines_of(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_a_run_cut_off_at_any_byte_goes_on_and_scores_nothing_twice(tmp_path: Path) -> None:
    dataset = read_dataset(
        str(written(tmp_path / "cases.jsonl", [planning(f"case-{n}", 300 + 30 * n) for n in range(4)]))
    )
    desk, path = desk_in(tmp_path), tmp_path / "results.jsonl"
    with open_results(path) as file:
        whole = await desk.run(dataset, file)
    assert [result.passed for result in whole] == [True, True, True, False], "£390 is more than can be earned"
    text = path.read_bytes()
    right = [{**result.model_dump(), "seconds": 0} for result in whole]
    for cut in range(0, len(text), 7):
        path.write_bytes(text[:cut])
        kept = text[:cut].count(b"\n") - 1
        asked: list[Result] = []
        with open_results(path) as file:
            again = await desk.run(dataset, file, told=asked.append)
        assert [{**result.model_dump(), "seconds": 0} for result in again] == right, cut
        assert len(asked) == 4 - max(kept, 0), cut
        ids = [line["id"] for line in lines_of(path)[1:]]
        assert sorted(ids) == [f"case-{n}" for n in range(4)], cut


async def test_a_damaged_line_is_left_out_and_its_case_asked_anew(tmp_path: Path) -> None:
    dataset = read_dataset(str(written(tmp_path / "cases.jsonl", [planning("a", 360), planning("b", 360)])))
    desk, path = desk_in(tmp_path), tmp_path / "results.jsonl"
    with open_results(path) as file:
        await desk.run(dataset, file)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], b"\0" * 40, b"[" * 100_000, lines[2]]) + b"\n")
    asked: list[Result] = []
    with open_results(path) as file:
        assert file.already.damaged == 2
        assert len(await desk.run(dataset, file, told=asked.append)) == 2
    assert len(asked) == 1
    assert set(read_results(path).by_id) == {"a", "b"}


async def test_a_file_of_another_run_or_another_question_or_another_kind_is_refused(tmp_path: Path) -> None:
    dataset = read_dataset(str(written(tmp_path / "cases.jsonl", [planning("a", 360)])))
    desk, path = desk_in(tmp_path), tmp_path / "results.jsonl"
    with open_results(path) as file:
        await desk.run(dataset, file)
    kept = path.read_bytes()
    otherwise = read_dataset(str(written(tmp_path / "others.jsonl", [planning("a", 350)])))
    with open_results(path) as file, pytest.raises(BadInput, match="case a, which asks something else by now"):
        await desk.run(otherwise, file)
    path.write_bytes(kept.replace(b'"model":"fake:copywriter"', b'"model":"openai:gpt"'))
    with open_results(path) as file, pytest.raises(Conflict, match=r"run of another model \(model openai:gpt\)"):
        await desk.run(dataset, file)
    path.write_text("one,two\n")
    with pytest.raises(BadInput, match="holds no results of an evaluation"), open_results(path):
        pass
    assert path.read_text() == "one,two\n", "what is somebody else's is left as it is"


def test_one_process_at_a_time_writes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with open_results(path), pytest.raises(Conflict, match="another evaluation is writing"), open_results(path):
        pass
    with open_results(path):
        pass


async def test_a_model_that_asks_for_another_try_is_asked_again_and_what_was_scored_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    async def busy(case: Case, tools: Tools) -> list[Score]:
        tries.append(case.id)
        if case.id == "b" or len(tries) < 3:
            raise TransientFailure("the model is busy", remedy="try again")
        return [Score(metric="profit", passed=True)]

    monkeypatch.setattr(running, "FIRST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(running, "scores_of", busy)
    dataset = read_dataset(str(written(tmp_path / "cases.jsonl", [planning("a", 360), planning("b", 360)])))
    path = tmp_path / "results.jsonl"
    with open_results(path) as file:
        file.begin(desk_in(tmp_path).run_of(dataset))
        with pytest.raises(TransientFailure, match="the model is busy"):
            await running.evaluate(dataset, tools_in(tmp_path), file, at_once=1)
    assert (tries.count("a"), tries.count("b")) == (3, running.TRIES)
    assert set(read_results(path).by_id) == {"a"}
