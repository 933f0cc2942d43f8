"""Reports as files and for readers, suppressions, colours: as a person or a machine asks for them."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.cli.main import status_of
from bridge.cli.options import FORMATS
from bridge.cli.outputs import coloured, knows_unicode
from bridge.cli.report_places import SUFFIXES

NETWORKS = Path(__file__).parents[1] / "fixtures" / "networks"
TROUBLES = str(NETWORKS / "four-troubles")
Capture = pytest.CaptureFixture[bytes]


def doctor(capfdbinary: Capture, *words: str) -> tuple[int, str, str]:
    status = status_of(list(words))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def parsed(form: str, text: str) -> object:
    """Read by a parser of others, where the format has one."""
    match form:
        case "json":
            return json.loads(text)
        case "jsonl":
            return [json.loads(line) for line in text.splitlines()]
        case "csv":
            return list(csv.DictReader(text.splitlines(), strict=True))
        case "junit":
            return Xml.fromstring(text)
        case "prometheus":
            return list(text_string_to_metric_families(text))
        case _:
            return text


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("network", "options", "expected"),
    [
        ("four-troubles", (), 1),
        ("slow-ssl", (), 0),
        ("slow-ssl", ("--fail-on", "warning"), 1),
        ("healthy", ("--strict",), 4),
        ("", (), 3),
    ],
)
def test_every_format_has_the_same_exit_status_and_a_pure_stdout(
    form: str,
    network: str,
    options: tuple[str, ...],
    expected: int,
    capfdbinary: Capture,
    tmp_path: Path,
) -> None:
    folder = NETWORKS / network if network else tmp_path / "empty"
    folder.mkdir(exist_ok=True)
    status, out, err = doctor(capfdbinary, "analyze", str(folder), "--format", form, *options)
    assert (status, err) == (expected, "")
    assert out
    parsed(form, out)


@pytest.mark.parametrize("form", FORMATS)
def test_misuse_writes_nothing_on_stdout(form: str, capfdbinary: Capture) -> None:
    status, out, _ = doctor(capfdbinary, "analyze", "no-such-folder", "--format", form)
    assert (status, out) == (2, "")


def test_the_suffix_chooses_the_format(capfdbinary: Capture, tmp_path: Path) -> None:
    files = [f"r{suffix}" for suffix in SUFFIXES]
    words = [word for file in files for word in ("-o", file)]
    status, out, _ = doctor(capfdbinary, "analyze", TROUBLES, *words, "-o", "-", "--format", "csv")
    assert status == 1
    assert out.startswith("status,")
    assert set(SUFFIXES.values()) == set(FORMATS)
    for suffix, form in SUFFIXES.items():
        file = tmp_path / f"r{suffix}"
        assert parsed(form, file.read_text())
        mode = 0o644 if form == "prometheus" else 0o600
        assert stat.S_IMODE(file.stat().st_mode) == mode, suffix
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(files)


def test_metrics_replace_the_old_file_whole(capfdbinary: Capture, tmp_path: Path) -> None:
    file = tmp_path / "closte.prom"
    file.write_text("old\n")
    before = file.stat().st_ino
    doctor(capfdbinary, "analyze", TROUBLES, "-o", "closte.prom", "--domain-labels")
    assert file.stat().st_ino != before, "written beside it and renamed, never in place"
    assert 'domain="shop.client-b.example"' in file.read_text()


# --- readers


def test_the_customer_of_the_one_affected_domain(capfdbinary: Capture) -> None:
    status, out, _ = doctor(capfdbinary, "analyze", TROUBLES, "--for", "customer")
    assert status == 1
    assert out.startswith("What to enter for shop.client-b.example\n")


def test_a_text_for_each_customer_in_a_folder(capfdbinary: Capture, tmp_path: Path) -> None:
    doctor(capfdbinary, "analyze", TROUBLES, "--for", "customer", "-o", "letters/")
    (letter,) = (tmp_path / "letters").iterdir()
    assert letter.name == "shop.client-b.example.txt"
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600


@pytest.mark.parametrize("there", ["letters", "new/letters"])
def test_the_folder_of_letters_may_be_there_or_deep(
    capfdbinary: Capture, tmp_path: Path, there: str
) -> None:
    (tmp_path / "letters").mkdir()
    status, _, _ = doctor(capfdbinary, "analyze", TROUBLES, "--for", "customer", "-o", f"{there}/")
    assert status != 2
    assert list((tmp_path / there).iterdir())


def test_letters_as_markdown(capfdbinary: Capture, tmp_path: Path) -> None:
    doctor(capfdbinary, "analyze", TROUBLES, "--for", "closte", "-o", "ticket.md")
    assert (tmp_path / "ticket.md").read_text().startswith("# Question to Closte")
    _, out, _ = doctor(capfdbinary, "analyze", TROUBLES, "--for", "plugin", "--format", "markdown")
    assert re.search(r"\| Ultimate Multisite +\| 2\.4\.10", out)


def test_letters_as_a_page_and_for_a_program(capfdbinary: Capture, tmp_path: Path) -> None:
    words = ("analyze", TROUBLES, "--for", "customer", "--lang", "pl")
    doctor(capfdbinary, *words, "-o", "letter.html", "-o", "letter.json")
    page = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert '<html lang="pl">' in page
    assert "<td>203.0.113.10</td>" in page
    told = json.loads((tmp_path / "letter.json").read_text())
    assert (told["schema"], told["for"], told["language"]) == (1, "customer", "pl")
    (table,) = (part for part in told["parts"] if part["kind"] == "table")
    assert ["A", "shop", "203.0.113.10", "300"] in table["rows"]
    for text in (page, json.dumps(told)):
        assert "fresh.client-d" not in text
        assert "acct123" not in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--for", "customer", "--format", "csv"), "text, markdown, html or json"),
        (("--for", "closte", "-o", "x.xml"), "text, markdown, html or json"),
        (("--for", "customer", "--domain", "shop.client-b.exampel"), "Did you mean shop.client-b"),
        (("--domain", "shop.client-b.example"), "--domain goes with --for"),
        (("--for", "custmer"), "customer"),
        (("--only", "dns.wrong-adress"), "Did you mean dns.wrong-address"),
        (("--formt", "json"), "--format"),
    ],
)
def test_misuse_of_readers_is_one_sentence(
    words: tuple[str, ...], says: str, capfdbinary: Capture
) -> None:
    status, out, err = doctor(capfdbinary, "analyze", TROUBLES, *words)
    assert (status, out) == (2, "")
    assert says in err


def test_several_affected_customers_want_a_choice(capfdbinary: Capture, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for file in (NETWORKS / "four-troubles").glob("*.json"):
        text = file.read_text()
        if file.name == "dns.json":
            rows = json.loads(text)
            for row in rows:
                if row["name"] == "new.client-e.example" and row["type"] == "A":
                    row["records"] = ["198.51.100.99"]
            text = json.dumps(rows)
        (folder / file.name).write_text(text)
    status, _, err = doctor(capfdbinary, "analyze", "two", "--for", "customer")
    assert status == 2
    assert "new.client-e.example, shop.client-b.example" in err
    doctor(capfdbinary, "analyze", "two", "--for", "customer", "-o", "letters/")
    assert len(list((tmp_path / "letters").iterdir())) == 2


# --- suppressions


def settings(tmp_path: Path, *tables: str) -> None:
    (tmp_path / "closte-doctor.toml").write_text("\n".join(f"[[suppress]]\n{t}" for t in tables))


WRONG = 'code = "dns.wrong-address"\nsubject = "Shop.Client-B.example"\n'


def test_a_suppressed_finding_is_told_and_does_not_count(
    capfdbinary: Capture, tmp_path: Path
) -> None:
    settings(
        tmp_path,
        f'{WRONG}reason = "moves in June"\nuntil = 2026-06-30',
        'code = "key.rejected"\nreason = "new key ordered"\nuntil = "2026-05-04"',
        'code = "mapping.two-sites"\nreason = "known"\nuntil = 2026-12-01',
    )
    status, out, _ = doctor(capfdbinary, "analyze", TROUBLES, "--format", "json")
    said = json.loads(out)
    assert status == 0
    assert not {f["code"] for f in said["findings"] if f["severity"] == "error"}
    told = {(s["code"], s["subject"]["id"]): (s["reason"], s["until"]) for s in said["suppressed"]}
    assert told["dns.wrong-address", "shop.client-b.example"] == ("moves in June", "2026-06-30")
    assert told["key.rejected", "network.example"] == ("new key ordered", "2026-05-04"), "last day"
    assert ("ssl.wrong-name", "shop.client-b.example") in told, "what it explains goes with it"
    assert not {s["code"] for s in said["suppressed"]} & set(said["passed"])
    for form in FORMATS:
        text = doctor(capfdbinary, "analyze", TROUBLES, "--format", form)[1]
        if form == "prometheus":
            assert f'closte_doctor_suppressed{{target="demo"}} {len(told)}\n' in text
        else:
            assert "moves in June" in text.replace("\\", ""), form
    assert doctor(capfdbinary, "check", TROUBLES)[0] == 1, "the warning still counts"


def test_all_suppressed_leaves_the_verdict_clean(capfdbinary: Capture, tmp_path: Path) -> None:
    settings(tmp_path, 'code = "ssl.slow"\nreason = "Closte knows"\nuntil = 2027-01-01')
    _, out, _ = doctor(
        capfdbinary,
        "analyze",
        str(NETWORKS / "slow-ssl"),
        "--format",
        "json",
        "--fail-on",
        "warning",
    )
    assert json.loads(out)["verdict"] in ("clean", "clean-incomplete")


def test_an_expired_suppression_comes_back_louder(capfdbinary: Capture, tmp_path: Path) -> None:
    settings(tmp_path, f'{WRONG}reason = "moves in April"\nuntil = 2026-05-03')
    status, out, _ = doctor(capfdbinary, "analyze", TROUBLES, "--format", "json")
    said = json.loads(out)
    assert status == 1
    (finding,) = [f for f in said["findings"] if f["code"] == "dns.wrong-address"]
    assert (
        "suppressed until 2026-05-03 (moves in April), and that time is over" in finding["because"]
    )
    assert said["notes"][0].startswith("dns.wrong-address of shop.client-b.example was suppressed")
    assert said["suppressed"] == []


def test_a_suppression_of_one_domain_leaves_the_others(
    capfdbinary: Capture, tmp_path: Path
) -> None:
    settings(tmp_path, 'code = "ssl.slow"\nsubject = "fresh.client-d.example"\n'
                       'reason = "known"\nuntil = 2027-01-01')  # fmt: skip
    _, out, _ = doctor(capfdbinary, "analyze", TROUBLES, "--format", "json")
    slow = [f["subject"]["id"] for f in json.loads(out)["findings"] if f["code"] == "ssl.slow"]
    assert slow == ["new.client-e.example"]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (WRONG + "until = 2027-01-01", 'wants reason = "…"'),
        (WRONG + 'reason = "  "\nuntil = 2027-01-01', 'wants reason = "…"'),
        (WRONG + 'reason = "x"', "wants until = 2026-12-01"),
        (WRONG + 'reason = "x"\nuntil = "soon"', "wants until"),
        (WRONG + 'reason = "x"\nuntil = 2027-01-01T10:00:00Z', "wants until"),
        ('code = "dns.wrong-adress"\nreason = "x"\nuntil = 2027-01-01', "Did you mean dns.wrong-ad"),
        ('reason = "x"\nuntil = 2027-01-01', 'wants code = "…"'),
        (WRONG + 'reson = "x"\nuntil = 2027-01-01', "Did you mean reason"),
        (WRONG.replace('"Shop', '["Shop').replace('example"', 'example"]')
         + 'reason = "x"\nuntil = 2027-01-01', "subject is not a text"),
    ],
)  # fmt: skip
def test_a_suppression_that_is_not_whole_is_refused(
    table: str, says: str, capfdbinary: Capture, tmp_path: Path
) -> None:
    settings(tmp_path, table)
    status, out, err = doctor(capfdbinary, "analyze", TROUBLES)
    assert (status, out) == (2, "")
    assert says in err
    assert "closte-doctor.toml: suppress number 1" in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[option]\n", "Did you mean options?"),
        ("[options]\nfromat = 'csv'\n", "Did you mean format?"),
        ("[targets.p]\nssh='h'\nproxy_jump='x'\n", "Did you mean proxyjump?"),
        ("suppress = 1\n", "write [[suppress]]"),
    ],
)
def test_a_misspelt_key_is_guessed(
    text: str, says: str, capfdbinary: Capture, tmp_path: Path
) -> None:
    (tmp_path / "closte-doctor.toml").write_text(text)
    status, _, err = doctor(capfdbinary, "analyze", TROUBLES)
    assert status == 2
    assert says in err


# --- colours and width


@pytest.mark.parametrize(
    ("environment", "tty", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"CLICOLOR": "0"}, True, False),
        ({"CLICOLOR": "1"}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_conventions_of_colour(
    environment: dict[str, str], tty: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert coloured("auto", tty) is expected
    assert coloured("always", False)
    assert not coloured("never", True)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"LANG": "C"}, False),
        ({"LC_ALL": "POSIX", "LANG": "pl_PL.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        ({"LANG": "pl_PL.UTF-8"}, True),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, True),
    ],
)
def test_whoever_asks_for_the_locale_c_gets_ascii(
    environment: dict[str, str], expected: bool
) -> None:
    assert knows_unicode("utf-8", environment) is expected
    assert not knows_unicode("iso-8859-2", environment)


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "ssl.slow"),
        ("explain", "[2026-05-04 10:00:00] [ERROR] Certificate Invalid: "),
        ("history", NETWORKS),
        ("logs", TROUBLES),
        ("remediate", TROUBLES),
    ],
    ids=lambda words: words[0],
)
def test_every_command_writes_ascii_where_it_is_asked_for(
    words: tuple[str | Path, ...], capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("LC_ALL", "C")
    status_of([*map(str, words), "--lang", "pl"])
    assert capfdbinary.readouterr().out.isascii()
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    status_of([*map(str, words), "--lang", "pl"])
    assert not capfdbinary.readouterr().out.isascii()


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_name_is_shown_as_its_owner_writes_it_too(
    form: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`xn--za-6ja4f8n1l` tells nobody which customer that is; the other form alone may be a look-alike."""
    for path in Path(TROUBLES).glob("*.json"):
        content = path.read_text().replace("shop.client-b.example", "xn--za-6ja4f8n1l.example")
        (tmp_path / path.name).write_text(content)
    assert status_of(["analyze", str(tmp_path), "--only", "dns", "--format", form]) == 1
    out = capfdbinary.readouterr().out.decode()
    both = "xn--za-6ja4f8n1l.example (zażółć.example)"
    assert out.count(both) >= 2  # of the finding, and in the table


