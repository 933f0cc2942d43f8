"""`history` and what is kept for it: of hosts only, owner only, bounded, and never in the way."""

from __future__ import annotations

import json
import shutil
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from browser.cases import diagnosed
from lab.ports import free_port

from bridge import past_runs
from bridge.cli.main import status_of
from bridge.folder import write_folder
from bridge.past_runs import earlier_runs, record_of, remember

NETWORKS = Path(__file__).parents[1] / "fixtures" / "networks"
Capture = pytest.CaptureFixture[str]
HEALTHY, TROUBLED = diagnosed("healthy"), diagnosed("four-troubles")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "state" / "closte-doctor" / "history"


@pytest.fixture
def closed() -> str:
    """A host that refuses every connection."""
    return f"nobody@127.0.0.1:{free_port()}"


def run(capfd: Capture, *words: str) -> tuple[int, str, str]:
    status = status_of(list(words))
    out, err = capfd.readouterr()
    return status, out, err


def later(hours: float, diagnosis: object = HEALTHY) -> object:
    return replace(diagnosis, taken_at=HEALTHY.taken_at + timedelta(hours=hours))  # type: ignore[type-var]


def fill(target: str, *diagnoses: object) -> None:
    for diagnosis in diagnoses:
        assert remember(diagnosis, target) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("command", ["diagnose", "fleet", "check"])
