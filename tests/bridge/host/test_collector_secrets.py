"""No secret of the host leaves it, however it is written and wherever it stands."""

from __future__ import annotations

import base64
import html
import itertools
import json
import subprocess
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab.closte_api import App, ClosteApi

import bridge.host
from bridge.host.ladder import HostRequest, collect_host
from bridge.host.sections import SectionStream
from bridge.transport import Command, Completed

COLLECTOR = Path(bridge.host.__file__).parent / "collector.php"
KEY = "Kq7/zB+\"x' <9>&ż%Lm20"
PASSWORD = "db-Pa$$w0rd/with\\slash"
SALT = "nQ8:{}[]|~ salt-of-the-lab ,.;!"
MAIL = "customer@example.org"


def php(text: str) -> str:
    """A PHP literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def plant(host) -> None:
    """Secrets in wp-config.php and in options."""
    host.config = (
        host.config.replace("'WRONGKEY-ffffffffffffffffffffffffffffffff'", php(KEY))
        .replace("'lab5'", php(SALT))
        .replace("/* LAB */", "define( 'MY_SMTP_PASSWORD', 'smtp-secret-99' );")
    )


FORMS = [
    lambda s: s,
    lambda s: json.dumps(s)[1:-1],
    lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    lambda s: quote(s, safe=""),
    quote_plus,
    lambda s: quote(s, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    lambda s: html.escape(s),
    lambda s: html.escape(s).replace("&#x27;", "&#039;"),
    lambda s: html.escape(s).replace("&#x27;", "&apos;"),
    lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    lambda s: s.replace("\\", "\\\\").replace("'", "\\'"),  # var_export
    lambda s: html.escape(s).replace("ż", "&zdot;"),
]


@pytest.mark.parametrize("form", FORMS)
def test_in_logs_in_every_form_whole_and_begun(host, form):
    plant(host)
    lines = [
        f"[2026-01-01 00:00:00] [INFO] x{form(KEY)}y {form(SALT)} smtp-secret-99",
        f"[2026-01-01 00:00:00] [INFO] begun {form(KEY[:10])}... {form(SALT[:14])}#",
        f"[2026-01-01 00:00:00] [INFO] short {form(KEY[:5])} stays",
    ]
    (host.logs / "integration-closte.log").write_text("\n".join(lines) + "\n")
    look = host.look()
    assert look.files["wu-logs/integration-closte.log"].decode().split("\n") == [
        "[2026-01-01 00:00:00] [INFO] x[redacted:CLOSTE_CLIENT_API_KEY]y [redacted:AUTH_SALT]"
        " [redacted:MY_SMTP_PASSWORD]",
        "[2026-01-01 00:00:00] [INFO] begun [redacted:CLOSTE_CLIENT_API_KEY:first-10]..."
        " [redacted:AUTH_SALT:first-14]#",
        f"[2026-01-01 00:00:00] [INFO] short {form(KEY[:5])} stays",
        "",
    ]


def test_in_every_place_of_the_database(host):
    plant(host)
    for number, form in enumerate(FORMS):
        hexed = form(KEY).encode().hex()
        host.sql(
            f"INSERT INTO wplab_actionscheduler_actions (action_id, hook, status, group_id, extended_args)"
            f" VALUES ({900 + number}, CONCAT('h-', x'{hexed}'), 'failed', 3, x'{hexed}');"
            f"INSERT INTO wplab_actionscheduler_logs (action_id, message) VALUES ({900 + number}, x'{hexed}')"
        )
    hexed = KEY.encode().hex()
    host.sql(
        f"INSERT INTO wplab_wu_domain_mappings (blog_id, domain) VALUES (2, x'{hexed}');"
        f"UPDATE wplab_sitemeta SET meta_value=x'{hexed}' WHERE meta_key='wu_setup_finished';"
        f"INSERT INTO wplab_blogs (site_id, domain, path) VALUES (1, x'{hexed}', '/')"
    )
    look = host.look()
    for form in FORMS:
        for kept in (form(KEY), form(form(KEY)), form(KEY[:10])):
            assert kept.encode() not in look.everything
    assert len(look.rows("scheduler.json")) > len(FORMS)
    assert look.json("options.json")["wu_setup_finished"] == "[redacted:CLOSTE_CLIENT_API_KEY]"


def test_where_only_a_name_should_stand(host):
    plant(host)
    name = json.dumps(KEY)[1:-1]
    length = len(KEY.encode())
    hexed = f'a:1:{{s:{length}:"{KEY}";b:1;}}'.encode().hex()
    host.sql(
        f"UPDATE wplab_sitemeta SET meta_value=x'{hexed}' WHERE meta_key='wu_host_integrations_enabled'"
    )
    look = host.look()
    assert name.encode() not in look.everything
    assert KEY.encode() not in look.everything
    assert look.json("options.json")["wu_host_integrations_enabled"] == {
        "[redacted:CLOSTE_CLIENT_API_KEY]": True
    }


def test_an_empty_object_stays_one_beside_a_masked_text(host):
    plant(host)
    host.sql(
        "UPDATE wplab_options SET option_value='http://network.example.com/smtp-secret-99'"
        " WHERE option_name='siteurl'"
    )
    found = host.look().host
    assert found["site_url"] == "http://network.example.com/[redacted:MY_SMTP_PASSWORD]"
    assert found["messages"] == {}


class Wire:
    """A local host, every byte of whose answers is kept, unpacked."""

    host_key = None

    def __init__(self) -> None:
        self.seen = b""

    def connect(self) -> None: ...

    def close(self) -> None: ...

    def run(self, command: Command, sink=None) -> Completed:
        done = subprocess.run(command.argv, input=command.stdin, capture_output=True, check=False)
        stream = SectionStream("c0ffee")
        sections = (*stream.feed(done.stdout), *stream.close())
        self.seen += b"\n".join((*(s.content for s in sections), stream.noise, done.stderr))
        if sink is not None:
            sink(done.stdout)
        return Completed(done.returncode, b"", done.stderr, 0.1)


@pytest.mark.parametrize(
    "trouble",
    [
        "",
        f"echo {php(KEY)};",
        f"throw new Exception({php(KEY)});",
        f"trigger_error({php(KEY)}, E_USER_WARNING);",
        f"define('A' {php(KEY)});",
        f"new_function_({php(KEY)});",
        f"exit({php(KEY)});",
        f"require {php('/nowhere/' + KEY)};",
        f"error_log({php(KEY)});",
    ],
)
def test_no_byte_on_the_wire_has_a_secret(host, trouble):
    plant(host)
    host.config = host.config.replace("/* That's all", f"{trouble}\n/* That's all")
    wire = Wire()
    with ClosteApi(App(KEY)) as api:
        api.fail("echo-key")
        collect_host(wire, HostRequest(nonce="c0ffee", api_url=api.url, dns=False), lambda _: None)
    assert b"wp_cli_version" in wire.seen
    for secret in (KEY, SALT, "fake-db-Passw0rd!", "smtp-secret-99"):
        for form in FORMS:
            assert form(secret).encode() not in wire.seen
            assert form(secret[:10]).encode() not in wire.seen


def test_secrets_become_shapes(host):
    plant(host)
    look = host.look()
    assert look.constant("CLOSTE_CLIENT_API_KEY") == {
        "secret": True,
        "defined": True,
        "length": len(KEY.encode()),
        "trimmed_length": len(KEY.encode()),
        "charset": "other",
        "quoted": False,
        "inner_space": True,
        "placeholder": False,
        "sha256_8": __import__("hashlib").sha256(KEY.encode()).hexdigest()[:8],
    }
    password = look.constant("DB_PASSWORD")
    assert password["length"] == len("fake-db-Passw0rd!")
    assert "sha256_8" not in password
    assert look.constant("AUTH_SALT")["secret"] is True
    assert look.constant("MY_SMTP_PASSWORD")["length"] == 14
    assert b"smtp-secret" not in look.everything


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("''", {"length": 0, "charset": "empty"}),
        ("false", {"length": 0, "charset": "empty"}),
        ("null", {"length": 0, "charset": "empty"}),
        ("'0'", {"length": 1, "truthy": False}),
        ("'your_api_key'", {"placeholder": True}),
        ("'xxxxxxxxxxxxxxxx'", {"placeholder": True}),
        ("'0123456789abcdef0123456789abcdef'", {"charset": "hex", "placeholder": False}),
        ("'0123456789abcdefghij'", {"charset": "alnum"}),
        ("'abc+/abcABC0123456=='", {"charset": "base64"}),
        ('" 0123456789abcdef\\n"', {"length": 18, "trimmed_length": 16, "charset": "hex"}),
        ("'“0123456789abcdef”'", {"quoted": True}),
        ("'\"0123456789abcdef\"'", {"quoted": True}),
        ('"\\u{feff}0123456789abcdef"', {"length": 19, "trimmed_length": 16}),
    ],
)
def test_the_shape_says_what_is_wrong_with_a_key(host, written, expected):
    host.config = host.config.replace("'WRONGKEY-ffffffffffffffffffffffffffffffff'", written)
    look = host.look()
    shape = look.constant("CLOSTE_CLIENT_API_KEY")
    assert {name: shape.get(name) for name in expected} == expected
    assert look.host["runtime_constants"]["CLOSTE_CLIENT_API_KEY"] == shape


def test_the_shape_is_the_one_that_the_analyzers_make(host):
    from analyzers.shape import shape_of, written_shape

    for key in (KEY, " padded-key-0123456789 ", "test_key", "„0123456789abcdef”", "a" * 40):
        host.settle()
        host.config = host.config.replace("'WRONGKEY-ffffffffffffffffffffffffffffffff'", php(key))
        made = written_shape(shape_of(key, name="CLOSTE_CLIENT_API_KEY"))
        assert host.look().constant("CLOSTE_CLIENT_API_KEY") == made


def test_names_that_are_no_secrets_are_not_searched_for(host):
    host.insert("define('DB_NAME_2', 'x');")
    (host.logs / "x.log").write_text(f"{host.name} wplab utf8mb4\n")
    assert host.look().files["wu-logs/x.log"].decode() == f"{host.name} wplab utf8mb4\n"


def test_private_data_is_masked_by_its_place(host):
    (host.logs / "x.log").write_text(
        f"GET /?apikey=abcdef&key=ghi&async_check_dns_nonce=123&my_token=456&keep=7 to {MAIL}\n"
        "Authorization: Bearer abc.def\n"
        'body {"authorization":"Basic dXNlcjpw"}\n'
    )
    assert host.look().files["wu-logs/x.log"].decode().split("\n") == [
        "GET /?apikey=[redacted:apikey]&key=[redacted:key]"
        "&async_check_dns_nonce=[redacted:nonce]&my_token=[redacted:token]&keep=7"
        " to [redacted:e-mail]",
        "Authorization: [redacted:authorization]",
        'body {"authorization":"[redacted:authorization]"}',
        "",
    ]


def test_across_the_edges_of_blocks(host):
    plant(host)
    block = 262144
    lines = bytearray()
    for number in range(3 * block // 64):
        lines += f"{number:020d} {KEY} {'.' * (number % 17)}\n".encode()
    (host.logs / "integration-closte.log").write_bytes(lines)
    # The same without a line end anywhere: nothing says where to cut.
    (host.logs / "x.log").write_bytes(bytes(lines).replace(b"\n", b"_"))
    look = host.look()
    for name in ("integration-closte.log", "x.log"):
        sent = look.files[f"wu-logs/{name}"]
        assert sent == bytes(lines.replace(b"\n", b"_") if name == "x.log" else lines).replace(
            KEY.encode(), b"[redacted:CLOSTE_CLIENT_API_KEY]"
        )


def test_options_of_other_plugins_are_searched_for_and_not_sent(host):
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        " (1, 'closte', 'a:1:{s:13:\"smtp_password\";s:15:\"SmtpSecretValue\";}')"
    )
    (host.logs / "x.log").write_text("login with SmtpSecretValue and tStDzeYAkeT6PGRxHgIlXC4O\n")
    look = host.look()
    assert b"SmtpSecretValue" not in look.everything
    sent = look.files["wu-logs/x.log"].decode()
    assert sent.startswith("login with [redacted:smtp_password]")


def encrypted(how: str, text: str, salt: str) -> str:
    """As the plugin's Credential_Store stores it (2.4.11 and later)."""
    code = {
        "openssl": "$k=hash('sha256',$argv[2],true);$iv=random_bytes(16);"
        "echo '$wu_enc$',base64_encode($iv.openssl_encrypt($argv[1],'aes-256-cbc',$k,0,$iv));",
        "sodium": "$k=hash('sha256',$argv[2],true);$n=random_bytes(24);"
        "echo '$wu_sodium$',base64_encode($n.sodium_crypto_secretbox($argv[1],$n,$k));",
    }[how]
    return subprocess.run(
        ["php", "-r", code, "--", text, salt], check=True, capture_output=True
    ).stdout.decode()


