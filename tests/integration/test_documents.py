"""What the documents show is what happens: their Python runs, their commands work, their console says what we say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from domain.channel import Channel
from tests.conftest import CommandLine, Finished
from tests.documents import DOCUMENTS, Block, all_blocks, blocks
from tests.integration.test_documents_looked_up import LOOKED_UP, command_of
from tests.patience import PATIENCE
from tests.unit.world.files.test_files_world import HEADER, sales_rows, write

STUDIO = "http://127.0.0.1:2024"

RUN = """
import ast, asyncio, inspect, sys
code = compile(sys.stdin.read(), sys.argv[1], "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
answer = eval(code)
if inspect.iscoroutine(answer):
    asyncio.run(answer)
"""
"""A page of Python as `python -m asyncio` takes it: `await` may stand at the top."""


def python_blocks() -> list[Block]:
    return all_blocks("python")


IN_ORDER = ("tescosense prompts promote", "tescosense prompts rollback")
"""Commands that need what the ones before them did; `test_prompt_releases` runs the whole page of them."""


def command_lines() -> list[tuple[Block, str]]:
    shown = [(block, line) for block in all_blocks("sh") for line in block.text.splitlines() if line.strip()]
    return [
        (block, line) for block, line in shown if command_of(line) not in LOOKED_UP and not line.startswith(IN_ORDER)
    ]


def consoles() -> list[list[tuple[str, str]]]:
    """Of each console, every command at a `$` and what is shown below it, in the order they are typed."""
    found = []
    for block in all_blocks("console"):
        typed = [shown.partition("\n") for shown in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]]
        found.append([(command, told.strip()) for command, _, told in typed])
    return found


def test_the_documents_show_something_to_run() -> None:
    assert python_blocks()
    assert command_lines()
    assert consoles()


@pytest.mark.parametrize("block", python_blocks(), ids=str)
def test_python_in_the_documents_runs(
    block: Block, request: pytest.FixtureRequest, tescosense: CommandLine, tmp_path: Path
) -> None:
    text = block.text
    if STUDIO in text:
        text = text.replace(STUDIO, request.getfixturevalue("studio"))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(block)],
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=tmp_path,
        env=tescosense.environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if "stream" in text:
        for node in ("sensing", "approval", "booking"):
            assert f"'{node}': " in done.stdout, "it says what it streams"


@pytest.mark.parametrize(("block", "line"), command_lines(), ids=lambda value: str(value).split("#")[0].strip())
def test_a_command_in_the_documents_works(block: Block, line: str, tescosense: CommandLine, tmp_path: Path) -> None:
    program, *words = shlex.split(line, comments=True)
    assert program == "tescosense", f"{block} shows a command that no test knows"
    if "ID" in words:
        parked = tescosense("run", "heavy-rain", "--autonomy", "approve", "--json").summary
        words[words.index("ID")] = parked["campaign_id"]
    if any("DIR" in word for word in words):
        write(tmp_path / "sales.csv", HEADER, sales_rows())
        words = [word.replace("DIR", str(tmp_path)) for word in words]

    done = tescosense(*words)

    assert done.exit_code == (1 if "exit code 1" in line else 0), done.err


@pytest.mark.parametrize("typed", consoles(), ids=lambda typed: typed[0][0])
def test_the_console_shows_what_the_commands_print(typed: list[tuple[str, str]], tescosense: CommandLine) -> None:
    for command, shown in typed:
        program, *words = shlex.split(command)
        assert program == "tescosense"
        assert without_figures(story_of(tescosense(*words))) == without_figures(shown)


def story_of(done: Finished) -> str:
    """What was printed up to the first empty line: below it stand the figures and their sources."""
    assert done.exit_code == 0, done.err
    return done.out.split("\n\n")[0].strip()


def without_figures(text: str) -> str:
    """Without what differs from one processor to the next, which rounds another way: figures, and of which channel
    most was learned, and whether more or less. Ids are new each time."""
    channels = "|".join(channel.value.replace("_", " ") for channel in Channel)
    text = re.sub(
        rf"(?:{channels}) (is now believed to lift sales by at most .*), (?:up|down) from", r"CHANNEL \1", text
    )
    return re.sub(r"[\d,.]+", "N", re.sub(r"mb_[0-9a-f]+", "TRANSACTION", text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_block_that_could_be_run_says_its_language(document: Path) -> None:
    programs = "tescosense|make|npm|npx|python|pip|docker|cd|git|curl"
    looks_runnable = re.compile(rf"^(\$ |import |from |([A-Z_]+=\S+ )*({programs}) )", re.MULTILINE)
    run_here = {"python", "sh", "sh serve", "console"}
    elsewhere = {"python", "sh", "diff"} if document.name == "extending.md" else set()
    """Carried out in a copy of the tree, by `test_extending`."""
    others = [
        block
        for block in blocks(document)
        if block.language not in run_here and block.language.partition(" ")[0] not in elsewhere
    ]
    assert [str(block) for block in others if looks_runnable.search(block.text)] == []
