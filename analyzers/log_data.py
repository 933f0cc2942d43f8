"""What the plugin's logs hold, as counts, for other programs: JSON, JSON Lines and CSV.

The JSON is the object of CONTRACT section 6, and nothing else.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring_ascii as quoted

from analyzers.escaping import csv_cell
from analyzers.events import UNRECOGNISED
from analyzers.instants import iso_or_none
from analyzers.log_tally import Tally, Unknown

SCHEMA = 1


def as_json(tally: Tally) -> str:
    """The object of CONTRACT section 6.

    Written here: `json` indents in Python, member by member, which for 20,000 domains takes longer
    than to read a quarter of their logs.
    """
    domains = ((name, _object(counts.items(), 2)) for name, counts in tally.domains.items())
    members = {
        "schema": SCHEMA,
        "bytes": tally.bytes,
        "files": tally.files,
        "records": tally.records,
        "unrecognised": tally.unrecognised,
        "events": _object(tally.events.items(), 1),
        "domains": _object(domains, 1),
        "first_at": json.dumps(iso_or_none(tally.first_at)),
        "last_at": json.dumps(iso_or_none(tally.last_at)),
    }
    lines = ",\n".join(f" {quoted(name)}: {text}" for name, text in members.items())
    return f"{{\n{lines}\n}}\n"


def _object(members: Iterable[tuple[str, object]], depth: int) -> str:
    """A JSON object of numbers, or of what is JSON already, in order of name."""
    indent = "\n" + " " * depth
    lines = [f"{indent} {quoted(name)}: {value}" for name, value in sorted(members)]
    return f"{{{','.join(lines)}{indent}}}" if lines else "{}"


def as_jsonl(tally: Tally, unknown: Unknown) -> Iterator[str]:
    """One JSON object a line: the totals, each count, and samples of what was not recognised."""
    yield _line(
        kind="total",
        bytes=tally.bytes,
        files=tally.files,
        records=tally.records,
        unrecognised=tally.unrecognised,
        first_at=iso_or_none(tally.first_at),
        last_at=iso_or_none(tally.last_at),
    )
    for event, count in sorted(tally.events.items()):
        yield _line(kind="event", event=event, count=count)
    for domain, counts in sorted(tally.domains.items()):
        for event, count in sorted(counts.items()):
            yield _line(kind="domain", domain=domain, event=event, count=count)
    for day, counts in sorted(tally.days.items()):
        for event, count in sorted(counts.items()):
            yield _line(kind="day", day=day or None, event=event, count=count)
    for source, number, at, level, message in unknown.samples:
        yield _line(
            kind="unrecognised", file=source, line=number, at=at, level=level, message=message
        )


def as_csv(tally: Tally) -> str:
    """`scope,name,event,count`: scope is total, domain or day."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(("scope", "name", "event", "count"))
    totals = {**tally.events, "records": tally.records, UNRECOGNISED: tally.unrecognised}
    for event, count in sorted(totals.items()):
        writer.writerow(("total", "", event, count))
    for scope, groups in (("domain", tally.domains), ("day", tally.days)):
        for name, counts in sorted(groups.items()):
            for event, count in sorted(counts.items()):
                writer.writerow((scope, csv_cell(name), event, count))
    return page.getvalue()


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=True) + "\n"
