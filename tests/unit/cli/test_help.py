"""Asking for help loads nothing that only work needs, and help still shows everything."""

import subprocess
import sys
from importlib.metadata import version

import pytest

from cli.main import app
from tests.conftest import CommandLine

# Pydantic is not among them: typer itself loads it to read the arguments of a subcommand.
HEAVY = [
    *("numpy", "scipy", "sqlalchemy", "langgraph", "langchain_core", "fastapi", "uvicorn", "httpx"),
    *("structlog", "prometheus_client", "duckdb", "jinja2", "yaml", "asyncio", "rich.console"),
    *("agents", "graph", "runtime", "storage", "world"),
]
LOADED = f"""
import sys
sys.argv = ["tescosense", *sys.argv[1:]]
from cli.main import main
try:
    main()
except SystemExit:
    pass
print("loaded:", *(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""
COMMANDS = [
    (),
    ("run",),
    ("serve",),
    ("worker",),
    ("bench",),
    ("doctor",),
    ("campaigns",),
    ("campaigns", "approve"),
    ("prompts",),
    ("prompts", "render"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_loads_nothing_that_only_work_needs(command: tuple[str, ...], tescosense: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *command, "--help"],
        capture_output=True,
        text=True,
        timeout=120,
        env=tescosense.environment,
        check=False,
    )
    assert done.stdout.startswith(f"Usage: {' '.join(('tescosense', *command))}")
    assert done.stderr.splitlines()[-1].strip() == "loaded:"


def test_help_names_every_command_with_what_it_does(tescosense: CommandLine) -> None:
    shown = tescosense("--help").out
    for command in app.registered_commands:
        assert f"  {command.name} " in shown
    for group in app.registered_groups:
        assert f"  {group.name} " in shown
    assert "Run one campaign and play its flight out." in shown


def test_help_of_a_command_names_its_options_choices_and_defaults(tescosense: CommandLine) -> None:
    shown = tescosense("run", "--help").out
    for option in ("--source", "--seed", "--budget", "--autonomy", "--model", "--cycles", "--fault", "--json"):
        assert option in shown
    assert "shadow|approve|capped|autonomous" in shown
    assert "5000" in shown


def test_the_version_is_told_without_a_command(tescosense: CommandLine) -> None:
    done = tescosense("--version")
    assert (done.exit_code, done.out.split()) == (0, ["tescosense", version("tescosense")])


@pytest.mark.parametrize("begun", ["cli.telling.following", "api.app", "runtime.wiring"])
def test_what_only_a_node_needs_is_loaded_when_it_runs(begun: str, tescosense: CommandLine) -> None:
    """SciPy, with the half of NumPy that nobody else loads, takes a sixth of the time to a run's first event."""
    code = f"import sys, {begun}; print(*(name for name in ('scipy', 'numpy.f2py') if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env=tescosense.environment,
        check=True,
    )
    assert done.stdout.split() == []
