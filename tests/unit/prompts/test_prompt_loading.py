"""What a `.prompty` file may bring in, and what a hostile or broken one must not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from prompts.check import check_prompts
from prompts.library import PromptLibrary
from tests.unit.prompts.test_prompt_files import GOOD

EVERY_PART = """---
name: mail/letter
displayName: A letter
description: Every part a file can have.
metadata:
  owner: media
model:
  options:
    temperature: 0.25
    maxOutputTokens: 300
    topP: 1
inputs:
  - name: style
    kind: string
    default: ${file:../partials/style.md}
  - name: person
    kind: string
    description: whom it is for
    example: Ada & "Grace"
  - name: pages
    kind: integer
    default: 2
  - name: share
    kind: float
    default: 1
  - name: urgent
    kind: boolean
    default: false
    example: true
  - name: facts
    kind: array
    items:
      kind: string
    default: []
    example: [one, "two: three"]
template:
  format:
    kind: jinja2
  parser:
    kind: prompty
---


system:
{{ style }}

  # Assistant:
Noted: {{ pages }} pages, {{ share }}.

user:
{% if urgent %}
Now,
{%- endif %} {{ person | upper }}:
{%- for fact in facts %}
{{ loop.index }}. {{ fact }}
{%- endfor %}

"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "style.md").write_text("\nBe brief.\n\nAnd kind.\n\n", encoding="utf-8")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "letter.prompty").write_text(EVERY_PART, encoding="utf-8")
    return tmp_path


def test_every_part_of_a_file_arrives_as_the_file_format_has_it(folder: Path) -> None:
    assert check_prompts(folder) == []
    template = PromptLibrary(folder).get("mail/letter")
    assert template.description == "Every part a file can have."
    assert template.text == EVERY_PART.split("---\n")[2].lstrip()
    assert template.settings.as_arguments() == {"temperature": 0.25, "max_tokens": 300, "top_p": 1}
    assert [(item.name, item.kind, item.description, item.default, item.example) for item in template.inputs] == [
        ("style", "string", "", "Be brief.\n\nAnd kind.", None),
        ("person", "string", "whom it is for", None, 'Ada & "Grace"'),
        ("pages", "integer", "", 2, None),
        ("share", "float", "", 1, None),
        ("urgent", "boolean", "", False, True),
        ("facts", "array", "", [], ["one", "two: three"]),
    ]


def test_the_preview_reads_as_prompty_itself_prepares_the_file(folder: Path) -> None:
    rendered = PromptLibrary(folder).preview("mail/letter")
    assert [(message.type, message.content) for message in rendered.messages] == [
        ("system", "Be brief.\n\nAnd kind."),
        ("ai", "Noted: 2 pages, 1."),
        ("human", 'Now, ADA & "GRACE":\n1. one\n2. two: three'),
    ]
    assert rendered.hash == "4e69272f4385"


def test_windows_line_ends_change_nothing(folder: Path) -> None:
    before = PromptLibrary(folder).get("mail/letter").hash
    (folder / "mail" / "letter.prompty").write_bytes(EVERY_PART.replace("\n", "\r\n").encode())
    assert PromptLibrary(folder).get("mail/letter").hash == before


def test_a_file_under_another_name_than_its_own_is_refused(folder: Path) -> None:
    (folder / "mail" / "letter.prompty").rename(folder / "mail" / "note.prompty")
    with pytest.raises(
        BadInput, match=r"note\.prompty:2: misplaced: its name is 'mail/letter' and its place says 'mail/note'"
    ):
        PromptLibrary(folder).get("mail/note")


