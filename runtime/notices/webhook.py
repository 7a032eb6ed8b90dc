"""One notice sent to one address: a signed POST, and what was wrong with it where it was not taken."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from domain.errors import BadInput
from domain.notices import Message, Notice
from runtime.notices.targets import address_of
from runtime.settings import Settings
from runtime.version import VERSION

SECONDS = 10.0
"""For looking the host up, connecting and being answered, all together."""


class NotTaken(Exception):
    """A sentence that says why, without the address's path, its secrets or ours."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256, in hex, of the time in seconds, a full stop and the body: who knows the secret can tell that it is
    from here, is what was sent, and is not an old one sent again."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


class Webhook:
    """Follows no redirect and uses no proxy: either would lead elsewhere than where it was judged to lead."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        private: bool = False,
        seconds: float = SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = httpx.URL(url)
        self._secret = secret
        self._private = private
        self._seconds = seconds
        self._now = now
        self._client = httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False)

    @property
    def host(self) -> str:
        """All of the address that may be shown: its path may be a secret."""
        return self._url.host

    async def send(self, notice: Notice) -> None:
        """Raises NotTaken unless it is answered that it was taken, with a status from 200 to 299."""
        body = Message(notice=notice).model_dump_json().encode()
        timestamp = int(self._now())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"TescoSense/{VERSION}",
            "TescoSense-Notice": str(notice.id),
            "TescoSense-Timestamp": str(timestamp),
            "TescoSense-Signature": f"v1={signature(self._secret, timestamp, body)}",
        }
        try:
            async with asyncio.timeout(self._seconds):
                status = await self._post(headers, body)
        except TimeoutError as error:
            raise NotTaken(f"{self.host} did not answer within {self._seconds:g} s") from error
        except httpx.HTTPError as error:
            raise NotTaken(f"{self.host} could not be reached ({type(error).__name__})") from error
        except BadInput as error:
            raise NotTaken(f"{error.problem}: {error.remedy}") from error
        if not httpx.codes.is_success(status):
            raise NotTaken(f"{self.host} answered {status}")

    async def _post(self, headers: dict[str, str], body: bytes) -> int:
        """The status. Of the answer no more is read."""
        address = await address_of(self.host, self._url.port or _PORTS[self._url.scheme], private=self._private)
        request = self._client.build_request(
            "POST",
            self._url.copy_with(host=address),
            headers={**headers, "Host": self._url.netloc.decode("ascii")},
            content=body,
            # The certificate is the name's, not the address's.
            extensions={"sni_hostname": self._url.raw_host.decode("ascii")},
        )
        answer = await self._client.send(request, stream=True)
        await answer.aclose()
        return answer.status_code

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()


_PORTS = {"http": 80, "https": 443}


def webhook_of(settings: Settings) -> Webhook | None:
    """None where none is set."""
    url = settings.webhook_url.get_secret_value()
    if not url:
        return None
    return Webhook(url, settings.webhook_secret.get_secret_value(), private=settings.webhook_private)
