"""Would the plugin take this name at all: its validation of the field `domain` (DOMAIN 2.6).

The value is lower-cased and not trimmed; then letters, digits and inner hyphens in labels, at least two
labels, and a last label without hyphen that does not begin with a digit. So a wildcard, a Unicode name, a
final dot, an underscore and every top-level domain in punycode are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzers.addresses import address_of, normal
from analyzers.language import phrase
from analyzers.names import Domain, canonical, displayed, is_wildcard

_LABEL = r"(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)"
_ACCEPTED = re.compile(rf"{_LABEL}{{1,126}}(?!\d)[a-z\d]{{1,63}}\n?", re.ASCII)
"""PHP's `$` without the modifier D lets one line end pass."""
_COLUMN = 191
"""`domain varchar(191)` (DOMAIN 2.1)."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORT = re.compile(r":\d*\Z")


def accepts(typed: str) -> bool:
    """Does the plugin take exactly this text as the name of a domain?"""
    return _ACCEPTED.fullmatch(typed.lower()) is not None


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name as somebody typed it, and what is meant by it."""

    typed: str
    domain: Domain
    """Canonical, without scheme, path and port. Empty where nothing is left."""
    stripped: bool
    """Did it have a scheme, a path or a port?"""
    address: str = ""
    """The IP address that it is, where it is one and no name."""

    @property
    def shown(self) -> str:
        """The canonical name, with its Unicode form where it has one."""
        return self.address or displayed(self.domain)


def typed_name(typed: str) -> TypedName:
    """What a person means by a name, an address of a browser, or a name with a port."""
    bare = _SCHEME.sub("", typed.strip())
    bare = re.split(r"[/?#]", bare, maxsplit=1)[0].rsplit("@", 1)[-1]
    if address_of(bare) is None:  # the colons of an IPv6 address begin no port
        bare = _PORT.sub("", bare)
    address = normal(bare) if address_of(bare) is not None else ""
    return TypedName(typed, canonical(bare), bare != typed.strip(), address)


def why_refused(name: TypedName) -> str | None:
    """Why the plugin takes the name in no spelling, in one sentence; None where it does in one."""
    domain = name.domain
    if is_wildcard(domain):
        return phrase(
            "The plugin refuses wildcards: {domain} would leave no row, no log line and no "
            "call. Add it as a wildcard domain in Closte's dashboard, and map each name by "
            "itself.",
            domain=domain,
        )
    if name.address:
        return phrase(
            "The plugin refuses {shown}: {reason}.",
            shown=name.shown,
            reason=phrase("it is an address, not a name"),
        )
    if len(domain) > _COLUMN:
        return phrase(
            "{shown} is longer than the {most} characters that the plugin's table holds.",
            shown=name.shown[:_COLUMN] + "…",
            most=_COLUMN,
        )
    if accepts(domain):
        return None
    return phrase("The plugin refuses {shown}: {reason}.", shown=name.shown, reason=_reason(domain))


def _reason(domain: str) -> str:
    labels = domain.split(".")
    if len(labels) < 2:
        return phrase("a name needs a dot in it")
    if labels[-1].startswith("xn--"):
        return phrase(
            "its check of names knows no top-level domain in another script (no hyphen may stand after "
            "the last dot)"
        )
    if "_" in domain:
        return phrase("no underscore may stand in it")
    if labels[-1][:1].isdigit():
        return phrase("the part after the last dot may not begin with a digit")
    if any(not label for label in labels):
        return phrase("a part between two dots is empty")
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return phrase("a part may not begin or end with a hyphen")
    if any(len(label) > 63 for label in labels):
        return phrase("a part is longer than 63 characters")
    return phrase("only letters, digits, hyphens and dots may stand in it")


def spelling_note(name: TypedName) -> str | None:
    """How the name must be typed, where the plugin refuses the spelling that was typed here."""
    if accepts(name.typed) or not accepts(name.domain):
        return None
    return phrase(
        "Type it as {domain}: the plugin refuses {typed}.",
        domain=name.domain,
        typed=repr(name.typed),
    )
