"""What was seen from outside: `closte.json`, `dns.json`, `tls.json`, `http.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from analyzers.addresses import address_of
from analyzers.decoding.document import Document
from analyzers.decoding.fields import (
    address,
    instant,
    nonempty,
    real,
    rows,
    table,
    text,
    texts,
    truth,
    whole,
)
from analyzers.decoding.tables import host_and_path
from analyzers.evidence import (
    ApiCall,
    ClosteCalls,
    Dns,
    DnsAnswer,
    Handshake,
    Http,
    HttpAnswer,
    Tls,
)
from analyzers.names import canonical

_REFUSED = re.compile(r'"success"\s*:\s*(?:false|0)\b')


def closte(document: Document) -> ClosteCalls:
    """`{"calls": […]}`, or the bare list."""
    stored = document.value
    listed = stored.get("calls") if isinstance(stored, dict) else stored
    return ClosteCalls(*rows(listed if isinstance(listed, list) else (), _call))


def _call(row: dict[str, object]) -> ApiCall | None:
    endpoint = nonempty(row.get("endpoint"))
    if endpoint is None:
        return None
    body, status = row.get("body"), row.get("http_status")
    if _is_no_number(status):
        return None
    if "body" not in row and status is not None and not row.get("error"):
        return None  # what was answered was not written down: that is no empty answer
    vantage = nonempty(row.get("vantage")) or _vantage(row)
    told = json.dumps(body) if isinstance(body, dict | list) else text(body) or ""
    return ApiCall(
        endpoint=_path(endpoint),
        method=(nonempty(row.get("method")) or "GET").upper(),
        vantage=vantage,
        keyed=_keyed(row, vantage, told),
        asked_domain=nonempty(row.get("asked_domain")),
        http_status=whole(status) or None,  # curl prints 000 where there was no answer
        body=told,
        error=nonempty(row.get("error")),
        seconds=real(row.get("seconds")),
        at=instant(row.get("at")),
    )


def _vantage(row: dict[str, object]) -> str:
    """Where nobody says it: the host asks with its key, so that a call without was made from here."""
    return "here" if truth(row.get("keyed")) is False else "host"


def _keyed(row: dict[str, object], vantage: str, body: str) -> bool:
    """Was the key shown? Where nobody says so, the host's own calls are made with it. From elsewhere they
    are as a rule not, and a refusal of a call without key says nothing about the key; but what the API
    grants it grants to a key."""
    said = truth(row.get("keyed"))
    if said is not None:
        return said
    status = whole(row.get("http_status"))
    return vantage == "host" or not (_REFUSED.search(body) or (status or 0) >= 400)


def _path(endpoint: str) -> str:
    """`/getdomains`, also of a whole address of the API (DOMAIN 1.2)."""
    return "/" + endpoint.split("?", 1)[0].rsplit("/api/client", 1)[-1].strip(" /")


def dns(document: Document) -> Dns:
    """One answer an element; names of NS and CNAME records as all names are compared."""
    return Dns(*rows(_listed(document), _answer))


def _answer(row: dict[str, object]) -> DnsAnswer | None:
    name, kind, via = (nonempty(row.get(key)) for key in ("name", "type", "via"))
    status = nonempty(row.get("status"))
    records = row.get("records")
    if not name or not kind or not via or not status or not isinstance(records, list | None):
        return None
    kind = kind.upper()
    if kind == "A" and status.upper() == "NOERROR" and "records" not in row:
        return None  # an address was answered, or that there is none: which of the two is not told
    return DnsAnswer(
        name=canonical(name),
        type=kind,
        via=via,
        status=status.upper(),
        records=tuple(_records(kind, texts(records or []))),
        ttl=_ttl(whole(row.get("ttl"))),
        checking_disabled=truth(row.get("checking_disabled")) or False,
    )


def _ttl(seconds: int | None) -> int | None:
    """A number that no DNS answer can carry says nothing (RFC 2181 section 8)."""
    return seconds if seconds is not None and 0 <= seconds < 1 << 31 else None


def _records(kind: str, stored: Iterable[str]) -> Iterator[str]:
    """As they are compared. `dig +short` prints the names of a CNAME chain before the addresses."""
    for record in stored:
        if kind in ("A", "AAAA"):
            if address_of(record) is not None:
                yield address(record)
        else:
            yield canonical(record) if kind in ("NS", "CNAME") else record


def tls(document: Document) -> Tls:
    """One handshake an element."""
    return Tls(*rows(_listed(document), _handshake))


def _handshake(row: dict[str, object]) -> Handshake | None:
    host, where, status = (nonempty(row.get(key)) for key in ("host", "address", "status"))
    if not host or not where or not status:
        return None
    return Handshake(
        host=canonical(host),
        address=address(where),
        port=whole(row.get("port")) or 443,
        status=status.strip().lower(),
        verified=truth(row.get("verified")),
        verify_error=nonempty(row.get("verify_error")),
        names=texts(row.get("names") or []),
        issuer=nonempty(row.get("issuer")),
        not_before=instant(row.get("not_before")),
        not_after=instant(row.get("not_after")),
        self_signed=truth(row.get("self_signed")),
    )


def http(document: Document) -> Http:
    """One request an element."""
    return Http(*rows(_listed(document), _request))


def _request(row: dict[str, object]) -> HttpAnswer | None:
    url = nonempty(row.get("url"))
    if url is None or not ("status" in row or nonempty(row.get("error"))):
        return None
    if _is_no_number(row.get("status")):
        return None
    where = nonempty(row.get("address"))
    headers = {
        name.lower(): ", ".join(texts(value)) for name, value in table(row.get("headers")).items()
    }
    return HttpAnswer(
        url=url,
        host=canonical(host_and_path(url)[0]),
        address=address(where) if where else None,
        status=whole(row.get("status")) or None,
        headers=headers,
        body_start=text(row.get("body_start")) or "",
        error=nonempty(row.get("error")),
    )


def _is_no_number(value: object) -> bool:
    """Stands there something that no status can be?"""
    return value is not None and value != "" and whole(value) is None


def _listed(document: Document) -> list[object]:
    return document.value if isinstance(document.value, list) else []
