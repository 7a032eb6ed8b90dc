"""What is written down, in which form, and of whom each line says it is."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import structlog
from structlog.contextvars import bound_contextvars

from runtime.telemetry.logs import LibraryFormatter, LogSettings, configure_logging

Lines = Callable[[], list[dict[str, Any]]]
A_LIBRARY = logging.getLogger("a_library.of_others")


@pytest.fixture
def begin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Lines]]:
    """Begins to log, from within the test, whose standard error is another than a fixture's; gives what has been logged
    since the last look."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)
    known = structlog.get_config()

    def look() -> list[dict[str, Any]]:
        printed = capsys.readouterr()
        assert printed.out == ""
        return [orjson.loads(line) for line in printed.err.splitlines()]

    def started() -> Lines:
        configure_logging(LogSettings(log_format="json", _env_file=None))
        return look

    yield started
    structlog.configure(**known)


def test_logs_leave_standard_output_alone(begin: Callable[[], Lines]) -> None:
    lines = begin()
    structlog.get_logger().warning("something.happened")
    A_LIBRARY.warning("so did %s", "this")
    ours, theirs = lines()
    assert (ours["event"], ours["level"]) == ("something.happened", "warning")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("so did this", "a_library.of_others", "warning")


def test_no_log_holds_the_password_of_a_url(begin: Callable[[], Lines]) -> None:
    lines = begin()

    def lost() -> None:
        raise OSError("cannot reach redis://ada:hunter2@cache/0")

    try:
        lost()
    except OSError:
        structlog.get_logger().exception("bus.lost", url="https://seller.example/mcp?token=hunter2")
        A_LIBRARY.exception("lost %s", "redis://:hunter2@cache")
    said = lines()
    told = "OSError: cannot reach redis://ada:***@cache/0"
    assert [line["exception"].splitlines()[-1] for line in said] == [told, told]
    assert "hunter2" not in str(said)
    assert (said[0]["url"], said[1]["event"]) == ("https://seller.example/mcp?token=***", "lost redis://:***@cache")


async def test_a_line_says_whose_it_is_wherever_it_is_written(begin: Callable[[], Lines]) -> None:
    """In a task, in a thread that was given work, and by a library."""
    lines = begin()

    def elsewhere(campaign: str) -> None:
        structlog.get_logger().info("in a thread", of=campaign)
        A_LIBRARY.error("a library in a thread of %s", campaign)

    async def campaign(name: str) -> None:
        with bound_contextvars(campaign=name, node="sensing", attempt=2):
            structlog.get_logger().info("in a task", of=name)
            await asyncio.sleep(0)
            await asyncio.to_thread(elsewhere, name)

    await asyncio.gather(campaign("a"), campaign("b"))
    said = lines()
    assert len(said) == 6
    for line in said:
        of = line.get("of") or line["event"][-1]
        assert (line["campaign"], line["node"], line["attempt"]) == (of, "sensing", 2)


def test_a_line_written_outside_of_a_run_names_the_campaign_alike(begin: Callable[[], Lines]) -> None:
    lines = begin()
    log = structlog.get_logger()
    log.info("one", campaign_id="a")
    log.info("two", thread_id="a")
    with bound_contextvars(campaign="a"):
        log.info("three", thread_id="a")
    assert [{**line, "event": "", "timestamp": ""} for line in lines()] == [
        {"campaign": "a", "event": "", "level": "info", "timestamp": ""}
    ] * 3


def test_the_form_and_the_level_are_settings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESCOSENSE_LOG_FORMAT", "text")
    monkeypatch.setenv("TESCOSENSE_LOG_LEVEL", "warning")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)
    known = structlog.get_config()
    configure_logging()
    structlog.get_logger().info("not.told")
    structlog.get_logger().warning("told", campaign="a")
    configure_logging()  # as a command does that another one has started
    A_LIBRARY.warning("of a library")
    structlog.configure(**known)
    ours, theirs = capsys.readouterr().err.splitlines()
    assert "told" in ours
    assert "campaign=a" in ours
    assert not ours.startswith("{")
    assert "of a library" in theirs
    assert sum(isinstance(one.formatter, LibraryFormatter) for one in logging.getLogger().handlers) == 1


def test_threads_of_their_own_say_nothing_of_who_began_them(begin: Callable[[], Lines]) -> None:
    """A pool's thread that lives on is nobody's."""
    lines = begin()
    with bound_contextvars(campaign="a"):
        thread = threading.Thread(target=lambda: structlog.get_logger().info("alone"))
        thread.start()
        thread.join()
    [line] = lines()
    assert "campaign" not in line
