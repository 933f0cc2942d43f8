"""For whom a report is, and what of it that reader may see.

The customer gets a text that is made of their own domain and nothing else (`reports.for_customer`).
Everybody else outside gets the evidence with other people's names masked, each name always by the same
word: `domain-1.example`, `[address 1]`. What is not known to be harmless is masked: every word that
looks like a host name is one, unless it is a file or belongs to a public service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from analyzers.addresses import address_of
from analyzers.findings import Diagnosis, Finding
from analyzers.names import canonical, displayed, is_under
from analyzers.network_domain import UNKNOWN

Reader = Literal["operator", "customer", "closte", "plugin"]
READERS: tuple[Reader, ...] = ("operator", "customer", "closte", "plugin")

_HOST = re.compile(r"(?<![\w.%-])(?:\*\.)?(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}(?![\w-])")
_LOG_OF = re.compile(r"\b(?P<kind>domain|dns)-(?P<name>[^\s/]+?)\.log\b")
_V4 = re.compile(r"(?<!version )(?<!comes with )(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
"""sunrise.php's versions (2.0.0.10) would be addresses too: after these words they are versions."""
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?![\w:])")
_HOME = re.compile(r"/home/[^/\s\"':]+")
_MAIL = re.compile(r"[^\s<>\"'=,;:]+@[\w.\[\]-]+")
_FILES = frozenset(
    {"php", "log", "json", "js", "css", "html", "htm", "txt", "xml", "sql", "sock"}
    | {"phar", "ini", "conf", "gz", "toml", "yml", "jpg", "png"}
)
"""Endings of files that are no top-level domains."""
_PUBLIC = ("closte.com", "letsencrypt.org", "pki.goog", "wordpress.org", "w.org", "php.net")
"""Names that everybody knows and that say nothing about anybody."""


class Mask:
    """Replaces other people's names in text. Knows all names of a diagnosis from the start.

    `shown`: domains that the reader may see. `technical`: may the reader see addresses and the account
    (Closte has both)?
    """

    def __init__(
        self, diagnosis: Diagnosis, shown: Iterable[str] = (), *, technical: bool = False
    ) -> None:
        self._shown = frozenset(map(canonical, shown))
        self._technical = technical
        self._words: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._given: set[str] = {"network.example"}
        network = diagnosis.network
        self._network = canonical(network.domain) if network.domain != UNKNOWN else ""
        if self._network and self._network not in self._shown:
            self._words[self._network] = "network.example"
        for name in _names(diagnosis):
            if "." in name:
                self._of_host(name)
        self._literal = tuple(_literals(self._words))
        account = (network.app_id, diagnosis.target if _says_where(diagnosis.target) else None)
        self._account = () if technical else tuple(filter(None, account))

    def __call__(self, text: str) -> str:
        """The text, safe for the reader."""
        if not self._technical:
            for word in sorted(self._account, key=len, reverse=True):
                text = text.replace(word, "[account]")
            text = _HOME.sub("/home/[account]", text)
            text = _MAIL.sub("[e-mail]", text)
        for written, word in self._literal:
            text = re.sub(rf"(?<![\w-]){re.escape(written)}(?![\w-])", word, text, flags=re.I)
        text = _LOG_OF.sub(lambda m: f"{m['kind']}-{self._of_host(canonical(m['name']))}.log", text)
        text = _HOST.sub(lambda m: self._host(m[0]), text)
        if not self._technical:
            text = _V6.sub(lambda m: self._address(m[0]), text)
            text = _V4.sub(lambda m: self._address(m[0]), text)
        return text

    def _host(self, written: str) -> str:
        ending = written.rpartition(".")[2].lower()
        if ending in _FILES or written in self._given:
            return written
        return self._of_host(canonical(written), written)

    def _of_host(self, name: str, written: str | None = None) -> str:
        """The word for a name: itself where the reader may see it."""
        if name in self._shown or any(name == p or is_under(name, p) for p in _PUBLIC):
            return written or name
        if name in self._given:
            return name
        if name.startswith(("www.", "*.")):
            front, _, bare = name.partition(".")
            return f"{front}.{self._of_host(bare)}"
        if name not in self._words:
            self._words[name] = f"domain-{len(self._given)}.example"
            self._given.add(self._words[name])
        return self._words[name]

    def _address(self, written: str) -> str:
        found = address_of(written)
        if found is None or found.is_loopback:
            return written
        key = str(found)
        self._addresses.setdefault(key, f"[address {len(self._addresses) + 1}]")
        return self._addresses[key]


def _says_where(target: str) -> bool:
    """Does the target name a host, an account or a path (and not just `prod`)?"""
    return any(c in target for c in "@:/.")


def _names(diagnosis: Diagnosis) -> Iterator[str]:
    """Every domain that the diagnosis speaks of, in a fixed order."""
    known: set[str] = {canonical(d.domain) for d in diagnosis.domains}
    findings: tuple[Finding, ...] = (
        *diagnosis.findings,
        *(s.finding for s in diagnosis.suppressed),
    )
    for finding in findings:
        if finding.subject.kind in ("domain", "network"):
            known.add(canonical(finding.subject.id))
        known.update(map(canonical, finding.affects))
    known.update(canonical(r.domain) for r in diagnosis.api_replies if r.domain)
    return iter(sorted(name for name in known if name))


def _literals(words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Spellings that do not look like host names (percent signs, JSON escapes) → word; longest first."""
    found: dict[str, str] = {}
    for name, word in words.items():
        spoken = displayed(name).rpartition("(")[2].rstrip(")")
        for spelling in (name, spoken, json.dumps(spoken)[1:-1]):
            if not _HOST.fullmatch(spelling):
                found[spelling] = word
    return iter(sorted(found.items(), key=lambda item: -len(item[0])))
