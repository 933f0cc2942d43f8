"""A look from outside: `dns.json`, `tls.json` and `http.json` for the domains that matter.

DNS first; then it is known where the network's entrance is, and which addresses may be touched; then TLS and
HTTP. One deadline for all: what ran out of time is left out, and nothing hangs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from analyzers.attention import Attention, is_askable
from analyzers.constants import DefinedConstants
from analyzers.evidence import Dns, Host, Mappings, Missing, Sites, Tls
from analyzers.expected import Expected
from analyzers.facts import Facts
from analyzers.language import phrase, plural
from analyzers.names import Domain, has_www_pair, www_twin
from analyzers.snapshot import read
from bridge.clock import now
from bridge.deadline import Deadline
from bridge.interruption import keeping
from bridge.outside.dns import dns_rows
from bridge.outside.http import HttpRequest, Row, http_rows
from bridge.outside.options import LookOptions
from bridge.outside.pages import Visits, home_of, ours
from bridge.outside.parallel import sooner
from bridge.outside.places import Place, Places, addresses_of
from bridge.outside.tls import tls_rows

__all__ = ["LookOptions", "look"]

T = TypeVar("T")
Say = Callable[[str], None]

_DNS_SHARE = 0.6
"""Of the time there is, so that something remains for TLS and HTTP."""


def _silent(stage: str) -> None:
    """Nobody listens."""


def look(
    files: Mapping[str, bytes], options: LookOptions, progress: Say = _silent
) -> dict[str, bytes]:
    """What the world sees of the hosts in this evidence folder: the files to add to it.

    `dns.json` keeps the host's own answers that are in `files`. A file of which nothing could be seen is
    left out, so that checks that need it are skipped.
    """
    found: dict[str, bytes] = {}
    with keeping(found):
        _look(files, options, progress, found)
    return found


def _look(
    files: Mapping[str, bytes], options: LookOptions, progress: Say, found: dict[str, bytes]
) -> None:
    """Puts each file into `found` as soon as it is there."""
    deadline = Deadline(options.deadline)
    seen = _Seen(files)
    attention = _attention(seen, options)
    if not attention.names:
        return
    _announce(attention, progress)
    until = sooner(deadline, _DNS_SHARE * deadline.remaining())
    found |= _with(
        files, "dns.json", dns_rows(attention.names, attention.wildcards, options, until)
    )
    if "dns.json" not in found:
        progress(phrase("DNS: no resolver answered"))
    seen.add(Dns, found)
    places = seen.places(options)
    if untouched := places.untouched():
        shown = ", ".join(untouched[:3]) + (", …" if len(untouched) > 3 else "")
        progress(
            phrase("Not public, so not contacted unless --resolve names them: {shown}", shown=shown)
        )
    asked = _tls_places(attention, places)
    if not asked:
        return
    progress(phrase("Looking from outside: TLS …"))
    handshakes = tls_rows(asked, options, deadline)
    found["tls.json"] = _json(handshakes)
    seen.add(Tls, found)
    progress(phrase("Looking from outside: HTTP …"))
    if options.visit:
        progress(phrase("Fetching pages as a visitor: WordPress may start its due cron jobs"))
    visits = _visits(seen, attention, handshakes, options, files)
    found["http.json"] = _json(_http(visits, attention, options, deadline))
    if deadline.over():
        progress(phrase("The time for looking from outside ran out; what was not seen is left out"))


class _Seen:
    """The evidence so far. The logs are not read: they say nothing of addresses, and can be large."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        small = {name: content for name, content in files.items() if "/" not in name}
        self._observed = dict(read(small, origin="", fallback_now=now()).observed)

    def add(self, kind: type[Dns] | type[Tls], files: Mapping[str, bytes]) -> None:
        """Read the new file of this kind too, if there is one."""
        if kind.FILE in files:
            new = read({kind.FILE: files[kind.FILE]}, origin="", fallback_now=now())
            self._observed[kind] = new.observed[kind]

    def of(self, kind: type[T]) -> T | None:
        """What is known of this kind."""
        found = Facts(self._observed).of(kind)
        return None if isinstance(found, Missing | tuple) else found

    @property
    def expected(self) -> Expected:
        """The entrance, as far as it is known by now."""
        return self.of(Expected) or Expected((), None, "possible")

    @property
    def addresses(self) -> dict[str, tuple[str, ...]]:
        """What DNS gives for each name."""
        return addresses_of(self.of(Dns))

    def places(self, options: LookOptions) -> Places:
        """Where names may be probed, as far as it is known by now."""
        return Places(self.addresses, self.expected, options.stand_ins)


