"""A list goes on where it stopped, whatever its key holds, and takes no cursor that it did not give itself."""

import json
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cursors import Cursors, Instant
from domain.errors import BadInput
from domain.identifiers import new_id

SOUPS = Cursors("soups", tuple[Instant, UUID])
BREADS = Cursors("breads", tuple[Instant, UUID])
AT = datetime(2026, 11, 26, 5, 13, 30, 123456, UTC)


@given(
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone.min, timezone.max])).filter(lambda at: 1 < at.year < 9999),
    identity=st.uuids(),
)
def test_a_cursor_gives_back_its_key_and_needs_no_escaping_in_an_address(at: datetime, identity: UUID) -> None:
    cursor = SOUPS.after((at.astimezone(UTC), identity))
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert SOUPS.key(cursor) == (at, identity)


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "page-2",
        "2026-11-26T05:13:30.123456+00:00~01890000-0000-7000-8000-000000000000",
        "é",
        forged("[]"),
        forged('["soups", ["yesterday", "x"]]'),
        forged(json.dumps(["soups", ["2026-11-26T05:13:30", str(UUID(int=1))]])),
        forged(json.dumps(["soups", ["0001-01-01T00:00:00+14:00", str(UUID(int=1))]])),
        BREADS.after((AT, UUID(int=1))),
        SOUPS.after((AT, UUID(int=1))) + "=",
        "!" + SOUPS.after((AT, UUID(int=1))),
    ],
)
def test_a_text_that_this_list_never_gave_is_refused_in_one_clear_sentence(cursor: str) -> None:
    with pytest.raises(BadInput) as refused:
        SOUPS.key(cursor)
    assert str(refused.value) == (
        f"the cursor {cursor!r} is not one of ours: "
        "pass the `next` of a page of soups, or leave `after` out to start at the first page."
    )
    assert refused.value.field == "after"


def test_a_cursor_of_a_name_only_is_kept_apart_by_its_list() -> None:
    steps = Cursors("steps", tuple[str])
    name = str(new_id())
    assert steps.key(steps.after((name,))) == (name,)
