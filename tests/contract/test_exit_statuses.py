"""CONTRACT section 2: exit statuses, the same for every format; choices; outputs; bundles."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from contract.stranger import Folder, run, written

FORMATS = ("text", "markdown", "html", "json", "jsonl", "csv", "junit", "prometheus")


def _nothing(_: Folder) -> None:
    """A healthy network."""


def _info(folder: Folder) -> None:
    folder.options["_site_transient_wu_public_network_ip"] = "198.51.100.99"


def _warning(folder: Folder) -> None:
    folder.define("COOKIE_DOMAIN", ".network.example")


def _error(folder: Folder) -> None:
    folder.undefine("SUNRISE")


def _less(folder: Folder) -> None:
    folder.tls = ...


def _error_and_less(folder: Folder) -> None:
    _error(folder)
    _less(folder)


def _status(tmp_path: Path, change: Callable[[Folder], None], *arguments: str) -> int:
    folder = Folder()
    change(folder)
    return run("analyze", str(written(folder.files(), tmp_path / "case")), *arguments)[0]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("change", "arguments", "status"),
    [
        (_nothing, "", 0),
        (_error, "", 1),
        (_warning, "", 0),
        (_warning, "--fail-on warning", 1),
        (_error, "--fail-on never", 0),
        (_less, "--strict", 4),
    ],
)
def test_every_format_has_the_same_status(
    tmp_path: Path, form: str, change: Callable[[Folder], None], arguments: str, status: int
) -> None:
    assert _status(tmp_path, change, "--format", form, *arguments.split()) == status


@pytest.mark.parametrize(
    ("change", "arguments", "status"),
    [
        (_info, "--fail-on info", 1),
        (_info, "--fail-on warning", 0),
        (_nothing, "--strict", 0),
        (_less, "", 0),
        (_error_and_less, "--strict", 1),
        (_error_and_less, "--strict --fail-on never", 4),
        (_error, "--only ssl", 0),
        (_error, "--only sunrise", 1),
        (_error, "--only ssl --only sunrise", 1),
        (_error, "--only sunrise.undefined", 1),
        (_error, "--skip sunrise", 0),
        (_error, "--skip sunrise.undefined", 0),
        (_less, "--only sunrise --strict", 0),
        (_error, "--only nonsense", 2),
        (_error, "--format nonsense", 2),
        (_error, "--fail-on nonsense", 2),
    ],
)
def test_choices(
    tmp_path: Path, change: Callable[[Folder], None], arguments: str, status: int
) -> None:
    assert _status(tmp_path, change, *arguments.split()) == status


def test_no_folder_is_a_usage_error() -> None:
    status, out, error = run("analyze", "/nonexistent", "--format", "json")
    assert (status, out) == (2, b"")
    assert error


def test_outputs_may_be_many_and_stdout_one_of_them(tmp_path: Path) -> None:
    case = str(written(Folder().files(), tmp_path / "case"))
    places = [tmp_path / f"report.{s}" for s in ("json", "md", "html", "csv", "xml", "jsonl")]
    options = [word for place in places for word in ("-o", str(place))]
    status, out, _ = run("analyze", case, *options, "-o", "-", "--format", "json")
    assert status == 0
    assert json.loads(out) == json.loads(places[0].read_bytes())
    assert all(place.stat().st_size for place in places)


@pytest.mark.parametrize("prefix", ["", "case/", "./"])
def test_a_zip_of_the_folder_is_a_bundle(tmp_path: Path, prefix: str) -> None:
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in Folder().files().items():
            archive.writestr(prefix + name, content)
    status, out, _ = run("analyze", str(bundle), "--format", "json")
    assert (status, json.loads(out)["verdict"]) == (0, "clean")
