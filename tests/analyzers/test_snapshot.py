"""Reading an evidence folder: every tolerance of CONTRACT section 3, and every damage."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from evidence_folders import HAND_MADE, RECORDINGS, files_in
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers.decoding.clock import NEVER
from analyzers.evidence import (
    ClosteCalls,
    Constants,
    Cron,
    Dns,
    Host,
    Http,
    Mappings,
    Meta,
    Missing,
    Noise,
    Options,
    PluginLogs,
    Scheduler,
    Shape,
    Sites,
    StoredKey,
    Tls,
)
from analyzers.redact import TOP_LEVEL, redacted
from analyzers.snapshot import Snapshot, read

T = TypeVar("T")
KINDS = (
    Meta,
    Host,
    Noise,
    Constants,
    Mappings,
    Sites,
    Options,
    Scheduler,
    Cron,
    ClosteCalls,
    Dns,
    Tls,
    Http,
    PluginLogs,
)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def looked(**files: object) -> Snapshot:
    """A snapshot of documents: `dns=[…]` is `dns.json`; bytes go in as they are."""
    given_files = {
        f"{name}.json": value if isinstance(value, bytes) else json.dumps(value).encode()
        for name, value in files.items()
    }
    return read(given_files, origin="case")


def the(snapshot: Snapshot, kind: type[T]) -> T:
    found = snapshot.observed[kind]
    assert isinstance(found, kind), found
    return found


def lacking(snapshot: Snapshot, kind: type) -> str:
    found = snapshot.observed[kind]
    assert isinstance(found, Missing), found
    return str(found)


# --- whole folders -----------------------------------------------------------------------------


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_a_recording_is_read_without_loss(folder):
    files = files_in(folder)
    expected = json.loads(files["expected.json"])
    snapshot = read(files, origin=folder.name)
    assert snapshot.observable
    assert snapshot.not_read == ()
    for kind in KINDS:
        record = snapshot.observed[kind]
        if isinstance(record, Missing):
            assert record.file not in files
            assert record.why == ""
        assert getattr(record, "malformed", 0) == 0
    assert the(snapshot, Meta).taken_at_from == "meta.json"
    assert the(snapshot, Noise) == Noise()
    assert len(the(snapshot, Mappings).rows) == len(json.loads(files["domain_mappings.json"]))
    if "logs" in expected:
        assert the(snapshot, PluginLogs).bytes == expected["logs"]["bytes"]


def test_three_commands_are_enough():
    snapshot = read(files_in(HAND_MADE / "three-commands"), origin="three-commands")
    constants = the(snapshot, Constants)
    assert constants.values["CLOSTE_APP_ID"] == "acct777"
    assert constants.values["SUNRISE"] is True
    assert constants.variables == {"table_prefix": "wp_"}
    assert "wp-config-extra.php" not in constants.values
    assert constants.unfiltered
    assert constants.malformed == 0
    key = constants.values["CLOSTE_CLIENT_API_KEY"]
    assert isinstance(key, Shape)
    assert (key.length, key.charset, key.sha256_8) == (40, "hex", "60efff4c")
    password = constants.values["DB_PASSWORD"]
    assert isinstance(password, Shape)
    assert password.sha256_8 is None
    sites = the(snapshot, Sites)
    assert [(s.blog_id, s.domain, s.path, s.archived) for s in sites.rows] == [
        (1, "sites.example.net", "/", None),
        (7, "shop.sites.example.net", "/", None),
    ]
    assert not sites.has_flags
    first, second = the(snapshot, Mappings).rows
    assert (first.stored, first.domain) == ("Shop.Example.ORG", "shop.example.org")
    assert (first.active, first.primary, first.secure) == (True, True, False)
    assert (second.id, second.blog_id, second.stage) == (4, 7, "some-later-stage")
    assert second.modified is None
    meta = the(snapshot, Meta)
    assert (meta.taken_at, meta.taken_at_from, meta.target) == (
        datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
        "sites.json",
        "three-commands",
    )
    noise = the(snapshot, Noise)
    assert noise.files == ("constants.json", "sites.json")
    assert "[production] {managed}" in noise.texts[0]
    assert "<!-- 0.2 s [cached] -->" in noise.texts[0]
    assert noise.texts[1] == "\ufeff"
    assert lacking(snapshot, Host) == "host.json"


def test_powershell_writes_utf_16():
    snapshot = read(files_in(HAND_MADE / "powershell"), origin="x")
    assert the(snapshot, Constants).values["CLOSTE_APP_ID"] == "acct777"


def test_every_damage_is_named_and_nothing_of_the_rest_is_lost():
    snapshot = read(files_in(HAND_MADE / "damaged"), origin="x")
    said = {kind: lacking(snapshot, kind) for kind in KINDS if _is_missing(snapshot, kind)}
    assert said == {
        Host: "host.json",
        Constants: "constants.json: not JSON",
        Sites: "sites.json: not UTF-8",
        Options: "options.json: not an object",
        Scheduler: "scheduler.json: not JSON",
        Cron: "cron.json: not JSON",
        ClosteCalls: "closte.json: empty",
        Dns: "dns.json: not JSON",
        Tls: "tls.json: not JSON",
        Http: "http.json: not a list",
        PluginLogs: "wu-logs",
    }
    mappings = the(snapshot, Mappings)
    assert [row.domain for row in mappings.rows] == [
        "shop.example.org",
        "www.shop.example.org",
        "late.example",
    ]
    assert mappings.malformed == 3
    assert snapshot.observable


def _is_missing(snapshot: Snapshot, kind: type) -> bool:
    return isinstance(snapshot.observed[kind], Missing)


# --- observable --------------------------------------------------------------------------------


def test_an_empty_folder_is_unobservable():
    snapshot = read({}, origin="case", fallback_now=NOON)
    assert not snapshot.observable
    assert the(snapshot, Meta) == Meta(NOON, "nothing", "case")
    assert the(read({}, origin="case"), Meta).taken_at == NEVER


def test_errors_of_the_look_alone_are_no_evidence():
    refused = read(files_in(HAND_MADE / "login-refused"), origin="x")
    assert not refused.observable
    assert the(refused, Host).errors[0].stderr == "No key was accepted."
    assert not looked(host={"errors": []}, dns=[], tls=[], http=[], closte={"calls": []}).observable
    assert not looked(dns=b"[{", meta={"taken_at": "2026-05-04T12:00:00Z"}).observable


@pytest.mark.parametrize(
    "files",
    [
        {"host": {"plugin_network_active": False}},
        {"domain_mappings": []},
        {"scheduler": None},
        {"constants": [{"name": "SUNRISE", "value": True, "type": "constant"}]},
        {"dns": [{"name": "a.example", "type": "A", "via": "host", "status": "NXDOMAIN"}]},
    ],
)
def test_one_piece_of_evidence_makes_it_observable(files):
    assert looked(**files).observable


# --- text around the document ------------------------------------------------------------------

ROWS = [{"name": "SUNRISE", "value": True, "type": "constant"}]
TEXT = json.dumps(ROWS)


@pytest.mark.parametrize(
    ("content", "noise"),
    [
        (TEXT, ""),
        (f"\r\n {TEXT}\n\n", ""),
        (f"[2026-05-04 10:00:00] hello\n{TEXT}", "[2026-05-04 10:00:00] hello"),
        (f"[1] 4242\n{TEXT}\n[1] + done", "[1] 4242\n[1] + done"),
        (f"array [] and {{}} and [[x]]\n{TEXT}", "array [] and {} and [[x]]"),
        (f'{{"notice": "a"}}\n{TEXT}', '{"notice": "a"}'),
        (f'{TEXT}\n{{"broken": ', '{"broken":'),
        (f"{TEXT}\0\0", ""),
    ],
)
def test_text_around_the_document_is_noise(content, noise):
    snapshot = looked(constants=content.encode(), host={"stdout_noise": "first"})
    assert the(snapshot, Constants).values == {"SUNRISE": True}
    assert the(snapshot, Noise).texts == ((noise,) if noise else ())
    assert the(snapshot, Host).stdout_noise == ("first\n" + noise if noise else "first")


def test_noise_of_latin_1_does_no_harm():
    snapshot = looked(constants=b"Gr\xfc\xdfe\n" + TEXT.encode())
    assert the(snapshot, Noise).texts == ("Gr\ufffd\ufffde",)


def test_a_list_inside_a_damaged_document_is_not_taken_for_it():
    content = b'[{"name": "a", "records": ["203.0.113.9"], "x": [{"name": "b"}]}, {"na'
    assert lacking(looked(dns=content), Dns) == "dns.json: not JSON"
    assert lacking(looked(dns=b"banner\n" + content), Dns) == "dns.json: not JSON"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"null", "not a list"),
        (b"42", "not a list"),
        (b'"text"', "not a list"),
        (b"{}", "not a list"),
        (b"[", "not JSON"),
        (b"[{]}", "not JSON"),
        (b"nothing of the kind", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b'["\xff"]', "not UTF-8"),
        (b"[Infinity]", "not JSON"),
        (b"[" * 90 + b"]" * 90, "none of its entries could be read"),
        (b"[" * 400 + b"]" * 400, "not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_holds_no_list(content, why):
    assert lacking(looked(tls=content), Tls) == f"tls.json: {why}"


def test_numbers_of_any_size_spoil_only_their_field():
    huge = "9" * 6000
    content = (
        f'[{{"name":"a.example","type":"A","via":"host","status":"NOERROR","records":[],"ttl":{huge}}},'
        + (
            '{"name":"b.example","type":"A","via":"host","status":"NOERROR","records":[],"ttl":1e999}]'
        )
    )
    first, second = the(looked(dns=content.encode()), Dns).answers
    assert (first.ttl, second.ttl) == (None, None)


# --- single files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (True, True),
        (1, True),
        ("1", True),
        ("true", True),
        (False, False),
        (0, False),
        ("0", False),
        ("", False),
        (None, None),
        ("perhaps", None),
        ([], None),
    ],
)
def test_truth_as_wordpress_prints_it(value, truth):
    row = {"id": 1, "blog_id": 2, "domain": "a.example", "active": value}
    assert the(looked(domain_mappings=[row]), Mappings).rows[0].active is truth
    assert the(looked(host={"object_cache": value}), Host).object_cache is truth


def test_no_mapping_table():
    snapshot = looked(options={"mapping_columns": None}, domain_mappings=[])
    assert the(snapshot, Options).table_missing
    assert lacking(snapshot, Mappings) == ("domain_mappings.json: the mapping table does not exist")
    assert not the(looked(options={}), Options).table_missing


def test_sites_with_all_columns():
    row = {"blog_id": "7", "url": "http://a.example/b/", "domain": "A.example", "path": "/b/"}
    flags = {"public": "1", "archived": "0", "spam": "0", "deleted": "1"}
    sites = the(looked(sites=[{**row, **flags}]), Sites)
    site = sites.rows[0]
    assert (site.domain, site.path, site.public, site.deleted) == ("a.example", "/b/", True, True)
    assert sites.has_flags
    assert not the(looked(sites=[{**row, **flags}, row]), Sites).has_flags
    bare = {"blog_id": 2, "domain": "b.example", "path": "/"}
    assert the(looked(sites=[bare]), Sites).rows[0].url == "http://b.example/"
    assert the(looked(sites=[{"blog_id": 2, "url": "http://[bad/"}]), Sites).rows[0].path == "/"


PHP = 'a:2:{s:21:"enable_domain_mapping";b:1;s:18:"dns_check_interval";i:30;}'


@pytest.mark.parametrize(
    "stored",
    [
        {"enable_domain_mapping": True, "dns_check_interval": 30, "api_secret": "zzzzzzzzzz"},
        '{"enable_domain_mapping": true, "dns_check_interval": 30}',
        PHP,
    ],
)
def test_settings_in_every_form(stored):
    options = the(looked(options={"wp-ultimo_v2_settings": stored}), Options)
    assert options.settings == {"enable_domain_mapping": True, "dns_check_interval": 30}


@pytest.mark.parametrize("stored", ["", False, None, PHP[:-1], 'O:8:"stdClass":0:{}', 7])
def test_settings_that_are_no_array(stored):
    assert the(looked(options={"wp-ultimo_v2_settings": stored}), Options).settings is None


def test_integrations():
    def enabled(value):
        return the(looked(options={"wu_host_integrations_enabled": value}), Options).integrations

    assert enabled({"closte": True, "runcloud": "0"}) == {"closte": True, "runcloud": False}
    assert enabled(["closte"]) == {"closte": True}
    assert enabled([]) == {}
    assert enabled('a:1:{s:6:"closte";b:1;}') == {"closte": True}


@pytest.mark.parametrize(
    ("value", "stored_key"),
    [
        ({"stored": "encrypted-sodium", "decrypts": False}, StoredKey("encrypted-sodium", False)),
        ({"stored": "plain", "decrypts": None}, StoredKey("plain", None)),
        ("$wu_enc$c2VjcmV0LXNlY3JldC1zZWNyZXQ=", StoredKey("encrypted-openssl", None)),
        ("$wu_sodium$c2VjcmV0LXNlY3JldC1zZWM=", StoredKey("encrypted-sodium", None)),
        ("0123456789abcdef", StoredKey("plain", True)),
        ("", None),
        (None, None),
        (False, None),
    ],
)
def test_stored_credential(value, stored_key):
    snapshot = looked(options={"wu_hosting_credential_CLOSTE_CLIENT_API_KEY": value})
    assert the(snapshot, Options).stored_key == stored_key
    if isinstance(value, str) and value:
        assert value not in repr(snapshot)


def test_scheduler():
    row = {"action_id": "12", "hook": "wu_add_domain", "status": "complete", "attempts": "1"}
    snapshot = looked(
        scheduler=[
            {**row, "args": '{"domain":"a.example","site_id":2}', "group": "domain"},
            {**row, "args": ["a.example", 2], "last_attempt_gmt": "0000-00-00 00:00:00"},
            {**row, "args": "not json", "log": [{"message": "m"}, 3, {"log_date_gmt": "x"}]},
            {"hook": "without id"},
            7,
        ]
    )
    scheduler = the(snapshot, Scheduler)
    first, second, third = scheduler.actions
    assert (first.action_id, first.attempts, first.group) == (12, 1, "domain")
    assert first.args == {"domain": "a.example", "site_id": 2}
    assert second.args == {"0": "a.example", "1": 2}
    assert second.last_attempt is None
    assert third.args == {}
    assert [entry.message for entry in third.log] == ["m"]
    assert scheduler.malformed == 2
    assert scheduler.tables_exist
    assert not the(looked(scheduler=None), Scheduler).tables_exist


def test_cron():
    events = the(
        looked(
            cron=[{"hook": "h", "next_run_gmt": "2026-05-04 10:00:00", "recurrence": False}, {}]
        ),
        Cron,
    )
    assert events.events[0].next_run == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert events.events[0].recurrence is None
    assert events.malformed == 1


def test_calls_as_object_and_as_bare_list():
    call = {"endpoint": "/getdomains", "http_status": "200", "body": {"success": True}, "keyed": 0}
    for stored in ({"calls": [call, 1]}, [call, 1]):
        calls = the(looked(closte=stored), ClosteCalls)
        assert calls.malformed == 1
        assert (calls.calls[0].http_status, calls.calls[0].keyed) == (200, False)
        assert json.loads(calls.calls[0].body) == {"success": True}
    assert the(looked(closte={"calls": None}), ClosteCalls).calls == ()


def test_dns_records_are_compared_in_one_spelling():
    rows = [
        {"name": "A.Example.", "type": "aaaa", "via": "host", "status": "noerror",
         "records": ["2001:DB8:0::1"], "ttl": "300"},
        {"name": "a.example", "type": "NS", "via": "host", "status": "NOERROR",
         "records": ["NS1.Example."], "ttl": None},
        {"name": "a.example", "type": "A", "via": "host", "status": "NOERROR", "records": "x"},
    ]  # fmt: skip
    dns = the(looked(dns=rows), Dns)
    first, second = dns.answers
    assert (first.name, first.type, first.status) == ("a.example", "AAAA", "NOERROR")
    assert (first.records, first.ttl) == (("2001:db8::1",), 300)
    assert second.records == ("ns1.example",)
    assert dns.malformed == 1


def test_tls_and_http():
    handshake = {"host": "a.example", "address": "203.0.113.9", "port": "443", "status": "ok",
                 "verified": True, "names": ["a.example", 3], "not_after": "2026-08-01T00:00:00Z"}  # fmt: skip
    tls = the(looked(tls=[handshake, {"host": "b.example"}]), Tls)
    assert tls.handshakes[0].names == ("a.example", "3")
    assert tls.malformed == 1
    answer = {"url": "HTTP://A.example:8080/x", "status": 301, "headers": {"Location": ["u", "v"]}}
    http = the(looked(http=[answer, {"status": 200}]), Http)
    assert (http.answers[0].host, http.answers[0].headers) == ("a.example", {"location": "u, v"})
    assert http.malformed == 1


def test_host_facts():
    host = the(
        looked(
            host={
                "plugin_version": "2.4.10",
                "main_site_id": "1",
                "network_id": True,
                "runtime_constants": {
                    "SUNRISE": True,
                    "COOKIE_DOMAIN": None,
                    "CLOSTE_CLIENT_API_KEY": "0123456789abcdef0123",
                    "AUTH_SALT": {"secret": True, "defined": False},
                },
                "sunrise": {"exists": True, "version": "2.0.0.10", "ours": True},
                "errors": [{"command": "c", "status": "1", "stderr": "e"}, "x"],
                "messages": {"Starting Check for %s": "Beginne %s", "n": 1},
                "someday": {"a": 1},
            }
        ),
        Host,
    )
    assert host.main_site_id == 1
    assert host.network_id is None
    assert host.runtime_constants["SUNRISE"] is True
    assert host.runtime_constants["COOKIE_DOMAIN"] is None
    assert isinstance(host.runtime_constants["CLOSTE_CLIENT_API_KEY"], Shape)
    assert host.runtime_constants["AUTH_SALT"] is None
    assert host.sunrise is not None
    assert host.sunrise.version == "2.0.0.10"
    assert [error.status for error in host.errors] == [1]
    assert host.messages == {"Starting Check for %s": "Beginne %s"}
    assert host.raw == {"someday": {"a": 1}}


def test_constants_skip_bad_rows_and_undefined_shapes():
    rows = [
        {"name": "CLOSTE_CLIENT_API_KEY", "value": {"secret": True, "defined": False}},
        {"name": "A", "value": [1, 2], "type": "constant"},
        {"name": "B", "value": "x", "type": "novelty"},
        {"name": 3, "value": "x"},
        {"name": "C"},
        "D",
    ]
    constants = the(looked(constants=rows), Constants)
    assert constants.values == {"A": (1, 2)}
    assert constants.malformed == 4


# --- logs --------------------------------------------------------------------------------------

LINE = b"[2026-05-04 09:10:01] [INFO] Adding domain: shop.example.org for site ID: 7\n"


def test_logs_are_counted_by_the_bytes_that_were_given():
    content = LINE + b"[2026-05-04 09:10:01] [INFO] Using API key (first 10 chars): 0123456789...\n"
    logs = the(read({"wu-logs/integration-closte.log": content}, origin="x"), PluginLogs)
    assert logs.bytes == len(content)
    assert logs.counts["closte.adding"] == 1


@pytest.mark.parametrize(
    ("host", "why"),
    [
        (None, "wu-logs"),
        ({"logs_dir": "/x"}, "wu-logs"),
        ({"logs_dir": "/x", "logs_bytes": 12}, "wu-logs"),
        ({"logs_bytes": 0}, "wu-logs"),
        ({"logs_dir": "/x", "logs_bytes": 0, "logs_collected": False},
         "wu-logs: the logs were not collected"),
    ],
)  # fmt: skip
def test_no_logs_is_no_evidence_of_no_logs(host, why):
    assert lacking(looked(**({"host": host} if host else {})), PluginLogs) == why


def test_a_host_without_logs_is_evidence():
    logs = the(looked(host={"logs_dir": "/x", "logs_bytes": 0}), PluginLogs)
    assert (logs.files, logs.records) == ((), 0)


def test_a_log_elsewhere_is_no_log():
    snapshot = read({"wu-logs/a/b.log": LINE, "x.log": LINE, "wu-logs/.log": LINE}, origin="x")
    assert the(snapshot, PluginLogs).files == ("wu-logs/a/b.log",)


# --- what could not be read --------------------------------------------------------------------


def test_what_could_not_be_read_is_missing_with_why():
    snapshot = looked(
        unreadable={
            "dns.json": "permission denied",
            "meta.json": "permission denied",
            "wu-logs/a.log": "a link",
            "else.json": "x",
            "tls.json": 3,
        },
        host={"time_gmt": "2026-05-04 12:00:00"},
    )
    assert lacking(snapshot, Dns) == "dns.json: permission denied"
    assert lacking(snapshot, Tls) == "tls.json"
    assert lacking(snapshot, PluginLogs) == "wu-logs: a link"
    assert the(snapshot, Meta).taken_at_from == "host.json time_gmt (meta.json: permission denied)"
    assert len(snapshot.not_read) == 3


# --- the clock ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"host": {"time_gmt": "2026-05-04 12:00:00"}}, "host.json time_gmt"),
        ({"closte": [{"endpoint": "/x", "at": "2026-05-04T12:00:00Z"}]}, "closte.json"),
        ({"sites": [{"blog_id": 1, "url": "http://a/", "last_updated": "2026-05-04 12:00:00"}]},
         "sites.json"),
        ({"scheduler": [{"action_id": 1, "hook": "h", "status": "complete",
                         "scheduled_date_gmt": "2030-01-01 00:00:00",
                         "last_attempt_gmt": "2026-05-04 12:00:00"}]},
         "scheduler.json last_attempt_gmt"),
        ({"scheduler": [{"action_id": 1, "hook": "h", "status": "complete",
                         "log": [{"log_date_gmt": "2026-05-04 12:00:00", "message": ""}]}]},
         "scheduler.json log"),
    ],
)  # fmt: skip
def test_the_newest_time_is_the_clock_where_meta_says_none(files, where):
    old = {"id": 1, "blog_id": 2, "domain": "a", "date_created": "2020-01-01 00:00:00"}
    for meta in ({}, {"taken_at": "yesterday"}):
        found = the(looked(domain_mappings=[old], meta=meta, **files), Meta)
        assert (found.taken_at, found.taken_at_from) == (NOON, where)


def test_the_newest_log_record_can_be_the_clock():
    found = the(read({"wu-logs/integration-closte.log": LINE}, origin="x"), Meta)
    assert found.taken_at == datetime(2026, 5, 4, 9, 10, 1, tzinfo=UTC)
    assert found.taken_at_from == "wu-logs"


def test_meta():
    meta = the(
        looked(
            meta={
                "taken_at": "2026-05-04T12:00:00Z",
                "target": "prod",
                "tool": "by hand",
                "expected_addresses": ["203.0.113.10", "2001:DB8::1", "203.0.113.10", ""],
            }
        ),
        Meta,
    )
    assert meta == Meta(NOON, "meta.json", "prod", "by hand", ("203.0.113.10", "2001:db8::1"))
    assert the(looked(meta={"taken_at": "2026-05-04T12:00:00Z"}), Meta).target == "case"
    assert the(looked(meta={"expected_addresses": []}), Meta).expected_addresses is None


# --- whatever is in it -------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_KEYS = st.sampled_from(
    [
        *(
            "name",
            "value",
            "type",
            "domain",
            "blog_id",
            "id",
            "url",
            "path",
            "stage",
            "args",
            "log",
        ),
        *("hook", "status", "action_id", "via", "records", "ttl", "host", "address", "names"),
        *("calls", "endpoint", "body", "headers", "errors", "sunrise", "messages", "raw", "at"),
        *("runtime_constants", "time_gmt", "wp-ultimo_v2_settings", "mapping_columns", "secret"),
        *("wu_host_integrations_enabled", "taken_at", "expected_addresses", "defined", "length"),
    ]
)
_ROW = st.dictionaries(_KEYS, _JSON | st.sampled_from(["a.example", "1", 1, "wu_x"]), max_size=6)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*TOP_LEVEL, "wu-logs/integration-closte.log", "unreadable.json"]),
        st.binary(max_size=60)
        | _JSON.map(lambda v: json.dumps(v).encode())
        | st.lists(_ROW, max_size=4).map(lambda v: json.dumps(v).encode())
        | _ROW.map(lambda v: json.dumps(v).encode()),
        max_size=6,
    )
)
@example(
    {
        "closte.json": b'[-Infinity, [null, null, -1.5445136227792328e+16], {"": 1, "\\u001f\\u007f": 2}]'
    }
)
@example(
    {
        "closte.json": b'[-Infinity, [null, null, -1.54451362277923e+16], {"": null, "\\u001f\\u007f": 1}]'
    }
)
def test_whatever_the_files_hold_they_are_read_and_read_again_the_same(files):
    first = read(files, origin="x")
    assert set(first.observed) == set(KINDS)
    clean = redacted(files)
    assert redacted(clean) == clean
    second = read(clean, origin="x")
    assert second.observable == first.observable
    for kind in KINDS:
        if kind is not PluginLogs:  # its bytes are those of the files given
            assert second.observed[kind] == first.observed[kind]
