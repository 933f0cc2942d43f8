"""The issuer's limit in Closte's answers: which domains a body says it of (DOMAIN F90)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from analyzers.api_answers import decoded
from analyzers.evidence import ApiCall, ClosteCalls
from analyzers.findings import Citation
from analyzers.names import Domain, canonical

LIMIT_TEXT = re.compile(
    r"rate.?limited|too many (certificates|failed authorizations)", re.IGNORECASE
)
"""ACME's `rateLimited` (RFC 8555 6.7) and Let's Encrypt's own sentences."""
_NAMES = ("domain", "hostname", "name")
_DEEPEST = 6
_LONGEST_EXCERPT = 160


def limits(calls: ClosteCalls | None) -> Mapping[Domain, Citation]:
    """Each domain of which a recorded answer quotes the limit: asked about, or an entry of the list."""
    found: dict[Domain, Citation] = {}
    for call in calls.calls if calls else ():
        if not LIMIT_TEXT.search(call.body):
            continue
        if call.asked_domain:
            found.setdefault(canonical(call.asked_domain), _cited(call, call.body))
            continue
        for name, text in _entries(decoded(call.body), 0):
            if LIMIT_TEXT.search(text):
                found.setdefault(canonical(name), _cited(call, text))
    return found


def _entries(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """The objects of a list of domains, each by its name and as text."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for element in value:
            yield from _entries(element, depth + 1)
    elif isinstance(value, dict):
        name = next((value[n] for n in _NAMES if isinstance(value.get(n), str)), None)
        if name is not None:
            yield str(name), json.dumps(value, ensure_ascii=False)
            return
        for key, inner in value.items():
            if "." in key:
                yield key, json.dumps(inner, ensure_ascii=False)
            else:
                yield from _entries(inner, depth + 1)


def _cited(call: ApiCall, text: str) -> Citation:
    told = LIMIT_TEXT.search(text)
    start = max(0, told.start() - 60) if told else 0
    excerpt = " ".join(text[start : start + _LONGEST_EXCERPT].split())
    return Citation(ClosteCalls.FILE, f"{call.method} {call.endpoint}: {excerpt}", call.at)
