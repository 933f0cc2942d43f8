"""What a run says on stderr and in `--help` is all of it in the language of the run.

Looked at in a language whose catalogue has Greek letters for every text: a Latin word that is left was never
marked, unless it is a command, an option, a name or what was typed.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from messages.locale_folder import CODE, add_language

from bridge import language
from bridge.cli.confirming import agreed
from bridge.cli.main import COMMANDS, cli, status_of
from bridge.cli.speaking import language_asked

ROOT = Path(__file__).parents[2]
FOUR = str(ROOT / "tests" / "fixtures" / "networks" / "four-troubles")

_NOT_WORDS = re.compile(
    r"""https?://\S+ | [“'"][^“”'"\n]*[”'"] | `[^`]*`
      | closte-doctor(?:\ [a-z][^\n]*)? | (?:ssh|curl|keyring|pip)\ [a-z][^\n]*  # a command
      | -{1,2}[a-z][a-z-]*(?:=\S+)?                             # an option
      | \[[^\]\n]*\]                                            # [a|b], [OPTIONS], [x>=0.1]
      | \S*[/.@|:=]\S*                                          # a path, an address, a choice, a fact
      | \b\w+\[ | \b[A-Z][A-Z_0-9]*\b                           # TARGET, FILE
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"\b[A-Za-z][a-z]{2,}\b")
_NAMES = frozenset(
    """demo name auto text json options ssh maintenance
    healthy four-troubles bad-key duplicate-domain dns-mismatch slow-ssl forty-domains
    host key api plugin module sunrise settings mapping alias dns ssl check jobs logs cache
    certificate recheck""".replace("-", " ").split()
)
"""Scenarios, formats, families, facts."""


def words_left(text: str, *, also: tuple[str, ...] = ()) -> list[str]:
    """Latin words in a text that a catalogue should have made Greek."""
    for known in sorted(also, key=len, reverse=True):
        text = text.replace(known, " ")
    return [w for w in _WORD.findall(_NOT_WORDS.sub(" ", text)) if w not in _NAMES]


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locales")
    shutil.copytree(ROOT / "bridge" / "locales" / "pl", folder / "pl")
    add_language(folder)
    return folder


