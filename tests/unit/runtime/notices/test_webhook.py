"""One notice sent: signed so that its receiver can tell, and refused with a reason that holds no secret."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from domain.identifiers import derived_id
from domain.notices import Notice, NoticeKind
from runtime.notices.webhook import NotTaken, Webhook
from runtime.settings import Settings
from tests.receiver import receiving

SECRET, PATH = "a secret of the receiver", "/hooks/T0-in-the-path"
NOTICE = Notice(
    id=derived_id("notice"),
    at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    kind=NoticeKind.PROPOSAL,
    title="A proposal waits for you",
    text="Crème brûlée, £1,000 from 24 to 30 November 2026.",
    link="/approvals?id=1",
    campaign_id=derived_id("soup"),
)


async def test_what_is_received_is_signed_with_its_time_and_has_the_shape_that_is_documented() -> None:
    with receiving() as receiver:
        async with Webhook(f"{receiver.url}{PATH}", SECRET, private=True, now=lambda: 1_795_000_000.9) as webhook:
            await webhook.send(NOTICE)
    [(headers, body)] = receiver.received
    assert headers["tescosense-timestamp"] == "1795000000"
    expected = hmac.digest(SECRET.encode(), b"1795000000." + body, hashlib.sha256).hex()
    assert headers["tescosense-signature"] == f"v1={expected}"
    assert headers["tescosense-notice"] == str(NOTICE.id)
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert json.loads(body) == {
        "type": "tescosense.notice",
        "version": 1,
        "notice": {
            "id": str(NOTICE.id),
            "at": "2026-11-23T09:00:00Z",
            "kind": "proposal",
            "title": NOTICE.title,
            "text": NOTICE.text,
            "link": NOTICE.link,
            "campaign_id": str(NOTICE.campaign_id),
        },
    }


@pytest.mark.parametrize("status", [302, 400, 410, 429, 500, 503])
async def test_anything_but_a_success_is_not_taken_and_no_redirect_is_followed(status: int) -> None:
    with receiving(status=status) as receiver:
        async with Webhook(f"{receiver.url}{PATH}", SECRET, private=True) as webhook:
            with pytest.raises(NotTaken, match=f"answered {status}"):
                await webhook.send(NOTICE)
    assert len(receiver.received) == 1


async def test_a_receiver_that_says_nothing_is_not_waited_for() -> None:
    with receiving() as receiver:
        receiver.silent.set()
        async with Webhook(f"{receiver.url}{PATH}", SECRET, private=True, seconds=0.2) as webhook:
            with pytest.raises(NotTaken, match=r"did not answer within 0\.2 s|could not be reached \(ReadTimeout\)"):
                await webhook.send(NOTICE)


async def test_a_receiver_that_is_gone_or_inside_is_named_without_what_is_secret() -> None:
    with receiving() as receiver:
        url = f"http://user:password@127.0.0.1:{receiver.port}{PATH}?token=of-the-query"
        async with Webhook(url, SECRET) as webhook:
            with pytest.raises(NotTaken, match="leads to a private address") as inside:
                await webhook.send(NOTICE)
        assert receiver.received == [], "it was not even connected to"
    async with Webhook(url, SECRET, private=True) as webhook:
        with pytest.raises(NotTaken, match="could not be reached") as gone:
            await webhook.send(NOTICE)
    for problem in (str(inside.value), str(gone.value)):
        for secret in (SECRET, "T0-in-the-path", "password", "of-the-query"):
            assert secret not in problem


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"webhook_url": "https://hooks.example/T0-secret"}, "needs TESCOSENSE_WEBHOOK_SECRET"),
        ({"webhook_url": "https://hooks.example/T0-secret", "webhook_secret": "T0-secret"}, "at least 16 characters"),
        ({"webhook_url": "http://hooks.example/T0-secret", "webhook_secret": SECRET}, "begins with https://"),
        ({"webhook_url": "hooks.example/T0-secret", "webhook_secret": SECRET}, "begins with https://"),
        ({"webhook_url": "https:///T0-secret", "webhook_secret": SECRET}, "begins with https://"),
        ({"webhook_url": "file:///T0-secret", "webhook_secret": SECRET, "webhook_private": True}, "begins with"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_without_their_secrets(values: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        Settings(_env_file=None, **values)  # type: ignore[arg-type]
    assert "T0-secret" not in str(refused.value)
