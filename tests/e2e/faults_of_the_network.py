"""Faults of the network as a whole that can be put into the lab: its module, sunrise, settings and jobs."""

from __future__ import annotations

from e2e.faults import (
    FOREIGN,
    HOUR,
    LOOPBACK_FAILED,
    MINUTE,
    NEWCOMER,
    Place,
    fault,
    newcomer,
    write_log,
)
from e2e.town import FRESH, NEW_ACTION, OLD
from lab import seeds
from lab.networks import NETWORK_DOMAIN
from lab.tls_server import FORBIDDEN, WORDPRESS

EGRESS = "203.0.113.99"
"""Where the host's own connections come from, which is not where visitors get in."""
_SETTINGS_LINE = "require_once ABSPATH . 'wp-settings.php';"


def rewritten(place: Place, old: str, new: str) -> None:
    """Another text in wp-config.php; settling writes it anew."""
    before = place.world.config.read_text()
    assert old in before
    place.world.config.write_text(before.replace(old, new))


def drop_in(place: Place, name: str, content: str | None) -> None:
    """Another file, or (None) none, directly under wp-content."""
    file = place.world.site / "wp-content" / name
    place.undo.enter_context(place.world.changed(file, content))


# module


@fault("module.conflict", severity="warning")
def another_provider_is_enabled_as_well(place: Place) -> None:
    both = 'a:2:{s:6:"closte";b:1;s:10:"cloudflare";b:1;}'
    place.world.sql(seeds.network_option("wu_host_integrations_enabled", both))


# sunrise


@fault("sunrise.file-missing")
def sunrise_php_was_deleted(place: Place) -> None:
    drop_in(place, "sunrise.php", None)


@fault("sunrise.outdated", severity="warning")
def sunrise_php_is_of_an_older_version(place: Place) -> None:
    file = place.world.site / "wp-content" / "sunrise.php"
    drop_in(place, "sunrise.php", file.read_text().replace("2.0.0.10", "2.0.0.9"))


@fault("sunrise.outdated", severity="warning")
def sunrise_php_looks_for_the_plugin_under_its_old_name(place: Place) -> None:
    file = place.world.site / "wp-content" / "sunrise.php"
    renamed = file.read_text().replace("ultimate-multisite", "multisite-ultimate")
    drop_in(place, "sunrise.php", renamed)


@fault("sunrise.foreign", severity="warning")
def sunrise_php_is_another_plugins(place: Place) -> None:
    drop_in(place, "sunrise.php", "<?php\n// Mercator\nrequire 'mu-plugins/mercator.php';\n")


@fault("sunrise.too-late")
def the_sunrise_constant_stands_below_the_settings_line(place: Place) -> None:
    place.world.define("SUNRISE", None)
    rewritten(place, _SETTINGS_LINE, f"{_SETTINGS_LINE}\ndefine( 'SUNRISE', true );")


# settings


@fault("settings.mapping-off")
def mapping_was_switched_off(place: Place) -> None:
    place.world.sql(seeds.setting("enable_domain_mapping", "1", "0"))


@fault("settings.cookie-domain", severity="warning")
def the_cookie_domain_is_fixed(place: Place) -> None:
    place.world.define("COOKIE_DOMAIN", f"'{NETWORK_DOMAIN}'")


@fault("settings.network-domain")
def wp_config_names_another_domain_than_the_database(place: Place) -> None:
    place.world.define("DOMAIN_CURRENT_SITE", "'old.example.com'")


@fault("settings.security-mode", severity="warning")
def security_mode_was_left_on(place: Place) -> None:
    place.world.sql(seeds.setting("security_mode", "0", "1"))


# mapping, cache


@fault("mapping.schema-old")
def the_table_does_not_know_the_stage_of_a_failed_certificate(place: Place) -> None:
    stages = "'checking-dns','checking-ssl-cert','done-without-ssl','done','failed'"
    place.world.sql(
        f"ALTER TABLE wplab_wu_domain_mappings MODIFY stage ENUM({stages}) DEFAULT 'checking-dns'",
        seeds.network_option("wpdb_wu_domain_mappings_version", "2.0.1-revision.20230601"),
    )


@fault("mapping.legacy-table", severity="info")
def rows_of_the_old_table_were_left_behind(place: Place) -> None:
    place.world.sql(
        "CREATE TABLE wplab_domain_mapping (id BIGINT PRIMARY KEY, blog_id BIGINT,"
        " domain VARCHAR(255), active TINYINT)",
        "INSERT INTO wplab_domain_mapping VALUES (1, 3, 'left.example.com', 1)",
    )


