"""A small healthy network as evidence records, for a rule to be asked about; a fault is one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from analyzers.diagnose import diagnose
from analyzers.evidence import (
    Action,
    ActionLogEntry,
    ApiCall,
    ClosteCalls,
    Constants,
    Dns,
    DnsAnswer,
    Handshake,
    Host,
    Http,
    HttpAnswer,
    LogEvent,
    MappingRow,
    Mappings,
    Meta,
    Missing,
    Noise,
    Options,
    PluginLogs,
    Scheduler,
    Shape,
    Site,
    Sites,
    Tls,
)
from analyzers.findings import Diagnosis, Finding
from analyzers.names import Domain, canonical
from analyzers.rule import Rule
from analyzers.rules import BY_CODE, CATALOGUE
from analyzers.snapshot import Snapshot

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
ENTRANCE, ELSEWHERE, V6 = "203.0.113.10", "198.51.100.7", "2001:db8::7"
CLOUDFLARE = "104.16.1.1"
SHOP, WWW = "shop.example", "www.shop.example"
NETWORK = "network.example"
STAGES = "enum('checking-dns','checking-ssl-cert','done-without-ssl','done','failed','ssl-failed')"


def minutes(count: float) -> datetime:
    """So many minutes before the look."""
    return NOW - timedelta(minutes=count)


MONTH_AGO = minutes(60 * 24 * 30)


def row(
    stored: str = SHOP,
    *,
    id: int = 7,
    blog_id: int = 2,
    stage: str | None = "done",
    active: bool = True,
    primary: bool = True,
    secure: bool = True,
    created: datetime | None = MONTH_AGO,
) -> MappingRow:
    """A mapping row: done, active, primary, secure, a month old."""
    return MappingRow(
        id, blog_id, stored, canonical(stored), active, primary, secure, stage, created, created
    )


def site(blog_id: int = 2, domain: str = f"shop.{NETWORK}", path: str = "/", **flags: bool) -> Site:
    """A site with all its flags."""
    usual = {"public": True, "archived": False, "spam": False, "deleted": False}
    return Site(blog_id, f"https://{domain}{path}", Domain(domain), path, **{**usual, **flags})


def answer(
    *records: str,
    name: str = SHOP,
    type: str = "A",
    via: str = "authoritative",
    status: str = "NOERROR",
    unchecked: bool = False,
    ttl: int | None = 300,
) -> DnsAnswer:
    """One DNS answer."""
    return DnsAnswer(Domain(name), type, via, status, records, ttl if records else None, unchecked)


VANTAGES = ("authoritative", "resolver:1.1.1.1", "resolver:8.8.8.8", "host")


def zone(
    name: str = SHOP,
    v4: Iterable[str] = (ENTRANCE,),
    v6: Iterable[str] = (),
    *,
    cname: str | None = None,
    caa: Iterable[str] = (),
    status: str = "NOERROR",
) -> tuple[DnsAnswer, ...]:
    """All answers about one name, the same from everywhere."""
    found = []
    for via in VANTAGES:
        found.append(answer(*v4, name=name, via=via, status=status))
        found.append(answer(*v6, name=name, via=via, type="AAAA", status=status))
        found.append(answer(*((cname,) if cname else ()), name=name, via=via, type="CNAME"))
    return (*found, answer(*caa, name=name, type="CAA", status=status))


def dns(*zones: tuple[DnsAnswer, ...]) -> Dns:
    """`dns.json`; names that are not given are as they should be."""
    named = {a.name for listed in zones for a in listed}
    usual = [zone(n) for n in (NETWORK, SHOP, WWW) if n not in named]
    return Dns(tuple(a for listed in (*zones, *usual) for a in listed))


def shake(
    host: str = SHOP,
    address: str = ENTRANCE,
    *,
    status: str = "ok",
    verified: bool = True,
    error: str | None = None,
    names: tuple[str, ...] | None = None,
    days: float = 60,
    age: float = 30,
    self_signed: bool = False,
) -> Handshake:
    """One TLS handshake: verified, with 60 days to go."""
    met = status == "ok"
    return Handshake(
        host=Domain(host),
        address=address,
        port=443,
        status=status,
        verified=verified and met,
        verify_error=error,
        names=(names if names is not None else (host,)) if met else (),
        issuer="CN=R11,O=Let's Encrypt,C=US" if met else None,
        not_before=NOW - timedelta(days=age) if met else None,
        not_after=NOW + timedelta(days=days) if met else None,
        self_signed=self_signed if met else None,
    )


def default_certificate(host: str = SHOP, address: str = ENTRANCE) -> Handshake:
    """Closte's own certificate for a name that has none yet."""
    return shake(
        host,
        address,
        verified=False,
        error="Hostname mismatch",
        names=("*.closte.com", "closte.com"),
    )


def tls(*shakes: Handshake) -> Tls:
    """`tls.json`; the network's own host is as it should be."""
    return Tls((shake(NETWORK), *(shakes or (shake(),))))


def page(
    url: str = f"https://{SHOP}/",
    *,
    address: str | None = ENTRANCE,
    status: int | None = 200,
    location: str | None = None,
    body: str = "<!DOCTYPE html><title>Shop</title>",
) -> HttpAnswer:
    """One HTTP answer."""
    host = canonical(url.split("://")[1].split("/")[0])
    headers = {"location": location} if location else {}
    return HttpAnswer(url, host, address, status, headers, body, None)


def action(
    hook: str = "wu_add_domain",
    status: str = "complete",
    at: datetime | None = None,
    *,
    id: int = 1,
    said: str = "",
    **args: object,
) -> Action:
    """One action of group `domain`; by default the shop's add job, a month ago."""
    at = at or MONTH_AGO
    given = args or {"domain": SHOP, "site_id": 2}
    log = (ActionLogEntry(at, "action created"), *((ActionLogEntry(at, said),) if said else ()))
    ran = None if status == "pending" else at
    return Action(id, hook, status, at, ran, 1, given, "domain", log)


