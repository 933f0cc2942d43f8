"""Faults of a network that can be put into the lab, one function for each way they come about.

Here are those of the main job; `faults_of_the_network` and `faults_of_domains` enter the others. A
function gets the lab with a healthy `town` on it and does the harm; putting the network in order again
(`World.settle`) removes it. What reaches further than that is undone by `undo`.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from e2e.town import NEW_ACTION, NEW_ROW, NEW_SITE, OLD, town
from lab import seeds
from lab.closte_api import ALREADY_ELSEWHERE, ALREADY_HERE, NO_PERMISSION
from lab.networks import ENTRANCE, KEY, NETWORK_DOMAIN
from lab.world import World

Harm = Callable[["Place"], None]
FOREIGN = "198.51.100.7"
NEWCOMER = "fresh.example.com"
"""A third domain, for faults of one that is on its way."""
LOOPBACK_FAILED = (
    "Domain verification failed via loopback on all protocols"
    " (HTTPS with SSL, HTTPS without SSL, HTTP)."
)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the harm is done."""

    world: World
    now: datetime
    undo: ExitStack
    version: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to come to one finding."""

    code: str
    way: str
    harm: Harm
    subject: str
    severity: str
    version: str
    confidence: str | None
    options: tuple[str, ...]
    beside: frozenset[str]
    """Problems of their own that this harm brings as well."""

    @property
    def name(self) -> str:
        """For the test's name."""
        return f"{self.code}: {self.way}"


@dataclass(slots=True)
class _Catalogue:
    faults: list[Fault] = field(default_factory=list)


_ALL = _Catalogue()


def fault(
    code: str,
    subject: str = NETWORK_DOMAIN,
    *,
    severity: str = "error",
    version: str = "2.4.10",
    confidence: str | None = None,
    options: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
) -> Callable[[Harm], Harm]:
    """Enter a way to come to a finding; its name is the function's."""

    def enter(harm: Harm) -> Harm:
        way = harm.__name__.replace("_", " ")
        _ALL.faults.append(
            Fault(
                code, way, harm, subject, severity, version, confidence, options, frozenset(beside)
            )
        )
        return harm

    return enter


def catalogue() -> tuple[Fault, ...]:
    """All that were entered so far."""
    return tuple(_ALL.faults)


# key


@fault("key.missing")
def the_constant_is_gone(place: Place) -> None:
    place.world.define("CLOSTE_CLIENT_API_KEY", None)


@fault("key.empty")
def the_constant_is_an_empty_text(place: Place) -> None:
    place.world.define("CLOSTE_CLIENT_API_KEY", "''")


@fault("key.empty")
def the_constant_is_false(place: Place) -> None:
    place.world.define("CLOSTE_CLIENT_API_KEY", "false")


@fault("key.malformed")
def the_key_is_a_placeholder(place: Place) -> None:
    place.world.define("CLOSTE_CLIENT_API_KEY", "'your_api_key_here'")


@fault("key.malformed")
def the_key_has_a_line_end(place: Place) -> None:
    place.world.define("CLOSTE_CLIENT_API_KEY", f'"{KEY}\\n"')


@fault("key.rejected")
def the_key_is_another_one(place: Place) -> None:
    place.world.api.app.key = "SOMETHING-ELSE-0123456789abcdef01234567"


@fault("key.rejected")
def the_api_says_401(place: Place) -> None:
    place.world.api.fail("json-401", text="Unauthorized")


@fault("key.rejected")
def the_api_says_403(place: Place) -> None:
    place.world.api.fail("json-403", text="Forbidden: invalid key")


@fault("key.no-permission")
def the_key_may_read_only(place: Place) -> None:
    place.world.api.fail("not-success", endpoint="/adddomainalias", text=NO_PERMISSION)


@fault("key.other-app")
def the_key_belongs_to_another_app(place: Place) -> None:
    place.world.api.app.domains[:] = ["other.example", "www.other.example"]


@fault("key.undecryptable", version="2.4.13-beta.1")
def the_salts_were_changed_after_the_key_was_stored(place: Place) -> None:
    place.world.define("CLOSTE_CLIENT_API_KEY", None)
    place.world.sql(stored_key(KEY, salt="the salts of last year"))


@fault("key.leaked-in-log", severity="warning")
def the_whole_key_stands_in_a_log(place: Place) -> None:
    said = seeds.lines((place.now - HOUR, "ERROR", f"curl 'https://app.closte.com/?apikey={KEY}'"))
    write_log(place.world, "api-errors.log", said)


