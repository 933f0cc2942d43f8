"""`domain`, `preflight` and `--what-if` as a person types them."""

from __future__ import annotations

import json
import shutil
import stat
from html import unescape
from pathlib import Path

import pytest

from analyzers.lifeline import GUESSED
from bridge.cli.main import status_of
from bridge.demo.networks import example

FIXTURES = Path(__file__).parents[1] / "fixtures"
RECORDINGS = FIXTURES / "recordings"
NETWORKS = FIXTURES / "networks"
FRESH, SHOP, NEW = "fresh.client-d.example", "shop.client-b.example", "new.client-e.example"


def doctor(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, str, str]:
    status = status_of(list(words))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def test_domain_over_ssh_and_of_a_folder_tell_the_same(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    shown = doctor(capfdbinary, "diagnose", "demo:slow-ssl", "--format", "json")
    name = next(d["domain"] for d in json.loads(shown[1])["domains"] if d["state"] == "waiting")
    for path, content in example("slow-ssl").files.items():
        (tmp_path / "folder" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / path).write_bytes(content)
    live = doctor(capfdbinary, "domain", "demo:slow-ssl", name, "--format", "json")
    folder = doctor(capfdbinary, "domain", "folder", name, "--format", "json")
    one, other = json.loads(live[1]), json.loads(folder[1])
    assert one["domain"] == other["domain"]
    assert one["domain"]["id"] == name
    assert [d["domain"] for d in one["domains"]] == [name]
    assert live[0] == folder[0]


@pytest.mark.parametrize(
    ("network", "name", "words", "status"),
    [
        ("slow-ssl", FRESH, (), 0),
        ("slow-ssl", FRESH, ("--fail-on", "warning"), 1),
        ("dns-mismatch", SHOP, (), 1),
        ("dns-mismatch", SHOP, ("--skip", "dns,ssl"), 0),
        ("dns-mismatch", "www.bakery-lane.example", (), 0),
        ("bad-key", NEW, (), 1),
        ("healthy", "shpo.client-b.example", (), 2),
        ("healthy", "network.example", (), 0),
    ],
)
def test_the_exit_status_is_that_of_what_touches_the_domain(
    network: str,
    name: str,
    words: tuple[str, ...],
    status: int,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert doctor(capfdbinary, "domain", str(NETWORKS / network), name, *words)[0] == status


def test_a_domain_that_is_up_is_told_what_the_network_suffers_from(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    shutil.copytree(NETWORKS / "healthy", tmp_path / "folder")
    closte = tmp_path / "folder" / "closte.json"
    calls = json.loads(closte.read_text())
    for call in calls["calls"]:
        call.update(http_status=200, body='{"success":false,"error":"Invalid api key"}')
    closte.write_text(json.dumps(calls))
    whole = doctor(capfdbinary, "diagnose", "folder", "--format", "json")
    assert "key.rejected" in {f["code"] for f in json.loads(whole[1])["findings"]}
    name = json.loads(whole[1])["domains"][0]["domain"]
    status, out, _ = doctor(capfdbinary, "domain", "folder", name)
    assert status == 0
    assert "Not about this domain" in " ".join(out.split())
    assert "[key.rejected]" in " ".join(out.split())
    polish = doctor(capfdbinary, "domain", "folder", name, "--lang", "pl")[1]
    assert "Not about this domain" not in " ".join(polish.split())
    assert "[key.rejected]" in " ".join(polish.split())


def test_an_empty_folder_is_unobservable(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    status, out, _ = doctor(capfdbinary, "domain", "empty", SHOP, "--format", "json")
    assert status == 3
    assert json.loads(out)["domain"]["relation"] == "unobserved"
    assert doctor(capfdbinary, "preflight", "empty", SHOP)[0] == 3


def test_a_mistyped_name_is_guessed_in_every_format(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    folder = str(NETWORKS / "healthy")
    for form in ("text", "markdown", "json", "html"):
        status, out, _ = doctor(
            capfdbinary, "domain", folder, "shpo.client-b.example", "--format", form
        )
        assert status == 2
        assert "Did you mean" in out
        assert "client" in out


def test_formats_by_suffix_and_the_machines_formats(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = str(NETWORKS / "dns-mismatch")
    names = ("r.json", "r.md", "r.txt", "r.csv", "r.xml", "r.html")
    words = [word for name in names for word in ("-o", name)]
    status, out, err = doctor(capfdbinary, "domain", folder, SHOP, *words)
    assert (status, out) == (1, "")
    assert err.count("Report written") == len(names)
    assert json.loads((tmp_path / "r.json").read_text())["domain"]["id"] == SHOP
    assert (tmp_path / "r.md").read_text().startswith("# shop")
    assert "bakery" not in (tmp_path / "r.csv").read_text()
    assert stat.S_IMODE((tmp_path / "r.txt").stat().st_mode) == 0o600


def test_text_of_strangers_does_not_act(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "hostile"
    shutil.copytree(NETWORKS / "dns-mismatch", folder)
    log = next((folder / "wu-logs").glob("domain-*.log"), None)
    assert log is not None
    with log.open("a") as end:
        end.write(
            "[2026-05-04 09:59:00] [WARNING] Loopback response via HTTP is not valid JSON: "
            "Syntax error : \x1b[2J\x1b]0;owned\x07<script>\u202e\n"
        )
    for form in ("text", "markdown", "json", "html"):
        out = doctor(capfdbinary, "domain", str(folder), SHOP, "--format", form)[1]
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert form != "html" or "<script" not in out
    status, out, _ = doctor(capfdbinary, "domain", str(folder), "a\x1b[2Jb.example")
    assert status == 2
    assert "\x1b" not in out


def test_the_page_of_a_domain_tells_what_the_text_tells(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    words = ("domain", "demo", "atelier.example", "--format")
    page = doctor(capfdbinary, *words, "html")[1]
    told = json.loads(doctor(capfdbinary, *words, "json")[1])["domain"]
    said = unescape(page)
    assert "<h1>atelier.example</h1>" in page
    assert told["headline"] in said
    assert told["forecast"]["says"] in said
    for entry in told["lifeline"]:
        if entry["endpoint"] not in GUESSED:
            assert entry["event"] in said
            assert entry["detail"] in said
    for record in told["customer"]["records"]:
        assert record["says"] in said
    assert told["plugin"]["quiet"] in said


@pytest.mark.parametrize("network", ["healthy", "four-troubles", "dns-mismatch"])
def test_the_page_of_a_preflight_tells_what_the_text_tells(
    network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = ("preflight", str(NETWORKS / network), "zażółć.client-e.example", "--format")
    page = doctor(capfdbinary, *words, "html")[1]
    told = json.loads(doctor(capfdbinary, *words, "json")[1])["preflight"]
    said = unescape(page)
    assert "(zażółć.client-e.example)</h1>" in page
    assert told["says"] in said
    for reason in told["reasons"]:
        assert reason["says"] in said
        assert reason["do"] in said
    for record in told["records"]["records"]:
        assert record["says"] in said


@pytest.mark.parametrize(
    "words", [("diagnose", "demo"), ("domain", "demo", "atelier.example")], ids=" ".join
)
def test_what_is_only_assumed_is_said_at_the_head_of_the_page(
    words: tuple[str, ...], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    page = doctor(capfdbinary, *words, "--what-if", "dns=fixed", "--format", "html")[1]
    head = page[page.index("<body>") : page.index("</header>")]
    assert "HYPOTHETICAL. Assumed: the DNS of every mapped domain is right" in head
    assert "HYPOTHETICAL" not in doctor(capfdbinary, *words, "--format", "html")[1]


def test_what_is_accepted_of_the_domain_is_listed_with_its_reason_and_nothing_of_others(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "closte-doctor.toml").write_text(
        '[[suppress]]\ncode = "dns.wrong-address"\nsubject = "atelier.example"\n'
        'reason = "moves in June"\nuntil = 2099-06-30\n'
    )
    for form in ("text", "markdown", "html", "json"):
        out = doctor(capfdbinary, "domain", "demo", "atelier.example", "--format", form)[1]
        assert "moves in June" in out
        assert "atelier.example leads to another server" in out
        other = doctor(capfdbinary, "domain", "demo", "garden.example", "--format", form)[1]
        assert "moves in June" not in other
        nobody = doctor(capfdbinary, "domain", "demo", "nowhere.example", "--format", form)[1]
        assert "moves in June" not in nobody


@pytest.mark.parametrize("what", ["foo=1", "dns", "check-interval=x", "dns=fixed:nobody.example"])
def test_an_assumption_that_cannot_be_made_is_one_sentence(
    what: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = str(NETWORKS / "dns-mismatch")
    for command in (("diagnose", folder), ("analyze", folder), ("domain", folder, SHOP)):
        status, out, err = doctor(capfdbinary, *command, "--what-if", what)
        assert (status, out) == (2, "")
        assert "Traceback" not in err


def test_what_if_in_every_command_that_has_it(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    folder = str(NETWORKS / "dns-mismatch")
    real = json.loads(doctor(capfdbinary, "analyze", folder, "--format", "json")[1])
    assert not any("Hypothetical" in note for note in real["notes"])
    for words in (("analyze", folder), ("domain", folder, SHOP)):
        status, out, _ = doctor(capfdbinary, *words, "--what-if", "dns=fixed", "--format", "json")
        found = json.loads(out)
        assert status == 0
        assert found["notes"][0].startswith("Hypothetical")
        assert any("Earliest done at" in note for note in found["notes"])
        assert not [f for f in found["findings"] if f["code"].startswith("dns.")]


def test_what_is_assumed_is_sent_to_nobody(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    status, out, err = doctor(
        capfdbinary, "analyze", str(NETWORKS / "dns-mismatch"), "--for", "customer",
        "--domain", SHOP, "--what-if", "alias=added",
    )  # fmt: skip
    assert (status, out) == (2, "")
    assert "--what-if" in err


@pytest.mark.parametrize(
    ("network", "name", "answer", "status"),
    [
        ("healthy", "nobody.client-z.example", "unknown", 3),
        ("healthy", "*.client-z.example", "no", 1),
        ("healthy", "пример.рф", "no", 1),
        ("healthy", SHOP, "no", 1),
        ("bad-key", "nobody.client-z.example", "no", 1),
    ],
)
def test_preflight_answers_and_exits(
    network: str, name: str, answer: str, status: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = str(NETWORKS / network)
    found = doctor(capfdbinary, "preflight", folder, name, "--format", "json")
    assert json.loads(found[1])["preflight"]["answer"] == answer
    assert found[0] == status
    for form in ("text", "markdown"):
        assert doctor(capfdbinary, "preflight", folder, name, "--format", form)[0] == status


def test_preflight_yes_and_not_yet(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "network"
    shutil.copytree(NETWORKS / "healthy", folder)
    dns = json.loads((folder / "dns.json").read_text())
    name = "new.client-z.example"
    for via in ("authoritative", "resolver:1.1.1.1"):
        for kind, records in (("A", ["203.0.113.10"]), ("AAAA", []), ("CNAME", []), ("CAA", [])):
            dns.append(
                {"name": name, "type": kind, "via": via, "status": "NOERROR", "records": records,
                 "ttl": 300 if records else None, "checking_disabled": False}
            )  # fmt: skip
    (folder / "dns.json").write_text(json.dumps(dns))
    status, out, _ = doctor(capfdbinary, "preflight", str(folder), name)
    assert status == 0, out
    assert "Yes:" in out
    assert doctor(capfdbinary, "preflight", str(folder), name, "--strict")[0] == 4
    wrong = (
        (folder / "dns.json")
        .read_text()
        .replace(
            f'"name": "{name}", "type": "A", "via": "authoritative", "status": "NOERROR", '
            '"records": ["203.0.113.10"]',
            f'"name": "{name}", "type": "A", "via": "authoritative", "status": "NOERROR", '
            '"records": ["198.51.100.99"]',
        )
    )
    (folder / "dns.json").write_text(wrong)
    status, out, _ = doctor(capfdbinary, "preflight", str(folder), name)
    assert status == 1
    assert "Not yet:" in out
    assert "203.0.113.10" in out
    assert doctor(capfdbinary, "preflight", str(folder), name, "--fail-on", "never")[0] == 0
    status, out, _ = doctor(capfdbinary, "preflight", str(folder), name, "--skip", "dns,ssl")
    assert status == 0, out
    assert doctor(capfdbinary, "preflight", str(folder), name, "--only", "nonsense")[0] == 2


def test_print_commands_is_refused_where_nothing_would_be_sent(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    for command in ("domain", "preflight", "watch"):
        status, out, err = doctor(
            capfdbinary, command, str(NETWORKS / "healthy"), SHOP, "--print-commands"
        )
        assert (status, out) == (2, "")
        assert "nothing would be sent" in err


def test_print_commands_prints_the_collector(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    status, out, _ = doctor(capfdbinary, "domain", "acct123@host.example", SHOP, "--print-commands")
    assert status == 0
    assert "--skip-wordpress" in out
    assert "--skip-plugins" not in out


def test_ctrl_c_keeps_what_is_known_of_the_domain(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.interruption import Interrupted

    known = dict(example("slow-ssl").files)
    known.pop("tls.json")
    name = json.loads(known["domain_mappings.json"])[0]["domain"]

    def interrupted(*_: object) -> None:
        raise Interrupted(known)

    monkeypatch.setattr("bridge.demo.run.collect_demo", interrupted)
    status, out, err = doctor(capfdbinary, "domain", "demo:slow-ssl", name, "--format", "json")
    assert status == 130
    assert json.loads(out)["domain"]["id"] == name
    assert "partial" in json.loads(out)["notes"][0]
    assert "interrupted" in err


@pytest.mark.parametrize("command", ["domain", "preflight", "watch"])
@pytest.mark.parametrize("known", [{}, {"host.json": b'{"reached": "database"}'}])
def test_ctrl_c_in_the_first_look_still_gives_a_report(
    command: str,
    known: dict[str, bytes],
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from bridge.interruption import Interrupted

    def interrupted(*_: object) -> None:
        raise Interrupted(known)

    monkeypatch.setattr("bridge.demo.run.collect_demo", interrupted)
    words = (command, "demo:slow-ssl", SHOP)
    status, out, _ = doctor(capfdbinary, *words, "--format", "json")
    assert status == 130
    assert "partial" in json.loads(out)["notes"][0]
    status, out, _ = doctor(capfdbinary, *words)
    assert (status, SHOP in out) == (130, True)