def event(
    name: str,
    at: datetime | None = None,
    *,
    domain: str | None = SHOP,
    line: int = 1,
    **fields: str,
) -> LogEvent:
    """One record of the plugin's logs."""
    source = "wu-logs/integration-closte.log"
    if name.startswith("check.") and domain:
        source = f"wu-logs/domain-{domain}.log"
    about = Domain(domain) if domain else None
    message = fields.get("body") or fields.get("message") or name
    return LogEvent(at or minutes(60), name, source, line, "INFO", about, fields, message)


def logs(*events: LogEvent) -> PluginLogs:
    """`wu-logs`."""
    ordered = tuple(sorted(events, key=lambda e: e.at))
    return PluginLogs(ordered, ("integration-closte.log",), 1000, len(events), 0, {}, {})


def listed(*names: str, body: str | None = None) -> ClosteCalls:
    """A `getdomains` answer with these names, and the network's own."""
    quoted = ", ".join(f'{{"domain": "{n}"}}' for n in (NETWORK, *names))
    text = body if body is not None else f'{{"success": true, "domains": [{quoted}]}}'
    return ClosteCalls(
        (ApiCall("/getdomains", "GET", "host", True, None, 200, text, None, 0.4, NOW),)
    )


def options(**changed: object) -> Options:
    """`options.json` of a healthy network; `changed` are options by name (`-` written `_`)."""
    values: dict[str, object] = {
        "mapping_columns": STAGES,
        "legacy_mapping_rows": None,
        "wu_setup_finished": True,
        "wu_sunrise_meta": {"active": True},
        "legacy_not_migrated": [],
        "wu_host_integrations_enabled": {"closte": True},
        "wp-ultimo_v2_settings": {"dns_check_interval": 300, "enable_domain_mapping": 1},
        **changed,
    }
    columns = values["mapping_columns"]
    settings = values["wp-ultimo_v2_settings"]
    assert isinstance(settings, dict)
    return Options(
        values,
        settings,
        {"closte": True},
        None,
        columns if isinstance(columns, str) else None,
        columns is None,
    )


def host(version: str | None = "2.4.10", **changed: object) -> Host:
    """`host.json` of a healthy network."""
    usual = Host(
        plugin_version=version,
        plugin_slug="ultimate-multisite",
        plugin_network_active=True,
        abspath="/home/acct123/public_html/",
        site_url=f"https://{NETWORK}",
        network_domain=NETWORK,
        main_site_id=1,
        network_id=1,
        base_prefix="wp_",
        reached="database",
        development_mode=False,
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def constants(**changed: object) -> Constants:
    """`constants.json` of a healthy network on Closte."""
    usual: dict[str, object] = {
        "CLOSTE_APP_ID": "acct123",
        "CLOSTE_CLIENT_API_KEY": Shape(True, 40, 40, "hex", sha256_8="9f86d081"),
        "SUNRISE": True,
        "DB_NAME": "x",
        "DOMAIN_CURRENT_SITE": NETWORK,
    }
    return Constants({**usual, **changed})  # type: ignore[dict-item]


def healthy() -> dict[type, object]:
    """Evidence of one mapped domain, with www, that is up."""
    return {
        Meta: Meta(NOW, "meta.json", "prod", "test", (ENTRANCE,)),
        Host: host(),
        Constants: constants(),
        Mappings: Mappings((row(),)),
        Sites: Sites((site(1, NETWORK), site()), has_flags=True),
        Options: options(),
        Scheduler: Scheduler((action(),), tables_exist=True),
        ClosteCalls: listed(SHOP, WWW),
        Dns: dns(),
        Tls: tls(),
        Http: Http((page(),)),
        PluginLogs: logs(),
        Noise: Noise(),
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """What one rule said."""

    diagnosis: Diagnosis
    code: str

    @property
    def hits(self) -> Mapping[str, Finding]:
        """Its findings by subject."""
        return {f.subject.id: f for f in self.diagnosis.findings if f.code == self.code}

    @property
    def hit(self) -> Finding:
        """Its one finding."""
        (found,) = self.hits.values()
        return found

    @property
    def silent(self) -> bool:
        """Did it look, and find nothing?"""
        return self.code in self.diagnosis.passed

    @property
    def lacking(self) -> tuple[str, ...]:
        """What it lacked."""
        return next((s.lacking for s in self.diagnosis.skipped if s.code == self.code), ())


def _snapshot(records: Iterable[object], without: Iterable[type]) -> Snapshot:
    observed = healthy()
    for record in records:
        observed[type(record)] = record
    for kind in without:
        observed[kind] = Missing(str(kind.FILE))  # type: ignore[attr-defined]
    return Snapshot(observed, observable=True)


def evidence(*records: object, without: Iterable[type] = ()) -> Snapshot:
    """The healthy network with these records instead of its own, and without those kinds."""
    return _snapshot(records, without)


def ask(code: str, *records: object, without: Iterable[type] = ()) -> Asked:
    """One rule about the healthy network with these records instead of its own."""
    found = diagnose(_snapshot(records, without), tool="test", catalogue=(BY_CODE[code],))
    return Asked(found, code)


def whole(
    *records: object, without: Iterable[type] = (), catalogue: Sequence[Rule] = CATALOGUE
) -> Diagnosis:
    """All rules about it."""
    return diagnose(_snapshot(records, without), tool="test", catalogue=catalogue)


def rows(*listed: MappingRow) -> Mappings:
    """`domain_mappings.json`."""
    return Mappings(listed)
