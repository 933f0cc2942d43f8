"""What the plugin's logs hold, as counts, for people: text and Markdown.

Text of strangers passes `printable` or the escaping of its format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from analyzers.escaping import markdown_code, markdown_text
from analyzers.events import UNRECOGNISED
from analyzers.instants import iso
from analyzers.language import ENGLISH, Language, Phrase, grouped, joined, phrase, plural
from analyzers.log_tally import Tally, Unknown
from analyzers.names import displayed
from analyzers.plain_table import plain_table
from analyzers.printable import printable, shortened
from analyzers.wrapping import wrapped

ROWS_SHOWN = 60
"""Domains and days that a page for people shows; the data formats have all."""
_ENDLESS = 1 << 30
_EXAMPLES = phrase("Not recognised, for example")
_COLUMNS: Sequence[tuple[str, tuple[str, ...]]] = (
    (phrase("asked"), ("closte.adding",)),
    (phrase("added"), ("closte.added",)),
    (phrase("refused"), ("closte.add-failed", "closte.rejected-invalid")),
    (phrase("no answer"), ("closte.transport-failed",)),
    (phrase("checks"), ("check.started",)),
    (phrase("DNS again"), ("check.dns-retry",)),
    (phrase("DNS ok"), ("check.dns-ok",)),
    (phrase("SSL again"), ("check.ssl-retry",)),
    (phrase("SSL ok"), ("check.ssl-ok",)),
    (phrase("given up"), ("check.dns-given-up", "check.ssl-given-up")),
)


def as_text(
    tally: Tally,
    unknown: Unknown,
    *,
    bold: bool = False,
    language: Language = ENGLISH,
    width: int | None = None,
) -> str:
    """For a terminal of so many columns, or for what has no end of them. `bold`: headings may be."""
    strong = ("\x1b[1m", "\x1b[0m") if bold else ("", "")
    lines = wrapped(language.of(headline(tally)), width or _ENDLESS)
    for heading, table in tables(tally, displayed, language):
        lines += ["", f"{strong[0]}{heading}{strong[1]}", *plain_table(*table, width)]
    if unknown.samples:
        lines += ["", f"{strong[0]}{language.of(_EXAMPLES)}{strong[1]}"]
        for source, number, at, level, message in unknown.samples[:ROWS_SHOWN]:
            shown = shortened(printable(message), 160)
            lines.append(f"{printable(source)}:{number}")
            lines += wrapped(f"[{at}] [{level}] {shown}", width or _ENDLESS, "  ", "  ")
    return "\n".join(lines) + "\n"


def as_markdown(tally: Tally, unknown: Unknown, language: Language = ENGLISH) -> str:
    """For a ticket."""
    from tabulate import tabulate

    title = language.say("The plugin's logs")
    lines = [f"# {title}", "", language.of(headline(tally))]
    named: Callable[[str], str] = lambda name: markdown_text(displayed(name))  # noqa: E731
    for heading, (rows, headers) in tables(tally, named, language):
        lines += ["", f"## {heading}", "", tabulate(rows, headers, tablefmt="pipe")]
    if unknown.samples:
        lines += ["", f"## {language.of(_EXAMPLES)}", ""]
        for source, number, at, level, message in unknown.samples[:ROWS_SHOWN]:
            quoted = markdown_code(shortened(f"[{at}] [{level}] {message}", 200))
            lines.append(f"- {markdown_code(f'{source}:{number}')} {quoted}")
    return "\n".join(lines) + "\n"


Table = tuple[list[list[object]], list[str]]


def examples(language: Language) -> str:
    """The heading of the records that were not recognised."""
    return language.of(_EXAMPLES)


def tables(
    tally: Tally, named: Callable[[str], str], language: Language
) -> Iterator[tuple[str, Table]]:
    """Heading and table: events, domains, days. `named`: how a domain is written."""
    yield from _in_language(chain(_events(tally), _groups(tally, named)), language)


def tables_of_groups(
    tally: Tally, named: Callable[[str], str], language: Language
) -> Iterator[tuple[str, Table]]:
    """The same without the events."""
    yield from _in_language(_groups(tally, named), language)


def _in_language(
    found: Iterable[tuple[str, Table]], language: Language
) -> Iterator[tuple[str, Table]]:
    for heading, (rows, headers) in found:
        told = [[language.of(c) if isinstance(c, str) else c for c in row] for row in rows]
        yield language.of(heading), (told, [language.of(h) for h in headers])


def _events(tally: Tally) -> Iterator[tuple[str, Table]]:
    if tally.events:
        rows: list[list[object]] = [[name, n] for name, n in sorted(tally.events.items())]
        yield phrase("Events"), (rows, [phrase("event"), phrase("count")])


def _groups(tally: Tally, named: Callable[[str], str]) -> Iterator[tuple[str, Table]]:
    if tally.domains:
        order = sorted(tally.domains, key=lambda name: (-_weight(tally.domains[name]), name))
        groups = [(named(name), tally.domains[name]) for name in order]
        yield _headed(phrase("Domains"), len(groups)), _grouped(phrase("domain"), groups)
    if tally.days:
        days = [
            (day or phrase("no such day"), tally.days[day])
            for day in sorted(tally.days, reverse=True)
        ]
        columns = _grouped(
            phrase("day"),
            days,
            [
                (phrase("records"), None),
                *_COLUMNS,
                (phrase("unrecognised"), (UNRECOGNISED,)),
            ],
        )
        yield _headed(phrase("Days, the newest first"), len(days)), columns


def _grouped(
    first: str,
    groups: Sequence[tuple[str, Mapping[str, int]]],
    columns: Sequence[tuple[str, tuple[str, ...] | None]] = _COLUMNS,
) -> Table:
    """A row for each group; columns that are zero everywhere are left out."""
    shown = groups[:ROWS_SHOWN]
    rows: list[list[object]] = [[name] for name, _ in shown]
    headers = [first]
    for title, events in columns:
        numbers = [_sum(counts, events) for _, counts in shown]
        if any(numbers):
            headers.append(title)
            for row, number in zip(rows, numbers, strict=True):
                row.append(number or "")
    return rows, headers


def _sum(counts: Mapping[str, int], events: Iterable[str] | None) -> int:
    return sum(counts.values() if events is None else (counts.get(e, 0) for e in events))


def _weight(counts: Counter[str]) -> int:
    """What a reader looks for first: domains that failed, then those that were tried most."""
    bad = (
        "closte.add-failed",
        "closte.transport-failed",
        "check.dns-given-up",
        "check.ssl-given-up",
    )
    return 1_000 * sum(counts[e] for e in bad) + counts["closte.adding"] + counts["check.started"]


def _headed(heading: str, count: int) -> str:
    if count <= ROWS_SHOWN:
        return heading
    return phrase(
        "{heading} ({shown} of {count}; --format json or csv has all)",
        heading=heading,
        shown=ROWS_SHOWN,
        count=count,
    )


def headline(tally: Tally) -> Phrase:
    """What was read, in one sentence."""
    text = joined(
        (
            plural("{n} file", "{n} files", tally.files),
            plural("{number} byte", "{number} bytes", tally.bytes, number=grouped(tally.bytes)),
            plural(
                "{number} record", "{number} records", tally.records, number=grouped(tally.records)
            ),
        )
    )
    if tally.first_at and tally.last_at:
        text = phrase(
            "{counts} from {first} to {last}",
            counts=text,
            first=iso(tally.first_at),
            last=iso(tally.last_at),
        )
    return phrase(
        "{counts}; {number} not recognised.", counts=text, number=grouped(tally.unrecognised)
    )
