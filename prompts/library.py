"""The prompt library: a folder of `.prompty` files, loaded once, reloaded when a file changes.

A file that breaks while the system runs changes nothing: the last good version stays until the file is mended.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from domain.errors import BadInput, NotFound
from domain.errors import shown as quoted
from prompts.check import check_partials, misplaced, partial_files, prompt_files, read_checked
from prompts.diagnostic import Diagnostic, did_you_mean
from prompts.jinja_subset import check_body
from prompts.loading import load_template
from prompts.releases import Release, read_releases
from prompts.template import PromptTemplate, RenderedPrompt, compile_template

_OVERRIDES_KEPT = 64
_LONGEST_FINDING = 200
"""Characters of one finding in an error; it may repeat what a caller has written."""
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class PromptInfo:
    """One prompt as a list shows it. `problems` is why the file as it stands is not in use, or, where `hash` is empty,
    why the prompt cannot be used at all."""

    name: str
    description: str
    hash: str
    release: Release | None
    problems: tuple[Diagnostic, ...]

    @property
    def is_released(self) -> bool:
        """Whether the version in use is the one released."""
        return self.release is not None and self.release.hash == self.hash


@dataclass(slots=True)
class _Loaded:
    template: PromptTemplate
    stamp: Stamp
    problems: tuple[Diagnostic, ...] = ()


class PromptLibrary:
    """The prompts of one folder, by name (`strategy/brief` is the file `strategy/brief.prompty`).

    By default every look-up sees whether the file has changed. With `watched`, look-ups never touch the disk, as
    befits an event loop, and whoever watches calls `refresh` when there may be something new. Rendering with an
    override, which may have to be compiled first, may be done in another thread.
    """

    def __init__(self, folder: Path, *, watched: bool = False) -> None:
        self._folder = folder
        self._watched = watched
        self._loaded: dict[str, _Loaded] = {}
        self._broken: dict[str, tuple[Stamp, Sequence[Diagnostic]]] = {}
        """Those that have never been good: what was wrong with them, and with which files."""
        self._overrides: OrderedDict[tuple[str, str, str], PromptTemplate] = OrderedDict()
        self._overriding = Lock()

    def list(self) -> Sequence[PromptInfo]:
        """Every prompt, in order of name, those that cannot be used among them."""
        releases = read_releases(self._folder)
        return [self._info(self._name(path), releases) for path in prompt_files(self._folder)]

    def info(self, name: str) -> PromptInfo:
        """One prompt as `list` shows it. Raises NotFound with the near miss."""
        return self._info(name, read_releases(self._folder))

    def get(self, name: str) -> PromptTemplate:
        """The version in use. Raises NotFound with the near miss, BadInput when it never loaded."""
        return self._current(name).template

    def text(self, name: str) -> str:
        """The raw template: what Studio shows as the default, and what an override replaces."""
        return self.get(name).text

    def preview(self, name: str, override_text: str | None = None) -> RenderedPrompt:
        """The prompt with the sample values of its front matter."""
        return self.render(name, self.get(name).samples(), override_text)

    def render(self, name: str, values: Mapping[str, object], override_text: str | None = None) -> RenderedPrompt:
        """Fill a prompt in. `override_text` stands in for the file's body and goes through the same checks.

        Raises NotFound for an unknown prompt; BadInput for a template that does not pass, or values that do not fit.
        """
        template = self.get(name)
        if override_text and override_text.strip() and override_text != template.text:
            template = self._overridden(template, override_text)
        return template.render(values)

    def _overridden(self, template: PromptTemplate, text: str) -> PromptTemplate:
        key = (template.name, template.hash, text)
        with self._overriding:
            known = self._overrides.get(key)
            if known is not None:
                self._overrides.move_to_end(key)
                return known
        declared = {item.name: item.kind for item in template.inputs}
        problems = check_body(text, declared, file=f"{template.name} (edited)")
        if problems:
            raise _unusable(template.name, problems)
        made = compile_template(template.name, template.description, text, template.inputs, template.settings)
        with self._overriding:
            self._overrides[key] = made
            if len(self._overrides) > _OVERRIDES_KEPT:
                self._overrides.popitem(last=False)
        return made

    def _info(self, name: str, releases: Mapping[str, Release]) -> PromptInfo:
        try:
            loaded = self._current(name)
        except BadInput:
            return PromptInfo(name, "", "", releases.get(name), tuple(self._broken[name][1]))
        template = loaded.template
        return PromptInfo(name, template.description, template.hash, releases.get(name), loaded.problems)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).with_suffix("").as_posix()

    def refresh(self) -> None:
        """See which files have changed and load them. One that cannot be used is told by `list` and `get`."""
        for path in prompt_files(self._folder):
            with suppress(BadInput, NotFound):
                self._looked_up(self._name(path))

    def _current(self, name: str) -> _Loaded:
        if self._watched and name in self._loaded:
            return self._loaded[name]
        if self._watched and name in self._broken:
            raise _unusable(name, self._broken[name][1])
        return self._looked_up(name)

    def _looked_up(self, name: str) -> _Loaded:
        loaded = self._loaded.get(name)
        stamp = self._stamp(name)
        if loaded is not None and loaded.stamp == stamp:
            return loaded
        if loaded is None and name in self._broken and self._broken[name][0] == stamp:
            raise _unusable(name, self._broken[name][1])
        problems, template = self._load(name)
        if template is not None:
            self._broken.pop(name, None)
            loaded = _Loaded(template, stamp)
        elif loaded is not None:
            loaded = _Loaded(loaded.template, stamp, tuple(problems))
        else:
            self._broken[name] = (stamp, problems)
            raise _unusable(name, problems)
        self._loaded[name] = loaded
        return loaded

    def _stamp(self, name: str) -> Stamp:
        """Size and time of the prompt and of the partials; empty for a file that is gone."""
        path = self._path(name)
        try:
            files = [path, *partial_files(self._folder)]
            return tuple((file.name, (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files)
        except FileNotFoundError:
            return ()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.prompty"

    def _load(self, name: str) -> tuple[Sequence[Diagnostic], PromptTemplate | None]:
        path = self._path(name)
        known = [self._name(found) for found in prompt_files(self._folder)]
        if name not in known:
            if name in self._loaded:
                return [
                    Diagnostic(f"{name}.prompty", 1, "the file is gone; the last good version is in use", "unreadable")
                ], None
            hint = did_you_mean(name, known).removeprefix(", ") or f"known prompts are {', '.join(known)}"
            raise NotFound(f"there is no prompt {quoted(name)}", remedy=hint, field="prompt")
        try:
            source, problems = read_checked(path, self._folder)
            problems += check_partials(self._folder)
            problems = problems or misplaced(source, path, self._folder)
            if problems:
                return problems, None
            template = load_template(source, path, self._folder)
        except OSError as error:
            return [Diagnostic(f"{name}.prompty", 1, f"cannot be read: {error}", "unreadable")], None
        return [], template


def _unusable(name: str, problems: Sequence[Diagnostic]) -> BadInput:
    shown = "; ".join(str(problem)[:_LONGEST_FINDING] for problem in problems[:3])
    more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
    return BadInput(f"prompt '{name}' cannot be used: {shown}{more}", remedy="mend it and try again", field="prompt")
