"""What is promised of every look: one connection, one wp, no WordPress, no change, no secret."""

from __future__ import annotations

import json
import os
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from e2e.doctor import Doctor, Run, leaked
from e2e.faults import NEWCOMER, Place, newcomer, stored_key
from e2e.town import FRESH, town
from lab import seeds
from lab.networks import DB_PASSWORD, DB_USER, ENTRANCE, KEY
from lab.seeds import network_option
from lab.web_of_php import php_server
from lab.world import DATABASE, Counts, World

from bridge.cli.main import COMMANDS

pytestmark = pytest.mark.lab

Arguments = Callable[[World, Path], tuple[str, ...]]


def planned(lab: World) -> str:
    """A domain that is not mapped yet, and points to the entrance already."""
    name = "planned.example.com"
    lab.points(name, ENTRANCE)
    return name


READING: dict[str, Arguments] = {
    "diagnose": lambda lab, folder: ("diagnose", lab.target, *lab.options),
    "collect": lambda lab, folder: (
        *("collect", lab.target, "-o", str(folder / "evidence.zip")),
        *lab.options,
    ),
    "domain": lambda lab, folder: ("domain", lab.target, FRESH, *lab.options),
    "preflight": lambda lab, folder: ("preflight", lab.target, planned(lab), *lab.options),
    "watch": lambda lab, folder: ("watch", lab.target, FRESH, *lab.options),
    "check": lambda lab, folder: ("check", lab.target, *lab.options),
    "fleet": lambda lab, folder: ("fleet", lab.target, *lab.options),
    "remediate": lambda lab, folder: ("remediate", lab.target, *lab.options),
}
"""Every command that looks at a host and changes nothing, as it is called."""
CHANGING = {"undo"}
"""Commands that change something, beside `remediate --apply`."""
WITHOUT_A_HOST = {"analyze", "logs", "explain", "demo", "history", "config", "completion"}
"""Commands that look at no host of the user's."""
COMMANDS_HERE = [name for name in READING if name in COMMANDS]


def test_no_command_is_forgotten_here() -> None:
    assert set(COMMANDS) <= set(READING) | CHANGING | WITHOUT_A_HOST


@pytest.mark.parametrize("command", COMMANDS_HERE)
def test_one_connection_one_wp_and_no_wordpress(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path, command: str
) -> None:
    lab.settle(town(now))
    before = lab.counts()
    run = doctor(*READING[command](lab, tmp_path))
    assert run.status == 0, run.said
    assert lab.counts().since(before) == Counts(connections=1, wp=1, wordpress=0)
    (call,) = lab.wp_calls()[-1:]
    assert not any("skip-plugins" in argument for argument in call)
    assert "--skip-wordpress" in call


@pytest.mark.parametrize("command", COMMANDS_HERE)
def test_not_a_byte_of_the_host_changes(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path, command: str
) -> None:
    lab.settle(town(now))
    database, tree = lab.dump(), lab.tree()
    run = doctor(*READING[command](lab, tmp_path))
    assert run.status == 0, run.said
    assert lab.dump() == database
    assert lab.tree() == tree
    assert not any(request.acted for request in lab.api.calls())


@contextmanager
def nothing_can_be_written(lab: World) -> Iterator[None]:
    """A database user that may only read, and not one file or folder that the account may write to."""
    accounts = [f"'{DB_USER}'@'{host}'" for host in ("127.0.0.1", "localhost")]
    paths = [p for p in (lab.home, *lab.home.rglob("*")) if not p.is_symlink()]
    modes = {path: path.stat().st_mode & 0o7777 for path in paths}
    for account in accounts:
        lab.database.execute(f"REVOKE ALL ON *.* FROM {account}; GRANT SELECT ON *.* TO {account};")
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
        lab.database.grant(DB_USER, DB_PASSWORD)


@pytest.mark.parametrize("command", COMMANDS_HERE)
def test_nothing_has_to_be_writable_for_it(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path, command: str
) -> None:
    lab.settle(town(now))
    with nothing_can_be_written(lab):
        refused = lab.ssh("sh", "-c", f"touch {lab.site}/x || touch ~/x || echo refused")
        assert refused.stdout == b"refused\n"
        database, tree = lab.dump(), lab.tree()
        run = doctor(*READING[command](lab, tmp_path))
        assert lab.dump() == database
        assert lab.tree() == tree
    # That the plugin cannot write its logs there either is a warning, which `check` has a status for.
    assert run.status == (1 if command == "check" else 0), run.said
    if command == "diagnose":
        assert b"logs.unwritable" in run.stdout


