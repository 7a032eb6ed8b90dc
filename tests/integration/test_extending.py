"""docs/extending.md is carried out: each walkthrough changes a copy of the tree, and runs there."""

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.documents import Block, blocks
from tests.patience import PATIENCE
from tests.unit.house.house import ROOMS
from tests.unit.world.files.test_files_world import HEADER, sales_rows

pytestmark = pytest.mark.xdist_group("extending")
PAGE = ROOT / "docs" / "extending.md"
PICTURES = """
import asyncio, json
from types import SimpleNamespace
from api.routes.graph import get_graph
from runtime.settings import Settings
from runtime.studio import graph as studio
from runtime.wiring import open_system

async def main():
    async with open_system(Settings()) as system, studio(SimpleNamespace(execution_runtime=None)) as picture:
        ours = (await get_graph(system)).model_dump()
        drawn = [edge[:2] for edge in picture.get_graph().edges]
        newest = (await system.campaigns.page(limit=1)).items[0].id
        ran = [node for moment in await system.forks.past(newest) for node in moment.next]
    print(json.dumps({"dashboard": ours["nodes"], "studio": drawn, "past": ran, "campaign": str(newest)}))

asyncio.run(main())
"""
SOLD = """
import asyncio
from domain.context import WorldRef
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms
platform = SimulatedAdPlatforms(SimulatedWorlds(), None).open(WorldRef())
print(*(product.channel.value for product in asyncio.run(platform.products())))
"""


class Copy:
    """A copy of the tree, in which walkthroughs are carried out one after the other."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for room in ROOMS:
            shutil.copytree(ROOT / room, root / room)
        shutil.copy(ROOT / "pyproject.toml", root)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TESCOSENSE_")}
        ours = {"PYTHONPATH": str(root), "TESCOSENSE_DATA_DIR": str(root / "data"), "COLUMNS": "120", "NO_COLOR": "1"}
        self._environment = {**clean, **ours}

    def walk(self, heading: str) -> list[tuple[str, "subprocess.CompletedProcess[str]"]]:
        """Make the changes of a section and run its commands; each with what came of it."""
        for block in section(heading):
            language, _, path = block.language.partition(" ")
            if language == "diff":
                change(self.root / path, block)
            elif path != "walk":
                assert not (self.root / path).exists(), f"{block}: {path} exists"
                (self.root / path).write_text(block.text)
        done = []
        for block in section(heading):
            for line in block.text.splitlines() if block.language == "sh walk" else []:
                program, *words = shlex.split(line, comments=True)
                assert program == "tescosense"
                ran = self.python("-m", "cli", *words)
                expected = re.search(r"exit code (\d)", line)
                assert ran.returncode == (int(expected[1]) if expected else 0), f"{line}: {ran.stdout}{ran.stderr}"
                done.append((line, ran))
        return done

    def python(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def section(heading: str) -> list[Block]:
    """The blocks below a heading, to the next."""
    text = PAGE.read_text()
    first = text[: text.index(f"\n## {heading}\n")].count("\n") + 1
    following = re.search(r"^## ", text[text.index(f"\n## {heading}\n") + 4 :], flags=re.MULTILINE)
    last = first + text[text.index(f"\n## {heading}\n") + 4 :][: following.start()].count("\n") if following else 10**6
    return [block for block in blocks(PAGE) if first < block.line <= last]


def change(path: Path, block: Block) -> None:
    """Carry out what a block with `+` and `-` says; each of its parts must stand in the file, once."""
    for part in re.split(r"^@@\n", block.text, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        text = path.read_text()
        assert text.count(before) == 1, f"{block}: {path.name} has this {text.count(before)} times:\n{before}"
        path.write_text(text.replace(before, after))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("extended"))


def test_a_node_is_three_files_and_is_seen_everywhere(copy: Copy) -> None:
    files = {block.language.partition(" ")[2] for block in section("A node")} - {"walk"}
    assert len(files) == 3
    [(_, ran)] = copy.walk("A node")
    assert re.search(r"^shelf_check +done$", ran.stdout, flags=re.MULTILINE)
    seen = json.loads(copy.python("-c", PICTURES).stdout.splitlines()[-1])
    assert seen["dashboard"].index("shelf_check") == seen["dashboard"].index("approval") + 1
    assert ["shelf_check", "booking"] in seen["studio"]
    assert "shelf_check" in seen["past"]
    long = [one for one in files if len((copy.root / one).read_text().splitlines()) > 350]
    assert not long, "the house allows no longer file"
    # It may be forked there, and what it decides otherwise is found.
    forked = copy.python("-m", "cli", "campaigns", "fork", seen["campaign"], "--at", "shelf_check")
    assert "Nothing differs." in forked.stdout, forked.stderr
    file = copy.root / "agents" / "booking" / "shelf_check.py"
    as_shown = file.read_text()
    file.write_text(as_shown.replace("if all(product.sku != ", "if any(product.sku != "))
    changed = copy.python("-m", "cli", "regress", "--limit", "1")
    file.write_text(as_shown)
    assert changed.returncode == 1, changed.stdout
    assert "because of code: shelf_check" in changed.stdout


def test_a_scenario_is_one_entry(copy: Copy) -> None:
    [(_, ran)] = copy.walk("A scenario")
    assert "vegetables" in ran.stdout.casefold()


def test_a_rule_is_one_entry(copy: Copy) -> None:
    [(_, ran)] = copy.walk("A compliance rule")
    assert "couch potatoes" in ran.stdout


def test_a_channel_is_sold_checked_and_planned_for(copy: Copy) -> None:
    copy.walk("A channel")
    assert "till_receipt" in copy.python("-c", SOLD).stdout


def test_a_source_is_a_module_and_a_line(copy: Copy) -> None:
    with sqlite3.connect(copy.root / "tills.db") as tills:
        tills.execute(f"CREATE TABLE sales ({', '.join(HEADER)})")
        marks = ", ".join("?" for _ in HEADER)
        sold = ([str(value) for value in row] for row in sales_rows(0.6))
        tills.executemany(f"INSERT INTO sales VALUES ({marks})", sold)
    [(_, ran)] = copy.walk("A source of sales")
    assert "real" in ran.stdout
    assert "Your files in tills" in ran.stdout
    served = copy.python("-m", "cli", "serve", "--source", "sqlite:tills.db", "--port", "0")
    assert "'sqlite:tills.db' can be run and is not served" in served.stderr


def test_a_provider_is_a_line_and_says_which_package_it_needs(copy: Copy) -> None:
    [(_, ran)] = copy.walk("A provider of models")
    assert "pip install langchain-fireworks" in ran.stderr


def test_the_file_of_each_block_is_said_where_a_reader_of_the_page_sees_it() -> None:
    lines = PAGE.read_text().splitlines()
    for block in blocks(PAGE):
        path = block.language.partition(" ")[2]
        # Two lines above the fence, which stands above the block's first line.
        assert path == "walk" or lines[block.line - 4] == f"`{path}`", block


def test_every_walkthrough_of_the_page_is_carried_out() -> None:
    headings = set(re.findall(r"^## (.*)$", PAGE.read_text(), flags=re.MULTILINE)) - {"Afterwards"}
    carried_out = set(re.findall(r'copy\.walk\("(.*?)"\)', Path(__file__).read_text()))
    assert carried_out == headings