def test_a_look_at_a_host_is_kept(command: str, closed: str, state: Path, capfd: Capture) -> None:
    run(capfd, command, closed)
    runs, lost = earlier_runs(closed)
    assert [r.verdict for r in runs] == ["unobservable"]
    assert lost == 0
    assert stat.S_IMODE(record_of(closed).stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_nothing_is_kept_where_that_was_said(closed: str, state: Path, capfd: Capture) -> None:
    run(capfd, "diagnose", closed, "--no-history")
    assert not state.exists()


@pytest.mark.parametrize("word", ["demo", str(NETWORKS / "healthy")])
@pytest.mark.parametrize("command", ["diagnose", "fleet", "check"])
def test_of_an_example_or_of_evidence_nothing_is_kept(
    command: str, word: str, state: Path, capfd: Capture
) -> None:
    run(capfd, command, word)
    assert not state.exists()


def test_what_is_only_assumed_is_not_kept(closed: str, state: Path, capfd: Capture) -> None:
    run(capfd, "diagnose", closed, "--what-if", "dns=fixed")
    assert not state.exists()


def test_a_state_folder_that_cannot_be_made_spoils_nothing(
    closed: str, tmp_path: Path, capfd: Capture
) -> None:
    (tmp_path / "state").write_text("in the way")
    status, out, err = run(capfd, "diagnose", closed)
    assert status == 3
    assert "host.unreachable" in out
    assert "this run is not kept for history" in err
    assert "Traceback" not in err


def test_the_same_within_the_hour_is_kept_once_and_a_change_at_once() -> None:
    fill("prod", later(0), later(0.5), later(0.6, TROUBLED), later(0.7), later(2))
    runs, _ = earlier_runs("prod")
    assert [r.at - runs[0].at for r in runs] == [timedelta(hours=h) for h in (0, 0.6, 0.7, 2)]


def test_names_that_make_the_same_file_name_have_files_of_their_own() -> None:
    names = ["a/b", "a-b", "a b", "../a-b", "@a-b", "x" * 300, "x" * 301, "ż"]
    assert len({record_of(name) for name in names}) == len(names)
    assert {record_of(name).parent for name in names} == {record_of("a").parent}


def test_a_file_that_grows_too_large_keeps_its_newest_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(past_runs, "MOST_BYTES", 20_000)
    fill("prod", *(later(2 * n, TROUBLED) for n in range(40)))
    runs, lost = earlier_runs("prod")
    assert record_of("prod").stat().st_size <= 20_000
    assert lost == 0
    assert runs[-1].at == HEALTHY.taken_at + timedelta(hours=78)
    assert list(record_of("prod").parent.iterdir()) == [record_of("prod")]


def test_a_line_that_a_kill_cut_off_spoils_no_other() -> None:
    fill("prod", later(0), later(2))
    path = record_of("prod")
    path.write_bytes(path.read_bytes()[:-30])
    fill("prod", later(4))
    runs, lost = earlier_runs("prod")
    assert [r.at - HEALTHY.taken_at for r in runs] == [timedelta(), timedelta(hours=4)]
    assert lost == 1


def test_runs_at_the_same_time_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = [threading.Thread(target=fill, args=("prod", later(2 * n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs, lost = earlier_runs("prod")
    assert (len(runs), lost) == (20, 0)


def test_no_text_and_no_evidence_is_kept() -> None:
    fill("prod", TROUBLED)
    kept = record_of("prod").read_text()
    for finding in TROUBLED.findings:
        assert finding.because not in kept
        for citation in finding.evidence:
            assert citation.excerpt not in kept


@pytest.mark.parametrize(
    ("diagnoses", "words", "status"),
    [
        ((later(0), later(2)), (), 0),
        ((later(0), later(2, TROUBLED)), (), 1),
        ((later(0, TROUBLED), later(2)), (), 0),
        ((later(0, TROUBLED), later(2)), ("--strict",), 4),
        ((later(0), later(2, TROUBLED)), ("--fail-on", "never"), 0),
        ((later(0), later(2, diagnosed("nothing"))), (), 3),
    ],
)
def test_the_status_is_that_of_the_newest_run(
    diagnoses: tuple[object, ...], words: tuple[str, ...], status: int, capfd: Capture
) -> None:
    fill("prod.example", *diagnoses)
    assert run(capfd, "history", "prod.example", *words)[0] == status


def test_what_is_new_is_told(capfd: Capture) -> None:
    fill("prod.example", later(0), later(24, TROUBLED))
    _, out, err = run(capfd, "history", "prod.example", "--format", "json")
    found = json.loads(out)
    assert err == ""
    before, after = ({f.code for f in d.findings} for d in (HEALTHY, TROUBLED))
    assert {s["code"] for s in found["new"]} == after - before


def test_a_folder_of_bundles_is_a_history(tmp_path: Path, capfd: Capture) -> None:
    bundles = tmp_path / "bundles"
    bundles.mkdir()
    (bundles / "notes.txt").write_text("not evidence")
    for day, name in enumerate(("healthy", "four-troubles")):
        files = {
            str(p.relative_to(NETWORKS / name)): p.read_bytes()
            for p in (NETWORKS / name).rglob("*")
            if p.is_file()
        }
        meta = json.loads(files["meta.json"]) | {"taken_at": f"2026-05-1{day}T10:00:00Z"}
        files["meta.json"] = json.dumps(meta).encode()
        write_folder(files, bundles / name)
    shutil.make_archive(str(bundles / "case"), "zip", bundles / "four-troubles")
    shutil.rmtree(bundles / "four-troubles")
    status, out, _ = run(capfd, "history", "bundles", "--format", "json")
    found = json.loads(out)
    assert [r["at"] for r in found["runs"]] == ["2026-05-10T10:00:00Z", "2026-05-11T10:00:00Z"]
    assert "dns.wrong-address" in {s["code"] for s in found["new"]}
    assert status == 1


@pytest.mark.parametrize(
    ("word", "status", "sentence"),
    [
        ("prod.example", 3, "no earlier run of prod.example is known"),
        ("demo", 2, "clock stands still"),
        ("./empty", 2, "holds no evidence folder"),
        ("@nobody", 2, "@nobody"),
    ],
)
def test_where_there_is_nothing_one_sentence_says_so(
    word: str, status: int, sentence: str, tmp_path: Path, capfd: Capture
) -> None:
    (tmp_path / "empty").mkdir()
    found, out, err = run(capfd, "history", word)
    assert (found, out) == (status, "")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "json", "jsonl", "csv", "xml", "prom"])
def test_every_format_goes_to_a_file(suffix: str, tmp_path: Path, capfd: Capture) -> None:
    fill("prod.example", later(0), later(24, TROUBLED))
    status, out, _ = run(capfd, "history", "prod.example", "-o", f"report.{suffix}")
    assert (status, out) == (1, "")
    assert "prod.example" in (tmp_path / f"report.{suffix}").read_text()


def test_verbose_names_what_is_read(state: Path, capfd: Capture, tmp_path: Path) -> None:
    fill("prod", TROUBLED)
    shutil.copytree(NETWORKS / "healthy", tmp_path / "all" / "monday")
    (tmp_path / "closte-doctor.toml").write_text('[targets.prod]\nssh = "nobody@127.0.0.1"\n')
    quiet = run(capfd, "history", "prod")
    assert quiet[2] == ""
    status, out, said = run(capfd, "history", "prod", "-vv")
    assert (status, out) == quiet[:2]
    assert said == f"reading {record_of('prod')}\n"
    assert run(capfd, "history", "all", "-v")[2] == f"reading {tmp_path / 'all' / 'monday'}\n"
