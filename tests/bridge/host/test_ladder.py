"""Finding what there is to run, and going down the ladder where it does not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.host.ladder import HostRequest, collect_host, printed_commands
from bridge.host.sections import Section, framed
from bridge.host.words import without_quotes
from bridge.host.wp import (
    ARGUMENT,
    WHAT,
    Place,
    collect_command,
    collector,
    request_in,
    script,
)
from bridge.transport import Command, Completed

USUAL = ("sh", "id", "sed", "head", "tail", "grep", "date", "env", "cat")


def only_these(host, monkeypatch, *programs: str) -> Path:
    """A PATH with the shell's usual tools and these programs, and nothing in the usual places."""
    tools = host.home / "tools"
    tools.mkdir()
    for name in (*USUAL, *programs):
        found = shutil.which(name)
        assert found is not None, name
        (tools / name).symlink_to(Path(found).resolve())
    monkeypatch.setenv("PATH", str(tools))
    return tools


def php_by_name(host) -> None:
    """No `wp` but php in PATH."""
    (host.bin / "wp").unlink()


def test_wp_of_the_path_is_run_once(host):
    counted = host.home / "count"
    (host.bin / "wp").write_text(f'#!/bin/sh\necho run >> {counted}\nexec php {host.phar} "$@"\n')
    assert host.look().host["reached"] == "database"
    assert counted.read_text() == "run\n"


def test_a_configured_wp(host):
    host.install_wp(host.home / "odd" / "wp-2.12")
    php_by_name(host)
    look = host.look(wp="~/odd/wp-2.12")
    assert look.errors == []
    assert look.host["wp_cli_version"] == "2.12.0"


def test_a_phar_in_the_home_folder(host):
    php_by_name(host)
    shutil.copyfile(host.phar, host.home / "wp-cli.phar")
    look = host.look()
    assert look.errors == []
    assert look.host["wp_cli_version"] == "2.12.0"


def test_a_configured_phar(host):
    php_by_name(host)
    shutil.copyfile(host.phar, host.home / "any.phar")
    assert host.look(wp=str(host.home / "any.phar")).host["wp_cli_version"] == "2.12.0"


def test_without_wp_plain_php_runs_the_same_script(host):
    php_by_name(host)
    look = host.look()
    assert look.errors == [("wp", "sh: wp: command not found")]
    assert look.host["errors"][0]["status"] == 127
    assert look.host["reached"] == "database"
    assert "wp_cli_version" not in look.host
    assert look.host["abspath"] == f"{host.site}/"
    assert len(look.rows("domain_mappings.json")) == 1


def test_plain_php_evaluates_what_wp_cli_would(host):
    php_by_name(host)
    host.insert(
        "define('WP_HOME', 'https://' . $_SERVER['HTTP_HOST'] . '/' . basename(__FILE__) . basename(__DIR__)"
        " . '__DIR__');"
    )
    look = host.look(url="https://network.example.com")
    assert look.constant("WP_HOME") == "https://network.example.com/wp-config.phppublic_html__DIR__"


@pytest.mark.parametrize(
    ("break_config", "words"),
    [
        ("exit;", "wp-config.php ended PHP"),
        ("x x x;", "parse error in line 24"),
        ("throw new Exception('x');", "Exception in line 24"),
    ],
)
def test_plain_php_with_a_broken_wp_config(host, break_config, words):
    php_by_name(host)
    host.insert(break_config)
    errors = dict(host.look().errors)
    assert words in errors["collector: wp-config"]
    assert errors["wp"] == "sh: wp: command not found"


def test_php_without_a_place_in_the_path(host, monkeypatch):
    # The script looks where hosts put php; this machine has it in /usr/bin.
    tools = only_these(host, monkeypatch)
    assert not (tools / "php").exists()
    if not Path("/usr/bin/php").exists():
        pytest.skip("no php in the usual places of this machine")
    php_by_name(host)
    assert host.look().host["reached"] == "database"


def test_a_wp_that_is_broken_gives_way_to_plain_php(host):
    (host.bin / "wp").write_text(
        "#!/bin/sh\necho 'Error: WP-CLI requires PHP 7.2.24 or newer. You are running version 5.6.' >&2\nexit 1\n"
    )
    look = host.look()
    assert look.host["reached"] == "database"
    assert look.errors == [
        (
            "wp eval-file - --skip-wordpress",
            "Error: WP-CLI requires PHP 7.2.24 or newer. You are running version 5.6.",
        )
    ]


