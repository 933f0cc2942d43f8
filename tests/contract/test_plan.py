"""CONTRACT section 7, of evidence alone: the plan's shape, its actions and their least risks, what is refused."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract.stranger import (
    BLOG,
    ELSEWHERE,
    NETWORK,
    SHOP,
    WWW,
    Folder,
    action,
    ago,
    answers,
    default_shake,
    row,
    run,
    shake,
    written,
)

ACTIONS = {
    "alias.add", "alias.delete", "domain.recheck", "domain.mark-done", "domain.set-primary",
    "domain.drop-duplicate", "domain.create-record", "module.enable", "settings.check-interval",
    "settings.log-level", "jobs.run-due", "transient.delete-network-ip", "cdn.flush", "backup.take",
    "manual",
}  # fmt: skip
CONFIRM = {
    "settings.check-interval", "settings.log-level", "module.enable", "alias.add",
    "domain.create-record", "transient.delete-network-ip", "cdn.flush",
}  # fmt: skip
SEVERE = {"alias.delete", "domain.drop-duplicate", "domain.set-primary", "jobs.run-due"}
RISKS = ("safe", "confirm", "severe")


def _alias_missing(folder: Folder) -> None:
    folder.listed(NETWORK, WWW, BLOG)


def _alias_orphan(folder: Folder) -> None:
    folder.listed(NETWORK, SHOP, WWW, BLOG, "left.example")
    folder.lead("left.example", ELSEWHERE)


def _nothing_queued(folder: Folder) -> None:
    folder.set(SHOP, stage="checking-ssl-cert", date_created=ago(minutes=50))
    folder.tls = [shake(NETWORK), default_shake(SHOP), shake(BLOG)]


def _stale_failure(folder: Folder) -> None:
    folder.set(SHOP, stage="ssl-failed")


def _two_primaries(folder: Folder) -> None:
    folder.rows.append(row(9, 2, "more.example"))
    folder.lead("more.example", "203.0.113.10")
    folder.tls.append(shake("more.example"))
    folder.listed(NETWORK, SHOP, WWW, BLOG, "more.example", "www.more.example")


def _duplicate_and_cdn(folder: Folder) -> None:
    folder.rows.append(row(9, 2, SHOP, primary_domain="0"))
    folder.define("CLOSTE_CDN_HOSTNAME", "acct123.cdn.example")


def _no_record(folder: Folder) -> None:
    folder.sites.append(folder.site(4, f"fourth.{NETWORK}"))
    folder.logs["domain-creation"] = (
        f"[{ago(hours=1)}] [ERROR] Failed to create domain record for site 4: Domain has been used\n"
    )


def _module_off(folder: Folder) -> None:
    folder.options["wu_host_integrations_enabled"] = {"closte": False}


def _window(folder: Folder) -> None:
    folder.setting("dns_check_interval", "10")


def _muted(folder: Folder) -> None:
    folder.setting("error_logging_level", "errors")


def _backlog(folder: Folder) -> None:
    for number in range(12):
        args = {"domain_id": 1, "tries": number}
        at = ago(minutes=45)
        folder.scheduler.append(
            action(100 + number, "wu_async_process_domain_stage", "pending", at, args)
        )


def _wrong_ip(folder: Folder) -> None:
    folder.options["_site_transient_wu_public_network_ip"] = ELSEWHERE
    folder.set(SHOP, stage="failed")
    folder.logs[f"domain-{SHOP}"] = (
        f"[{ago(hours=1)}] [INFO] Starting Check for {SHOP}\n"
        f"[{ago(hours=1)}] [WARNING] Loopback request via HTTP returned HTTP 500\n"
        f"[{ago(hours=1)}] [ERROR] Domain verification failed via loopback on all protocols"
        " (HTTPS with SSL, HTTPS without SSL, HTTP).\n"
        f"[{ago(hours=1)}] [INFO] - DNS propagation checks tried for the max amount of times"
        " (5 times, one every 5 minutes). Marking as failed.\n"
    )


def _dns(folder: Folder) -> None:
    folder.lead(SHOP, ELSEWHERE)


CASES: dict[str, tuple[Callable[[Folder], None], set[str]]] = {
    "alias missing": (_alias_missing, {"alias.add"}),
    "alias orphan": (_alias_orphan, {"backup.take", "alias.delete"}),
    "nothing queued": (_nothing_queued, {"domain.recheck"}),
    "stale failure": (_stale_failure, {"domain.mark-done"}),
    "two primaries": (_two_primaries, {"backup.take", "domain.set-primary"}),
    "duplicate": (_duplicate_and_cdn, {"backup.take", "domain.drop-duplicate", "cdn.flush"}),
    "no record": (_no_record, {"domain.create-record"}),
    "module off": (_module_off, {"module.enable"}),
    "window": (_window, {"settings.check-interval"}),
    "muted": (_muted, {"settings.log-level"}),
    "backlog": (_backlog, {"backup.take", "jobs.run-due"}),
    "wrong ip": (_wrong_ip, {"transient.delete-network-ip"}),
    "dns": (_dns, {"manual"}),
}


def _made(tmp_path: Path, change: Callable[[Folder], None]) -> Path:
    folder = Folder()
    change(folder)
    return written(folder.files(), tmp_path / "case")


def _plan(place: Path, *options: str) -> tuple[int, Any, str]:
    status, out, err = run("remediate", str(place), "--format", "json", *options)
    return status, json.loads(out), err


@pytest.mark.parametrize("name", CASES)
def test_each_action_is_planned_in_the_shape_and_with_the_least_risk(
    tmp_path: Path, name: str
) -> None:
    change, wanted = CASES[name]
    _, plan, _ = _plan(_made(tmp_path, change))
    assert plan["schema"] == 1
    assert re.fullmatch("sha256:[0-9a-f]{64}", plan["digest"])
    assert set(plan["network"]) == {"domain", "app_id", "host_key"}
    assert (plan["target"], plan["network"]["app_id"]) == ("prod", "acct123")
    actions = {step["action"] for step in plan["steps"]}
    assert wanted <= actions <= ACTIONS
    for step in plan["steps"]:
        least = "severe" if step["action"] in SEVERE else "safe"
        least = "confirm" if step["action"] in CONFIRM else least
        assert RISKS.index(step["risk"]) >= RISKS.index(least)
        assert step["via"] in ("closte-api", "wp-cli", "manual")
        assert (step["via"] == "manual") == (step["action"] == "manual")
        assert step["reversible"] == (step["undo"] is not None)
        assert set(step["subject"]) == {"kind", "id"}
        assert isinstance(step["heals"], list)
        assert all(step[key] for key in ("id", "why", "expect"))
        assert isinstance(step["parameters"], dict)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("format", ["text", "markdown"])
def test_a_plan_in_polish_keeps_no_english_sentence(tmp_path: Path, name: str, format: str) -> None:
    place = _made(tmp_path, CASES[name][0])
    _, out, _ = run("remediate", str(place), "--lang", "pl", "--format", format)
    words = set(re.findall(r"(?<![\w-])[a-z]+(?![\w-])", out.decode()))
    assert not words & {"the", "this", "of", "is", "are", "and", "which", "not", "put"}


def test_every_action_is_among_these_cases() -> None:
    assert set().union(*(wanted for _, wanted in CASES.values())) == ACTIONS


@pytest.mark.parametrize("name", CASES)
def test_the_same_evidence_gives_the_same_plan_to_the_byte(tmp_path: Path, name: str) -> None:
    place = _made(tmp_path, CASES[name][0])
    bundle = tmp_path / "case.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for file in sorted(place.rglob("*"), reverse=True):
            if file.is_file():
                archive.write(file, file.relative_to(place))
    first = run("remediate", str(place), "--format", "json")
    assert run("remediate", str(place), "--format", "json") == first
    assert run("remediate", str(bundle), "--format", "json") == first
    plan = json.loads(first[1])
    assert plan["made_at"] == "2026-05-04T10:00:00Z", "old evidence gives no plan that looks fresh"
    assert plan["expires_at"] > plan["made_at"]


def test_a_plan_is_read_back_and_refused_where_it_was_touched(tmp_path: Path) -> None:
    place, file = _made(tmp_path, _alias_missing), tmp_path / "plan.json"
    assert run("remediate", str(place), "-o", str(file))[0] == 1
    assert file.stat().st_mode & 0o777 == 0o600
    reviewed = run("remediate", str(place), "--plan", str(file))
    assert reviewed[0] == 1
    assert b"alias.add" in reviewed[1]
    plan = json.loads(file.read_text())
    other = tmp_path / "other.json"
    other.write_text(json.dumps(plan))
    assert run("remediate", str(place), "--plan", str(other))[0] == 1, (
        "laid out anew, it is the same"
    )
    for path, value in (
        (("expires_at",), "2099-01-01T00:00:00Z"),
        (("network", "app_id"), "acct999"),
        (("steps", 0, "risk"), "safe"),
        (("steps", 0, "parameters", "domain"), "other.example"),
        (("digest",), "sha256:" + hashlib.sha256(b"").hexdigest()),
    ):
        changed = json.loads(file.read_text())
        inner: Any = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        other.write_text(json.dumps(changed))
        status, out, err = run("remediate", str(place), "--plan", str(other))
        assert (status, out) == (6, b""), path
        assert "digest" in err
    for text in ("", "{", file.read_text()[:-40], "[]", '{"schema": 2}'):
        other.write_text(text)
        status, out, err = run("remediate", str(place), "--plan", str(other))
        assert (status, out) == (2, b""), text
        assert err.strip()


def test_a_plan_that_something_moved_under_is_refused_and_says_what(tmp_path: Path) -> None:
    place, file = _made(tmp_path, _alias_missing), tmp_path / "plan.json"
    run("remediate", str(place), "-o", str(file))
    moved = Folder()
    _alias_missing(moved)
    _dns(moved)
    later = written(moved.files(), tmp_path / "later")
    for options in ((), ("--apply", "--yes"), ("--format", "json")):
        status, out, err = run("remediate", str(later), "--plan", str(file), *options)
        assert status == 6
        said = " ".join((out.decode() if options == () else err).split())
        assert 'dns shop.example is "elsewhere" now' in said, options
    old = Folder()
    _alias_missing(old)
    old.meta["taken_at"] = old.host["time_gmt"] = "2026-05-04T10:31:00Z"
    status, out, _ = run(
        "remediate", str(written(old.files(), tmp_path / "old")), "--plan", str(file)
    )
    assert status == 6
    assert b"expired at 2026-05-04T10:30:00Z" in out


@pytest.mark.parametrize("name", CASES)
def test_no_plan_is_stale_on_the_evidence_that_it_was_made_of(tmp_path: Path, name: str) -> None:
    folder = Folder()
    CASES[name][0](folder)
    files = folder.files()
    for number, withheld in enumerate([None, *sorted(files)]):
        kept = {file: content for file, content in files.items() if file != withheld}
        place, file = written(kept, tmp_path / str(number)), tmp_path / f"{number}.json"
        status, _, _ = run("remediate", str(place), "-o", str(file))
        again, out, _ = run("remediate", str(place), "--plan", str(file))
        assert b"[stale]" not in out, withheld
        assert again in (status, 1), withheld


def _a_row_was_changed(folder: Folder) -> None:
    _duplicate_and_cdn(folder)
    folder.rows[-1]["blog_id"] = "3"


def _a_row_is_gone(folder: Folder) -> None:
    _two_primaries(folder)
    folder.rows.pop()


def _mapped_meanwhile(folder: Folder) -> None:
    _alias_orphan(folder)
    folder.rows.append(row(9, 2, "left.example", primary_domain="0"))


def _as_it_was(folder: Folder) -> None:
    """Nothing is left to heal."""


@pytest.mark.parametrize(
    ("planned", "later", "moved"),
    [
        (_duplicate_and_cdn, _a_row_was_changed, "row 9"),
        (_duplicate_and_cdn, _as_it_was, "row 9"),
        (_two_primaries, _a_row_is_gone, "row 9"),
        (_alias_orphan, _mapped_meanwhile, "rows of left.example"),
        (_alias_orphan, _as_it_was, "alias left.example"),
        (_backlog, _as_it_was, "action 100"),
    ],
)
def test_what_waits_for_a_backup_is_stale_before_one_is_taken(
    tmp_path: Path,
    planned: Callable[[Folder], None],
    later: Callable[[Folder], None],
    moved: str,
) -> None:
    file = tmp_path / "plan.json"
    run("remediate", str(_made(tmp_path / "1", planned)), "-o", str(file))
    assert "backup.take" in file.read_text()
    status, out, _ = run(
        "remediate", str(_made(tmp_path / "2", later)), "--plan", str(file), "--format", "markdown"
    )
    assert status == 6
    assert f"{moved} " in out.decode()
    assert "`stale`" in out.decode()


@pytest.mark.parametrize(
    "options",
    [("--skip", "alias.add"), ("--only", "alias"), ("--risk", "safe"), ("--keep", "a.b=1")],
)
def test_a_reviewed_plan_is_not_narrowed_in_silence(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    place, file = _made(tmp_path, _alias_missing), tmp_path / "plan.json"
    run("remediate", str(place), "-o", str(file))
    status, out, err = run("remediate", str(place), "--plan", str(file), *options)
    assert (status, out) == (2, b"")
    assert options[0] in err


def _staging(folder: Folder) -> None:
    folder.host["site_url"] = "https://staging.network.example"
    folder.dns = [a for n in (NETWORK, SHOP, WWW, BLOG) for a in answers(n, ELSEWHERE)]
    folder.host["development_mode"] = True
    folder.tls = []


def _foreign_key(folder: Folder) -> None:
    folder.listed("one.example", "two.example", "three.example")


def _two_sites(folder: Folder) -> None:
    folder.rows.append(row(9, 3, SHOP))


def _wildcard(folder: Folder) -> None:
    folder.rows.append(row(9, 2, "*.shop.example", primary_domain="0"))


def _many(folder: Folder) -> None:
    for number in range(11):
        name = f"c{number}.example"
        folder.rows.append(row(20 + number, 20 + number, name))
        folder.sites.append(folder.site(20 + number, f"c{number}.{NETWORK}"))
        folder.lead(name, "203.0.113.10")
        folder.tls.append(default_shake(name))


def _missing_and_elsewhere(folder: Folder) -> None:
    _alias_missing(folder)
    _dns(folder)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_staging, "staging-clone"),
        (_foreign_key, "foreign-key"),
        (_missing_and_elsewhere, "dns-not-here"),
        (_two_sites, "needs-choice"),
        (_wildcard, "wildcard"),
        (_many, "too-many-changes"),
    ],
)
def test_each_refusal_is_status_6_and_a_sentence_in_every_format(
    tmp_path: Path, change: Callable[[Folder], None], code: str
) -> None:
    place = str(_made(tmp_path, change))
    file = tmp_path / "plan.json"
    for options in (
        (),
        ("--format", "markdown"),
        ("--format", "json"),
        ("-o", str(file)),
        ("-o", str(file), "-o", "-"),
    ):
        status, out, err = run("remediate", place, *options)
        assert status == 6, options
        assert f"[{code}]" in out.decode() + err or f"(`{code}`)" in out.decode()
        if "json" in options:
            json.loads(out)
    assert not any(s["via"] != "manual" for s in json.loads(file.read_text())["steps"]) or (
        code == "too-many-changes"
    )


def test_what_was_refused_can_be_chosen(tmp_path: Path) -> None:
    assert _plan(_made(tmp_path / "1", _many), "--max-changes", "11")[0] == 1
    _, plan, _ = _plan(_made(tmp_path / "2", _two_sites), "--keep", f"{SHOP}=2")
    assert "domain.drop-duplicate" in {s["action"] for s in plan["steps"]}
    _, plan, _ = _plan(_made(tmp_path / "3", _wildcard), "--allow-wildcard")
    (added,) = [s for s in plan["steps"] if s["action"] == "alias.add"]
    assert added["parameters"] == {"domain": "*.shop.example", "wildcard": 1}


def test_nothing_is_carried_out_on_evidence(tmp_path: Path) -> None:
    place = str(_made(tmp_path / "1", _alias_missing))
    assert run("remediate", place, "--apply", "--yes")[0] == 2
    assert run("remediate", str(_made(tmp_path / "2", _staging)), "--apply", "--yes")[0] == 6
    assert run("remediate", str(_made(tmp_path / "3", _foreign_key)), "--apply", "--yes")[0] == 6


@pytest.mark.parametrize(
    "options",
    [("--format", "html"), ("--format", "csv"), ("-o", "plan.html"), ("-o", "plan.csv")],
)
def test_a_plan_is_written_as_text_markdown_or_json_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("remediate", str(_made(tmp_path, _alias_missing)), *options)
    assert (status, out) == (2, b"")
    assert "text, markdown or json" in err
    assert not list(tmp_path.glob("plan.*"))


def test_no_secret_stands_in_a_plan(tmp_path: Path) -> None:
    secret = "FAKEFAKE0123456789fakefake0123456789abcd"

    def change(folder: Folder) -> None:
        folder.define("CLOSTE_CLIENT_API_KEY", f" {secret}")
        folder.closte["calls"][0]["body"] = json.dumps({"success": False, "error": f"Bad {secret}"})
        folder.undefine("SUNRISE")

    place = _made(tmp_path, change)
    for format in ("text", "markdown", "json"):
        _, out, err = run("remediate", str(place), "--format", format)
        assert secret[:10] not in out.decode() + err
        assert "PASTE-THE-KEY-HERE" in out.decode()


@pytest.mark.parametrize(
    "options",
    [
        ("--only", "nonsense"),
        ("--only", "alias.ad"),
        ("--skip", "alias.delet"),
        ("--skip", "domain.set-primry"),
        ("--skip", "other.example"),
        ("--only", "alias.add,alias.mising"),
    ],
)
def test_a_slip_of_a_letter_leaves_nothing_in_or_out_in_silence(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    status, out, err = run("remediate", str(_made(tmp_path, _alias_orphan)), *options)
    assert (status, out) == (2, b"")
    assert "is no finding code, family or action" in err


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--only", "alias.*"), {"alias.add"}),
        (("--skip", "alias.*"), {"settings.log-level"}),
        (("--skip", "settings.*"), {"alias.add"}),
        (("--skip", "settings"), {"alias.add"}),
        (("--only", "settings.log*"), {"settings.log-level"}),
        (("--only", "alias.add"), {"alias.add"}),
        (("--only", SHOP.upper()), {"alias.add"}),
        (("--skip", f"{SHOP}."), {"settings.log-level"}),
        (("--only", "logs", "--only", "alias.missing"), {"settings.log-level", "alias.add"}),
        (("--only", "logs, alias.missing", "--skip", "alias.add"), {"settings.log-level"}),
    ],
)
def test_a_plan_is_narrowed_by_codes_families_patterns_actions_and_domains(
    tmp_path: Path, options: tuple[str, ...], wanted: set[str]
) -> None:
    def change(folder: Folder) -> None:
        _alias_missing(folder)
        _muted(folder)

    _, plan, _ = _plan(_made(tmp_path, change), *options)
    assert {step["action"] for step in plan["steps"]} == wanted


def test_what_is_accepted_is_not_planned_for_and_opens_no_gate(tmp_path: Path) -> None:
    config = tmp_path / "closte-doctor.toml"
    accepted = '[[suppress]]\ncode = "{}"\nreason = "we know"\nuntil = 2026-12-31\n'
    config.write_text(accepted.format("alias.orphan"))
    place = _made(tmp_path / "1", _alias_orphan)
    assert "alias.delete" in {s["action"] for s in _plan(place)[1]["steps"]}
    status, plan, _ = _plan(place, "--config", str(config), "--fail-on", "warning")
    assert (status, plan["steps"]) == (0, [])
    for change, code in ((_staging, "host.staging-clone"), (_foreign_key, "key.other-app")):
        config.write_text(accepted.format(code))
        place = _made(tmp_path / code, change)
        assert run("remediate", str(place), "--config", str(config))[0] == 6


@pytest.mark.parametrize("command", ["remediate", "undo"])
def test_a_record_that_could_not_be_written_stops_the_run_before_anything(
    tmp_path: Path, command: str
) -> None:
    place = str(_made(tmp_path, _alias_missing))
    there = tmp_path / "journal.jsonl"
    there.write_text("")
    words = (
        ("remediate", place, "--apply", "--yes") if command == "remediate" else ("undo", str(there))
    )
    status, out, err = run(*words, "-o", str(tmp_path / "nowhere" / "change.md"))
    assert (status, out) == (2, b"")
    assert "cannot write" in err
