"""The world: its clock, its parts, and how they meet.

Times are seconds from the look: 0 is the look itself, negative is before it. So one history can be told of
any date, in any language.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bridge.rehearsal.closte import DEFAULT_CERTIFICATE, NOT_FOUND, Closte
from bridge.rehearsal.dns import AUTHORITY, HOST, Records, Zone
from bridge.rehearsal.generation import Generation
from bridge.rehearsal.logs import Logs
from bridge.rehearsal.plugin import Plugin, Row, Site
from bridge.rehearsal.servers import DAY, Certificate, Contact, Page, Proxy, Stranger

Step = Callable[[], None]
Door = Literal["open", "closed", "nameless", "silent", "locked", "unknown key", "other key"]
"""How SSH meets us. `locked`: no key of ours is accepted; the last two are about the host's own key."""
SHAPE: dict[str, object] = {
    "secret": True,
    "defined": True,
    "length": 40,
    "trimmed_length": 40,
    "charset": "alnum",
    "quoted": False,
    "inner_space": False,
    "placeholder": False,
    "sha256_8": "5f1c0a7e",
}
"""The shape of a key in order."""
_GIF = Page(200, "GIF89a", kind="image/gif")
_CURL = {
    "refused": "cURL error 7: Failed to connect to {host} port {port} after 0 ms: Couldn't connect to "
    "server",
    "timeout": "cURL error 28: Connection timed out after 10001 milliseconds",
    "reset": "cURL error 35: Recv failure: Connection reset by peer",
    "handshake-failed": "cURL error 35: TLS connect error: error:0A000410:SSL routines::sslv3 alert "
    "handshake failure",
}


