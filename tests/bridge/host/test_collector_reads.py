"""What the collector reads of a host, against a real database."""

from __future__ import annotations

import gzip
import struct
from datetime import UTC, datetime

import pytest

from analyzers.evidence import Mappings, Options, PluginLogs, Scheduler, Sites
from analyzers.snapshot import read


def test_everything_of_a_small_network(host):
    look = host.look()
    assert look.errors == []
    assert look.host["reached"] == "database"
    assert look.host["stdout_noise"] == ""
    assert sorted(look.files) == [
        "constants.json",
        "cron.json",
        "domain_mappings.json",
        "host.json",
        "options.json",
        "scheduler.json",
        "sites.json",
        "wu-logs/domain-ok.customer.example.org.log",
        "wu-logs/integration-closte-ssl.log",
        "wu-logs/integration-closte.log",
    ]


def test_the_host_as_wordpress_would_compute_it(host):
    found = host.look().host
    about = {
        name: found[name]
        for name in (
            "wp_version",
            "plugin_version",
            "plugin_slug",
            "plugin_network_active",
            "php_version",
            "wp_cli_version",
            "locale",
            "site_url",
            "network_id",
            "main_site_id",
            "network_domain",
            "base_prefix",
            "development_mode",
            "maintenance_file",
            "sunrise_defined_late",
            "object_cache",
            "closte_mu_plugin",
            "logs_dir_writable",
            "logs_collected",
            "messages",
        )
    }
    php = about.pop("php_version")
    assert php.startswith(("7.", "8."))
    assert about == {
        "wp_version": "7.1.1",
        "plugin_version": "2.4.10",
        "plugin_slug": "ultimate-multisite",
        "plugin_network_active": True,
        "wp_cli_version": "2.12.0",
        "locale": "en_US",
        "site_url": "http://network.example.com",
        "network_id": 1,
        "main_site_id": 1,
        "network_domain": "network.example.com",
        "base_prefix": "wplab_",
        "development_mode": False,
        "maintenance_file": False,
        "sunrise_defined_late": False,
        "object_cache": False,
        "closte_mu_plugin": False,
        "logs_dir_writable": True,
        "logs_collected": True,
        "messages": {},
    }
    assert found["abspath"] == f"{host.site}/"
    assert found["content_dir"] == str(host.content)
    assert found["logs_dir"] == str(host.logs)
    assert found["logs_bytes"] == sum(p.stat().st_size for p in host.logs.glob("*.log"))
    assert found["sunrise"] == {
        "exists": False,
        "version": None,
        "plugin_slug": None,
        "ours": False,
    }


def test_the_evidence_is_read_by_the_analyzers(host):
    look = host.look()
    seen = read(look.files, origin="small", fallback_now=datetime.now(UTC)).observed
    assert len(seen[Mappings].rows) == 1
    assert len(seen[Sites].rows) == 2
    assert seen[Sites].has_flags
    assert seen[Options].complete
    assert seen[Options].integrations == {"closte": True}
    assert seen[Scheduler].actions[0].log
    assert seen[PluginLogs].counts["closte.add-failed"] == 1


@pytest.mark.parametrize("version", ["2.4.3", "2.4.10", "2.4.13-beta.1"])
def test_each_generation_of_the_plugin(new_host, version):
    new_host.settle(f"{version}__ok_ssl_endpoint_404")
    look = new_host.look()
    assert look.errors == []
    assert look.host["plugin_version"] == version
    assert look.rows("domain_mappings.json")[0]["stage"] == "done"


def test_rows_are_what_the_tables_hold(host):
    look = host.look()
    assert look.rows("domain_mappings.json") == [
        {
            "id": "1",
            "blog_id": "2",
            "domain": "ok.customer.example.org",
            "active": "1",
            "primary_domain": "1",
            "secure": "1",
            "stage": "done",
            "date_created": "2026-11-22 09:44:57",
            "date_modified": "2026-11-22 09:49:59",
        }
    ]
    assert [s["url"] for s in look.rows("sites.json")] == [
        "http://network.example.com/",
        "http://shop.network.example.com/",
    ]
    newest = look.rows("scheduler.json")[0]
    assert newest["hook"] == "wu_async_process_domain_stage"
    assert newest["group"] == "domain"
    assert [e["message"] for e in newest["log"]] == [
        "action created",
        "action started via WP CLI",
        "action complete via WP CLI",
    ]