@pytest.mark.parametrize("width", [40, 80, 100])
def test_an_explanation_keeps_to_the_terminal(
    width: int, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for what in ("dns.wrong-address", "[2026-05-04 10:00:00] [ERROR] Certificate Invalid: "):
        assert status_of(["explain", what, "--lang", "pl"]) == 0
        _, *lines = capfdbinary.readouterr().out.decode().splitlines()
        assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_heading_keeps_to_the_terminal(
    width: int, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert status_of(["domain", TROUBLES, "shop.client-b.example", "--lang", "pl"]) == 1
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert any(line.startswith("Nie sprawdzono") for line in lines)
    assert all(len(line) <= width or " " not in line.strip() for line in lines)


@pytest.mark.parametrize("words", [("--format", "json"), ("--for", "plugin"), ()])
def test_a_full_disk_behind_stdout_is_no_bug(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bridge.cli.main", "analyze", TROUBLES, *words],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == "closte-doctor: cannot write to stdout: No space left on device\n"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--help",), 2),
        (("completion", "bash"), 2),
        (("config", "show"), 2),
        (("check", TROUBLES), 3),
    ],
)
def test_nor_is_it_for_what_is_no_report(words: tuple[str, ...], status: int) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bridge.cli.main", *words],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr.count("\n")) == (status, 1)
    assert ended.stderr.startswith("closte-doctor: cannot write")


