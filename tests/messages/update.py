"""`make messages`: bring every catalogue up to date with the source, and compile it.

    python -m messages.update          all catalogues
    python -m messages.update pl_PL    the same, and begin a catalogue for another language

A new text gets an empty translation, a changed one the old translation marked fuzzy; fill the one, correct
the other (and take the mark away) in `bridge/locales/<language>/LC_MESSAGES/closte-doctor.po`, and run it again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from messages.extract import ROOT, Message, messages

LOCALES = ROOT / "bridge" / "locales"
DOMAIN = "closte-doctor"
TEMPLATE = LOCALES / f"{DOMAIN}.pot"
_LEFT_OUT = tuple(
    f'"{field}'.encode()
    for field in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid-Bugs-To",
        "Project-Id-Version",
    )
)
"""Header lines that would change without a reason, or say nothing."""
_HEADER = "# Texts of closte-doctor. Written by `make messages`."


def template(found: tuple[Message, ...]) -> Catalog:
    """The catalogue of no language: every message without translation."""
    catalogue = empty(None)
    for message in found:
        key = message.one if message.many is None else (message.one, message.many)
        catalogue.add(key, locations=[(message.place, None)], flags=_flags(message))
    return catalogue


def empty(language: str | None) -> Catalog:
    """A catalogue without messages; `language` None for the template of all."""
    return Catalog(locale=language, domain=DOMAIN, header_comment=_HEADER, fuzzy=False)


def _flags(message: Message) -> tuple[str, ...]:
    """Templates of pages have printf placeholders; all others are filled by us."""
    return ("python-format",) if message.place.endswith(".j2") and "%(" in message.one else ()


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a file: without dates, in the order of the source."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(_LEFT_OUT))


class _Lasting(Catalog):
    """A catalogue whose header says nothing of the day, or of the program that wrote it."""

    def __iter__(self) -> Iterator[BabelMessage]:
        header, *messages = super().__iter__()
        lasting = ("MIME-Version", "Content-", "Language:", "Plural-Forms")
        kept = [line for line in header.string.split("\n") if line.startswith(lasting)]
        header.string = "\n".join([*kept, ""])
        yield header
        yield from messages


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as `gettext` reads it; what is fuzzy is left out."""
    buffer = BytesIO()
    found = read_back(written(catalogue), str(catalogue.locale))
    lasting = _Lasting(found.locale, found.domain, fuzzy=False)
    lasting.mime_headers = found.mime_headers
    for message in found:
        if message.id:
            lasting[message.id] = message
    write_mo(buffer, lasting, use_fuzzy=False)
    return buffer.getvalue()


def read_back(content: bytes, language: str) -> Catalog:
    """A catalogue out of a file."""
    return read_po(BytesIO(content), locale=language, domain=DOMAIN)


def catalogues() -> tuple[Path, ...]:
    """The .po files that there are."""
    return tuple(sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def main(begun: list[str]) -> None:
    """Write the template, every catalogue, and what `gettext` reads."""
    source = template(messages())
    TEMPLATE.write_bytes(written(source))
    for language in begun:
        path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(empty(language)))
    for path in catalogues():
        catalogue = read_back(path.read_bytes(), path.parent.parent.name)
        catalogue.update(source, update_creation_date=False)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        open_ones = [m for m in catalogue if m.id and (m.fuzzy or not _done(m.string))]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(open_ones)} to translate")
        for message in open_ones[:20]:
            one = message.id if isinstance(message.id, str) else message.id[0]
            print(f"  {'fuzzy' if message.fuzzy else 'empty'}: {one[:90]}")


def _done(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    main(sys.argv[1:])
