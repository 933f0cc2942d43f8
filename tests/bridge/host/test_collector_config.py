"""wp-config.php in the shapes that hosts have: each is evaluated as far as it goes, and never starts
WordPress."""

from __future__ import annotations

import re

import pytest

SETTINGS = "require_once ABSPATH . 'wp-settings.php';"
SECRET = "fake-db-Passw0rd!"
STARTED = "<?php file_put_contents(__DIR__ . '/started', 'x'); exit('WordPress has started');\n"


@pytest.fixture
def host(host):
    """A host on which a start of WordPress leaves a trace."""
    for name in ("wp-settings.php", "wp-load.php", "wp-blog-header.php"):
        (host.site / name).write_text(STARTED)
    yield host
    assert not (host.site / "started").exists()


def test_an_exit_before_the_end_and_what_was_defined(host):
    host.insert("if (php_sapi_name() === 'cli') { echo 'Not for you.'; exit(3); }")
    look = host.look()
    assert look.host["reached"] == "database"
    assert look.errors == [
        (
            "collector: wp-config",
            "wp-config.php ended PHP: PHP ended without an error (exit or die);"
            " went on with what was defined",
        )
    ]
    assert look.host["stdout_noise"] == "Not for you."
    assert look.host["runtime_constants"]["SUNRISE"] is True


def test_a_wp_cli_that_ends_the_run_over_a_line_it_does_not_know(host):
    # Before 2.0 WP-CLI looked for the wp-settings line at the beginning of a line only.
    (host.bin / "wp").write_text(f'#!/bin/sh\nexec php {host.home}/old-wp-cli.php "$@"\n')
    (host.home / "old-wp-cli.php").write_text(OLD_WP_CLI.replace("{site}", str(host.site)))
    look = host.look()
    assert look.errors == []
    assert look.host["wp_cli_version"] == "1.5.1"
    assert look.host["reached"] == "database"
    assert look.constant("SUNRISE") is True


OLD_WP_CLI = """<?php
define('WP_CLI_VERSION', '1.5.1');
define('ABSPATH', '{site}/');
class Runner {
    function get_wp_config_code() {
        fwrite(STDERR, "Error: Strange wp-config.php file: wp-settings.php is not loaded directly.\\n");
        exit(1);
    }
}
class WP_CLI { static function get_runner() { return new Runner; } }
class Eval_Command {
    static function run($args) { eval('?>' . file_get_contents('php://stdin')); }
}
Eval_Command::run(array($argv[3]));
"""


def test_logs_are_not_sent_where_nobody_knows_what_to_mask_in_them(host):
    (host.site / "secrets.php").write_text(
        "<?php define('CLOSTE_CLIENT_API_KEY', 'from-elsewhere');\n"
    )
    text = re.sub(r"define\( 'CLOSTE_CLIENT_API_KEY'.*\n", "", host.config)
    host.config = text.replace("/* LAB */", "exit; require __DIR__ . '/secrets.php';")
    (host.logs / "integration-closte.log").write_text("with from-elsewhere\n")
    look = host.look()
    assert not any(name.startswith("wu-logs/") for name in look.files)
    assert look.host["logs_collected"] is False
    assert look.errors[-1] == (
        "collector: logs",
        "not sent: wp-config.php was not evaluated to its end, so nobody knows what to mask in them",
    )
    assert b"from-elsewhere" not in look.everything


def test_a_wp_config_that_may_not_be_read(host, open_to_nobody):
    open_to_nobody()
    (host.site / "wp-config.php").chmod(0)
    look = host.look()
    assert look.errors == [
        ("collector: wp-config", "wp-config.php cannot be read: Permission denied")
    ]
    assert look.host["plugin_version"] == "2.4.10"


def test_a_wp_config_that_starts_wordpress_by_itself_is_told(host):
    host.insert("define('WPINC', 'wp-includes');")
    assert host.look().errors == [
        ("collector: wp-config", "wp-config.php itself has started WordPress")
    ]


def test_an_exit_leaves_open_what_would_have_been_defined_after_it(host):
    text = re.sub(r"define\( 'CLOSTE_CLIENT_API_KEY'.*\n", "", host.config)
    host.config = text.replace(
        "/* LAB */", "exit;\ndefine( 'CLOSTE_CLIENT_API_KEY', 'abcdefghijklmnopqrst' );"
    )
    look = host.look()
    # Nobody may conclude from it that the key is missing.
    assert "constants.json" not in look.files
    assert "CLOSTE_CLIENT_API_KEY" not in look.host["runtime_constants"]
    assert look.host["runtime_constants"]["COOKIE_DOMAIN"] is None


def test_a_fatal_error(host):
    host.insert("function twice() {} eval('function twice() {}');")
    look = host.look()
    assert look.host["reached"] == "database"
    (command, stderr), *others = look.errors
    assert command == "collector: wp-config"
    assert "PHP Fatal error: Cannot redeclare" in stderr
    assert others == []


