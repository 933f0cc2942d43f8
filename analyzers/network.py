"""The network that is looked at: its domain, its place, its plugin, its entrance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from analyzers.constants import DefinedConstants
from analyzers.evidence import Host, Meta, Sites
from analyzers.expected import Expected
from analyzers.findings import Subject
from analyzers.names import Domain, is_under
from analyzers.network_domain import network_domain

Version = tuple[int, ...]
_HOME = re.compile(r"/home/([^/]+)/public_html/?\Z")


def version_of(text: str | None) -> Version | None:
    """`2.4.13-beta.1` → (2, 4, 13). None for what begins with no number."""
    found = re.match(r"\d+(?:\.\d+)*", text or "")
    return tuple(int(n) for n in found[0].split(".")) if found else None


@dataclass(frozen=True, slots=True)
class Network:
    """What nearly every rule asks of the network. Fields are None where nobody could say."""

    domain: str
    """Canonical; `unknown` where no evidence names it."""
    now: datetime
    """`taken_at`: the clock of the analysis."""
    app_id: str | None
    version: Version | None
    """The plugin's version, e.g. (2, 4, 10)."""
    is_closte: bool | None
    """CONTRACT `host.not-closte`: CLOSTE_APP_ID is defined, or ABSPATH is
    `/home/<x>/public_html/` and Closte's mu-plugin is there. None: not observed."""
    main_site_id: int | None
    expected: Expected
    host_id: str
    """Subject id of `host.*` findings."""
    closte_unknown_for: tuple[str, ...] = ()
    """What would be needed to know whether this is Closte, where that is not known, or not for sure."""

    @classmethod
    def derive(
        cls,
        meta: Meta,
        host: Host | None,
        constants: DefinedConstants | None,
        sites: Sites | None,
        expected: Expected,
    ) -> Network:
        """From whatever there is; only `meta.json` (always there) is needed."""
        is_closte, lacking = _is_closte(host, constants)
        return cls(
            domain=network_domain(host, constants, sites),
            now=meta.taken_at,
            app_id=constants.text("CLOSTE_APP_ID") if constants else None,
            version=version_of(host.plugin_version) if host else None,
            is_closte=is_closte,
            main_site_id=host.main_site_id if host else None,
            expected=expected,
            host_id=meta.target,
            closte_unknown_for=lacking,
        )

    @property
    def subject(self) -> Subject:
        """The network as the subject of a finding."""
        return Subject("network", self.domain)

    @property
    def host_subject(self) -> Subject:
        """The host as the subject of a finding."""
        return Subject("host", self.host_id)

    @property
    def settings_page(self) -> str:
        """Closte's dashboard page whose tab WP-Config adds to the locked wp-config.php (DOMAIN 1.1, 1.3)."""
        return f"https://app.closte.com/sites/settings/{self.app_id or 'APP_ID'}"

    def at_least(self, *version: int) -> bool | None:
        """Is the plugin this version or newer? None where its version is unknown."""
        return None if self.version is None else self.version >= version

    @property
    def home(self) -> Domain:
        """The domain that sites are made under: WordPress leaves the `www.` of the network's own domain
        away there (wp-admin/network/site-new.php, wp-signup.php)."""
        return Domain(self.domain.removeprefix("www."))

    def owns(self, domain: str) -> bool:
        """Is this the network's own domain or a name under it?"""
        return domain in (self.domain, self.home) or is_under(domain, self.home)


def _is_closte(
    host: Host | None, constants: DefinedConstants | None
) -> tuple[bool | None, tuple[str, ...]]:
    """What can be said, and the evidence that is lacking to say it, or to say it for sure."""
    app_id = constants.state("CLOSTE_APP_ID") if constants is not None else "unasked"
    if app_id == "defined":
        return True, ()
    abspath = host.abspath if host is not None else None
    mu_plugin = host.closte_mu_plugin if host is not None else None
    in_place = abspath is not None and _HOME.match(abspath) is not None
    if in_place and mu_plugin:
        return True, ()
    lacking: list[str] = []
    if (
        constants is None
        or app_id == "unasked"
        or (abspath is None and constants.confidence_of_absence("CLOSTE_APP_ID") != "certain")
    ):  # who picked a few constants by hand need not have asked for this one
        lacking.append("constants.json: CLOSTE_APP_ID")
    if abspath is None and (lacking or mu_plugin):
        lacking.append("host.json: abspath")
    if in_place and mu_plugin is None:
        lacking.append("host.json: closte_mu_plugin")
    if lacking:
        return None, tuple(lacking)
    # A whole list of constants without Closte's says it by itself; the place could still gainsay.
    return False, ("host.json: abspath",) if abspath is None and mu_plugin is None else ()
