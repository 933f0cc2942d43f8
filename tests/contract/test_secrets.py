"""CONTRACT section 3, secrets: planted in every file and every spelling, they come out nowhere."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from contract.stranger import BLOG, ENTRANCE, KEY, NETWORK, Folder, action, ago, call, run, written

SETS = {
    "that need escaping": (
        'Kq7"s&é/<Zx>9+wE2rT5yU8iO1pA4sD6fG',
        'p@ss"w0rd\\&<x>/ü+1234',
        "S4lt{]|~!#$%^&*()_+=-`:;?><,./ abcdefghijkl",
        "plug1n_Secr3t_t0ken_value",
    ),
    "plain": (KEY, "hunter2secretpw", "0123456789saltsaltsalt", "tok_abcdefghijklm"),
}
FORMATS = ("text", "markdown", "html", "json", "jsonl", "csv", "junit", "prometheus")
COMMANDS = (
    *(("analyze", "-vv", "--format", form) for form in FORMATS),
    ("analyze", "--for", "closte"),
    ("analyze", "--for", "customer", "--domain", BLOG),
    ("analyze", "--for", "plugin"),
    ("domain", BLOG),
    ("domain", BLOG, "--format", "json"),
    ("preflight", BLOG),
    ("remediate",),
    ("remediate", "--format", "json"),
    ("check",),
)


def spellings(secret: str) -> set[str]:
    """As it stands in text, JSON, PHP's JSON, URLs and HTML."""
    as_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return {
        secret,
        *as_json,
        *(text.replace("/", "\\/") for text in as_json),
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        html.escape(secret),
        html.escape(secret, quote=False),
        html.escape(secret).replace("&#x27;", "&#039;"),
    }


def planted(secrets: tuple[str, ...]) -> Folder:
    """A folder with the secrets, and prefixes of them, wherever text can stand."""
    key, password, salt, token = secrets
    folder = Folder()
    for name, value in zip(
        ("CLOSTE_CLIENT_API_KEY", "DB_PASSWORD", "AUTH_SALT", "MY_PLUGIN_TOKEN"),
        secrets,
        strict=True,
    ):
        folder.define(name, value)
        folder.host["runtime_constants"][name] = value
    parts = [s[:n] for s in secrets for n in (10, 13, len(s) - 1, len(s))]
    lines = sorted({spelt for part in parts for spelt in spellings(part)})
    text = " | ".join(lines)
    stamp = "[2026-05-01 10:00:00] [ERROR] "
    for handle, wording in {
        "integration-closte": 'API response code: 200, body: {{"success":false,"error":"bad {}"}}',
        f"domain-{BLOG}": "Failed to connect via HTTP: cURL {}",
        "credential-store": "Sodium decryption failed: {}",
        "domain-creation": "Failed to create domain record for site 2: {}",
        "sunrise": "copy({}): failed",
        "api-calls": "{}",
    }.items():
        told = "".join(f"{stamp}{wording.format(line)}\n" for line in lines)
        folder.logs[handle] = folder.logs.get(handle, "") + told
    folder.host["errors"] = [
        {"command": f"wp {text}", "status": 1, "stdout": text, "stderr": f"PHP Fatal error: {text}"}
    ]
    folder.host.update(stdout_noise=text, unknown=text)
    folder.host["site_url"] = f"https://{NETWORK}/?x={quote(key)}"
    refusal = {"success": False, "error": f"taken {text}"}
    folder.closte["calls"] += [
        call("/adddomainalias", refusal, asked_domain=BLOG, error=text),
        call("/getdomains", f"<p>{text}</p>", http_status=500, vantage="here", keyed=False),
    ]
    folder.http.append(
        {
            "url": f"https://{BLOG}/?apikey={quote(key)}",
            "address": ENTRANCE,
            "status": 302,
            "headers": {"Location": f"https://x.example/?k={quote(password)}", "x-y": text},
            "body_start": text,
            "error": text,
        }
    )
    args = {"domain": BLOG, "site_id": 3, "more": text}
    failed = f"action failed via WP Cron: {text}"
    folder.scheduler.append(action(200, "wu_add_domain", "failed", ago(hours=1), args, failed))
    folder.options["wp-ultimo_v2_settings"].update(some_API_key=token, x_secret=salt)
    folder.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = key
    folder.options["other_password"] = password
    folder.handshake(BLOG, verified=False, verify_error=text, issuer=text, names=[BLOG, text])
    folder.meta.update(target=f"prod {key}", tool=password)
    return folder


def leaks(data: str, secrets: tuple[str, ...]) -> Iterator[str]:
    """Every spelling of a prefix of 10 characters or more that stands in the text."""
    for secret in secrets:
        yield from (spelt for spelt in spellings(secret[:10]) if spelt in data)


@pytest.mark.parametrize("which", SETS)
def test_no_secret_in_any_byte_of_any_output(tmp_path: Path, which: str) -> None:
    secrets = SETS[which]
    folder = str(written(planted(secrets).files(), tmp_path / "case"))
    for command, *arguments in COMMANDS:
        _, out, error = run(command, folder, *arguments)
        assert out, (command, arguments, error[:300])
        assert not list(leaks(out.decode() + error, secrets)), (command, arguments)


def test_a_prefix_is_named_where_it_was(tmp_path: Path) -> None:
    secrets = SETS["plain"]
    folder = str(written(planted(secrets).files(), tmp_path / "case"))
    _, out, _ = run("analyze", folder, "--format", "json")
    assert "[redacted:DB_PASSWORD" in out.decode()


def _cut_off(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows)[:-4]


