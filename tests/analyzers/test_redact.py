"""No secret survives redaction, redacting twice changes nothing, and nothing else is lost."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from evidence_folders import HAND_MADE, RECORDINGS, files_in
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from analyzers.diagnose import diagnose
from analyzers.evidence import PluginLogs
from analyzers.masks import Redaction
from analyzers.redact import KEPT_OPTIONS, KEPT_SETTINGS, redacted
from analyzers.secrets import Secret, is_secret_name
from analyzers.snapshot import read

KEY = "CLOSTE_CLIENT_API_KEY"
NASTY = 'p@ss/w&rd "9"\\x\'+é<😀>'


def masked(text: str, *secrets: Secret) -> str:
    redaction = Redaction.of(secrets)
    found = redaction.content(text.encode()).decode()
    assert redaction.free(text) == found
    assert redaction.content(found.encode()).decode() == found
    return found


# --- which names are secrets -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        KEY,
        "DB_PASSWORD",
        "AUTH_KEY",
        "NONCE_SALT",
        "X_SECRET",
        "X_TOKEN",
        "api_key",
        "Stripe_Secret",
    ],
)
def test_secret_names(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "DB_NAME",
        "DB_USER",
        "DB_HOST",
        "DB_CHARSET",
        "DB_COLLATE",
        "CLOSTE_APP_ID",
        "MONKEY",
        "keyed",
    ],
)
def test_names_that_are_no_secrets(name):
    assert not is_secret_name(name)


# --- known secrets -----------------------------------------------------------------------------


def spellings(text: str) -> dict[str, str]:
    return {
        "plain": text,
        "json": json.dumps(text)[1:-1],
        "json of PHP": json.dumps(text)[1:-1].replace("/", "\\/"),
        "json, not escaped": json.dumps(text, ensure_ascii=False)[1:-1],
        "json in json": json.dumps(json.dumps(text)[1:-1])[1:-1],
        "url": quote(text, safe=""),
        "url of a form": quote_plus(text),
        "url, lower case": re.sub("%[0-9A-F]{2}", lambda m: m[0].lower(), quote(text, safe="")),
        "html": html.escape(text),
        "html of WordPress": html.escape(text).replace("&#x27;", "&#039;"),
    }


@pytest.mark.parametrize("name", spellings(""))
def test_a_secret_is_found_in_every_spelling(name):
    spelt = spellings(NASTY)[name]
    found = masked(f"before {spelt} after", Secret("DB_PASSWORD", NASTY))
    assert found == "before [redacted:DB_PASSWORD] after"


@pytest.mark.parametrize(("count", "mark"), [(10, "first-10"), (14, "first-14"), (20, None)])
def test_a_beginning_of_a_secret(count, mark):
    secret = "abcdefghij0123456789"
    expected = f"<[redacted:AUTH_KEY:{mark}]>" if mark else "<[redacted:AUTH_KEY]>"
    assert masked(f"<{secret[:count]}>", Secret("AUTH_KEY", secret)) == expected


def test_what_is_too_short_is_not_searched_for():
    assert masked("abcdefghi", Secret("AUTH_KEY", "abcdefghij0123456789")) == "abcdefghi"
    assert masked("1234567 12345678", Secret("A_KEY", "1234567"), Secret("B_KEY", "12345678")) == (
        "1234567 [redacted:B_KEY]"
    )


def test_a_key_pasted_with_white_space_and_quotes_is_found_without():
    assert masked("a 0123456789ab b", Secret(KEY, " '0123456789ab'\n")) == f"a [redacted:{KEY}] b"


def test_an_api_key_of_any_length_is_masked_where_it_stands_alone():
    found = masked("bad key shop1 for shop1.example.org, shop12", Secret(KEY, "shop1"))
    assert found == f"bad key [redacted:{KEY}] for shop1.example.org, shop12"


def test_a_secret_that_looks_like_a_mark_is_no_endless_matter():
    found = masked("x CLOSTE_CLIENT_API_KEY y", Secret(KEY, KEY))
    assert found == f"x [redacted:{KEY}] y"


def test_a_secret_never_shows_in_a_repr():
    secret = Secret(KEY, "0123456789abcdef")
    assert "0123456789" not in repr(secret)
    assert "0123456789" not in repr(Redaction.of([secret]).needles[0])


_SECRETS = (
    st.text(min_size=8, max_size=40)
    .filter(lambda s: not s.startswith("[redacted:"))
    .filter(lambda s: len(s.strip().strip("'\"").strip()) > 7)
)


@settings(max_examples=150, deadline=None)
@given(_SECRETS, st.text(max_size=20), st.sampled_from(sorted(spellings(""))), st.integers(8, 40))
@example("&aaaaaaaaaaaa", "&", "plain", 12)
@example("&amp;amp;&amp;", "", "html", 40)
@example("\\\\\\\\\\\\\\\\\\n", "\\", "json", 40)
def test_no_planted_secret_survives(secret, around, spelling, count):
    planted = secret[:count] if count >= 10 else secret
    try:
        spelt = spellings(planted)[spelling]
    except UnicodeEncodeError:
        assume(False)
    assume(planted not in around * 2)
    found = masked(f"{around}{spelt}{around}", Secret("AUTH_SALT", secret))
    assert "[redacted:AUTH_SALT" in found
    unmarked = re.sub(r"\[redacted:[^\]]*\]", "", found)
    assert spelt not in unmarked
    if len(planted) >= 10:
        assert planted not in unmarked


# --- what is known by its place ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/getdomains?apikey=abc", "/getdomains?apikey=[redacted:apikey]"),
        ("?a=1&key=abc&b=2", "?a=1&key=[redacted:key]&b=2"),
        ("?a=1&amp;KEY=abc&amp;b", "?a=1&amp;KEY=[redacted:key]&amp;b"),
        ("?async_check_dns_nonce=1f&x", "?async_check_dns_nonce=[redacted:nonce]&x"),
        ("?wu_token_x[]=1f#y", "?wu_token_x[]=[redacted:token]#y"),
        ("%3Fapikey%3Dabc%26b%3D2", "%3Fapikey%3D[redacted:apikey]%26b%3D2"),
        ('{"url":"https:\\/\\/a\\/?key=abc"}', '{"url":"https:\\/\\/a\\/?key=[redacted:key]"}'),
        ("monkey=banana&keyed=1", "monkey=banana&keyed=1"),
        ("Authorization: Basic dXNlcjpw\nnext", "Authorization: [redacted:authorization]\nnext"),
        ("authorization=Bearer a.b-c", "authorization=[redacted:authorization]"),
        (
            '{"Authorization":"Bearer x","b":1}',
            '{"Authorization":"[redacted:authorization]","b":1}',
        ),
        (
            '{"authorization": ["Bearer x"],"b":1}',
            '{"authorization": ["[redacted:authorization]"],"b":1}',
        ),
        ("x authorization%3A%20Bearer%20x", "x authorization%3A[redacted:authorization]"),
        ("?wu_token%5B0%5D=1f&y", "?wu_token%5B0%5D=[redacted:token]&y"),
        ("[Authorization] => Token abc", "[Authorization] => [redacted:authorization]"),
        (
            'Authorization: Digest username="u", response="r", qop=auth\nz',
            "Authorization: [redacted:authorization]\nz",
        ),
        ("mail to jan.kowalski+x@poczta.example.pl!", "mail to [redacted:e-mail]!"),
        ("?to=jan%40poczta.example.pl&x", "?[redacted:e-mail]&x"),
        ('{"a":"x\\njan@example.org"}', '{"a":"x\\n[redacted:e-mail]"}'),
        ("zażółć@example.org", "[redacted:e-mail]"),
        ("'wplab'@'localhost' me@localhost @example.org", None),
        (
            "redis://user:s3cret@cache.internal:1",
            "redis://user:[redacted:password]@cache.internal:1",
        ),
        ('{"api_key":"abc","n":"token"}', '{"api_key":"[redacted:api_key]","n":"token"}'),
        ('{\\"user_password\\":\\"abc\\"}', '{\\"user_password\\":\\"[redacted:password]\\"}'),
        ("nothing of the kind, keys and tokens", None),
    ],
)
def test_private_places(text, expected):
    assert masked(text) == (text if expected is None else expected)


PREFIX_LINE = "[2026-05-04 09:10:01] [INFO] Using API key (first 10 chars): "


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0123456789...", "[redacted:CLOSTE_CLIENT_API_KEY:first-10]..."),
        ("012...\n[2026-05-04 09:10:02] [INFO] x...", "[redacted:CLOSTE_CLIENT_API_KEY:first-10]...\n"
         "[2026-05-04 09:10:02] [INFO] x..."),
        ("012\n456...", "[redacted:CLOSTE_CLIENT_API_KEY:first-10]..."),
        ('"12345678,...', "[redacted:CLOSTE_CLIENT_API_KEY:first-10]..."),
        ("0123456789012345", "[redacted:CLOSTE_CLIENT_API_KEY:first-10]..."),
        ("...", "..."),
        ("[redacted:CLOSTE_CLIENT_API_KEY:first-10]...", None),
    ],
)  # fmt: skip
def test_the_plugins_own_line_is_masked_though_the_key_is_unknown(written, expected):
    wanted = written if expected is None else expected
    assert masked(PREFIX_LINE + written + "\n") == PREFIX_LINE + wanted + "\n"


_PRIVATE = st.sampled_from(
    [
        *("apikey=", "&", "@a.example", "Authorization: ", '"', "\\", "token", "=", "%3D", "%26"),
        *("Using API key (first 10 chars): ", "...", "[redacted:", "]", "secretsecret", "://u:"),
        *("é", " ", "\n", "digest ", "=>", "'", "key", "%40b.example", "\\u0040c.example"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PRIVATE | st.text(max_size=3), max_size=14).map("".join))
def test_redacting_twice_is_redacting_once(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        assume(False)
    masked(text, Secret("A_KEY", "secretsecret"))


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(_PRIVATE | st.text(max_size=5), lambda s: st.lists(s, max_size=3), max_leaves=6)
)
def test_json_stays_json(value):
    text = json.dumps({"a": value})
    assert isinstance(json.loads(masked(text)), dict)


@pytest.mark.parametrize("value", [["PREFIX", ["..."]], [{"PREFIX": "..."}], ["PREFIX", "x..."]])
def test_the_beginning_of_a_key_ends_with_its_json_string(value):
    text = json.dumps(value).replace("PREFIX", "Using API key (first 10 chars): ")
    assert isinstance(json.loads(masked(text)), list)


# --- whole folders -----------------------------------------------------------------------------


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_a_recording_keeps_its_findings_and_loses_its_secrets(folder):
    files = files_in(folder)
    secrets = json.loads(files["expected.json"])["raw_secrets"]
    clean = redacted(files)
    assert set(clean) == set(files) - {"expected.json"}
    assert redacted(clean) == clean
    first, second = read(files, origin="x"), read(clean, origin="x")
    shown = "\n".join((repr(first), *(c.decode() for c in clean.values())))
    for secret in secrets:
        for spelt in spellings(secret).values():
            assert spelt not in shown
    for name, content in clean.items():
        if name.endswith(".json"):
            json.loads(content)
    same = {kind: record for kind, record in first.observed.items() if kind is not PluginLogs}
    assert {kind: second.observed[kind] for kind in same} == same


@pytest.mark.parametrize(
    "folder",
    [*RECORDINGS, *sorted(path for path in HAND_MADE.iterdir() if path.is_dir())],
    ids=lambda f: f"{f.parent.name}-{f.name}",
)
def test_a_redacted_folder_gives_the_same_diagnosis(folder):
    files = files_in(folder)
    first, second = (
        diagnose(read(given_files, origin=folder.name), tool="test")
        for given_files in (files, redacted(files))
    )
    assert second == first


@pytest.mark.parametrize("name", ["three-commands", "with-logs", "powershell", "damaged"])
def test_a_hand_made_folder_loses_its_secrets(name):
    files = files_in(HAND_MADE / name)
    clean = redacted(files)
    assert redacted(clean) == clean
    shown = "\n".join(
        (repr(read(files, origin="x")), *(c.decode("utf-8", "replace") for c in clean.values()))
    )
    for secret in (
        "5f0c1e2d3b", "p@ss/w&rd", "p%40ss", "p@ss/w&amp;rd", "0123456789abcdef", "mail-Passw0rd",
        "ab12cd34ef", "dXNlcjpwYXNz", "help@closte",
    ):  # fmt: skip
        assert secret not in shown


def test_what_is_no_secret_stays():
    clean = redacted(files_in(HAND_MADE / "with-logs"))
    assert b"acct777_db" in clean["constants.json"]
    log = clean["wu-logs/integration-closte.log"].decode()
    assert "Adding domain: shop.example.org for site ID: 7" in log
    assert f"Invalid api key [redacted:{KEY}]" in log
    assert f"(first 10 chars): [redacted:{KEY}:first-10]..." in log
    assert log.count("[redacted:DB_PASSWORD]") == 3
    assert json.loads(json.loads(clean["closte.json"])[0]["body"])["success"] is False


def test_only_the_options_of_the_contract_are_kept():
    given_options = {
        "wp-ultimo_v2_settings": {"api_secret": "tStDzeYAkeT6PGRx", "security_mode": "0", "x": 1},
        "wu_hosting_credential_CLOUDFLARE_API_KEY": "cfcfcfcfcfcfcfcf",
        "closte": {"smtp_password": "mailmailmail"},
        "mapping_columns": "enum('done')",
    }
    log = b"tStDzeYAkeT6PGRx cfcfcfcfcfcfcfcf mailmailmail"
    clean = redacted({"options.json": json.dumps(given_options).encode(), "wu-logs/x.log": log})
    options = json.loads(clean["options.json"])
    assert set(options) <= set(KEPT_OPTIONS)
    assert options["wp-ultimo_v2_settings"] == {"security_mode": "0"}
    assert set(KEPT_SETTINGS) >= set(options["wp-ultimo_v2_settings"])
    assert clean["wu-logs/x.log"].decode() == (
        "[redacted:api_secret] [redacted:CLOUDFLARE_API_KEY] [redacted:smtp_password]"
    )


def test_a_secret_is_masked_in_every_file():
    secret = "s3cr3t-s3cr3t-s3cr3t"
    rows = [{"name": "DB_PASSWORD", "value": secret, "type": "constant"}]
    documents = {
        "constants.json": [*rows, {"name": "COPY", "value": {"a": [secret]}, "type": "constant"},
                           {"name": "DSN", "value": f"x://u:{secret}@h", "type": "constant"},
                           ["DB_PASSWORD", secret], {"name": "AUTH_KEY", "value": secret, "type": 3}],
        "host.json": {"errors": [{"command": "c", "stderr": secret}], secret: secret,
                      "runtime_constants": {"DB_PASSWORD": secret, "X": secret},
                      "stdout_noise": secret, "abspath": f"/home/{secret}/"},
        "domain_mappings.json": [{"id": 1, "blog_id": 1, "domain": f"{secret}.example"}],
        "sites.json": [{"blog_id": 1, "url": f"http://{secret}.example/"}],
        "options.json": {"wu_sunrise_meta": {"a": secret}},
        "scheduler.json": [{"args": json.dumps({"a": secret}), "log": [{"message": secret}]}],
        "cron.json": [{"hook": secret}],
        "closte.json": {"calls": [{"endpoint": "/x", "body": quote(secret), "error": secret}]},
        "dns.json": [{"name": "a", "records": [secret]}],
        "tls.json": [{"host": "a", "issuer": secret}],
        "http.json": [{"url": f"http://a/?x={secret}", "headers": {"Set-Cookie": "c=1"}}],
        "meta.json": {"target": secret, "tool": secret},
        "unreadable.json": {"dns.json": secret},
    }  # fmt: skip
    files = {name: json.dumps(value).encode() for name, value in documents.items()}
    files["tls.json"] = f"banner {secret} \n".encode() + files["tls.json"] + secret.encode()
    files["wu-logs/x.log"] = secret.encode()
    files["notes.txt"] = secret.encode()
    clean = redacted(files)
    assert set(clean) == set(files) - {"notes.txt"}
    for name, content in clean.items():
        assert secret[:10].encode() not in content, name
    assert b"c=1" not in clean["http.json"]
    assert secret[:10] not in repr(read(files, origin="x"))
    assert redacted(clean) == clean


@pytest.mark.parametrize("name", ["dns.json", "host.json", "closte.json"])
@pytest.mark.parametrize("content", [b"", b"{", b'["\xff"]', b'{"a": "\xff"}', b"[]", b"{}", b"1"])
def test_why_a_file_is_damaged_is_still_said_of_what_was_written(name, content):
    written = redacted({name: content})
    assert read(written, origin="x").damaged == read({name: content}, origin="x").damaged
    assert redacted(written) == written


def test_a_damaged_file_is_not_written_as_it_is():
    content = b'[{"name":"DB_PASSWORD","value":"s3cr3t-s3cr3t","type":"const'
    clean = redacted({"constants.json": content})
    assert b"s3cr3t" not in clean["constants.json"]
    assert (
        read(clean, origin="x").observed == read({"constants.json": content}, origin="x").observed
    )


def test_translations_are_no_private_text():
    messages = {"Using API key (first 10 chars): %s...": "Klucz (10 znaków): %s... a@b.example"}
    clean = redacted({"host.json": json.dumps({"messages": messages}).encode()})
    assert json.loads(clean["host.json"])["messages"] == messages