def test_the_api_is_asked_twice_and_for_nothing_that_acts(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    doctor.diagnose()
    asked = sorted(
        (r.method, r.endpoint, r.fields.get("domain", ""), r.key) for r in lab.api.calls()
    )
    assert asked == [("GET", "/getdomains", "", KEY), ("POST", "/adddomainalias", "", KEY)]


def test_no_api_asks_nothing(lab: World, doctor: Doctor, now: datetime) -> None:
    lab.settle(town(now))
    run = doctor.diagnose("--no-api")
    assert lab.api.calls() == ()
    assert run.problems == set(), run.summary


def test_the_key_may_be_handed_over_and_then_the_host_is_not_asked(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    reading, writing = os.pipe()
    os.write(writing, KEY.encode())
    os.close(writing)
    try:
        run = doctor(
            *("diagnose", lab.target, "--format", "json", *lab.options),
            *("--api-from", "here", "--api-key-fd", str(reading)),
            pass_fds=(reading,),
        )
    finally:
        os.close(reading)
    assert run.status == 0, run.summary
    assert [r.endpoint for r in lab.api.calls()].count("/getdomains") == 1
    assert "key.rejected" in run.report["passed"], run.summary


def test_at_the_entrance_only_what_starts_nothing_is_asked_for(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    before = len(lab.web.requests)
    doctor.diagnose()
    asked = lab.web.requests[before:]
    assert asked
    for request in asked:
        path, _, query = request.path.partition("?")
        static = path.startswith("/wp-includes/") and not path.endswith(".php")
        inert = (path, query) == ("/wp-cron.php", "doing_wp_cron=closte-doctor")
        log_folder = path.startswith("/wp-content/uploads/wu-logs/") and request.method == "HEAD"
        assert static or inert or log_folder, request


@pytest.mark.parametrize(
    ("query", "runs"), [("?doing_wp_cron=closte-doctor", False), ("", True)], ids=["ours", "bare"]
)
def test_our_request_to_wp_cron_runs_nothing_while_a_bare_one_runs_what_is_due(
    lab: World, now: datetime, query: str, runs: bool
) -> None:
    lab.settle(town(now).with_sql(seeds.cron(now - timedelta(hours=1), hook="lab_cron_event")))
    before = len(lab.notes())
    with php_server(lab) as port:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/wp-cron.php{query}")
        asked.add_header("Host", "network.example.com")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 200
    assert ("cron lab_cron_event" in lab.notes()[before:]) is runs


def test_runtime_loads_wordpress_once_and_runs_no_cron(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now).with_sql(seeds.cron(now - timedelta(hours=1), hook="lab_cron_event")))
    options = "SELECT option_value FROM wplab_options WHERE option_name"
    due = f'i:{int((now - timedelta(hours=1)).timestamp())};a:1:{{s:14:"lab_cron_event"'
    assert due in lab.database.rows(f"{options} = 'cron'", DATABASE)[0][0]
    lab.sql("DELETE FROM wplab_options WHERE option_name = '_transient_doing_cron'")
    before, noted = lab.counts(), len(lab.notes())
    run = doctor.diagnose("--runtime")
    assert lab.counts().since(before) == Counts(connections=1, wp=1, wordpress=1), run.said
    assert [n for n in lab.notes()[noted:] if n.startswith("cron")] == []
    # WordPress enters its own events where they are missing; this one is still due.
    assert due in lab.database.rows(f"{options} = 'cron'", DATABASE)[0][0]
    assert lab.database.rows(f"{options} = '_transient_doing_cron'", DATABASE) == []
    sunrise = "SELECT meta_value FROM wplab_sitemeta WHERE meta_key = 'wu_sunrise_meta'"
    assert '"active";b:1' in lab.database.rows(sunrise, DATABASE)[0][0]


@pytest.fixture
def full_of_secrets(lab: World, now: datetime) -> World:
    """A network in trouble, with secrets wherever something is sent from."""
    lab.settle(town(now))
    with ExitStack() as undo:
        newcomer(Place(lab, now, undo, "2.4.10"), timedelta(minutes=30), stage="ssl-failed")
    password, salt = lab.secrets()[1], lab.secrets()[2]
    said = f"mysql -pX{password} {salt} apikey={KEY} {json.dumps(KEY)} {KEY[:12]}"
    lines = seeds.lines(
        (now, "ERROR", said), (now, "INFO", "Authorization: Bearer abcdef0123456789")
    )
    (lab.logs / "integration-closte.log").open("ab").write(lines)
    lab.sql(
        network_option("wu_hosting_credential_CLOSTE_CLIENT_API_KEY", KEY),
        *seeds.action(
            900, "wu_add_domain", {"domain": FRESH}, now, status="failed", log=(f"failed: {KEY}",)
        ),
    )
    lab.api.fail("echo-key")
    return lab


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_no_report_shows_a_secret(full_of_secrets: World, doctor: Doctor, format: str) -> None:
    # That no stream of any run has a secret is asserted for every run, see Doctor.
    run = doctor(
        "diagnose", full_of_secrets.target, *full_of_secrets.options, "-vv", "--format", format
    )
    assert run.status in (0, 1)
    assert NEWCOMER.encode() in run.stdout
    assert b"abcdef0123456789" not in run.stdout + run.stderr


def test_no_piece_of_evidence_holds_a_secret(
    full_of_secrets: World, doctor: Doctor, tmp_path: Path
) -> None:
    lab = full_of_secrets
    for target in (tmp_path / "evidence", tmp_path / "evidence.zip"):
        run = doctor("collect", lab.target, *lab.options, "-vv", "-o", str(target))
        assert run.status == 0, run.said
    folder = {
        str(p.relative_to(tmp_path / "evidence")): p.read_bytes()
        for p in (tmp_path / "evidence").rglob("*")
        if p.is_file()
    }
    with zipfile.ZipFile(tmp_path / "evidence.zip") as bundle:
        zipped = {name: bundle.read(name) for name in bundle.namelist()}
    assert set(folder) == set(zipped)
    assert {"host.json", "closte.json", "wu-logs/integration-closte.log"} <= set(folder)
    for name, content in (*folder.items(), *zipped.items()):
        assert leaked(lab, content) == [], name
        assert b"abcdef0123456789" not in content, name
    assert b"[redacted:CLOSTE_CLIENT_API_KEY" in folder["wu-logs/integration-closte.log"]
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "evidence").rglob("*") if p.is_file()}
    assert modes == {0o600}


