"""The collector in the oldest and the newest PHP that it is made for, beside the one installed here."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from lab import php_wasm

import bridge.host
from bridge.host.acting import actor
from bridge.host.assembly import Assembly
from bridge.host.sections import SectionStream
from bridge.host.wp import argument

COLLECTOR = Path(bridge.host.__file__).parent / "collector.php"
RUNNER = Path(__file__).with_name("php_wasm.mjs")
CONFIG = (
    Path(__file__).resolve().parents[2]
    / "fixtures/databases/2.4.10__bad_key_json/wp-config.php.txt"
)


@pytest.fixture(scope="session")
def modules() -> Path:
    """Other PHPs as WebAssembly, fetched once and kept with the lab's packages."""
    if not php_wasm.available():
        pytest.skip("needs node and npm")
    return php_wasm.modules()


@pytest.mark.parametrize(("version", "prefix"), [("7-4", "7.4."), ("8-5", "8.5.")])
def test_without_a_warning_or_a_deprecation(modules, tmp_path, version, prefix):
    # Without DB_HOST nobody tries to reach a database: there is no network in there.
    config = tmp_path / "wp-config.php"
    config.write_text(
        re.sub(r"define\( 'DB_HOST'.*\n", "", CONFIG.read_text()) + "add_filter('x', 'y');\n"
    )
    asked = argument({"nonce": "c0ffee", "url": "", "api": False, "dns": False, "log_bytes": 9999})
    done = subprocess.run(
        ["node", RUNNER, modules, version, COLLECTOR, config, asked],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    stream, assembly = SectionStream("c0ffee"), Assembly()
    for section in (*stream.feed(done.stdout), *stream.close()):
        assembly.take(section)
    assert stream.broken == ()
    assert stream.noise == b""
    assert assembly.ended
    assert assembly.end["warnings"] == 0
    files = assembly.files()
    host = json.loads(files["host.json"])
    assert host["php_version"].startswith(prefix)
    assert [error["stderr"] for error in host["errors"]] == [
        "Error (Call to undefined function add_filter()) in line 27, after the wp-settings line;"
        " went on with what was defined",
        "DB_HOST is not defined: the database was not observed",
    ]
    assert (
        b"[redacted:CLOSTE_CLIENT_API_KEY:first-10]..." in files["wu-logs/integration-closte.log"]
    )


@pytest.mark.parametrize("version", ["7-4", "8-5"])
def test_the_acting_script_runs_up_to_where_it_needs_a_database(modules, tmp_path, version):
    script, config = tmp_path / "actor.php", tmp_path / "wp-config.php"
    script.write_bytes(actor())
    config.write_text(CONFIG.read_text().replace("'DB_HOST', '", "'DB_HOST', ':/nowhere.sock"))
    network = {"id": 1, "domain": "n.example", "main_site_id": 1, "prefix": "wp_", "app_id": None}
    asked = argument(
        {
            "nonce": "c0ffee",
            "phase": "look",
            "network": network,
            "places": ["row 1"],
            "calls": [],
            "lock_seconds": None,
            "api": False,
        }
    )
    done = subprocess.run(
        ["node", RUNNER, modules, version, script, config, asked], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    stream = SectionStream("c0ffee")
    (problem,) = (*stream.feed(done.stdout), *stream.close())
    assert stream.noise == b""
    said = json.loads(problem.content)
    assert (problem.name, said["refused"]) == ("problem", True)
    assert "the database cannot be reached" in said["words"]


@pytest.mark.parametrize("script", [COLLECTOR, COLLECTOR.with_name("actor.php")])
def test_no_newer_syntax_than_the_oldest_php_has(script):
    """What PHP 7.4 does not have, and what 8.5 no longer wants, stands nowhere in the scripts."""
    code = subprocess.run(
        ["php", "-w", str(script)], check=True, capture_output=True
    ).stdout.decode()
    for newer in (
        r"\bmatch\s*\(",
        r"\benum\s+\w+",
        r"\breadonly\b",
        r"\?->",
        r":\s*never\b",
        r"str_(contains|starts_with|ends_with)\(",
    ):
        assert re.search(newer, code) is None, newer
    for older in (
        r"\bcurl_close\(",
        r"\(boolean\)|\(integer\)|\(double\)",
        r"E_STRICT",
        r"http_response_header",
        r"strict_types",
        r"\$\{\w",
    ):
        assert re.search(older, code) is None, older
    assert COLLECTOR.read_bytes().startswith(b"<?php\n")