@pytest.mark.parametrize(
    "reference",
    [
        "${file:../secret.txt}",
        '"\\x24{file:../secret.txt}"',
        "${file:../partials/../secret.txt}",
        "${file:../partials/link.md}",
        "${FILE:{absolute}}",
        "${file:letter.prompty}",
    ],
    ids=["above", "escaped", "through", "symlink", "absolute", "beside"],
)
def test_a_file_outside_the_partials_is_never_read(folder: Path, reference: str) -> None:
    secret = folder / "secret.txt"
    secret.write_text("hunter2", encoding="utf-8")
    (folder / "partials" / "link.md").symlink_to(secret)
    source = EVERY_PART.replace("${file:../partials/style.md}", reference.replace("{absolute}", str(secret)))
    (folder / "mail" / "letter.prompty").write_text(source, encoding="utf-8")
    with pytest.raises(BadInput, match=r"cannot be used: .*letter\.prompty:\d+") as caught:
        PromptLibrary(folder).preview("mail/letter")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "reference",
    [
        "${env:A_SECRET}",
        '"\\x24{env:A_SECRET}"',
        '"$\\u007benv:A_SECRET:x}"',
        "${ENV:A_SECRET}",
    ],
)
@pytest.mark.parametrize(
    "field",
    ["description: Every part a file can have.", "owner: media", "default: ${file:../partials/style.md}"],
)
def test_no_spelling_brings_an_environment_variable_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reference: str, field: str
) -> None:
    monkeypatch.setenv("A_SECRET", "hunter2")
    key = field.partition(":")[0]
    (folder / "mail" / "letter.prompty").write_text(EVERY_PART.replace(field, f"{key}: {reference}"), encoding="utf-8")
    with pytest.raises(BadInput, match="would put a secret") as caught:
        PromptLibrary(folder).preview("mail/letter")
    assert "hunter2" not in str(caught.value)


def test_a_partial_that_is_missing_is_named_with_the_near_miss(folder: Path) -> None:
    source = EVERY_PART.replace("partials/style.md", "partials/stlye.md")
    (folder / "mail" / "letter.prompty").write_text(source, encoding="utf-8")
    with pytest.raises(BadInput, match=r"no partial '../partials/stlye.md', did you mean 'style.md'"):
        PromptLibrary(folder).get("mail/letter")


def test_a_partial_that_is_not_utf_8_is_a_fault_with_its_place(folder: Path) -> None:
    (folder / "partials" / "style.md").write_bytes(b"caf\xe9")
    assert [str(problem) for problem in check_prompts(folder)] == [
        "partials/style.md:1: encoding: not UTF-8 (byte 0xE9; it looks like Latin-1): save it as UTF-8"
    ]
    with pytest.raises(BadInput, match="not UTF-8"):
        PromptLibrary(folder).get("mail/letter")


@pytest.mark.parametrize(
    "line",
    [
        "description: !!python/object/apply:os.getcwd []",
        "description: 2026-13-45",
        "description: [a, list]",
        "description: a\x00b",
        "description: *nowhere",
        "metadata: {[1]: x}",
        "inputs: &a [*a]",
        "model: {options: {temperature: .nan}}",
        "model: {options: {maxOutputTokens: true}}",
    ],
)
def test_yaml_that_is_no_front_matter_is_refused_in_words(tmp_path: Path, line: str) -> None:
    key = line.partition(":")[0]
    source = GOOD.replace("description: Says hello.", line if key == "description" else f"description: x\n{line}")
    (tmp_path / "greeting.prompty").write_text(source, encoding="utf-8")
    assert check_prompts(tmp_path) != []
    with pytest.raises(BadInput):
        PromptLibrary(tmp_path).get("greeting")


def test_metadata_is_free_and_may_even_hold_itself(tmp_path: Path) -> None:
    source = GOOD.replace("description: Says hello.", "description: x\nmetadata: &a {me: *a}")
    (tmp_path / "greeting.prompty").write_text(source, encoding="utf-8")
    assert check_prompts(tmp_path) == []
    assert PromptLibrary(tmp_path).get("greeting").description == "x"


@given(extra=st.text(max_size=60), at=st.integers(0, len(GOOD)), cut=st.integers(0, 30))
def test_no_damage_to_a_file_gives_anything_but_a_diagnosis(
    tmp_path_factory: pytest.TempPathFactory, extra: str, at: int, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("prompts")
    source = GOOD[:at] + extra + GOOD[at + cut :]
    (folder / "greeting.prompty").write_bytes(source.encode("utf-8", "surrogatepass"))
    problems = check_prompts(folder)
    try:
        PromptLibrary(folder).preview("greeting")
    except BadInput:
        return
    assert problems == []
