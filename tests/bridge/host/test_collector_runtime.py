"""`--runtime`: WordPress loaded last, in the same process, without its cron."""

from __future__ import annotations

import shutil

import pytest
from lab import packages

HEADER = "<?php\n/**\n * Plugin Name: {0}\n * Network: true\n */\n"


@pytest.fixture
def host(host):
    """A host with all of WordPress, and a must-use plugin that notes each start."""
    source = packages.unpacked().wordpress
    shutil.rmtree(host.site / "wp-includes")
    for part in source.iterdir():
        if part.name in ("wp-includes", "wp-admin"):
            (host.site / part.name).symlink_to(part)
        elif part.is_file():
            shutil.copyfile(part, host.site / part.name)
    shutil.copytree(source / "wp-content" / "themes", host.content / "themes", dirs_exist_ok=True)
    (host.content / "mu-plugins").mkdir()
    (host.content / "sunrise.php").write_text(
        "<?php\n// WP Ultimo Starts #\nconst WP_ULTIMO_SUNRISE_VERSION = '2.0.0.10';\n"
    )
    must_use(host, "note", "file_put_contents(dirname(ABSPATH) . '/starts', 'x', FILE_APPEND);")
    host.clean.discard(host.name)
    return host


def must_use(host, name: str, code: str) -> None:
    """A must-use plugin with this code."""
    (host.content / "mu-plugins" / f"{name}.php").write_text(f"<?php\n{code}\n")


def starts(host) -> int:
    """How often WordPress has started."""
    noted = host.home / "starts"
    return len(noted.read_text()) if noted.exists() else 0


def test_without_it_wordpress_never_starts(host):
    assert host.look().host["reached"] == "database"
    assert starts(host) == 0


def test_what_only_a_running_wordpress_knows(host):
    must_use(
        host,
        "late",
        "define('CLOSTE_PUBLIC_IP_ADDRESS', '203.0.113.10'); add_action('wu_add_domain', '__return_true');"
        "add_filter('upload_dir', function ($u) { $u['basedir'] = '/srv/elsewhere'; return $u; });",
    )
    look = host.look(runtime=True)
    found = look.host
    assert look.errors == []
    assert found["reached"] == "runtime"
    assert starts(host) == 1
    constants = found["runtime_constants"]
    assert constants["WP_ULTIMO_SUNRISE_VERSION"] == "2.0.0.10"
    assert constants["CLOSTE_PUBLIC_IP_ADDRESS"] == "203.0.113.10"
    assert constants["CLOSTE_CLIENT_API_KEY"]["secret"] is True
    assert constants["DOMAIN_MAPPING"] is None
    assert found["listeners"] == {
        "wu_add_domain": True,
        "wu_remove_domain": False,
        "wu_async_process_domain_stage": False,
    }
    assert found["logs_dir"] == "/srv/elsewhere/wu-logs"
    assert found["logs_collected"] is False
    assert len(look.rows("domain_mappings.json")) == 1


def test_no_cron_event_is_run_or_spawned(host):
    host.sql(
        "DELETE FROM wplab_options WHERE option_name LIKE '%doing_cron%';"
        'UPDATE wplab_options SET option_value=\'a:2:{i:1000000000;a:1:{s:8:"lab_fire";a:1:'
        '{s:32:"40cd750bba9870f18aada2478b24840a";a:2:{s:8:"schedule";b:0;s:4:"args";a:0:{}}}}'
        "s:7:\"version\";i:2;}' WHERE option_name='cron'"
    )
    must_use(
        host,
        "fire",
        "add_action('lab_fire', function () { touch(dirname(ABSPATH) . '/fired'); });",
    )
    before = host.database.rows(
        "SELECT option_value FROM wplab_options WHERE option_name='cron'", host.name
    )
    assert host.look(runtime=True).host["reached"] == "runtime"
    after = host.database.rows(
        "SELECT option_value FROM wplab_options WHERE option_name='cron'", host.name
    )
    # WordPress may plan its own events anew; the due one is still there, and nobody took the lock.
    assert "lab_fire" in before[0][0]
    assert "lab_fire" in after[0][0]
    assert not (host.home / "fired").exists()
    assert (
        host.database.rows(
            "SELECT option_name FROM wplab_options WHERE option_name LIKE '%doing_cron%'", host.name
        )
        == []
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("exit('Access denied');", "PHP ended while WordPress loaded, without an error"),
        ("undefined_function_of_ours();", "PHP Fatal error: Uncaught Error"),
        ("function twice() {} eval('function twice() {}');", "PHP Fatal error: Cannot redeclare"),
        (
            "ini_set('memory_limit', memory_get_usage() + 8000000); $a = []; while (true) { $a[] = str_repeat('x', 99999); }",
            "PHP Fatal error: Allowed memory size",
        ),
        (
            "throw new Exception('no fake-db-Passw0rd! here');",
            "PHP Fatal error: Uncaught Exception",
        ),
        ("wp_die('Sorry');", "while WordPress loaded"),
    ],
)
def test_a_death_while_it_loads_is_evidence_and_costs_nothing_else(host, code, words):
    must_use(host, "zz-dies", code)
    look = host.look(runtime=True)
    (command, said), *others = look.errors
    assert command == "collector: runtime"
    assert words in said
    assert others == []
    assert look.host["reached"] == "database"
    assert len(look.rows("domain_mappings.json")) == 1
    assert b"fake-db-Passw0rd!" not in look.everything
    assert look.evidence.memory is not None


def test_what_a_dying_plugin_printed_stands_with_it(host):
    must_use(host, "zz-dies", "echo 'Access denied for wplab fake-db-Passw0rd!'; exit;")
    (error,) = host.look(runtime=True).host["errors"]
    assert error["stdout"] == "Access denied for wplab [redacted:DB_PASSWORD]"


def test_what_plugins_print_around_it_is_noise(host):
    must_use(
        host,
        "echo",
        "echo \"\\u{feff}<!-- hello -->\"; add_action('shutdown', function () { echo 'bye'; });",
    )
    look = host.look(runtime=True)
    assert look.host["reached"] == "runtime"
    assert look.host["stdout_noise"] == "\ufeff<!-- hello -->\nbye"


def test_a_wp_config_with_functions_cannot_be_evaluated_twice(host):
    host.insert("function of_wp_config() {}")
    look = host.look(runtime=True)
    assert look.host["reached"] == "database"
    assert look.errors == [
        (
            "collector: runtime",
            "WordPress was not loaded: wp-config.php declares functions or classes,"
            " and cannot be evaluated twice",
        )
    ]


def test_without_wp_cli_it_is_not_loaded(host):
    (host.bin / "wp").unlink()
    look = host.look(runtime=True)
    assert look.errors[-2:] == [
        ("collector: runtime", "WordPress was not loaded: there is no WP-CLI to load it with"),
        ("wp", "sh: wp: command not found"),
    ]
    assert starts(host) == 0


def test_a_real_network_start_does_not_touch_the_sunrise_state(host):
    query = "SELECT meta_value FROM wplab_sitemeta WHERE meta_key='wu_sunrise_meta'"
    before = host.database.rows(query, host.name)
    host.look(runtime=True)
    assert host.database.rows(query, host.name) == before
