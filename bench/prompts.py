"""What checking prompts costs beside only parsing their front matter, as the YAML library does it by itself."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import yaml

from bench.report import BenchReport, Row, report
from prompts import FOLDER
from prompts.check import check_prompts, prompt_files
from prompts.checking.yaml_tree import LOADER
from prompts.front_matter import Fences
from prompts.sandbox import compiled

TEMPLATES: Final = 100
ROUNDS: Final = 7
TARGET: Final = 3.0
"""Times the YAML library's own `safe_load` of the same front matter."""


def run() -> BenchReport:
    with tempfile.TemporaryDirectory() as folder:
        shops = _shops(Path(folder))
        texts = [Fences(path.read_text(encoding="utf-8")).text for shop in shops for path in prompt_files(shop)]
        sides: dict[str, Callable[[], None]] = {
            "check": lambda: _check(shops),
            "safe_load": lambda: _each(texts, yaml.SafeLoader),
            "fastest": lambda: _each(texts, LOADER),
        }
        took: dict[str, list[float]] = {name: [] for name in sides}
        # In turns, so that whatever else the machine does falls on all of them.
        for _ in range(ROUNDS):
            for name, side in sides.items():
                # What one round has compiled, the next shall compile again: a command checks each file once.
                compiled.cache_clear()
                began = time.perf_counter()
                side()
                took[name].append(time.perf_counter() - began)
    middle = {name: statistics.median(times) * 1000 for name, times in took.items()}
    ratio = middle["check"] / middle["safe_load"]
    return report(
        "prompts",
        [
            Row(what=f"check of {TEMPLATES} templates", value=round(middle["check"], 1), unit="ms", better="lower"),
            Row(what="the YAML library's safe_load", value=round(middle["safe_load"], 1), unit="ms", better="lower"),
            Row(what="its parser in C, which check uses", value=round(middle["fastest"], 1), unit="ms", better="lower"),
            Row(what="check to safe_load", value=round(ratio, 2), unit="x", target=TARGET, better="lower"),
            Row(
                what="check to the parser in C",
                value=round(middle["check"] / middle["fastest"], 2),
                unit="x",
                better="lower",
            ),
        ],
        ratio=ratio,
        target=TARGET,
        better="lower",
        notes=[
            f"the shipped prompts with their partials, {TEMPLATES} files in {len(shops)} folders; "
            f"the median of {ROUNDS} rounds, the sides in turns",
            "check reads each file, checks front matter and body, and compiles the body; "
            "the other two parse the front matter alone, from memory",
        ],
    )


def _shops(root: Path) -> list[Path]:
    """Folders of the shipped prompts, no two templates the same, with as many as `TEMPLATES` in all."""
    shipped = prompt_files(FOLDER)
    shops = []
    for number in range(TEMPLATES // len(shipped)):
        shop = root / f"shop{number}"
        shutil.copytree(FOLDER / "partials", shop / "partials")
        for path in shipped:
            file = shop / path.relative_to(FOLDER)
            file.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8").replace("\nsystem:\n", f"\nsystem:\nYou write for shop {number}.\n")
            file.write_text(text, encoding="utf-8")
        shops.append(shop)
    return shops


def _check(shops: list[Path]) -> None:
    for shop in shops:
        if found := check_prompts(shop):
            raise AssertionError(f"a shipped prompt does not pass: {found[0]}")


def _each(texts: list[str], loader: type[yaml.SafeLoader]) -> None:
    for text in texts:
        yaml.load(text, Loader=loader)