def test_a_wp_that_finds_no_php_of_its_own(host):
    (host.bin / "wp").write_text("#!/nowhere/php\n")
    look = host.look()
    assert look.host["reached"] == "database"
    assert [c for c, _ in look.errors] == ["wp eval-file - --skip-wordpress"]
    assert look.host["errors"][0]["status"] in (126, 127)


def test_neither_wp_nor_php(host, monkeypatch):
    only_these(host, monkeypatch)
    php_by_name(host)
    script_without_usual_places(monkeypatch)
    (host.content / "sunrise.php").write_text(
        "<?php\n// WP Ultimo Starts #\nconst WP_ULTIMO_SUNRISE_VERSION = '2.0.0.10';\n"
    )
    (host.site / ".maintenance").touch()
    look = host.look()
    assert [c for c, _ in look.errors] == ["wp eval-file - --skip-wordpress"]
    assert "sh: wp: command not found\nsh: php: command not found" in look.errors[0][1]
    found = look.host
    assert found["reached"] == "shell"
    assert found["wp_version"] == "7.1.1"
    assert found["plugin_slug"] == "ultimate-multisite"
    assert found["plugin_version"] == "2.4.10"
    assert found["maintenance_file"] is True
    assert found["sunrise"] == {
        "exists": True,
        "version": "2.0.0.10",
        "plugin_slug": None,
        "ours": True,
    }
    # Without PHP nothing can be masked: no log, nothing of wp-config.php.
    assert sorted(look.files) == ["host.json"]
    assert b"WRONGKEY" not in look.everything


def test_neither_wp_nor_php_nor_wordpress(host, monkeypatch):
    only_these(host, monkeypatch)
    php_by_name(host)
    script_without_usual_places(monkeypatch)
    look = host.look(path="/nonexistent")
    assert look.evidence.reached is None
    assert [c for c, _ in look.errors] == ["wp eval-file - --skip-wordpress", "sh"]
    assert "does not seem to be a WordPress installation" in look.errors[1][1]


