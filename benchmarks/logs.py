"""The log reader beside others on the same corpus: PERFORMANCE goals G1 to G6.

    python -m benchmarks.logs [MEGABYTES]

Makes its corpus in a temporary folder: one `integration-closte.log` as 2.4.10 writes it (500 MB), and
20,000 small logs of domains. Says what ratio is missed; equality with the plain reader and with one
regular expression a record is checked first. The rivals that are not installed are not measured.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analyzers.any_log import count_log
from analyzers.log_tally import Tally, Unknown
from analyzers.logbook import PIECE
from analyzers.messages import template
from analyzers.other_messages import MESSAGES
from analyzers.recogniser import Recogniser
from benchmarks.stopwatch import pairs, verdict
from bridge.cli.logs import without_collector
from bridge.log_halves import count_in_two

_HEADER = re.compile(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[([A-Z]+)\] ")
_SSL = ("/ssl/install", "/installssl", "/ssl", "/certificate/install")
_API = "https://app.closte.com/api/client"
_PAGE = (
    "<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n</body>\n</html>"
)


def transcript(domain: str, site: int, dice: random.Random) -> Iterator[str]:
    """What 2.4.10 writes while it adds one domain (DOMAIN 3.4)."""
    yield f"Adding domain: {domain} for site ID: {site}"
    yield "Using API key (first 10 chars): FAKEKEY-01..."
    yield f'Making API request to: {_API}/adddomainalias with data: {{"domain":"{domain}","wildcard":false}}'
    if dice.random() < 0.1:
        yield f"API response code: 502, body: {_PAGE}"
        yield "HTTP error 502 for endpoint /adddomainalias"
        yield f'Failed to add domain {domain}. Response: {{"success":false,"error":"HTTP 502 error"}}'
    else:
        yield f'API response code: 200, body: {{"success": true, "taskid": {dice.randrange(10**9)}}}'
        yield f"Domain {domain} added successfully, requesting SSL certificate"
    yield f"Requesting SSL certificate for domain: {domain}"
    for endpoint in _SSL:
        yield f"Trying SSL endpoint: {endpoint}"
        yield "Using API key (first 10 chars): FAKEKEY-01..."
        data = f'{{"domain":"{domain}","type":"letsencrypt"}}'
        yield f"Making API request to: {_API}{endpoint} with data: {data}"
        yield "API response code: 404, body: <html><head><title>404 Not Found</title></head></html>"
        yield f"HTTP error 404 for endpoint {endpoint}"
    yield f'SSL certificate request failed for domain: {domain}. Response: {{"success":false}}'
    if dice.random() < 0.5:
        yield f"Something new: {dice.random()}"


def large(path: Path, size: int) -> None:
    """One log of about `size` bytes."""
    dice, at, written = random.Random(1), datetime(2026, 1, 1, tzinfo=UTC), 0
    with open(path, "w", encoding="utf-8") as stream:
        while written < size:
            at += timedelta(seconds=dice.randrange(40))
            domain = f"shop{dice.randrange(5000)}.customer.example"
            for message in transcript(domain, dice.randrange(9000), dice):
                written += stream.write(f"[{at:%Y-%m-%d %H:%M:%S}] [INFO] {message}\n")


def small(folder: Path, count: int) -> None:
    """Many logs of domains, about 2 KB each."""
    folder.mkdir()
    for number in range(count):
        domain = f"shop{number}.customer.example"
        lines = [
            f"[2026-05-04 10:{minute:02d}:00] [INFO] {message}\n"
            for minute in range(0, 50, 5)
            for message in (
                f"Starting Check for {domain}",
                "- DNS propagation not finished, retrying in 5 minutes...",
                f"Testing domain verification via Loopback using HTTP: http://{domain}/",
            )
        ]
        (folder / f"domain-{domain}.log").write_text("".join(lines), encoding="utf-8")


def pieces(path: Path) -> Iterator[bytes]:
    """A file as the command reads it."""
    with open(path, "rb", buffering=0) as stream:
        while piece := stream.read(PIECE):
            yield piece


def counted(paths: list[Path]) -> Tally:
    """Our reader, as the command has it."""
    tally, recogniser, unknown = Tally(), Recogniser(), Unknown()
    with without_collector():
        for path in paths:
            count_log(tally, path.name, pieces(path), recogniser, (unknown,))
    return tally


def plainly(path: Path) -> Tally:
    """Our plain reader, record by record."""
    tally, recogniser = Tally(), Recogniser()
    with without_collector():
        tally.read(path.name, pieces(path), recogniser)
    return tally


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


def _unread(found: object) -> None:
    """A reader is timed; what it found is not looked at."""


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


def _counted_by_rg(path: Path) -> None:
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


def _counted_by_lnav(path: Path, home: Path) -> None:
    subprocess.run(
        ["lnav", "-n", "-c", _LNAV_SQL, str(path)],
        env={**os.environ, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _lnav_home(folder: Path) -> Path:
    formats = folder / ".config" / "lnav" / "formats" / "installed"
    formats.mkdir(parents=True)
    (formats / "wu.json").write_text(json.dumps(_LNAV_FORMAT))
    return folder


def peak(path: Path) -> float:
    """Megabytes that the whole command needs for a file."""
    code = (
        "import resource, sys\nfrom bridge.cli.main import status_of\n"
        "status_of(['logs', sys.argv[1], '--format', 'json'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, str(path)]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(answer.stderr.split()[-1]) / 1000


def main(megabytes: int) -> int:
    """All of it; how many goals are missed, at most 1."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log, part = folder / "integration-closte.log", folder / "part" / "integration-closte.log"
        large(log, megabytes * 1_000_000)
        part.parent.mkdir()
        _copy_start(log, part, 24_000_000)
        missed = _against_regex(part)
        missed += _memory(part, log)
        if counted([log]).events != plainly(log).events:
            print("the column reader and the plain one disagree")
            return 1
        small(folder / "small", 20_000)
        missed += _against_rg(log, folder / "small") if shutil.which("rg") else _absent("rg")
        missed += (
            _against_lnav(log, _lnav_home(folder / "home"))
            if shutil.which("lnav")
            else _absent("lnav")
        )
    return int(missed > 0)


