"""The log reader beside others on the same corpus: PERFORMANCE goals G1 to G6.

    python -m benchmarks.logs [MEGABYTES]

Makes its corpus in a temporary folder: one `integration-closte.log` as 2.4.10 writes it (500 MB), and
20,000 small logs of domains. Says what ratio is missed; equality with the plain reader and with one
regular expression a record is checked first. The rivals that are not installed are not measured.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from analyzers.any_log import Count
from analyzers.log_tally import Tally, Unknown
from analyzers.recogniser import Recogniser
from analyzers.uncollected import without_collector
from benchmarks.log_corpus import large, small
from benchmarks.log_rivals import by_regex, counted_by_lnav, counted_by_rg, lnav_home
from benchmarks.stopwatch import pairs, verdict
from bridge import log_content
from bridge.log_files import log_files
from bridge.log_halves import count_in_two

COMMAND = str(Path(sys.executable).with_name("closte-doctor"))


def counted(path: Path) -> Tally:
    """Our reader in one process, imports done: a file, or all of a folder."""
    tally, recogniser = Tally(), Recogniser()
    count = Count(tally, (Unknown(),))
    with without_collector():
        for file in log_files([str(path)], print):
            content = log_content.small(file.name, file.size)
            if content is None:
                count.read(file.name, file.pieces(), recogniser)
            else:
                count.small(file.name, content, recogniser)
        count.close()
    return tally


def plainly(path: Path) -> Tally:
    """Our plain reader, record by record."""
    tally, recogniser = Tally(), Recogniser()
    with without_collector():
        for file in log_files([str(path)], print):
            tally.read(file.name, file.pieces(), recogniser)
    return tally


def commanded(path: Path) -> None:
    """The whole command, its start and its report too."""
    command = [COMMAND, "logs", str(path), "--format", "json"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def same(path: Path) -> bool:
    """Do both readers say the same?"""
    ours, plain = counted(path), plainly(path)
    return ours.__dict__ == plain.__dict__


def _unread(found: object) -> None:
    """A reader is timed; what it found is not looked at."""


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
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log, part = folder / "integration-closte.log", folder / "part" / "integration-closte.log"
        large(log, megabytes * 1_000_000)
        part.parent.mkdir()
        _copy_start(log, part, 24_000_000)
        missed = _against_regex(part)
        missed += _memory(part, log)
        small(folder / "small", 20_000)
        if not (same(log) and same(folder / "small")):
            print("the column reader and the plain one disagree")
            return 1
        missed += _against_rg(log, folder / "small") if shutil.which("rg") else _absent("rg")
        missed += (
            _against_lnav(log, lnav_home(folder / "home"))
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
    tally = counted(log)
    ours = Counter({**tally.events, "unrecognised": tally.unrecognised})
    if ours != by_regex(log):
        print("the reader and one regular expression a record disagree")
        return 1
    took = pairs(lambda: _unread(counted(log)), lambda: _unread(by_regex(log)), count=5)
    print(took.table("counted", "one regex a record"))
    return verdict("G6, time against the regex reader", took.ratio, must=1 / 3, aim=1 / 5)


def _memory(part: Path, whole: Path) -> int:
    few, many = peak(part), peak(whole)
    print(f"peak memory: {few:.0f} MB for 24 MB of log, {many:.0f} MB for all")
    missed = verdict("G4, peak in 100 MB", many / 100, must=1.5, aim=1.0)
    return missed + verdict("G4, memory of all against a part", many / few, must=1.25, aim=1.05)


def _against_rg(log: Path, folder: Path) -> int:
    took = pairs(lambda: _unread(counted(folder)), lambda: counted_by_rg(folder), count=7)
    print(took.table("20,000 small files", "rg -c"))
    missed = verdict("G5, small files, time against rg", took.ratio, must=6, aim=3)
    took = pairs(lambda: commanded(folder), lambda: counted_by_rg(folder), count=7)
    print(took.table("the whole command", "rg -c"))
    missed += verdict("G5, the whole command", took.ratio, must=6, aim=3)
    took = pairs(lambda: _unread(counted(log)), lambda: counted_by_rg(log), count=7)
    print(took.table("one large file", "rg -c"))
    size = log.stat().st_size
    print(f"{size / 1e6:.0f} MB: up to {size / min(took.ours) / 1e6:.0f} MB/s")
    missed += verdict("G1, time against rg -c", took.ratio, must=1 / 0.45, aim=1 / 0.65)
    if not _in_two(log):
        print("there is one processor, or the log cannot be halved: G2 is not measured")
        return missed
    took = pairs(lambda: _unread(_in_two(log)), lambda: counted_by_rg(log), count=7)
    print(took.table("two processes", "rg -c"))
    return missed + verdict(
        "G2, two processes against rg -c (where nothing else runs)", took.ratio, must=1 / 0.7, aim=1
    )


def _in_two(log: Path) -> bool:
    with without_collector():
        return count_in_two(Tally(), str(log), Recogniser(), Unknown())


def _against_lnav(log: Path, home: Path) -> int:
    took = pairs(lambda: _unread(counted(log)), lambda: counted_by_lnav(log, home), count=3)
    print(took.table("counted", "lnav, prefix and domain in SQL"))
    return verdict("G3, time against lnav", took.ratio, must=1 / 5, aim=1 / 8)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
