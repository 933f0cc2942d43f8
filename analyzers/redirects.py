"""Redirects that lead round in a circle, as recorded answers show them (DOMAIN F89)."""

from __future__ import annotations

from collections.abc import Iterable

from analyzers.evidence import HttpAnswer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses whose `Location` a browser follows (RFC 9110 section 15.4)."""


def leads_nowhere_told(page: HttpAnswer) -> bool:
    """A redirect of which nobody wrote down where to."""
    return page.status in REDIRECTS and not page.headers.get("location")


def loop(pages: Iterable[HttpAnswer]) -> tuple[HttpAnswer, ...]:
    """The answers of one host, at one address, that lead round in a circle; empty where none do.

    An answer without an address belongs to every address.
    """
    listed = tuple(pages)
    for address in dict.fromkeys(p.address for p in listed):
        found = _circle([p for p in listed if p.address in (address, None)])
        if found:
            return found
    return ()


def _circle(pages: Iterable[HttpAnswer]) -> tuple[HttpAnswer, ...]:
    by_url = {_normal(page.url): page for page in pages}
    for start in by_url:
        path: dict[str, HttpAnswer] = {}
        url = start
        while url in by_url and url not in path:
            page = by_url[url]
            location = page.headers.get("location", "")
            if page.status not in REDIRECTS or not location:
                break
            path[url] = page
            url = _normal(_absolute(location, page.url))
        else:
            if url in path:
                turn = list(path).index(url)
                return tuple(path.values())[turn:]
    return ()


def _absolute(location: str, base: str) -> str:
    if "://" in location:
        return location
    scheme, _, rest = base.partition("://")
    if location.startswith("//"):
        return f"{scheme}:{location}"
    return f"{scheme}://{rest.split('/', 1)[0]}/{location.lstrip('/')}"


def _normal(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.split("#", 1)[0].partition("/")
    bare = host.lower().removesuffix(":443" if scheme.lower() == "https" else ":80")
    return f"{scheme.lower()}://{bare}/{path}"
