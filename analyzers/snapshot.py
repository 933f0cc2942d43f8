"""The evidence folder as values: bytes of its files in, evidence or Missing out. Reads no disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from analyzers.decoding import clock, config, host, options, outside, queue, tables
from analyzers.decoding.document import Document
from analyzers.evidence import (
    ClosteCalls,
    Constants,
    Cron,
    Dns,
    Host,
    Http,
    Mappings,
    Meta,
    Missing,
    Noise,
    Options,
    PluginLogs,
    Scheduler,
    Sites,
    Tls,
)
from analyzers.key_traces import key_traces
from analyzers.language import Phrase, phrase
from analyzers.logbook import read_logs
from analyzers.redact import MaskedFolder, masked

NO_TABLE = Missing(Mappings.FILE, phrase("the mapping table does not exist"))
_UNREADABLE: Mapping[str, Phrase] = {
    why: why
    for why in (
        phrase("empty"),
        phrase("not JSON"),
        phrase("not UTF-8"),
        phrase("not a list"),
        phrase("not an object"),
    )
}
"""Why a file is no document (`decoding/document.py`), as it can be told in another language."""
_READERS: Mapping[type, tuple[str, Callable[[Document], object]]] = {
    Host: (Host.FILE, host.host),
    Constants: (Constants.FILE, config.constants),
    Mappings: (Mappings.FILE, tables.mappings),
    Sites: (Sites.FILE, tables.sites),
    Options: (Options.FILE, options.options),
    Scheduler: (Scheduler.FILE, queue.scheduler),
    Cron: (Cron.FILE, queue.cron),
    ClosteCalls: (ClosteCalls.FILE, outside.closte),
    Dns: (Dns.FILE, outside.dns),
    Tls: (Tls.FILE, outside.tls),
    Http: (Http.FILE, outside.http),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All evidence of one look at one host."""

    observed: Mapping[type, object]
    """Evidence type → record, or Missing with the reason. Holds a `Meta` always."""
    observable: bool
    """False where there is no evidence but the errors in host.json."""
    not_read: tuple[Missing, ...] = ()
    """Files that were there and could not be read, or not wholly, each with why."""
    damaged: Mapping[str, str] = field(default_factory=dict)
    """Files that are there and say nothing, each with why: `dns.json` → `not JSON`."""


def read(
    files: Mapping[str, bytes], *, origin: str, fallback_now: datetime | None = None
) -> Snapshot:
    """The snapshot in these files (relative path → content). Never raises for what a file holds.

    `origin`: last part of the folder's path or the target's name, for `meta.json` without target.
    `fallback_now`: the clock of the analysis where no time stands in any file.
    """
    folder = masked(files)
    observed: dict[type, object] = {
        kind: _record(folder, file, reader) for kind, (file, reader) in _READERS.items()
    }
    found_options = observed[Options]
    if isinstance(found_options, Options) and found_options.table_missing:
        observed[Mappings] = NO_TABLE
    noise = observed[Noise] = _noise(folder)
    found_host = observed[Host]
    if isinstance(found_host, Host):
        parts = (found_host.stdout_noise, *noise.texts)
        observed[Host] = replace(found_host, stdout_noise="\n".join(filter(None, parts)))
    observed[PluginLogs] = _logs(folder, found_host)
    observed[Meta] = _meta(folder, observed, origin, fallback_now)
    not_read = tuple(Missing(file, why) for file, why in folder.not_read.items())
    return Snapshot(observed, _observable(observed), not_read, _damaged(folder, observed))


def _damaged(folder: MaskedFolder, observed: Mapping[type, object]) -> Mapping[str, str]:
    found = {
        n: _UNREADABLE.get(why, why) for n, why in folder.documents.items() if isinstance(why, str)
    }
    records = (record for record in observed.values() if isinstance(record, Missing))
    return {**folder.not_read, **found, **{r.file: r.why for r in records if r.why}}


def _record(folder: MaskedFolder, file: str, reader: Callable[[Document], object]) -> object:
    found = folder.documents.get(file)
    if found is None:
        return Missing(file, folder.not_read.get(file, ""))
    if isinstance(found, str):
        return Missing(file, _UNREADABLE.get(found, found))
    record = reader(found)
    if getattr(record, "malformed", 0) and not _nonempty(record):
        return Missing(file, phrase("none of its entries could be read"))
    return record


def _noise(folder: MaskedFolder) -> Noise:
    found = {n: d.noise for n, d in folder.documents.items() if isinstance(d, Document) and d.noise}
    return Noise(tuple(found.values()), tuple(found))


def _logs(folder: MaskedFolder, found_host: object) -> PluginLogs | Missing:
    observed_host = found_host if isinstance(found_host, Host) else Host()
    if observed_host.logs_collected is False:
        return Missing(PluginLogs.FILE, phrase("the logs were not collected"))
    if not folder.logs:
        if observed_host.logs_dir is not None and observed_host.logs_bytes == 0:
            return PluginLogs((), (), 0, 0, 0, {}, {})
        return Missing(PluginLogs.FILE, _why_no_logs(folder))
    logs = read_logs(folder.logs, observed_host.messages, observed_host.locale or "")
    return replace(logs, bytes=folder.log_bytes, key_traces=key_traces(folder.logs))


def _why_no_logs(folder: MaskedFolder) -> str:
    """The reason why the folder of logs, or else every single log, could not be read."""
    reasons = {f: why for f, why in folder.not_read.items() if f.startswith(PluginLogs.FILE)}
    return reasons.get(PluginLogs.FILE) or next(iter(reasons.values()), "")


def _meta(
    folder: MaskedFolder,
    observed: Mapping[type, object],
    origin: str,
    fallback_now: datetime | None,
) -> Meta:
    found = folder.documents.get(Meta.FILE)
    stored = found.value if isinstance(found, Document) else None
    meta, target = host.meta(stored, origin=origin)
    if meta is not None:
        return meta
    fields = stored if isinstance(stored, dict) else {}
    at, where = clock.newest(observed, folder.documents) or (fallback_now or clock.NEVER, "nothing")
    why = found if isinstance(found, str) else folder.not_read.get(Meta.FILE)
    if why:
        where = f"{where} ({Meta.FILE}: {why})"
    return Meta(at, where, target, host.tool(fields), host.expected(fields))


def _observable(observed: Mapping[type, object]) -> bool:
    """Is there evidence beside how the look went wrong? A list from outside counts with elements."""
    found_host = observed[Host]
    if isinstance(found_host, Host) and host.says_something(found_host):
        return True
    if any(isinstance(observed[kind], kind) for kind in (Mappings, Sites, Scheduler, Cron)):
        return True
    return any(map(_nonempty, observed.values()))


def _nonempty(record: object) -> bool:
    match record:
        case Constants(values=found, variables=more):
            return bool(found or more)
        case Options(values=found):
            return bool(found)
        case Mappings(rows=listed) | Sites(rows=listed):
            return bool(listed)
        case Scheduler(actions=listed) | Cron(events=listed):
            return bool(listed)
        case ClosteCalls(calls=listed) | Dns(answers=listed) | Tls(handshakes=listed):
            return bool(listed)
        case Http(answers=listed) | PluginLogs(files=listed):
            return bool(listed)
        case _:
            return False
