"""The evidence folder as values: bytes of its files in, evidence or Missing out. Reads no disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from analyzers.decoding import clock, config, host, options, outside, queue, tables
from analyzers.decoding.document import Document, document
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

NO_TABLE = Missing(Mappings.FILE, "the mapping table does not exist")
_READERS: Mapping[type, tuple[type, Callable[[Document], object]]] = {
    Host: (dict, host.host),
    Constants: (list, config.constants),
    Mappings: (list, tables.mappings),
    Sites: (list, tables.sites),
    Options: (dict, options.options),
    Scheduler: (list, queue.scheduler),
    Cron: (list, queue.cron),
    ClosteCalls: (dict, outside.closte),
    Dns: (list, outside.dns),
    Tls: (list, outside.tls),
    Http: (list, outside.http),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All evidence of one look at one host."""

    observed: Mapping[type, object]
    """Evidence type → record, or Missing with the reason. Holds a `Meta` always."""
    observable: bool
    """False where there is no evidence but the errors in host.json."""


def read(
    files: Mapping[str, bytes], *, origin: str, fallback_now: datetime | None = None
) -> Snapshot:
    """The snapshot in these files (relative path → content). Never raises for what a file holds.

    `origin`: last part of the folder's path or the target's name, for `meta.json` without target.
    `fallback_now`: the clock of the analysis where no time stands in any file.
    """
    documents: dict[str, Document] = {}
    observed: dict[type, object] = {}
    for kind, (wanted, reader) in _READERS.items():
        observed[kind] = _record(files, str(kind.FILE), wanted, reader, documents)  # type: ignore[attr-defined]
    found_options = observed[Options]
    if isinstance(found_options, Options) and found_options.table_missing:
        observed[Mappings] = NO_TABLE
    noise = [(name, d.noise) for name, d in documents.items() if d.noise]
    found_host = observed[Host]
    if isinstance(found_host, Host):
        parts = (found_host.stdout_noise, *(text for _, text in noise))
        observed[Host] = found_host = replace(
            found_host, stdout_noise="\n".join(filter(None, parts))
        )
    observed[Noise] = Noise(tuple(text for _, text in noise), tuple(name for name, _ in noise))
    observed[PluginLogs] = _logs(files, found_host)
    observed[Meta] = _meta(files, observed, documents, origin, fallback_now)
    return Snapshot(observed, _observable(observed))


def _record(
    files: Mapping[str, bytes],
    name: str,
    wanted: type,
    reader: Callable[[Document], object],
    documents: dict[str, Document],
) -> object:
    if name not in files:
        return Missing(name)
    found = document(files[name], wanted, null=name == Scheduler.FILE)
    if isinstance(found, str):
        return Missing(name, found)
    documents[name] = found
    return reader(found)


def _logs(files: Mapping[str, bytes], found_host: object) -> PluginLogs | Missing:
    given = {n: c for n, c in files.items() if n.startswith("wu-logs/") and n.endswith(".log")}
    collected = found_host if isinstance(found_host, Host) else Host()
    if collected.logs_collected is False:
        return Missing(PluginLogs.FILE, "the logs were not collected")
    if not given:
        if collected.logs_dir is not None and collected.logs_bytes == 0:
            return PluginLogs((), (), 0, 0, 0, {}, {})
        return Missing(PluginLogs.FILE)
    try:
        from analyzers.logbook import read_logs
    except ImportError:
        return Missing(PluginLogs.FILE)
    logs: PluginLogs = read_logs(given, collected.messages)
    return replace(logs, bytes=sum(map(len, given.values())))


def _meta(
    files: Mapping[str, bytes],
    observed: Mapping[type, object],
    documents: Mapping[str, Document],
    origin: str,
    fallback_now: datetime | None,
) -> Meta:
    found = document(files[Meta.FILE], dict) if Meta.FILE in files else None
    stored = found.value if isinstance(found, Document) else None
    meta, target = host.meta(stored, origin=origin)
    if meta is not None:
        return meta
    fields = stored if isinstance(stored, dict) else {}
    newest = clock.newest(observed, documents) or (fallback_now or clock.NEVER, "nothing")
    return Meta(*newest, target, host.tool(fields), host.expected(fields))


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
        case Constants(values=found) | Options(values=found):
            return bool(found)
        case ClosteCalls(calls=listed) | Dns(answers=listed) | Tls(handshakes=listed):
            return bool(listed)
        case Http(answers=listed) | PluginLogs(files=listed):
            return bool(listed)
        case _:
            return False
