"""What is kept as JSON is text that every database can keep."""

import pytest
from pydantic import BaseModel

from domain.errors import BadInput
from storage.engine.columns import to_json


class Note(BaseModel):
    text: str


@pytest.mark.parametrize("text", ["\0", "a\0b", "\\\0", "\\\\\0"])
def test_a_nul_is_refused_whoever_wrote_it(text: str) -> None:
    for value in (Note(text=text), {"text": text}, {text: 1}, [[text]]):
        with pytest.raises(BadInput, match="NUL"):
            to_json(value)


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "u0000", "\1"])
def test_what_only_looks_like_one_is_kept(text: str) -> None:
    for value in (Note(text=text), {"text": text}):
        assert to_json(value)