def test_memory_that_runs_out(host):
    host.install_wp(host.bin / "wp", "php -d memory_limit=64M")
    host.insert("$all = array(); while (true) { $all[] = str_repeat('x', 1000000); }")
    look = host.look()
    assert look.host["reached"] == "database"
    assert "Allowed memory size" in look.errors[0][1]


def test_an_uncaught_exception_whose_message_has_a_secret(host):
    host.insert(f"throw new RuntimeException('cannot use {SECRET}');")
    look = host.look()
    assert look.errors == [
        (
            "collector: wp-config",
            "RuntimeException in line 24; went on with what was defined",
        )
    ]
    assert look.host["reached"] == "database"


def test_code_after_the_wp_settings_line_that_needs_wordpress(host):
    host.config = host.config + "add_filter('x', 'y');\ndefine('LATE', 1);\n"
    look = host.look()
    assert look.host["reached"] == "database"
    assert look.errors == [
        (
            "collector: wp-config",
            "Error (Call to undefined function add_filter()) in line 28, after the wp-settings line;"
            " went on with what was defined",
        )
    ]
    # All that WordPress itself would have seen has been seen.
    assert look.constant("SUNRISE") is True
    assert look.host["runtime_constants"]["COOKIE_DOMAIN"] is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            f"define( 'DB_X' '{SECRET}' );",
            "parse error in line 24, unexpected single-quoted string",
        ),
        (
            f'define( "A", "{SECRET}" "x" );',
            "parse error in line 24, unexpected double-quoted string",
        ),
        (f"define( 'A', {SECRET} x );", "parse error in line 24, unexpected "),
    ],
)
def test_a_parse_error_keeps_its_line_and_the_kind_of_token(host, code, words):
    host.insert(code)
    look = host.look()
    assert [c for c, _ in look.errors] == ["collector: wp-config", "collector: logs"]
    assert look.errors[0][1].startswith(words)
    assert SECRET.encode() not in look.everything
    assert b"Passw0rd" not in look.everything
    assert look.host["reached"] in ("shell", None)


def test_a_parse_error_in_an_included_file(host):
    (host.site / "extra.php").write_text(f"<?php\n\n$x = '{SECRET}' '{SECRET}';\n")
    host.insert("require __DIR__ . '/extra.php';")
    look = host.look()
    assert look.errors[0] == (
        "collector: wp-config",
        "parse error in line 3 of extra.php, unexpected single-quoted string",
    )
    assert SECRET.encode() not in look.everything


def test_warnings_and_display_errors_put_nothing_on_stdout(host):
    host.insert(
        "error_reporting(E_ALL); ini_set('display_errors', '1'); echo $undefined; $a = []; echo $a['x'];"
        "define('DB_NAME', 'again');"
    )
    look = host.look()
    assert look.errors == []
    assert look.host["stdout_noise"] == ""
    assert look.host["reached"] == "database"


def test_what_wp_config_prints_is_noise_and_masked(host):
    host.insert(f"echo 'Hello {SECRET}'; ob_start(); echo 'inside';")
    look = host.look()
    assert look.host["stdout_noise"] == "Hello [redacted:DB_PASSWORD]inside"
    assert look.host["reached"] == "database"


def test_headers_and_sessions_in_wp_config_do_not_hurt(host):
    host.insert(
        "header('X-A: b'); ob_start(function ($x) { return strtoupper($x); }); setcookie('a', 'b');"
    )
    look = host.look()
    assert look.errors == []
    assert look.host["reached"] == "database"


def test_a_shutdown_handler_and_an_error_handler_of_wp_config(host):
    host.insert(
        "register_shutdown_function(function () { echo 'bye'; });"
        'set_error_handler(function ($n, $m) { echo "E: $m"; return true; });'
        "set_exception_handler(function () { echo 'X'; });"
    )
    look = host.look()
    assert look.errors == []
    assert look.host["stdout_noise"] == "bye"


def test_http_host_is_the_literal_domain_current_site(host):
    host.insert(
        "if ($_SERVER['HTTP_HOST'] === 'network.example.com') { define('COOKIE_DOMAIN', $_SERVER['HTTP_HOST']); }"
    )
    assert host.look().constant("COOKIE_DOMAIN") == "network.example.com"


def test_http_host_is_the_host_of_the_url(host):
    host.insert("define('WP_HOME', 'https://' . $_SERVER['HTTP_HOST']);")
    host.config = host.config.replace("define( 'DOMAIN_CURRENT_SITE', 'network.example.com' );", "")
    assert host.look(url="https://network.example.com").constant("WP_HOME") == (
        "https://network.example.com"
    )


def test_one_folder_up(host):
    host.config = host.config.replace("__DIR__ . '/'", "__DIR__ . '/public_html/'")
    (host.site / "wp-config.php").rename(host.home / "wp-config.php")
    (host.site / "wp-settings.php").unlink()
    look = host.look()
    assert look.errors == []
    assert look.host["reached"] == "database"