class World:
    """A network on Closte, healthy and empty, at `starts` seconds before the look."""

    def __init__(
        self,
        generation: Generation,
        *,
        locale: str = "en_US",
        network: str = "network.example",
        entrance: str = "203.0.113.10",
        starts: float = -45 * DAY,
    ) -> None:
        self.generation = generation
        self.locale = locale
        self.network = network
        self.entrance = entrance
        self.clock = starts
        self._queue: list[tuple[float, int, Step]] = []
        self._order = itertools.count()
        self.zone = Zone()
        self.points(network, entrance)
        self.points(f"*.{network}", entrance)
        self.servers: dict[str, Stranger | Proxy] = {}
        self.handshakes: dict[str, Contact] = {}
        """At the entrance, for one name: what happens instead of a good handshake."""
        self.always_https: set[str] = set()
        """Names that the entrance sends from http to https."""
        self.guard: Page | None = None
        """What WordPress answers to everybody instead of its pages."""
        self.cron_answer: Page = Page(200)
        self.log_folder_open = False
        self.closte = Closte(network)
        self.logs = Logs()
        self.host = HostFacts(generation)
        self.constants: dict[str, object] = {
            "MULTISITE": True,
            "SUBDOMAIN_INSTALL": True,
            "DOMAIN_CURRENT_SITE": network,
            "PATH_CURRENT_SITE": "/",
            "SITE_ID_CURRENT_SITE": 1,
            "BLOG_ID_CURRENT_SITE": 1,
            "SUNRISE": True,
            "CLOSTE_APP_ID": "acct123",
            "CLOSTE_CLIENT_API_KEY": dict(SHAPE),
            "CLOSTE_PUBLIC_IP_ADDRESS": entrance,
            "DB_NAME": "acct123",
            "DB_HOST": "localhost",
        }
        self.stored_key: dict[str, object] | None = None
        """`wu_hosting_credential_CLOSTE_CLIENT_API_KEY`, as the collector describes it."""
        self.legacy_domains: tuple[str, ...] = ()
        self.mapping_table = True
        self.withheld: set[str] = set()
        self.plugin = Plugin(self)

    # the clock

    def at(self, when: float, step: Step) -> None:
        """Do it then, or now if that is past."""
        heapq.heappush(self._queue, (max(when, self.clock), next(self._order), step))

    def after(self, seconds: float, step: Step) -> None:
        """Do it in so many seconds."""
        self.at(self.clock + seconds, step)

    def run_until(self, when: float) -> None:
        """Let time pass; everything that is due by then happens, in order."""
        while self._queue and self._queue[0][0] <= when:
            at, _, step = heapq.heappop(self._queue)
            self.clock = at
            step()
        self.clock = when

    # what people do, in one line

    def points(self, name: str, *addresses: str, **more: object) -> None:
        """The DNS of a name leads to these addresses; `more` are other fields of `Records`."""
        v4 = tuple(a for a in addresses if ":" not in a)
        v6 = tuple(a for a in addresses if ":" in a)
        self.zone.names[name] = Records(a=v4, aaaa=v6, **more)  # type: ignore[arg-type]

    def both(self, domain: str) -> tuple[str, ...]:
        """A domain and, where it has one, its `www.` twin."""
        twin = f"www.{domain}"
        return (domain, twin) if twin in self.zone.names else (domain,)

    def add_domain(self, domain: str, label: str) -> Row:
        """A customer's domain from scratch: DNS, a new site, the mapping; `www.` too where it is
        registrable, with its alias made by hand at Closte."""
        self.points(domain, self.entrance)
        if domain.count(".") == 1:
            self.points(f"www.{domain}", self.entrance)
            self.closte.add(f"www.{domain}", self)
        site = self.plugin.create_site(label)
        return self.plugin.map(domain, site)

    # how things are

    @property
    def has_key(self) -> bool:
        """Has the plugin a key that PHP takes for true?"""
        key = self.constants.get("CLOSTE_CLIENT_API_KEY")
        if key:
            return True
        return self.stored_key is not None and self.stored_key.get("decrypts") is True

    @property
    def blocks_calls(self) -> bool:
        """Is WordPress told to make no calls to Closte?"""
        allowed = str(self.constants.get("WP_ACCESSIBLE_HOSTS") or "")
        return bool(self.constants.get("WP_HTTP_BLOCK_EXTERNAL")) and "closte.com" not in allowed

    @property
    def entrances(self) -> tuple[str, ...]:
        """Addresses at which Closte answers for the network."""
        return (self.entrance,)

    @property
    def maps(self) -> bool:
        """Is domain mapping loaded?"""
        plugin, sunrise = self.plugin, self.host.sunrise
        return bool(
            self.constants.get("SUNRISE")
            and not self.host.sunrise_late
            and sunrise.get("exists")
            and sunrise.get("ours")
            and sunrise.get("plugin_slug") == self.generation.slug
            and plugin.active
            and plugin.set_up
            and plugin.sunrise_active
            and plugin.settings.get("enable_domain_mapping") in ("1", 1, True)
        )

    def known_to_closte(self, host: str) -> bool:
        """Does the entrance take this name for the network's?"""
        own = host == self.network or host.endswith("." + self.network)
        return own or host in self.closte.aliases

    def certificate(self, host: str) -> Certificate:
        """What the entrance shows for a name."""
        found = self.closte.certificates.get(host)
        if found is not None:
            return found
        if host == self.network or host.endswith("." + self.network):
            names = (self.network, f"*.{self.network}")
            return Certificate(names, self.clock - 20 * DAY, self.clock + 70 * DAY)
        return DEFAULT_CERTIFICATE

    def contact(self, host: str, address: str) -> Contact:
        """A TLS handshake for a name at an address."""
        if address in self.entrances:
            return self.handshakes.get(host) or Contact("ok", self.certificate(host))
        server = self.servers.get(address)
        if isinstance(server, Proxy):
            return server.handshake(host)
        return server.handshake() if server is not None else Contact("timeout")

    def fetch(self, scheme: str, host: str, what: str, view: str = AUTHORITY) -> Page:
        """A request to a name, as somebody with this view of the DNS makes it."""
        addresses = self.zone.addresses(host, view)
        v4 = [a for a in addresses if ":" not in a] or addresses
        if not v4:
            return Page(None, error=f"cURL error 6: Could not resolve host: {host}")
        return self.page(scheme, host, what, v4[0])

    def page(self, scheme: str, host: str, what: str, address: str) -> Page:
        """`what`: home · static · cron · logs · loopback."""
        server = self.servers.get(address)
        status = "ok"
        if scheme == "https":
            status = self.contact(host, address).status
        elif address not in self.entrances and server is None:
            status = "timeout"
        if status != "ok":
            port = 443 if scheme == "https" else 80
            return Page(None, error=_CURL[status].format(host=host, port=port))
        if isinstance(server, Stranger):
            return server.page
        inside = "http" if isinstance(server, Proxy) and server.over_http else scheme
        return self._at_entrance(inside, host, what)

    def _at_entrance(self, scheme: str, host: str, what: str) -> Page:
        if not self.known_to_closte(host):
            return Page(404, NOT_FOUND)
        if scheme == "http" and host in self.always_https:
            path = "wp-includes/images/blank.gif" if what == "static" else ""
            return Page(301, location=f"https://{host}/{path}")
        if what == "static":
            return _GIF
        if what == "cron":
            return self.cron_answer
        if what == "logs":
            return Page(200 if self.log_folder_open else 403)
        if self.host.maintenance:
            return Page(503, "Briefly unavailable for scheduled maintenance.")
        if self.guard is not None:
            return self.guard
        return self._wordpress(host, what)

    def _wordpress(self, host: str, what: str) -> Page:
        row = self.plugin.answer_of(host) if self.maps else None
        if row is None:
            if host == self.network or any(s.domain == host for s in self.plugin.sites):
                return Page(200, f"<!DOCTYPE html><title>{host}</title>")
            return Page(302, location=f"https://{self.network}/wp-signup.php?new={host}")
        if what == "loopback":
            return Page(200, json.dumps({"id": row.id, "domain": row.domain}))
        return Page(200, f"<!DOCTYPE html><title>{host}</title>")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the host answers to every command; `status` None: it is cut off without a word."""

    stdout: str
    stderr: str
    status: int | None


class HostFacts:
    """What the host says of itself."""

    def __init__(self, generation: Generation) -> None:
        self.abspath = "/home/acct123/public_html/"
        self.mu_plugin = True
        self.maintenance = False
        self.development_mode = False
        self.object_cache = False
        self.site_url: str | None = None
        """None: the network's domain."""
        self.network_domain: str | None = None
        """In the database; None: as in wp-config."""
        self.sunrise: dict[str, object] = {
            "exists": True,
            "version": generation.sunrise,
            "plugin_slug": generation.slug,
            "ours": True,
        }
        self.sunrise_late = False
        self.sunrise_switched_off_at: float | None = None
        self.clock_ahead = 0.0
        self.noise = ""
        self.wp_cli = True
        self.reached: str | None = "database"
        self.errors: list[dict[str, object]] = []
        self.door: Door = "open"
        self.refusal: Refusal | None = None

    def shut(self, door: Door, said: str) -> None:
        """Nobody comes in; `said` is how that is told."""
        self.door = door
        self.fails("ssh", None, said, reached=None)

    def refuses(self, command: str, refusal: Refusal) -> None:
        """No command is carried out."""
        self.refusal = refusal
        status = -1 if refusal.status is None else refusal.status
        self.fails(command, status, refusal.stderr, reached=None, stdout=refusal.stdout)

    def fails(
        self,
        command: str,
        status: int | None,
        stderr: str,
        *,
        reached: str | None,
        stdout: str = "",
    ) -> None:
        """The look got this far, and met this."""
        self.reached = reached
        self.errors.append(
            {"command": command, "status": status, "stdout": stdout, "stderr": stderr}
        )


__all__ = ["HOST", "Door", "HostFacts", "Refusal", "Site", "World"]
