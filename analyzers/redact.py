"""The evidence folder with its secrets masked, before anything is concluded from it or written.

Raw secrets become shapes, what is known of a folder's secrets is searched for in all of its files, and
of the network's options only those of CONTRACT section 3 remain. What was masked once stays as it is,
so that a folder read again gives the same evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analyzers.damaged_secrets import named_texts
from analyzers.decoding.document import Document, Top, Why, document, written
from analyzers.decoding.options import SETTINGS, STORED_KEY, array_of, stored_credential
from analyzers.evidence import (
    ClosteCalls,
    Constants,
    Cron,
    Dns,
    Host,
    Http,
    Mappings,
    Meta,
    Options,
    PluginLogs,
    Scheduler,
    Sites,
    Tls,
)
from analyzers.log_bytes import in_utf8
from analyzers.masked_values import MaskedValues
from analyzers.masks import Redaction, without_passwords
from analyzers.secrets import Secret, is_secret_name
from analyzers.shape import is_shape, is_unreadable, shape_from, shape_of, written_shape

LOGS = "wu-logs/"
NOT_READ = "unreadable.json"
"""File → why: what was there and could not be read, or not wholly. Only there where there is any."""
TOP_LEVEL: Mapping[str, Top] = {
    Meta.FILE: dict,
    Host.FILE: dict,
    Constants.FILE: list,
    Mappings.FILE: list,
    Sites.FILE: list,
    Options.FILE: dict,
    Scheduler.FILE: list,
    Cron.FILE: list,
    ClosteCalls.FILE: (dict, list),
    Dns.FILE: list,
    Tls.FILE: list,
    Http.FILE: list,
}
"""What the one document of each file must be."""
KEPT_OPTIONS = (
    SETTINGS,
    "wu_host_integrations_enabled",
    "wu_sunrise_meta",
    "wu_setup_finished",
    "wpdb_wu_domain_mappings_version",
    "_site_transient_wu_public_network_ip",
    STORED_KEY,
    "mapping_columns",
    "legacy_mapping_rows",
    "legacy_not_migrated",
)
KEPT_SETTINGS = (
    "enable_domain_mapping",
    "custom_domains",
    "force_admin_redirect",
    "dns_check_interval",
    "auto_create_www_subdomain",
    "enable_sso",
    "security_mode",
    "error_logging_level",
)
_CREDENTIAL_OPTION = "wu_hosting_credential_"
_FREE_TEXT = frozenset({Host.FILE, Scheduler.FILE, ClosteCalls.FILE, Http.FILE, Tls.FILE})
"""Files with text that a host, a server or a person wrote."""
_DAMAGED: Mapping[Why, bytes] = {
    "empty": b"",
    "not JSON": b"[redacted\n",
    "not UTF-8": b'["\xff"]\n',
    "not a list": b"0\n",
    "not an object": b"0\n",
}
"""What is written in place of a damaged file, in which nothing can be found and masked."""


@dataclass(frozen=True, slots=True)
class MaskedFolder:
    """The files of a folder that are known, decoded and masked."""

    documents: Mapping[str, Document | Why]
    logs: Mapping[str, bytes]
    log_bytes: int
    """Bytes of the logs as they were given."""
    not_read: Mapping[str, str]
    """File → why, of what was there and could not be read, or not wholly."""


def is_log(name: str) -> bool:
    """Is this the name of one of the plugin's logs in the folder?"""
    return name.startswith(LOGS) and name.endswith(".log") and len(name) > len(LOGS + ".log")


def masked(files: Mapping[str, bytes]) -> MaskedFolder:
    """The known files of a folder, decoded and masked. Unknown ones are left out."""
    documents = {
        name: document(files[name], top, null=name == Scheduler.FILE)
        for name, top in TOP_LEVEL.items()
        if name in files
    }
    redaction = Redaction.of(raw_secrets(documents, files))
    logs = {name: content for name, content in files.items() if is_log(name)}
    return MaskedFolder(
        {name: _masked_document(name, found, redaction) for name, found in documents.items()},
        {name: redaction.content(_in_utf8(content)) for name, content in logs.items()},
        sum(map(len, logs.values())),
        _not_read(files, redaction),
    )


def _in_utf8(log: bytes) -> bytes:
    """A secret is searched for as the text that it is, whatever a log was saved as."""
    return b"".join(in_utf8((log,)))


def _not_read(files: Mapping[str, bytes], redaction: Redaction) -> dict[str, str]:
    found = document(files.get(NOT_READ, b""), dict)
    named = found.value if isinstance(found, Document) and isinstance(found.value, dict) else {}
    return {
        redaction.known(name): redaction.free(why)
        for name, why in named.items()
        if isinstance(why, str) and (name in TOP_LEVEL or name == PluginLogs.FILE or is_log(name))
    }