def script_without_usual_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The script with no other places to look for php and wp than the PATH."""
    import bridge.host.wp as wp

    text = script().replace("/usr/local/", "/nowhere/").replace("/usr/bin/", "/nowhere/")
    monkeypatch.setattr(wp, "script", lambda: text)


def test_eval_file_disabled_by_the_host_is_respected(host):
    (host.site / "wp-cli.yml").write_text("disabled_commands:\n  - eval-file\n")
    host.config = host.config.replace("define( 'CLOSTE_CLIENT_API_KEY'", "// define( 'X'")
    look = host.look()
    assert look.errors == [
        (
            "wp eval-file - --skip-wordpress",
            "Error: The 'eval-file' command has been disabled from the config file.",
        )
    ]
    assert look.host["reached"] == "config"
    assert look.constant("CLOSTE_APP_ID") == "fakeapp-0001"
    assert look.host["runtime_constants"]["CLOSTE_CLIENT_API_KEY"] is None
    assert look.host["runtime_constants"]["COOKIE_DOMAIN"] is None
    assert {row["name"] for row in look.rows("constants.json")}.isdisjoint(
        {"DB_PASSWORD", "AUTH_KEY", "CLOSTE_CLIENT_API_KEY"}
    )
    assert sorted(look.files) == ["constants.json", "host.json"]


def test_of_the_key_only_whether_it_is_there(host):
    (host.site / "wp-cli.yml").write_text("disabled_commands:\n  - eval-file\n")
    look = host.look()
    assert look.host["runtime_constants"]["CLOSTE_APP_ID"] == "fakeapp-0001"
    assert b"WRONGKEY" not in look.everything
    assert look.host["runtime_constants"].get("CLOSTE_CLIENT_API_KEY") != ""


def test_a_parse_error_on_that_rung_shows_no_secret_even_on_the_wire(host):
    (host.site / "wp-cli.yml").write_text("disabled_commands:\n  - eval-file\n")
    host.insert("define( 'DB_X' 'fake-db-Passw0rd!' );")
    wire = Wire()
    collect_host(wire, HostRequest(api=False), lambda _: None)
    assert b"Parse error" in wire.seen
    assert b"on line 2" in wire.seen
    assert b"Passw0rd" not in wire.seen


class Wire:
    """A local host whose every byte is kept."""

    host_key = None

    def __init__(self) -> None:
        self.seen = b""

    def connect(self) -> None: ...

    def close(self) -> None: ...

    def run(self, command: Command, sink=None) -> Completed:
        done = subprocess.run(command.argv, input=command.stdin, capture_output=True, check=False)
        self.seen += done.stdout + done.stderr
        if sink is not None:
            sink(done.stdout)
        return Completed(done.returncode, b"" if sink else done.stdout, done.stderr, 0.1)


def test_a_required_file_that_prints_is_noise(host):
    (host.site / "noisy.php").write_text("\ufeff<?php echo 'Welcome to the host!';\n")
    (host.site / "wp-cli.yml").write_text("require:\n  - noisy.php\n")
    look = host.look()
    assert look.host["reached"] == "database"
    assert look.host["stdout_noise"] == "\ufeffWelcome to the host!"
    assert look.errors == []


def test_packages_are_not_loaded(host):
    packages = host.home / ".wp-cli" / "packages" / "vendor"
    packages.mkdir(parents=True)
    (packages / "autoload.php").write_text("<?php echo 'a package'; exit(9);\n")
    look = host.look()
    assert look.host["stdout_noise"] == ""
    assert look.host["reached"] == "database"


def test_a_banner_of_the_shell_and_a_farewell(host):
    (host.bin / "wp").write_text(
        f"#!/bin/sh\necho 'Welcome to Closte'\nphp {host.phar} \"$@\"\necho bye\n"
    )
    look = host.look()
    assert look.host["stdout_noise"] == "Welcome to Closte\nbye"
    assert look.errors == []


def test_root_is_refused_and_stays_so(host, monkeypatch):
    monkeypatch.delenv("WP_CLI_ALLOW_ROOT")
    (host.bin / "wp").write_text(
        '#!/bin/sh\necho "Error: YIKES! It looks like you\'re running this as root." >&2\nexit 1\n'
    )
    look = host.look()
    assert look.evidence.reached is None
    assert [c for c, _ in look.errors] == ["wp eval-file - --skip-wordpress"]
    assert "YIKES" in look.errors[0][1]


def test_no_argument_is_ever_read_as_code(host):
    marks = host.home / "executed"
    evil = f"$(touch {marks})`touch {marks}`;touch {marks};'\"\\ --skip-x"
    host.look(url=evil, dns=True, dns_names=(evil,))
    host.look(path=evil)
    host.look(wp=evil)
    assert not marks.exists()


class Played:
    """A host that plays back one answer for each command."""

    host_key = None

    def __init__(self, *answers: Completed) -> None:
        self.answers = list(answers)
        self.commands: list[Command] = []

    def connect(self) -> None: ...

    def close(self) -> None: ...

    def run(self, command: Command, sink=None) -> Completed:
        self.commands.append(command)
        done = self.answers.pop(0)
        if sink is not None:
            sink(done.stdout)
        return Completed(done.status, b"", done.stderr, done.seconds, done.timed_out, done.lost)


def played(stdout: bytes, status: int | None = 0, stderr: bytes = b"", **more: bool) -> Completed:
    return Completed(status, stdout, stderr, 1.0, **more)


BEGIN = framed("c0ffee", Section("begin", b'{"wp_cli_version":"2.12.0"}')) + framed(
    "c0ffee", Section("constants", b'[{"name":"SUNRISE","value":true,"type":"constant"}]')
)


@pytest.mark.parametrize(
    ("completed", "words"),
    [
        (played(BEGIN, None, timed_out=True), "timed out after 120 s"),
        (played(BEGIN, None, lost=True), "the connection was lost"),
        (played(BEGIN, None), "ended without our end marker"),
        (played(BEGIN, 0), "ended without our end marker"),
        (
            played(BEGIN, 255, b"PHP Fatal error: x"),
            "ended without our end marker\nPHP Fatal error: x",
        ),
    ],
)
def test_what_arrived_stays_evidence_when_the_end_does_not_come(completed, words):
    evidence = collect_host(Played(completed), HostRequest(nonce="c0ffee"), lambda _: None)
    assert json.loads(evidence.files["constants.json"])[0]["name"] == "SUNRISE"
    (error,) = json.loads(evidence.files["host.json"])["errors"]
    assert error["command"] == "wp eval-file - --skip-wordpress"
    assert error["stderr"] == words
    assert evidence.memory is None


@pytest.mark.parametrize("more", [{"timed_out": True}, {"lost": True}, {}])
def test_a_host_that_says_nothing_is_asked_nothing_more(more):
    host = Played(played(b"", None, **more))
    evidence = collect_host(host, HostRequest(), lambda _: None)
    assert evidence.reached is None
    assert len(host.commands) == 1
    assert len(json.loads(evidence.files["host.json"])["errors"]) == 1


def test_no_shell():
    said = b"This account is currently not available.\n"
    host = Played(played(said, 1))
    evidence = collect_host(host, HostRequest(), lambda _: None)
    (error,) = json.loads(evidence.files["host.json"])["errors"]
    assert error["stdout"] == "This account is currently not available."
    assert json.loads(evidence.files["host.json"])["stdout_noise"] == ""
    assert len(host.commands) == 1


def test_one_exec_with_data_for_arguments_and_code_for_stdin():
    host = Played(played(framed("c0ffee", Section("begin", b"{}")), 0))
    collect_host(
        host,
        HostRequest(path="~/a b", url="https://x.example", nonce="c0ffee", deadline=30.0),
        lambda _: None,
    )
    (command,) = host.commands
    assert command.argv[:3] == ("sh", "-c", script())
    assert command.argv[WHAT:ARGUMENT] == ("collect", "~/a b", "", "https://x.example")
    assert command.stdin == collector()
    assert command.timeout == 30.0
    asked = request_in(command.argv[ARGUMENT])
    assert asked["nonce"] == "c0ffee"
    assert asked["runtime"] is False


def test_php_ends_when_nobody_reads_any_more(host):
    """A killed channel does not kill the remote PHP: it has to notice by itself."""
    (host.logs / "big.log").write_bytes(os.urandom(8 << 20))
    command = collect_command(
        Place(), {"nonce": "c0ffee", "url": "", "log_bytes": 64 << 20, "log_seconds": 600}, 60.0
    )
    process = subprocess.Popen(
        command.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(command.stdin)
    process.stdin.close()
    assert process.stdout.read(4096)
    process.stdout.close()
    process.wait(60)


def test_a_nonce_is_fresh_each_time():
    nonces = set()
    for _ in range(2):
        host = Played(played(b"", None))
        collect_host(host, HostRequest(), lambda _: None)
        nonces.add(request_in(host.commands[0].argv[ARGUMENT])["nonce"])
    assert len(nonces) == 2


def test_printed_commands_are_all_that_is_sent():
    printed = printed_commands(HostRequest(path="/home/a/public_html"))
    assert collector().decode() in printed
    assert "/home/a/public_html" in printed
    assert "eval-file -" in printed
    assert "sh -c … sh config-has /home/a/public_html '' '' '' CLOSTE_CLIENT_API_KEY" in printed
    assert printed.count("# closte-doctor: find WordPress") == 1


def test_the_dangerous_flag_stands_nowhere_in_what_is_sent():
    sent = script() + collector().decode()
    assert "--skip-plugins" not in sent
    assert "--skip-themes" not in sent
    assert "load_wordpress" in sent
    assert sent.count("load_wordpress()") == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            'PHP Parse error:  syntax error, unexpected single-quoted string "hunter2hunter2" in'
            " phar:///usr/local/lib/wp-cli.phar/x.php(559) : eval()'d code on line 2",
            "PHP Parse error:  syntax error, unexpected single-quoted string in eval()'d code on line 2",
        ),
        (
            "Parse error: syntax error, unexpected ''hunter2 in x' on line 9' (T_STRING), expecting ')'"
            " in /home/a/wp-config.php on line 7",
            "Parse error: syntax error, unexpected in wp-config.php on line 7",
        ),
        ("Error: 'wp-config.php' not found.", "Error: 'wp-config.php' not found."),
    ],
)
def test_parse_errors_lose_what_php_quotes(said, kept):
    out = without_quotes(said)
    assert "hunter2" not in out
    assert out.split(" on line ")[0].split(" in ")[0] == kept.split(" on line ")[0].split(" in ")[0]