def _in_the_last_value(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows).rpartition('", "type"')[0]


def _not_a_number(rows: list[dict[str, object]]) -> str:
    return json.dumps([float("nan"), *rows], indent=4)


def _table(rows: list[dict[str, object]]) -> str:
    lines = (f"| {row['name']} | {row['value']} | {row['type']} |\n" for row in rows)
    return f"+---+---+---+\n| name | value | type |\n{''.join(lines)}+---+---+---+\n"


def _on_a_pipe(rows: list[dict[str, object]]) -> str:
    return "".join(f"{row['name']}\t{row['value']}\t{row['type']}\n" for row in rows)


@pytest.mark.parametrize("which", SETS)
@pytest.mark.parametrize(
    "damaged", [_cut_off, _in_the_last_value, _not_a_number, _table, _on_a_pipe]
)
def test_nor_does_a_secret_of_a_file_that_cannot_be_read(
    tmp_path: Path, damaged: Callable[[list[dict[str, object]]], str], which: str
) -> None:
    secrets = SETS[which]
    folder = planted(secrets)
    folder.host["runtime_constants"] = {}
    folder.options = {}
    case = written(folder.files(), tmp_path / "case")
    constants = case / "constants.json"
    constants.write_text(damaged(json.loads(constants.read_text())))
    for command, *arguments in (*COMMANDS, ("logs",), ("logs", "--format", "jsonl")):
        _, out, error = run(command, str(case), *arguments)
        assert out, (command, arguments, error[:300])
        assert not list(leaks(out.decode() + error, secrets)), (command, arguments)
    assert run("collect", str(case), "-o", str(tmp_path / "kept"))[0] in (0, 4)
    for kept in (tmp_path / "kept").rglob("*.*"):
        assert not list(leaks(kept.read_text(), secrets)), kept.name


SHORT = ("abc", "abc123", "1234567", "12-34", "äöüabc", "abc def", "'abc12'", "x9!x9!", "token")


@pytest.mark.parametrize("key", SHORT)
def test_no_excerpt_quotes_a_short_key(key: str) -> None:
    folder = Folder()
    folder.define("CLOSTE_CLIENT_API_KEY", key)
    stamp = f"[{ago(hours=1)}] [INFO] "
    told = (
        f"Using API key (first 10 chars): {key}...",
        *(f"strange {key} thing", f"bad {key}.", f"twice {key},{key}\n{key}") * 3,
        f'API response code: 200, body: {{"success":false,"error":"Invalid key {key}"}}',
    )
    folder.logs["integration-closte"] += "".join(f"{stamp}{line}\n" for line in told)
    for made in folder.closte["calls"]:
        refusal = {"success": False, "error": f"Invalid key:\n{key}."}
        made.update(http_status=401, body=json.dumps(refusal))
    folder.host.update(stdout_noise=f"hi {key} there")
    folder.host["errors"] = [
        {"command": "wp x", "status": 1, "stdout": "", "stderr": f"PHP Fatal error: {key} {key}."}
    ]
    failed = f"action failed via WP Cron: key {key} is bad"
    args = {"domain": BLOG, "site_id": 3}
    folder.scheduler.append(action(200, "wu_add_domain", "failed", ago(hours=1), args, failed))
    folder.handshake(BLOG, verified=False, verify_error=f"bad {key} here", issuer=f"{key} CA")
    report = folder.report()
    excerpts = [e["excerpt"] for f in report.json["findings"] for e in f["evidence"]]
    assert {"host.php-fatal", "key.rejected", "jobs.failed"} <= report.codes()
    bare = key.strip("'")
    for quoted in excerpts:
        text = quoted.replace("[redacted:token]", "")
        assert bare not in text, quoted


def test_a_name_that_holds_a_short_key_stays_a_name() -> None:
    folder = Folder()
    folder.define("CLOSTE_CLIENT_API_KEY", "shop")
    folder.host["errors"] = [
        {"command": "wp x", "status": 1, "stdout": "", "stderr": "PHP Fatal error: shop.example"}
    ]
    assert "shop.example" in folder.report().one("host.php-fatal")["because"]


@pytest.mark.parametrize(
    "said",
    [
        'PHP Parse error:  syntax error, unexpected single-quoted string "hunter2pw", expecting ")"'
        " in /x/wp-config.php on line 30",
        'PHP Parse error:  syntax error, unexpected identifier "hunter2pw" in /x/wp-config.php on'
        " line 30",
        "PHP Parse error:  syntax error, unexpected 'hunter2pw' (T_STRING), expecting ')' in"
        " /x/wp-config.php on line 30",
        'PHP Parse error:  syntax error, unexpected double-quoted string "hunter2pw',
    ],
)
def test_of_a_parse_error_only_the_line_and_the_kind_are_kept(tmp_path: Path, said: str) -> None:
    folder = Folder()
    command = "wp config list --format=json"
    folder.host.update(
        reached="shell",
        stdout_noise=said,
        errors=[{"command": command, "status": 255, "stdout": said, "stderr": said}],
    )
    case = str(written(folder.files(), tmp_path / "case"))
    kept = tmp_path / "kept"
    assert run("collect", case, "-o", str(kept))[0] == 0
    told = (kept / "host.json").read_text()
    assert "hunter2pw" not in told
    assert ("on line 30" in told) == ("on line 30" in said)
    for command in (("analyze", "--format", "json"), ("analyze",), ("domain", BLOG)):
        _, out, error = run(command[0], case, *command[1:])
        assert "hunter2pw" not in out.decode() + error
    if "wp-config.php" in said:
        assert folder.report().one("host.config-unreadable")
