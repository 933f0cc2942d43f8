"""Habits of the command line: completion, `config show`, and Ctrl-C that loses nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from evidence_folders import FIXTURES
from lab.processes import hears_ctrl_c

from analyzers.snapshot import read
from bridge.cli.main import COMMANDS, status_of
from bridge.demo.host import DemoHost
from bridge.folder import read_folder
from bridge.host.ladder import collect_host
from bridge.host.request import HostRequest
from bridge.interruption import Interrupted, keeping
from bridge.transport import Command, Completed

Capture = pytest.CaptureFixture[bytes]
TROUBLES = Path(__file__).parents[1] / "fixtures" / "networks" / "four-troubles"


def doctor(capfdbinary: Capture, *words: str) -> tuple[int, str, str]:
    status = status_of(list(words))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [n for n in os.environ if n.startswith(("XDG_CONFIG", "CLOSTE_DOCTOR_"))]:
        monkeypatch.delenv(name)


# --- Ctrl-C


@pytest.mark.parametrize("while_loading", ["click", "bridge.cli.diagnose", "analyzers.snapshot"])
def test_ctrl_c_while_the_command_is_being_loaded_is_no_stack_trace(while_loading: str) -> None:
    code = (
        "import sys\n"
        "from bridge.cli.entry import run\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {while_loading!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed())\n"
        f"sys.argv[1:] = ['analyze', {str(TROUBLES)!r}]\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == "closte-doctor: Interrupted."


# --- completion


def completed(*words: str) -> list[str]:
    """What click's bash script would be offered for the last word."""
    done = subprocess.run(
        [sys.executable, "-c", "from bridge.cli.main import run; run()"],
        env={
            **os.environ,
            "_CLOSTE_DOCTOR_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("closte-doctor", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line.split(",", 1)[1] for line in done.stdout.splitlines() if line]


def test_commands_are_completed_without_importing_them() -> None:
    code = (
        "import sys\n"
        "from bridge.cli.main import cli, COMMANDS\n"
        "import click\n"
        "found = cli.shell_complete(click.Context(cli), '')\n"
        "assert [item.value for item in found] == list(COMMANDS)\n"
        "assert 'bridge.cli.diagnose' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_targets_come_from_every_place_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "closte-doctor.toml").write_text('[targets.prod]\nssh = "acct123@h"\n')
    (tmp_path / "wp-cli.yml").write_text("'@shop':\n  ssh: h\n")
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host box *.wild\n  User x\nHost=other\n")
    offered = completed("diagnose", "")
    assert {"prod", "@shop", "box", "other", "demo", "demo:slow-ssl"} <= set(offered)
    assert "*.wild" not in offered
    assert completed("check", "pr") == ["prod"]


def test_examples_are_completed() -> None:
    assert completed("demo", "slow") == ["slow-ssl"]


@pytest.mark.parametrize("command", ["domain", "preflight", "watch", "remediate", "collect"])
def test_every_command_that_looks_at_a_target_completes_it(command: str) -> None:
    assert completed(command, "demo:slow") == ["demo:slow-ssl"]


def test_domains_are_those_of_the_target_before_them(tmp_path: Path) -> None:
    folder = FIXTURES / "networks" / "slow-ssl"
    shutil.copytree(folder, tmp_path / "case")
    shutil.make_archive(str(tmp_path / "bundle"), "zip", folder)
    mapped = {r["domain"] for r in json.loads((folder / "domain_mappings.json").read_text())}
    for target in ("case", "bundle.zip"):
        assert set(completed("domain", target, "")) == mapped
    assert "fresh.example" in completed("watch", "demo:slow-ssl", "FRE")
    assert completed("domain", "nobody@nowhere.invalid", "") == []


def test_files_are_left_to_the_shell() -> None:
    for words in (("analyze", "x"), ("logs", "x"), ("collect", "demo", "-o", "x"), ("undo", "x")):
        assert completed(*words) == ["x"]


BASH_WORDS = {
    "closte-doctor diagnose demo:sl": ("demo : sl", ["ow-ssl"], "sl"),
    "closte-doctor fleet demo:healthy demo:sl": ("demo : healthy demo : sl", ["ow-ssl"], "sl"),
    "closte-doctor diagnose --format=m": ("--format = m", ["arkdown"], "m"),
    "closte-doctor diagnose demo --lang=": ("demo --lang =", ["auto", "en", "pl"], ""),
    "closte-doctor diagnose @sh": ("@sh", ["op"], "@sh"),
    "closte-doctor explain dns.wrong-a": ("dns.wrong-a", ["ddress"], "dns.wrong-a"),
}
"""What is typed → how bash cuts it behind the command, what is offered, and the piece that it replaces."""


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize("line", BASH_WORDS)
def test_bash_completes_words_that_it_cuts_itself(
    line: str, capfdbinary: Capture, tmp_path: Path
) -> None:
    cut, endings, typed = BASH_WORDS[line]
    (tmp_path / "wp-cli.yml").write_text("'@shop':\n  ssh: h\n")
    program = tmp_path / "closte-doctor"
    program.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from bridge.cli.main import run; run()'\n"
    )
    program.chmod(0o700)
    words = f"closte-doctor {line.split()[1]} {cut}"
    asked = f"""{doctor(capfdbinary, "completion", "bash")[1]}
        COMP_LINE='{line}' COMP_POINT={len(line)} COMP_WORDS=({words})
        COMP_CWORD={len(words.split()) - 1} COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
        _closte_doctor_completion '{program}'
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{typed}{ending}" for ending in endings]


def test_a_misspelt_target_is_guessed(capfdbinary: Capture, tmp_path: Path) -> None:
    (tmp_path / "closte-doctor.toml").write_text('[targets.prod]\nssh = "a@host.invalid"\n')
    status, _, err = doctor(capfdbinary, "diagnose", "prodd", "--connect-timeout", "2")
    assert status == 3
    assert err.endswith("closte-doctor.toml has no target prodd. Did you mean prod?\n")


def test_a_broken_settings_file_does_not_stop_completion(tmp_path: Path) -> None:
    (tmp_path / "closte-doctor.toml").write_text("[targets\n")
    assert "demo" in completed("diagnose", "de")


def test_codes_and_options_are_completed() -> None:
    assert "dns.wrong-address" in completed("explain", "dns.")
    assert "key,ssl.expired" in completed("analyze", "--only", "key,ssl.exp")
    assert "prometheus" in completed("analyze", "--format", "pro")
    assert "--fail-on" in completed("analyze", "--fail")


IN_ONE_WORD = {
    "bash": '${value#"$before"}',
    "zsh": '("${(M)words[CURRENT]#--*=}$key"',
    "fish": "(string match -r -- '^--[^=]+=|^' (commandline -t))$metadata[2]",
}
"""What keeps the option's name where `--option=value` is completed; tried by hand in zsh 5.9 and fish 3.6."""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, capfdbinary: Capture) -> None:
    status, out, err = doctor(capfdbinary, "completion", shell)
    assert (status, err) == (0, "")
    assert f"_CLOSTE_DOCTOR_COMPLETE={shell}_complete" in out
    assert IN_ONE_WORD[shell] in out
    if found := shutil.which(shell):
        subprocess.run([found, "-n", "-c", out] if shell == "fish" else [found, "-n"],
                       input=out, text=True, check=True)  # fmt: skip


# --- config show


def test_config_show_names_the_origin_of_every_value(
    capfdbinary: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = tmp_path / ".config" / "closte-doctor"
    far.mkdir(parents=True)
    (far / "closte-doctor.toml").write_text('[options]\nfail_on = "info"\nformat = "markdown"\n')
    (tmp_path / "closte-doctor.toml").write_text(
        '[options]\nformat = "csv"\nresolver = ["9.9.9.9", "1.1.1.1"]\n'
        '[targets.prod]\nssh = "acct123@203.0.113.10"\n'
        '[[suppress]]\ncode = "ssl.slow"\nreason = "known"\nuntil = 2027-01-01\n'
    )
    monkeypatch.setenv("CLOSTE_DOCTOR_DEADLINE", "60")
    status, out, _ = doctor(capfdbinary, "config", "show", "--origin")
    assert status == 0
    rows = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    assert re.search(rf"csv +{tmp_path}/closte-doctor\.toml$", rows["format"])
    assert re.search(r"info +.*\.config/closte-doctor/closte-doctor\.toml$", rows["fail-on"])
    assert re.search(r"60 +CLOSTE_DOCTOR_DEADLINE$", rows["deadline"])
    assert re.search(r"120 +default$", rows["command-timeout"])
    assert "9.9.9.9, 1.1.1.1" in rows["resolver"]
    assert "ssh acct123@203.0.113.10" in rows["prod"]
    assert "any subject, until 2027-01-01: known" in rows["ssl.slow"]

    said = json.loads(doctor(capfdbinary, "config", "show", "--format", "json")[1])
    assert {"name": "deadline", "value": "60", "origin": "CLOSTE_DOCTOR_DEADLINE"} in said[
        "options"
    ]


def test_what_config_show_says_is_what_holds(capfdbinary: Capture, tmp_path: Path) -> None:
    (tmp_path / "closte-doctor.toml").write_text('[options]\nformat = "jsonl"\n')
    assert "jsonl" in doctor(capfdbinary, "config", "show")[1]
    assert doctor(capfdbinary, "analyze", str(TROUBLES))[1].startswith('{"kind"')


# --- Ctrl-C


class CutOff:
    """A host whose answer is interrupted after so many bytes: Ctrl-C in the middle of the stream."""

    def __init__(self, files: dict[str, bytes], share: float) -> None:
        self._host = DemoHost(files)
        self._share = share

    def connect(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to close."""

    def run(self, command: Command, take: object = None) -> Completed:
        import shlex

        out, _, _ = self._host.answer(shlex.join(command.argv), command.stdin)
        for start in range(0, int(len(out) * self._share), 4096):
            take(out[start : start + 4096])  # type: ignore[operator]
        raise KeyboardInterrupt


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_had_arrived_is_kept(share: float) -> None:
    files = read_folder(TROUBLES)
    with pytest.raises(Interrupted) as stop:
        collect_host(CutOff(files, share), HostRequest(), lambda _: None)  # type: ignore[arg-type]
    found = stop.value.files
    assert read(found, origin="x").observable == (share > 0)
    assert ("domain_mappings.json" in found) == (share > 0)
    assert ("closte.json" in found) == (share == 1.0)


def test_keeping_adds_up_what_each_stage_knew() -> None:
    files = {"meta.json": b"{}"}

    def looked() -> None:
        with keeping(files):
            files["host.json"] = b"{}"
            inner: dict[str, bytes] = {}
            with keeping(inner):
                inner["dns.json"] = b"[]"
                raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stop:
        looked()
    assert stop.value.files.keys() == {"meta.json", "host.json", "dns.json"}


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("text", signal.SIGINT),
        ("json", signal.SIGINT),
        ("json", signal.SIGTERM),
        ("json", signal.SIGHUP),
    ],
)
def test_ctrl_c_and_the_systems_wish_give_a_report_marked_partial_and_130(
    form: str, number: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-c", "from bridge.cli.main import run; run()", "diagnose",
             f"nobody@127.0.0.1:{port}", "--connect-timeout", "600", "--format", form],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=hears_ctrl_c,
        )  # fmt: skip
        silent.accept()  # it is waiting for the server's first words now
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    said = json.loads(out)["notes"] if form == "json" else out.replace("\n      ", " ")
    assert (
        any("This report is partial" in note for note in said) or "This report is partial" in said
    )


def test_every_command_is_in_the_help(capfdbinary: Capture) -> None:
    out = doctor(capfdbinary, "--help")[1]
    assert all(re.search(rf"^  {name} ", out, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("command", ["diagnose", "collect", "remediate", "check", "watch"])
def test_many_options_come_in_sections_after_the_examples(
    command: str, capfdbinary: Capture
) -> None:
    lines = doctor(capfdbinary, command, "--help")[1].splitlines()
    heads = [line for line in lines if line.endswith(":") and not line.startswith("   ")]
    wanted = ("  Examples:", "Options:", "Host:", "Probes from here:", "Closte API:")
    places = [heads.index(head) for head in (*wanted, "Other options:")]
    assert places == sorted(places)
    own = lines[lines.index("Options:") : lines.index("Host:")]
    assert not any("--connect-timeout" in line or "--api-url" in line for line in own)
    assert lines[-1].split()[:2] == ["-h,", "--help"]
