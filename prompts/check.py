"""Checks every prompt of a folder before anything is loaded: `file:line`, what is wrong, what was probably meant."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from prompts.cases.reading import case_faults
from prompts.checking.answers import Declared, answer_faults, input_faults, left_out
from prompts.checking.files import partial_files, prompt_files, text_of
from prompts.checking.names import PROMPT_NAMES, well_formed
from prompts.contracts import CONTRACTS
from prompts.diagnostic import Diagnostic, Fault, did_you_mean
from prompts.front_matter import (
    Fences,
    FrontMatter,
    body_reference_faults,
    check_front_matter,
    check_partial,
)
from prompts.jinja_subset import body_faults

__all__ = [
    "check_partials",
    "check_prompts",
    "check_source",
    "misplaced",
    "missing_prompts",
    "notes",
    "partial_files",
    "prompt_files",
    "read_checked",
]


def check_prompts(folder: Path) -> list[Diagnostic]:
    """Every fault of every prompt and partial in the folder; empty when all is well."""
    problems = check_partials(folder)
    for path in prompt_files(folder):
        source, unreadable = text_of(path)
        if unreadable:
            problems += [Diagnostic.of(_shown(path, folder), fault) for fault in unreadable]
            continue
        front, found = _examined(source, path, folder)
        problems += found or _misplaced(front, path, folder)
    return problems


def check_partials(folder: Path) -> list[Diagnostic]:
    """Every fault of the folder's partials."""
    problems: list[Diagnostic] = []
    for partial in partial_files(folder):
        text, unreadable = text_of(partial)
        problems += [Diagnostic.of(_shown(partial, folder), fault) for fault in unreadable or check_partial(text)]
    return problems


def missing_prompts(folder: Path) -> list[Diagnostic]:
    """The prompts that a node needs and the folder does not have."""
    found = {prompt_name(path, folder) for path in prompt_files(folder)}
    problems = []
    for contract in CONTRACTS.values():
        if contract.prompt not in found:
            hint = did_you_mean(contract.prompt, found - CONTRACTS.keys()) or ": put it there"
            text = f"the {contract.node} node needs this file, and the folder does not have it{hint}"
            problems.append(Diagnostic(f"{contract.prompt}.prompty", 1, text, "no-prompt"))
    return problems


def notes(folder: Path) -> list[Diagnostic]:
    """What is no fault and good to know of the prompts without one: that no node uses it, or what it leaves out."""
    told: list[Diagnostic] = []
    for path in prompt_files(folder):
        source, problems = read_checked(path, folder)
        if not problems:
            front = check_front_matter(Fences(source), path, folder)
            told += [Diagnostic.of(_shown(path, folder), fault) for fault in _notes_of(front)]
    return told


def read_checked(path: Path, root: Path) -> tuple[str, list[Diagnostic]]:
    """The text of one prompt file, and every fault of it. What is then loaded is the text that was checked."""
    source, unreadable = text_of(path)
    if unreadable:
        return source, [Diagnostic.of(_shown(path, root), fault) for fault in unreadable]
    return source, check_source(source, path, root)


def check_source(source: str, path: Path, root: Path) -> list[Diagnostic]:
    """Every fault of a text that is, or would be, the file at `path` of the folder `root`."""
    return _examined(source, path, root)[1]


def misplaced(source: str, path: Path, root: Path) -> list[Diagnostic]:
    """Whether a prompt without other faults stands where its name says: its place is how it is found."""
    return _misplaced(check_front_matter(Fences(source), path, root), path, root)


def _misplaced(front: FrontMatter, path: Path, root: Path) -> list[Diagnostic]:
    place = prompt_name(path, root)
    if not well_formed(place):
        text = f"{place!a} cannot be a prompt's name: {PROMPT_NAMES}"
        return [Diagnostic(_shown(path, root), front.name_line, text, "misplaced")]
    if front.name == place:
        return []
    text = f"its name is {front.name!r} and its place says {place!r}: change the one or the other"
    return [Diagnostic(_shown(path, root), front.name_line, text, "misplaced")]


def prompt_name(path: Path, root: Path) -> str:
    """The name a prompt is found by: its path in the folder, without the ending."""
    return path.relative_to(root).with_suffix("").as_posix()


def _examined(source: str, path: Path, root: Path) -> tuple[FrontMatter, list[Diagnostic]]:
    fences = Fences(source)
    front = check_front_matter(fences, path, root)
    faults = sorted({*front.faults, *_faults_beneath(front, fences)})
    return front, [Diagnostic.of(_shown(path, root), fault) for fault in faults]


def _faults_beneath(front: FrontMatter, fences: Fences) -> Iterator[Fault]:
    """What is wrong with the body, and where front matter, body and node do not go together."""
    if not fences.end:
        return
    in_body, used = body_faults(fences.body, None if front.declared is None else _known(front.declared))
    in_body += body_reference_faults(fences.body, front.declared or ())
    contract = CONTRACTS.get(front.name)
    if front.declared is not None:
        yield from _unused(front.declared, used, in_body)
        yield from case_faults(front.cases, front.declared)
        if contract:
            yield from input_faults(front.declared, contract)
    if contract:
        in_body += answer_faults(fences.body, contract)
    for fault in in_body:
        yield fault._replace(line=fences.end + fault.line)


def _known(declared: Declared) -> dict[str, str]:
    """What the body may read: the inputs, and the words of those with a name that is refused, told of once."""
    return {**{word: "" for name in declared.refused for word in re.findall(r"\w+", name)}, **declared}


def _unused(declared: Declared, used: set[str] | None, in_body: Sequence[Fault]) -> Iterator[Fault]:
    """Inputs the body never reads. One whose name it misspells is told there."""
    misspelt = " ".join(fault.text for fault in in_body if fault.code == "unknown-input")
    for name, line in declared.lines.items():
        if used is not None and name not in used | declared.refused and f"mean {name!r}?" not in misspelt:
            yield Fault(line, "unused-input", f"input {name!r} is declared and never used")


def _notes_of(front: FrontMatter) -> Iterator[Fault]:
    contract = CONTRACTS.get(front.name)
    if contract is None:
        yield Fault(front.name_line, "no-node", f"no node uses it: nodes use {_listed(tuple(CONTRACTS))}")
    elif front.declared is not None and (unread := left_out(front.declared, contract)):
        text = f"the {contract.node} node also passes {', '.join(unread)}, which this prompt leaves out"
        yield Fault(front.name_line, "left-out", text)


def _shown(path: Path, root: Path) -> str:
    """On one line, whatever the file is called."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.relative_to(root).as_posix())


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