@pytest.mark.parametrize(
    ("words", "status"), [(("analyze", TROUBLES), 2), (("check", TROUBLES), 3)]
)
def test_a_closed_stdout_is_one_sentence(words: tuple[str, ...], status: int) -> None:
    command = shlex.join([sys.executable, "-m", "bridge.cli.main", *words])
    ended = subprocess.run(
        ["sh", "-c", f"{command} >&-"], stderr=subprocess.PIPE, text=True, check=False
    )
    assert ended.returncode == status
    assert ended.stderr == "closte-doctor: cannot write to stdout: it is closed\n"


def test_a_pipe_is_written_to_and_stays(capfdbinary: Capture, tmp_path: Path) -> None:
    pipe = tmp_path / "report.json"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_bytes)
        status, out, _ = doctor(capfdbinary, "analyze", TROUBLES, "-o", str(pipe))
    assert (status, out, json.loads(read.result())["verdict"]) == (1, "", "findings")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_shells_name_for_an_open_file_is_written_to() -> None:
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "bridge.cli.main", "explain", "dns.parked"]
    ended = subprocess.run(
        [*command, "-o", f"/dev/fd/{writer}"], pass_fds=[writer], capture_output=True, check=False
    )
    os.close(writer)
    with open(reader, encoding="utf-8") as stream:
        assert stream.read().startswith("dns.parked:")
    assert (ended.returncode, ended.stdout) == (0, b"")