@pytest.mark.parametrize("how", ["openssl", "sodium"])
@pytest.mark.parametrize(("salt", "decrypts"), [("lab1lab5", True), ("rotated", False)])
def test_a_stored_key_is_tried_and_never_sent(host, how, salt, decrypts):
    stored = encrypted(how, "stored-Key-0123456789abcdef", salt)
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        f" (1, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY', '{stored}')"
    )
    (host.logs / "x.log").write_text("with stored-Key-0123456789abcdef\n")
    look = host.look()
    assert look.json("options.json")["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] == {
        "stored": f"encrypted-{how}",
        "decrypts": decrypts,
    }
    assert stored.encode() not in look.everything
    if decrypts:
        assert look.files["wu-logs/x.log"] == b"with [redacted:CLOSTE_CLIENT_API_KEY]\n"


def test_a_stored_key_that_this_php_cannot_try(host):
    host.install_wp(host.bin / "wp", "php -d disable_functions=openssl_decrypt")
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        " (1, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY', '$wu_enc$abcd')"
    )
    stored = host.look().json("options.json")["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"]
    assert stored == {"stored": "encrypted-openssl", "decrypts": None}


def test_salts_that_are_sample_text_or_twice_the_same_give_way_to_the_stored_ones(host):
    host.config = host.config.replace("'lab1'", "'put your unique phrase here'").replace(
        "'lab5'", "'lab6'"
    )
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES (1, 'auth_key', 'K1'),"
        " (1, 'auth_salt', 'S1'), (1, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY',"
        f" '{encrypted('openssl', 'stored-Key-0123456789abcdef', 'K1S1')}')"
    )
    stored = host.look().json("options.json")["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"]
    assert stored == {"stored": "encrypted-openssl", "decrypts": True}


