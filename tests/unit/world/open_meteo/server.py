"""A small Open-Meteo that answers as its documentation says: an object for one place, a list for several."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

ARCHIVE, FORECAST = "/v1/archive", "/v1/forecast"
LAG = 5
"""Days that the archive is behind, and null for."""
Truth = Callable[[float, date], tuple[float, float]]


def mild(latitude: float, day: date) -> tuple[float, float]:
    """Warmer in the south; rain on every fifth day."""
    return 60 - latitude + day.day / 10, 8.0 if day.toordinal() % 5 == 0 else 0.0


class WeatherServer(ThreadingHTTPServer):
    """Notes what it is asked. `trouble`, by path, is what it answers instead of weather."""

    daemon_threads = True

    def __init__(self, today: date, truth: Truth = mild) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.today = today
        self.truth = truth
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.trouble: dict[str, tuple[int, bytes]] = {}
        self.half = False
        """Whether it says that twice as much will come as does."""
        self.drips = threading.Event()
        """While set, it sends a byte now and then."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server: WeatherServer

    def do_GET(self) -> None:
        asked = urlparse(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        self.server.asked.append((asked.path, query))
        status, body = self.server.trouble.get(asked.path) or self._answer(asked.path, query)
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header(
            "Content-Length", str(len(body) * (2 if self.server.half or self.server.drips.is_set() else 1))
        )
        self.end_headers()
        self.wfile.write(body)
        while self.server.drips.is_set():
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            threading.Event().wait(0.02)

    def _answer(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        first, last = date.fromisoformat(query["start_date"]), date.fromisoformat(query["end_date"])
        today = self.server.today
        oldest, newest = (
            (date(1940, 1, 1), today) if path == ARCHIVE else (today - timedelta(days=92), today + timedelta(days=15))
        )
        for name, day in (("start_date", first), ("end_date", last)):
            if not oldest <= day <= newest:
                reason = f"Parameter '{name}' is out of allowed range from {oldest} to {newest}"
                return 400, json.dumps({"error": True, "reason": reason}).encode()
        places = [self._place(path, float(one), query, first, last) for one in query["latitude"].split(",")]
        return 200, json.dumps(places if len(places) > 1 else places[0]).encode()

    def _place(self, path: str, latitude: float, query: dict[str, str], first: date, last: date) -> dict[str, object]:
        days = [first + timedelta(days=back) for back in range((last - first).days + 1)]
        known = [path == FORECAST or day <= self.server.today - timedelta(days=LAG) for day in days]
        told = [self.server.truth(latitude, day) for day in days]
        return {
            "latitude": round(latitude, 1),
            "longitude": 0.0,
            "generationtime_ms": 0.1,
            "utc_offset_seconds": 0,
            "timezone": "Europe/London" if query["timezone"] == "auto" else query["timezone"],
            "elevation": 20.0,
            "daily_units": {"time": "iso8601", "temperature_2m_mean": "°C", "precipitation_sum": "mm"},
            "daily": {
                "time": [day.isoformat() for day in days],
                "temperature_2m_mean": [
                    one[0] if is_known else None for one, is_known in zip(told, known, strict=True)
                ],
                "precipitation_sum": [one[1] if is_known else None for one, is_known in zip(told, known, strict=True)],
            },
        }

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def weather_server(today: date, truth: Truth = mild) -> Iterator[WeatherServer]:
    server = WeatherServer(today, truth)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.drips.clear()
        server.shutdown()
        thread.join()
        server.server_close()