def _absent(rival: str) -> int:
    print(f"{rival} is not installed: not measured against it")
    return 0


def _copy_start(whole: Path, part: Path, size: int) -> None:
    with open(whole, "rb") as source, open(part, "wb") as target:
        target.write(source.read(size))


def _against_regex(log: Path) -> int:
    tally = counted([log])
    ours = Counter({**tally.events, "unrecognised": tally.unrecognised})
    if ours != by_regex(log):
        print("the reader and one regular expression a record disagree")
        return 1
    took = pairs(lambda: _unread(counted([log])), lambda: _unread(by_regex(log)), count=5)
    print(took.table("counted", "one regex a record"))
    return verdict("G6, time against the regex reader", took.ratio, must=1 / 3, aim=1 / 5)


def _memory(part: Path, whole: Path) -> int:
    few, many = peak(part), peak(whole)
    print(f"peak memory: {few:.0f} MB for 24 MB of log, {many:.0f} MB for all")
    missed = verdict("G4, peak in 100 MB", many / 100, must=1.5, aim=1.0)
    return missed + verdict("G4, memory of all against a part", many / few, must=1.25, aim=1.05)


def _against_rg(log: Path, folder: Path) -> int:
    many = sorted(folder.iterdir())
    took = pairs(lambda: _unread(counted(many)), lambda: _counted_by_rg(folder), count=5)
    print(took.table("20,000 small files", "rg -c"))
    missed = verdict("G5, small files, time against rg", took.ratio, must=6, aim=3)
    took = pairs(lambda: _unread(counted([log])), lambda: _counted_by_rg(log), count=7)
    print(took.table("one large file", "rg -c"))
    size = log.stat().st_size
    print(f"{size / 1e6:.0f} MB: up to {size / min(took.ours) / 1e6:.0f} MB/s")
    missed += verdict("G1, time against rg -c", took.ratio, must=1 / 0.45, aim=1 / 0.65)
    if not _in_two(log):
        print("there is one processor, or the log cannot be halved: G2 is not measured")
        return missed
    took = pairs(lambda: _unread(_in_two(log)), lambda: _counted_by_rg(log), count=7)
    print(took.table("two processes", "rg -c"))
    return missed + verdict(
        "G2, two processes against rg -c (where nothing else runs)", took.ratio, must=1 / 0.7, aim=1
    )


def _in_two(log: Path) -> bool:
    with without_collector():
        return count_in_two(Tally(), str(log), Recogniser(), Unknown())


def _against_lnav(log: Path, home: Path) -> int:
    took = pairs(lambda: _unread(counted([log])), lambda: _counted_by_lnav(log, home), count=3)
    print(took.table("counted", "lnav, prefix and domain in SQL"))
    return verdict("G3, time against lnav", took.ratio, must=1 / 5, aim=1 / 8)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
