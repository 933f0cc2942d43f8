"""`undo`: take back what a journal says was done, where it still is as it was left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzers.language import phrase
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import message
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
    from analyzers.findings import Diagnosis
    from analyzers.steps import Json, Outcome, Plan
    from analyzers.undo_record import TakenBack
    from analyzers.undoing import UndoAct, Undoing
    from bridge.applying.hands import Hands
    from bridge.applying.site import Look, Site
    from bridge.collect import HostTarget
    from bridge.host.acting import Acting
    from bridge.journal import JournalFile
    from bridge.settings import Settings


@click.command(cls=SectionedCommand)
@click.argument("journal", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--target",
    metavar="TARGET",
    help="Where the network is, if the journal's own word for it leads nowhere from here.",
)
@report_options
@contact_options
def undo(journal: Path, yes: bool, target: str | None, **values: Any) -> int:
    """Take back what a journal says was done.

    Rows and options are put back as they were, but only where they still are as the run left them: else
    the three values are shown and nothing is done. Aliases are removed or added again. What cannot
    come back is said. What the plugin itself wrote meanwhile stays.

    Exit status: 0 all that can come back is back; 3 not observed; 5 stopped part-way; 6 refused or not
    confirmed, and nothing was done.

    \b
    Examples:
      closte-doctor undo ~/.local/state/closte-doctor/journals/….jsonl
      closte-doctor undo JOURNAL --yes -o taken-back.md
    """
    from bridge.cli.looking import print_commands
    from bridge.cli.plan_files import plan_of
    from bridge.cli.written import only_as
    from bridge.journal import JournalFile
    from bridge.settings import load_settings
    from bridge.targets import LocalTarget, SshTarget, resolve_all

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    report = only_as(report, ("text", "markdown", "json"), phrase("what was taken back"))
    with JournalFile.opened(journal) as file:
        plan = plan_of(file)
        if plan is None:
            message(
                phrase(
                    "The run of this journal broke off before it began anything: nothing to "
                    "take back."
                )
            )
            return int(ExitStatus.CLEAN)
        word = target or plan.target
        targets = resolve_all(word, settings)
        if len(targets) != 1 or not isinstance(targets[0], SshTarget | LocalTarget):
            raise UsageError(phrase("{word} is no single host; name it with --target", word=word))
        if contact.print_commands:
            return print_commands(targets[0], contact, acts=True)
        return _Undo(file, plan, report, contact, yes).on(targets[0], settings)


@dataclass(frozen=True, slots=True)
class _Undo:
    file: JournalFile
    plan: Plan
    report: ReportOptions
    contact: ContactOptions
    yes: bool

    def on(self, target: HostTarget, settings: Settings) -> int:
        """Over one connection: look, decide, show, ask, put back."""
        from bridge.applying.connected import connected
        from bridge.progress import Progress

        progress = Progress(self.contact.verbose)
        try:
            with connected(target, self.contact, settings, progress) as site:
                return self._at(site)
        except HostUnreachable as error:
            progress(error.sentence)
            return int(ExitStatus.UNOBSERVABLE)

    def _at(self, site: Site) -> int:
        from bridge.applying.identity import identity_of
        from bridge.state_folder import state_folder
        from bridge.target_lock import target_lock

        look = site.look()
        if not look.snapshot.observable:
            for line in look.unseen():
                site.progress(line)
            return int(ExitStatus.UNOBSERVABLE)
        acting = site.acting(look)
        self._same_place(site, acting)
        with target_lock(identity_of(site, acting), state_folder() / "locks"):
            return self._undone(site, acting, look)

    def _same_place(self, site: Site, acting: Acting) -> None:
        from bridge.applying.site import Refused

        bound = self.plan.network
        here = (acting.network.domain, acting.network.app_id)
        if (bound.domain, bound.app_id) != here:
            raise Refused(phrase("this is not the network of the journal: nothing was changed"))
        if bound.host_key is not None and bound.host_key != site.transport.host_key:
            raise Refused(phrase("this is not the host of the journal: nothing was changed"))

    def _refused_whole(self, look: Look, places: tuple[str, ...]) -> None:
        """Nothing is taken back from a copy of the network, and no alias with a key of another app: its list
        says nothing about ours, and what was asked would be done there."""
        from analyzers.planning import forbidden_whole
        from bridge.applying.site import Refused

        about_aliases = any(place.startswith("alias ") for place in places)
        for refusal in forbidden_whole(look.snapshot, look.diagnosis):
            if refusal.code != "foreign-key" or about_aliases:
                raise Refused(phrase("refused: {reasons}", reasons=refusal.sentence))

    def _undone(self, site: Site, acting: Acting, first: Look) -> int:
        from analyzers.undoing import places_of, undoing_of
        from bridge.applying.hands import Hands
        from bridge.applying.site import Refused
        from bridge.clock import now

        hands = Hands.of(site, acting)
        self._refused_whole(first, places_of(self.file.journal))
        self._reconcile(hands)
        journal = self.file.journal
        places = places_of(journal)
        seen = hands.look(places, settled=True)
        if seen.problem:
            raise Refused(
                phrase("what stands now could not be read: {problem}", problem=seen.problem)
            )
        present: Mapping[str, Json] = {p: seen.values[p] for p in places if p in seen.values}
        undoing = undoing_of(journal, present, now())
        if undoing.conflicts:
            self._written(undoing, (), None, first)
            raise Refused(phrase("something was changed since: nothing was taken back"))
        if not undoing.acts:
            self._written(undoing, (), None, first)
            message(
                phrase("There is nothing to take back yet.")
                if undoing.is_open
                else phrase("There is nothing to take back.")
            )
            return int(ExitStatus.PARTIAL if undoing.is_open else ExitStatus.CLEAN)
        self._show(undoing)
        if not self._confirmed(undoing.acts):
            raise Refused(phrase("not confirmed: nothing was taken back"))
        taken = self._carry_out(undoing, hands)
        look = site.look()
        after = look.diagnosis if look.snapshot.observable else None
        self._written(undoing, taken, after, first, look)
        whole = all(one.outcome in ("done", "already") for one in taken) and not undoing.is_open
        return int(ExitStatus.CLEAN if whole else ExitStatus.PARTIAL)

    def _written(
        self,
        undoing: Undoing,
        taken: tuple[TakenBack, ...],
        after: Diagnosis | None,
        *looks: Look,
    ) -> None:
        """The record, on stdout and in files. Of what the looks show the newest word counts."""
        from analyzers import undo_record
        from analyzers.meanwhile import written_since
        from bridge.cli.written import write

        seen = {
            one.place: one
            for look in looks
            for one in written_since(self.file.journal, look.snapshot, look.diagnosis)
        }
        meanwhile = tuple(seen[place] for place in sorted(seen))
        record = undo_record.undo_record(self.plan, undoing, taken, after, meanwhile)
        language = language_of(self.report.lang)

        def rendered(format: str, _: bool) -> str:
            if format == "json":
                return undo_record.render_json(record)
            if format == "markdown":
                return undo_record.render_markdown(record, language)
            return undo_record.render_text(record, language)

        write(self.report, rendered)

    def _reconcile(self, hands: Hands) -> None:
        """Steps that a run broke off at: what they left is read before it is taken back."""
        from analyzers.steps import JournalEntry
        from bridge.applying.reconciling import meant_by, reconcile
        from bridge.clock import now

        for record in self.file.journal.records:
            if record.state == "unknown" and record.entries[-1].phase in ("intent", "result"):
                meant, at = meant_by(record), record.begun_at
                truth = reconcile(hands, record.before, meant, asked_at=at)
                self.file.write(
                    JournalEntry(
                        at=now(),
                        digest=self.plan.digest,
                        step=record.step,
                        phase="result",
                        outcome=truth.judged.outcome,
                        answer=truth.judged.answer,
                        before={**record.before, **truth.before},
                        left=truth.left if truth.judged.outcome == "done" else {},
                    )
                )

    def _confirmed(self, acts: tuple[UndoAct, ...]) -> bool:
        from analyzers.language import plural
        from bridge.cli.confirming import agreed

        asked = plural("Take back {n} step?", "Take back {n} steps?", len(acts))
        return agreed(asked, yes=self.yes, language=language_of(self.report.lang))

    def _show(self, undoing: Undoing) -> None:
        """To a person, before the question: what would be done, and what not and why."""
        from analyzers.undo_record import shown

        click.echo(shown(undoing, language_of(self.report.lang)), nl=False, err=True)

    def _carry_out(self, undoing: Undoing, hands: Hands) -> tuple[TakenBack, ...]:
        from analyzers.undo_record import TakenBack
        from bridge.applying.telling import told

        taken: list[TakenBack] = []
        for act in undoing.acts:
            self._intend(act, is_first=not taken)
            outcome, answer = self._one(act, hands)
            hands.site.progress(told(act.step, outcome, answer))
            taken.append(TakenBack(act, outcome, answer))
            if outcome not in ("done", "already"):
                break  # what was done before it may rest on it
        return tuple(taken)

    def _intend(self, act: UndoAct, *, is_first: bool) -> None:
        from bridge.applying.site import Refused
        from bridge.journal import JournalUnwritable

        try:
            self._write(act, None, "")
        except JournalUnwritable as error:
            if is_first:
                raise Refused(
                    phrase("{error}; nothing was taken back", error=error.sentence)
                ) from error
            raise

    def _one(self, act: UndoAct, hands: Hands) -> tuple[Outcome, str]:
        from bridge.applying.answers import judged, reconciled
        from bridge.applying.reconciling import lag_until
        from bridge.clock import now
        from bridge.host.acting import Asked

        late = lag_until(now())
        asked = Asked(act.step, act.action, act.parameters, act.expects)
        told = hands.act(asked)
        said = judged(act.action, act.parameters, told, hands.site.wording)
        if said.outcome == "unknown":
            wants = _wants(act)
            seen = hands.look(tuple(wants), settled=True).values
            said = reconciled(act.expects, wants, seen, lag_until=late)
        self._write(act, said.outcome, said.answer)
        return said.outcome, said.answer

    def _write(self, act: UndoAct, outcome: Any, answer: str) -> None:
        from analyzers.steps import JournalEntry
        from bridge.clock import now

        entry = JournalEntry(
            at=now(),
            digest=self.plan.digest,
            step=act.step,
            phase="undone",
            outcome=outcome,
            answer=answer,
            before=act.expects,
            left=_wants(act),
        )
        self.file.write(entry)


def _wants(act: UndoAct) -> dict[str, Json]:
    """The places as they are to stand after it."""
    if act.action == "restore":
        places = act.parameters["places"]
        return dict(places) if isinstance(places, dict) else {}
    return {f"alias {act.parameters['domain']}": act.action == "alias.add"}
