"""Faults of certificates and of port 443."""

from __future__ import annotations

from bridge.rehearsal.fault import DAY, HOUR, MINUTE, fault
from bridge.rehearsal.faults.dns import CLOUDFLARE
from bridge.rehearsal.servers import Certificate, Contact, Proxy
from bridge.rehearsal.world import World

SECURE = ("mapping.secure-flag",)


@fault("ssl.pending", subject="domain", severity="info", newcomer=4 * MINUTE)
def a_domain_was_added_just_now(world: World, _: str) -> None:
    world.closte.issues_after = 7 * MINUTE


@fault("ssl.slow", subject="domain", severity="warning", newcomer=24 * MINUTE, ago=HOUR)
def closte_takes_its_time(world: World, domain: str) -> None:
    world.closte.withheld.add(domain)


@fault("ssl.given-up", subject="domain", newcomer=3 * HOUR, ago=4 * HOUR)
def the_plugin_gave_up_before_the_certificate_came(world: World, domain: str) -> None:
    world.closte.withheld.add(domain)


@fault("ssl.wrong-name", subject="domain", folded=SECURE)
def the_certificate_is_somebody_elses(world: World, domain: str) -> None:
    _shows(world, domain, Certificate(("somebody.example",), -DAY, 60 * DAY))


@fault("ssl.expired", subject="domain", folded=SECURE)
def the_certificate_was_not_renewed(world: World, domain: str) -> None:
    _shows(world, domain, Certificate((domain,), -92 * DAY, -2 * DAY))


@fault("ssl.expiring", subject="domain", severity="warning")
def the_certificate_ends_soon(world: World, domain: str) -> None:
    _shows(world, domain, Certificate((domain,), -85 * DAY, 5 * DAY))


@fault("ssl.untrusted", subject="domain", folded=SECURE)
def the_certificate_lacks_its_chain(world: World, domain: str) -> None:
    _shows(world, domain, Certificate((domain,), -DAY, 60 * DAY, whole_chain=False))


@fault("ssl.untrusted", "self-signed", subject="domain", folded=SECURE)
def the_certificate_is_signed_by_itself(world: World, domain: str) -> None:
    _shows(world, domain, Certificate((domain,), -DAY, 60 * DAY, f"CN={domain}", self_signed=True))


def _shows(world: World, domain: str, certificate: Certificate) -> None:
    world.handshakes[domain] = Contact("ok", certificate)


@fault("ssl.unreachable", subject="domain", folded=SECURE)
def nothing_listens_for_the_domain(world: World, domain: str) -> None:
    world.handshakes[domain] = Contact("refused")


@fault("ssl.unreachable", "handshake", subject="domain", folded=SECURE)
def the_server_refuses_the_name(world: World, domain: str) -> None:
    world.handshakes[domain] = Contact("handshake-failed")


@fault("ssl.unreachable", "timeout", subject="domain", folded=SECURE)
def port_443_does_not_answer(world: World, domain: str) -> None:
    world.handshakes[domain] = Contact("timeout")


@fault("ssl.redirect-loop", subject="domain", severity="warning", hides=("dns.proxied*",))
def a_proxy_asks_the_server_over_http(world: World, domain: str) -> None:
    world.servers[CLOUDFLARE] = Proxy(over_http=True)
    world.always_https.add(domain)
    for name in world.both(domain):
        world.points(name, CLOUDFLARE)


@fault(
    "ssl.rate-limit",
    subject="domain",
    severity="warning",
    newcomer=50 * MINUTE,
    ago=2 * HOUR,
    generations=("2.4.10",),
)
def the_issuer_says_that_there_were_too_many(world: World, domain: str) -> None:
    world.closte.rate_limited.add(domain)


@fault(
    "ssl.rate-limit",
    "additions",
    allowed=("ssl.given-up",),
    subject="domain",
    severity="warning",
    newcomer=5 * HOUR,
    ago=6 * HOUR,
)
def the_domain_was_added_again_and_again(world: World, domain: str) -> None:
    world.closte.rate_limited.add(domain)
    for hours in (2, 3, 4, 5, 5.5):
        world.after(hours * HOUR, lambda: _added_again(world, domain))


def _added_again(world: World, domain: str) -> None:
    """Deleted at Closte by hand, and sent again by saving the domain."""
    row = world.plugin.row(domain)
    world.closte.aliases.pop(domain, None)
    row.stage = "checking-dns"
    world.plugin.enqueue("wu_add_domain", {"domain": domain, "site_id": row.blog_id})
    world.plugin.enqueue("wu_async_process_domain_stage", {"domain_id": row.id})
