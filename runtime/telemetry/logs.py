"""Logs: one line an event on standard error, with the campaign, node and attempt it comes from."""

import logging
import sys
from collections.abc import Set as AbstractSet
from typing import Literal, TextIO, cast

import structlog
from opentelemetry.trace import get_current_span
from pydantic_settings import BaseSettings, SettingsConfigDict
from structlog.typing import EventDict, Processor

from domain.secrets import masked
from domain.tracing import ATTEMPT_FAILED, CAMPAIGN_FAILED

LogFormat = Literal["auto", "json", "text"]
_CAMPAIGN = "campaign"
_OF_A_CAMPAIGN = ("campaign_id", "thread_id")
"""A campaign is one thread, and lines that are written outside of it name it so."""
HAPPENINGS = frozenset({ATTEMPT_FAILED, CAMPAIGN_FAILED})
"""What a command that shows how a campaign goes shows as well."""


class LogSettings(BaseSettings):
    """Read before any other setting is: what is wrong with those is logged as well."""

    model_config = SettingsConfigDict(env_prefix="TESCOSENSE_", env_file=".env", extra="ignore", frozen=True)

    log_format: LogFormat = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"


def configure_logging(settings: LogSettings | None = None, *, shown: AbstractSet[str] = frozenset()) -> None:
    """Logs go to standard error, because standard output belongs to what a command was asked for: with colour on a
    terminal, JSON lines elsewhere, unless a setting says which. What libraries log comes in the same form.
    `shown` are the lines left out, by their names: of what the command itself shows.

    Raises ValidationError for a setting that is none.
    """
    chosen = settings or LogSettings()
    level = logging.getLevelNamesMapping()[chosen.log_level.upper()]
    structlog.configure(
        processors=[
            _leaving_out(shown),
            *_of_every_line(),
            structlog.processors.format_exc_info,
            _mask,
            _renderer(chosen.log_format),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_StandardError())
    handler.setFormatter(LibraryFormatter(chosen.log_format))
    root = logging.getLogger()
    for old in [known for known in root.handlers if isinstance(known.formatter, LibraryFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    # Of libraries, what went wrong alone: each would tell what it does all day.
    root.setLevel(max(level, logging.WARNING))


class _StandardError:
    """Standard error as it is when a line is written: it may have been closed since, and be another one."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class LibraryFormatter(structlog.stdlib.ProcessorFormatter):
    """For the logs of libraries: as our own, and no password of a URL in any, in no traceback either."""

    def __init__(self, form: LogFormat = "auto") -> None:
        super().__init__(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_of_every_line()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _mask,
                _renderer(form),
            ],
        )


def _of_every_line() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        _name_the_campaign,
        _name_the_span,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _leaving_out(shown: AbstractSet[str]) -> Processor:
    def leave_out(_logger: object, _method: str, event: EventDict) -> EventDict:
        if event["event"] in shown:
            raise structlog.DropEvent
        return event

    return leave_out


def _renderer(form: LogFormat) -> Processor:
    if form == "text" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(sort_keys=True)


def _name_the_campaign(_logger: object, _method: str, event: EventDict) -> EventDict:
    """One name for it, whoever writes the line."""
    for name in _OF_A_CAMPAIGN:
        if name in event:
            named = event.pop(name)
            event.setdefault(_CAMPAIGN, named)
    return event


def _name_the_span(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Where traces are kept, a line leads to its own."""
    span = get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"], event["span_id"] = f"{span.trace_id:032x}", f"{span.span_id:016x}"
    return event


def _mask(_logger: object, _method: str, event: EventDict) -> EventDict:
    """No password of a URL is written down, wherever in a line it stands."""
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}