@fault("cache.stale-risk", severity="info")
def a_row_was_changed_by_sql_behind_the_object_cache(place: Place) -> None:
    # Closte's own drop-in has a switch in an option, off by default.
    drop_in(place, "object-cache.php", "<?php // Closte\n")
    now = seeds.stamp(place.now)
    place.world.sql(
        seeds.network_option("closte", 'a:1:{s:19:"enable_object_cache";i:1;}'),
        f"UPDATE wplab_wu_domain_mappings SET secure = 1, date_modified = '{now}' WHERE id = 2",
    )


# what the plugin compares with


@fault("dns.wrong-expectation", severity="info")
def the_plugin_keeps_the_address_it_goes_out_by(place: Place) -> None:
    remember_egress(place)


@fault("dns.wrong-expectation", severity="warning", beside=("check.gave-up-dns",))
def a_domain_failed_for_being_compared_with_that_address(place: Place) -> None:
    remember_egress(place)
    newcomer(place, 90 * MINUTE, stage="failed")
    at = place.now - HOUR
    said = seeds.lines(
        (at, "INFO", f"Starting Check for {NEWCOMER}"),
        (at, "ERROR", LOOPBACK_FAILED),
        (
            at,
            "INFO",
            "- DNS propagation checks tried for the max amount of times (5 times, one every"
            " 5 minutes). Marking as failed.",
        ),
    )
    write_log(place.world, f"domain-{NEWCOMER}.log", said)


def remember_egress(place: Place) -> None:
    """What the plugin asked the web services for, and keeps for ten days (DOMAIN 2.8)."""
    until = str(int(place.now.timestamp()) + 5 * 86400)
    place.world.sql(
        seeds.network_option("_site_transient_wu_public_network_ip", EGRESS),
        seeds.network_option("_site_transient_timeout_wu_public_network_ip", until),
    )


# jobs


@fault("jobs.cron-blocked")
def a_password_stands_in_front_of_wp_cron(place: Place) -> None:
    pages = {**WORDPRESS, "/wp-cron.php": FORBIDDEN}
    place.world.serve(NETWORK_DOMAIN, pages=pages)


@fault("jobs.backlog", severity="warning")
def ten_jobs_wait_longer_than_five_minutes(place: Place) -> None:
    args = {"domain_id": 2, "tries": 0}
    for number in range(10):
        place.world.sql(
            *seeds.action(
                NEW_ACTION + number,
                "wu_async_process_domain_stage",
                args,
                place.now - 6 * MINUTE,
                status="pending",
            )
        )


@fault("jobs.backlog", severity="warning")
def one_job_waits_longer_than_half_an_hour(place: Place) -> None:
    args = {"domain": OLD, "site_id": 3}
    at = place.now - 31 * MINUTE
    place.world.sql(*seeds.action(NEW_ACTION, "wu_add_domain", args, at, status="pending"))


@fault("jobs.no-tables")
def the_tables_of_action_scheduler_were_dropped(place: Place) -> None:
    tables = ", ".join(
        f"wplab_actionscheduler_{name}" for name in ("actions", "claims", "groups", "logs")
    )
    place.world.sql(f"DROP TABLE {tables}")


# logs


@fault("logs.unrecognised", severity="info")
def the_plugins_wording_changed(place: Place) -> None:
    at = place.now - HOUR
    said = [(at, "INFO", f"The alias number {number} is being arranged") for number in range(30)]
    write_log(place.world, "integration-closte.log", seeds.lines(*said))


# host


@fault("host.staging-clone", severity="warning")
def a_copy_calls_itself_staging_while_its_domains_are_elsewhere(place: Place) -> None:
    staging = "https://staging.example.com"
    place.world.sql(
        f"UPDATE wplab_options SET option_value = '{staging}' WHERE option_name IN ('siteurl', 'home')"
    )
    for name in (FRESH, OLD, f"www.{OLD}"):
        place.world.points(name, FOREIGN)
        place.world.serve(name, certificate=place.world.ca.good(name))


@fault("host.clock-skew", "", severity="warning")
def the_hosts_clock_is_ahead(place: Place) -> None:
    # PHP lets a function that is switched off be defined anew: that is the host's clock, to PHP.
    world = place.world
    ahead = "function gmdate( $form, $at = null ) { return date( $form, $at ?? time() + 900 ); }"
    clock = world.root / "php" / "clock.php"
    clock.write_text(f"<?php require '{world.php_settings['auto_prepend_file']}'; {ahead}\n")
    off = f"{world.php_settings['disable_functions']},gmdate"
    world.install_wp(php_options=f"-d auto_prepend_file={clock} -d disable_functions={off}")
    place.undo.callback(world.install_wp)
