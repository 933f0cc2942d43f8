"""CONTRACT sections 2 and 4: a target that could not be observed, by every command that looks at one.

The `host.*` finding is still listed, stdout has the report in every format, the status is 3, and the host
is called by `meta.json` target, else by the last part of the path.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from contract.stranger import SHOP, Folder, run, written

REFUSED = {
    "command": "ssh",
    "status": 255,
    "stdout": "",
    "stderr": "ssh: connect to host 203.0.113.10 port 22: Connection refused",
}
DATABASE = {
    "command": "wp db query",
    "status": 1,
    "stdout": "",
    "stderr": "ERROR 2002 (HY000): Can't connect to MySQL server on 'localhost'",
}
FORMATS = ("text", "markdown", "html", "json", "jsonl", "csv", "junit", "prometheus")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that says only why there is no more."""
    host = {"reached": None, "errors": [REFUSED]}
    return written({"host.json": json.dumps(host).encode()}, tmp_path / "my case")


def _json(*words: str) -> tuple[int, Any]:
    status, out, _ = run(*words, "--format", "json")
    return status, json.loads(out)


@pytest.mark.parametrize("command", ["analyze", "diagnose", "domain", "preflight"])
@pytest.mark.parametrize("typed", ["{0}", "{0}/", "{0}/.", "{0}/../my case"])
def test_the_finding_is_listed_and_its_host_is_the_last_part_of_the_path(
    command: str, typed: str, place: Path
) -> None:
    name = (SHOP,) if command in ("domain", "preflight") else ()
    status, report = _json(command, typed.format(place), *name)
    assert (status, report["verdict"]) == (3, "unobservable")
    found = [(f["code"], f["subject"]) for f in report["findings"]]
    assert found == [("host.unreachable", {"kind": "host", "id": "my case"})]


def test_a_fleet_calls_the_host_the_same(place: Path) -> None:
    status, report = _json("fleet", f"{place}/")
    assert status == 3
    assert [f["subject"]["id"] for f in report["targets"][0]["findings"]] == ["my case"]


def test_what_the_evidence_calls_itself_goes_before_its_place(place: Path) -> None:
    (place / "meta.json").write_text('{"schema": 1, "target": "prod"}')
    for words in (("analyze", str(place)), ("domain", str(place), SHOP)):
        assert _json(*words)[1]["findings"][0]["subject"]["id"] == "prod"


@pytest.mark.parametrize("form", FORMATS)
def test_a_domain_of_it_tells_why_nothing_was_seen(form: str, place: Path) -> None:
    status, out, _ = run("domain", str(place), SHOP, "--format", form)
    assert status == 3
    assert b"host.unreachable" in out


def test_a_domain_whose_row_the_database_hides_is_no_success(tmp_path: Path) -> None:
    """wp-config.php was read, the tables were not: the fault of the host is that of the domain, too."""
    folder = Folder()
    host = {"reached": "config", "errors": [DATABASE]}
    files = {
        "host.json": json.dumps(host).encode(),
        "constants.json": folder.files()["constants.json"],
    }
    place = str(written(files, tmp_path / "case"))
    status, report = _json("domain", place, SHOP)
    assert [f["code"] for f in report["findings"]] == ["host.database-down"]
    assert (status, report["verdict"], report["domain"]["relation"]) == (
        1,
        "findings",
        "unobserved",
    )


@pytest.mark.parametrize("withheld", [True, False])
def test_a_network_fault_concerns_a_domain_whose_row_was_not_read(
    withheld: bool, tmp_path: Path
) -> None:
    folder = Folder()
    folder.undefine("CLOSTE_CLIENT_API_KEY")
    if withheld:
        folder.rows = ...
    report = _json("domain", str(written(folder.files(), tmp_path / "case")), SHOP)[1]
    assert [f["code"] for f in report["findings"]] == (["key.missing"] if withheld else [])


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_plan_for_a_host_that_refuses_is_still_a_report(form: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    words = ("remediate", "127.0.0.1:1", "--connect-timeout", "5", "--format", form)
    status, out, err = run(*words, "-o", "-", "-o", str(file))
    assert status == 3
    assert b"host.unreachable" in out
    assert "Nothing could be observed" in out.decode() + err
    assert "host.unreachable" in file.read_text()