def test_cron_events_as_wp_cli_prints_them(host):
    events = {e["hook"]: e for e in host.look().rows("cron.json")}
    assert events["action_scheduler_run_queue"] == {
        "hook": "action_scheduler_run_queue",
        "next_run_gmt": "2026-11-22 08:02:13",
        "recurrence": "1 minute",
    }
    assert events["wp_site_health_scheduled_check"]["recurrence"] == "1 week"


def test_only_the_listed_settings_are_taken(host):
    options = host.look().json("options.json")
    assert sorted(options["wp-ultimo_v2_settings"]) == [
        "auto_create_www_subdomain",
        "custom_domains",
        "dns_check_interval",
        "enable_domain_mapping",
        "enable_sso",
        "error_logging_level",
        "force_admin_redirect",
        "security_mode",
    ]
    assert options["wu_host_integrations_enabled"] == {"closte": True}
    assert options["mapping_columns"].startswith("enum('checking-dns'")
    assert options["legacy_mapping_rows"] is None


def test_sunrise_its_version_and_whose_it_is(host):
    (host.content / "sunrise.php").write_text(
        "<?php\n// WP Ultimo Starts #\nconst WP_ULTIMO_SUNRISE_VERSION = '2.0.0.9';\n"
        "$x = WP_PLUGIN_DIR . '/multisite-ultimate/inc/class-sunrise.php';\n"
    )
    assert host.look().host["sunrise"] == {
        "exists": True,
        "version": "2.0.0.9",
        "plugin_slug": "multisite-ultimate",
        "ours": True,
    }


def test_a_foreign_sunrise(host):
    (host.content / "sunrise.php").write_text("<?php\n// Mercator\n")
    assert host.look().host["sunrise"]["ours"] is False


def test_sunrise_defined_after_wordpress_is_loaded(host):
    host.config = (
        host.config.replace("define( 'SUNRISE', true );\n", "") + "define( 'SUNRISE', true );\n"
    )
    look = host.look()
    assert look.host["sunrise_defined_late"] is True
    assert look.constant("SUNRISE") is True


def test_a_maintenance_file_and_clostes_own_plugin(host):
    (host.site / ".maintenance").write_text("<?php $upgrading = 1;")
    (host.content / "mu-plugins").mkdir()
    (host.content / "mu-plugins" / "closte-requirements.php").write_text("<?php\n")
    found = host.look().host
    assert found["maintenance_file"] is True
    assert found["closte_mu_plugin"] is True


@pytest.mark.parametrize(("enabled", "expected"), [("1", True), ("0", False)])
def test_clostes_object_cache_has_a_switch_of_its_own(host, enabled, expected):
    (host.content / "object-cache.php").write_text("<?php // Closte object cache\n")
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        f" (1, 'closte', 'a:1:{{s:19:\"enable_object_cache\";s:1:\"{enabled}\";}}')"
    )
    assert host.look().host["object_cache"] is expected


def test_another_object_cache_is_simply_on(host):
    (host.content / "object-cache.php").write_text("<?php // redis\n")
    assert host.look().host["object_cache"] is True


def test_a_plugin_that_is_not_network_active(host):
    host.sql(
        "UPDATE wplab_sitemeta SET meta_value='a:0:{}' WHERE meta_key='active_sitewide_plugins'"
    )
    found = host.look().host
    assert found["plugin_network_active"] is False
    assert found["plugin_version"] == "2.4.10"


def test_the_mapping_table_does_not_exist(host):
    host.sql("DROP TABLE wplab_wu_domain_mappings")
    look = host.look()
    assert look.json("options.json")["mapping_columns"] is None
    assert look.rows("domain_mappings.json") == []
    assert look.errors == []


def test_action_schedulers_tables_do_not_exist(host):
    host.sql("DROP TABLE wplab_actionscheduler_actions, wplab_actionscheduler_groups")
    look = host.look()
    assert look.json("scheduler.json") is None
    assert look.errors == []


def test_the_old_mapping_table_and_what_was_never_taken_over(host):
    host.sql(
        "CREATE TABLE wplab_domain_mapping (id int, blog_id int, domain varchar(190), active int);"
        "INSERT INTO wplab_domain_mapping VALUES (1,2,'ok.customer.example.org',1),"
        "(2,2,'left.example.org',1)"
    )
    options = host.look().json("options.json")
    assert options["legacy_mapping_rows"] == 2
    assert options["legacy_not_migrated"] == ["left.example.org"]


def test_a_mapping_to_a_site_of_another_network_keeps_that_site(host):
    host.sql(
        "INSERT INTO wplab_blogs (blog_id, site_id, domain, path) VALUES (9, 2, 'far.example.org', '/');"
        "INSERT INTO wplab_blogs (blog_id, site_id, domain, path) VALUES (10, 2, 'not.example.org', '/');"
        "INSERT INTO wplab_wu_domain_mappings (blog_id, domain) VALUES (9, 'x.example.org'),"
        " (77, 'nobody.example.org')"
    )
    assert [s["blog_id"] for s in host.look().rows("sites.json")] == ["1", "2", "9"]


