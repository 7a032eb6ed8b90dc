"""Checks every prompt of a folder before anything is loaded: `file:line`, what is wrong, what was probably meant."""

from pathlib import Path

from prompts.cases.reading import check_cases
from prompts.diagnostic import Diagnostic
from prompts.front_matter import Fences, check_front_matter, check_partial
from prompts.jinja_subset import check_body, used_names


def prompt_files(folder: Path) -> list[Path]:
    """The prompt files of a folder, in order of name. Releases are not among them: they are past checking."""
    return sorted(path for path in folder.rglob("*.prompty") if path.relative_to(folder).parts[0] != "released")


def check_prompts(folder: Path) -> list[Diagnostic]:
    """Every fault of every prompt and partial in the folder; empty when all is well."""
    problems = check_partials(folder)
    for path in prompt_files(folder):
        problems += read_checked(path, folder)[1]
    return problems


def check_partials(folder: Path) -> list[Diagnostic]:
    """Every fault of the folder's partials."""
    problems: list[Diagnostic] = []
    for partial in sorted((folder / "partials").glob("*")):
        text, unreadable = _text_of(partial, folder)
        problems += unreadable or check_partial(text, file=partial.relative_to(folder).as_posix())
    return problems


def read_checked(path: Path, root: Path) -> tuple[str, list[Diagnostic]]:
    """The text of one prompt file, and every fault of it. What is then loaded is the text that was checked."""
    source, problems = _text_of(path, root)
    return source, problems or check_source(source, path, root)


def check_source(source: str, path: Path, root: Path) -> list[Diagnostic]:
    """Every fault of a text that is, or would be, the file at `path` of the folder `root`."""
    file = path.relative_to(root).as_posix()
    problems, declared = check_front_matter(source, path, root, file=file)
    fences = Fences(source)
    if not fences.end:
        return problems
    if not problems:
        problems += check_cases(source, file=file)
    problems += check_body(fences.body, declared, file=file, first_line=fences.end + 1)
    used = used_names(fences.body)
    if used:
        problems += [
            Diagnostic(file, _declared_at(source, name), f"input {name!r} is declared and never used")
            for name in declared
            if name not in used
        ]
    return problems


def _text_of(path: Path, root: Path) -> tuple[str, list[Diagnostic]]:
    try:
        return path.read_text(encoding="utf-8"), []
    except UnicodeDecodeError as error:
        return "", [Diagnostic(path.relative_to(root).as_posix(), 1, f"not UTF-8 text (byte {error.start})")]


def _declared_at(source: str, name: str) -> int:
    wanted = f"name: {name}"
    return next((n for n, line in enumerate(source.splitlines(), start=1) if line.strip(" -") == wanted), 1)