def test_a_byte_order_mark(host):
    host.config = "\ufeff" + host.config
    look = host.look()
    assert look.host["reached"] == "database"
    assert look.errors == []


def test_included_files_are_seen(host):
    (host.site / "closte.php").write_text(
        "<?php define('CLOSTE_PUBLIC_IP_ADDRESS', '203.0.113.10');\n"
    )
    host.insert("require_once dirname(__FILE__) . '/closte.php';")
    assert host.look().constant("CLOSTE_PUBLIC_IP_ADDRESS") == "203.0.113.10"


def test_a_loader_that_starts_wordpress_is_followed_without_its_line(host):
    text = host.config
    (host.site / "loader.php").write_text(text)
    host.config = "<?php\nrequire __DIR__ . '/loader.php';\n"
    look = host.look()
    assert look.host["reached"] == "database"
    assert look.errors == [
        (
            "collector: wp-config",
            "wp-config.php leaves the loading of WordPress to a file it includes;"
            " went on with that file, without its line",
        )
    ]
    assert look.constant("CLOSTE_APP_ID") == "fakeapp-0001"


def test_a_wp_config_that_loads_wp_load(host):
    host.config = host.config.replace(SETTINGS, "require ABSPATH . 'wp-load.php';")
    assert host.look().host["reached"] == "database"


def test_a_loader_that_nobody_can_follow_is_only_read(host):
    host.config = host.config.replace(
        SETTINGS, "$which = 'wp-' . 'settings'; require ABSPATH . $which . '.php';"
    )
    look = host.look()
    assert look.errors[0] == (
        "collector: wp-config",
        "Strange wp-config.php file: wp-settings.php is not loaded directly;"
        " went on with its plain values alone",
    )
    assert [c for c, _ in look.errors[1:]] == ["collector: logs"]
    assert look.host["reached"] == "database"
    assert look.host["runtime_constants"]["SUNRISE"] is True


def test_no_wp_config(host):
    (host.site / "wp-config.php").unlink()
    look = host.look()
    assert look.errors == [("collector: wp-config", "'wp-config.php' not found.")]
    assert look.host["wp_version"] == "7.1.1"
    assert look.host["plugin_version"] == "2.4.10"


def test_a_wrong_path(host):
    look = host.look(path="/nonexistent")
    assert [c for c, _ in look.errors] == ["collector: wordpress"]
    assert "does not seem to be a WordPress installation" in look.errors[0][1]
    assert look.evidence.reached is None
    assert sorted(look.files) == ["host.json"]


def test_a_path_with_a_tilde(host):
    assert host.look(path="~/public_html").host["reached"] == "database"


def test_no_path_and_nothing_in_the_usual_places(host, monkeypatch):
    host.site.rename(host.home / "elsewhere")
    look = host.look()
    assert [c for c, _ in look.errors] == ["collector: wordpress"]
    monkeypatch.chdir(host.home / "elsewhere")
    assert host.look().host["reached"] == "database"
    (host.home / "elsewhere").rename(host.site)
    monkeypatch.chdir(host.home)


COMMENTS = [
    "// define everything above require_once ABSPATH . 'wp-settings.php';",
    "/* the end is require wp-settings.php; */",
    '# require(ABSPATH . "wp-settings.php");',
]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_that_names_the_last_line_is_not_it(host, comment):
    host.config = host.config.replace("<?php\n", f"<?php\n{comment}\n", 1)
    look = host.look()
    assert look.host["sunrise_defined_late"] is False
    assert look.errors == []


@pytest.mark.parametrize("comment", COMMENTS)
def test_code_behind_such_a_comment_is_not_late(host, comment):
    host.config = host.config.replace("<?php\n", f"<?php\n{comment}\nno_such_function();\n", 1)
    look = host.look()
    assert look.errors[0][1].startswith("Error (Call to undefined function no_such_function())")
    assert "after the wp-settings line" not in look.errors[0][1]
    assert "in line 3;" in look.errors[0][1]


def test_a_loader_behind_such_a_comment_starts_no_wordpress(host):
    (host.site / "loader.php").write_text(
        "<?php\ndefine('LOADED', 1);\nrequire ABSPATH . 'wp-settings.php';\n"
    )
    (host.site / "wp-settings.php").write_text("<?php\nfile_put_contents(__DIR__ . '/wp', '');\n")
    host.config = host.config.replace(
        "require_once ABSPATH . 'wp-settings.php';",
        "// instead of require_once ABSPATH . 'wp-settings.php';\nrequire __DIR__ . '/loader.php';",
    )
    look = host.look()
    assert not (host.site / "wp").exists()
    assert look.host["reached"] == "database"


def test_empty_lines_behind_the_end_are_no_noise(host):
    host.config += "\n?>\n\n\n"
    assert host.look().host["stdout_noise"] == ""
