"""Servers of the world: what a TLS connection and an HTTP request meet at an address."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 86_400.0
LETS_ENCRYPT = "CN=R11,O=Let's Encrypt,C=US"
GOOGLE = "CN=WE1,O=Google Trust Services,C=US"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate; times in seconds from the look."""

    names: tuple[str, ...]
    begins: float
    ends: float
    issuer: str = LETS_ENCRYPT
    self_signed: bool = False
    whole_chain: bool = True

    def objection(self, host: str, at: float) -> str | None:
        """What a verifying client says against it, in OpenSSL's words; None: nothing."""
        if self.self_signed:
            return "self-signed certificate"
        if not self.whole_chain:
            return "unable to get local issuer certificate"
        if not self.begins <= at <= self.ends:
            return "certificate has expired" if at > self.ends else "certificate is not yet valid"
        if not any(_covers(name, host) for name in self.names):
            return f"Hostname mismatch, certificate is not valid for '{host}'."
        return None


def _covers(name: str, host: str) -> bool:
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


@dataclass(frozen=True, slots=True)
class Page:
    """An HTTP answer; `error` instead of a status where none came."""

    status: int | None
    body: str = ""
    location: str | None = None
    server: str = "LiteSpeed"
    kind: str = "text/html; charset=UTF-8"
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """What a TLS handshake came to."""

    status: str
    """ok · refused · timeout · reset · handshake-failed"""
    certificate: Certificate | None = None


@dataclass(slots=True)
class Stranger:
    """A server that is not the network's: it shows one page to everybody."""

    page: Page = field(default_factory=lambda: Page(404, "<h1>Not Found</h1>", server="Apache"))
    names: tuple[str, ...] | None = None
    """Of its certificate; None: nothing listens on port 443."""

    def handshake(self) -> Contact:
        """The same for every name."""
        if self.names is None:
            return Contact("refused")
        return Contact("ok", Certificate(self.names, -30 * DAY, 60 * DAY))


@dataclass(slots=True)
class Proxy:
    """A proxy that passes everything on to the entrance, with its own certificate for each name."""

    over_http: bool = False
    """It asks the entrance without encryption, whatever the visitor did ("Flexible")."""

    def handshake(self, host: str) -> Contact:
        """A good certificate for any name."""
        return Contact("ok", Certificate((host,), -20 * DAY, 70 * DAY, GOOGLE))
