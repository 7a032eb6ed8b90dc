"""`tescosense evaluate`: killed at any instant it goes on, answers of a real model are replayed, runs are compared."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from domain.errors import TescoSenseError
from prompts import FOLDER
from runtime.evaluating.dataset import SHIPPED
from tests.conftest import CommandLine, Finished, Json
from tests.integration.test_real_model import OpenAiCompatible
from tests.integration.test_real_model import server as server
from tests.patience import eventually

Evaluate = Callable[..., Finished]


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """The command in this process, as a start of Python for each would take longer than what is tested."""
    monkeypatch.setenv("TESCOSENSE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "120")

    def run(*words: str) -> Finished:
        done = CliRunner().invoke(app, ["evaluate", *words])
        if isinstance(done.exception, TescoSenseError):
            return Finished(1, done.stdout, str(done.exception))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Finished(done.exit_code, done.stdout, done.stderr)

    return run


def ids_in(path: Path) -> list[str]:
    """Of every whole line but the first."""
    if not path.exists():
        return []
    return [json.loads(line)["id"] for line in path.read_bytes().split(b"\n")[1:-1]]


def has_scored(path: Path, count: int) -> bool | None:
    return len(ids_in(path)) >= count or None


def first_cases(path: Path, name: str, count: int) -> Path:
    lines = (SHIPPED / f"{name}.jsonl").read_text().splitlines()[:count]
    path.write_text("\n".join(lines))
    return path


def timeless(line: Json) -> Json:
    return {name: value for name, value in line.items() if name != "seconds"}


def test_killed_it_goes_on_and_scores_each_case_once_and_the_same(
    tescosense: CommandLine, evaluate: Evaluate, tmp_path: Path
) -> None:
    tmp_path.joinpath("data").mkdir()
    dataset, results = first_cases(tmp_path / "briefs.jsonl", "creative", 12), tmp_path / "results.jsonl"
    for scored in (1, 3):
        process = tescosense.start("evaluate", str(dataset), "--out", str(results), "--at-once", "2")
        eventually(partial(has_scored, results, scored), "a case that is scored")
        process.kill()
        process.wait()
    assert len(ids_in(results)) < 12, "it was killed before its end"
    done = evaluate(str(dataset), "--out", str(results), "--json")
    assert "of 12 cases were scored before" in done.err
    assert Counter(ids_in(results)) == Counter(json.loads(line)["id"] for line in dataset.read_text().splitlines())
    undisturbed = evaluate(str(dataset), "--out", str(tmp_path / "another.jsonl"), "--json")
    assert [timeless(line) for line in done.lines[:-1]] == [timeless(line) for line in undisturbed.lines[:-1]]


def test_another_prompt_is_compared_and_what_it_broke_is_named(
    evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = first_cases(tmp_path / "briefs.jsonl", "creative", 6)
    a, b = (str(tmp_path / f"{name}.jsonl") for name in "ab")
    first = evaluate(str(dataset), "--node", "creative", "--out", a, "--fail-under", "1")
    assert (first.exit_code, first.err.splitlines()[-1]) == (0, "6 of 6 cases")
    assert "6 of 6 cases passed" in first.out
    # The mock copywriter reads the prompt: one that names another product gets an ad for that.
    shutil.copytree(FOLDER, tmp_path / "mine", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    prompt = tmp_path / "mine" / "creative" / "ad_copy.prompty"
    prompt.write_text(
        prompt.read_text().replace("Product: {{ product_name }}", "Product: Brown Bread 800g\nNot: {{ product_name }}")
    )
    monkeypatch.setenv("TESCOSENSE_PROMPTS_DIR", str(tmp_path / "mine"))
    second = evaluate(str(dataset), "--out", b, "--fail-under", "1")
    assert second.exit_code == 1, second.out
    told = evaluate("compare", a, b).out
    assert "limits-sponsored-search  mentions fails now: none of tomato is in it" in told
    assert "paired score intervals (Tango 1998)" in told
    found = json.loads(evaluate("compare", a, b, "--json").out)
    assert (found["metrics"][0]["metric"], found["metrics"][0]["worse"]) == ("passed", 3)
    beyond_chance = found["metrics"][0]["interval"]["high"] < 0
    assert evaluate("compare", a, b, "--fail-on-worse").exit_code == int(beyond_chance)


def test_a_real_models_answers_are_recorded_and_replayed_without_it(
    evaluate: Evaluate,
    tmp_path: Path,
    server: tuple[str, type[OpenAiCompatible]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, handler = server
    dataset, tape = first_cases(tmp_path / "briefs.jsonl", "creative", 3), tmp_path / "tape.jsonl"
    a, b = (str(tmp_path / f"{name}.jsonl") for name in "ab")
    monkeypatch.setenv("TESCOSENSE_MODEL_BASE_URL", url)
    monkeypatch.setenv("TESCOSENSE_MODEL_API_KEY", "test-key")
    asked = evaluate(str(dataset), "--out", a, "--model", "openai:some-model", "--record", str(tape), "--json")
    assert asked.exit_code == 0, asked.err
    assert len(handler.requests) == 3
    monkeypatch.setenv("TESCOSENSE_MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    again = evaluate(str(dataset), "--out", b, "--replay", str(tape), "--json")
    assert again.exit_code == 0, again.err
    assert len(handler.requests) == 3, "nobody was asked"
    assert [timeless(line) for line in again.lines[:-1]] == [timeless(line) for line in asked.lines[:-1]]
    assert again.summary["model"] == "openai:some-model"


def test_what_is_wrong_with_a_command_is_one_sentence(evaluate: Evaluate, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "x", "node": "compliance"}\n')
    for words, told in (
        ((str(bad),), "bad.jsonl, line 1: given is missing: add it."),
        (("complience",), "did you mean 'compliance'?"),
        (("strategy", "--fail-under", "95"), "95 is no share: give --fail-under a number from 0 to 1."),
        (("strategy", "--label", "best"), "'best' names no wording"),
        (("compare", str(bad), str(bad)), "holds no results of an evaluation"),
    ):
        done = evaluate(*words)
        assert done.exit_code == 1, words
        assert told in done.err, words
        assert "\n" not in done.err