def test_the_network_of_the_url_and_its_own_table(host):
    host.sql(
        "INSERT INTO wplab_site (id, domain, path) VALUES (3, 'second.example.org', '/');"
        "INSERT INTO wplab_blogs (blog_id, site_id, domain, path) VALUES (5, 3, 'second.example.org', '/');"
        "CREATE TABLE wplab_wu_3_domain_mappings LIKE wplab_wu_domain_mappings;"
        "INSERT INTO wplab_wu_3_domain_mappings (blog_id, domain) VALUES (5, 'of-second.example.org');"
        "CREATE TABLE wplab_5_options LIKE wplab_options;"
        "INSERT INTO wplab_5_options (option_name, option_value) VALUES ('siteurl','https://second.example.org'),"
        "('home','https://second.example.org');"
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES (3,'wu_setup_finished','1')"
    )
    look = host.look(url="https://second.example.org")
    assert look.host["network_id"] == 3
    assert look.host["main_site_id"] == 5
    assert look.host["network_domain"] == "second.example.org"
    assert [r["domain"] for r in look.rows("domain_mappings.json")] == ["of-second.example.org"]
    assert [s["url"] for s in look.rows("sites.json")] == ["https://second.example.org/"]
    assert look.host["logs_dir"] == f"{host.content}/uploads/sites/5/wu-logs"
    assert look.json("scheduler.json") is None
    assert [n["domain"] for n in look.host["networks"]] == [
        "network.example.com",
        "second.example.org",
    ]
    assert [n["id"] for n in look.evidence.networks] == ["1", "3"]


def test_a_url_of_a_mapped_domain_or_a_site_leads_to_its_network(host):
    for url in ("https://ok.customer.example.org/", "shop.network.example.com"):
        look = host.look(url=url)
        assert look.host["network_id"] == 1
        assert look.errors == []


def test_a_url_that_is_nowhere(host):
    look = host.look(url="https://wrong.example")
    assert look.errors == [
        (
            "collector: network",
            "Error: Site 'https://wrong.example' not found."
            " Verify `--url=<url>` matches an existing site.",
        )
    ]
    assert look.host["network_domain"] == "network.example.com"


def test_a_domain_current_site_that_is_nowhere_still_gives_everything(host):
    host.config = host.config.replace("'network.example.com'", "'moved.example.com'")
    look = host.look()
    assert [command for command, _ in look.errors] == ["collector: network"]
    assert "Verify DOMAIN_CURRENT_SITE" in look.errors[0][1]
    assert len(look.rows("domain_mappings.json")) == 1


def test_a_byte_that_is_no_utf8_loses_only_itself(host):
    host.sql(
        "ALTER TABLE wplab_wu_domain_mappings MODIFY domain varbinary(191);"
        "INSERT INTO wplab_wu_domain_mappings (blog_id, domain) VALUES (2, x'66FF6F2E6578616D706C65'),"
        " (2, 'next.example')"
    )
    look = host.look()
    assert [r["domain"] for r in look.rows("domain_mappings.json")] == [
        "ok.customer.example.org",
        "f\ufffdo.example",
        "next.example",
    ]
    assert look.errors == [("collector: json", "1 values had bytes that are no UTF-8")]


def test_of_other_groups_the_newest_complete_and_the_oldest_pending(host):
    host.sql(
        "DELETE FROM wplab_actionscheduler_actions;"
        "INSERT INTO wplab_actionscheduler_actions (action_id, hook, status, scheduled_date_gmt, group_id)"
        " VALUES (101,'a','complete','2026-01-01',2), (102,'a','complete','2026-01-03',2),"
        " (103,'a','complete','2026-01-02',2), (104,'a','pending','2026-02-02',2),"
        " (105,'a','pending','2026-02-01',2), (106,'b','failed','2026-02-01',2),"
        " (107,'c','failed','2026-02-01',3)"
    )
    rows = host.look().rows("scheduler.json")
    assert sorted(r["action_id"] for r in rows) == ["102", "105", "107"]
    assert {r["action_id"]: r["group"] for r in rows} == {
        "102": "wu_cron",
        "105": "wu_cron",
        "107": "domain",
    }


GERMAN = {
    "Starting Check for %s": "Prüfung für %s wird gestartet",
    "Failed to connect via %1$s: %2$s": "Verbindung über %1$s fehlgeschlagen: %2$s",
    "Something else": "Etwas anderes",
}