def masked(secret: str, pieces: list[str]) -> str:
    """The masker's output for text that comes in these pieces."""
    code = COLLECTOR.read_text().rpartition("// WP-CLI has the argument")[0]
    data = base64.b64encode(json.dumps([secret, pieces]).encode()).decode()
    code += (
        f"list($s, $pieces) = json_decode(base64_decode('{data}'), true);"
        "$m = new Closte_Doctor_Masker(); $m->add('X_KEY', $s); $rest = ''; $last = count($pieces) - 1;"
        "foreach ($pieces as $i => $p) { list($out, $rest) = $m->mask_from($rest . $p, $i === $last);"
        " echo $out; } echo $rest;"
    )
    done = subprocess.run(["php"], input=code.encode(), capture_output=True, check=True)
    return done.stdout.decode()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    secret=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=10, max_size=40
    ),
    form=st.sampled_from(FORMS),
    before=st.text("ab \n&=?", max_size=3000),
    cuts=st.lists(st.integers(0, 4000), max_size=6),
)
def test_any_secret_in_any_form_in_any_pieces(secret, form, before, cuts):
    text = f"{before}|{form(secret)}|{before}"
    places = sorted({0, *(c for c in cuts if c < len(text)), len(text)})
    pieces = [text[a:b] for a, b in itertools.pairwise(places)]
    out = masked(secret, pieces)
    assert form(secret) not in out
    assert "|[redacted:X_KEY]|" in out