@pytest.fixture
def greek(locales: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A run of another language, in an empty folder."""
    monkeypatch.setattr(language, "_locales", lambda: locales)
    language._loaded.cache_clear()
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", CODE)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    yield
    language._loaded.cache_clear()


def _ways() -> list[list[str]]:
    found: list[list[str]] = [[], ["config", "show"]]
    return found + [[name] for name in COMMANDS]


@pytest.mark.parametrize("command", _ways(), ids=" ".join)
@pytest.mark.usefixtures("greek")
def test_no_help_has_english_left(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Υσαγε:")
    names = ["show"] if command == ["config"] else command or list(COMMANDS)
    for line in shown.split("\n"):
        assert words_left(re.sub(rf"^  (?:{'|'.join(names)})\s", "", line)) == [], line


WRONG = {
    "no command": ["diagnos"],
    "nothing like a command": ["frobnicate"],
    "no such option": ["--nope"],
    "an option mistyped": ["diagnose", "x", "--formt", "json"],
    "an option without its value": ["diagnose", "x", "--format"],
    "a flag with a value": ["diagnose", "x", "--strict=1"],
    "a target is missing": ["diagnose"],
    "an argument too many": ["diagnose", "aa", "bb"],
    "arguments too many": ["diagnose", "aa", "bb", "cc"],
    "no format": ["diagnose", "x", "--format", "zzz"],
    "no number": ["diagnose", "x", "--deadline", "zzz"],
    "a number out of range": ["diagnose", "x", "--deadline", "0"],
    "no end of waiting": ["diagnose", "x", "--deadline", "inf"],
    "no bytes": ["diagnose", "x", "--log-bytes", "zzz"],
    "no language": ["diagnose", "x", "--lang", "zz"],
    "no file descriptor": ["diagnose", "x", "--api-key-fd", "zzz"],
    "no configuration": ["diagnose", "x", "--config", "zzz"],
    "a folder for a configuration": ["diagnose", "x", "--config", "."],
    "an empty target": ["diagnose", ""],
    "a target with spaces": ["diagnose", " zz"],
    "a web address": ["diagnose", "https://zz.example/"],
    "another scheme": ["diagnose", "ssh://zz.example"],
    "an IPv6 address": ["diagnose", "[2001:db8::1]"],
    "no port": ["diagnose", "zz.example:99999"],
    "no path": ["diagnose", "zz.example:zz"],
    "a local path without a path": ["diagnose", "local:"],
    "a relative local path": ["diagnose", "local:zz"],
    "a demo without a name": ["diagnose", "demo:"],
    "no such demo": ["demo", "zzz"],
    "no such version in the demo": ["demo", "four-troubles@9.9"],
    "no alias": ["diagnose", "@zz"],
    "no group": ["diagnose", "@all"],
    "no folder": ["diagnose", "./zz"],
    "no bundle": ["diagnose", "zz.zip"],
    "nothing to analyze": ["analyze", "zz"],
    "no finding": ["explain", "zz.zzz"],
    "a finding mistyped": ["explain", "dns.nxdoman"],
    "no log line": ["explain", "zzz zzz zzz"],
    "no format of an explanation": ["explain", "key.missing", "-o", "zz.xml"],
    "a mistyped code": ["analyze", FOUR, "--only", "dns.nxdoman"],
    "a code of no family": ["analyze", FOUR, "--only", "zzzzzz"],
    "no assumption": ["analyze", FOUR, "--what-if", "zz=zz"],
    "an assumption of no domain": ["analyze", FOUR, "--what-if", "dns=fixed:"],
    "assumptions for others": ["analyze", FOUR, "--for", "customer", "--what-if", "dns=fixed"],
    "a domain for nobody": ["analyze", FOUR, "--domain", "zz.example"],
    "a domain not mapped": ["analyze", FOUR, "--for", "customer", "--domain", "zz.example"],
    "a format for no reader": ["analyze", FOUR, "--for", "closte", "--format", "csv"],
    "no resolver": ["diagnose", "x", "--resolver", "zz"],
    "no stand-in": ["diagnose", "x", "--resolve", "zz"],
    "a key in the clear": ["diagnose", "x", "--api-url", "http://zz.example/"],
    "no URL": ["diagnose", "x", "--api-url", "zz"],
    "a key from the host": ["diagnose", "x", "--api-key-fd", "9"],
    "no key there": ["diagnose", "x", "--api-from", "here", "--api-key-fd", "987"],
    "two keys": ["diagnose", "x", "--api-from", "here", "--api-key-fd", "9", "--api-key-keyring", "z"],
    "no place for a report": ["analyze", FOUR, "-o", "/zz/zz.json"],
    "a folder for a report": ["analyze", FOUR, "-o", "/"],
    "no place for evidence": ["collect", FOUR, "-o", "/zz/zz/zz"],
    "no name for evidence": ["collect", FOUR, "-o", ""],
    "no logs": ["logs", "zz"],
    "no translations": ["logs", ".", "--messages", "zz.json"],
    "no history": ["history", "zz.example"],
    "no history of a demo": ["history", "demo"],
    "no targets": ["fleet"],
    "no plan": ["remediate", "zz.example", "--plan", "zz.json"],
    "no host for a plan": ["remediate", FOUR, "--apply"],
    "no site": ["remediate", "zz.example", "--keep-site", "zz"],
    "no journal": ["undo", "zz.jsonl"],
    "no fingerprint": ["diagnose", "zz.example", "--accept-host-key", "zz"],
    "no such shell": ["completion", "zsch"],
    "no such config command": ["config", "zz"],
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.usefixtures("greek")
def test_no_error_has_english_left(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    typed = tuple(word for word in WRONG[wrong] if word)
    assert status_of(list(WRONG[wrong])) in (0, 1, 2, 3, 6)
    said = capsys.readouterr().err
    assert said
    assert words_left(said, also=typed) == [], said


@pytest.mark.parametrize(
    "typed",
    [
        ["./zz"],
        ["zz", "--frob"],
        ["@zz"],
        ["zz", "-t", "zz"],
        ["zz", "-w", "zz"],
        [FOUR, "--only", "zz"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("greek")
def test_what_is_unknown_to_monitoring_is_told_too(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["check", *typed]) == 3
    said = capsys.readouterr().out
    assert said.startswith("CLOSTE UNKNOWN - ")
    assert words_left(said, also=tuple(typed)) == [], said


@pytest.mark.usefixtures("greek")
def test_completion_is_told_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell asks for what could follow: name, then what it is, line by line."""
    for words, place in (("", 1), ("analyze --", 2), ("explain dns.", 2)):
        monkeypatch.setenv("COMP_WORDS", f"closte-doctor {words}")
        monkeypatch.setenv("COMP_CWORD", str(place))
        monkeypatch.setenv("_CLOSTE_DOCTOR_COMPLETE", "zsh_complete")
        with pytest.raises(SystemExit):
            status_of([])
        offered = capsys.readouterr().out.splitlines()
        told = offered[2::3]
        assert len(told) > 5
        assert [w for line in told for w in words_left(line)] == []


SETTINGS = {
    "no TOML": "zz",
    "no key": "zz = 1",
    "no table": "options = 1",
    "a mistyped option": "[options]\nconect_timeout = 1",
    "a wrong option": "[options]\ndeadline = 'zz'",
    "a wrong flag": "[options]\nstrict = 1",
    "no language": "[options]\nlang = 'zz'",
    "a secret": "[options]\napi_key = 'zz'",
    "a target of two ways": "[targets.a]\nssh = 'zz'\nlocal = '/zz'",
    "a wrong target": "[targets.a]\nssh = 1",
    "a target's name": "[targets.'z z']\nssh = 'zz'",
    "an unknown key of a target": "[targets.a]\nsshh = 'zz'",
    "patterns": "[patterns.api]\nzz = 1",
    "patterns of nothing": "[patterns.api]\nzz = ['a']",
    "suppress": "suppress = 1",
    "suppress nothing": "[[suppress]]\ncode = 'zz'",
    "suppress for no reason": "[[suppress]]\ncode = 'dns.nxdomain'",
    "suppress for ever": "[[suppress]]\ncode = 'dns.nxdomain'\nreason = 'zz'",
}


@pytest.mark.parametrize("wrong", SETTINGS)
@pytest.mark.usefixtures("greek")
def test_no_error_of_the_settings_has_english_left(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("closte-doctor.toml").write_text(SETTINGS[wrong])
    assert status_of(["analyze", FOUR]) == 2
    said = capsys.readouterr().err
    found = words_left(said, also=("closte-doctor.toml", "closte-doctor", "suppress", "targets"))
    assert found == [], said


@pytest.mark.usefixtures("greek")
def test_what_is_suppressed_and_where_it_stands_has_no_english_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("closte-doctor.toml").write_text(
        "[[suppress]]\ncode = 'dns.nxdomain'\nreason = 'zz'\nuntil = 2126-12-01"
    )
    assert status_of(["config", "show"]) == 0
    told = capsys.readouterr().out.splitlines()[-2:]
    also = ("dns.nxdomain", "zz", "2126-12-01", "closte-doctor.toml")
    assert words_left("\n".join(told), also=also) == [], told


@pytest.mark.usefixtures("greek")
def test_what_a_run_says_meanwhile_has_no_english_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for typed in (
        ["analyze", FOUR, "-o", "zz.json"],
        ["collect", FOUR, "-o", "zz"],
        ["logs", FOUR, "-v", "-o", "zz.csv"],
        ["diagnose", "127.0.0.1:1", "--no-probe", "--no-history"],
        ["diagnose", "zz.invalid", "--no-probe", "--no-history"],
        ["config", "show", "--origin"],
    ):
        status_of(typed)
        shown = capsys.readouterr()
        also = (*typed, FOUR, "integration-closte", "domain-creation", "zz.json", "zz.csv")
        assert words_left(shown.err, also=also) == [], shown.err
        if (
            typed[0] == "diagnose"
        ):  # of the evidence, what was said at the time stays as it was said
            told = shown.out.partition("Εωιδενχε")[0]
            assert words_left(told, also=(*typed, CODE)) == [], told


@pytest.mark.usefixtures("greek")
def test_what_machines_read_is_the_same_in_every_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def shown(*words: str) -> str:
        status_of(["analyze", FOUR, *words])
        return capsys.readouterr().out

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {k: shape(v) for k, v in value.items()}
        return [shape(v) for v in value] if isinstance(value, list) else type(value)

    said, english = (json.loads(shown("--format", "json", "--lang", code)) for code in (CODE, "en"))
    assert shape(said) == shape(english)
    for one, other in zip(said["findings"], english["findings"], strict=True):
        told = {"title", "means", "because", "do"}
        assert {k: v for k, v in one.items() if k not in told} == {
            k: v for k, v in other.items() if k not in told
        }
    for form in ("prometheus", "csv"):
        first, second = (
            shown("--format", form, "--lang", code).split("\n") for code in (CODE, "en")
        )
        assert first[0] == second[0]
        assert len(first) == len(second)


@pytest.mark.parametrize(
    ("typed", "agrees"),
    [
        ("t", True),
        ("TAK", True),
        ("y", True),
        ("yes", True),
        ("n", False),
        ("", False),
        ("nie", False),
    ],
)
def test_yes_in_polish(typed: str, agrees: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(f"{typed}\n"))
    assert agreed("?", yes=False, language=language.language_of("pl")) is agrees


@pytest.mark.usefixtures("greek")
def test_english_comes_back_after_another_language(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of a run in another language is left in the process, neither in our commands nor in click."""
    assert status_of(["diagnose", "--help", "--lang", CODE]) == 0
    assert "Υσαγε:" in capsys.readouterr().out
    assert status_of(["diagnose", "--help", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: closte-doctor diagnose")
    assert "Show this message and exit." in shown
    assert not re.search("[α-ω]", shown)
    with pytest.raises(click.UsageError, match="There is no command"):
        cli.main(["zzz", "--lang", "en"], standalone_mode=False)


def test_a_language_is_added_by_its_catalogue_alone(tmp_path: Path) -> None:
    """Dropped into the folder of catalogues of a fresh copy, and known everywhere."""
    for package in ("bridge", "analyzers"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    add_language(tmp_path / "bridge" / "locales")

    def run(*words: str, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
        kept = ("LC_", "LANG", "CLOSTE_DOCTOR")
        outside = {k: v for k, v in os.environ.items() if not k.startswith(kept)}
        return subprocess.run(
            [sys.executable, "-m", "bridge.cli.main", *words],
            cwd=tmp_path,
            env={**outside, "LANG": locale, "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    said = run("explain", "key.missing", "--lang", CODE)
    assert (said.returncode, said.stdout.split("\n")[0]) == (
        0,
        f"key.missing: {_title()}",
    )
    assert "en|pl|xx|auto" in run("analyze", "--help").stdout
    assert "'zz' is none of: auto, en, pl, xx." in run("analyze", "x", "--lang", "zz").stderr
    assert run("--help", locale="xx_XX.UTF-8").stdout.startswith("Υσαγε:")
    assert run("--help", locale="zz_ZZ.UTF-8").stdout.startswith("Usage:")


def _title() -> str:
    from messages.pseudo import GREEK

    from analyzers.rules import BY_CODE

    return GREEK.catalogue.gettext(BY_CODE["key.missing"].text.title)


@pytest.mark.parametrize(
    ("words", "environment", "toml", "code"),
    [
        ([], {}, "", "en"),
        ([], {"LANG": "pl_PL.UTF-8"}, "", "pl"),
        (["--lang", "en"], {"LANG": "pl_PL.UTF-8"}, "", "en"),
        (["--lang=pl"], {"LANG": "C"}, "", "pl"),
        (["--lang", "en", "--lang", "pl"], {}, "", "pl"),
        (["explain", "--", "--lang", "pl"], {}, "", "en"),
        (["--lang"], {"LANG": "pl_PL"}, "", "pl"),
        (["--lang", "zz"], {"LANG": "pl_PL"}, "", "pl"),
        (["--lang", "auto"], {"LANG": "pl_PL", "CLOSTE_DOCTOR_LANG": "en"}, "lang = 'en'", "pl"),
        ([], {"CLOSTE_DOCTOR_LANG": "pl"}, "", "pl"),
        ([], {"CLOSTE_DOCTOR_LANG": "zz", "LANG": "pl"}, "", "pl"),
        ([], {"CLOSTE_DOCTOR_LANG": "en"}, "lang = 'pl'", "en"),
        ([], {}, "lang = 'pl'", "pl"),
        ([], {"LANG": "pl_PL"}, "lang = 'en'", "en"),
        ([], {"LANG": "pl_PL"}, "lang = 'auto'", "pl"),
        ([], {"LANG": "pl_PL"}, "lang = 1", "pl"),
        ([], {"LANG": "pl_PL"}, "[[[", "pl"),
        (["--config", "other.toml"], {}, "lang = 'pl'", "en"),
    ],
)
def test_the_language_of_a_run(
    words: list[str],
    environment: dict[str, str],
    toml: str,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.toml").write_text("")
    if toml:
        (tmp_path / "closte-doctor.toml").write_text(f"[options]\n{toml}\n")
    assert language_asked(words, {"HOME": str(tmp_path), **environment}) == code


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1", "iso8859-2", "cp1252", "utf-8"])
@pytest.mark.parametrize("words", [("undo", "--help"), ("diagnose", "./zz")], ids=" ".join)
def test_a_terminal_of_few_letters_is_no_bug(encoding: str, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge.cli.main", *words],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "pl_PL.UTF-8", "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == (0 if words[0] == "undo" else 2), done.stderr
    assert done.stdout or done.stderr
