"""The checker, seen through files a designer might write."""

from pathlib import Path

import pytest

from prompts.check import check_prompts
from tests.conftest import ROOT

PROMPTS = ROOT / "prompts"

GOOD = """---
name: greeting
description: Says hello.
inputs:
  - name: person
    kind: string
    example: Ada
  - name: facts
    kind: array
    items:
      kind: string
    default: []
template:
  format:
    kind: jinja2
  parser:
    kind: prompty
---
system:
Be kind.

user:
Hello {{ person }}.
{%- for fact in facts %}
- {{ fact }}
{%- endfor %}
"""


def problems_of(folder: Path, source: str) -> list[str]:
    (folder / "greeting.prompty").write_text(source, encoding="utf-8")
    return [str(problem) for problem in check_prompts(folder)]


def test_every_shipped_prompt_passes() -> None:
    assert check_prompts(PROMPTS) == []


def test_a_good_prompt_has_no_problems(tmp_path: Path) -> None:
    assert problems_of(tmp_path, GOOD) == []


def test_an_undeclared_variable_is_reported_at_its_line_with_the_near_miss(tmp_path: Path) -> None:
    found = problems_of(tmp_path, GOOD.replace("Hello {{ person }}", "Hello {{ persn }}"))
    assert "greeting.prompty:23: unknown-input: undeclared variable 'persn', did you mean 'person'?" in found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("example: Ada", "example: ${env:HOME}", "greeting.prompty:7: secret: '${env:HOME}' would put a secret"),
        ("example: Ada", "example: ${file:../../etc/passwd}", "is outside the partials folder"),
        (
            "description: Says hello.",
            "descripton: Says hello.",
            "unknown key 'descripton', did you mean 'description'?",
        ),
        ("kind: string\n    example", "kind: strnig\n    example", "unknown kind 'strnig', did you mean 'string'?"),
        ("example: Ada", "example: 3", "the example of 'person' is not of kind 'string'"),
        ("description: Says hello.", "description: a --- b", "'---' inside the front matter would end it there"),
        ("user:", "usr:", "unknown role 'usr', did you mean 'user'?"),
        ("{{ person }}", "{{ person | uper }}", "unknown filter 'uper', did you mean 'upper'?"),
        ("{{ person }}", "{{ person.__class__ }}", "'.__class__' is not allowed"),
        ("{{ person }}", "{{ range(9) }}", "'call' is not allowed"),
        ("{{ person }}", "{% set x = 1 %}{{ person }}", "'assign' is not allowed"),
        ("for fact in facts", "for fact in person", "only go over an input of kind 'array'"),
        ("{%- endfor %}", "", "greeting.prompty:24: unclosed: this for is never closed: add '{% endfor %}'"),
        ("kind: jinja2", "kind: mustache", "template.format.kind must be 'jinja2'"),
        ("Hello {{ person }}.", "Hello.", "input 'person' is declared and never used"),
        ("    example: Ada\n", "", "input 'person' has no example"),
    ],
)
def test_a_fault_is_reported_with_what_was_meant(tmp_path: Path, before: str, after: str, expected: str) -> None:
    assert before in GOOD
    assert any(expected in found for found in problems_of(tmp_path, GOOD.replace(before, after)))


def test_a_file_without_front_matter_is_reported(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "user:\nHello") == [
        "greeting.prompty:1: no-front-matter: no front matter: the file must start with '---' and close it with '---'"
    ]


def test_a_partial_may_not_hold_a_reference_that_would_be_resolved_again(tmp_path: Path) -> None:
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "leak.md").write_text("${env:HOME}", encoding="utf-8")
    assert "partials/leak.md:1: reference: a partial is plain text" in problems_of(tmp_path, GOOD)[0]


def test_broken_yaml_is_reported_at_its_line(tmp_path: Path) -> None:
    found = problems_of(tmp_path, GOOD.replace("description: Says hello.", "description: [unclosed"))
    assert found == [
        "greeting.prompty:3: not-yaml: a list that opens with '[' is never closed: add ']' ('description: [unclosed')"
    ]