def redacted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The folder as it may be written and sent. Reading it gives what reading the given one gives."""
    folder = masked(files)
    found = {name: _content(name, kept) for name, kept in folder.documents.items()}
    if folder.not_read:
        found[NOT_READ] = written(dict(folder.not_read))
    return {**found, **folder.logs}


def _content(name: str, found: Document | Why) -> bytes:
    if found == "not UTF-8" and TOP_LEVEL[name] is dict:
        return b'{"\xff": 0}\n'
    if isinstance(found, str):
        return _DAMAGED[found]
    before, after = (part.encode("utf-8", "replace") for part in (found.before, found.after))
    value = written(found.value)
    return before + (value.rstrip(b"\n") if after else value) + after


def raw_secrets(
    documents: Mapping[str, Document | Why], files: Mapping[str, bytes]
) -> tuple[Secret, ...]:
    """The secrets whose text stands in a (hand-made) folder's constants, options and host facts, also where
    one of these files is damaged."""
    found: dict[tuple[str, str], None] = {}
    for name, value in (*_named_secrets(documents), *_in_damaged(documents, files)):
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and text and not text.startswith("[redacted:"):
            found[name, text] = None
    return tuple(Secret(name, text) for name, text in found)


def _named_secrets(documents: Mapping[str, Document | Why]) -> Iterator[tuple[str, object]]:
    for file, found in documents.items():
        value = found.value if isinstance(found, Document) else None
        if file == Constants.FILE and isinstance(value, list):
            for row in value:
                name = row.get("name") if isinstance(row, dict) else None
                if isinstance(name, str):
                    yield from _members(name, row.get("value"))
        elif file == Options.FILE and isinstance(value, dict):
            for name, option in value.items():
                if name.startswith(_CREDENTIAL_OPTION):
                    yield name.removeprefix(_CREDENTIAL_OPTION), option
                else:
                    yield from _members(name, array_of(option))
        elif file == Host.FILE:
            yield from _members("", value)


def _in_damaged(
    documents: Mapping[str, Document | Why], files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    for file in (Constants.FILE, Options.FILE, Host.FILE):
        if isinstance(documents.get(file), str):
            for name, text in named_texts(files[file]):
                if is_secret_name(name):
                    yield name.removeprefix(_CREDENTIAL_OPTION), text


def _members(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _members(key, member)
    elif isinstance(value, list):
        for element in value:
            yield from _members(name, element)
    elif is_secret_name(name):
        yield name, value


def _masked_document(name: str, found: Document | Why, redaction: Redaction) -> Document | Why:
    if isinstance(found, str):
        return found
    text = redaction.free if name in _FREE_TEXT else redaction.known
    value = _SHAPED[name](found.value) if name in _SHAPED else found.value
    if name in _FREE_TEXT or name == Constants.FILE or redaction.needles:
        value = MaskedValues(text, redaction.known).of(value)
    return Document(value, redaction.free(found.before), redaction.free(found.after))


def _shaped_constants(value: object) -> object:
    rows = value if isinstance(value, list) else []
    return [_shaped_row(row) if isinstance(row, dict) else None for row in rows]


def _shaped_row(row: dict[str, object]) -> object:
    name = row.get("name")
    if not isinstance(name, str) or "value" not in row or is_unreadable(row["value"], name=name):
        return None
    kept = {key: row[key] for key in ("name", "value", "type") if key in row}
    return kept | {"value": _shaped(name, row["value"])}


def _shaped(name: str, value: object) -> object:
    if isinstance(value, dict) and is_shape(value, name=name):
        return written_shape(shape_from(value))
    if is_secret_name(name):
        return written_shape(shape_of(value, name=name))
    return without_passwords(value) if isinstance(value, str) else value


def _shaped_host(value: object) -> object:
    if not isinstance(value, dict) or not isinstance(value.get("runtime_constants"), dict):
        return value
    shaped = {
        name: None if found is None else _shaped(name, found)
        for name, found in value["runtime_constants"].items()
        if not is_unreadable(found, name=name)
    }
    return value | {"runtime_constants": shaped}


def _kept_options(value: object) -> object:
    given = value if isinstance(value, dict) else {}
    kept = {name: array_of(given[name]) for name in KEPT_OPTIONS if name in given}
    settings = kept.get(SETTINGS)
    if isinstance(settings, dict):
        kept[SETTINGS] = {name: settings[name] for name in KEPT_SETTINGS if name in settings}
    elif settings is not None:
        kept[SETTINGS] = [] if settings == [] else False
    if STORED_KEY in kept:
        credential = stored_credential(kept[STORED_KEY])
        kept[STORED_KEY] = (
            {"stored": credential.stored, "decrypts": credential.decrypts} if credential else None
        )
    return kept


_SHAPED: Mapping[str, Callable[[object], object]] = {
    Constants.FILE: _shaped_constants,
    Host.FILE: _shaped_host,
    Options.FILE: _kept_options,
}

__all__ = ["MaskedFolder", "Redaction", "is_log", "masked", "raw_secrets", "redacted"]