PLACES = {
    "GET /x?KEY=abc HTTP": "GET /x?KEY=[redacted:key] HTTP",
    "my_Nonce=1 ?my_Nonce=1": "my_Nonce=1 ?my_Nonce=[redacted:nonce]",
    "&Token=abc": "&Token=[redacted:token]",
    "apiKEY=abc": "apiKEY=[redacted:apikey]",
    "Using API key (first 10 chars): ABCDEFGHIJ...": "Using API key (first 10 chars): "
    "[redacted:CLOSTE_CLIENT_API_KEY:first-10]...",
    "AUTHORIZATION: Bearer x": "AUTHORIZATION: [redacted:authorization]",
    "to A.b@shop.example.": "to [redacted:e-mail].",
    "Some-key = 1, a nonce, a token, an author": "Some-key = 1, a nonce, a token, an author",
}


def test_what_is_known_by_its_place_is_masked_alone_and_beside_the_others():
    """Only what has its sign in a text is looked for there."""
    for text, expected in PLACES.items():
        assert masked("a-secret-of-ours", [text]) == expected
    together = masked("a-secret-of-ours", ["\n".join(PLACES), "\na-secret-of-ours"])
    assert together == "\n".join((*PLACES.values(), "[redacted:X_KEY]"))


def said_in_a_log(host, *lines: str) -> str:
    """What becomes of these lines in a log of the plugin."""
    head = "[2026-01-01 00:00:00] [INFO] "
    log = host.logs / "integration-closte.log"
    log.write_text("".join(f"{head}{line}\n" for line in lines))
    return host.look().files[f"wu-logs/{log.name}"].decode().replace(head, "")


