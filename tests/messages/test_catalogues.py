"""Every text of ours stands in every catalogue, with the same placeholders, and nothing is left in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message as Entry
from messages.extract import MANY, ONE, ROOT, SOURCES, called, messages, of_source
from messages.pseudo import GREEK, left_over
from messages.update import (
    TEMPLATE,
    catalogues,
    compiled,
    read_back,
    template,
    written,
)

from analyzers import domain_report, plan_report, preflight_report
from analyzers.diagnose import diagnose
from analyzers.domain_case import domain_case
from analyzers.findings import Diagnosis
from analyzers.language import ENGLISH, Language
from analyzers.planning import plan_for
from analyzers.preflight import preflight
from analyzers.reports import html, junit, markdown, nagios, text
from analyzers.rules import CATALOGUE
from analyzers.snapshot import read
from bridge.rehearsal.evidence import evidence
from bridge.rehearsal.scenarios import FAULTS, scenario

HINT = "run `make messages`, and fill in what it names"
PLACEHOLDER = re.compile(r"\{\w*(?:![rs])?\}|%\(\w+\)[sd]")


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(v) for v in value]  # type: ignore[attr-defined]


def _entries(path: Path) -> list[Entry]:
    return [m for m in read_back(path.read_bytes(), path.parent.parent.name) if m.id]


def test_the_template_is_up_to_date() -> None:
    assert TEMPLATE.read_bytes() == written(template(messages())), HINT


@pytest.fixture(params=catalogues(), ids=lambda path: path.parent.parent.name)
def catalogue(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_every_text_is_there_and_no_other(catalogue: Path) -> None:
    wanted = {(m.one, m.many) for m in messages()}
    there = {
        (m.id, None) if isinstance(m.id, str) else (m.id[0], m.id[1]) for m in _entries(catalogue)
    }
    assert sorted(wanted - there, key=str) == [], HINT
    assert sorted(there - wanted, key=str) == [], HINT


def test_every_text_is_translated(catalogue: Path) -> None:
    entries = _entries(catalogue)
    assert [m.id for m in entries if m.fuzzy] == []
    assert [m.id for m in entries if not all(_texts(m.string))] == []


def test_a_count_has_every_form_of_the_language(catalogue: Path) -> None:
    forms = read_back(catalogue.read_bytes(), catalogue.parent.parent.name).num_plurals
    counted = [m for m in _entries(catalogue) if not isinstance(m.id, str)]
    assert counted
    assert [m.id for m in counted if len(m.string) != forms] == []


def test_placeholders_are_those_of_the_text(catalogue: Path) -> None:
    """A form for one may say "one" instead of the number; nothing else may come or go."""
    for entry in _entries(catalogue):
        forms = [set(PLACEHOLDER.findall(one)) for one in _texts(entry.id)]
        for told in _texts(entry.string):
            assert set(PLACEHOLDER.findall(told)) in (*forms, set().union(*forms)), entry.id


_NO_SPACE_BEHIND_THE_STOP = re.compile(r"[^\W\d_]{2}[.!?;](?=[^\W\d_]{3})")


def test_no_translation_is_two_that_were_put_together(catalogue: Path) -> None:
    for entry in _entries(catalogue):
        glued = _NO_SPACE_BEHIND_THE_STOP.findall("\n".join(_texts(entry.string)))
        as_written = _NO_SPACE_BEHIND_THE_STOP.findall("\n".join(_texts(entry.id)))
        assert set(glued) <= set(as_written), entry.id


def test_what_is_put_behind_a_text_begins_as_it_did(catalogue: Path) -> None:
    """Such texts begin with their own space or comma."""
    for entry in _entries(catalogue):
        one = _texts(entry.id)[0]
        for told in _texts(entry.string):
            assert (told[:1] in " ,") == (one[:1] in " ,"), one
            assert (told[-1:] == " ") == (one[-1:] == " "), one


def test_what_gettext_reads_is_compiled_of_it(catalogue: Path) -> None:
    path = catalogue.with_suffix(".mo")
    fresh = compiled(read_back(catalogue.read_bytes(), catalogue.parent.parent.name))
    stored, made = (GNUTranslations(BytesIO(found)) for found in (path.read_bytes(), fresh))
    assert stored.__dict__["_catalog"] == made.__dict__["_catalog"], HINT


@pytest.mark.parametrize(
    "source", ["phrase(f'{n} lines')", "phrase('a' + b)", "language.say(f'x{y}')"]
)
def test_a_text_that_is_put_together_at_run_time_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="literal"):
        list(of_source(source, "somewhere.py"))


def test_marked_texts_are_found_however_they_are_called() -> None:
    found = list(
        of_source(
            "phrase('one')\nlanguage.say('two')\nspoken().say('g', h=1)\n"
            "self.language.count('{n} a', '{n} b', 3)\n"
            "plural('{n} c', '{n} d', n)\nphrase('e' if x else 'f')\nother.say('never')\nphrase(name)",
            "x.py",
        )
    )
    assert {m.one for m in found} == {"one", "two", "{n} a", "{n} c", "e", "f", "g"}


def _words_in(value: ast.expr) -> Iterator[str]:
    """Literals that a value can be, as it is written."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.BoolOp(values=values) | ast.JoinedStr(values=values):
            for inner in values:
                yield from _words_in(inner)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from (*_words_in(one), *_words_in(other))


