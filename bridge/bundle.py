"""A bundle: the zip of an evidence folder, read and written. Nothing is ever unpacked to disk.

A bundle comes from anywhere: names are only looked at, never used as paths, sizes are counted while
inflating and never believed, and a link is no file.
"""

from __future__ import annotations

import lzma
import os
import secrets
import stat
import struct
import zipfile
import zlib
from calendar import timegm
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from analyzers.language import phrase, sentence_of
from analyzers.redact import LOGS
from bridge import log_budget
from bridge.errors import UsageError
from bridge.evidence_names import given, is_known, stored
from bridge.log_budget import Log
from bridge.not_read import reason, reason_told, with_not_read
from bridge.private_file import fault_of, write_private
from bridge.whereabouts import is_folder

MOST_ENTRIES = 100_000
MOST_INFLATED = 2 << 30
"""Bytes that may come out of one bundle."""
LARGEST_DOCUMENT = 256 << 20
WORST_RATIO = 500
"""Logs shrink to a fiftieth at best; what shrinks more is made to do harm."""
_JUDGED_FROM = 8 << 20
"""Bytes that may come out of a file before its ratio counts."""
_PIECE = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for bytes that are no zip, or for one that it does not know."""


class _Bomb(Exception):
    """More comes out of the bundle than can be meant."""


def read_bundle(path: Path, *, log_bytes: int = log_budget.DEFAULT) -> dict[str, bytes]:
    """The known files of a bundle, relative name → content; a folder around them is tolerated.

    A file that is damaged is named in `unreadable.json` with why, and the rest goes on. Raises UsageError
    for what is no zip, is encrypted, or is a bomb.
    """
    if not path.exists():
        raise UsageError(phrase("there is no file or folder {path}", path=path))
    try:
        with zipfile.ZipFile(path) as bundle:
            return _contents(bundle, path, log_bytes)
    except _BROKEN as error:
        raise UsageError(
            phrase("{path} is no evidence folder and no readable zip", path=path)
        ) from error
    except _Bomb as error:
        raise UsageError(
            phrase("{path} is refused: {error}", path=path, error=sentence_of(error))
        ) from error
    except OSError as error:
        raise UsageError(
            phrase("cannot read {path}: {reason}", path=path, reason=reason_told(error))
        ) from error


def _contents(bundle: zipfile.ZipFile, path: Path, log_bytes: int) -> dict[str, bytes]:
    entries = bundle.infolist()
    if len(entries) > MOST_ENTRIES:
        raise _Bomb(phrase("it has more than {n} files", n=MOST_ENTRIES))
    known = _known(entries)
    if any(entry.flag_bits & 0x1 for entry in known.values()):
        raise UsageError(phrase("{path} is encrypted; unpack it and give the folder", path=path))
    left = [MOST_INFLATED]
    files: dict[str, bytes] = {}
    not_read: dict[str, str] = {}
    logs: list[Log] = []
    for name, entry in known.items():
        if stat.S_ISLNK(entry.external_attr >> 16):
            not_read[name] = "a link"
        elif name.startswith(LOGS):
            logs.append(_log(bundle, name, entry, left))
        else:
            try:
                files[name] = _document(bundle, entry, left)
            except OSError as error:
                not_read[name] = reason(error)
    taken = log_budget.within(log_bytes, logs)
    return with_not_read({**files, **taken.files}, {**not_read, **taken.not_read})


def _known(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Name → entry of the evidence in the folder that has most of it, the outermost of these.

    Some programs for Windows part names by backslashes. An absolute name, or one that climbs, is none.
    """
    folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        # The name first: `is_dir` looks at its last letter, and a damaged zip can have entries without one.
        if not parts[0] or entry.is_dir() or ".." in parts or "__MACOSX" in parts:
            continue
        depth = 2 if len(parts) > 1 and f"{parts[-2]}/" == LOGS else 1
        top, name = "/".join(parts[:-depth]), given("/".join(parts[-depth:]))
        if name is not None:
            folders.setdefault(top, {})[name] = entry
    best = max(folders, key=lambda top: (len(folders[top]), -top.count("/"), -len(top)), default="")
    return folders.get(best, {})


def _log(bundle: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo, left: list[int]) -> Log:
    try:
        modified = timegm((*entry.date_time, 0, 0, 0))
    except (ValueError, OverflowError):
        modified = 0
    return Log(name, modified, lambda: _pieces(bundle, entry, left))


def _document(bundle: zipfile.ZipFile, entry: zipfile.ZipInfo, left: list[int]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in _pieces(bundle, entry, left):
        size += len(piece)
        if size > LARGEST_DOCUMENT:
            raise OSError(f"larger than {LARGEST_DOCUMENT >> 20} MiB")
        parts.append(piece)
    return b"".join(parts)


def _pieces(bundle: zipfile.ZipFile, entry: zipfile.ZipInfo, left: list[int]) -> Iterator[bytes]:
    """What comes out of an entry; `left` counts down what may still come out of the bundle."""
    out = 0
    try:
        with bundle.open(entry) as stream:
            while piece := stream.read(_PIECE):
                out += len(piece)
                left[0] -= len(piece)
                if left[0] < 0:
                    raise _Bomb(
                        phrase("more than {size} GiB come out of it", size=MOST_INFLATED >> 30)
                    )
                if out > max(_JUDGED_FROM, WORST_RATIO * entry.compress_size):
                    raise _Bomb(phrase("much more comes out of it than evidence can shrink"))
                yield piece
    except _BROKEN as error:
        raise OSError("damaged in the zip") from error


def refuse_bundle(path: Path, *, force: bool) -> None:
    """Raises UsageError where `write_bundle` would not write."""
    if is_folder(path):
        raise UsageError(phrase("{path} is a folder", path=path))
    if not path.resolve().parent.is_dir():
        raise UsageError(
            phrase(
                "cannot write {path}: there is no folder {parent}",
                path=path,
                parent=path.resolve().parent,
            )
        )
    if (fault := fault_of(path)) is not None:
        raise UsageError(
            phrase(
                "cannot write {path}: {reason}", path=path, reason=reason_told(OSError(fault, ""))
            )
        )
    if os.path.lexists(path) and not force:
        raise UsageError(phrase("{path} is there already; --force replaces it", path=path))


def write_bundle(files: Mapping[str, bytes], path: Path, *, force: bool = False) -> None:
    """Write the evidence as a zip, 0600, there whole or not at all. Same evidence, same bytes.

    Refuses (UsageError) a file that is there, but for `force`.
    """
    refuse_bundle(path, force=force)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        write_private(fresh, b"")
        with open(fresh, "r+b") as stream:
            with zipfile.ZipFile(stream, "w") as bundle:
                for name in sorted(filter(is_known, files), key=stored):
                    bundle.writestr(_entry(stored(name)), files[name], compresslevel=6)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, path)
    except OSError as error:
        raise UsageError(
            phrase("cannot write {path}: {reason}", path=path, reason=reason_told(error))
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without a clock: the evidence says itself when it was taken."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    return entry
