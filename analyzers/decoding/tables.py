"""Rows of the network's tables: `domain_mappings.json`, `sites.json`."""

from __future__ import annotations

import re

from analyzers.decoding.document import Document
from analyzers.decoding.fields import instant, nonempty, rows, text, truth, whole
from analyzers.evidence import MappingRow, Mappings, Site, Sites
from analyzers.names import canonical

_URL = re.compile(
    r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)?(?:[^/?#@]*@)?"
    r"(?P<host>\[[^\]/?#]*\]|[^/?#:]*)(?::[0-9]*)?(?P<path>/[^?#]*)?"
)
_SWITCHES = ("archived", "spam", "deleted")
"""The marks that switch a site off; `public` only keeps search engines away."""
_FLAGS = ("public", *_SWITCHES)


def mappings(document: Document) -> Mappings:
    """Rows of `wu_domain_mappings` (DOMAIN 2.1). A stage nobody knows is kept as it stands."""
    return Mappings(*rows(_listed(document), _mapping))


def _mapping(row: dict[str, object]) -> MappingRow | None:
    blog_id = whole(row.get("blog_id"))
    stored = row.get("domain")
    if blog_id is None or not isinstance(stored, str) or not canonical(stored):
        return None
    return MappingRow(
        id=whole(row.get("id")) or 0,
        blog_id=blog_id,
        stored=stored,
        domain=canonical(stored),
        active=truth(row.get("active")),
        primary=truth(row.get("primary_domain")),
        secure=truth(row.get("secure")),
        stage=text(row.get("stage")),
        created=instant(row.get("date_created")),
        modified=instant(row.get("date_modified")),
        modified_told="date_modified" in row,
    )


def sites(document: Document) -> Sites:
    """Rows of `wp site list`, with all columns or with the command's four default ones."""
    elements = _listed(document)
    found, malformed = rows(elements, _site)
    flagged = [isinstance(row, dict) and all(f in row for f in _SWITCHES) for row in elements]
    return Sites(found, any(flagged) and len(found) <= sum(flagged), malformed)


def _site(row: dict[str, object]) -> Site | None:
    blog_id = whole(row.get("blog_id"))
    url = nonempty(row.get("url"))
    domain = nonempty(row.get("domain"))
    if blog_id is None or (url is None and domain is None):
        return None
    host, path = host_and_path(url or f"http://{domain}{text(row.get('path')) or '/'}")
    flags = {flag: truth(row.get(flag)) for flag in _FLAGS}
    return Site(
        blog_id=blog_id,
        url=url or f"http://{domain}{path}",
        domain=canonical(domain.split(":")[0] if domain else host),
        path=nonempty(row.get("path")) or path,
        **flags,
        registered=instant(row.get("registered")),
    )


def host_and_path(url: str) -> tuple[str, str]:
    """Host without port, and path (`/` at least), of a URL of any quality."""
    found = _URL.match(url.strip())
    if found is None:
        return "", "/"
    return found["host"].strip("[]").lower(), found["path"] or "/"


def _listed(document: Document) -> list[object]:
    return document.value if isinstance(document.value, list) else []
