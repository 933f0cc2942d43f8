"""A catalogue for a language that there is not, as somebody would add one: Greek letters for every text."""

from __future__ import annotations

from pathlib import Path

from messages.extract import messages
from messages.pseudo import GREEK
from messages.update import DOMAIN, compiled, empty

CODE = "xx"


def add_language(locales: Path) -> None:
    """Write it into a folder of catalogues, and nothing else."""
    catalogue = empty("el")
    for message in messages():
        if message.many is None:
            catalogue.add(message.one, GREEK.catalogue.gettext(message.one))
        else:
            forms = (message.one, message.many)
            catalogue.add(forms, [GREEK.catalogue.gettext(form) for form in forms])
    path = locales / CODE / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(compiled(catalogue))
