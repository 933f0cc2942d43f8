"""The diagnosis as one HTML file that loads nothing, runs nothing and can be sent on."""

from __future__ import annotations

from analyzers.findings import Diagnosis
from analyzers.reports.html.page import Page
from analyzers.reports.html.template import filled


def render(diagnosis: Diagnosis) -> str:
    """The report as an HTML document with a final newline, in the language of the diagnosis."""
    return filled("report", diagnosis.language, page=Page.of(diagnosis))
