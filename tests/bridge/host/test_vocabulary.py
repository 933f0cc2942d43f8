"""The words of the ladder's errors (`ladder.py`), and what the analyzers make of them."""

from __future__ import annotations

import pytest

from analyzers.evidence import HostError
from analyzers.host_failures import failure_of
from bridge.host.ladder import COLLECT

MYSQLI = "Table 'wp.zz_options' doesn't exist"


@pytest.mark.parametrize(
    ("command", "status", "stderr", "code"),
    [
        (COLLECT, 127, "sh: wp: command not found\nsh: php: command not found", "host.no-wp-cli"),
        (COLLECT, 126, "sh: 90: exec: /odd/wp: Permission denied", "host.no-wp-cli"),
        (
            COLLECT,
            1,
            "Error: YIKES! It looks like you're running this as root.",
            "host.root-refused",
        ),
        (
            COLLECT,
            1,
            "Error: The 'eval-file' command has been disabled from the config file.",
            None,
        ),
        (COLLECT, None, "timed out after 120 s", "host.unreachable"),
        (COLLECT, None, "the connection was lost", "host.unreachable"),
        ("wp", 127, "sh: wp: command not found", "host.no-wp-cli"),
        (
            "wp config list",
            255,
            "PHP Parse error:  syntax error in wp-config.php on line 23",
            "host.config-unreadable",
        ),
        ("sh", 1, "This does not seem to be a WordPress installation: no …", "host.no-wordpress"),
        (
            "collector: wordpress",
            None,
            "This does not seem to be a WordPress installation: there is no /x/wp-includes/version.php",
            "host.no-wordpress",
        ),
        (
            "collector: wp-config",
            None,
            "wp-config.php cannot be read: Permission denied",
            "host.config-unreadable",
        ),
        (
            "collector: wp-config",
            None,
            "parse error in line 24, unexpected single-quoted string",
            "host.config-unreadable",
        ),
        (
            "collector: wp-config",
            None,
            "Error (Call to undefined function add_filter()) in line 28, after the wp-settings line;"
            " went on with what was defined",
            None,
        ),
        (
            "collector: wp-config",
            None,
            "RuntimeException in line 24; went on with what was defined",
            "host.config-unreadable",
        ),
        (
            "collector: wp-config",
            None,
            "wp-config.php ended PHP: PHP ended without an error (exit or die);"
            " went on with what was defined",
            "host.php-fatal",
        ),
        (
            "collector: wp-config",
            None,
            "wp-config.php leaves the loading of WordPress to a file it includes;"
            " went on with that file, without its line",
            None,
        ),
        (
            "collector: wp-config",
            None,
            "Strange wp-config.php file: wp-settings.php is not loaded directly;"
            " went on with its plain values alone",
            "host.config-unreadable",
        ),
        ("collector: database", None, "mysqli 2002: Connection refused", "host.database-down"),
        (
            "collector: database",
            None,
            "mysqli 2002: No such file or directory",
            "host.database-down",
        ),
        (
            "collector: database",
            None,
            "mysqli 1045: Access denied for user 'a'@'b'",
            "host.database-down",
        ),
        ("collector: database", None, "mysqli 1049: Unknown database 'gone'", "host.database-down"),
        (
            "collector: database",
            None,
            f"no tables with the prefix 'zz_': mysqli 1146: {MYSQLI}",
            "host.wrong-prefix",
        ),
        (
            "collector: database",
            None,
            "no mysqli in the CLI PHP: the database was not observed",
            None,
        ),
        (
            "collector: database",
            None,
            "DB_HOST is not defined: the database was not observed",
            None,
        ),
        (
            "collector: network",
            None,
            "Error: Site 'x.example' not found. Verify `--url=<url>` matches an existing site.",
            "host.site-not-found",
        ),
        ("collector: scheduler", None, "mysqli 1969: Query execution was interrupted", None),
        ("collector: logs", None, "left out: 7 of 9 bytes of logs, the oldest of each file", None),
        (
            "collector: logs",
            None,
            "not sent: wp-config.php was not evaluated to its end, so nobody knows what to mask in them",
            None,
        ),
        ("collector: sites", None, "only 2 rows arrived, and not the end: not used", None),
        ("collector: log:0", None, "a section was cut off after 3 of 9 bytes", None),
        (
            "collector: runtime",
            None,
            "PHP ended while WordPress loaded, without an error (exit, die or wp_die)",
            "host.php-fatal",
        ),
        (
            "collector: runtime",
            None,
            "PHP Fatal error: Allowed memory size of 67108864 bytes exhausted in x.php line 3"
            " while WordPress loaded",
            "host.php-fatal",
        ),
        (
            "collector: runtime",
            None,
            "WordPress was not loaded: there is no WP-CLI to load it with",
            None,
        ),
    ],
)
def test_the_words_mean_what_they_say(command, status, stderr, code):
    failure = failure_of(HostError(command, status, "", stderr))
    assert (failure.code if failure else None) == code
