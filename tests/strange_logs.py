"""Logs that nobody wrote on purpose, and what a tally says of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from analyzers.log_tally import Tally, Unknown
from analyzers.messages import template
from analyzers.other_messages import MESSAGES
from analyzers.recogniser import Recogniser

T = b"[2026-05-04 10:00:00] [INFO] "
DOMAINS = (
    b"a.example",
    b"b.example",
    b"Shop.Example.",
    b"*.x.example",
    b"za\xc5\xbc.example",
    b"a b.example",
    b"a.example\n",
    b"a.example\r\n",
    b"x" * 70 + b".example",
    b"x" * 300,
    b"",
    b" ",
    b"\xff\xfe.x",
    b"a for site ID: 3",
    b"a. Response: b",
    b"b\\n.example",
    b"a\x00b.c",
)
NUMBERS = (b"7", b"0", b"-3", b"123456789012", b"x", b"", b"12 ", b"99999999", b"7\n")
DATA = (
    b"[]",
    b'{"domain":"a.example","wildcard":false}',
    b'{"wildcard":false,"domain":"b.example"}',
    b'{"domain": "c.example"}',
    b'{"domain":"za\\u017c.example"}',
    b'{"domain":""}',
    b'{"domain":"a\\"b"}',
    b'{"domain":"' + b"z" * 80 + b'"}',
    b'{"domain":"a.example',
    b"[] ",
    b"",
)
TEXTS = (b"", b"null", b"<html>\n<b>\n</html>", b"a\n[2026-05-04] no", b"y" * 20_000, b"\r", b": ")
STRANGE = (
    b"Something new",
    b"Adding",
    b'{"a":1}',
    b"<p>",
    b"",
    b" ",
    b"\t{",
    b"API response code: 200, body:",
    b"copy(/x): no",
    b"SSL",
    b"- DNS nicht fertig, in 5 Minuten ...",
    b"Adding domain: a.example for site ID: 7 trailing",
    b"Domain added, requesting SSL",
)
STAMPS = (
    b"2026-05-04 10:00:00",
    b"2026-05-05 00:00:00",
    b"2026-05-03 23:59:59",
    b"2026-13-04 10:00:00",
    b"2026-05-04 25:00:00",
    b"0000-00-00 00:00:00",
)
LEVELS = (
    *[b"INFO"] * 12,
    b"ERROR",
    b"WARNING",
    b"DEBUG",
    b"EMERGENCY",
    b"EMERGENCYX",
    b"info",
    b"",
)
ENDS = (*[b"\n"] * 12, b"\r\n", b"\n\n", b"\n[x\n", b"\nmore " + T + b"x\n", b"\r\r\n")
SOURCES = (
    *["integration-closte.log"] * 6,
    "integration-closte-ssl.log",
    "domain-a.example.log",
    "domain-creation.log",
    "domain-ssl-checks.log",
    "sunrise.log",
    "other.log",
    "-",
)
GERMAN = {"Starting Check for %s": "Prüfung für %s beginnt"}


def message(dice: random.Random) -> bytes:
    """A message of the table with fields of every kind, or a strange one."""
    if dice.random() < 0.12:
        return dice.choice(STRANGE)
    found = template(dice.choice(dice.choice(MESSAGES).wordings))
    text = found.literals[0].encode()
    values = {"domain": DOMAINS, "data": DATA, "label": (b"HTTP", b"HTTPS with SSL verification")}
    for name, literal in zip(found.fields, found.literals[1:], strict=True):
        if name in found.numeric and dice.random() < 0.7:
            text += b"%d" % dice.randrange(10 ** dice.randrange(1, 8))
        else:
            text += dice.choice(NUMBERS if name in found.numeric else values.get(name, TEXTS))
        text += literal.encode()
    return text[: dice.randrange(len(text) + 1)] if dice.random() < 0.03 else text


def log(dice: random.Random) -> bytes:
    """A log that nobody wrote on purpose."""
    parts = [
        dice.choice((b"", b"", b"\xef\xbb\xbf")),
        dice.choice((b"", b"junk\n", b"\n", b"[2026\n")),
    ]
    for _ in range(dice.randrange(120)):
        stamp = dice.choice(STAMPS) if dice.random() < 0.2 else STAMPS[0]
        parts += [b"[", stamp, b"] [", dice.choice(LEVELS), b"] ", message(dice), dice.choice(ENDS)]
    whole = b"".join(parts)
    return whole[: dice.randrange(len(whole) + 1)] if dice.random() < 0.3 else whole


def pieces(content: bytes, dice: random.Random) -> Iterator[bytes]:
    """The content in pieces of any size."""
    while content:
        size = dice.randrange(1, 3000)
        yield content[:size]
        content = content[size:]


def told(tally: Tally, unknown: Unknown) -> dict[str, object]:
    """All that a tally says, and what was kept to be shown."""
    return {
        "files": tally.files,
        "bytes": tally.bytes,
        "records": tally.records,
        "unrecognised": tally.unrecognised,
        "of handles": (tally.handle_records, tally.handle_unrecognised),
        "events": dict(tally.events),
        "domains": {name: dict(counts) for name, counts in tally.domains.items()},
        "days": {day: dict(counts) for day, counts in tally.days.items()},
        "times": (tally.first_at, tally.last_at),
        "samples": unknown.samples,
    }


def plainly(source: str, content: bytes, messages: dict[str, str] | None) -> dict[str, object]:
    """What the plain reader says."""
    tally, unknown = Tally(), Unknown()
    tally.read(source, [content], Recogniser(messages), (unknown,))
    return told(tally, unknown)