def stored_key(key: str, *, salt: str) -> str:
    """The key as a network option encrypted with this salt (DOMAIN 2.10, OpenSSL way)."""
    iv = os.urandom(16)
    padder = padding.PKCS7(128).padder()
    padded = padder.update(key.encode()) + padder.finalize()
    secret = hashlib.sha256(salt.encode()).digest()
    cipher = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
    # PHP's openssl_encrypt without OPENSSL_RAW_DATA answers base64, and that is encoded again.
    encrypted = base64.b64encode(cipher.update(padded) + cipher.finalize())
    text = base64.b64encode(iv + encrypted).decode()
    return seeds.network_option("wu_hosting_credential_CLOSTE_CLIENT_API_KEY", f"$wu_enc${text}")


# api


@fault("api.unreachable")
def wordpress_may_not_call_out(place: Place) -> None:
    place.world.define("WP_HTTP_BLOCK_EXTERNAL", "true")


@fault("api.unreachable")
def a_firewall_answers_the_host_with_a_page(place: Place) -> None:
    place.world.api.fail("html-403", keyed_only=True)


@fault("api.unreachable")
def the_hosts_connections_are_reset(place: Place) -> None:
    place.world.api.fail("reset", keyed_only=True)


@fault("api.outage", severity="warning")
def the_api_is_in_maintenance(place: Place) -> None:
    place.world.api.fail("html-503")


@fault("api.outage", severity="warning")
def the_api_answers_nonsense(place: Place) -> None:
    place.world.api.fail("bad-json")


@fault("api.outage", severity="warning")
def the_api_answers_nothing(place: Place) -> None:
    place.world.api.fail("empty")


@fault("api.outage", severity="warning")
def the_api_never_answers(place: Place) -> None:
    place.world.api.fail("timeout-before")


# module, plugin, sunrise


@fault("module.disabled")
def the_module_was_switched_off(place: Place) -> None:
    place.world.sql(seeds.network_option("wu_host_integrations_enabled", 'a:1:{s:6:"closte";b:0;}'))


@fault("module.disabled")
def the_module_was_never_switched_on(place: Place) -> None:
    place.world.sql(seeds.network_option("wu_host_integrations_enabled", None))


@fault("module.crashes")
def the_provider_dies_of_a_time_out(place: Place) -> None:
    died = "action failed via WP Cron: Cannot use object of type WP_Error as array"
    newcomer(place, 30 * MINUTE, stage="done", add_status="failed", add_log=died)
    place.world.serve(NEWCOMER)


@fault("plugin.inactive")
def the_plugin_is_not_network_activated(place: Place) -> None:
    place.world.sql(seeds.network_option("active_sitewide_plugins", "a:0:{}"))


@fault("plugin.inactive")
def the_setup_was_never_finished(place: Place) -> None:
    place.world.sql(seeds.network_option("wu_setup_finished", None))


@fault("sunrise.undefined")
def the_sunrise_constant_is_gone(place: Place) -> None:
    place.world.define("SUNRISE", None)


@fault("sunrise.undefined")
def the_sunrise_constant_is_false(place: Place) -> None:
    place.world.define("SUNRISE", "false")


@fault("sunrise.inactive")
def somebody_ran_wp_cli_without_plugins(place: Place) -> None:
    done = place.world.ssh(
        "wp", f"--path={place.world.site}", "--skip-plugins", "option", "get", "home"
    )
    assert done.returncode == 0, done.stderr


# settings, logs


@fault("settings.window-too-short", severity="warning")
def the_interval_of_the_documentation_for_testing(place: Place) -> None:
    place.world.sql(seeds.setting("dns_check_interval", 300, 10))


@fault("settings.window-too-short", severity="warning", version="2.4.3")
def an_interval_that_only_later_versions_can_bear(place: Place) -> None:
    place.world.sql(seeds.setting("dns_check_interval", 300, 60))


@fault("logs.muted", severity="warning")
def logging_is_disabled(place: Place) -> None:
    place.world.sql(seeds.setting("error_logging_level", "default", "disabled"))


@fault("logs.muted", severity="warning")
def only_errors_are_logged(place: Place) -> None:
    place.world.sql(seeds.setting("error_logging_level", "default", "errors"))


@fault("logs.unwritable", severity="warning")
def the_log_folder_may_not_be_written(place: Place) -> None:
    place.world.logs.chmod(0o555)
    place.undo.callback(place.world.logs.chmod, 0o755)


# mapping


@fault("mapping.no-table")
def the_table_was_dropped(place: Place) -> None:
    place.world.sql("DROP TABLE wplab_wu_domain_mappings")


