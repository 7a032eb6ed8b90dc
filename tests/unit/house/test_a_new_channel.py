"""A channel is written down in three places, and the type checker names those that a new one is missing from."""

import re
import subprocess
import sys
from pathlib import Path

from domain.channel import Channel
from tests.conftest import ROOT

RECORDS = ("agents/response/channels.py", "domain/channel.py", "world/simulated/channels.py")
PARTIAL = "world/simulated/truth.py"
"""Names the pairs of channel and category that are out of the ordinary; every other is ordinary."""
ROOMS = ("agents", "api", "bench", "cli", "domain", "frontend", "graph", "llm_mocks", "runtime", "storage", "world")
NOT_OURS = {"node_modules", "generated", "out", ".next", "test-results", "tests", "e2e", "migrations"}
"""A migration keeps the channels of its day: rows from then on are written by the record."""


def test_a_channel_that_is_only_named_is_three_errors_of_the_type_checker(tmp_path: Path) -> None:
    first = next(iter(Channel))
    line = f'    {first.name} = "{first.value}"\n'
    source = (ROOT / "domain" / "channel.py").read_text()
    assert source.count(line) == 1
    named = tmp_path / "channel.py"
    named.write_text(source.replace(line, f'{line}    CARRIER_PIGEON = "carrier_pigeon"\n'))

    command = [
        sys.executable,
        "-m",
        "mypy",
        "--cache-dir",
        str(tmp_path / "cache"),
        "--no-error-summary",
        "--follow-imports",
        "skip",
    ]
    shadow = ["--shadow-file", "domain/channel.py", str(named)]
    checked = subprocess.run([*command, *shadow, *RECORDS], cwd=ROOT, capture_output=True, text=True, check=False)

    errors = [line for line in checked.stdout.splitlines() if ": error: " in line]
    assert sorted(error.partition(":")[0] for error in errors) == list(RECORDS), checked.stdout + checked.stderr
    assert all("Literal[Channel.CARRIER_PIGEON]" in error for error in errors)


def test_no_other_code_names_a_channel() -> None:
    """What tells one channel from another belongs in a record."""
    members = "|".join(channel.name for channel in Channel)
    values = "|".join(channel.value for channel in Channel if "_" in channel.value)
    naming = re.compile(rf"\bChannel\.(?:{members})\b|[\"'](?:{values})[\"']")
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for suffix in ("py", "ts", "tsx")
        for path in (ROOT / room).rglob(f"*.{suffix}")
        if not NOT_OURS.intersection(path.relative_to(ROOT).parts) and naming.search(path.read_text())
    }
    assert found == {*RECORDS, PARTIAL}
