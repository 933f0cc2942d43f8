"""The template engine of the HTML reports, and the one style sheet that they share.

What strangers wrote is made printable by the modules of the pages and escaped here, always; a page's own
policy allows no script, no frame, no request, and exactly one style sheet, by its hash.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from analyzers.instants import iso
from analyzers.language import Language
from analyzers.letter import kind
from analyzers.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = "analyzers.reports.html"
KINDS: Mapping[str, str] = {"good": "good", "warn": "warning", "bad": "error", "info": "info"}
"""How something is → the class of the style sheet that says so."""


def filled(name: str, language: Language, /, **values: object) -> str:
    """The template with these values in it, as a document with a final newline."""
    template = _environment(language).get_template(f"{name}.html.j2")
    return template.render(**values, lang=language.code)


@lru_cache(maxsize=1)
def style() -> tuple[str, str]:
    """The style sheet, and its hash as a content security policy writes it (CSP level 2)."""
    text = (files(_PACKAGE) / "templates" / "report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
    return text, f"sha256-{digest}"


@lru_cache(maxsize=4)
def _environment(language: Language) -> Environment:
    """The template engine: everything escaped, and a name that is not there is an error.

    One per language, since imported macros keep the catalogue that they were first asked with.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]  # i18n
    text, digest = style()
    environment.globals.update(style=Markup(text), style_hash=digest)  # noqa: S704 - our own file
    environment.filters.update(iso=iso, when=_when, printable=printable, kind=kind)
    return environment


def _when(instant: datetime) -> str:
    """An instant for people; all are UTC, which the page says once."""
    return f"{instant:%Y-%m-%d %H:%M:%S}"