def _attention(seen: _Seen, options: LookOptions) -> Attention:
    chosen = Attention.within(
        options.limit,
        seen.of(Host),
        seen.of(DefinedConstants),
        seen.of(Sites),
        seen.of(Mappings),
    )
    named = tuple(Domain(name) for name in options.names if is_askable(name))
    pairs = tuple(www_twin(name) for name in named if has_www_pair(name))
    return replace(
        chosen,
        domains=tuple(dict.fromkeys((*named, *chosen.domains))),
        twins=tuple(dict.fromkeys((*pairs, *chosen.twins))),
    )


def _announce(attention: Attention, progress: Say) -> None:
    progress(
        plural(
            "Looking from outside: DNS of {n} name …",
            "Looking from outside: DNS of {n} names …",
            len(attention.names),
        )
    )
    if attention.left_out:
        progress(
            plural(
                "{n} domain, the least pressing, is not looked at from outside",
                "{n} domains, the least pressing, are not looked at from outside",
                len(attention.left_out),
            )
        )


def _tls_places(attention: Attention, places: Places) -> tuple[Place, ...]:
    domains = (p for d in attention.domains for p in places.of(d, 443, entrance=True))
    twins = (p for d in attention.twins for p in places.of(d, 443, entrance=False))
    return tuple(dict.fromkeys((*domains, *twins)))


def _visits(
    seen: _Seen,
    attention: Attention,
    handshakes: tuple[Row, ...],
    options: LookOptions,
    files: Mapping[str, bytes],
) -> Visits:
    expected = seen.expected
    completed = {(row["host"], row["address"]) for row in handshakes if row["status"] == "ok"}
    own = seen.addresses.get(attention.network, ())
    return Visits(
        home_of(attention.network, seen.of(Host), files),
        seen.places(options),
        ours(expected.holds, own, bool(expected.addresses)),
        lambda place: (place.host, place.address) in completed,
        options.visit,
    )


def _http(
    visits: Visits, attention: Attention, options: LookOptions, deadline: Deadline
) -> tuple[Row, ...]:
    first = tuple(dict.fromkeys(visits.first(attention.domains)))
    answers = http_rows(first, options, deadline)
    strangers = tuple(dict.fromkeys(visits.then(_paired(first, answers))))
    return (*answers, *http_rows(strangers, options, deadline))


def _paired(
    requests: tuple[HttpRequest, ...], answers: tuple[Row, ...]
) -> list[tuple[HttpRequest, Row]]:
    by_key = {(row["url"], row["address"], row["method"]): row for row in answers}
    keyed = ((r, by_key.get((r.url, r.place.address, r.method))) for r in requests)
    return [(request, row) for request, row in keyed if row is not None]


def _with(files: Mapping[str, bytes], name: str, rows: tuple[Row, ...]) -> dict[str, bytes]:
    """The file with these rows after those that `files` already has; nothing where there are no new."""
    if not rows:
        return {}
    try:
        had = json.loads(files.get(name, b"[]"))
    except ValueError:
        had = []
    return {name: _json((*(had if isinstance(had, list) else ()), *rows))}


def _json(rows: tuple[object, ...]) -> bytes:
    return (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
