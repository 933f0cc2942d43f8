"""The counts of the plugin's logs in the formats that other programs show: HTML, JUnit, Prometheus.

Like `log_report.py`: values in, text out; text of strangers is made printable and escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree as Xml

from tabulate import tabulate

from analyzers.gauges import Gauge, one
from analyzers.language import ENGLISH, Language
from analyzers.log_report import ROWS_SHOWN, examples, headline, tables
from analyzers.log_tally import Tally, Unknown
from analyzers.names import displayed
from analyzers.printable import printable, shortened
from analyzers.xml_text import document

_SUITE = "closte-doctor.logs"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{padding:.2rem .8rem;border-bottom:1px solid #8886;text-align:left;white-space:nowrap}"
    "code{overflow-wrap:anywhere}:root{color-scheme:light dark}"
)


def as_html(tally: Tally, unknown: Unknown, language: Language = ENGLISH) -> str:
    """One page that loads nothing."""
    title = escape(language.say("The plugin's logs"))
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language.code}">',
        '<head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head>",
        f"<body><main><h1>{title}</h1>",
        f"<p>{escape(language.of(headline(tally)))}</p>",
    ]
    named = lambda name: printable(displayed(name))  # noqa: E731
    for heading, (rows, headers) in tables(tally, named, language):
        lines += [f"<h2>{escape(heading)}</h2>", tabulate(rows, headers, tablefmt="html")]
    if unknown.samples:
        lines += [f"<h2>{escape(examples(language))}</h2>", "<ul>"]
        for source, number, at, level, message in unknown.samples[:ROWS_SHOWN]:
            shown = shortened(printable(f"[{at}] [{level}] {message}"), 200)
            place = escape(printable(f"{source}:{number}"))
            lines.append(f"<li><code>{place}</code><br><code>{escape(shown)}</code></li>")
        lines.append("</ul>")
    return "\n".join([*lines, "</main></body></html>"]) + "\n"


def as_junit(tally: Tally, unknown: Unknown) -> str:
    """Each event a case that passed, with its count; what was not recognised a skipped one.

    None fails: counts are no findings.
    """
    numbers = {
        "tests": str(len(tally.events) + 1),
        "failures": "0",
        "errors": "0",
        "skipped": str(int(tally.unrecognised > 0)),
    }
    root = Xml.Element("testsuites", {"name": _SUITE, **numbers})
    suite = Xml.SubElement(root, "testsuite", {"name": _SUITE, **numbers})
    listed = Xml.SubElement(suite, "properties")
    for name, value in _totals(tally):
        Xml.SubElement(listed, "property", {"name": name, "value": f"{value:.0f}"})
    for event, count in sorted(tally.events.items()):
        case = Xml.SubElement(suite, "testcase", {"classname": _SUITE, "name": event})
        Xml.SubElement(case, "system-out").text = str(count)
    case = Xml.SubElement(suite, "testcase", {"classname": _SUITE, "name": "unrecognised"})
    if tally.unrecognised:
        Xml.SubElement(case, "skipped", {"message": str(tally.unrecognised)})
        Xml.SubElement(case, "system-out").text = "\n".join(
            printable(f"{source}:{number} [{at}] [{level}] {message}")
            for source, number, at, level, message in unknown.samples[:ROWS_SHOWN]
        )
    return document(root)


def as_prometheus(tally: Tally) -> str:
    """Gauges in text format 0.0.4. Domains are no labels: each would be a series of its own."""
    gauges = [one(f"log_{name}", _HELP[name], value) for name, value in _totals(tally)]
    events = tuple(({"event": event}, count) for event, count in sorted(tally.events.items()))
    gauges.append(Gauge("log_events", "Records of the plugin's logs by known message.", events))
    return "".join(line + "\n" for gauge in gauges for line in gauge.lines())


_HELP = {
    "files": "Log files that were read.",
    "bytes": "Bytes of these files.",
    "records": "Records of the plugin's logs that were read.",
    "unrecognised": "Records of the plugin's logs that nobody knows.",
    "first_at_seconds": "Time of the oldest record, in seconds since 1970-01-01 UTC.",
    "last_at_seconds": "Time of the newest record, in seconds since 1970-01-01 UTC.",
}


def _totals(tally: Tally) -> Iterator[tuple[str, float]]:
    yield "files", tally.files
    yield "bytes", tally.bytes
    yield "records", tally.records
    yield "unrecognised", tally.unrecognised
    if tally.first_at and tally.last_at:
        yield "first_at_seconds", tally.first_at.timestamp()
        yield "last_at_seconds", tally.last_at.timestamp()
