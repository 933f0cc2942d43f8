"""The way to the host and the kind of host it is: by transcripts of real hosts, and by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from changed_network import NETWORK, SHOP, ChangedNetwork
from evidence_folders import FIXTURES

from analyzers.diagnose import diagnose
from analyzers.evidence import HostError
from analyzers.findings import Diagnosis
from analyzers.host_failures import TABLE, Known, failure_of, failures, parse_error, words
from analyzers.snapshot import read

TRANSCRIPTS = sorted((FIXTURES / "failures").glob("*/expected.json"))
COMMANDS = {
    "any": "wp eval-file - --skip-wordpress",
    "ssh": "ssh",
    "shell": "wp eval-file - --skip-wordpress",
    "database": "collector: database",
    "config": "collector: wp-config",
}
STATUSES = {"shell": 127, "ssh": None}


@pytest.mark.parametrize(
    ("known", "sample"),
    [(known, sample) for known in TABLE for sample in known.samples],
    ids=lambda value: getattr(value, "code", str(value)[:40]),
)
def test_every_sample_is_known_by_its_own_row(known: Known, sample: str) -> None:
    error = HostError(COMMANDS[known.where], STATUSES.get(known.where, 1), "", sample)
    failure = failure_of(error)
    assert failure is not None
    assert (failure.code, failure.variant) == (known.code, known.variant)


def host_json(**fields: Any) -> Diagnosis:
    """The diagnosis of a folder with nothing but host.json."""
    return diagnose(read({"host.json": json.dumps(fields).encode()}, origin="prod"), tool="test")


def transcript(folder: Path) -> tuple[list[dict[str, Any]], str]:
    """The failed commands as errors, and what stood around the data of those that worked."""
    errors, noise = [], ""
    for file in sorted(folder.glob("*.json")):
        if file.name == "expected.json":
            continue
        ran = json.loads(file.read_text())
        out = file.with_suffix(".stdout").read_text()
        ended_early = ran["rc"] == 0 and "eval-file -" in ran["cmd"] and "{" not in out
        if ran["rc"] != 0 or ended_early:
            stderr = file.with_suffix(".stderr").read_text()
            errors.append(
                {"command": ran["cmd"], "status": ran["rc"], "stdout": out, "stderr": stderr}
            )
        elif "eval_file_stdin" in file.name or "before" in file.name:
            noise += "".join(
                line
                for line in out.splitlines(keepends=True)
                if line.strip() and not line.startswith(("{", "@@"))
            )
    return errors, noise


@pytest.mark.parametrize("expected", TRANSCRIPTS, ids=lambda path: path.parent.name)
def test_a_transcript_ends_in_its_finding(expected: Path) -> None:
    said = json.loads(expected.read_text())
    errors, noise = transcript(expected.parent)
    reached = None if errors else "database"
    found = host_json(errors=errors, stdout_noise=noise, reached=reached)
    codes = {f.code for f in found.findings}
    allowed = {said["code"], *said["accept"]} - {None}
    assert codes <= allowed, codes
    assert bool(codes) == (said["code"] is not None)
    shown = str(found)
    assert not any(secret in shown for secret in said["raw_secrets"])


class TestUnobservable:
    @pytest.mark.parametrize(
        ("sentence", "code"),
        [
            ("The name prod.example cannot be found: no such name in the DNS.", "host.unreachable"),
            (
                "prod.example refused the connection on port 22: no SSH server listens there.",
                "host.unreachable",
            ),
            ("prod.example port 22 did not answer within 10 s: host down.", "host.unreachable"),
            ("prod.example port 22 answers, but does not speak SSH.", "host.unreachable"),
            ("Something never heard of.", "host.unreachable"),
            (
                "prod.example did not let acct123 in: there was no key to offer.",
                "host.login-refused",
            ),
            (
                "The host key of prod.example is not known (ssh-ed25519 SHA256:x).",
                "host.key-unknown",
            ),
            (
                "The host key of prod.example has CHANGED: it now shows SHA256:x.",
                "host.key-changed",
            ),
            ("The account may not run commands; the host says: “no”.", "host.no-shell"),
        ],
    )
    def test_a_connection_that_failed(self, sentence: str, code: str) -> None:
        error = {"command": "ssh", "status": None, "stdout": "", "stderr": sentence}
        found = host_json(reached=None, errors=[error])
        assert found.verdict == "unobservable"
        assert [(f.code, f.subject.kind, f.subject.id) for f in found.findings] == [
            (code, "host", "prod")
        ]
        assert found.findings[0].severity == "error"

    @pytest.mark.parametrize("status", [None, -1, 255, 137])
    def test_killed_without_a_word(self, status: int | None) -> None:
        error = {"command": "wp eval-file -", "status": status, "stdout": "", "stderr": ""}
        assert [f.code for f in host_json(errors=[error]).findings] == ["host.unreachable"]

    def test_a_status_without_a_word_of_ours_is_not_killed(self) -> None:
        error = {"command": "collector: logs", "status": None, "stdout": "", "stderr": ""}
        assert host_json(errors=[error], reached="database").findings == ()


def errors(*listed: tuple[str, int | None, str]) -> list[str]:
    """The codes of these failures: command, status, stderr."""
    return sorted({f.code for f in failures(HostError(c, s, "", e) for c, s, e in listed)})


def test_what_came_after_the_failure_was_not_looked_at() -> None:
    error = {"command": "ssh", "status": None, "stdout": "", "stderr": "x refused the connection"}
    assert host_json(reached=None, errors=[error]).passed == ()


def test_a_database_that_was_not_reached_is_not_well(network: ChangedNetwork) -> None:
    network.host["reached"] = "config"
    for code in ("host.database-down", "host.wrong-prefix", "host.site-not-found"):
        assert network.lacking(code) == ("host.json: the database was not reached",)
    assert network.passed("host.no-wp-cli")


class TestTogether:
    def test_config_commands_alone_mean_a_wrong_path(self) -> None:
        said = "Error: 'wp-config.php' not found."
        assert errors(("wp config list --format=json", 1, said)) == ["host.no-wordpress"]

    def test_other_commands_find_wordpress_and_miss_its_config(self) -> None:
        said = "Error: 'wp-config.php' not found."
        assert errors(("wp option get siteurl", 1, said)) == ["host.config-unreadable"]
        assert errors(("collector: wp-config", None, said[7:])) == ["host.config-unreadable"]

    def test_a_wrong_prefix_explains_a_site_that_is_not_found(self) -> None:
        said = (
            "WordPress database error Table 'db.zz_site' doesn't exist for query SELECT\n"
            "Error: Site 'network.example/' not found. Verify DOMAIN_CURRENT_SITE matches an existing site"
        )
        site = "Error: Site 'x' not found. Verify `--url=<url>` matches an existing site."
        assert errors(("wp site list", 1, said), ("wp option get x", 1, site)) == [
            "host.wrong-prefix"
        ]

    def test_the_mapping_table_alone_is_no_wrong_prefix(self) -> None:
        said = "Table 'db.wp_wu_domain_mappings' doesn't exist"
        assert errors(("wp db query x", 1, said)) == []

    def test_trouble_of_one_section_is_not_the_databases(self) -> None:
        assert errors(("collector: options", None, "mysqli 2006: MySQL server has gone away")) == []
        assert errors(("collector: database", None, "mysqli 2006: gone away")) == [
            "host.database-down"
        ]
        assert (
            errors(("collector: network", None, "mysqli 1146: Table 'db.wp_site' doesn't exist"))
            == []
        )

    def test_memory_of_our_own_script_is_not_wordpresss(self) -> None:
        said = "PHP Fatal error: Allowed memory size of 134217728 bytes exhausted in collector.php line 3"
        assert errors(("collector: logs", None, said)) == []
        assert errors(("collector: runtime", None, said)) == ["host.php-fatal"]

    @pytest.mark.parametrize(
        "said",
        [
            "no mysqli in the CLI PHP: the database was not observed",
            "left out: complete actions older than the newest 100000",
            "wp-config.php leaves the loading of WordPress to a file it includes; went on with that file",
            "Error (Call to undefined function add_filter()) in line 90, after the wp-settings line; went on "
            "with what was defined",
        ],
    )
    def test_what_is_no_finding(self, said: str) -> None:
        for part in ("database", "scheduler", "wp-config"):
            assert errors((f"collector: {part}", None, said)) == []

    @pytest.mark.parametrize("status", [0, 1, 255])
    def test_a_script_that_began_and_did_not_end(self, status: int) -> None:
        said = [("wp eval-file - --skip-wordpress", status, "ended without our end marker")]
        expected = "host.unreachable" if status == 255 else "host.php-fatal"
        assert errors(*said) == [expected]

    def test_the_mysql_client_is_not_wp(self) -> None:
        said = "Error: Failed to get current SQL modes. Reason: /usr/bin/env: 'mysql': No such file or directory"
        assert errors(("wp db query x", 127, said)) == []


class TestWords:
    @pytest.mark.parametrize(
        "said",
        [
            'PHP Parse error:  syntax error, unexpected single-quoted string "hunter2-Passw0rd", expecting ")" in '
            "/home/a/public_html/wp-config.php on line 32",
            'PHP Parse error: syntax error, unexpected identifier "hunter2-Passw0rd" in eval()\'d code on line 32',
            "PHP Parse error: syntax error, unexpected ''hunter2-Passw0rd'' (T_CONSTANT_ENCAPSED_STRING) in "
            "wp-config.php on line 32",
        ],
    )
    def test_a_parse_error_keeps_its_line_and_not_its_text(self, said: str) -> None:
        kept = words(HostError("wp config list", 255, "", said))
        assert "hunter2" not in kept
        assert "line 32" in kept
        found = host_json(errors=[{"command": "wp config list", "status": 255, "stderr": said}])
        assert [f.code for f in found.findings] == ["host.config-unreadable"]
        assert "hunter2" not in str(found)

    def test_the_kind_of_token_is_kept(self) -> None:
        said = 'syntax error, unexpected single-quoted string "x" on line 3'
        assert parse_error(said) == "PHP parse error, unexpected single-quoted string in line 3"

    def test_a_terminal_gets_no_orders(self) -> None:
        kept = words(HostError("wp", 1, "", "Error: \x1b[31mred\x07 \u202eevil"))
        assert kept.isprintable()


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


class TestBesideEvidence:
    """A failure in the errors of a host that gave evidence all the same."""

    def fail(
        self, network: ChangedNetwork, command: str, status: int | None, stderr: str
    ) -> ChangedNetwork:
        network.host["errors"].append(
            {"command": command, "status": status, "stdout": "", "stderr": stderr}
        )
        return network

    def test_php_alone_read_it(self, network: ChangedNetwork) -> None:
        network.host["wp_cli_version"] = None
        self.fail(network, "wp", 127, "sh: wp: command not found")
        finding = network.finding("host.no-wp-cli")
        assert finding.severity == "error"
        assert network.passed("key.missing")
        assert any("PHP alone" in note for note in network.diagnosis().notes)

    def test_a_wp_that_was_found_after_all(self, network: ChangedNetwork) -> None:
        assert self.fail(network, "wp --info", 127, "bash: wp: command not found").passed(
            "host.no-wp-cli"
        )

    def test_a_strange_config_that_was_read_is_none(self, network: ChangedNetwork) -> None:
        said = "Strange wp-config.php file: wp-settings.php is not loaded directly; went on"
        assert self.fail(network, "collector: wp-config", None, said).passed(
            "host.config-unreadable"
        )
        network.host["reached"] = "config"
        assert network.finding("host.config-unreadable")

    def test_an_exit_for_the_command_line_alone_is_none(self, network: ChangedNetwork) -> None:
        said = (
            "wp-config.php ended PHP: PHP ended without an error (exit or die); went on with what was "
            "defined"
        )
        assert self.fail(network, "collector: wp-config", None, said).passed("host.php-fatal")
        network.host["reached"] = "config"
        assert "exit or die" in network.finding("host.php-fatal").because

    @pytest.mark.parametrize(
        ("stderr", "variant"),
        [
            ("mysqli 2002: No such file or directory", "o database server answers"),
            (
                "mysqli 1045: Access denied for user 'a'@'localhost' (using password: YES)",
                "refuses user or password",
            ),
            ("mysqli 1049: Unknown database 'gone'", "DB_NAME is not there"),
            (
                "mysqli 1044: Access denied for user 'a'@'%' to database 'gone'",
                "DB_NAME is not there",
            ),
        ],
    )
    def test_the_ways_of_a_database_are_told_apart(
        self, network: ChangedNetwork, stderr: str, variant: str
    ) -> None:
        network.host["reached"] = "config"
        finding = self.fail(network, "collector: database", None, stderr).finding(
            "host.database-down"
        )
        assert variant in finding.because
        assert finding.confidence == "certain"

    def test_a_drop_in_leaves_it_open(self, network: ChangedNetwork) -> None:
        said = "mysqli 2002: refused; wp-content/db.php replaces the connection"
        finding = self.fail(network, "collector: database", None, said).finding(
            "host.database-down"
        )
        assert finding.confidence == "possible"
        assert "--runtime" in finding.do

    def test_another_url_was_asked_for(self, network: ChangedNetwork) -> None:
        said = "Error: Site 'x.example' not found. Verify `--url=<url>` matches an existing site."
        assert self.fail(network, "collector: network", None, said).finding("host.site-not-found")

    def test_a_wrong_constant_is_the_settings_finding(self, network: ChangedNetwork) -> None:
        said = "Error: Site 'old.example' not found. Verify DOMAIN_CURRENT_SITE matches an existing site"
        self.fail(network, "collector: network", None, said).define(
            "DOMAIN_CURRENT_SITE", "old.example"
        )
        assert network.passed("host.site-not-found")
        assert network.finding("settings.network-domain")

    def test_problems_without_a_code_are_notes(self, network: ChangedNetwork) -> None:
        self.fail(
            network,
            "collector: scheduler",
            None,
            "left out: complete actions older than the newest 9",
        )
        notes = network.diagnosis().notes
        assert any("scheduler: left out" in note for note in notes)


class TestPhpFatal:
    def test_by_http_500_it_is_possible(self, network: ChangedNetwork) -> None:
        network.json["http.json"].append(
            {"url": f"https://{NETWORK}/", "address": "203.0.113.10", "status": 500}
        )
        finding = network.finding("host.php-fatal")
        assert finding.confidence == "possible"
        assert "--runtime" in finding.do

    def test_a_page_of_a_mapped_domain_counts_where_it_came_from_here(
        self, network: ChangedNetwork
    ) -> None:
        page = {"url": f"https://{SHOP}/", "address": "203.0.113.10", "status": 500}
        network.json["http.json"].append(page)
        finding = network.finding("host.php-fatal")
        assert finding.confidence == "possible"
        assert SHOP in finding.because
        page["address"] = "198.51.100.7"
        assert network.passed("host.php-fatal")
        page.update(address="203.0.113.10", url="https://unmapped.example/")
        assert network.passed("host.php-fatal")

    def test_whose_page_it_was_is_not_known_without_the_rows(self, network: ChangedNetwork) -> None:
        page = {"url": f"https://{SHOP}/", "address": "203.0.113.10", "status": 500}
        network.json["http.json"].append(page)
        network.drop("domain_mappings.json")
        assert network.lacking("host.php-fatal") == ("domain_mappings.json",)


class TestNoise:
    def test_around_the_collectors_stream(self, network: ChangedNetwork) -> None:
        network.host["stdout_noise"] = "Welcome to Closte\n"
        finding = network.finding("host.noisy-output")
        assert finding.severity == "info"
        assert "Welcome to Closte" in finding.because

    def test_around_the_document_of_a_file(self, network: ChangedNetwork) -> None:
        files = {n: json.dumps(v).encode() for n, v in network.json.items() if n != "host.json"}
        files["constants.json"] = (
            b"Deprecated: x in y.php\n" + files["constants.json"] + b"\n<!-- bye -->"
        )
        found = diagnose(read(files, origin="prod"), tool="test")
        assert "host.noisy-output" in {f.code for f in found.findings}

    @pytest.mark.parametrize("noise", ["", "\n", " \r\n"])
    def test_line_ends_are_none(self, network: ChangedNetwork, noise: str) -> None:
        network.host["stdout_noise"] = noise
        assert network.passed("host.noisy-output")


class TestClock:
    @pytest.mark.parametrize(
        ("theirs", "fires"),
        [
            ("2026-05-04T10:05:00Z", False),
            ("2026-05-04T10:05:01Z", True),
            ("2026-05-04 09:54:00", True),
        ],
    )
    def test_over_five_minutes_either_way(
        self, network: ChangedNetwork, theirs: str, fires: bool
    ) -> None:
        network.host["time_gmt"] = theirs
        found = network.findings("host.clock-skew")
        assert [(f.severity, f.confidence) for f in found] == (
            [("warning", "likely")] if fires else []
        )

    def test_in_a_hand_made_folder_it_is_possible(self, network: ChangedNetwork) -> None:
        network.host["time_gmt"] = "2026-05-03T10:00:00Z"
        network.json["meta.json"]["tool"] = None
        assert network.finding("host.clock-skew").confidence == "possible"


def test_maintenance(network: ChangedNetwork) -> None:
    network.host["maintenance_file"] = True
    finding = network.finding("host.maintenance")
    assert finding.severity == "warning"
    assert "rm /home/acct123/public_html/.maintenance" in finding.do


class TestNotCloste:
    def test_neither_constant_nor_place(self, network: ChangedNetwork) -> None:
        network.undefine("CLOSTE_APP_ID").host["abspath"] = "/var/www/html/"
        finding = network.finding("host.not-closte")
        assert (finding.severity, finding.confidence) == ("warning", "certain")
        assert "/var/www/html/" in finding.because

    def test_the_place_and_the_plugin_are_enough(self, network: ChangedNetwork) -> None:
        assert network.undefine("CLOSTE_APP_ID").passed("host.not-closte")

    def test_the_place_without_the_plugin_is_not(self, network: ChangedNetwork) -> None:
        network.undefine("CLOSTE_APP_ID").host["closte_mu_plugin"] = False
        assert network.finding("host.not-closte")

    def test_the_constant_alone_is_enough(self, network: ChangedNetwork) -> None:
        network.host.update(abspath="/srv/www/", closte_mu_plugin=False)
        assert network.passed("host.not-closte")

    def test_a_whole_list_says_it_and_the_place_is_still_lacking(
        self, network: ChangedNetwork
    ) -> None:
        network.undefine("CLOSTE_APP_ID").define("DB_NAME", "wp").drop("host.json")
        assert network.finding("host.not-closte").confidence != "possible"
        assert network.lacking("host.not-closte") == ("host.json: abspath",)
        assert network.lacking("key.missing") == ("host.json: abspath",)

    def test_a_few_constants_by_hand_do_not_say_it(self, network: ChangedNetwork) -> None:
        network.drop("host.json")
        network.json["constants.json"] = [{"name": "SUNRISE", "value": True, "type": "constant"}]
        assert network.findings("host.not-closte") == ()
        assert "constants.json: CLOSTE_APP_ID" in network.lacking("host.not-closte")

    @pytest.mark.parametrize("harm", ["missing", "empty", "malformed", "rejected"])
    def test_no_key_findings_then(self, network: ChangedNetwork, harm: str) -> None:
        network.undefine("CLOSTE_APP_ID").host["closte_mu_plugin"] = False
        if harm == "missing":
            network.undefine("CLOSTE_CLIENT_API_KEY")
        elif harm == "rejected":
            network.answer_all(401, {"success": False})
        else:
            network.define("CLOSTE_CLIENT_API_KEY", "" if harm == "empty" else "xxx")
        codes = {f.code for f in network.diagnosis().findings} - {"key.leaked-in-log"}
        assert not any(code.startswith("key.") for code in codes), codes


class TestStagingClone:
    @pytest.fixture
    def network(self) -> ChangedNetwork:
        """Both mapped domains point elsewhere."""
        changed = ChangedNetwork()
        for answer in changed.json["dns.json"]:
            if answer["name"] != NETWORK and answer["type"] == "A" and answer["records"]:
                answer["records"] = ["198.51.100.7"]
        return changed

    def test_with_a_staging_address(self, network: ChangedNetwork) -> None:
        network.host["site_url"] = "https://staging.network.example"
        finding = network.finding("host.staging-clone")
        assert (finding.severity, finding.subject.id) == ("warning", NETWORK)
        assert SHOP in finding.affects
        wrong = network.findings("dns.wrong-address") + network.findings("dns.parked")
        assert wrong
        assert all(f.caused_by and f.caused_by.code == "host.staging-clone" for f in wrong)

    def test_with_another_app_id(self, network: ChangedNetwork) -> None:
        network.define("CLOSTE_APP_ID", "acct999")
        assert "acct999" in network.finding("host.staging-clone").because

    def test_domains_elsewhere_alone_are_domains_elsewhere(self, network: ChangedNetwork) -> None:
        assert network.passed("host.staging-clone")

    def test_the_development_rule_alone_never_makes_it(self) -> None:
        network = ChangedNetwork()
        network.host.update(site_url="https://www.testimonials.example", development_mode=True)
        assert network.passed("host.staging-clone")

    def test_half_of_them_is_not_most(self, network: ChangedNetwork) -> None:
        network.host["site_url"] = "https://staging.network.example"
        for answer in network.json["dns.json"]:
            if answer["name"] == SHOP and answer["type"] == "A" and answer["records"]:
                answer["records"] = ["203.0.113.10"]
        assert network.passed("host.staging-clone")
