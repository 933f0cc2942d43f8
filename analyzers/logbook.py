"""The plugin's logs as one piece of evidence: bytes of files in, `PluginLogs` out.

Everything is counted (`log_tally.py`); of the single events only as many are kept as the rules and a
timeline need (`kept_events.py`), so that 64 MiB of logs stay a small thing. Times are UTC (DOMAIN 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzers.evidence import PluginLogs
from analyzers.kept_events import Kept
from analyzers.log_bytes import PIECE
from analyzers.log_tally import Tally
from analyzers.recogniser import Recogniser
from analyzers.uncollected import without_collector


def read_logs(
    files: Mapping[str, bytes], messages: Mapping[str, str] | None = None, locale: str = ""
) -> PluginLogs:
    """The evidence in these log files (`wu-logs/NAME.log` → content). Never raises for its content.

    `messages`: gettext msgid → translation, `locale`: the site's, both from `host.json`.
    """
    recogniser = Recogniser(messages, locale)
    tally, kept = Tally(), Kept(recogniser)
    names = sorted(name for name in files if name.endswith(".log"))
    with without_collector():
        for name in names:
            tally.read(name, _pieces(files[name]), recogniser, (kept,))
    return PluginLogs(
        events=kept.events(),
        files=tuple(names),
        bytes=tally.bytes,
        records=tally.records,
        unrecognised=tally.unrecognised,
        counts=dict(sorted(tally.events.items())),
        domains={name: dict(sorted(tally.domains[name].items())) for name in sorted(tally.domains)},
        first_at=tally.first_at,
        last_at=tally.last_at,
        handle_records=tally.handle_records,
        handle_unrecognised=tally.handle_unrecognised,
        days={day: dict(sorted(tally.days[day].items())) for day in sorted(tally.days) if day},
    )


def _pieces(content: bytes) -> Iterator[bytes]:
    if len(content) <= PIECE:
        yield content
        return
    for begin in range(0, len(content), PIECE):
        yield content[begin : begin + PIECE]
