"""A server is killed within a quarter of a second of a click, and started again: the same request, sent again under its
key until it is answered, is carried out once, whichever instant it was."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from runtime.repositories import open_repositories
from runtime.settings import Settings
from tests.audit import audit
from tests.chaos.clicks import KINDS, MODELS, Click, Kind, worlds_of
from tests.integration.serving import Server, serving
from tests.integration.test_model_costs import PRICES
from tests.integration.test_real_model import OpenAiCompatible
from tests.patience import PATIENCE

log = logging.getLogger(__name__)

INSTANTS = [number / 40 for number in range(11)]
"""Seconds from sending a request to the kill."""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """With a chat model that costs, and a limit that is reached within a campaign."""
    handler = type("Handler", (OpenAiCompatible,), {"requests": []})
    prices = tmp_path / "prices.toml"
    one = '"some-model" = '
    price = PRICES.partition(one)[2].partition("}")[0] + "}"
    prices.write_text(PRICES.replace(f"{one}{price}", ", ".join(f'"{name}" = {price}' for name in MODELS)))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield {
            "TESCOSENSE_MODEL_BASE_URL": f"http://127.0.0.1:{http.server_address[1]}/v1",
            "TESCOSENSE_MODEL_PRICES": str(prices),
            "TESCOSENSE_MODEL_SPEND_LIMIT": "0.02",
        }
        http.shutdown()


def killed_after(server: Server, click: Click, seconds: float) -> httpx.Response | None:
    """Send it and kill the server: what it still answered, if anything."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as http, ThreadPoolExecutor(max_workers=1) as clicking:
        # So that what is clicked finds its connection open, as a browser's does.
        http.get("/health").raise_for_status()
        sending = clicking.submit(click.send, http)
        time.sleep(seconds)
        server.kill()
        try:
            return sending.result()
        except httpx.TransportError:
            return None


def clicked(kind: Kind, folder: Path, instants: Sequence[float], environment: dict[str, str]) -> list[Click]:
    """One click for each instant, killed and sent again."""
    clicks: list[Click] = []
    heard: httpx.Response | None = None
    for instant in (*instants, None):
        with serving(folder, **environment) as server, server.http() as http:
            if clicks:
                require_once(kind, http, clicks[-1], heard)
            if instant is not None:
                clicks.append(kind.ready(http))
                heard = killed_after(server, clicks[-1], instant)
                log.info("%.3f s after the click: %s", instant, "answered" if heard else "no answer came")
    return clicks


def require_once(kind: Kind, http: httpx.Client, click: Click, heard: httpx.Response | None) -> None:
    again = click.send(http)
    assert again.is_success, again.text
    assert heard is None or (heard.status_code, heard.json()) == (again.status_code, again.json())
    kind.require_done(http, click)
    assert click.send(http).json() == again.json(), "however often it comes"
    kind.require_done(http, click)


async def require_one_buy_each(folder: Path, clicks: Sequence[Click]) -> None:
    settings = Settings(data_dir=folder)
    async with open_repositories(settings) as stored:
        for campaign in [world for click in clicks for world in worlds_of(click)]:
            bought = {buy.media_buy_id for buy in await stored.media_buys.of_world(str(campaign))}
            booked = {booking.transaction_id for booking in await stored.campaigns.bookings(campaign)}
            assert bought == booked
            assert len(bought) <= 1
    # A day may have begun campaigns of the house's, which go on.
    audit(settings.database, at_rest=any(click.campaigns for click in clicks), whole=True)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_is_clicked_is_carried_out_once_by_a_server_killed_at_any_instant_after(
    tmp_path: Path, environment: dict[str, str], kind: str
) -> None:
    clicks = clicked(KINDS[kind](), tmp_path / "data", INSTANTS, environment)
    await require_one_buy_each(tmp_path / "data", clicks)
