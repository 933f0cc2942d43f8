"""The published JSON Schema of the diagnosis, and that everything we print conforms to it.

The schema lets unknown keys pass, since readers are to ignore them; here every object is closed, so
that a key that is printed and not described fails.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from browser.cases import diagnosed, hostile, large
from evidence_folders import FIXTURES, HAND_MADE, RECORDINGS, files_in
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis
from analyzers.instants import iso
from analyzers.model import model
from analyzers.snapshot import read
from analyzers.suppressions import Suppression, with_suppressions
from bridge.cli.main import status_of
from bridge.demo.networks import example

DOCS = Path(__file__).parents[1] / "docs"
SCHEMA = json.loads((DOCS / "diagnosis.schema.json").read_text())
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


def strict(name: str) -> Draft202012Validator:
    """The closed schema of a document; it may refer to that of the diagnosis."""
    schema = json.loads((DOCS / f"{name}.schema.json").read_text())
    diagnosis = Resource.from_contents(closed(SCHEMA))
    return Draft202012Validator(
        closed(schema),
        format_checker=FormatChecker(),
        registry=Registry().with_resource(SCHEMA["$id"], diagnosis),
    )


STRICT = strict("diagnosis")
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
PUBLISHED = sorted(path.name.removesuffix(".schema.json") for path in DOCS.glob("*.schema.json"))


def test_the_golden_reports_conform() -> None:
    for file in (FIXTURES / "reports").glob("*.json"):
        schema = strict(file.stem) if file.stem in OTHER_DOCUMENTS else STRICT
        assert wrong(schema, json.loads(file.read_text())) == [], file.name


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_schema_is_one_and_is_listed(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((DOCS / f"{name}.schema.json").read_text()))
    assert f"({name}.schema.json)" in (DOCS / "formats.md").read_text()


def asked(capfdbinary: pytest.CaptureFixture[bytes], *words: str | Path) -> dict[str, Any]:
    status_of([*map(str, words), "--format", "json"])
    found = json.loads(capfdbinary.readouterr().out)
    assert isinstance(found, dict)
    return found


NETWORKS = sorted(p for p in (FIXTURES / "networks").iterdir() if p.is_dir())


@pytest.mark.parametrize("folder", NETWORKS, ids=lambda f: f.name)
def test_what_the_other_commands_print_conforms(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    mapped = {d["domain"] for d in asked(capfdbinary, "analyze", folder)["domains"]}
    for name in (*mapped, "nowhere.example", "www.network.example", "no name"):
        assert wrong(STRICT, asked(capfdbinary, "domain", folder, name)) == []
        assert wrong(STRICT, asked(capfdbinary, "preflight", folder, name)) == []
    assert wrong(strict("fleet"), asked(capfdbinary, "fleet", folder, NETWORKS[0])) == []
    assert wrong(strict("logs"), asked(capfdbinary, "logs", folder)) == []
    assert wrong(strict("plan"), asked(capfdbinary, "remediate", folder)) == []


def test_what_the_other_commands_print_of_little_conforms(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "empty").mkdir()
    for command in ("domain", "preflight"):
        assert wrong(STRICT, asked(capfdbinary, command, tmp_path / "empty", "a.example")) == []
    assert wrong(strict("logs"), asked(capfdbinary, "logs", "/dev/null")) == []
    assert wrong(strict("history"), asked(capfdbinary, "history", FIXTURES / "networks")) == []


@pytest.mark.parametrize(
    "scenario", ["slow-ssl", "mapping.stale-failure", "alias.orphan+jobs.stuck"]
)
def test_a_plan_that_changes_something_conforms(
    scenario: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for name, content in example(scenario).files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    found = asked(capfdbinary, "remediate", tmp_path)
    assert wrong(strict("plan"), found) == []
    assert all(step["expect"] for step in found["steps"])


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
