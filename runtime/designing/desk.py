"""The designer's desk: everything the command line and the API let one do with prompts."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import yaml
from langchain_core.language_models import BaseChatModel

from agents.ports import ChatModels
from domain.context import CampaignContext
from domain.errors import BadInput, Conflict, NotFound
from domain.errors import shown as quoted
from domain.prompting import PRODUCTION
from domain.provenance import is_fake
from prompts.cases.case import Case
from prompts.cases.reading import has_cases, read_cases
from prompts.check import notes
from prompts.checking.files import as_read
from prompts.diagnostic import Diagnostic
from prompts.drafts import Draft, is_partial, read_draft, save_draft, save_partial
from prompts.library import PromptLibrary
from prompts.releasing.reading import read_record
from prompts.releasing.record import (
    Entry,
    Label,
    PromptReleases,
    Share,
    alone,
    unwritable,
    write_record,
)
from prompts.releasing.text import keep_release, load_release, self_contained
from prompts.template import PromptValue
from runtime.designing.answering import PromptRun, answered
from runtime.designing.comparing import Comparison, defaults, pairs, settings, side, text_diff
from runtime.designing.lawful import judged
from runtime.designing.partials import Partial, partial, partial_findings, partials_of
from runtime.designing.previewing import Preview, previewed
from runtime.designing.terms import require_change, require_green, require_reason, require_seen, share_of
from runtime.designing.testing import TestReport, tested
from runtime.designing.wordings import Which, Wording, cases_of, findings_of, red_team_names, red_team_of, the_wording


def _now() -> datetime:
    return datetime.now(UTC)


class PromptDesk:
    """`model` is the one asked where no other is named."""

    def __init__(
        self, prompts: PromptLibrary, models: ChatModels, model: str, *, now: Callable[[], datetime] = _now
    ) -> None:
        self._prompts = prompts
        self._models = models
        self._model = model
        self._now = now

    def draft(self, name: str) -> Draft | None:
        return read_draft(self._prompts.folder, name)

    def partial(self, name: str) -> Partial:
        """A text that prompts share, by its path in the folder. Raises NotFound, BadInput for one that is no text."""
        return partial(self._prompts.folder, name)

    def partials_of(self, name: str, source: str) -> list[str]:
        """The partials that a text brings in as the file of a prompt, in order."""
        return partials_of(self._prompts.folder, name, source)

    def case_names(self, name: str, source: str) -> list[str]:
        """What the cases of a text are called; none where they cannot be read."""
        try:
            return [case.description for case in read_cases(source, file=f"{name}.prompty")]
        except (BadInput, yaml.YAMLError):
            return []

    def notes(self) -> list[Diagnostic]:
        """What is no fault and good to know of the working copies."""
        return notes(self._prompts.folder)

    async def check(self, name: str, source: str) -> list[Diagnostic]:
        """Every fault of a text as the file of a prompt; or as a partial, those of the prompts that bring it in too."""
        if is_partial(name):
            return await asyncio.to_thread(partial_findings, self._prompts.folder, name, source)
        return await asyncio.to_thread(findings_of, self._prompts, name, source)

    async def save(self, name: str, source: str, *, read: str | None) -> Draft:
        """Write the working copy, or a partial, whatever its faults: no campaign is given it. Raises what `save_draft`
        and `save_partial` do."""
        write = save_partial if is_partial(name) else save_draft
        saved = await asyncio.to_thread(write, self._prompts.folder, name, source, read=read)
        await asyncio.to_thread(self._prompts.refresh)
        return saved

    async def run(
        self,
        name: str,
        which: Which,
        *,
        values: dict[str, PromptValue] | None = None,
        case: str | None = None,
        model: str | None = None,
    ) -> PromptRun:
        """Ask once, with the values of a case and those given in their place; the examples where nothing is given. An
        answer whose verdict cannot be had is kept, and says why.

        Raises NotFound for a prompt, a version or a case there is not, BadInput for what does not pass the checks or
        fit, TransientFailure where the model is worth another try.
        """
        wording = await asyncio.to_thread(the_wording, self._prompts, name, which)
        given = dict(values or {})
        if case is not None:
            given = {**await asyncio.to_thread(self._case, wording, case), **given}
        name_of_model = model or self._model
        made = await answered(self._open(name_of_model), name_of_model, wording, given)
        verdict, unjudged = await asyncio.to_thread(judged, made.answer, wording.values(given), self._today())
        return PromptRun(**dict(made), verdict=verdict, unjudged=unjudged)

    async def preview(
        self, name: str, which: Which, *, values: dict[str, PromptValue] | None = None, case: str | None = None
    ) -> Preview:
        """What `run` would ask with. Raises what it does, but for the model."""
        wording = await asyncio.to_thread(the_wording, self._prompts, name, which)
        sample = {} if case is None else await asyncio.to_thread(self._case, wording, case)
        return await asyncio.to_thread(previewed, wording, {**sample, **(values or {})})

    async def test(
        self, name: str, which: Which, *, case: str | None = None, model: str | None = None, red_team: bool = False
    ) -> TestReport:
        """Every case of the prompt, the one of that description, or every hostile one. Raises what `run` does, NotFound
        for a prompt without."""
        wording = await asyncio.to_thread(the_wording, self._prompts, name, which)
        if not red_team:
            return await self._tested(wording, wording, model or self._model, case)
        cases = await asyncio.to_thread(red_team_of, self._prompts, wording)
        if case is not None:
            cases = [_named(wording.name, cases, case)]
        name_of_model = model or self._model
        return await tested(self._open(name_of_model), name_of_model, wording, cases, self._today(), are_hostile=True)

    def names_with_cases(self) -> list[str]:
        """The prompts whose working copy has cases, in order of name. One that cannot be used is among them: testing it
        says why."""
        return [info.name for info in self._prompts.list() if self._may_have_cases(info.name)]

    def _may_have_cases(self, name: str) -> bool:
        try:
            draft = self.draft(name)
        except BadInput:
            return True
        return draft is not None and has_cases(as_read(draft.source))

    def names_with_red_team(self) -> list[str]:
        """The prompts that have hostile cases, in order of name."""
        return red_team_names(self._prompts)

    async def test_all(
        self, names: Sequence[str], which: Which, *, model: str | None = None, red_team: bool = False
    ) -> list[TestReport]:
        """One prompt after the other. Raises what `test` does."""
        return [await self.test(name, which, model=model, red_team=red_team) for name in names]

    async def diff(self, name: str, a: Which, b: Which, *, outputs: bool, model: str | None = None) -> Comparison:
        """Two wordings side by side; with `outputs`, what the model answers to each case of the second. Raises what
        `run` does."""
        first = await asyncio.to_thread(the_wording, self._prompts, name, a)
        second = await asyncio.to_thread(the_wording, self._prompts, name, b)
        name_of_model = model or self._model
        cases = []
        if outputs:
            reports = [await self._tested(one, second, name_of_model) for one in (first, second)]
            cases = list(pairs(*reports))
        return Comparison(
            name=name,
            a=side(first),
            b=side(second),
            same=first.template.hash == second.template.hash,
            text=text_diff(first, second),
            settings=settings(first.template, second.template),
            defaults=defaults(first.template, second.template),
            cases=cases,
            model=name_of_model,
            is_mock=is_fake(name_of_model),
        )

    async def promote(
        self,
        name: str,
        *,
        label: Label,
        weight: float | None,
        why: str,
        by: str,
        seen: str | None = None,
        model: str | None = None,
    ) -> Entry:
        """Make the working copy a release and let the label point to it; the entry of the history. `seen` is the hash
        that was looked at, where it matters that it is still that.

        Raises BadInput for a working copy that fails the checks or a case, and without a reason; Conflict where nothing
        would change, or the working copy is not what was seen, or changed meanwhile.
        """
        require_reason(why, by)
        share = share_of(label, weight)
        wording = await asyncio.to_thread(the_wording, self._prompts, name, Which())
        require_seen(name, wording, seen)
        releases = await asyncio.to_thread(self._prompts.releases.of, name)
        require_change(name, releases, wording, label, share)
        report = await self._tested(wording, wording, model or self._model)
        require_green(report)
        entry = Entry(
            version=releases.version_of(wording.template.hash) or releases.next_version,
            hash=wording.template.hash,
            action="promote",
            label=label,
            weight=share,
            by=by.strip(),
            at=self._now(),
            why=why.strip(),
            tests=report.passed,
        )
        return await asyncio.to_thread(self._release, wording, entry)

    async def rollback(self, name: str, *, to: int | None, why: str, by: str) -> Entry:
        """Give all of production to an earlier release: the one before the newest, or version `to`. It was tested when
        it was released, and is not again: whoever goes back is in a hurry. The working copy stays as it is.

        Raises BadInput without a reason, NotFound for a version there is not, Conflict where there is nothing to go
        back to, DataFault for a release whose text was lost or changed.
        """
        require_reason(why, by)
        return await asyncio.to_thread(self._roll_back, name, to, why.strip(), by.strip())

    def _open(self, model: str) -> BaseChatModel:
        return self._models.open(CampaignContext(model=model))

    async def _tested(self, wording: Wording, cases_from: Wording, model: str, only: str | None = None) -> TestReport:
        cases = await asyncio.to_thread(cases_of, self._prompts, cases_from)
        if only is not None:
            cases = [_named(wording.name, cases, only)]
        return await tested(self._open(model), model, wording, cases, self._today(), are_hostile=False)

    def _today(self) -> date:
        return self._now().date()

    def _case(self, wording: Wording, wanted: str) -> dict[str, PromptValue]:
        return _named(wording.name, cases_of(self._prompts, wording), wanted).values

    def _release(self, wording: Wording, entry: Entry) -> Entry:
        name, folder = wording.name, self._prompts.folder
        text = self_contained(wording.source, wording.template)
        with alone(folder):
            record = read_record(folder)
            releases = record.get(name, PromptReleases())
            # Somebody else may have released, or saved, while the cases ran.
            again = the_wording(self._prompts, name, Which())
            if again.template.hash != entry.hash:
                raise Conflict(
                    f"the working copy of '{name}' was changed while its cases ran", remedy="promote it anew"
                )
            require_change(name, releases, wording, entry.label, entry.weight)
            version = releases.version_of(entry.hash) or releases.next_version
            entry = entry.model_copy(update={"version": version})
            keep_release(folder, name, entry.hash, text, {**record, name: releases.promoted(entry)})
        self._prompts.refresh()
        return entry

    def _roll_back(self, name: str, to: int | None, why: str, by: str) -> Entry:
        folder = self._prompts.folder
        with alone(folder):
            record = read_record(folder)
            releases = record.get(name)
            if releases is None:
                self._prompts.get(name)  # says which prompts there are
                raise Conflict(f"nothing of '{name}' was released yet", remedy="promote it first")
            release = releases.before_the_last() if to is None else releases.hash_of(to)
            if release is None:
                known = ", ".join(str(entry.version) for entry in releases.history)
                if to is not None:
                    raise NotFound(
                        f"prompt '{name}' has no version {to}", remedy=f"its versions are {known}", field="to"
                    )
                raise Conflict(f"there is no release of '{name}' before this one", remedy="name one with --to")
            if releases.labels.production == (Share(hash=release, weight=1),):
                raise Conflict(
                    f"that release of '{name}' has all of production already", remedy="name another with --to"
                )
            load_release(folder, name, release)  # nobody goes back to a text that is gone, or is another by now
            entry = Entry(
                version=releases.version_of(release) or releases.next_version,
                hash=release,
                action="rollback",
                label=PRODUCTION,
                weight=1,
                by=by,
                at=self._now(),
                why=why,
                tests=0,
            )
            try:
                write_record(folder, {**record, name: releases.promoted(entry)})
            except OSError as error:
                raise unwritable(folder, error) from error
        self._prompts.refresh()
        return entry


def _named(name: str, cases: Sequence[Case], wanted: str) -> Case:
    """The case of that description, or the one that alone has those words. Raises NotFound."""
    found = [case for case in cases if case.description == wanted]
    found = found or [case for case in cases if wanted.casefold() in case.description.casefold()]
    if len(found) != 1:
        known = "; ".join(case.description for case in found or cases)
        problem = f"prompt '{name}' has {'several cases' if found else 'no case'} called {quoted(wanted)}"
        raise NotFound(problem, remedy=f"name one of: {known}" if known else "write one under 'tests'", field="case")
    return found[0]
