"""What a person pasted into a prompt or a comment with its name before it is no part of an exported file."""

import pytest

from runtime.forking.leaving_out import left_out
from runtime.settings import Settings


@pytest.mark.parametrize(
    "text",
    [
        "log in with password=hunter2 first",
        "X-Api-Key: hunter2",
        'send {"api_key": "hunter2"}',
        "client_secret = 'hunter2'",
        "TESCOSENSE_WEBHOOK_SECRET=hunter2",
        "Authorization: Basic hunter2",
        "Cookie: session=hunter2; theme=dark",
    ],
)
def test_a_secret_behind_its_name_is_left_out(text: str) -> None:
    told = left_out({"comment": text}, Settings(), with_names=True)
    assert "hunter2" not in str(told)
    assert "***" in str(told)


@pytest.mark.parametrize(
    "text", ["the secret: home-made soup", "max_tokens: 1000, output_tokens=33", "a secret ingredient, 100 % tomato"]
)
def test_words_that_only_sound_so_stay(text: str) -> None:
    assert left_out({"comment": text}, Settings(), with_names=True) == {"comment": text}
