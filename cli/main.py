"""The command's front door: its subcommands, and one sentence and a non-zero exit for every mistake."""

import gc
import os
import sys

import typer
from pydantic import ValidationError

from cli import bench, campaigns, doctor, prompts, run, serve, worker
from domain.errors import TescoSenseError
from runtime.telemetry import configure_logging

app = typer.Typer(
    name="tescosense",
    help="Retail media campaigns in a closed loop: sense, decide, create, book, measure, learn.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(prompts.app, name="prompts")
app.command("bench")(bench.bench)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command. Our own errors become one line on standard error and exit code 1."""
    configure_logging()
    # Importing makes objects that stay; looking them over for garbage at the usual pace takes a seventh of the start.
    gc.set_threshold(50_000)
    try:
        app()
    except TescoSenseError as error:
        print(f"tescosense: {error}", file=sys.stderr)
        sys.exit(1)
    except ValidationError as error:
        # Settings are the one thing read here that no command checks itself.
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        where = f"TESCOSENSE_{name}: " if name else ""
        print(f"tescosense: {where}{first['msg'].removeprefix('Value error, ')}.", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough; flushing again at exit would only complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
