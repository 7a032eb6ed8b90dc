"""No password of a URL is shown, wherever in it and in the text it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.secrets import masked

SECRET = "hunter2"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ada:hunter2@db:5432/shop",
        "postgresql+psycopg://ada:hun/ter2@hunter2@db/shop",
        "postgresql://ada:p#?hunter2@db/shop",
        "postgresql://db/shop?user=ada&password=hunter2",
        "postgresql://db/shop?sslmode=require&sslpassword=hunter2&x=1",
        "redis://:hunter2@cache:6379/0",
        "rediss://cache/0?password=hunter2",
        "https://seller.example/mcp?api_key=hunter2",
        "https://seller.example/mcp?access_token=hunter2#top",
        "cannot reach 'https://a:hunter2@seller.example/mcp' (redirected to https://b:hunter2@other.example)",
        "HTTPS://A:hunter2@SELLER.EXAMPLE",
    ],
)
def test_it_is_hidden(text: str) -> None:
    shown = masked(text)
    assert SECRET not in shown
    assert "ter2" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:////var/lib/shop.db",
        "postgresql://ada@db:5432/shop?sslmode=require",
        "look at http://127.0.0.1:8000/campaigns?after=abc&limit=5",
        "a key=value pair that is no URL",
        "",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert masked(text) == text


@given(st.text(alphabet=st.characters(exclude_characters=" \t\n\r'\"", exclude_categories=["Z", "C"]), min_size=8))
def test_whatever_a_password_is_made_of_it_is_hidden(password: str) -> None:
    assert f":{password}@" not in masked(f"postgresql://ada:{password}@db/shop")
