"""The command's front door: its subcommands, and one sentence and a non-zero exit for every mistake."""

import gc
import os
import sys
from typing import Annotated

import typer

from cli import audit, bench, compliance, data, doctor, run, serve, worker
from cli.beliefs.commands import app as beliefs
from cli.campaigns import app as campaigns
from cli.evaluating.commands import app as evaluate
from cli.histories import costs, files, futures, regress
from cli.prompts.commands import app as prompts
from domain.errors import TescoSenseError
from domain.secrets import masked

app = typer.Typer(
    name="tescosense",
    help="Retail media campaigns in a closed loop: sense, decide, create, book, measure, learn.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: boxes would cost more to load than all the rest of it
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(asked: bool) -> None:
    if asked:
        from runtime.version import VERSION

        print(f"tescosense {VERSION}")
        raise typer.Exit


app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
futures.join(campaigns)
files.join(campaigns)
costs.join(campaigns)
app.add_typer(campaigns, name="campaigns")
app.add_typer(beliefs, name="beliefs")
app.add_typer(prompts, name="prompts")
app.add_typer(compliance.app, name="compliance")
app.add_typer(data.app, name="data")
app.command("audit")(audit.audit)
app.command("regress")(regress.regress)
app.add_typer(evaluate, name="evaluate")
app.command("bench")(bench.bench)
app.command("doctor")(doctor.doctor)

SERVING = frozenset({"serve", "worker"})
"""The commands whose log is all that tells of their campaigns; the others show them."""


@app.callback()
def prepare(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="print the version and stop")
    ] = False,
) -> None:
    """What every command needs and asking for help does not."""
    if set(sys.argv) & set(context.help_option_names):
        return
    from runtime.telemetry.logs import HAPPENINGS, configure_logging

    configure_logging(shown=frozenset() if context.invoked_subcommand in SERVING else HAPPENINGS)


def main() -> None:
    """Run the command. Our own errors become one line on standard error and exit code 1."""
    # Importing makes objects that stay; looking them over for garbage at the usual pace takes a seventh of the start.
    gc.set_threshold(50_000)
    # What a house writes is nobody else's to read: files 0600, directories 0700.
    os.umask(0o077)
    complaint = _complaint()
    if complaint:
        print(f"tescosense: {masked(complaint)}", file=sys.stderr)
    sys.exit(1)


def _complaint() -> str:
    """What went wrong with the command, in one sentence; it exits itself when nothing did."""
    if any("\udc80" <= character <= "\udcff" for word in sys.argv for character in word):
        return "an argument is not text in this machine's encoding: type it anew."
    try:
        app()
    except TescoSenseError as error:
        return str(error)
    except ValueError as error:
        misfit = _misfit(error)
        if not misfit:
            raise
        return misfit
    except BrokenPipeError:
        # Whoever read our output has seen enough; flushing again at exit would only complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ""


def _misfit(error: ValueError) -> str:
    """The first value that does not fit: by the name of its setting, or of its option; empty for another error."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from runtime.settings import Settings
    from runtime.telemetry.logs import LogSettings

    if isinstance(error, SettingsError):
        return str(error)
    if not isinstance(error, ValidationError):
        return ""
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"])
    is_setting = error.title in (Settings.__name__, LogSettings.__name__)
    given = f"TESCOSENSE_{name.upper()}" if is_setting else f"--{name.replace('_', '-')}"
    where = f"{given}: " if name else ""
    return f"{where}{first['msg'].removeprefix('Value error, ').rstrip('.')}."
