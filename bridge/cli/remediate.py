"""`remediate`: the plan that would heal a network; with `--apply`, carried out and proven."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.cli.help_sections import SectionedCommand
from bridge.cli.options import (
    ContactOptions,
    ReportOptions,
    contact_from,
    contact_options,
    report_from,
    report_options,
)
from bridge.errors import ExitStatus, HostUnreachable, UsageError
from bridge.language import language_of

if TYPE_CHECKING:
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

_OPTIONS = (
    click.option("--apply", "carry_out", is_flag=True, help="Carry the plan out, after asking."),
    click.option(
        "--plan",
        "plan_file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Carry out (or show) this reviewed plan instead of a new one.",
    ),
    click.option(
        "--resume",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="JOURNAL",
        help="Go on where the run of this journal broke off.",
    ),
    click.option(
        "--journal",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Where the journal is written.  [default: a new file in the XDG state folder]",
    ),
    click.option(
        "--yes", is_flag=True, help="Do not ask. Severe steps are asked for all the same."
    ),
    click.option(
        "--max-changes",
        type=click.IntRange(1),
        metavar="N",
        help="Allow a plan of up to so many changes.  [default: 10]",
    ),
    click.option(
        "--keep",
        multiple=True,
        metavar="DOMAIN=SITE",
        help="Which site (blog id) keeps a domain that is mapped to two. Repeatable.",
    ),
    click.option(
        "--primary",
        multiple=True,
        metavar="SITE=DOMAIN",
        help="Which domain stays the primary one of a site that has two. Repeatable.",
    ),
    click.option("--allow-wildcard", is_flag=True, help="Consent to wildcard aliases."),
    click.option(
        "--risk",
        multiple=True,
        type=click.Choice(("safe", "confirm", "severe")),
        help="Only steps of this risk. Repeatable.  [default: all]",
    ),
    click.option(
        "--wait",
        type=click.FloatRange(0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long after each group of steps its findings may take to fall silent.",
    ),
    click.option(
        "--api-timeout",
        type=click.FloatRange(1),
        default=45.0,
        show_default=True,
        metavar="SECONDS",
        help="How long a call that changes something at Closte may take; the plugin waits as long.",
    ),
    click.option(
        "--task-wait",
        type=click.FloatRange(1),
        default=600.0,
        show_default=True,
        metavar="SECONDS",
        help="How long a backup or a flush at Closte may take.",
    ),
)


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


def _added(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command(cls=SectionedCommand)
@click.argument("target")
@_added
@report_options
@contact_options
def remediate(target: str, **values: Any) -> int:
    """Show the plan that would heal a network; --apply carries it out.

    Without --apply nothing is changed. With it: the plan is shown and confirmed (severe steps by typing
    the domain), every step is written to a journal before and after it, and the network is diagnosed again
    at the end. `closte-doctor undo JOURNAL` takes back what can be taken back.

    --only and --skip name codes, families, actions and domains; a name that is none of these is an error.

    \b
    Examples:
      closte-doctor remediate @prod                          the plan, and nothing else
      closte-doctor remediate @prod -o plan.json             … as a file to review
      closte-doctor remediate @prod --plan plan.json --apply
      closte-doctor remediate @prod --apply --skip domain.set-primary -o change.md
      closte-doctor remediate @prod --resume JOURNAL
    """
    from bridge.cli.written import only_as
    from bridge.settings import load_settings
    from bridge.targets import resolve_all

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    report = only_as(report, ("text", "markdown", "json"), "a plan")
    options = RunOptions(**{name: values[name] for name in RunOptions.__dataclass_fields__})
    if options.resume and options.plan_file:
        raise UsageError("--resume goes on with the plan of its journal: leave --plan out")
    reviewed = read_plan(options.plan_file) if options.plan_file else None
    targets = resolve_all(target, settings)
    if len(targets) > 1:
        raise UsageError(f"{target} is a group of targets; remediate one at a time")
    choices = choices_from(values, report)
    if contact.print_commands:
        from bridge.cli.diagnose import print_commands

        acts = options.carry_out or options.resume is not None
        return print_commands(targets[0], contact, acts=acts)
    return _Run(targets[0], target, settings, report, contact, options, choices, reviewed).run()


def choices_from(values: Mapping[str, Any], report: ReportOptions) -> Choices:
    """What the operator decided. Raises UsageError for what cannot be read."""
    from analyzers.names import canonical
    from analyzers.planning import Choices
    from analyzers.planning.choices import ALL_RISKS, MOST_CHANGES
    from bridge.cli.choosing import only_names, skipped_names

    keep: dict[str, int] = {
        canonical(d): _site(s, "--keep") for d, s in _pairs(values["keep"], "--keep")
    }
    primary = {
        _site(s, "--primary"): canonical(d) for s, d in _pairs(values["primary"], "--primary")
    }
    return Choices(
        keep=keep,
        primary=primary,
        wildcards=values["allow_wildcard"],
        risks=frozenset(values["risk"]) or ALL_RISKS,
        only=only_names(report.only),
        skip=skipped_names(report.skip),
        max_changes=values["max_changes"] or MOST_CHANGES,
    )


def _pairs(said: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    pairs = [tuple(part.strip() for part in one.partition("=")[::2]) for one in said]
    if any(not a or not b for a, b in pairs):
        raise UsageError(f"{option} wants two things with = between them")
    return [(a, b) for a, b in pairs]


def _site(text: str, option: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"{option}: {text!r} is no site's number")
    return int(text)


@dataclass(frozen=True, slots=True)
class _Run:
    target: Target
    word: str
    settings: Settings
    report: ReportOptions
    contact: ContactOptions
    options: RunOptions
    choices: Choices
    reviewed: Plan | None
    """The plan of `--plan`, read before anything is contacted."""

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
        refuse(planned.refusals if self._is_refused(planned) else ())
        raise UsageError(f"{self.word} is no host: nothing can be carried out there")

    # evidence alone

    def _evidence(self) -> Look:
        from analyzers.diagnose import diagnose
        from analyzers.snapshot import read
        from analyzers.suppressions import with_suppressions
        from bridge.applying.site import Look
        from bridge.cli.diagnose import evidence_of
        from bridge.cli.main import TOOL
        from bridge.clock import now
        from bridge.folder import read_evidence
        from bridge.targets import FolderTarget, ZipTarget
        from bridge.wordings import given_by

        if isinstance(self.target, FolderTarget | ZipTarget):
            files, origin = read_evidence(str(self.target.path))
        else:
            files, origin = evidence_of(self.target, self.contact), self.word
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
        from bridge.cli.outputs import SUFFIXES, replace_file

        language = language_of(self.report.lang)

        def rendered(format: str, width: int) -> str:
            if format == "json":
                return plan_document.render(planned.plan)
            if format == "markdown":
                return plan_report.render_markdown(planned, language)
            return plan_report.render_text(planned, width=width, language=language)

        for target in self.report.output or ("-",):
            if target == "-":
                _print(rendered(self.report.format, _width()))
            else:
                path = Path(target)
                format = SUFFIXES.get(path.suffix.lower(), self.report.format)
                replace_file(path, rendered(format, 100))
                click.echo(f"Plan written to {target}.", err=True)
        if "-" not in (self.report.output or ("-",)) or self.report.format == "json":
            _say_refused(planned, language)

    # a live host

    def _live(self, acts: bool) -> int:
        from bridge.applying.line import Line
        from bridge.applying.site import Site
        from bridge.clock import now
        from bridge.closte.key import key_from
        from bridge.connection import ConnectOptions
        from bridge.progress import Progress
        from bridge.targets import LocalTarget, SshTarget
        from bridge.wordings import given_by

        assert isinstance(self.target, SshTarget | LocalTarget)
        progress = Progress(self.contact.verbose)
        reach = ConnectOptions(
            connect_timeout=self.contact.connect_timeout,
            accept_host_key=self.contact.accept_host_key,
            log=progress.detail,
        )
        key = None
        if self.contact.api_from == "here" and not self.contact.no_api:
            key = key_from(self.contact.api_key_fd, self.contact.api_key_keyring)
        line = Line(self.target, reach)
        progress(f"Connecting to {self.target.name} …")
        try:
            line.connect()
            site = Site(
                line,
                self.target,
                self.contact,
                given_by(self.settings),
                self.report.fail_on,
                progress,
                self.settings.suppressions,
                key,
            )
            look = site.look()
            if not acts:
                return self._shown_only(look, line.host_key, now())
            return self._carry_out(site, look)
        except HostUnreachable as error:
            progress(str(error))
            return int(ExitStatus.UNOBSERVABLE)
        finally:
            line.close()

    def _carry_out(self, site: Site, look: Look) -> int:
        from bridge.apply import Refused
        from bridge.applying.identity import identity_of
        from bridge.cli.confirming import confirmed
        from bridge.clock import now
        from bridge.target_lock import state_folder, target_lock

        if not look.snapshot.observable:
            site.progress("There is nothing to see on this host: nothing is changed.")
            return int(ExitStatus.UNOBSERVABLE)
        identity = identity_of(site, site.acting(look))
        with target_lock(identity, state_folder() / "locks"):
            if self.options.resume is not None:
                return self._resume(site, look)
            planned = self._planned(look, site.transport.host_key, now())
            self._show(planned)
            refuse(planned.refusals if self._is_refused(planned) else ())
            steps = tuple(s for s in planned.plan.steps if s.via != "manual")
            if not steps:
                click.echo("There is nothing that could be changed from here.", err=True)
                return self._ended(look, planned.plan, look, None, None)
            if not confirmed(steps, yes=self.options.yes, language=language_of(self.report.lang)):
                raise Refused("not confirmed: nothing was changed")
            path = self.options.journal or journal_path(site.target.name)
            from bridge.journal import JournalFile

            with JournalFile.created(path) as journal:
                click.echo(f"Journal: {path}", err=True)
                return self._applied(site, look, planned.plan, journal)

    def _show(self, planned: Planned) -> None:
        """To a person: the plan on stderr, since stdout is the change record's."""
        from analyzers import plan_report

        language = language_of(self.report.lang)
        click.echo(plan_report.render_text(planned, width=_width(), language=language), err=True)

    def _resume(self, site: Site, look: Look) -> int:
        from dataclasses import replace

        from analyzers.planning import refusals_of
        from bridge.apply import Refused
        from bridge.cli.confirming import confirmed
        from bridge.clock import now
        from bridge.journal import JournalFile

        assert self.options.resume is not None
        with JournalFile.opened(self.options.resume) as journal:
            said = journal.journal
            plan = said.plan
            if plan is None:
                raise Refused("this journal names no plan: nothing was begun with it")
            finished = {r.step for r in said.records if r.state in ("done", "already", "undone")}
            left = tuple(s for s in plan.steps if s.via == "manual" or s.id not in finished)
            ids = {s.id for s in left}
            rest = replace(
                plan,
                steps=tuple(replace(s, after=tuple(a for a in s.after if a in ids)) for s in left),
            )
            refuse(
                tuple(
                    r
                    for r in refusals_of(
                        rest,
                        look.snapshot,
                        look.diagnosis,
                        now=now(),
                        host_key=site.transport.host_key,
                        choices=self.choices,
                    )
                    # It was begun in time, and each step's facts are checked anew just before it.
                    if r.whole and r.code not in ("stale", "expired")
                )
            )
            steps = tuple(s for s in left if s.via != "manual")
            if steps and not confirmed(
                steps, yes=self.options.yes, language=language_of(self.report.lang)
            ):
                raise Refused("not confirmed: nothing was changed")
            click.echo(f"Journal: {journal.path}", err=True)
            return self._applied(site, look, plan, journal)

    def _applied(self, site: Site, look: Look, plan: Plan, journal: JournalFile) -> int:
        """Carry out, then the change record, whatever happened."""
        from analyzers.api_wording import ApiWording
        from bridge.apply import Application

        wording = site.given.get(ApiWording)
        run = Application(
            site,
            plan,
            journal,
            wording if isinstance(wording, ApiWording) else ApiWording.derive(),
            patience=self.options.wait,
            api_seconds=self.options.api_timeout,
            task_seconds=self.options.task_wait,
        )
        try:
            applied = run.carry_out(look)
        except BaseException:
            click.echo(
                f"Stopped. What was done is in {journal.path}; go on with --resume, or take it back "
                f"with: closte-doctor undo {journal.path}",
                err=True,
            )
            raise
        return self._ended(look, plan, applied.final, journal, applied)

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
        from bridge.cli.outputs import SUFFIXES, exit_status, replace_file

        said = journal.journal if journal else Journal((), 0)
        after = final.diagnosis if final else None
        stopped = applied.stopped if applied else {}
        record = change_record.change_record(first.diagnosis, after, said, plan, stopped)
        language = language_of(self.report.lang)

        def rendered(format: str, width: int) -> str:
            if format == "json":
                return change_record.render_json(record)
            if format == "markdown":
                return change_record.render_markdown(record, language)
            return change_record.render_text(record, width=width, language=language)

        for target in self.report.output or ("-",):
            if target == "-":
                _print(rendered(self.report.format, _width()))
            else:
                path = Path(target)
                format = SUFFIXES.get(path.suffix.lower(), self.report.format)
                replace_file(path, rendered(format, 100))
                click.echo(f"Change record written to {target}.", err=True)
        if applied and (applied.failed or applied.unknown or applied.stopped):
            return int(ExitStatus.PARTIAL if applied.acted else ExitStatus.REFUSED)
        if final is None:
            return int(ExitStatus.PARTIAL)
        return int(exit_status(final.diagnosis, self.report))


