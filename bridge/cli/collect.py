"""`collect`: the evidence of a host, redacted, as a folder or a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analyzers.language import phrase, plural
from bridge.cli.completing import complete_file, complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import message, warn
from bridge.cli.options import SPOKEN, contact_from, contact_options
from bridge.errors import ExitStatus, UsageError


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FOLDER|FILE.zip",
    shell_complete=complete_file,
    help="Where the evidence goes. Files are readable by you only.",
)
@click.option("--force", is_flag=True, help="Replace what is there.")
@contact_options
@SPOKEN
def collect(target: str, output: str, force: bool, **values: Any) -> int:
    """Write the evidence of a host, redacted, to a folder or a bundle. Changes nothing on the host.

    \b
    Examples:
      closte-doctor collect @prod -o case.zip
      closte-doctor collect local:/home/acct123/public_html -o ./evidence
    """
    from analyzers.redact import redacted
    from analyzers.snapshot import read
    from bridge.bundle import refuse_bundle, write_bundle
    from bridge.cli.looking import evidence_of, print_commands
    from bridge.clock import now
    from bridge.collect import marked_partial, reached
    from bridge.folder import read_evidence, refuse_folder, write_folder
    from bridge.interruption import Interrupted
    from bridge.settings import load_settings
    from bridge.targets import FolderTarget, ZipTarget, resolve_all

    settings = load_settings(values["config"])
    contact = contact_from(values, settings)
    targets = resolve_all(target, settings)
    if len(targets) > 1:
        raise UsageError(
            phrase("{target} is a group of targets; collect one at a time", target=target)
        )
    found = targets[0]
    if contact.print_commands:
        return print_commands(found, contact)
    if not output:
        raise UsageError(phrase("--output is empty: say a folder, or a FILE.zip"))
    path = Path(output)
    # Before the host is looked at: what it gave would be lost.
    (refuse_bundle if path.suffix.lower() == ".zip" else refuse_folder)(path, force=force)
    interrupted = False
    if isinstance(found, FolderTarget | ZipTarget):
        files, origin = read_evidence(str(found.path))
    else:
        origin = target
        try:
            files = evidence_of(found, contact)
        except Interrupted as stop:
            if not reached(stop.files):
                raise
            interrupted, files = True, marked_partial(stop.files)
    files = redacted(files)
    (write_bundle if path.suffix.lower() == ".zip" else write_folder)(files, path, force=force)
    message(
        plural(
            "Evidence written to {output}: {n} file.",
            "Evidence written to {output}: {n} files.",
            len(files),
            output=output,
        )
    )
    if interrupted:
        warn(phrase("interrupted; the evidence is what was known by then."))
        return int(ExitStatus.INTERRUPTED)
    observable = read(files, origin=origin, fallback_now=now()).observable
    return int(ExitStatus.CLEAN if observable else ExitStatus.UNOBSERVABLE)
