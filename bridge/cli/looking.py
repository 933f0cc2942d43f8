"""What every command that looks at a network does alike: evidence, diagnosis, the record for later runs."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.cli.messages import warn
from bridge.cli.report_places import to_stdout
from bridge.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.rule import Rule
    from analyzers.what_if import Assumption
    from bridge.cli.options import ContactOptions, ReportOptions
    from bridge.progress import Progress
    from bridge.settings import Settings
    from bridge.targets import Target


def evidence_of(
    target: Target,
    contact: ContactOptions,
    *,
    list_only: bool = False,
    progress: Progress | None = None,
) -> dict[str, bytes]:
    """The evidence folder of a live target, in memory. `list_only`: see `collect`; `progress`: takes what
    is done, else stderr does."""
    from bridge.progress import Progress
    from bridge.targets import DemoTarget, LocalTarget, SshTarget

    progress = progress or Progress(contact.verbose)
    if isinstance(target, DemoTarget):
        from bridge.demo.run import collect_demo

        return collect_demo(target, contact, progress)
    from bridge.collect import collect

    assert isinstance(target, SshTarget | LocalTarget)  # evidence is read, not collected
    return collect(target, contact, progress, list_only=list_only)


def diagnosis_of(
    files: dict[str, bytes],
    origin: str,
    report: ReportOptions,
    settings: Settings,
    assumptions: tuple[Assumption, ...] = (),
) -> Diagnosis:
    """What the files of an evidence folder come to, by the user's own options, patterns,
    suppressions, and assumptions."""
    from analyzers.diagnose import diagnose as concluded
    from analyzers.snapshot import read
    from analyzers.suppressions import with_suppressions
    from bridge.cli.assuming import assumed, marked
    from bridge.cli.main import TOOL
    from bridge.clock import now
    from bridge.language import language_of
    from bridge.wordings import given_by

    given = given_by(settings)
    snapshot = assumed(read(files, origin=origin, fallback_now=now()), assumptions)
    diagnosis = concluded(
        snapshot,
        tool=TOOL,
        fail_on=report.fail_on,
        catalogue=chosen(report.only, report.skip),
        given=given,
        language=language_of(report.lang),
    )
    diagnosis = with_suppressions(diagnosis, settings.suppressions)
    return marked(diagnosis, snapshot, assumptions, given)


def chosen(only: tuple[str, ...], skip: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that `--only` and `--skip` leave. Raises UsageError for a name that is none."""
    from analyzers.rules import CATALOGUE

    only, skip = _split(only), _split(skip)
    for name in (*only, *skip):
        if not any(_names(name, rule) for rule in CATALOGUE):
            raise UsageError(
                phrase(
                    "{name} is no finding code and no family.{meant}",
                    name=repr(name),
                    meant=_meant(name),
                )
            )
    return tuple(
        rule
        for rule in CATALOGUE
        if (not only or any(_names(n, rule) for n in only))
        and not any(_names(n, rule) for n in skip)
    )


def _meant(name: str) -> str:
    """What was probably meant, as a sentence."""
    from analyzers.rules import CATALOGUE
    from bridge.near_names import did_you_mean

    families = tuple(dict.fromkeys(rule.family for rule in CATALOGUE))
    meant = did_you_mean(name, (*(rule.code for rule in CATALOGUE), *families))
    return meant or phrase(" The families are: {names}.", names=", ".join(families))


def _split(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for name in names for part in name.replace(",", " ").split())


def _names(name: str, rule: Rule) -> bool:
    return name in (rule.family, rule.code) or fnmatch.fnmatchcase(rule.code, name)


def print_commands(
    target: Target,
    contact: ContactOptions,
    *,
    list_only: bool = False,
    names: tuple[str, ...] = (),
    acts: bool = False,
) -> int:
    """Print what would be sent to the host, every byte, and stop. `list_only`: see `collect`; `names`:
    those that the host would be asked to resolve first; `acts`: what changes something, too."""
    from bridge.collect import printed, printed_acting
    from bridge.targets import DemoTarget, FolderTarget, ZipTarget

    if isinstance(target, FolderTarget | ZipTarget):
        raise UsageError(phrase("{name} is no host: nothing would be sent", name=target.name))
    said = printed(target, contact, list_only=list_only, names=names)
    if acts and not isinstance(target, DemoTarget):
        said += printed_acting(target, contact)
    to_stdout(said)
    return int(ExitStatus.CLEAN)


def kept_for(target: Target, contact: ContactOptions) -> str | None:
    """The name by which a run is kept: of hosts only, and not where nothing is to be kept."""
    from bridge.targets import LocalTarget, SshTarget

    kept = isinstance(target, SshTarget | LocalTarget) and not contact.no_history
    return target.name if kept else None


def keep_run(diagnosis: Diagnosis, target: str) -> None:
    """Keep what was found for `history`. A report is worth more than its record: no failure is one."""
    from bridge.past_runs import remember

    failed = remember(diagnosis, target)
    if failed is not None:
        warn(phrase("this run is not kept for history: {failed}.", failed=failed))


def worst(statuses: Sequence[int]) -> int:
    """One status for a group of targets: findings before what could not be observed."""
    order = (
        ExitStatus.BUG,
        ExitStatus.USAGE,
        ExitStatus.FINDINGS,
        ExitStatus.UNOBSERVABLE,
        ExitStatus.INCOMPLETE,
    )
    return next((int(s) for s in order if s in statuses), int(ExitStatus.CLEAN))