def _say_refused(planned: Planned, language: Language) -> None:
    """The refusals on stderr, where stdout has no place for them."""
    from analyzers.printable import printable

    for refusal in planned.refusals:
        said = f"{language.say('Refused')}: {language.of(refusal.sentence)} [{refusal.code}]"
        click.echo(printable(said), err=True)


def refuse(refusals: tuple[Refusal, ...]) -> None:
    """Raise Refused with all the reasons; without any, do nothing."""
    from bridge.apply import Refused

    if refusals:
        raise Refused("refused: " + " ".join(dict.fromkeys(r.sentence for r in refusals)))


def read_plan(path: Path) -> Plan:
    """A plan from a file. Raises UsageError where it cannot be read, Refused where it was changed."""
    from analyzers.plan_document import PlanChanged, PlanUnreadable, parse
    from bridge.apply import Refused

    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except PlanChanged as error:
        raise Refused(f"{path}: {error}") from error
    except PlanUnreadable as error:
        raise UsageError(f"{path}: {error}") from error


def journal_path(name: str) -> Path:
    """A journal's place of its own: by target and time."""
    import re
    import secrets

    from bridge.clock import now
    from bridge.target_lock import state_folder

    safe = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")[:60] or "target"
    stamp = now().strftime("%Y%m%dT%H%M%SZ")
    return state_folder() / "journals" / f"{stamp}-{safe}-{secrets.token_hex(3)}.jsonl"


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    if not text.endswith("\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
