"""`watch` over real SSH against a host that changes between looks, and as a person types it."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from evidence_folders import FIXTURES, files_in

from analyzers.domain_case import DomainCase
from bridge.cli.domain import case_of
from bridge.cli.main import status_of
from bridge.cli.options import ContactOptions, ReportOptions
from bridge.connect_options import ConnectOptions
from bridge.deadline import Deadline
from bridge.demo.host import DemoHost
from bridge.demo.server import USER, DemoServer
from bridge.observing import observing
from bridge.progress import Progress
from bridge.settings import load_settings
from bridge.targets import SshTarget
from bridge.watching import LEAST_PAUSE, USUAL_PAUSES, Watch, Watched, pause_until

NETWORKS = FIXTURES / "networks"
FRESH, SHOP = "fresh.client-d.example", "shop.client-b.example"
Files = dict[str, bytes]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def record(kind: type, **known: Any) -> Any:
    return kind(**{f.name: known.get(f.name) for f in fields(kind)})


CONTACT = record(
    ContactOptions,
    command_timeout=30.0,
    deadline=60.0,
    no_probe=True,
    visit=False,
    runtime=False,
    resolver=(),
    resolve=(),
    api_url="https://app.closte.com/api/client",
    api_from="host",
    no_api=False,
    log_bytes=1 << 26,
    print_commands=False,
    verbose=0,
)
REPORT = record(
    ReportOptions,
    format="text",
    output=(),
    only=(),
    skip=(),
    fail_on="error",
    strict=False,
    lang="en",
    color="never",
)


class ChangingHost:
    """Answers each look with the next network, the last one for ever."""

    def __init__(self, *networks: Files) -> None:
        self.networks = networks
        self.looks = 0
        self.asked: list[dict[str, Any]] = []

    def answer(self, command: str, stdin: bytes) -> tuple[bytes, bytes, int]:
        words = shlex.split(command)
        if len(words) < 9 or words[4] != "collect":
            return b"", b"", 255
        files = self.networks[min(self.looks, len(self.networks) - 1)]
        self.looks += 1
        self.asked.append(json.loads(base64.urlsafe_b64decode(words[8] + "==")))
        if not files:
            return b"", b"This account is currently not available.\n", 1
        return DemoHost(files).answer(command, stdin)


def network(name: str, *, stage: str | None = None, domain: str = FRESH, **more: Any) -> Files:
    """An example network, its domain at another stage."""
    files = files_in(NETWORKS / name)
    rows = json.loads(files["domain_mappings.json"])
    for row in rows:
        if row["domain"] == domain and stage is not None:
            row["stage"] = stage
    if more.get("gone"):
        rows = [row for row in rows if row["domain"] != domain]
    files["domain_mappings.json"] = json.dumps(rows).encode()
    if log := more.get("log"):
        path = f"wu-logs/domain-{domain}.log"
        files[path] = files.get(path, b"") + log.encode()
    return files


SLOW = network("slow-ssl")


def followed(
    host: ChangingHost,
    name: str = FRESH,
    *,
    seconds: float = 3600,
    every: float | None = None,
    sleep: Callable[[float], None] | None = None,
) -> tuple[Watched, list[str], list[float]]:
    lines: list[str] = []
    slept: list[float] = []

    def nap(pause: float) -> None:
        slept.append(pause)
        assert len(slept) < 20, "it never ends"

    settings = load_settings()

    def judged(files: dict[str, bytes]) -> DomainCase:
        meta = json.loads(files["meta.json"])
        meta["taken_at"] = "2026-05-04T10:00:00Z"  # the example's own clock
        files["meta.json"] = json.dumps(meta).encode()
        return case_of(files, "host", name, REPORT, settings)

    with DemoServer(host.answer) as server:
        target = SshTarget("host", "127.0.0.1", USER, server.port, key=str(server.client_key_path))
        reach = ConnectOptions(known_hosts=str(server.known_hosts_path), ssh_config="none")
        with observing(
            target, CONTACT, Progress(quiet=True), (name,), list_only=True, reach=reach
        ) as observer:
            watch = Watch(observer, judged, lines.append, Deadline(seconds), every, sleep or nap)
            return watch.follow(), lines, slept


def test_it_follows_to_ready_and_says_each_change_once() -> None:
    done = network(
        "slow-ssl",
        stage="done",
        log="[2026-05-04 09:59:30] [INFO] - Valid SSL cert found. Marking domain as done.\n",
    )
    host = ChangingHost(SLOW, SLOW, done)
    watched, lines, slept = followed(host)
    assert (watched.end, watched.status) == ("ready", 0)
    assert host.looks == 3
    assert len(slept) == 2
    assert sum("stage checking-ssl-cert → done" in line for line in lines) == 1
    assert sum("check.ssl-ok" in line for line in lines) == 1
    assert sum(line.startswith("next: ") for line in lines) == 1
    assert any("the plugin checks at 2026-05-04T10:03:00Z" in line for line in lines)


def test_only_the_list_is_asked_for_and_the_domain_resolved_first() -> None:
    host = ChangingHost(SLOW, network("slow-ssl", stage="done"))
    followed(host)
    assert all(asked["api_list_only"] is True for asked in host.asked)
    assert all(asked["dns_names"] == [FRESH] for asked in host.asked)


@pytest.mark.parametrize(
    ("after", "end"),
    [
        (network("slow-ssl", stage="ssl-failed"), "failed"),
        (network("slow-ssl", gone=True), "gone"),
    ],
)
def test_it_ends_with_1_where_it_failed(after: Files, end: str) -> None:
    watched, _, _ = followed(ChangingHost(SLOW, after))
    assert (watched.end, watched.status) == (end, 1)


def test_it_does_not_wait_for_what_never_moves() -> None:
    forgotten = dict(SLOW)
    actions = json.loads(forgotten["scheduler.json"])
    kept = [a for a in actions if a["status"] != "pending"]
    forgotten["scheduler.json"] = json.dumps(kept).encode()
    watched, _, slept = followed(ChangingHost(forgotten))
    assert (watched.end, watched.status, slept) == ("stuck", 1, [])


def test_a_key_that_is_refused_needs_somebody_first() -> None:
    watched, lines, _ = followed(
        ChangingHost(files_in(NETWORKS / "bad-key")), "new.client-e.example"
    )
    assert watched.status == 1
    assert any("key" in line.lower() for line in lines)


def test_the_time_given_ends_it_without_a_judgement() -> None:
    watched, lines, _ = followed(ChangingHost(SLOW), seconds=1.0)
    assert (watched.end, watched.status) == ("still", 3)
    assert "still on its way" in lines[-1]


def test_ctrl_c_keeps_what_is_known() -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    watched, _, _ = followed(ChangingHost(SLOW), sleep=interrupted)
    assert (watched.end, watched.status) == ("interrupted", 130)
    assert watched.case is not None
    assert watched.case.state is not None


def test_a_look_that_fails_is_tried_again_and_then_given_up() -> None:
    done = network("slow-ssl", stage="done")
    watched, _, _ = followed(ChangingHost(SLOW, {}, {}, done))
    assert watched.end == "ready"
    watched, _, slept = followed(ChangingHost(SLOW, {}))
    assert (watched.end, watched.status) == ("unobserved", 3)
    assert len(slept) == 3
    assert watched.case is not None
    assert watched.case.state is not None  # the last that was seen


def test_nothing_at_the_first_look_is_not_observed() -> None:
    watched, _, slept = followed(ChangingHost({}))
    assert (watched.status, slept) == (3, [])


def test_the_pauses_follow_the_plugins_checks() -> None:
    settings = load_settings()
    case = case_of(dict(SLOW), "x", FRESH, REPORT, settings)
    assert pause_until(case, None) == 200.0  # the check at 10:03:00 and 20 s
    assert pause_until(case, 60.0) == 60.0
    assert pause_until(case, 0.1) == LEAST_PAUSE
    assert pause_until(None, None) == USUAL_PAUSES[0]
    overdue = case_of(dict(network("slow-ssl", stage="done")), "x", FRESH, REPORT, settings)
    assert pause_until(overdue, None) == USUAL_PAUSES[0]


def typed(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, str, str]:
    status = status_of(list(words))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("target", "name", "status"),
    [
        (str(NETWORKS / "healthy"), SHOP, 0),
        (str(NETWORKS / "slow-ssl"), FRESH, 3),
        (str(NETWORKS / "bad-key"), "new.client-e.example", 1),
        (str(NETWORKS / "healthy"), "shpo.client-b.example", 2),
    ],
)
def test_as_typed(
    target: str, name: str, status: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    found = typed(capfdbinary, "watch", target, name, "--format", "json")
    assert found[0] == status
    assert json.loads(found[1])["domain"]["asked"] == name
    assert "Traceback" not in found[2]


@pytest.mark.parametrize(
    ("scenario", "state", "status"), [("slow-ssl", "waiting", 3), ("healthy", "up", 0)]
)
def test_an_example_over_ssh(
    scenario: str, state: str, status: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    shown = json.loads(typed(capfdbinary, "diagnose", f"demo:{scenario}", "--format", "json")[1])
    name = next(d["domain"] for d in shown["domains"] if d["state"] == state)
    found = typed(capfdbinary, "watch", f"demo:{scenario}", name, "--format", "json")
    assert found[0] == status
    assert json.loads(found[1])["domain"]["id"] == name
