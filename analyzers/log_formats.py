"""The counts of the plugin's logs in the formats that other programs show: JUnit, Prometheus.

Like `log_report.py`: values in, text out; text of strangers is made printable and escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from analyzers.gauges import Gauge, one
from analyzers.log_report import ROWS_SHOWN
from analyzers.log_tally import Tally, Unknown
from analyzers.printable import printable
from analyzers.xml_text import document

_SUITE = "closte-doctor.logs"


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
