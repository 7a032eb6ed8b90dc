"""What else lies in a folder of prompts: what editors leave, files in other encodings, things that are no files."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.errors import BadInput
from graph.context_form import context_form
from prompts.check import check_prompts, missing_prompts, prompt_files
from prompts.library import PromptLibrary
from tests.unit.prompts.test_prompt_files import GOOD, PROMPTS

STRAY = [
    ".DS_Store",
    ".greeting.prompty.swp",
    ".#greeting.prompty",
    "#greeting.prompty#",
    "greeting.prompty~",
    "greeting~.prompty~",
    "greeting.swp",
    "Thumbs.db",
    "desktop.ini",
    "._greeting.prompty",
]


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in check_prompts(folder)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "style.md").write_text("Be brief.", encoding="utf-8")
    (tmp_path / "greeting.prompty").write_text(GOOD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", STRAY)
@pytest.mark.parametrize("place", ["", "partials"])
def test_what_an_editor_leaves_is_neither_a_prompt_nor_a_partial(folder: Path, place: str, name: str) -> None:
    (folder / place / name).write_bytes(b"\x00\xff ${env:HOME} {{ nothing }}")
    assert told(folder) == []
    assert [path.name for path in prompt_files(folder)] == ["greeting.prompty"]


def test_the_lock_of_an_editor_that_leads_nowhere_hides_no_change(folder: Path) -> None:
    library = PromptLibrary(folder)
    library.get("greeting")
    (folder / "partials" / ".#style.md").symlink_to("designer@desk.4711")
    (folder / "greeting.prompty").write_text(GOOD.replace("Hello", "Good morning"), encoding="utf-8")
    assert "Good morning" in library.preview("greeting").text
    (folder / "greeting.prompty").write_text(GOOD.replace("Hello", "Good evening to"), encoding="utf-8")
    assert "Good evening" in library.preview("greeting").text


def test_a_byte_order_mark_changes_nothing(folder: Path) -> None:
    before = PromptLibrary(folder).get("greeting").hash
    (folder / "greeting.prompty").write_bytes(GOOD.encode("utf-8-sig"))
    (folder / "partials" / "style.md").write_bytes("Be brief.".encode("utf-8-sig"))
    assert told(folder) == []
    assert PromptLibrary(folder).get("greeting").hash == before


ACCENTED = GOOD.replace("Be kind.", "Be kind in the café.")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (ACCENTED.encode("utf-16"), "1: encoding: the file is UTF-16: save it as UTF-8"),
        (ACCENTED.encode("utf-16-le"), "1: encoding: the file is UTF-16: save it as UTF-8"),
        (ACCENTED.encode("utf-16-be"), "1: encoding: the file is UTF-16: save it as UTF-8"),
        (ACCENTED.encode("utf-32"), "1: encoding: the file is UTF-32: save it as UTF-8"),
        (
            ACCENTED.encode("latin-1"),
            "20: encoding: not UTF-8 (byte 0xE9; it looks like Latin-1): save it as UTF-8",
        ),
        (
            ACCENTED.replace("the café", "“the café”").encode("cp1252"),
            "20: encoding: not UTF-8 (byte 0x93; it looks like Windows-1252): save it as UTF-8",
        ),
        (b"\x00" * 50, "1: encoding: the file is UTF-16: save it as UTF-8"),
        (
            GOOD.replace("kind.", "ki\0nd.").encode(),
            "20: control-character: a control character (NUL) at character 6: ",
        ),
        (b"x" * 200_001, "1: too-big: the file has 200001 bytes: use at most 200000"),
    ],
)
def test_another_encoding_is_named_and_so_is_what_to_do(folder: Path, raw: bytes, said: str) -> None:
    (folder / "greeting.prompty").write_bytes(raw)
    (problem,) = told(folder)
    assert problem.startswith(f"greeting.prompty:{said}")
    with pytest.raises(BadInput, match="greeting"):
        PromptLibrary(folder).get("greeting")


def test_a_folder_with_the_name_of_a_prompt_is_a_finding(folder: Path) -> None:
    (folder / "note.prompty").mkdir()
    assert told(folder) == [
        "note.prompty:1: unreadable: this is a folder: put a text file in its place, or take it away"
    ]


@pytest.mark.parametrize("place", ["note.prompty", "partials/note.md"])
def test_a_link_that_leads_round_or_nowhere_is_a_finding(folder: Path, place: str) -> None:
    (folder / place).symlink_to(folder / place)
    (problem,) = told(folder)
    assert problem.startswith(f"{place}:1: unreadable: it cannot be read (")
    (folder / place).unlink()
    (folder / place).symlink_to("nowhere")
    assert told(folder) == [
        f"{place}:1: unreadable: it cannot be read (No such file or directory): see to its permissions and links"
    ]


def test_folders_that_lead_round_are_gone_through_once(folder: Path) -> None:
    (folder / "round").symlink_to(folder, target_is_directory=True)
    assert told(folder) == []


def test_a_pipe_is_a_finding_and_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "note.prompty")
    assert told(folder) == [
        "note.prompty:1: unreadable: this is no ordinary file: put a text file in its place, or take it away"
    ]


def test_a_prompt_a_node_needs_and_the_folder_lacks_is_said_by_name(folder: Path) -> None:
    assert missing_prompts(PROMPTS) == []
    (folder / "creative").mkdir()
    (folder / "creative" / "adcopy.prompty").write_text(GOOD, encoding="utf-8")
    assert [str(problem) for problem in missing_prompts(folder)] == [
        "strategy/brief.prompty:1: no-prompt: the strategy node needs this file, and the folder does not have it: "
        "put it there",
        "creative/ad_copy.prompty:1: no-prompt: the creative node needs this file, and the folder does not have it, "
        "did you mean 'creative/adcopy'?",
        "compliance/ad_reader.prompty:1: no-prompt: the compliance node needs this file, and the folder does not have "
        "it: put it there",
    ]


SHIPPED = {path.relative_to(PROMPTS).as_posix(): path.read_text(encoding="utf-8") for path in prompt_files(PROMPTS)}
PIECES = [
    "---",
    "${env:X}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{% if",
    "'",
    '"',
    ": ",
    "- ",
    "\t",
    "[",
    "{",
    "*",
    "&a ",
    "!!int ",
    "on",
    "\0",
    "\n",
    "#",
]


@given(
    name=st.sampled_from(sorted(SHIPPED)),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES) | st.text(max_size=20)), max_size=4
    ),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]),
)
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_damage_to_a_shipped_prompt_gives_anything_but_findings(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[float, int, str]], encoding: str
) -> None:
    source = SHIPPED[name]
    for place, cut, put in changes:
        at = int(place * len(source))
        source = source[:at] + put + source[at + cut :]
    folder = tmp_path_factory.mktemp("prompts")
    shutil.copytree(PROMPTS / "partials", folder / "partials")
    file = folder / name
    file.parent.mkdir()
    file.write_bytes(source.encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass"))
    problems = check_prompts(folder)
    last = len(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(1 <= problem.line <= last and "\n" not in problem.message for problem in problems)
    try:
        PromptLibrary(folder).preview(name.removesuffix(".prompty"))
    except BadInput:
        assert problems != []
    else:
        assert problems == []


@pytest.mark.parametrize("watched", [False, True])
def test_a_file_that_is_broken_from_the_start_stops_itself_and_nothing_else(folder: Path, watched: bool) -> None:
    broken = folder / "a_note.prompty"
    broken.write_text(GOOD.replace("{{ person }}", "{{ persn }}"), encoding="utf-8")
    library = PromptLibrary(folder, watched=watched)
    library.refresh()
    first, second = library.list()
    assert (first.name, first.hash, first.is_released) == ("a_note", "", False)
    assert str(first.problems[0]).startswith("a_note.prompty:23: unknown-input: undeclared variable 'persn'")
    assert (second.name, second.problems) == ("greeting", ())
    assert "Hello Ada" in library.preview("greeting").text
    with pytest.raises(BadInput, match=r"prompt 'a_note' cannot be used: a_note\.prompty:23: unknown-input"):
        library.render("a_note", {"person": "Ada"})
    broken.write_text(GOOD.replace("name: greeting", "name: a_note"), encoding="utf-8")
    library.refresh()
    assert library.info("a_note").problems == ()
    assert "Hello Ada" in library.preview("a_note").text


def test_studio_opens_without_the_prompt_that_cannot_be_used(tmp_path: Path) -> None:
    shutil.copytree(PROMPTS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / "strategy" / "brief.prompty").write_text("user:\nhello", encoding="utf-8")
    fields = context_form(PromptLibrary(tmp_path)).model_json_schema()["properties"]
    assert "You are the planning director" in fields["strategy_prompt"]["default"], "what is in production"
    assert "You write ads" in fields["creative_prompt"]["default"]


@pytest.mark.parametrize(
    "place",
    [
        "Greeting",
        "gr\u0435eting",
        "two words",
        "a/b/c",
        "red_team/x",
        "partials/x",
        "results/x",
        "2nd",
        "gree\nting",
        "a-b",
    ],
)
def test_a_prompt_that_no_command_could_name_is_a_finding(folder: Path, place: str) -> None:
    path = folder / f"{place}.prompty"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(GOOD, encoding="utf-8")
    problems = [problem for problem in told(folder) if "misplaced" in problem]
    assert len(problems) == 1
    assert "cannot be a prompt's name: write a file, or a folder and a file, in small letters" in problems[0]
    assert problems[0].isprintable()
    with pytest.raises(BadInput, match="cannot be used"):
        PromptLibrary(folder).get(place)
