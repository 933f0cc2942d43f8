"""The evidence folder and its zip on a real disk: read tolerantly, written privately."""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import zipfile

import pytest
from evidence_folders import HAND_MADE, RECORDINGS, files_in
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers.evidence import Dns, Missing
from analyzers.redact import redacted
from analyzers.snapshot import read
from bridge import bundle as bundles
from bridge import folder as folders
from bridge.errors import UsageError
from bridge.evidence_names import given as name_given
from bridge.evidence_names import is_known, stored
from bridge.folder import read_bundle, read_evidence, read_folder, write_bundle, write_folder

RECORDING = next(f for f in RECORDINGS if f.name == "bad_key_json")
EVIDENCE = redacted(files_in(RECORDING))
SOME = {"dns.json": b"[]\n", "meta.json": b"{}\n", "wu-logs/domain-a.example.log": b"x\n"}


def put(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(path, entries, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as bundle:
        for name, content in entries:
            bundle.writestr(name, content)
    return path


def not_read(files):
    return json.loads(files["unreadable.json"])


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


# --- there and back ----------------------------------------------------------------------------


def test_a_folder_comes_back_as_it_was_written(tmp_path):
    write_folder(EVIDENCE, tmp_path / "case")
    assert read_folder(tmp_path / "case") == EVIDENCE
    assert read_evidence(str(tmp_path / "case")) == (EVIDENCE, "case")
    assert os.listdir(tmp_path) == ["case"]


def test_a_bundle_comes_back_as_it_was_written(tmp_path):
    write_bundle(EVIDENCE, tmp_path / "case.zip")
    assert read_bundle(tmp_path / "case.zip") == EVIDENCE
    assert read_evidence(tmp_path / "case.zip") == (EVIDENCE, "case.zip")
    assert os.listdir(tmp_path) == ["case.zip"]


def test_unknown_files_are_neither_read_nor_written(tmp_path):
    assert "expected.json" not in read_folder(RECORDING)
    more = {**SOME, "notes.txt": b"x", "../evil.json": b"x", "wu-logs/x.txt": b"x"}
    write_folder(more, tmp_path / "case")
    write_bundle(more, tmp_path / "case.zip")
    assert read_folder(tmp_path / "case") == SOME == read_bundle(tmp_path / "case.zip")
    assert sorted(os.listdir(tmp_path)) == ["case", "case.zip"]


def test_only_the_owner_can_read_what_is_written(tmp_path):
    before = os.umask(0)
    try:
        write_folder(SOME, tmp_path / "case")
        write_bundle(SOME, tmp_path / "case.zip")
    finally:
        os.umask(before)
    assert mode(tmp_path / "case.zip") == 0o600
    for path in (tmp_path / "case", *(tmp_path / "case").rglob("*")):
        assert mode(path) == (0o700 if path.is_dir() else 0o600)


def test_the_same_evidence_makes_the_same_bundle(tmp_path):
    write_bundle(SOME, tmp_path / "a.zip")
    write_bundle(dict(reversed(SOME.items())), tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


# --- writing over something --------------------------------------------------------------------


def test_what_is_there_is_not_replaced_unasked(tmp_path):
    put(tmp_path / "case", {"letter.txt": b"mine"})
    write_bundle(SOME, tmp_path / "case.zip")
    kept = (tmp_path / "case.zip").read_bytes()
    for write, name in ((write_folder, "case"), (write_bundle, "case.zip")):
        with pytest.raises(UsageError, match="--force"):
            write(EVIDENCE, tmp_path / name)
    assert files_in(tmp_path / "case") == {"letter.txt": b"mine"}
    assert (tmp_path / "case.zip").read_bytes() == kept


def test_an_empty_folder_is_used(tmp_path):
    (tmp_path / "case").mkdir()
    write_folder(SOME, tmp_path / "case")
    assert read_folder(tmp_path / "case") == SOME


@pytest.mark.parametrize("others", [{}, {"letter.txt": b"mine", "wu-logs/list.txt": b"mine"}])
def test_force_replaces_the_evidence_and_nothing_else(tmp_path, others):
    old = {"tls.json": b"[]", "dns.json": b"old", "wu-logs/domain-old.example.log": b"old"}
    put(tmp_path / "case", {**old, **others})
    write_folder(SOME, tmp_path / "case", force=True)
    assert files_in(tmp_path / "case") == {**SOME, **others}
    write_bundle(old, tmp_path / "case.zip")
    write_bundle(SOME, tmp_path / "case.zip", force=True)
    assert read_bundle(tmp_path / "case.zip") == SOME
    assert sorted(os.listdir(tmp_path)) == ["case", "case.zip"]


def test_a_link_in_the_way_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "case.zip").symlink_to(victim)
    write_bundle(SOME, tmp_path / "case.zip", force=True)
    assert victim.read_bytes() == b"mine"
    assert not (tmp_path / "case.zip").is_symlink()


def test_what_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for write in (write_folder, write_bundle):
        with pytest.raises(UsageError, match="cannot write"):
            write(SOME, tmp_path / "nowhere" / "case")
    with pytest.raises(UsageError, match="is no folder"):
        write_folder(SOME, tmp_path / "file", force=True)
    with pytest.raises(UsageError, match="is a folder"):
        write_bundle(SOME, tmp_path, force=True)
    assert os.listdir(tmp_path) == ["file"]


# --- names from hosts --------------------------------------------------------------------------

NAMES = [
    "domain-../../../etc/x.log",
    "domain-a\nb.example.log",
    "domain-\\\\server\\x.log",
    "domain-%41.log",
    "domain-ż.example.log",
    "domain-\u202egpj.log",
    "domain-\udcff.log",
    "domain-*.a.example.log",
    "con.log",
    "..log",
    " .log",
    "domain-a\0b.log",
]


@pytest.mark.parametrize("base", NAMES)
def test_a_log_name_is_one_plain_file_name_and_comes_back(tmp_path, base):
    files = {f"wu-logs/{base}": b"x\n"}
    write_folder(files, tmp_path / "case")
    write_bundle(files, tmp_path / "case.zip")
    assert read_folder(tmp_path / "case") == files == read_bundle(tmp_path / "case.zip")
    assert [p.name for p in tmp_path.rglob("*.log")] == [stored(f"wu-logs/{base}")[8:]]


def test_a_name_longer_than_a_file_system_allows_is_cut(tmp_path):
    files = {f"wu-logs/domain-{'ż' * 300}{n}.log": b"%d\n" % n for n in range(2)}
    write_folder(files, tmp_path / "case")
    assert sorted(read_folder(tmp_path / "case").values()) == sorted(files.values())


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_no_stored_name_leaves_the_folder(base):
    name = stored(f"wu-logs/{base}.log")
    assert name.startswith("wu-logs/")
    last = name.removeprefix("wu-logs/")
    assert not set(last) & set('/\\\0\n<>:"|?*')
    assert not last.startswith(".")
    assert len(last.encode()) <= 255
    found = name_given(name)
    assert found is not None
    assert is_known(found)
    if len(base) < 20:
        assert found.encode("utf-8", "surrogatepass") == (
            f"wu-logs/{base}.log".encode("utf-8", "surrogatepass")
        ) or any("\ud800" <= c <= "\udfff" for c in base)


@pytest.mark.parametrize(
    "path",
    ["/dns.json", "../dns.json", "a/dns.json", "C:\\dns.json", "wu-logs/../dns.json", "wu-logs/",
     "wu-logs/a/b.log", "wu-logs/a\\b.log", "DNS.JSON", "wu-logs/.log"],
)  # fmt: skip
def test_paths_that_are_no_evidence(path):
    assert name_given(path) is None


# --- what cannot be read -----------------------------------------------------------------------


def test_no_folder_and_no_zip(tmp_path):
    for path in (tmp_path / "nothing", tmp_path / "nothing.zip"):
        with pytest.raises(UsageError, match="there is no"):
            read_evidence(path)
    with pytest.raises(UsageError, match="there is no folder"):
        read_folder(tmp_path / "nothing")
    (tmp_path / "x.zip").write_bytes(b"no zip at all")
    with pytest.raises(UsageError, match="no readable zip"):
        read_evidence(tmp_path / "x.zip")
    assert read_folder(tmp_path) == {}


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    put(tmp_path, {"outside.json": b'["secret"]', "logs/a.log": b"secret"})
    case = put(tmp_path / "case", {"dns.json": b"[]"})
    (case / "tls.json").symlink_to(tmp_path / "outside.json")
    (case / "http.json").symlink_to(case / "http.json")
    (case / "cron.json").symlink_to(case / "gone.json")
    (case / "sites.json").symlink_to(case / "dns.json")
    (case / "wu-logs").symlink_to(tmp_path / "logs")
    files = read_folder(case)
    assert {k: v for k, v in files.items() if k != "unreadable.json"} == {
        "dns.json": b"[]",
        "sites.json": b"[]",
    }
    assert set(not_read(files)) == {"tls.json", "http.json", "cron.json", "wu-logs"}
    assert not_read(files)["tls.json"] == "a link that leads out of the folder"


def test_what_is_no_file_is_named_and_the_rest_goes_on(tmp_path):
    case = put(tmp_path / "case", {"tls.json": b"[]", "wu-logs/a.log": b"x"})
    (case / "dns.json").mkdir()
    os.mkfifo(case / "http.json")
    os.mkfifo(case / "wu-logs" / "b.log")
    files = read_folder(case)
    assert set(not_read(files)) == {"dns.json", "http.json", "wu-logs/b.log"}
    assert (files["tls.json"], files["wu-logs/a.log"]) == (b"[]", b"x")
    assert read(files, origin="x").observed[Dns] == Missing("dns.json", "is a directory")


def test_what_could_not_be_read_stays_known_in_a_bundle(tmp_path):
    case = put(tmp_path / "case", {"tls.json": b"[]"})
    (case / "dns.json").mkdir()
    write_bundle(redacted(read_folder(case)), tmp_path / "case.zip")
    again = read(read_bundle(tmp_path / "case.zip"), origin="x")
    assert again.observed[Dns] == Missing("dns.json", "is a directory")


def test_a_document_larger_than_any_evidence(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "LARGEST_DOCUMENT", 1 << 20)
    monkeypatch.setattr(bundles, "LARGEST_DOCUMENT", 1 << 20)
    content = b"[" + b" " * (1 << 20)
    case = put(tmp_path / "case", {"dns.json": content, "tls.json": b"[]"})
    path = zipped(tmp_path / "case.zip", [("dns.json", content), ("tls.json", b"[]")])
    for files in (read_folder(case), read_bundle(path)):
        assert not_read(files) == {"dns.json": "larger than 1 mib"}
        assert files["tls.json"] == b"[]"


# --- the budget of the logs --------------------------------------------------------------------


def test_the_newest_logs_fill_the_budget_and_the_rest_is_named(tmp_path):
    case = put(
        tmp_path / "case",
        {f"wu-logs/{name}.log": b"%s line\n" % name.encode() * 100 for name in "abc"},
    )
    for age, name in enumerate("abc"):
        os.utime(case / "wu-logs" / f"{name}.log", (1e9 - age, 1e9 - age))
    files = read_folder(case, log_bytes=1000)
    assert files["wu-logs/a.log"] == b"a line\n" * 100
    assert files["wu-logs/b.log"] == b"b line\n" * 42
    assert "wu-logs/c.log" not in files
    assert not_read(files) == {
        "wu-logs/b.log": "the first 406 of its 700 bytes left out",
        "wu-logs/c.log": "left out: the newer logs fill 1000 bytes",
    }


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "wu-logs" / "a.log"
    path.parent.mkdir()
    with open(path, "wb") as stream:
        stream.truncate(1 << 30)  # sparse
        stream.seek(1 << 30)
        stream.write(b"\n[2026-05-04 10:00:00] [INFO] x\n")
    files = read_folder(tmp_path, log_bytes=1 << 20)
    assert files["wu-logs/a.log"] == b"[2026-05-04 10:00:00] [INFO] x\n"


# --- zips from anywhere ------------------------------------------------------------------------


def test_a_folder_around_the_evidence_is_tolerated(tmp_path):
    entries = [(f"my case/2026/{name}", content) for name, content in SOME.items()]
    path = zipped(tmp_path / "x.zip", [*entries, ("__MACOSX/my case/._dns.json", b"x")])
    assert read_bundle(path) == SOME


def test_names_that_would_escape_are_no_evidence(tmp_path):
    bad = ["../dns.json", "/dns.json", "C:\\dns.json", "..\\dns.json", "x/../../dns.json",
           "wu-logs/../../a.log", "wu-logs/..\\a.log", "a/../dns.json"]  # fmt: skip
    path = zipped(tmp_path / "x.zip",
                  [*((name, b"evil") for name in bad), *SOME.items()])  # fmt: skip
    assert read_bundle(path) == SOME
    assert os.listdir(tmp_path) == ["x.zip"]


def test_an_absolute_name_stands_in_for_nothing(tmp_path):
    path = zipped(
        tmp_path / "x.zip", [*SOME.items(), ("/dns.json", b"[1]"), ("//dns.json", b"[2]")]
    )
    assert read_bundle(path) == SOME


@pytest.mark.parametrize("around", ["", "my case\\"])
def test_a_zip_of_windows_may_part_names_by_backslashes(tmp_path, around):
    entries = [(around + name.replace("/", "\\"), content) for name, content in SOME.items()]
    path = zipped(tmp_path / "x.zip", [*entries, ("..\\dns.json", b"[1]")])
    assert read_bundle(path) == SOME


def test_a_link_in_a_zip_is_no_file(tmp_path):
    link = zipfile.ZipInfo("dns.json")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path / "x.zip", [(link, "/etc/passwd"), ("tls.json", b"[]")])
    files = read_bundle(path)
    assert not_read(files) == {"dns.json": "a link"}
    assert files["tls.json"] == b"[]"


def test_an_encrypted_zip_is_one_sentence(tmp_path):
    path = zipped(tmp_path / "x.zip", [("dns.json", b"[]")])
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(UsageError, match="encrypted"):
        read_bundle(path)


def test_a_damaged_file_in_a_zip_is_named_and_the_rest_goes_on(tmp_path):
    path = zipped(tmp_path / "x.zip", [("dns.json", os.urandom(4096)), ("tls.json", b"[]")])
    content = bytearray(path.read_bytes())
    content[200:300] = os.urandom(100)
    path.write_bytes(content)
    files = read_bundle(path)
    assert not_read(files) == {"dns.json": "damaged in the zip"}
    assert files["tls.json"] == b"[]"


def test_a_zip_cut_short_is_one_sentence(tmp_path):
    path = zipped(tmp_path / "x.zip", list(SOME.items()))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UsageError, match="no readable zip"):
        read_bundle(path)


