"""The diagnosis as one HTML file that loads nothing, runs nothing and can be sent on.

What strangers wrote is made printable in `page.py` and escaped by the template engine, always; the
page's own policy allows no script, no frame, no request, and exactly one style sheet, by its hash.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from analyzers.findings import Diagnosis
from analyzers.instants import iso
from analyzers.language import Language
from analyzers.letter import Letter, kind, told
from analyzers.printable import printable
from analyzers.reports.html.page import Page

if TYPE_CHECKING:
    from jinja2 import Environment

    from analyzers.fleet import Fleet
    from analyzers.history import History


def render(diagnosis: Diagnosis) -> str:
    """The report as an HTML document with a final newline, in the language of the diagnosis."""
    language = diagnosis.language
    template = _environment(language).get_template("report.html.j2")
    return template.render(page=Page.of(diagnosis), lang=language.code)


def render_fleet(fleet: Fleet) -> str:
    """The report of many networks as an HTML document with a final newline."""
    from analyzers.reports.html.fleet_page import shown

    template = _environment(fleet.language).get_template("fleet.html.j2")
    return template.render(**shown(fleet), lang=fleet.language.code)


def render_history(history: History) -> str:
    """The report of earlier runs as an HTML document with a final newline."""
    from analyzers.reports.html.history_page import shown

    template = _environment(history.language).get_template("history.html.j2")
    return template.render(**shown(history), lang=history.language.code)


def letter(letter: Letter, language: Language) -> str:
    """A text for one reader as an HTML document, with the same look and the same policy."""
    template = _environment(language).get_template("letter.html.j2")
    return template.render(letter=told(letter, language), lang=language.code)


@lru_cache(maxsize=1)
def style() -> tuple[str, str]:
    """The style sheet, and its hash as a content security policy writes it (CSP level 2)."""
    text = (files(__name__) / "templates" / "report.css").read_text(encoding="utf-8")
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
        loader=PackageLoader("analyzers.reports.html", "templates"),
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
