"""Domain names as the whole project compares them: normalised once, here.

What a canonical name is stands in CONTRACT section 4 (`subject.id`): white space, control and
format characters removed, UTS 46 non-transitional A-label, lower case, no final dot, a wildcard
keeps its `*.`; what cannot be encoded stands as it is with bytes outside `[a-z0-9._*-]` as `%XX`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NewType

import idna
from publicsuffixlist import PSLFILE, PublicSuffixList

Domain = NewType("Domain", str)
"""A canonical domain name."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._*-")
_USUAL = re.compile(r"[a-z0-9._*-]*[a-z0-9_*-]")
"""A name that is its own canonical form, as nearly all are."""
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


@lru_cache(maxsize=65536)
def canonical(raw: str) -> Domain:
    """The canonical form of a name as typed, stored or logged. Never raises."""
    if _USUAL.fullmatch(raw):
        return Domain(raw)
    visible = "".join(c for c in raw if unicodedata.category(c) not in _INVISIBLE)
    name = visible.lower().rstrip(".")
    if name and all(c in _PLAIN for c in name):
        return Domain(name)
    wildcard = name.startswith("*.")
    bare = name[2:] if wildcard else name
    try:
        encoded = idna.encode(bare, uts46=True, transitional=False).decode("ascii").rstrip(".")
    except (idna.IDNAError, UnicodeError):
        encoded = "".join(chr(b) if chr(b) in _PLAIN else f"%{b:02X}" for b in _bytes(bare))
    return Domain(("*." if wildcard else "") + encoded)


def _bytes(name: str) -> bytes:
    """UTF-8; half a surrogate pair, which JSON can write, as the bytes it would have."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=65536)
def displayed(domain: str) -> str:
    """The name with its Unicode form beside it where it has one: `xn--…pl (zażółć.pl)`."""
    if "xn--" not in domain:
        return domain
    wild = "*." if domain.startswith("*.") else ""
    try:
        return f"{domain} ({wild}{idna.decode(domain.removeprefix(wild))})"
    except (idna.IDNAError, UnicodeError):
        return domain


@lru_cache(maxsize=1)
def _suffix_rules() -> Mapping[str, list[str]]:
    """Top-level domain → the lines of the list that end in it."""
    found: dict[str, list[str]] = {}
    with open(PSLFILE, encoding="utf-8") as file:
        for line in file:
            rule = line.strip()
            found.setdefault(rule.rpartition(".")[2], []).append(rule)
    return found


@lru_cache(maxsize=256)
def _suffixes(top: str) -> PublicSuffixList:
    """The list below one top-level domain: to parse the whole of it takes longer than all checks."""
    try:
        listed = idna.decode(top) if top.startswith("xn--") else top
    except (idna.IDNAError, UnicodeError):
        listed = top
    return PublicSuffixList(_suffix_rules().get(listed, []))


@lru_cache(maxsize=65536)
def registrable(domain: str) -> Domain | None:
    """The registrable domain (public suffix plus one label) of a name, or None.

    By the public suffix list that the installed `publicsuffixlist` package carries.
    """
    bare = domain.removeprefix("*.")
    found = _suffixes(bare.rpartition(".")[2]).privatesuffix(bare)
    return Domain(found) if found else None


def is_registrable(domain: str) -> bool:
    """Is the name itself registrable (an apex, not a sub-domain)?"""
    return registrable(domain) == domain


def meant(stored: str) -> Domain:
    """The name that a stored text means: canonical, and without a scheme, path or port."""
    host = stored.strip().split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return canonical(host)


def www_twin(domain: str) -> Domain:
    """`www.` added, or taken away where it stands."""
    return Domain(domain[4:] if domain.startswith("www.") else f"www.{domain}")


def has_www_pair(domain: str) -> bool:
    """Do the name and its `www.` form a pair? Only registrable domains and their `www.` do."""
    return is_registrable(domain.removeprefix("www."))


def is_under(domain: str, parent: str) -> bool:
    """Is the name strictly below `parent`?"""
    return bool(parent) and domain.endswith(f".{parent}")


def is_wildcard(domain: str) -> bool:
    """Does the name begin with `*.`?"""
    return domain.startswith("*.")
