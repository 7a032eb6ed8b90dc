"""A tree of source as the rules of the house see it: which modules there are, and which of them import which."""

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

Layers = Mapping[str, frozenset[str]]
"""For each room the other rooms it may import."""


def _layers(*downward: str) -> dict[str, frozenset[str]]:
    """Rooms from the top, those of one layer in one string; each may import every room of the layers below its own."""
    layers = [layer.split() for layer in downward]
    return {
        room: frozenset(lower for below in layers[depth + 1 :] for lower in below)
        for depth, layer in enumerate(layers)
        for room in layer
    }


ROOMS: Layers = _layers(
    "cli", "bench", "api", "runtime", "graph", "agents", "prompts llm_mocks world storage", "domain"
)
"""`cli` and `bench` stand beside `api`, and start it; `api` knows neither."""

OUTSIDE = ("tests", "frontend")
"""What is not there where the product is installed: no room may import it."""
SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs")

FRONTEND: Layers = _layers("app", "components", "lib", "generated")


@dataclass(frozen=True, slots=True)
class Import:
    """One module asking for another, at the top of its file, inside a function or for its types only."""

    path: str
    line: int
    importer: str
    name: str
    """The module of ours that is imported, by the whole of its name."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


@dataclass(frozen=True)
class House:
    """The modules of some rooms under one root, and their imports of each other."""

    root: Path
    paths: dict[str, Path]
    imports: tuple[Import, ...]

    def trees(self) -> Iterator[tuple[Path, ast.Module]]:
        """Each Python file, relative to the root, and its syntax tree."""
        for path in self.paths.values():
            yield path, _parsed(self.root / path)


def python_house(root: Path = ROOT) -> House:
    """The Python rooms under `root`."""
    paths = {_dotted(path): path for room in ROOMS for path in _files(root, room, (".py",))}
    found: list[Import] = []
    for importer, path in paths.items():
        for node in ast.walk(_parsed(root / path)):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = _names(node, importer, paths)
            ours = [name for name in names if _room(name) in (*ROOMS, *OUTSIDE)]
            found += [Import(str(path), node.lineno, importer, name) for name in ours]
    return House(root, paths, tuple(found))


def dashboard_house(root: Path = ROOT / "frontend") -> House:
    """The dashboard's rooms under `root`, its modules named like Python's: `components.basics.badge`."""
    paths = {_dotted(path): path for room in FRONTEND for path in _files(root, room, SCRIPTS)}
    found: list[Import] = []
    for importer, path in paths.items():
        source = re.sub(r"/\*.*?\*/", _lines_alone, (root / path).read_text(), flags=re.DOTALL)
        for match in re.finditer(r"""\b(?:from|import|require)\s*\(?\s*(["'`])((?:@/|\.)[^"'`]+)\1""", source):
            line = source.count("\n", 0, match.start()) + 1
            target = match[2].removeprefix("@/") if match[2].startswith("@/") else str(path.parent / match[2])
            name = _dotted(Path(os.path.normpath(target)))
            found.append(Import(str(path), line, importer, f"{name}.index" if f"{name}.index" in paths else name))
    return House(root, paths, tuple(found))


def _lines_alone(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


def upward(house: House, layers: Layers) -> list[str]:
    """Imports of a room that the importer's room may not know."""
    return [
        str(one)
        for one in house.imports
        if _room(one.name) != _room(one.importer) and _room(one.name) not in layers[_room(one.importer)]
    ]


def circles(house: House) -> list[str]:
    """Where siblings, modules or packages, import each other in a circle, at any depth: each with the imports in it."""
    siblings: dict[str, dict[tuple[str, str], list[Import]]] = defaultdict(lambda: defaultdict(list))
    for one in house.imports:
        if one.name == one.importer or one.name not in house.paths:
            continue
        package, importer, imported = _where_they_part(one.importer, one.name)
        siblings[package][importer, imported].append(one)
    found = []
    for package, edges in sorted(siblings.items()):
        reached = {name: _reachable(name, edges) for edge in edges for name in edge}
        looped = [one for edge, imports in edges.items() if edge[0] in reached[edge[1]] for one in imports]
        if looped:
            found.append(f"{package or 'the top'}: " + "; ".join(map(str, looped)))
    return found


def _where_they_part(importer: str, imported: str) -> tuple[str, str, str]:
    """The package two modules share, and the two names that stand beside one another in it."""
    one, other = importer.split("."), imported.split(".")
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    # A package's own `__init__` is one more module beside those it holds.
    ours, theirs = ([*parts, "__init__"][shared] for parts in (one, other))
    return ".".join(one[:shared]), ours, theirs


def _reachable(start: str, edges: Iterable[tuple[str, str]]) -> set[str]:
    reached, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        further = {imported for importer, imported in edges if importer == here} - reached
        reached |= further
        ahead += further
    return reached


def _names(node: ast.Import | ast.ImportFrom, importer: str, known: Mapping[str, Path]) -> list[str]:
    """The modules an import statement asks for: `from a import b` is `a.b` where that is a module, else `a`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    if node.level:
        inside = known[importer].name == "__init__.py"
        above = importer.split(".")[: len(importer.split(".")) - node.level + inside]
        module = ".".join([*above, module]).rstrip(".")
    whole = [f"{module}.{alias.name}" for alias in node.names]
    return [name if name in known else module for name in whole]


def _files(root: Path, room: str, suffixes: tuple[str, ...]) -> list[Path]:
    return [path.relative_to(root) for path in sorted((root / room).rglob("*")) if path.suffix in suffixes]


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _dotted(path: Path) -> str:
    bare = path.with_suffix("") if path.suffix in {".py", *SCRIPTS} else path
    return ".".join(bare.parts).removesuffix(".__init__")


def _room(name: str) -> str:
    return name.split(".")[0]
