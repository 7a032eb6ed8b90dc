"""A prompt of the designer's own, and what is done with it again and again."""

from pathlib import Path

from runtime.designing.desk import PromptDesk
from tests.unit.prompts.releasing.folders import AD_COPY

NAME = "demo/shelf_label"
LABEL = """---
name: demo/shelf_label
description: Writes the line on a shelf label.
model:
  options:
    temperature: 0.5
inputs:
  - name: product
    kind: string
    example: Tomato Soup
tests:
  - description: soup
    assert:
      - type: is-json
      - type: not-contains
        value: "!!"
        field: text
template:
  format:
    kind: jinja2
  parser:
    kind: prompty
---
system:
You write shelf labels.

user:
Product: {{ product }}
"""


def edited_source(folder: Path, before: str, after: str) -> str:
    source = (folder / f"{AD_COPY}.prompty").read_text(encoding="utf-8")
    assert before in source
    return source.replace(before, after)


async def promoted(desk: PromptDesk, why: str = "a drill", weight: float | None = None) -> str:
    return (await desk.promote(NAME, label="production", weight=weight, why=why, by="Pat")).hash
