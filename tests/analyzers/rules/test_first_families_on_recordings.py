"""The recorded networks: what must be found of these families, what may, and what must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evidence_folders import RECORDINGS, files_in

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis, Finding
from analyzers.snapshot import read

FAMILIES = frozenset(
    ["host", "key", "api", "plugin", "module", "sunrise", "settings", "jobs", "logs", "cache"]
)


def concluded(folder: Path) -> Diagnosis:
    files = files_in(folder)
    files.pop("expected.json", None)
    return diagnose(read(files, origin=folder.name), tool="test")


def assert_readable(finding: Finding) -> None:
    """Whole sentences with every placeholder filled."""
    for text in (finding.means, finding.because, finding.do):
        assert text[0].isupper() or not text[0].isalpha(), text
        assert text.endswith((".", '"', "`", ")")), text
        assert "{" not in text.split('"', 1)[0], text


def ours(code: str) -> bool:
    return code.split(".")[0] in FAMILIES


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_a_recording(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    found = concluded(folder)
    seen = {(f.code, f.subject.id): f for f in found.findings}
    alternatives = expected.get("must_alternatives", {})
    wanted = [m for m in expected["must"] if ours(m["code"])]
    for must in wanted:
        codes = [must["code"], *alternatives.get(must["code"], [])]
        assert any((code, must["subject"]["id"]) in seen for code in codes), must
    for follows in expected.get("consequences", []):
        if ours(follows["code"]):
            cause = seen[follows["code"], follows["subject"]["id"]].caused_by
            assert cause is not None, follows
            assert cause.code == follows["caused_by"]
    allowed = {must["code"] for must in expected["must"]} | set(expected["may"])
    allowed |= {code for codes in alternatives.values() for code in codes}
    for finding in found.findings:
        assert finding.code not in expected["must_not"]
        if ours(finding.code) and finding.caused_by is None and finding.severity != "info":
            assert finding.code in allowed, finding
        if ours(finding.code):
            assert_readable(finding)
    if expected["healthy"]:
        assert not [f for f in found.findings if f.severity != "info" and ours(f.code)]
