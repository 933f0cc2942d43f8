"""Which HTTP requests are made, and to whom (CONTRACT section 2).

Any page request lets WordPress start its due cron jobs. So where the network itself may answer (its
entrance, or a proxy that passes everything on to it) only these are asked for:

- `wp-includes/images/blank.gif`, a file of WordPress since 2.x and still of 7.1: the web server sends it
  from disk, no PHP runs. It shows whether ports 80 and 443 answer for the name, who answers, and where
  redirects go.
- `wp-cron.php?doing_wp_cron=closte-doctor`: WordPress answers without running anything, because the token
  is not its lock (wp-cron.php returns where `$doing_wp_cron` differs from the `doing_cron` transient).
- the log folder and one log file that is known to exist, by HEAD.

Pages are fetched from foreign addresses, and only after `blank.gif` showed that no WordPress is there: it
could be ours behind a proxy that we do not know. `--visit` fetches the network's pages as a visitor would.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from analyzers.evidence import Host
from analyzers.names import Domain
from analyzers.proxies import proxy_of
from bridge.outside.http import HttpRequest, Row
from bridge.outside.places import Place, Places

BLANK = "wp-includes/images/blank.gif"
CRON = "wp-cron.php?doing_wp_cron=closte-doctor"
CHALLENGE = "/.well-known/acme-challenge/closte-doctor"
"""Where an HTTP-01 validation would look (RFC 8555 section 8.3). At the network's entrance an unknown file
there starts WordPress, so it is asked for at foreign addresses, and with `--visit`."""

_LOGS = "wu-logs/"
_FIRST_LOG = "integration-closte.log"
_HOME_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")


@dataclass(frozen=True, slots=True)
class Home:
    """The network's own front door."""

    domain: Domain
    path: str
    """`/`, or `/wp/` where the network lives in a folder."""
    logs: tuple[str, ...]
    """Paths of the log folder and of one log file in it."""


def home_of(domain: Domain, host: Host | None, files: Iterable[str]) -> Home:
    """The front door, from what the host said. `files`: names in the evidence folder."""
    site_url = (host.site_url if host else None) or ""
    path = "/" + site_url.partition("://")[2].partition("/")[2].strip("/") + "/"
    path = path.replace("//", "/")
    return Home(
        domain,
        path if _HOME_PATH.fullmatch(path) else "/",
        _log_paths(host, tuple(files)),
    )


def _log_paths(host: Host | None, files: tuple[str, ...]) -> tuple[str, ...]:
    """Below the WordPress folder only, and only what exists: a path that does not starts WordPress."""
    logs = sorted(name for name in files if name.startswith(_LOGS) and name.endswith(".log"))
    if host is None or not host.logs_dir or not host.abspath or not logs:
        return ()
    root = posixpath.normpath(host.abspath)
    folder = posixpath.normpath(host.logs_dir)
    if not folder.startswith(f"{root}/"):
        return ()
    inside = quote(folder.removeprefix(root))
    preferred = _LOGS + _FIRST_LOG
    chosen = preferred if preferred in logs else logs[0]
    return (f"{inside}/", f"{inside}/{quote(posixpath.basename(chosen))}")


@dataclass(frozen=True, slots=True)
class Visits:
    """Makes the requests of one look."""

    home: Home
    places: Places
    ours: Callable[[str], bool]
    """May the network itself answer at this address?"""
    speaks_tls: Callable[[Place], bool]
    """Did a handshake complete there?"""
    visit: bool

    def first(self, domains: Iterable[Domain]) -> Iterator[HttpRequest]:
        """What may be asked of everybody."""
        for domain in domains:
            for request in self._each(domain, self._static):
                yield request
                if self.visit and self.ours(request.place.address):
                    yield from self._visited(request)
        yield from self._own()

    def then(self, answered: Iterable[tuple[HttpRequest, Row]]) -> Iterator[HttpRequest]:
        """What is asked of strangers, after they answered the first."""
        for request, row in answered:
            place = request.place
            if request.path != self._static or self.ours(place.address):
                continue
            if row["error"] is None and not is_blank_gif(row):
                yield from self._visited(request)

    def _visited(self, request: HttpRequest) -> Iterator[HttpRequest]:
        yield HttpRequest(request.place, request.scheme, "/")
        if request.scheme == "http":
            yield HttpRequest(request.place, request.scheme, CHALLENGE)

    @property
    def _static(self) -> str:
        """The same for every domain: they share the network's document root."""
        return self.home.path + BLANK

    def _own(self) -> Iterator[HttpRequest]:
        requests = [r for r in self._each(self.home.domain, "/") if self.ours(r.place.address)]
        safe = [r for r in requests if r.scheme == "https"]
        for request in (safe or requests)[:1]:
            place, scheme = request.place, request.scheme
            yield HttpRequest(place, scheme, self.home.path + CRON)
            for path in self.home.logs:
                yield HttpRequest(place, scheme, path, "HEAD")

    def _each(self, domain: str, path: str) -> Iterator[HttpRequest]:
        for place in self.places.of(domain, 80, entrance=False):
            yield HttpRequest(place, "http", path)
        for place in self.places.of(domain, 443, entrance=False):
            if self.speaks_tls(place):
                yield HttpRequest(place, "https", path)


def is_blank_gif(row: Row) -> bool:
    """Did WordPress's own file come?"""
    headers = row["headers"]
    kind = headers.get("content-type", "") if isinstance(headers, Mapping) else ""
    return row["status"] == 200 and (
        str(row["body_start"]).startswith("GIF8") or str(kind).startswith("image/gif")
    )


def ours(entrance: Callable[[str], bool], own: Iterable[str], known: bool) -> Callable[[str], bool]:
    """Whether the network itself may answer at an address: its entrance, its own domain's addresses, a
    proxy; every address where the entrance is not known."""
    listed = frozenset(own)
    return lambda address: (
        not known or address in listed or entrance(address) or proxy_of(address) is not None
    )
