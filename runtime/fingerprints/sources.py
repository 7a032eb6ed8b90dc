"""Our source as it lies on disk: which files a module can reach, and what is in them.

Imports are read off the text by pattern, wherever they stand: in functions, under `TYPE_CHECKING`, and names of our
modules in quotes, as `importlib.resources` is given them. Too many files make a step run again for nothing; a file too
few would have a change overlooked.
"""

import hashlib
import re
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import domain

ROOT: Final = Path(domain.__path__[0]).parent
ROOMS: Final = ("domain", "agents", "graph", "prompts", "llm_mocks", "world", "storage", "runtime")
STARTED: Final = time.time()
"""About when this process began to read its code, in seconds since 1970."""
_OURS: Final = rf"(?:{'|'.join(ROOMS)})"
_FROM: Final = re.compile(rf"^\s*from\s+({_OURS}(?:\.\w+)*)\s+import\s+(\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORT: Final = re.compile(rf"^\s*import\s+({_OURS}(?:\.\w+)*)", re.MULTILINE)
_QUOTED: Final = re.compile(rf"""["']({_OURS}(?:\.\w+)+)["']""")
_NAME: Final = re.compile(r"\w+")
_NOT_READ: Final = frozenset({"__pycache__", "py.typed"})
_PROMPTS: Final = "prompts"
"""Its texts are no data: the release that a campaign asks with is on its own record."""


class Sources:
    """Read once, as far as they are asked for."""

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._marks: dict[Path, bytes] = {}
        self._imports: dict[Path, frozenset[str]] = {}
        self._files: dict[str, tuple[Path, ...]] = {}
        self._data: dict[Path, tuple[Path, ...]] = {}
        self.newest = 0.0
        """When the newest of the files read was written or put there, in seconds since 1970."""

    def reached(self, modules: Collection[str], shut: Collection[str] = ()) -> frozenset[Path]:
        """The files that these modules and all they import may read, themselves among them. What lies in a package of
        `shut`, and is none of `modules`, is left out."""
        found: set[Path] = set()
        seen: set[str] = set()
        to_read = list(modules)
        while to_read:
            module = to_read.pop()
            if module in seen or (module not in modules and is_in(module, shut)):
                continue
            seen.add(module)
            package, _, _ = module.rpartition(".")
            if package:
                to_read.append(package)
            if module not in self._files:
                self._files[module] = tuple(self._files_of(module))
            for file in self._files[module]:
                found.add(file)
                if file.suffix == ".py" and not is_in(module, shut):
                    to_read += self._imported(file)
        return frozenset(found)

    def modules_in(self, package: str) -> set[str]:
        """All of a package and of those beneath it."""
        home = self._root.joinpath(*package.split("."))
        return {".".join(file.relative_to(self._root).with_suffix("").parts) for file in home.rglob("*.py")}

    def room_of(self, file: Path) -> str:
        return file.relative_to(self._root).parts[0]

    def mark(self, files: Collection[Path]) -> str:
        """A fingerprint of their names and contents."""
        digest = hashlib.sha256()
        for file in sorted(files):
            digest.update(file.relative_to(self._root).as_posix().encode() + b"\0" + self._mark(file))
        return digest.hexdigest()[:16]

    def _files_of(self, module: str) -> Iterator[Path]:
        """Its source, and the data beside it; none for a name in a module, and for what is no module at all."""
        place = self._root.joinpath(*module.split("."))
        source = place.with_suffix(".py")
        if source.is_file():
            yield source
            yield from self._beside(place.parent)
        elif place.is_dir():
            init = place / "__init__.py"
            if init.is_file():
                yield init
            yield from self._beside(place)

    def _beside(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._data:
            self._data[folder] = tuple(self._data_of(folder))
        return self._data[folder]

    def _data_of(self, folder: Path) -> Iterator[Path]:
        """The data files in a folder and in those beneath it that hold no source."""
        if folder.relative_to(self._root).parts[0] == _PROMPTS:
            return
        for path in folder.iterdir():
            if path.name in _NOT_READ:
                continue
            if path.is_dir():
                if not any(path.glob("*.py")):
                    yield from self._data_of(path)
            elif path.suffix != ".py":
                yield path

    def _imported(self, file: Path) -> frozenset[str]:
        if file not in self._imports:
            self._imports[file] = frozenset(_named(self._read(file).decode()))
        return self._imports[file]

    def _mark(self, file: Path) -> bytes:
        if file not in self._marks:
            self._read(file)
        return self._marks[file]

    def _read(self, file: Path) -> bytes:
        # Nobody can put back when a file's record was last changed, as they can when its content was.
        self.newest = max(self.newest, file.stat().st_ctime)
        content = file.read_bytes()
        self._marks[file] = hashlib.sha256(content).digest()
        return content


def _named(text: str) -> Iterator[str]:
    """The modules that a source names. What it imports from a package may be a module of it or a name in it."""
    for package, names in _FROM.findall(text):
        yield package
        yield from (f"{package}.{name}" for name in _NAME.findall(names))
    yield from _IMPORT.findall(text)
    yield from _QUOTED.findall(text)


def is_in(module: str, packages: Collection[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