def test_a_folder_removed_under_us_is_no_bug(
    capfdbinary: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert doctor(capfdbinary, "analyze", TROUBLES, "--format", "csv")[0] == 1
    status, _, err = doctor(capfdbinary, "collect", TROUBLES, "-o", "evidence")
    assert (status, "the current folder was removed" in err) == (2, True)


@pytest.mark.parametrize("width", [20, 24, 33, 40, 59])
def test_narrow_terminals_cut_no_word_and_break_no_line_of_their_own(
    width: int, capfdbinary: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = doctor(capfdbinary, "analyze", TROUBLES)[1]
    too_long = [line for line in out.splitlines() if len(line) > width]
    # A line holds one word that is longer, and what stands in front of it.
    assert [line for line in too_long if len(line.split()) > 2] == []


def test_the_width_is_that_of_columns(
    capfdbinary: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    narrow = doctor(capfdbinary, "analyze", TROUBLES)[1]
    monkeypatch.setenv("COLUMNS", "120")
    wide = doctor(capfdbinary, "analyze", TROUBLES)[1]
    assert len(narrow.splitlines()) > len(wide.splitlines())
    assert "\x1b[" not in narrow
    forced = doctor(capfdbinary, "analyze", TROUBLES, "--color", "always")[1]
    assert "\x1b[31;1m" in forced