@pytest.mark.parametrize("folder", SOURCES)
def test_words_that_are_put_into_a_text_are_texts_themselves(folder: str) -> None:
    """Else a sentence in another language has English in the middle."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {words}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and called(node.func) in (*ONE, *MANY)
        for keyword in node.keywords
        for words in _words_in(keyword.value)
        if re.search(r"[a-z]{2,} [a-z]{2,}", words)
    ]
    assert found == []


def _errors_of_ours() -> frozenset[str]:
    """The leaves of BridgeError, and the exceptions whose words such a leaf repeats."""
    named = {"BridgeError", "ClickException", "CannotAssume", "PlanUnreadable", "DocumentError"}
    classes = [
        node
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    while True:
        more = {c.name for c in classes if any(ast.unparse(b) in named for b in c.bases)} - named
        if not more:
            return frozenset(named)
        named |= more


_SAID = {"message", "warn", "say", "progress", "self.progress", "self._progress", "site.progress"}
_SAID |= {"self.site.progress", "self.fail", "click.UsageError", "click.BadParameter"}


def test_what_is_said_on_stderr_is_marked() -> None:
    """An error, a message or a line of progress that is put together at run time has one language only."""
    errors = _errors_of_ours()
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:80]}"
        for folder in SOURCES
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "rehearsal" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (ast.unparse(node.func) in _SAID or ast.unparse(node.func) in errors)
        and node.args
        and any(re.search(r"[a-z]{2,} [a-z]{2,}", words) for words in _words_in(node.args[0]))
    ]
    assert found == []


def _files(name: str) -> dict[str, bytes]:
    return evidence(scenario(name).world())


def _diagnosed(files: dict[str, bytes], language: Language) -> Diagnosis:
    return diagnose(read(files, origin="demo"), tool="closte-doctor 0.1.0", language=language)


def _said_by_machines(files: dict[str, bytes], diagnosis: Diagnosis) -> str:
    """Everything that a report may quote as it is, in one line."""
    raw = (content.decode("utf-8", "replace").replace('\\"', '"') for content in files.values())
    cited = (c.excerpt for f in diagnosis.findings for c in f.evidence)
    lacking = (lack for s in diagnosis.skipped for lack in s.lacking)
    return " ".join(" ".join((*raw, *cited, *lacking)).split())


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_no_report_of_any_fault_has_english_left(fault: str) -> None:
    files = _files(fault)
    diagnosis = _diagnosed(files, GREEK)
    quoted = _said_by_machines(files, diagnosis)
    for finding in diagnosis.findings:
        for told in (finding.title, finding.means, finding.because, finding.do):
            assert left_over(told, quoted) == [], told
    for note in diagnosis.notes:
        assert left_over(note, quoted) == [], note
    for shown in (
        text.render(diagnosis, text.Style(width=120)),
        unescape(markdown.render(diagnosis).replace("\\", "")),
        nagios.render(diagnosis, nagios.Watch(), 1.0)[1],
    ):
        for line in shown.split("\n"):
            if not _EVIDENCE.match(line):
                assert left_over(line, quoted) == [], line


_EVIDENCE = re.compile(r" {4}\S| {6}\S|  - `|Εωιδενχε: ")
"""Lines of the reports that quote evidence, which stays as it is."""


def test_the_faults_are_of_most_codes() -> None:
    """Else the test above would look at little."""
    found = {f.code for name in FAULTS for f in _diagnosed(_files(name), GREEK).findings}
    assert len(found) > 0.8 * len(CATALOGUE), sorted({r.code for r in CATALOGUE} - found)


def test_the_page_and_the_test_report_have_no_english_left() -> None:
    files = _files("four-troubles")
    diagnosis = _diagnosed(files, GREEK)
    quoted = _said_by_machines(files, diagnosis)
    page = re.sub(r"<style>.*?</style>|<[^>]*>", "\n", html.render(diagnosis), flags=re.DOTALL)
    for line in (
        *unescape(page).split("\n"),
        *re.sub(r"<[^>]*>", "", junit.render(diagnosis)).split("\n"),
    ):
        if not _EVIDENCE.match(line):
            assert left_over(line, quoted) == [], line


@pytest.mark.parametrize("fault", sorted(FAULTS)[::5])
def test_no_report_of_a_domain_a_preflight_or_a_plan_has_english_left(fault: str) -> None:
    files = _files(fault)
    snapshot = read(files, origin="demo")
    diagnosis = _diagnosed(files, GREEK)
    quoted = _said_by_machines(files, diagnosis)
    wide = text.Style(width=4000)
    cases = [domain_case(snapshot, diagnosis, state.domain) for state in diagnosis.domains]
    for moment in (entry for case in cases for entry in case.lifeline):
        assert left_over(GREEK.of(moment.means), quoted) == [], moment.means
    shown = [domain_report.text(case, wide) for case in cases]
    asked = preflight(snapshot, "fresh.newcomer.example", tool="t", language=GREEK)
    shown.append(preflight_report.text(asked, wide))
    english = _diagnosed(files, ENGLISH)
    planned = plan_for(snapshot, english, made_at=english.taken_at, host_key="k")
    shown.append(plan_report.render_text(planned, width=4000, language=GREEK))
    for line in "\n".join(shown).split("\n"):
        if not re.match(r" {4}\S| {6}(?![+-] )", line):  # citations, commands, texts to be sent
            assert left_over(line, quoted) == [], line


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_no_step_of_a_plan_has_english_left(fault: str) -> None:
    """Also not in the texts to paste, unless they are for Closte's support, which reads English."""
    files = _files(fault)
    english = _diagnosed(files, ENGLISH)
    quoted = _said_by_machines(files, english)
    snapshot = read(files, origin="demo")
    for step in plan_for(snapshot, english, made_at=english.taken_at, host_key="k").plan.steps:
        pasted = "" if step.parameters.get("audience") == "closte" else step.parameters.get("text")
        for told in (step.why, step.expect, pasted or ""):
            assert isinstance(told, str)
            said = re.sub(r"define\(.*?\);|PASTE-THE-KEY-HERE", "", GREEK.of(told))
            assert left_over(said, quoted) == [], told
