"""What `explain` says, as JSON: of a finding's code, of a family of them, of a line of the logs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from analyzers.catalogue_page import either_files, needed_files, shown
from analyzers.explain_line import Explanation
from analyzers.language import ENGLISH, Language
from analyzers.printable import printable
from analyzers.rule import Rule

SCHEMA = 1


def of_code(rule: Rule, language: Language = ENGLISH) -> str:
    """A finding, with its `{placeholders}` shown as ‹names›."""
    told = language.catalogue.gettext
    needed, used = needed_files(rule)
    return _written(
        {
            "kind": "finding",
            "code": rule.code,
            "severity": rule.severity,
            "subject": rule.kind,
            "title": shown(told(rule.text.title), language),
            "means": shown(told(rule.text.means), language),
            "because": shown(told(rule.text.because), language),
            "do": shown(told(rule.text.do), language),
            "waiting_on": rule.waiting_on,
            "remedy": {"action": rule.remedy.action, "risk": rule.remedy.risk},
            "needs_all_of": list(needed),
            "needs_any_of": [list(choice) for choice in either_files(rule)],
            "uses": list(used),
        }
    )


def of_family(rules: Sequence[Rule], language: Language = ENGLISH) -> str:
    """The codes of a family and their titles."""
    told = language.catalogue.gettext
    titles = {rule.code: shown(told(rule.text.title), language) for rule in rules}
    return _written({"kind": "family", "codes": titles})


def of_line(found: Explanation, language: Language = ENGLISH) -> str:
    """A known message; `event` is null for a line that is none of the events of CONTRACT section 6."""

    def told(text: str) -> str | None:
        return printable(language.of(text)) if text else None

    return _written(
        {
            "kind": "message",
            "event": found.event or None,
            "written_to": told(found.written),
            "versions": told(found.versions),
            "domain": found.domain,
            "at": f"{found.at.replace(' ', 'T')}Z" if found.at else None,
            "how_sure": told(found.how_sure),
            "means": told(found.means),
            "does_not_mean": told(found.does_not_mean),
        }
    )


def _written(fields: Mapping[str, object]) -> str:
    return json.dumps({"schema": SCHEMA, **fields}, ensure_ascii=False, indent=1) + "\n"
