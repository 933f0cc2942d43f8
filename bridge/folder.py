"""The evidence folder of CONTRACT section 3 on disk, read and written.

Reading takes the known files and no others, follows no link out of the folder, and goes on where one
file cannot be read: `unreadable.json` in what it gives says which and why. Writing is for the owner
alone and all at once. Kept out: the zip of a folder (`bundle.py`).
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from analyzers.language import phrase
from analyzers.redact import LOGS, NOT_READ, TOP_LEVEL
from bridge import log_budget
from bridge.bundle import read_bundle, write_bundle
from bridge.errors import UsageError
from bridge.evidence_names import given, is_known, stored
from bridge.log_budget import Log
from bridge.not_read import reason, reason_told, with_not_read
from bridge.private_file import fault_of, write_private
from bridge.whereabouts import is_file, is_folder

LARGEST_DOCUMENT = 256 << 20
"""Bytes of one JSON file; 100,000 actions with their logs are a quarter of it."""
_PIECE = 1 << 20


def read_evidence(word: str | Path) -> tuple[dict[str, bytes], str]:
    """The files of an evidence folder or bundle, and its own name (the last part of its path).

    Raises UsageError where there is neither.
    """
    path = Path(word)
    try:
        files = read_folder(path) if path.is_dir() else read_bundle(path)
    except OSError as error:
        raise UsageError(
            phrase("cannot read {path}: {reason}", path=path, reason=reason_told(error))
        ) from error
    return files, name_of(path)


def name_of(path: Path) -> str:
    """The last part of the path: what the evidence is of, where it does not say so itself."""
    name = "" if path.name == ".." else path.name
    return name or path.resolve().name or str(path)


def read_folder(path: Path, *, log_bytes: int = log_budget.DEFAULT) -> dict[str, bytes]:
    """The known files of a folder, relative name → content. Raises UsageError where there is none."""
    if not path.is_dir():
        raise UsageError(phrase("there is no folder {path}", path=path))
    root = path.resolve()
    files: dict[str, bytes] = {}
    not_read: dict[str, str] = {}
    for name in (*TOP_LEVEL, NOT_READ):
        if os.path.lexists(root / name):
            try:
                files[name] = _document(root, root / name)
            except OSError as error:
                not_read[name] = reason(error)
    taken = log_budget.within(log_bytes, _logs(root, not_read))
    return with_not_read({**files, **taken.files}, {**not_read, **taken.not_read})


def holds_evidence(path: Path) -> bool:
    """Does a known file of an evidence folder stand in this folder?"""
    return any(is_file(path / name) for name in TOP_LEVEL) or is_folder(path / LOGS)


def refuse_folder(path: Path, *, force: bool) -> bool:
    """Raises UsageError where `write_folder` would not write; else: is there something to replace?"""
    if os.path.lexists(path) and not is_folder(path):
        raise UsageError(phrase("{path} is no folder", path=path))
    if not path.resolve().parent.is_dir():
        raise UsageError(
            phrase(
                "cannot write {path}: there is no folder {parent}",
                path=path,
                parent=path.resolve().parent,
            )
        )
    beside = path.resolve().parent / ".closte-doctor"
    if (fault := fault_of(beside)) is not None:  # it is written beside, then takes its place
        raise UsageError(
            phrase(
                "cannot write {path}: {reason}", path=path, reason=reason_told(OSError(fault, ""))
            )
        )
    try:
        present = is_folder(path) and any(path.iterdir())
    except OSError as error:
        raise UsageError(
            phrase("cannot write {path}: {reason}", path=path, reason=reason_told(error))
        ) from error
    if present and not force:
        raise UsageError(
            phrase("{path} is not empty; --force replaces the evidence in it", path=path)
        )
    return present


def write_folder(files: Mapping[str, bytes], path: Path, *, force: bool = False) -> None:
    """Write the evidence as a folder: 0700, its files 0600, there whole or not at all.

    Refuses (UsageError) a folder that is not empty; with `force` the evidence in it is replaced, and
    anything else in it stays.
    """
    target = path.resolve()
    present = refuse_folder(path, force=force)
    fresh = target.with_name(f".{target.name}.{os.urandom(6).hex()}")
    try:
        _write_all(files, fresh)
        if present:
            _replace(target, fresh)
        else:
            fresh.rename(target)
    except OSError as error:
        raise UsageError(
            phrase("cannot write {path}: {reason}", path=path, reason=reason_told(error))
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_all(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir(0o700)
    names = [name for name in files if is_known(name)]
    if any(name.startswith(LOGS) for name in names):
        (folder / LOGS).mkdir(0o700)
    for name in names:
        write_private(folder / stored(name), files[name])


def _replace(target: Path, fresh: Path) -> None:
    """Put fresh evidence in place of the old: at once where nothing else is in the folder."""
    old = sorted(_evidence_in(target))
    if {p.relative_to(target).parts[0] for p in old} == {p.name for p in target.iterdir()} and (
        not (target / LOGS).is_dir() or set((target / LOGS).iterdir()) <= set(old)
    ):
        aside = target.with_name(f"{fresh.name}.old")
        target.rename(aside)
        fresh.rename(target)
        shutil.rmtree(aside)
        return
    for path in old:
        path.unlink()
    if (fresh / LOGS).is_dir():
        (target / LOGS).mkdir(0o700, exist_ok=True)
    for path in sorted(p for p in fresh.rglob("*") if p.is_file()):
        os.replace(path, target / path.relative_to(fresh))


def _evidence_in(folder: Path) -> Iterator[Path]:
    logs = folder / LOGS
    below = logs.iterdir() if logs.is_dir() and not logs.is_symlink() else ()
    for path in (*folder.iterdir(), *below):
        if not path.is_dir() and given(path.relative_to(folder).as_posix()) is not None:
            yield path


def _logs(root: Path, not_read: dict[str, str]) -> Iterator[Log]:
    folder = root / LOGS
    if not os.path.lexists(folder):
        return
    try:
        _inside(root, folder)
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        not_read[LOGS.rstrip("/")] = reason(error)
        return
    for entry in entries:
        name = given(LOGS + entry.name)
        if name is None:
            continue
        try:
            modified = entry.stat().st_mtime
        except OSError:  # a link to nowhere: reading it says why
            modified = 0.0
        path = Path(entry.path)
        yield Log(name, modified, lambda path=path: _pieces(root, path))  # type: ignore[misc]


def _document(root: Path, path: Path) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in _pieces(root, path):
        size += len(piece)
        if size > LARGEST_DOCUMENT:
            raise OSError(f"larger than {LARGEST_DOCUMENT >> 20} MiB")
        parts.append(piece)
    return b"".join(parts)


def _pieces(root: Path, path: Path) -> Iterator[bytes]:
    handle = os.open(_inside(root, path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with open(handle, "rb", buffering=0) as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a regular file")
        while piece := stream.read(_PIECE):
            yield piece


def _inside(root: Path, path: Path) -> Path:
    """Where a path leads. Raises OSError for a link that leads out of the folder, or in a circle."""
    try:
        real = path.resolve(strict=True)
    except RuntimeError as error:
        raise OSError("a link that leads to itself") from error
    if not real.is_relative_to(root):
        raise OSError("a link that leads out of the folder")
    return real


__all__ = [
    "read_bundle",
    "read_evidence",
    "read_folder",
    "write_bundle",
    "write_folder",
]
