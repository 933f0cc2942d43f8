"""What the log reader is measured beside: one regular expression a record, ripgrep, lnav."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

from analyzers.messages import template
from analyzers.other_messages import MESSAGES

_HEADER = re.compile(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[([A-Z]+)\] ")


def alternation() -> re.Pattern[bytes]:
    """Every wording of the table in one regular expression with named groups."""
    choices = []
    for number, row in enumerate(MESSAGES):
        for other, wording in enumerate(row.wordings):
            found = template(wording)
            body = re.escape(found.literals[0])
            for name, literal in zip(found.fields, found.literals[1:], strict=True):
                kind = r"-?\d+" if name in found.numeric else r"(?s:.*?)"
                body += f"(?P<{name}_{number}_{other}>{kind}){re.escape(literal)}"
            choices.append(f"(?P<row_{number}_{other}>{body})")
    return re.compile("|".join(choices).encode())


def by_regex(path: Path) -> Counter[str]:
    """The plain reader: one regular expression a record. Of `integration-closte` only."""
    whole, found = alternation(), Counter[str]()
    events = {
        f"row_{n}_{o}": r.event for n, r in enumerate(MESSAGES) for o in range(len(r.wordings))
    }

    def settle(message: bytes) -> None:
        match = whole.fullmatch(message.rstrip(b"\r\n"))
        groups = match.groupdict() if match else {}
        name = next((name for name in events if groups.get(name) is not None), None)
        raw = message[:1] in (b"", b"{", b"[", b"<")
        found[events[name] if name else "closte.raw-body" if raw else "unrecognised"] += 1

    message: bytes | None = None
    with open(path, "rb") as stream:
        for line in stream:
            header = _HEADER.match(line)
            if header is None:
                message = message + line if message is not None else None
                continue
            if message is not None:
                settle(message)
            message = line[header.end() :]
    if message is not None:
        settle(message)
    return found


def patterns() -> str:
    """The same wordings as one pattern for ripgrep."""
    choices = []
    for row in MESSAGES:
        for wording in row.wordings:
            found = template(wording)
            text = _literal(found.literals[0])
            for name, literal in zip(found.fields, found.literals[1:], strict=True):
                text += ("-?[0-9]+" if name in found.numeric else ".*") + _literal(literal)
            choices.append(text)
    return "|".join(choices)


def _literal(text: str) -> str:
    return "".join(f"\\{c}" if c in r"\.+*?()|[]{}^$" else c for c in text)


def counted_by_rg(path: Path) -> None:
    subprocess.run(["rg", "-c", patterns(), str(path)], stdout=subprocess.DEVNULL, check=True)


_LNAV_FORMAT = {
    "closte_doctor_wu": {
        "title": "wu-logs",
        "regex": {
            "std": {
                "pattern": r"^\[(?<timestamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] "
                r"\[(?<level>\w+)\] (?<body>.*)$"
            }
        },
        "sample": [{"line": "[2026-05-04 10:00:00] [INFO] Empty response body"}],
    }
}
_LNAV_SQL = (
    ";SELECT count(*) FROM (SELECT substr(log_body, 1, 12) AS prefix,"
    " regexp_match('(?:domain: |Domain |domain \")([a-z0-9.-]+)', log_body) AS domain,"
    " count(*) AS n FROM closte_doctor_wu GROUP BY prefix, domain)"
)


def counted_by_lnav(path: Path, home: Path) -> None:
    subprocess.run(
        ["lnav", "-n", "-c", _LNAV_SQL, str(path)],
        env={**os.environ, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def lnav_home(folder: Path) -> Path:
    formats = folder / ".config" / "lnav" / "formats" / "installed"
    formats.mkdir(parents=True)
    (formats / "wu.json").write_text(json.dumps(_LNAV_FORMAT))
    return folder
