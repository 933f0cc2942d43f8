"""One run of `remediate`: look, plan, show; and where it is to be carried out: ask, act, look again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzers.language import phrase
from bridge.cli.messages import message
from bridge.cli.options import ContactOptions, ReportOptions
from bridge.cli.outputs import terminal_width
from bridge.cli.plan_files import journal_path, plan_of, refuse, say_refused
from bridge.errors import ExitStatus, HostUnreachable, UsageError
from bridge.language import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from analyzers.language import Language
    from analyzers.planning import Choices, Planned
    from analyzers.planning.refusals import Refusal
    from analyzers.steps import Plan
    from bridge.apply import Applied
    from bridge.applying.site import Look, Site
    from bridge.journal import JournalFile
    from bridge.settings import Settings
    from bridge.targets import Target

FILE_WIDTH = 100
"""Columns of a text in a file, which no terminal limits."""
FRESH = 30.0
"""Seconds that somebody may think a question over before the look that it rests on is an old one."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What only `remediate` is asked."""

    carry_out: bool
    plan_file: Path | None
    resume: Path | None
    journal: Path | None
    yes: bool
    wait: float
    api_timeout: float
    task_wait: float


@dataclass(frozen=True, slots=True)
class Remediation:
    """One run of `remediate` over one target."""

    target: Target
    word: str
    settings: Settings
    report: ReportOptions
    contact: ContactOptions
    options: RunOptions
    choices: Choices
    reviewed: Plan | None
    """The plan of `--plan`, read before anything is contacted."""

    @property
    def _language(self) -> Language:
        return language_of(self.report.lang)

    def run(self) -> int:
        """Look, plan, show; with `--apply` or `--resume` carry out. The exit status."""
        from bridge.targets import LocalTarget, SshTarget

        acts = self.options.carry_out or self.options.resume is not None
        if isinstance(self.target, SshTarget | LocalTarget):
            return self._live(acts)
        look = self._evidence()
        if acts:
            self._never_carried_out(look)
        return self._shown_only(look, None, look.diagnosis.taken_at)

    def _never_carried_out(self, look: Look) -> None:
        """Evidence cannot be changed; what would be refused on the host itself is said as such."""
        planned = self._planned(look, None, look.diagnosis.taken_at)
        refuse(planned.refusals if self._is_refused(planned) else (), self._language)
        raise UsageError(
            phrase("{word} is no host: nothing can be carried out there", word=self.word)
        )

    # evidence alone

    def _evidence(self) -> Look:
        from bridge.cli.looking import evidence_of
        from bridge.folder import read_evidence
        from bridge.targets import FolderTarget, ZipTarget

        if isinstance(self.target, FolderTarget | ZipTarget):
            files, origin = read_evidence(str(self.target.path))
        else:
            files, origin = evidence_of(self.target, self.contact), self.word
        return self._look(files, origin)

    def _unreachable(self, error: HostUnreachable) -> Look:
        """What is to be seen where the host cannot be reached: that it cannot."""
        from bridge.collect import meta_of, unreachable

        files = {"meta.json": meta_of(self.target.name, None), "host.json": unreachable(error)}
        return self._look(files, self.word)

    def _look(self, files: Mapping[str, bytes], origin: str) -> Look:
        from analyzers.diagnose import diagnose
        from analyzers.snapshot import read
        from analyzers.suppressions import with_suppressions
        from bridge.applying.site import Look
        from bridge.cli.main import TOOL
        from bridge.clock import now
        from bridge.wordings import given_by

        snapshot = read(files, origin=origin, fallback_now=now())
        given = given_by(self.settings)
        fail_on = self.report.fail_on
        diagnosis = diagnose(snapshot, tool=TOOL, fail_on=fail_on, given=given)
        return Look(snapshot, with_suppressions(diagnosis, self.settings.suppressions))

    def _shown_only(self, look: Look, host_key: str | None, at: datetime) -> int:
        """Print the plan; nothing is changed."""
        planned = self._planned(look, host_key, at)
        self._emit_plan(planned)
        if not look.snapshot.observable:
            return int(ExitStatus.UNOBSERVABLE)
        if self._is_refused(planned):
            return int(ExitStatus.REFUSED)
        from bridge.cli.outputs import exit_status

        return int(exit_status(look.diagnosis, self.report))

    def _is_refused(self, planned: Planned) -> bool:
        """A reviewed plan is carried out as it was reviewed, or not at all."""
        return planned.refused or (self.reviewed is not None and bool(planned.refusals))

    def _planned(self, look: Look, host_key: str | None, at: datetime) -> Planned:
        """The plan for what is now, or the reviewed one held against it.

        `at`: now; of evidence the moment that it is of, so that the same evidence gives the same plan, and
        old evidence no plan that looks fresh.
        """
        from analyzers.planning import Planned, plan_for, refusals_of
        from bridge.cli.choosing import check_names

        if self.reviewed is None:
            check_names(self.choices, look.diagnosis)
            return plan_for(
                look.snapshot,
                look.diagnosis,
                made_at=at,
                host_key=host_key,
                choices=self.choices,
            )
        refusals = refusals_of(
            self.reviewed,
            look.snapshot,
            look.diagnosis,
            now=at,
            host_key=host_key,
            choices=self.choices,
        )
        return Planned(self.reviewed, refusals, ())

    def _emit_plan(self, planned: Planned) -> None:
        from analyzers import plan_document, plan_report
        from bridge.cli.written import write

        language = self._language

        def rendered(format: str, terminal: bool) -> str:
            if format == "json":
                return plan_document.render(planned.plan)
            if format == "markdown":
                return plan_report.render_markdown(planned, language)
            width = terminal_width() if terminal else FILE_WIDTH
            return plan_report.render_text(planned, width=width, language=language)

        write(self.report, rendered, phrase("Plan"))
        if "-" not in (self.report.output or ("-",)) or self.report.format == "json":
            say_refused(planned.refusals, language)

    # a live host

    def _live(self, acts: bool) -> int:
        from bridge.applying.connected import connected
        from bridge.clock import now
        from bridge.progress import Progress
        from bridge.targets import LocalTarget, SshTarget

        assert isinstance(self.target, SshTarget | LocalTarget)
        progress, fail_on = Progress(self.contact.verbose), self.report.fail_on
        try:
            with connected(
                self.target, self.contact, self.settings, progress, fail_on=fail_on
            ) as site:
                look = site.look()
                if not acts:
                    return self._shown_only(look, site.transport.host_key, now())
                return self._carry_out(site, look)
        except HostUnreachable as error:
            progress(error.sentence)
            if acts:
                return int(ExitStatus.UNOBSERVABLE)
            return self._shown_only(self._unreachable(error), None, now())

    def _carry_out(self, site: Site, look: Look) -> int:
        from bridge.apply import Refused
        from bridge.applying.identity import identity_of
        from bridge.cli.confirming import confirmed
        from bridge.clock import now
        from bridge.state_folder import state_folder
        from bridge.target_lock import target_lock

        if not look.snapshot.observable:
            for line in look.unseen():
                site.progress(line)
            return int(ExitStatus.UNOBSERVABLE)
        identity = identity_of(site, site.acting(look))
        with target_lock(identity, state_folder() / "locks"):
            if self.options.resume is not None:
                return self._resume(site, look)
            planned = self._planned(look, site.transport.host_key, now())
            self._show(planned)
            refuse(planned.refusals if self._is_refused(planned) else (), self._language)
            steps = tuple(s for s in planned.plan.steps if s.via != "manual")
            if not steps:
                message(phrase("There is nothing that could be changed from here."))
                return self._ended(look, planned.plan, look, None, None)
            asked_at = time.monotonic()
            if not confirmed(steps, yes=self.options.yes, language=self._language):
                raise Refused(phrase("not confirmed: nothing was changed"))
            current = self._of_this_moment(site, look, asked_at)
            if current is not look:
                refuse(self._against(planned.plan, site, current), self._language)
            path = self.options.journal or journal_path(site.target.name)
            from bridge.journal import JournalFile

            with JournalFile.created(path) as journal:
                message(phrase("Journal: {path}", path=path))
                return self._applied(site, look, current, planned.plan, journal)

    def _show(self, planned: Planned) -> None:
        """To a person: the plan on stderr, since stdout is the change record's."""
        from analyzers import plan_report

        language = self._language
        click.echo(
            plan_report.render_text(planned, width=terminal_width(), language=language), err=True
        )

    def _resume(self, site: Site, look: Look) -> int:
        from dataclasses import replace

        from bridge.apply import Refused
        from bridge.cli.confirming import confirmed
        from bridge.journal import JournalFile

        assert self.options.resume is not None
        with JournalFile.opened(self.options.resume) as journal:
            plan = plan_of(journal)
            if plan is None:
                raise Refused(phrase("this journal names no plan: nothing was begun with it"))
            said = journal.journal
            finished = {r.step for r in said.records if r.state in ("done", "already", "undone")}
            left = tuple(s for s in plan.steps if s.via == "manual" or s.id not in finished)
            ids = {s.id for s in left}
            rest = replace(
                plan,
                steps=tuple(replace(s, after=tuple(a for a in s.after if a in ids)) for s in left),
            )
            # It was begun in time, and each step's facts are checked anew just before it.
            against = self._against(rest, site, look)
            whole = (r for r in against if r.whole and r.code not in ("stale", "expired"))
            refuse(tuple(whole), self._language)
            steps = tuple(s for s in left if s.via != "manual")
            asked_at = time.monotonic()
            if steps and not confirmed(steps, yes=self.options.yes, language=self._language):
                raise Refused(phrase("not confirmed: nothing was changed"))
            current = self._of_this_moment(site, look, asked_at)
            message(phrase("Journal: {path}", path=journal.path))
            return self._applied(site, look, current, plan, journal)

    def _against(self, plan: Plan, site: Site, look: Look) -> tuple[Refusal, ...]:
        from analyzers.planning import refusals_of
        from bridge.clock import now

        return refusals_of(
            plan,
            look.snapshot,
            look.diagnosis,
            now=now(),
            host_key=site.transport.host_key,
            choices=self.choices,
        )

    def _of_this_moment(self, site: Site, look: Look, asked_at: float) -> Look:
        """The look, or a new one where somebody thought it over for long: a step rests on fresh evidence."""
        if time.monotonic() - asked_at <= FRESH:
            return look
        site.progress(phrase("Looking again …"))
        return site.look()

    def _applied(
        self, site: Site, first: Look, current: Look, plan: Plan, journal: JournalFile
    ) -> int:
        """Carry out, then the change record, whatever happened."""
        from bridge.apply import Application

        run = Application(
            site,
            plan,
            journal,
            site.wording,
            patience=self.options.wait,
            api_seconds=self.options.api_timeout,
            task_seconds=self.options.task_wait,
        )
        try:
            applied = run.carry_out(current)
        except BaseException:
            if not journal.is_empty:
                message(
                    phrase(
                        "Stopped. What was done is in {path}; go on with --resume, or take it back "
                        "with: closte-doctor undo {path}",
                        path=journal.path,
                    )
                )
            raise
        if journal.is_empty:
            message(phrase("Nothing was begun, so no journal is kept."))
        return self._ended(first, plan, applied.final, journal, applied)

    def _ended(
        self,
        first: Look,
        plan: Plan,
        final: Look | None,
        journal: JournalFile | None,
        applied: Applied | None,
    ) -> int:
        from analyzers import change_record
        from analyzers.journal_document import Journal
        from bridge.cli.outputs import exit_status
        from bridge.cli.written import write

        said = journal.journal if journal else Journal((), 0)
        after = final.diagnosis if final else None
        stopped = applied.stopped if applied else {}
        record = change_record.change_record(first.diagnosis, after, said, plan, stopped)
        language = self._language

        def rendered(format: str, terminal: bool) -> str:
            if format == "json":
                return change_record.render_json(record)
            if format == "markdown":
                return change_record.render_markdown(record, language)
            width = terminal_width() if terminal else FILE_WIDTH
            return change_record.render_text(record, width=width, language=language)

        write(self.report, rendered, phrase("Change record"))
        if applied and (applied.failed or applied.unknown or applied.stopped):
            return int(ExitStatus.PARTIAL if applied.acted else ExitStatus.REFUSED)
        if final is None:
            return int(ExitStatus.PARTIAL)
        return int(exit_status(final.diagnosis, self.report))
