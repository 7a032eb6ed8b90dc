"""What is said where Studio's assistants and threads could not be made."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from cli.studio import __main__ as studio


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is its own."""


async def test_an_error_without_a_word_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def times_out(*_: Any) -> None:
        raise httpx.ReadTimeout("")

    monkeypatch.setattr(studio, "seed", times_out)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        await studio._seeded(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert "could not be made: ReadTimeout. Studio works without them." in capsys.readouterr().err