@fault("mapping.none-for-site", str(NEW_SITE), severity="warning")
def the_record_of_a_new_site_could_not_be_made(place: Place) -> None:
    at = place.now - HOUR
    domain = f"third.{NETWORK_DOMAIN}"
    place.world.sql(seeds.site(NEW_SITE, domain, at))
    failed = f"Failed to create domain record for site {NEW_SITE}: Domain {domain} has been used"
    write_log(place.world, "domain-creation.log", seeds.lines((at, "ERROR", failed)))


@fault("mapping.duplicate-row", OLD)
def the_row_was_imported_twice(place: Place) -> None:
    place.world.sql(seeds.mapping(NEW_ROW, 3, OLD, place.now - 2 * HOUR, primary=0))


@fault("mapping.two-sites", OLD)
def two_sites_have_the_domain(place: Place) -> None:
    place.world.sql(seeds.mapping(NEW_ROW, 2, OLD, place.now - 2 * HOUR, primary=0))


@fault("mapping.www-split", OLD, severity="warning")
def www_belongs_to_another_site(place: Place) -> None:
    place.world.sql(seeds.mapping(NEW_ROW, 2, f"www.{OLD}", place.now - 2 * HOUR, primary=0))


@fault("mapping.unclean-name", OLD)
def the_name_ends_with_a_line_end(place: Place) -> None:
    place.world.sql(f"UPDATE wplab_wu_domain_mappings SET domain = '{OLD}\\n' WHERE id = 2")


# alias


@fault("alias.missing", OLD)
def the_alias_was_deleted_at_closte(place: Place) -> None:
    place.world.api.app.domains.remove(OLD)


@fault("alias.already-added", NEWCOMER, severity="info")
def closte_had_the_alias_before_the_plugin_asked(place: Place) -> None:
    newcomer(place, 30 * MINUTE, stage="done", error=ALREADY_HERE)
    place.world.serve(NEWCOMER)


@fault("alias.elsewhere", NEWCOMER)
def another_app_has_the_alias(place: Place) -> None:
    newcomer(place, 30 * MINUTE, stage="checking-ssl-cert", error=ALREADY_ELSEWHERE, next_in=MINUTE)
    place.world.api.app.domains.remove(NEWCOMER)
    place.world.api.app.elsewhere.add(NEWCOMER)


@fault("alias.silent-failure", NEWCOMER, version="2.4.13-beta.1")
def adding_failed_and_the_plugin_said_nothing(place: Place) -> None:
    newcomer(place, 30 * MINUTE, stage="checking-ssl-cert", error="out of order", next_in=MINUTE)
    place.world.api.app.domains.remove(NEWCOMER)


# dns


def both(place: Place, act: Callable[[str], None]) -> None:
    """Do it to the domain and to its `www.` twin, so that these two agree."""
    for name in (OLD, f"www.{OLD}"):
        act(name)


@fault("dns.nxdomain", OLD)
def the_domain_is_not_registered_any_more(place: Place) -> None:
    both(place, lambda name: place.world.dns.fault(name, "nxdomain"))
    place.undo.callback(both, place, lambda name: place.world.dns.fault(name, None))


@fault("dns.no-address", OLD)
def the_domain_has_no_address(place: Place) -> None:
    both(place, lambda name: place.world.points(name))


@fault("dns.wrong-address", OLD)
def the_domain_points_elsewhere(place: Place) -> None:
    both(place, lambda name: place.world.points(name, FOREIGN))
    both(
        place,
        lambda name: place.world.serve(name, certificate=place.world.ca.good("other.example")),
    )


@fault("dns.mixed-addresses", OLD)
def one_address_of_two_is_wrong(place: Place) -> None:
    both(place, lambda name: place.world.points(name, ENTRANCE, FOREIGN))


@fault("dns.stray-ipv6", OLD)
def an_old_ipv6_address_was_left(place: Place) -> None:
    both(place, lambda name: place.world.dns.set(name, "AAAA", "2001:db8:77::7"))


@fault("dns.propagating", OLD, severity="info")
def the_resolver_is_behind(place: Place) -> None:
    both(place, lambda name: place.world.dns.set(name, "A", FOREIGN, view="resolver"))


# ssl, check


@fault("ssl.pending", NEWCOMER, severity="info")
def the_domain_was_added_just_now(place: Place) -> None:
    newcomer(place, 4 * MINUTE, stage="checking-ssl-cert", next_in=2 * MINUTE)


@fault("ssl.slow", NEWCOMER, severity="warning")
def the_certificate_takes_longer_than_usual(place: Place) -> None:
    newcomer(place, 40 * MINUTE, stage="checking-ssl-cert", next_in=2 * MINUTE)