def mo(messages: dict[str, str]) -> bytes:
    """A .mo file as msgfmt makes it."""
    entries = sorted((k.encode(), v.encode()) for k, v in messages.items())
    at = 28 + 16 * len(entries)
    tables, text = [b"", b""], b""
    for side in (0, 1):
        for entry in entries:
            tables[side] += struct.pack("<II", len(entry[side]), at + len(text))
            text += entry[side] + b"\0"
    head = struct.pack("<IIIIIII", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, at)
    return head + tables[0] + tables[1] + text


def l10n_php(messages: dict[str, str]) -> str:
    """A .l10n.php file as WordPress writes it; with code in it that must not run."""
    quoted = ",".join(
        "'{}'=>'{}'".format(k.replace("'", "\\'"), v.replace("'", "\\'"))
        for k, v in messages.items()
    )
    return f"<?php\nfile_put_contents(__DIR__.'/ran', 'x');\nreturn ['x'=>'y','messages'=>[{quoted}]];\n"


@pytest.mark.parametrize("kind", ["mo", "l10n.php"])
def test_translations_are_read_and_not_run(host, kind):
    host.sql("INSERT INTO wplab_options (option_name, option_value) VALUES ('WPLANG', 'de_DE')")
    folder = host.content / "languages" / "plugins"
    folder.mkdir(parents=True)
    file = folder / f"ultimate-multisite-de_DE.{kind}"
    file.write_bytes(mo(GERMAN) if kind == "mo" else l10n_php(GERMAN).encode())
    found = host.look().host
    assert found["locale"] == "de_DE"
    assert found["messages"] == {k: v for k, v in GERMAN.items() if k != "Something else"}
    assert not (folder / "ran").exists()


def test_the_database_is_read_by_statements_that_change_nothing(host):
    log = host.home / "general.log"
    host.database.execute(f"SET GLOBAL general_log_file='{log}'; SET GLOBAL general_log=1")
    try:
        host.look()
    finally:
        host.database.execute("SET GLOBAL general_log=0")
    said = [line.split("\t") for line in log.read_text(errors="replace").splitlines()]
    queries = [fields[-1] for fields in said if len(fields) > 2 and "Query" in fields[-2]]
    verbs = {q.split()[0].upper() for q in queries}
    assert verbs == {"SET", "START", "SELECT", "SHOW", "COMMIT"}
    began = queries.index("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    assert queries[began - 2 : began] == [
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    ]
    assert not any(q.startswith(("SELECT", "SHOW")) for q in queries[:began])


def test_nothing_on_the_host_differs_afterwards(host):
    def state() -> tuple[bytes, dict[str, tuple[int, bytes]]]:
        tree = {
            str(p): (p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else b"")
            for p in sorted(host.home.rglob("*"))
        }
        return host.database.dump(host.name), tree

    before = state()
    host.look(dns=True)
    assert state() == before


def test_a_network_as_large_as_a_memory_limit_of_128m_allows(host):
    host.install_wp(host.bin / "wp", "php -d memory_limit=128M")
    host.sql(
        "INSERT INTO wplab_wu_domain_mappings (blog_id, domain, stage, date_created, date_modified)"
        " SELECT 2, CONCAT('d', seq, '.customer.example.org'), 'done', NOW(), NOW() FROM seq_1_to_50000"
    )
    sample = (host.logs / "integration-closte.log").read_bytes()
    times = (64 << 20) // len(sample)
    (host.logs / "integration-closte.log").write_bytes(sample * times)
    look = host.look(log_bytes=80 << 20)
    assert look.errors == []
    assert len(look.rows("domain_mappings.json")) == 50_001
    assert look.files["wu-logs/integration-closte.log"].count(b"Adding domain:") == times
    assert look.evidence.memory is not None
    assert look.evidence.memory <= 64 << 20


def test_the_fixtures_of_the_databases_are_there(host):
    # A guard for the tests above: they are about real tables.
    assert gzip.decompress((host.recorded / "2.4.10__bad_key_json" / "db.sql.gz").read_bytes())


def test_a_wordpress_that_is_no_network_says_so(host):
    host.config = host.config.replace("define( 'MULTISITE', true );", "")
    host.sql("DROP TABLE wplab_site; DROP TABLE wplab_sitemeta; DROP TABLE wplab_blogs")
    (error,) = host.look().errors
    assert error[0] == "collector: network"
    assert error[1].startswith(
        "this WordPress is no network (MULTISITE is not defined): mysqli 1146"
    )
