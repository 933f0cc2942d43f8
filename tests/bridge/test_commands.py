"""The commands as a person types them: reports, files, exit statuses, one sentence for what is wrong."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli.main import status_of
from bridge.interruption import Interrupted

FIXTURES = Path(__file__).parents[1] / "fixtures"
RECORDINGS = FIXTURES / "recordings"
NETWORKS = FIXTURES / "networks"


def doctor(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, str, str]:
    status = status_of(list(words))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def test_findings_give_1_and_their_json_names_every_part(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    folder = str(NETWORKS / "four-troubles")
    status, out, _ = doctor(capfdbinary, "analyze", folder, "--format", "json")
    diagnosis = json.loads(out)
    assert status == 1
    assert diagnosis["verdict"] == "findings"
    assert {f["code"] for f in diagnosis["findings"]} >= {
        "key.rejected",
        "mapping.two-sites",
        "dns.wrong-address",
        "ssl.slow",
    }
    finding = diagnosis["findings"][0]
    assert set(finding) == {
        "code", "severity", "confidence", "subject", "title", "means", "because", "do",
        "evidence", "waiting_on", "caused_by", "affects", "remedy",
    }  # fmt: skip
    assert not {f["code"] for f in diagnosis["findings"]} & set(diagnosis["passed"])


def test_diagnose_of_a_folder_is_analyze(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    folder = str(NETWORKS / "slow-ssl")
    one = doctor(capfdbinary, "analyze", folder, "--format", "json")
    assert doctor(capfdbinary, "diagnose", folder, "--format", "json")[:2] == one[:2]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), 0),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "never"), 0),
        (("--fail-on", "warning", "--only", "mapping"), 0),
        (("--fail-on", "warning", "--skip", "ssl.slow"), 0),
    ],
)
def test_exit_status_by_threshold(
    words: tuple[str, ...], expected: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert doctor(capfdbinary, "analyze", str(NETWORKS / "slow-ssl"), *words)[0] == expected


def test_strict_tells_clean_from_unlooked_at(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "healthy"
    folder.mkdir()
    for file in (NETWORKS / "healthy").glob("*.json"):
        (folder / file.name).write_bytes(file.read_bytes())
    assert doctor(capfdbinary, "analyze", str(folder))[0] == 0
    assert doctor(capfdbinary, "analyze", str(folder), "--strict")[0] == 4


def test_a_consequence_never_counts_for_the_exit_status(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    folder = str(RECORDINGS / "2.4.10" / "cron_not_running")
    status, out, _ = doctor(capfdbinary, "analyze", folder, "--format", "json")
    causes = [f for f in json.loads(out)["findings"] if f["caused_by"] is None]
    assert status == 1
    assert [f["code"] for f in causes if f["severity"] == "error"] == ["jobs.cron-off"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("diagnoze", "x"), "Did you mean 'diagnose'"),
        (("analyze", "no-such-folder"), "no-such-folder"),
        (("diagnose", "ssh://user@host/path"), "ssh://"),
        (("analyze", ".", "--only", "no.such"), "no.such"),
        (("diagnose", "demo:nothing"), "nothing"),
        (("explain", "dns.wrong-adress"), "dns.wrong-address"),
        (("explain", "hello there"), "no message"),
        (("explain", "dns wrong adress"), "dns.wrong-address"),
        (("explain", "closte.ssl-refusd"), "closte.ssl-refused"),
    ],
)
def test_misuse_is_one_sentence_and_2(
    words: tuple[str, ...], says: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    status, out, err = doctor(capfdbinary, *words)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "kind", "named"),
    [
        (("dns.lame",), "finding", {"code": "dns.lame", "severity": "error", "subject": "domain"}),
        (("closte.added",), "message", {"event": "closte.added", "at": None}),
        (
            ("[2026-05-04 10:00:00] [INFO] - Valid SSL cert found. Marking domain as done.",),
            "message",
            {"event": "check.ssl-ok", "at": "2026-05-04T10:00:00Z"},
        ),
        (("- Valid SSL cert found. Marking domain as done.",), "message", {"domain": None}),
    ],
)
def test_an_explanation_as_json(
    words: tuple[str, ...],
    kind: str,
    named: dict[str, object],
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    status, out, _ = doctor(capfdbinary, "explain", *words, "--format", "json")
    told = json.loads(out)
    assert (status, told["kind"]) == (0, kind)
    assert named.items() <= told.items()
    assert told["means"]


def test_an_explanation_of_a_family_in_a_file(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file = tmp_path / "sunrise.json"
    status, out, _ = doctor(capfdbinary, "explain", "sunrise", "-o", str(file), "--color", "never")
    assert (status, out) == (0, "")
    assert "sunrise.too-late" in json.loads(file.read_text())["codes"]


def test_an_empty_folder_is_unobservable(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    status, out, _ = doctor(capfdbinary, "analyze", "empty", "--format", "json")
    assert (status, json.loads(out)["verdict"]) == (3, "unobservable")


@pytest.mark.parametrize(
    ("made", "hint"),
    [
        ("notes.txt", "wu-logs/*.log.\n"),
        ("case/sites.json", "/x/case does.\n"),
        ("case/wu-logs/integration-closte.log", "/x/case does.\n"),
        ("integration-closte.log", "/x” counts log files alone.\n"),
    ],
)
@pytest.mark.parametrize("command", ["analyze", "diagnose"])
def test_a_folder_without_evidence_says_what_is_looked_for(
    command: str, made: str, hint: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "x" / made
    file.parent.mkdir(parents=True)
    file.touch()
    assert status_of([command, str(tmp_path / "x"), "--format", "json"]) == 3
    out, err = capfdbinary.readouterr()
    assert json.loads(out)["verdict"] == "unobservable"
    assert b"holds no file of evidence, like constants.json" in err
    assert err.decode().endswith(hint)


@pytest.mark.parametrize("words", [(), ("diagnose",), ("config", "show")])
def test_help_is_asked_for_by_its_name_too(
    words: tuple[str, ...], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert status_of(["help", *words]) == 0
    asked = capfdbinary.readouterr().out
    assert status_of([*words, "--help"]) == 0
    assert capfdbinary.readouterr().out == asked
    assert asked.startswith(b"Usage: closte-doctor")


def test_reports_go_to_files_by_suffix_and_are_private(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = str(NETWORKS / "bad-key")
    status, out, err = doctor(
        capfdbinary, "analyze", folder, "-o", "r.json", "-o", "r.md", "-o", "r.txt"
    )
    assert (status, out) == (1, "")
    assert err.count("Report written") == 3
    assert json.loads((tmp_path / "r.json").read_text())["schema"] == 1
    assert (tmp_path / "r.md").read_text().startswith("# ")
    assert stat.S_IMODE((tmp_path / "r.txt").stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.json", "r.md", "r.txt"]


def test_a_report_that_cannot_be_written_is_one_sentence(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    folder = str(NETWORKS / "bad-key")
    status, _, err = doctor(capfdbinary, "analyze", folder, "-o", "no/such/folder/r.json")
    assert status == 2
    assert "cannot write" in err


def test_a_bug_is_said_without_values(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is FAKEKEY-0123456789abcdef")

    monkeypatch.setattr("bridge.folder.read_evidence", broken)
    status, out, err = doctor(capfdbinary, "analyze", str(NETWORKS / "healthy"))
    assert (status, out) == (70, "")
    assert "bug in closte-doctor" in err
    assert "FAKEKEY" not in err


def test_users_wordings_of_api_errors(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "polish"
    folder.mkdir()
    for file in (NETWORKS / "bad-key").glob("*.json"):
        text = file.read_text().replace("Invalid api key", "Dostep zakonczony")
        (folder / file.name).write_text(text)

    def confidence() -> str:
        found = doctor(capfdbinary, "analyze", str(folder), "--format", "json")[1]
        by_code = {f["code"]: f["confidence"] for f in json.loads(found)["findings"]}
        return by_code["key.rejected"]

    assert confidence() == "possible"  # refused, in words that nobody knows
    (tmp_path / "closte-doctor.toml").write_text(
        '[patterns.api]\nkey_rejected = ["dost[eę]p zako[nń]czony"]\n'
    )
    assert confidence() == "certain"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from bridge.cli.main import status_of\n"
        "status_of(['--help'])\n"
        "heavy = {'pandas', 'paramiko', 'dns', 'cryptography', 'httpx', 'tabulate', 'yaml'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr


def test_a_plain_diagnosis_does_not_import_pandas() -> None:
    code = (
        "import sys\n"
        "from bridge.cli.main import status_of\n"
        f"status_of(['analyze', {str(NETWORKS / 'four-troubles')!r}])\n"
        "assert 'pandas' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = (
        "from bridge.cli.main import run\n"
        f"run(['analyze', {str(NETWORKS / 'healthy')!r}, '--format', 'json'])\n"
    )
    done = subprocess.run(
        f"{sys.executable} -c \"{code}\" | head -c 10", shell=True, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--connect-timeout", "nan"), "--connect-timeout"),
        (("--command-timeout", "inf"), "--command-timeout"),
        (("--deadline", "-1"), "--deadline"),
        (("--resolver", "resolver.example"), "IP[:PORT]"),
        (("--resolve", "shop.example:443"), "HOST:PORT:ADDR[:PORT]"),
        (("--api-url", "app.closte.com/api/client"), "--api-url"),
        (("--api-url", "https://app.closte.com/?apikey=1"), "--api-url"),
        (("--api-key-fd", "0"), "--api-from here"),
        (("--api-from", "here", "--api-key-fd", "987"), "no open file descriptor"),
        (("-o", ""), "not the name of a file"),
        (("-o", "nowhere/report.json"), "nowhere/report.json"),
        (("-o", "."), "not the name of a file"),
    ],
)
def test_a_value_nobody_can_use_is_told_before_anything_is_contacted(
    words: tuple[str, ...], says: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    status, out, err = doctor(capfdbinary, "diagnose", "host.invalid", *words)
    assert (status, out) == (2, "")
    assert says in err
    assert "Connecting" not in err


@pytest.mark.parametrize("output", ["", "nowhere/case.zip", "nowhere/case", "there.zip"])
def test_collect_looks_at_no_host_whose_evidence_it_could_not_write(
    output: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    Path("there.zip").touch()
    status, out, err = doctor(capfdbinary, "collect", "host.invalid", "-o", output)
    assert (status, out) == (2, "")
    assert "Connecting" not in err


GROUP = "@a: {ssh: one.invalid}\n@b: {ssh: two.invalid}\n@both: ['@a', '@b']\n"


@pytest.mark.parametrize(
    "words", [("--format", "json"), ("--format", "html"), ("-o", "report.md"), ("-o", "r.json")]
)
def test_no_document_holds_the_reports_of_a_group(
    words: tuple[str, ...], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    Path("wp-cli.yml").write_text(GROUP)
    status, out, err = doctor(capfdbinary, "diagnose", "@both", *words)
    assert (status, out) == (2, "")
    assert "@both is a group" in err


def test_the_reports_of_a_group_follow_each_other(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    Path("wp-cli.yml").write_text(GROUP)
    status, out, _ = doctor(capfdbinary, "diagnose", "@both", "--format", "jsonl")
    assert status == 3
    said = [json.loads(line) for line in out.splitlines()]
    assert [x["subject"]["id"] for x in said if x["kind"] == "finding"] == ["@a", "@b"]


def test_print_commands_of_an_example_is_what_its_host_would_be_sent(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    status, out, err = doctor(capfdbinary, "diagnose", "demo:slow-ssl", "--print-commands")
    assert (status, err) == (0, "")
    assert "--skip-wordpress" in out


@pytest.mark.parametrize("command", [("diagnose",), ("domain",), ("preflight",)])
def test_the_deadline_of_the_run_ends_connecting_too(
    command: tuple[str, ...], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"somebody@127.0.0.1:{silent.getsockname()[1]}"
        name = () if command == ("diagnose",) else ("shop.example",)
        status, _, err = doctor(capfdbinary, *command, target, *name, "--deadline", "4")
    assert status == 3
    assert re.search(r"sent no SSH greeting within ([1-4]|[0-3]\.\d) s", err)


def test_ctrl_c_writes_the_evidence_that_was_there_and_says_so_in_it(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {f.name: f.read_bytes() for f in (NETWORKS / "slow-ssl").glob("*.json")}
    del known["tls.json"]

    def interrupted(*_: object) -> None:
        raise Interrupted(known)

    monkeypatch.setattr("bridge.demo.run.collect_demo", interrupted)
    status, out, err = doctor(capfdbinary, "collect", "demo:slow-ssl", "-o", "case.zip")
    assert (status, out) == (130, "")
    assert "interrupted" in err
    status, out, _ = doctor(capfdbinary, "analyze", "case.zip", "--format", "json")
    assert any("interrupted" in note for note in json.loads(out)["notes"])
    known = {"meta.json": known["meta.json"]}
    assert doctor(capfdbinary, "collect", "demo:slow-ssl", "-o", "no.zip")[0] == 130
    assert not Path("no.zip").exists()


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_what_was_pasted_into_a_wrong_command_line_does_no_harm(
    lang: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["x", "\x1b[31m\u202e"],
        ["--\x1b[31m\u202e"],
        ["x", "--format", "\x1b[31m\u202e"],
    ):
        assert status_of(["analyze", *words, "--lang", lang]) == 2
        err = capfd.readouterr().err
        assert not {"\x1b", "\u202e"} & set(err)
        assert "\\x1b[31m\\u202e" in err
