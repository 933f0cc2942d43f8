"""Carry out a plan: still true? intention on disk, act once, result on disk, and look whether it healed.

Nothing is done whose intention is not on disk, and nothing is done twice: where no answer came, the
host's own truth is read instead. A step that fails stops those that come after it, not the rest.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from analyzers.api_wording import ApiWording
from analyzers.journal_document import Record
from analyzers.language import joined, phrase
from analyzers.planning import forbidden, moved, standing
from analyzers.steps import JournalEntry, Json, Outcome, Phase, Plan, Step
from bridge.applying.answers import Judged, judged
from bridge.applying.hands import Hands
from bridge.applying.places import asked, before, meant, wanted
from bridge.applying.reconciling import Truth, meant_by, reconcile
from bridge.applying.site import Look, Refused, Site
from bridge.applying.telling import told
from bridge.applying.verdicts import is_silent, is_worth_waiting, verdict
from bridge.clock import now
from bridge.deadline import Deadline
from bridge.host.acting import API_SECONDS, Asked, Ended, Seen, Told
from bridge.journal import JournalFile, JournalUnwritable

__all__ = ["Application", "Applied", "Refused", "Site"]

FINISHED = ("done", "already")


@dataclass(frozen=True, slots=True)
class Applied:
    """How it went. What happened to each step is in the journal."""

    final: Look | None
    """The last look; None where the host could not be looked at any more."""
    stopped: Mapping[str, str]
    """Step → why it was not begun."""
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    acted: bool
    """May anything have been done? Not where nothing was begun, or the host turned all of it away."""


@dataclass(slots=True)
class Application:
    """One run over one plan."""

    site: Site
    plan: Plan
    journal: JournalFile
    wording: ApiWording
    patience: float
    """Seconds after each group of steps in which their findings may fall silent."""
    api_seconds: float = API_SECONDS
    task_seconds: float = 300.0
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    _taken_back: set[str] = field(default_factory=set)
    """Steps that an undoing took back: they are not done again, nor is what waits for them."""
    _done_at: dict[str, datetime] = field(default_factory=dict)
    _begun: bool = False
    _turned_away: bool = False
    _is_fresh: bool = True
    """Has nothing been done since the last look?"""
    _hands: Hands | None = None

    def carry_out(self, first: Look) -> Applied:
        """All steps that are still to be done, in order. `first`: a look of this moment.

        Raises JournalUnwritable and Refused; what the host or the API does is in the result.
        """
        acting = self.site.acting(first)
        acting = replace(acting, api_seconds=self.api_seconds, task_seconds=self.task_seconds)
        self._hands = Hands.of(self.site, acting)
        current = self._looked_at() if self._took_up() else first
        for group in groups(self._to_do()):
            if not self._is_fresh:
                # A backup may have taken minutes: who mapped a domain meanwhile needs its alias.
                current = self._looked_at()
            ready = tuple(step for step in group if self._may_begin(step, current))
            if ready:
                current = self._group(ready, current)
        final = current if self._is_fresh else self._looked_at()
        return Applied(
            final if final.snapshot.observable else None,
            dict(self.stopped),
            tuple(s for s, o in self.outcomes.items() if o == "failed"),
            tuple(s for s, o in self.outcomes.items() if o == "unknown"),
            self._begun and not (self._turned_away and set(self.outcomes.values()) <= {"failed"}),
        )

    # what is to be done

    def _took_up(self) -> bool:
        """Where an earlier run broke off: what became of what it had begun? Was anything read for it?"""
        unknown = False
        for record in self.journal.journal.records:
            step = self.journal.journal.step(record.step)
            if step is None:
                continue
            # What an earlier run began may have been done, whatever becomes of this one.
            self._begun = self._begun or record.state != "failed"
            if record.state == "undone":
                self._taken_back.add(step.id)
            elif record.state == "unknown":
                unknown = True
                if self._reconcile(step, record, patience=self.task_seconds).lags:
                    # Asked for again, on fresh evidence: a second call does no harm (DOMAIN 4.I).
                    del self.outcomes[step.id]
            else:
                self.outcomes[step.id] = record.state
        # A failure of the earlier run is tried again, on fresh evidence.
        for step_id in [s for s, o in self.outcomes.items() if o == "failed"]:
            del self.outcomes[step_id]
        return unknown

    def _to_do(self) -> tuple[Step, ...]:
        finished = {s for s, o in self.outcomes.items() if o in FINISHED or o == "unknown"}
        finished |= self._taken_back
        return tuple(s for s in self.plan.steps if s.via != "manual" and s.id not in finished)

    def _may_begin(self, step: Step, current: Look) -> bool:
        """Has all before it been done, and does it rest on what is so now?"""
        missing = [a for a in step.after if self._is_open(a, current)]
        if missing:
            self._stop(step, phrase("{steps} was not done", steps=", ".join(missing)))
            return False
        changed = moved((step,), current.snapshot)
        if not changed:
            against = forbidden(step, current.snapshot, current.diagnosis)
            if against is not None:
                self._stop(step, against.sentence)
            return against is None
        if is_silent(step, current.diagnosis):
            self._write(step, "result", "already", phrase("what it was to heal is healed already"))
            self.outcomes[step.id] = "already"
            return False
        self._stop(step, joined((m.sentence for m in changed), "; "))
        return False

    def _is_open(self, step_id: str, current: Look) -> bool:
        """Is this one still to be done? What a person does counts as done when its finding is silent."""
        step = next((s for s in self.plan.steps if s.id == step_id), None)
        if step is not None and step.via == "manual":
            return not current.snapshot.observable or bool(standing(step, current.diagnosis))
        return self.outcomes.get(step_id) not in FINISHED

    def _stop(self, step: Step, why: str) -> None:
        self.stopped[step.id] = why
        self.site.progress(
            phrase("{id} {action} is not begun: {why}", id=step.id, action=step.action, why=why)
        )

    # one group

    def _group(self, steps: tuple[Step, ...], current: Look) -> Look:
        """Look, write the intentions down, act, write the results down, verify."""
        intended = self._intended(steps)
        if intended:
            self._act(intended)
        done = tuple(s for s in steps if self.outcomes.get(s.id) in FINISHED and s.heals)
        return self._verified(done) if done else current

    def _intended(self, steps: tuple[Step, ...]) -> tuple[tuple[Step, Asked], ...]:
        """The steps whose intention is on disk, with the values they must still find."""
        seen = self._seen(steps)
        found = []
        for step in steps:
            values = seen.values
            lacking = [p for p in wanted(step) if p not in values]
            if seen.problem or lacking:
                self._stop(
                    step, seen.problem or phrase("{place} could not be read", place=lacking[0])
                )
                continue
            was = before(step, values)
            self._begun = True
            self._intend(step, was)
            found.append((step, asked(step, values)))
        return tuple(found)

    def _intend(self, step: Step, was: Mapping[str, Json]) -> None:
        try:
            self._write(step, "intent", None, "", was, meant(step, was))
        except JournalUnwritable as error:
            if self._is_fresh and not self.outcomes:
                raise Refused(
                    phrase("{error}; nothing was changed", error=error.sentence)
                ) from error
            raise

    def _seen(self, steps: tuple[Step, ...]) -> Seen:
        """The places of these steps as they are now."""
        assert self._hands is not None
        return self._hands.look(tuple(dict.fromkeys(p for step in steps for p in wanted(step))))

    def _act(self, intended: tuple[tuple[Step, Asked], ...]) -> None:
        """Act once, each result to disk as it arrives; then read what nobody told."""
        assert self._hands is not None
        by_id = {step.id: step for step, _ in intended}
        self.site.progress("; ".join(f"{s.id} {s.action}" for s in by_id.values()) + " …")
        self._is_fresh = False
        ended = self._hands.act_all(
            tuple(one for _, one in intended), lambda told: self._told(by_id, told)
        )
        self._untold(tuple(by_id.values()), ended)
        for step in by_id.values():
            record = self.journal.journal.record(step.id)
            if self.outcomes.get(step.id) == "unknown" and record is not None:
                waited = step.id in ended.told
                self._reconcile(step, record, patience=0.0 if waited else self.task_seconds)

    def _told(self, by_id: Mapping[str, Step], told: Told) -> None:
        step = by_id.get(told.step)
        if step is not None:
            said = judged(step.action, step.parameters, told, self.wording)
            self._result(step, said, told.before, told.left)

    def _untold(self, steps: tuple[Step, ...], ended: Ended) -> None:
        """Steps without a result: not begun, or nobody knows."""
        for step in steps:
            if step.id in ended.told:
                continue
            if ended.refused:
                self._turned_away = True
                self._result(step, Judged("failed", ended.problem))
            elif step.id in ended.begun or ended.problem:
                self._result(
                    step, Judged("unknown", ended.problem or phrase("no result came back"))
                )
            else:
                why = phrase("a step before it was not done")
                self._result(step, Judged("failed", why))

    def _reconcile(self, step: Step, record: Record, *, patience: float) -> Truth:
        assert self._hands is not None
        meant = meant_by(record)
        truth = reconcile(
            self._hands, record.before, meant, asked_at=record.begun_at, patience=patience
        )
        said = truth.judged
        if truth.lags and record.answer and said.answer not in record.answer:
            # What the call was answered stays beside what the list shows.
            said = replace(said, answer=f"{record.answer}; {said.answer}")
        self._result(step, said, truth.before, truth.left)
        return truth

    def _result(
        self,
        step: Step,
        judged: Judged,
        more: Mapping[str, Json] | None = None,
        left: Mapping[str, Json] | None = None,
    ) -> None:
        self.outcomes[step.id] = judged.outcome
        self._done_at[step.id] = now()
        record = self.journal.journal.record(step.id)
        was = {**(record.before if record else {}), **(more or {})}
        self._write(step, "result", judged.outcome, judged.answer, was, left or {})
        self.site.progress(told(f"{step.id} {step.action}", judged.outcome, judged.answer))

    # verifying

    def _looked_at(self) -> Look:
        self.site.progress(phrase("Looking again …"))
        self._is_fresh = True
        return self.site.look()

    def _verified(self, steps: tuple[Step, ...]) -> Look:
        """Look until the findings of these steps fall silent, or their time is over."""
        within = Deadline(self.patience)
        while True:
            current = self._looked_at()
            seen = current.diagnosis if current.snapshot.observable else None
            again = [s for s in steps if seen is None or is_worth_waiting(s, seen)]
            if not again or within.over():
                break
            time.sleep(min(3.0, within.remaining()))
        for step in steps:
            said = verdict(
                step, seen, done_at=self._done_at[step.id], object_cache=current.object_cache
            )
            self._write(step, "verified", said.outcome, said.answer)
            self.site.progress(told(f"{step.id} {step.action}", said.outcome, said.answer))
        return current

    def _write(
        self,
        step: Step,
        phase: Phase,
        outcome: Outcome | None,
        answer: str,
        was: Mapping[str, Json] | None = None,
        left: Mapping[str, Json] | None = None,
    ) -> None:
        is_first = not self.journal.journal.entries
        self.journal.write(
            JournalEntry(
                at=now(),
                digest=self.plan.digest,
                step=step.id,
                phase=phase,
                outcome=outcome,
                answer=answer,
                before=was or {},
                left=left or {},
                plan=self.plan if is_first else None,
            )
        )


def groups(steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], ...]:
    """Steps that can share one run: none rests on another of its group, and a backup stands alone."""
    found: list[tuple[Step, ...]] = []
    group: tuple[Step, ...] = ()
    for step in steps:
        alone = step.action == "backup.take" or any(s.action == "backup.take" for s in group)
        if group and (alone or set(step.after) & {s.id for s in group}):
            found.append(group)
            group = ()
        group = (*group, step)
    return (*found, group) if group else tuple(found)
