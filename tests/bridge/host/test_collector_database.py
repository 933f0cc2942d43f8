"""A database that cannot be looked at, and the ways its place is written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import bridge.host

COLLECTOR = Path(bridge.host.__file__).parent / "collector.php"


def in_config(host, name: str, value: str) -> None:
    """Another value for a constant of wp-config.php."""
    host.config = re.sub(rf"(define\( '{name}', )'[^']*'", rf"\g<1>'{value}'", host.config)


def test_down(host):
    in_config(host, "DB_HOST", "127.0.0.1:1")
    look = host.look()
    assert look.errors == [("collector: database", "mysqli 2002: Connection refused")]
    assert look.host["reached"] == "config"
    assert look.constant("CLOSTE_APP_ID") == "fakeapp-0001"
    assert "wu-logs/integration-closte.log" in look.files
    assert "domain_mappings.json" not in look.files


def test_a_wrong_password(host):
    in_config(host, "DB_PASSWORD", "another-Passw0rd!")
    look = host.look()
    assert [c for c, _ in look.errors] == ["collector: database"]
    assert look.errors[0][1].startswith("mysqli 1045: Access denied for user 'wplab'@")
    assert b"another-Passw0rd!" not in look.everything


def test_an_unknown_database(host):
    in_config(host, "DB_NAME", "gone")
    assert host.look().errors == [("collector: database", "mysqli 1049: Unknown database 'gone'")]


def test_a_database_of_somebody_else(host):
    host.database.execute(
        "CREATE USER IF NOT EXISTS 'poor'@'localhost' IDENTIFIED BY 'poor-Passw0rd!'"
    )
    in_config(host, "DB_USER", "poor")
    in_config(host, "DB_PASSWORD", "poor-Passw0rd!")
    (command, stderr), *_ = host.look().errors
    assert command == "collector: database"
    assert stderr.startswith("mysqli 1044: Access denied for user 'poor'@'localhost' to database")


def test_a_db_php_dropin_is_said(host):
    (host.content / "db.php").write_text("<?php\n")
    assert host.look().host["db_dropin"] is True
    in_config(host, "DB_HOST", "127.0.0.1:1")
    assert host.look().errors == [
        (
            "collector: database",
            "mysqli 2002: Connection refused; wp-content/db.php replaces the connection",
        )
    ]


def test_a_wrong_prefix(host):
    host.config = host.config.replace("'wplab_'", "'zz_'")
    look = host.look()
    assert look.errors == [
        (
            "collector: database",
            f"no tables with the prefix 'zz_': mysqli 1146:"
            f" Table '{host.name}.zz_options' doesn't exist",
        )
    ]
    assert look.host["reached"] == "config"


def test_no_database_in_wp_config(host):
    host.config = re.sub(r"define\( 'DB_HOST'.*\n", "", host.config)
    look = host.look()
    assert look.errors == [
        ("collector: database", "DB_HOST is not defined: the database was not observed")
    ]


def test_no_mysqli_in_the_cli_php(host):
    host.install_wp(host.bin / "wp", "php -n -d extension=phar.so")
    look = host.look()
    assert look.errors == [
        ("collector: database", "no mysqli in the CLI PHP: the database was not observed")
    ]
    assert look.constant("SUNRISE") is True
    assert "wu-logs/integration-closte.log" in look.files


def test_no_zlib(host):
    host.install_wp(host.bin / "wp", "php -d disable_functions=gzcompress")
    log = host.logs / "integration-closte.log"
    log.write_bytes(b"[2026-01-01 00:00:00] [INFO] x\n" * 20_000)
    look = host.look()
    assert look.files["wu-logs/integration-closte.log"] == log.read_bytes()


def test_no_tokenizer_no_json_errors_no_harm(host):
    host.install_wp(host.bin / "wp", "php -d disable_functions=token_get_all,putenv,dns_get_record")
    look = host.look()
    assert look.host["reached"] == "database"


def test_a_statement_that_runs_out_of_time_costs_its_section_alone(host):
    host.sql(
        "RENAME TABLE wplab_actionscheduler_groups TO slow_groups;"
        "CREATE VIEW wplab_actionscheduler_groups AS"
        " SELECT group_id, CONCAT(slug, IF(SLEEP(120), '', '')) AS slug FROM slow_groups"
    )
    host.database.execute("SET GLOBAL max_statement_time=0")
    look = host.look(statement_seconds=5.0)
    assert "scheduler.json" not in look.files
    assert [c for c, _ in look.errors] == ["collector: scheduler"]
    assert "1969" in look.errors[0][1]
    assert len(look.rows("domain_mappings.json")) == 1


def test_db_host_with_a_port(host):
    in_config(host, "DB_HOST", f"127.0.0.1:{host.database.port}")
    assert host.look().host["reached"] == "database"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("localhost", ["localhost", None, None]),
        ("db.example.org:3307", ["db.example.org", 3307, None]),
        ("localhost:/run/mysqld/m.sock", ["localhost", None, "/run/mysqld/m.sock"]),
        (":/run/m.sock", ["", None, "/run/m.sock"]),
        ("[2001:db8::1]:3307", ["[2001:db8::1]", 3307, None]),
        ("2001:db8::1", ["[2001:db8::1]", None, None]),
        ("db:3307:/run/m.sock", ["db", 3307, "/run/m.sock"]),
    ],
)
def test_db_host_is_read_as_wordpress_reads_it(written, read):
    import json

    code = COLLECTOR.read_text().rpartition("// WP-CLI has the argument")[0]
    code += f"echo json_encode(Closte_Doctor_Database::place({json.dumps(written)}));"
    said = subprocess.run(["php"], input=code.encode(), capture_output=True, check=True).stdout
    assert json.loads(said) == read