def test_a_zip_that_swells_is_refused(tmp_path):
    path = zipped(tmp_path / "x.zip", [("wu-logs/a.log", b"\0" * (64 << 20))])
    assert path.stat().st_size < 100_000
    with pytest.raises(UsageError, match="refused"):
        read_bundle(path)


def test_a_zip_whose_sizes_lie_is_counted_by_what_comes_out(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_INFLATED", 1 << 20)
    path = zipped(tmp_path / "x.zip", [("wu-logs/a.log", os.urandom(2 << 20))])
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02", len(content) - 200)
    struct.pack_into("<L", content, central + 24, 0xFFFFFF0)  # says far more than there is
    path.write_bytes(content)
    with pytest.raises(UsageError, match="refused"):
        read_bundle(path)


def test_a_zip_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_ENTRIES", 10)
    path = zipped(tmp_path / "x.zip", [(f"{n}.txt", b"") for n in range(11)])
    with pytest.raises(UsageError, match="refused"):
        read_bundle(path)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8))
@example(changes=[(567, 0)])  # the first letter of a name in the directory: an entry without a name
def test_a_zip_with_any_bytes_changed_never_crashes(tmp_path_factory, changes):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in SOME.items():
            bundle.writestr(name, content * 20)
    content = bytearray(stream.getvalue())
    for place, value in changes:
        content[place % len(content)] = value
    path = tmp_path_factory.mktemp("zip") / "x.zip"
    path.write_bytes(content)
    try:
        files = read_bundle(path)
    except UsageError:
        return
    assert all(is_known(name) for name in files)


# --- the whole way -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["three-commands", "with-logs", "damaged"])
def test_a_hand_made_folder_says_the_same_from_folder_and_bundle(tmp_path, name):
    given_files = read_folder(HAND_MADE / name)
    clean = redacted(given_files)
    write_folder(clean, tmp_path / name)
    write_bundle(clean, tmp_path / "x.zip")
    wanted = read(clean, origin=name)
    assert read(read_folder(tmp_path / name), origin=name) == wanted
    assert read(read_bundle(tmp_path / "x.zip"), origin=name) == wanted
    for path in (tmp_path / name).rglob("*"):
        assert path.is_dir() or b"5f0c1e2d3b" not in path.read_bytes()
