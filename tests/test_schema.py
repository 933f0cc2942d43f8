"""The published JSON Schema of the diagnosis, and that everything we print conforms to it.

The schema lets unknown keys pass, since readers are to ignore them; here every object is closed, so
that a key that is printed and not described fails.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser.cases import diagnosed, hostile, large
from evidence_folders import FIXTURES, HAND_MADE, RECORDINGS, files_in
from jsonschema import Draft202012Validator, FormatChecker

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis
from analyzers.instants import iso
from analyzers.model import model
from analyzers.snapshot import read
from analyzers.suppressions import Suppression, with_suppressions

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "diagnosis.schema.json").read_text())
FOLDERS = [
    *RECORDINGS,
    *sorted(p for p in HAND_MADE.iterdir() if p.is_dir()),
    *sorted(p for p in (FIXTURES / "networks").iterdir() if p.is_dir()),
]


def closed(schema: object) -> object:
    """The same schema with no unknown key allowed in any object that lists its keys."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(part) for key, part in schema.items()}
    if "properties" in found and "additionalProperties" not in found:
        found["additionalProperties"] = False
    return found


STRICT = Draft202012Validator(closed(SCHEMA), format_checker=FormatChecker())
OPEN = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def wrong(validator: Draft202012Validator, said: object) -> list[str]:
    return [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(said)
    ]


def printed(diagnosis: Diagnosis) -> dict[str, object]:
    found = json.loads(json.dumps(model(diagnosis)))
    assert isinstance(found, dict)
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator.check_schema(closed(SCHEMA))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_every_recorded_network_conforms(folder: Path) -> None:
    snapshot = read(files_in(folder), origin=folder.name)
    assert wrong(STRICT, printed(diagnose(snapshot, tool="closte-doctor test"))) == []


@pytest.mark.parametrize("case", ["four-troubles", "healthy", "nothing"])
def test_suppressed_findings_conform(case: str) -> None:
    diagnosis = diagnosed(case)
    decisions = [
        Suppression(f.code, f.subject.id, "known", diagnosis.taken_at.date())
        for f in diagnosis.findings
    ]
    found = printed(with_suppressions(diagnosis, decisions))
    assert len(found["suppressed"]) == len(diagnosis.findings)  # type: ignore[arg-type]
    assert found["findings"] == []
    assert wrong(STRICT, found) == []


def test_a_large_network_conforms() -> None:
    assert wrong(STRICT, printed(large(50))) == []


OTHER_DOCUMENTS = ("fleet", "history")
"""Reports of many networks and of earlier runs, which are no diagnosis."""


def test_the_golden_reports_conform() -> None:
    for file in (FIXTURES / "reports").glob("*.json"):
        if file.stem in OTHER_DOCUMENTS:
            continue
        assert wrong(STRICT, json.loads(file.read_text())) == [], file.name


def test_a_key_of_a_later_version_passes_and_is_seen_by_the_strict_reading() -> None:
    said = printed(diagnosed("healthy")) | {"new": 1}
    assert wrong(OPEN, said) == []
    assert wrong(STRICT, said) != []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("verdict", "fine"),
        ("schema", 2),
        ("findings", {}),
        ("taken_at", "yesterday"),
        ("domains", None),
    ],
)
def test_what_is_no_diagnosis_fails(place: str, value: object) -> None:
    assert wrong(OPEN, printed(diagnosed("healthy")) | {place: value})
    lacking = printed(diagnosed("healthy"))
    del lacking[place]
    assert wrong(OPEN, lacking)


def test_words_of_strangers_break_nothing_but_the_codes_they_pretend_to_be() -> None:
    """Codes come from rules; in this made-up diagnosis a stranger wrote one into `passed`."""
    for words in ("<script>", "\u202e", "\ud800", ""):
        diagnosis = hostile(words)
        assert iso(diagnosis.taken_at)
        assert [w for w in wrong(STRICT, printed(diagnosis)) if not w.startswith("passed/")] == []