def test_secrets_that_are_numbers_or_lists(host):
    host.insert(
        "define('MAIL_PASSWORD', 1234567890123); define('X_TOKEN', array('inner-token-1'));"
    )
    said = said_in_a_log(host, "1234567890123 inner-token-1")
    assert said == "[redacted:MAIL_PASSWORD] [redacted:X_TOKEN]\n"


def test_secrets_that_are_options(host):
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        " (1, 'wu_hosting_credential_WU_CLOUDFLARE_API_KEY', 'cf-98765-plain'),"
        " (1, 'Stripe_SECRET', 'sk-live-abcdefgh'), (1, 'page_key', 'customer.example.org'),"
        " (1, 'last_token', '20260101000000');"
        "INSERT INTO wplab_options (option_name, option_value) VALUES ('mail_password', 'mail-4321')"
    )
    said = said_in_a_log(host, "cf-98765-plain sk-live-abcdefgh mail-4321 customer.example.org")
    assert said == (
        "[redacted:wu_hosting_credential_WU_CLOUDFLARE_API_KEY] [redacted:Stripe_SECRET]"
        " [redacted:mail_password] customer.example.org\n"
    )
    look = host.look()
    for secret in (b"cf-98765-plain", b"sk-live-abcdefgh", b"mail-4321"):
        assert secret not in look.everything


@pytest.mark.parametrize("key", ["abc12", "abcdefghi", "\u201cabcdefghijklmnopqrst\u201d"])
def test_the_plugins_own_line_whatever_the_key(host, key):
    host.config = host.config.replace("'WRONGKEY-ffffffffffffffffffffffffffffffff'", php(key))
    begun = key.encode()[:10].decode("utf-8", "ignore")
    said = said_in_a_log(host, f"Using API key (first 10 chars): {begun}...")
    assert begun not in said
    assert said.startswith("Using API key (first 10 chars): [redacted:CLOSTE_CLIENT_API_KEY")


def test_in_the_words_of_code_that_flushes(host):
    host.insert("echo DB_PASSWORD; ob_flush(); flush(); echo ' and ', DB_PASSWORD; ob_end_flush();")
    look = host.look()
    assert b"fake-db-Passw0rd!" not in look.everything
    assert look.host["stdout_noise"] == "[redacted:DB_PASSWORD] and [redacted:DB_PASSWORD]"


def test_in_what_is_printed_when_everything_is_over(host):
    host.insert("register_shutdown_function(function () { echo 'bye ', DB_PASSWORD; });")
    assert host.look().host["stdout_noise"] == "bye [redacted:DB_PASSWORD]"


def test_a_search_that_php_gives_up_sends_nothing(host):
    host.install_wp(host.bin / "wp", "php -d pcre.jit=0 -d pcre.backtrack_limit=1")
    said = said_in_a_log(host, "WRONGKEY-ffffffffffffffffffffffffffffffff")
    assert "WRONGKEY" not in said


def test_more_secrets_than_one_pattern_can_hold(host):
    texts = [f"{chr(33 + n % 14)}'\"&<>/\\ż+ %{n:03d}*" for n in range(60)]
    host.insert("".join(f"define('X{n}_TOKEN', {php(text)});" for n, text in enumerate(texts)))
    said = said_in_a_log(host, "nothing secret", *texts)
    assert said.splitlines() == ["nothing secret", *(f"[redacted:X{n}_TOKEN]" for n in range(60))]
