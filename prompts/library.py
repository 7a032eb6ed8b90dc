"""The prompt library: a folder of `.prompty` files, which are the drafts, and beside them the releases made of them.

Campaigns are given releases and nothing else. Drafts are loaded once and again when a file changes; one that breaks
while the system runs stays as it was last good until the file is mended.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from domain.errors import BadInput, DataFault, NotFound
from domain.errors import shown as quoted
from domain.prompting import DRAFT, PromptChoice
from prompts.check import check_partials, misplaced, partial_files, prompt_files, read_checked
from prompts.diagnostic import Diagnostic, did_you_mean
from prompts.jinja_subset import check_body
from prompts.loading import load_template
from prompts.releasing.book import Chosen, ReleaseBook
from prompts.releasing.record import PromptReleases
from prompts.template import PromptTemplate, RenderedPrompt, compile_template

_OVERRIDES_KEPT = 64
_LONGEST_FINDING = 200
"""Characters of one finding in an error; it may repeat what a caller has written."""
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class PromptInfo:
    """One prompt as a list shows it: its working copy, and its releases. `problems` is why the file as it stands is not
    what is shown, or, where `hash` is empty, why it cannot be used at all."""

    name: str
    description: str
    hash: str
    releases: PromptReleases
    problems: tuple[Diagnostic, ...]

    @property
    def is_released(self) -> bool:
        """Whether the working copy is what every campaign is given."""
        return [share.hash for share in self.releases.labels.production] == [self.hash]


@dataclass(slots=True)
class _Loaded:
    template: PromptTemplate
    stamp: Stamp
    problems: tuple[Diagnostic, ...] = ()


class _Broken(NamedTuple):
    """One that was never good: what is wrong with it, and with which files."""

    stamp: Stamp
    problems: tuple[Diagnostic, ...]


class PromptLibrary:
    """The prompts of one folder, by name (`strategy/brief` is the file `strategy/brief.prompty`). What is asked for by
    name alone is the working copy; `choose` gives a campaign its release, and `releases` has all of them.

    By default every look-up sees whether the file has changed. With `watched`, look-ups never touch the disk, as
    befits an event loop, and whoever watches calls `refresh` when there may be something new. Rendering with an
    override, which may have to be compiled first, may be done in another thread.
    """

    def __init__(self, folder: Path, *, watched: bool = False) -> None:
        self._folder = folder
        self._watched = watched
        self.releases = ReleaseBook(folder, watched=watched)
        self._loaded: dict[str, _Loaded] = {}
        self._broken: dict[str, _Broken] = {}
        self._overrides: OrderedDict[tuple[str, str, str], PromptTemplate] = OrderedDict()
        self._overriding = Lock()

    @property
    def folder(self) -> Path:
        return self._folder

    def list(self) -> Sequence[PromptInfo]:
        """Every prompt there is a file or a release of, in order of name, those that cannot be used among them. What is
        wrong with the record of releases is told by `releases.problem`, and hides no file."""
        names = {self._name(path) for path in prompt_files(self._folder)}
        with suppress(DataFault):
            names |= self.releases.all().keys()
        return [self._told(name, self._releases_shown(name)) for name in sorted(names)]

    def info(self, name: str) -> PromptInfo:
        """One prompt as `list` shows it. Raises NotFound for one there is neither a file nor a release of, DataFault
        for one whose releases cannot be told."""
        return self._told(name, self.releases.of(name))

    def _releases_shown(self, name: str) -> PromptReleases:
        try:
            return self.releases.of(name)
        except DataFault:
            return PromptReleases()

    def _told(self, name: str, releases: PromptReleases) -> PromptInfo:
        try:
            found = self._current(name)
        except NotFound:
            if not releases.history:
                raise
            gone = Diagnostic(f"{name}.prompty", 1, "the file is gone; its releases are in use", "unreadable")
            return PromptInfo(name, "", "", releases, (gone,))
        if isinstance(found, _Broken):
            return PromptInfo(name, "", "", releases, found.problems)
        return PromptInfo(name, found.template.description, found.template.hash, releases, found.problems)

    def get(self, name: str) -> PromptTemplate:
        """The working copy. Raises NotFound with the near miss, BadInput when it never loaded."""
        found = self._current(name)
        if isinstance(found, _Broken):
            raise _unusable(name, found.problems)
        return found.template

    def text(self, name: str) -> str:
        """The working copy's body, as it stands in the file."""
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

    def choose(
        self, name: str, campaign_id: UUID, known: PromptChoice | None, override_text: str | None = None
    ) -> Chosen:
        """What a campaign asks with: the release it keeps to, `known` once it has one, or the wording given for its run
        alone, which counts as a draft. A body that is in production, or that the campaign
        keeps to, is no wording of its own: a form is filled in with what was in production when it was opened.

        Raises BadInput where nothing is in production and for a wording that does not pass the checks, NotFound where
        the campaign's release is not kept any more.
        """
        is_given = override_text is not None and override_text.strip() != ""
        if override_text is None or not is_given or override_text in self.releases.texts_of(name, known):
            return self.releases.choose(name, campaign_id, known)
        made = self._overridden(self.releases.production(name), override_text)
        return Chosen(made, PromptChoice(prompt=name, hash=made.hash, version=None, label=DRAFT, propensity=1.0))

    def require_usable(self, name: str, text: str) -> None:
        """Raises BadInput for a wording that `choose` would not take for a new campaign, and what it raises where
        nothing is in production; an empty one stands for what is."""
        if text.strip() and text not in self.releases.texts_of(name, None):
            self._overridden(self.releases.production(name), text)

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

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).with_suffix("").as_posix()

    def refresh(self) -> None:
        """See which files have changed and load them. A draft that cannot be used is told by `list`, and by whoever
        asks for it; a record of releases by `releases.problem`."""
        self.releases.refresh()
        for path in prompt_files(self._folder):
            with suppress(NotFound):
                self._looked_up(self._name(path))

    def _current(self, name: str) -> _Loaded | _Broken:
        """Raises NotFound."""
        known = (self._loaded.get(name) or self._broken.get(name)) if self._watched else None
        return known or self._looked_up(name)

    def _looked_up(self, name: str) -> _Loaded | _Broken:
        loaded, broken = self._loaded.get(name), self._broken.get(name)
        stamp = self._stamp(name)
        for known in (loaded, broken):
            if known is not None and known.stamp == stamp:
                return known
        problems, template = self._load(name)
        if template is None and loaded is None:
            # Given back as it is: another thread may have mended it by the time it is looked up again.
            self._broken[name] = broken = _Broken(stamp, tuple(problems))
            return broken
        if template is not None:
            loaded = _Loaded(template, stamp)
        elif loaded is not None:
            loaded = _Loaded(loaded.template, stamp, tuple(problems))
        assert loaded is not None
        self._loaded[name] = loaded
        self._broken.pop(name, None)
        return loaded

    def _stamp(self, name: str) -> Stamp:
        """Size and time of the prompt and of the partials; empty for a file that is gone."""
        path = self._path(name)
        try:
            files = [path, *partial_files(self._folder)]
            return tuple((file.name, (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files)
        except OSError:
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