@fault("ssl.given-up", NEWCOMER)
def the_plugin_stopped_checking_the_certificate(place: Place) -> None:
    newcomer(place, 150 * MINUTE, stage="ssl-failed")


@fault("ssl.wrong-name", OLD)
def the_certificate_is_somebody_elses(place: Place) -> None:
    place.world.serve(OLD, certificate=place.world.ca.good("shop.example.edu"))


@fault("ssl.expired", OLD)
def the_certificate_was_not_renewed(place: Place) -> None:
    place.world.serve(OLD, certificate=place.world.ca.expired(OLD))


@fault("ssl.untrusted", OLD)
def the_certificate_is_signed_by_itself(place: Place) -> None:
    place.world.serve(OLD, certificate=place.world.ca.self_signed(OLD))


@fault("ssl.untrusted", OLD)
def an_intermediate_certificate_is_missing(place: Place) -> None:
    place.world.serve(OLD, certificate=place.world.ca.untrusted(OLD))


@fault("ssl.unreachable", OLD)
def the_handshake_is_refused(place: Place) -> None:
    place.world.serve(OLD, handshake="refused")


@fault("ssl.unreachable", OLD)
def the_handshake_is_reset(place: Place) -> None:
    place.world.serve(OLD, handshake="reset")


@fault("check.gave-up-dns", NEWCOMER)
def dns_is_right_but_came_too_late(place: Place) -> None:
    newcomer(place, 90 * MINUTE, stage="failed")


# jobs


@fault("jobs.cron-off")
def cron_is_disabled_and_nobody_runs_it(place: Place) -> None:
    # All stopped four hours ago: whatever was due an hour later still is.
    place.world.settle(town(place.now - 4 * HOUR, place.version))
    place.world.define("DISABLE_WP_CRON", "true")


@fault("jobs.failed", OLD, severity="warning")
def a_job_of_the_domain_failed(place: Place) -> None:
    place.world.sql(
        *seeds.action(
            NEW_ACTION,
            "wu_add_domain",
            {"domain": OLD, "site_id": 3},
            place.now - HOUR,
            status="failed",
            log=("action created", "action failed via WP Cron: The disk is full"),
        )
    )


# host


@fault("host.not-closte", severity="warning")
def the_network_moved_to_another_host(place: Place) -> None:
    place.world.define("CLOSTE_APP_ID", None)
    mark = place.world.site / "wp-content" / "mu-plugins" / "closte-requirements.php"
    place.undo.enter_context(place.world.changed(mark, None))


@fault("host.maintenance", "", severity="warning")
def a_maintenance_file_was_left(place: Place) -> None:
    file = place.world.site / ".maintenance"
    place.undo.enter_context(place.world.changed(file, "<?php $upgrading = time();\n"))


# what they are made of


def newcomer(
    place: Place,
    ago: timedelta,
    *,
    stage: str,
    error: str | None = None,
    add_status: str = "complete",
    add_log: str | None = None,
    next_in: timedelta | None = None,
    tries: int = 1,
) -> None:
    """A domain added `ago`, with its alias; DNS points here, the certificate is the host's own.

    `next_in`: when its next check is due; None: none is queued. `error`: how Closte refused it.
    """
    at = place.now - ago
    world = place.world
    log = None if add_log is None else ("action created", "action started via WP Cron", add_log)
    world.sql(
        seeds.site(NEW_SITE, f"third.{NETWORK_DOMAIN}", at),
        seeds.mapping(NEW_ROW, NEW_SITE, NEWCOMER, at, stage=stage),
        *seeds.action(
            NEW_ACTION,
            "wu_add_domain",
            {"domain": NEWCOMER, "site_id": NEW_SITE},
            at,
            status=add_status,
            log=log,
        ),
    )
    if next_in is not None:
        args = {"domain_id": NEW_ROW, "tries": tries}
        due = place.now + next_in
        hook = "wu_async_process_domain_stage"
        world.sql(*seeds.action(NEW_ACTION + 1, hook, args, due, status="pending"))
    if add_status == "complete":
        said = seeds.adding(place.version, NEWCOMER, NEW_SITE, at, error=error)
        write_log(world, "integration-closte.log", said)
    world.api.app.domains.append(NEWCOMER)
    world.points(NEWCOMER, ENTRANCE)
    world.web.forget(NEWCOMER)


def write_log(world: World, name: str, content: bytes) -> None:
    """Append to one of the plugin's logs on the host."""
    with (world.logs / name).open("ab") as file:
        file.write(content)
    world.account.own(world.logs / name)
