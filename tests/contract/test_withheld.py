"""CONTRACT section 3: what rests on a file that is not there is skipped, never passed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from contract.table import Case

from analyzers.catalogue_page import needed_files
from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis
from analyzers.rules import BY_CODE
from analyzers.snapshot import read

FAMILIES = (
    "key_family",
    "api_and_host_families",
    "module_and_settings_families",
    "mapping_family",
    "alias_family",
    "dns_family",
    "ssl_and_check_families",
    "jobs_and_logs_families",
)
FROM_THE_FILE_ITSELF = "host.noisy-output"
"""The text around a document goes with the document."""


def _diagnosed(files: dict[str, bytes]) -> Diagnosis:
    return diagnose(read(files, origin="case"), tool="test")


def _one_case_a_code() -> Iterator[tuple[str, Case]]:
    seen = {FROM_THE_FILE_ITSELF}
    for family in FAMILIES:
        for case in import_module(f"contract.test_{family}")._TABLE.cases:
            for wanted in case.want:
                code = wanted.split()[1]
                if code not in seen:
                    seen.add(code)
                    yield code, case


@pytest.mark.parametrize(
    ("code", "case"), [pytest.param(code, case, id=code) for code, case in _one_case_a_code()]
)
def test_a_fault_is_never_passed_for_want_of_a_file(code: str, case: Case) -> None:
    files = case.folder.files()
    whole = _diagnosed(files)
    assert code in {f.code for f in whole.findings}
    needed, used = needed_files(BY_CODE[code])
    for withheld in (*needed, *used):
        less = _diagnosed({n: c for n, c in files.items() if not n.startswith(withheld)})
        assert code not in less.passed, withheld
        if whole.verdict == "findings":
            assert less.verdict != "clean", withheld
        if withheld in needed:
            lacking = [t for s in less.skipped if s.code == code for t in s.lacking]
            found = {f.code for f in less.findings}
            assert code in found or any(t.startswith(withheld) for t in lacking), (
                withheld,
                lacking,
            )