def test_print_commands_contacts_nobody(lab: World, doctor: Doctor, now: datetime) -> None:
    lab.settle(town(now))
    before = lab.counts()
    run = doctor("diagnose", lab.target, *lab.options, "--print-commands")
    assert run.status == 0, run.said
    assert b"--skip-wordpress" in run.stdout
    assert b"skip-plugins" not in run.stdout
    for acting in ((), ("--apply", "--yes")):
        run = doctor("remediate", lab.target, *lab.options, *acting, "--print-commands")
        assert run.status == 0, run.said
        assert (b"Closte_Doctor_Actor" in run.stdout) == bool(acting)
    assert lab.counts() == before
    assert lab.api.calls() == ()


def seen(run: Run) -> list[tuple[object, ...]]:
    """What a diagnosis says, but for the clock."""
    return [
        (f["code"], f["subject"]["id"], f["severity"], f["confidence"], str(f["caused_by"]))
        for f in run.findings
    ]


def test_a_bundle_gives_the_diagnosis_of_the_live_look(
    full_of_secrets: World, doctor: Doctor, tmp_path: Path
) -> None:
    lab = full_of_secrets
    live = doctor.diagnose()
    bundle, folder = tmp_path / "case.zip", tmp_path / "case"
    for target in (bundle, folder):
        assert doctor("collect", lab.target, *lab.options, "-o", str(target)).status == 0
    from_bundle = doctor("analyze", str(bundle), "--format", "json")
    from_folder = doctor("diagnose", str(folder), "--format", "json")
    assert seen(from_bundle) == seen(live), from_bundle.summary
    assert seen(from_folder) == seen(live), from_folder.summary
    assert from_bundle.status == from_folder.status == live.status
    assert doctor("analyze", str(bundle), "--format", "json").stdout == from_bundle.stdout


def test_a_host_that_is_this_machine_gives_the_same(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    lab.define("SUNRISE", None)
    remote = doctor.diagnose()
    # The lab's host runs wp as the account; here the tests may run as root, which wp refuses.
    here = {"PATH": f"{lab.bin}:{os.environ['PATH']}", "WP_CLI_ALLOW_ROOT": "1"}
    before = lab.counts()
    local = doctor(
        *("diagnose", f"local:{lab.site}", "--format", "json", *lab.options), environment=here
    )
    assert seen(local) == seen(remote), local.summary
    assert lab.counts().since(before) == Counts(connections=0, wp=1, wordpress=0)


def test_a_stored_key_that_decrypts_is_no_fault(lab: World, doctor: Doctor, now: datetime) -> None:
    salts = lab.secrets()[2], lab.secrets()[6]
    lab.settle(town(now, "2.4.13-beta.1").with_sql(stored_key(KEY, salt="".join(salts))))
    lab.define("CLOSTE_CLIENT_API_KEY", None)
    run = doctor.diagnose()
    assert run.problems == set(), run.summary
    assert {r.key for r in lab.api.calls()} == {KEY}


def test_names_of_a_target_of_wp_cli_and_of_ssh_lead_to_the_same_host(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path
) -> None:
    lab.settle(town(now))
    config = lab.client / ".wp-cli"
    config.mkdir(exist_ok=True)
    ssh = f"{lab.account.name}@127.0.0.1:{lab.sshd.port}{lab.site}"
    (config / "config.yml").write_text(f"@lab:\n  ssh: {ssh}\n@one: ['@lab']\n")
    for word in ("lab", "@lab", "@one"):
        run = doctor("diagnose", word, "--format", "json", *lab.options)
        assert run.status == 0, run.summary
        assert run.report["network"]["app_id"] == lab.account.name
