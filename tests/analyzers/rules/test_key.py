"""The API key: each way it can be wrong, and each way it only looks so."""

from __future__ import annotations

import pytest
from changed_network import NETWORK, ChangedNetwork

from analyzers.api_wording import ApiWording

KEY = "CLOSTE_CLIENT_API_KEY"
REFUSED = {"success": False, "error": "Invalid api key"}
SHAPE = {"secret": True, "defined": True, "length": 40, "trimmed_length": 40, "charset": "alnum"}


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


class TestMissing:
    def test_on_closte(self, network: ChangedNetwork) -> None:
        finding = network.undefine(KEY).drop("closte.json").finding("key.missing")
        assert (finding.severity, finding.confidence) == ("error", "certain")
        assert finding.subject.id == NETWORK
        assert finding.waiting_on == "operator"
        assert "https://app.closte.com/sites/settings/acct123" in finding.do
        assert "define('CLOSTE_CLIENT_API_KEY'" in finding.do
        assert "CLOSTE_APP_ID is acct123" in finding.because

    def test_a_filtered_list_only_makes_it_likely(self, network: ChangedNetwork) -> None:
        network.json["constants.json"] = [
            {"name": "CLOSTE_APP_ID", "value": "a", "type": "constant"}
        ]
        network.host["runtime_constants"] = {}
        assert network.finding("key.missing").confidence == "likely"

    def test_not_with_a_stored_credential(self, network: ChangedNetwork) -> None:
        network.host["plugin_version"] = "2.4.13"
        network.undefine(KEY).options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {
            "stored": "encrypted-openssl",
            "decrypts": True,
        }
        assert network.passed("key.missing")
        assert any("network's options" in note for note in network.diagnosis().notes)

    def test_a_stored_credential_is_nothing_to_an_old_plugin(self, network: ChangedNetwork) -> None:
        network.undefine(KEY).options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {
            "stored": "encrypted-openssl",
            "decrypts": True,
        }
        assert network.finding("key.missing").confidence == "certain"

    def test_not_on_another_host(self, network: ChangedNetwork) -> None:
        network.undefine(KEY).undefine("CLOSTE_APP_ID").host["closte_mu_plugin"] = False
        assert network.findings("key.missing") == ()
        assert network.finding("host.not-closte").confidence == "certain"

    def test_without_options_it_is_likely(self, network: ChangedNetwork) -> None:
        network.host["plugin_version"] = "2.4.13"
        assert (
            network.undefine(KEY).drop("options.json").finding("key.missing").confidence == "likely"
        )


@pytest.mark.parametrize("value", ["", None, False, "0"])
def test_empty_as_php_sees_it(network: ChangedNetwork, value: object) -> None:
    rows = [r for r in network.json["constants.json"] if r["name"] != KEY]
    network.json["constants.json"] = [*rows, {"name": KEY, "value": value, "type": "constant"}]
    network.host["runtime_constants"].pop(KEY)
    finding = network.finding("key.empty")
    assert finding.severity == "error"
    assert network.findings("key.missing") == ()
    assert network.findings("key.malformed") == ()


def test_an_empty_constant_beside_a_good_stored_key_is_no_fault(network: ChangedNetwork) -> None:
    network.host["plugin_version"] = "2.4.13"
    network.define(KEY, "").options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {
        "stored": "encrypted-sodium",
        "decrypts": True,
    }
    assert network.passed("key.empty")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("your_api_key_here", "placeholder"),
        (" 0123456789abcdef0123456789abcdef", "white space"),
        ("0123456789abcdef0123456789abcdef\n", "line end"),
        ('"0123456789abcdef0123456789abcdef"', "quotation marks"),
        ("“0123456789abcdef0123456789abcdef”", "quotation marks"),
        ("0123456789abcdef 0123456789abcdef", "white space inside"),
        ("0123456789abcde", "15 characters"),
        ("   ", "nothing but white space"),
    ],
)
def test_malformed(network: ChangedNetwork, value: str, words: str) -> None:
    finding = network.define(KEY, value).finding("key.malformed")
    assert words in finding.because
    assert value.strip() == "" or value.strip() not in str(finding), "the key itself is never shown"


@pytest.mark.parametrize("value", ["0123456789abcdef", "Zż!#ä-?.,;:_~^°0123456789"])
def test_the_character_set_alone_proves_nothing(network: ChangedNetwork, value: str) -> None:
    assert network.define(KEY, value).passed("key.malformed")


def test_a_refusal_is_the_consequence_of_a_malformed_key(network: ChangedNetwork) -> None:
    network.key_shape(quoted=True).answer_all(401, REFUSED)
    caused_by = network.finding("key.rejected").caused_by
    assert caused_by is not None
    assert caused_by.code == "key.malformed"


class TestRejected:
    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (401, {"success": False, "error": "Unauthorized"}),
            (403, {"success": False}),
            (403, {"message": "Forbidden"}),
            (200, REFUSED),
            (200, {"success": 0, "error": {"message": "Your API-KEY has expired"}}),
            (200, {"success": "false", "errors": ["Authentication failed"]}),
            (400, {"success": False, "error": "Access denied"}),
        ],
    )
    def test_by_status_or_words(self, network: ChangedNetwork, status: int, body: object) -> None:
        network.answer_all(status, body)
        finding = network.finding("key.rejected")
        assert (finding.severity, finding.confidence) == ("error", "certain")
        assert network.findings("api.outage") == network.findings("api.unreachable") == ()

    def test_in_words_nobody_knows(self, network: ChangedNetwork) -> None:
        network.answer_all(200, {"success": False, "error": "Computer says no"})
        assert network.finding("key.rejected").confidence == "possible"

    def test_in_the_users_own_words(self, network: ChangedNetwork) -> None:
        network.answer_all(200, {"success": False, "error": "Klucz WYGASŁ wczoraj"})
        network.given = {ApiWording: ApiWording.extended({"key_rejected": ["klucz .*wygasł"]})}
        assert network.finding("key.rejected").confidence == "certain"

    @pytest.mark.parametrize(
        "error", ["Too many requests", "We are in maintenance, try again later"]
    )
    def test_other_refusals_say_nothing_of_the_key(
        self, network: ChangedNetwork, error: str
    ) -> None:
        network.answer_all(200, {"success": False, "error": error})
        assert network.findings("key.rejected") == ()
        assert network.lacking("key.rejected")

    def test_a_call_without_key_says_nothing(self, network: ChangedNetwork) -> None:
        network.answer_all(None, "", "cURL error 28: timed out")
        network.asked_from_here(401, REFUSED)
        assert network.findings("key.rejected") == ()
        assert network.lacking("key.rejected")

    def test_a_live_list_outranks_an_old_log_line(self, network: ChangedNetwork) -> None:
        network.log(
            "integration-closte",
            "[2026-05-04 09:00:00] [INFO] Adding domain: shop.client-b.example for site ID: 3",
            "[2026-05-04 09:00:00] [INFO] Making API request to: "
            'https://app.closte.com/api/client/adddomainalias with data: {"domain":"shop.client-b.example"}',
            '[2026-05-04 09:00:01] [INFO] API response code: 401, body: {"success":false}',
        )
        assert network.passed("key.rejected")

    def test_html_403_from_everywhere_is_possible(self, network: ChangedNetwork) -> None:
        network.answer_all(403, "<html>403 Forbidden</html>")
        network.asked_from_here(403, "<html>403 Forbidden</html>")
        assert network.finding("key.rejected").confidence == "possible"
        assert network.findings("api.outage") == network.findings("api.unreachable") == ()

    def test_html_403_from_the_host_alone_is_the_way(self, network: ChangedNetwork) -> None:
        network.answer_all(403, "<html>403 Forbidden</html>")
        network.asked_from_here(401, REFUSED)
        assert network.findings("key.rejected") == ()
        assert network.finding("api.unreachable").confidence == "certain"

    def test_the_list_without_the_harmless_test(self, network: ChangedNetwork) -> None:
        del network.calls[1]
        network.answer(0, 401, REFUSED)
        assert network.finding("key.rejected")

    def test_the_test_refused_and_the_list_silent(self, network: ChangedNetwork) -> None:
        network.answer(0, None, "", "cURL error 28")
        network.answer(1, 401, REFUSED)
        assert network.finding("key.rejected")

    def test_a_key_that_passes_the_test_is_only_possibly_refused(
        self, network: ChangedNetwork
    ) -> None:
        network.answer(0, 403, REFUSED)
        assert network.finding("key.rejected").confidence == "possible"

    def test_the_test_refused_with_a_list_is_another_finding(self, network: ChangedNetwork) -> None:
        network.answer(1, 401, REFUSED)
        assert network.passed("key.rejected")
        assert network.finding("key.no-permission")


LOG_401 = (
    "[2026-05-04 09:00:00] [INFO] Adding domain: shop.client-b.example for site ID: 3",
    "[2026-05-04 09:00:00] [INFO] Making API request to: "
    'https://app.closte.com/api/client/adddomainalias with data: {"domain":"shop.client-b.example"}',
    '[2026-05-04 09:00:01] [INFO] API response code: 401, body: {"success":false,"error":"Unauthorized"}',
)
SSL_404 = (
    "[2026-05-04 09:00:02] [INFO] Making API request to: "
    'https://app.closte.com/api/client/ssl/install with data: {"domain":"shop.client-b.example"}',
    "[2026-05-04 09:00:02] [INFO] API response code: 404, body: <html>Not Found</html>",
)


class TestFromTheLog:
    @pytest.fixture
    def network(self) -> ChangedNetwork:
        return ChangedNetwork().drop("closte.json")

    def test_the_last_answer_refuses(self, network: ChangedNetwork) -> None:
        network.log("integration-closte", *LOG_401, *SSL_404)
        finding = network.finding("key.rejected")
        assert finding.confidence == "likely"
        assert finding.evidence[0].source == "wu-logs/integration-closte.log"

    def test_a_later_answer_makes_it_history(self, network: ChangedNetwork) -> None:
        network.log("integration-closte", *LOG_401)
        later = [line.replace("2026-05-04 09:0", "2026-05-04 09:3") for line in LOG_401[:2]]
        ok = '[2026-05-04 09:30:01] [INFO] API response code: 200, body: {"success":true}'
        network.log("integration-closte", *later, ok)
        assert network.findings("key.rejected") == ()

    def test_a_key_that_is_gone_is_not_refused(self, network: ChangedNetwork) -> None:
        network.undefine(KEY).log("integration-closte", *LOG_401)
        assert network.findings("key.rejected") == ()
        assert network.finding("key.missing")

    def test_the_bare_bodies_of_old_versions(self, network: ChangedNetwork) -> None:
        network.host["plugin_version"] = "2.4.3"
        network.logs.clear()
        network.log(
            "integration-closte",
            '[2026-05-04 09:00:01] [INFO] {"success":false,"error":"Invalid key"}',
        )
        assert network.finding("key.rejected").confidence == "likely"

    def test_no_call_because_there_was_no_key(self, network: ChangedNetwork) -> None:
        network.json["closte.json"] = {"calls": []}
        network.logs.clear()
        network.undefine(KEY)
        assert network.lacking("key.rejected") == ("closte.json: no call with the key was made",)


class TestNoPermission:
    def test_the_list_works_and_the_test_is_refused(self, network: ChangedNetwork) -> None:
        network.answer(1, 200, {"success": False, "error": "No permission to manage domains"})
        finding = network.finding("key.no-permission")
        assert finding.confidence == "certain"
        assert "No permission" in finding.because
        assert network.passed("key.rejected")

    def test_new_words_for_the_harmless_answer_are_no_refusal(
        self, network: ChangedNetwork
    ) -> None:
        network.answer(1, 200, {"success": False, "error": "The domain is required"})
        assert network.passed("key.no-permission")
        assert network.passed("key.rejected")

    def test_an_addition_that_was_refused(self, network: ChangedNetwork) -> None:
        network.calls.append({**network.calls[1], "asked_domain": "new.example"})
        network.answer(2, 403, {"success": False})
        assert network.finding("key.no-permission")

    def test_the_test_was_not_made(self, network: ChangedNetwork) -> None:
        del network.calls[1]
        network.drop("wu-logs")
        assert network.lacking("key.no-permission") == ("closte.json: the harmless test",)

    def test_a_logged_refusal_where_only_the_list_was_asked(self, network: ChangedNetwork) -> None:
        del network.calls[1]
        refused = (
            LOG_401[2].replace("401", "200").replace("Unauthorized", "No permission for this plan")
        )
        network.log("integration-closte", *LOG_401[:2], refused)
        assert network.finding("key.no-permission").confidence == "likely"


class TestOtherApp:
    def test_a_foreign_list(self, network: ChangedNetwork) -> None:
        network.answer(0, 200, {"success": True, "domains": ["other.example", "www.other.example"]})
        finding = network.finding("key.other-app")
        assert finding.confidence == "certain"
        assert "Add no domain" in finding.do
        assert all(f.caused_by for f in network.findings("alias.missing"))
        assert all(f.caused_by for f in network.findings("alias.orphan"))

    def test_an_empty_list_is_possible(self, network: ChangedNetwork) -> None:
        network.answer(0, 200, {"success": True, "domains": []})
        assert network.finding("key.other-app").confidence == "possible"

    @pytest.mark.parametrize(
        "names",
        [
            [NETWORK],
            [f"*.{NETWORK}"],
            ["shop.client-b.example"],
            [f"WWW.{NETWORK}."],
            ["*.client-b.example"],
        ],
    )
    def test_one_known_name_is_enough(self, network: ChangedNetwork, names: list[str]) -> None:
        network.answer(0, 200, {"success": True, "domains": [*names, "other.example"]})
        assert network.passed("key.other-app")

    def test_one_mapped_domain_is_not_enough(self, network: ChangedNetwork) -> None:
        del network.rows[0]
        network.answer(0, 200, {"success": True, "domains": ["other.example"]})
        assert network.passed("key.other-app")

    def test_new_rows_do_not_count(self, network: ChangedNetwork) -> None:
        for row in network.rows:
            row["date_created"] = "2026-05-04 09:55:00"
        network.answer(0, 200, {"success": True, "domains": ["other.example"]})
        assert network.passed("key.other-app")


class TestUndecryptable:
    @pytest.fixture
    def network(self) -> ChangedNetwork:
        changed = ChangedNetwork().undefine(KEY).drop("closte.json")
        changed.host["plugin_version"] = "2.4.13"
        changed.logs.clear()
        return changed

    def store(self, network: ChangedNetwork, decrypts: bool | None) -> ChangedNetwork:
        stored = {"stored": "encrypted-openssl", "decrypts": decrypts}
        network.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = stored
        return network

    def test_it_was_tried(self, network: ChangedNetwork) -> None:
        self.store(network, False)
        assert network.finding("key.undecryptable").confidence == "certain"
        assert network.findings("key.missing") == ()

    def test_it_decrypts(self, network: ChangedNetwork) -> None:
        assert self.store(network, True).passed("key.undecryptable")

    def test_nobody_tried_and_nothing_tells(self, network: ChangedNetwork) -> None:
        self.store(network, None)
        lacking = ("options.json: whether the stored key decrypts",)
        assert network.lacking("key.undecryptable") == lacking

    def test_the_credential_store_complains(self, network: ChangedNetwork) -> None:
        self.store(network, None).log(
            "credential-store",
            "[2026-05-04 09:00:00] [ERROR] Cannot decrypt credential: OpenSSL is not available.",
        )
        finding = network.finding("key.undecryptable")
        assert finding.confidence == "likely"
        assert finding.evidence[1].source == "wu-logs/credential-store.log"

    def test_a_later_success_outranks_the_complaint(self, network: ChangedNetwork) -> None:
        self.store(network, None).log(
            "credential-store",
            "[2026-05-04 09:00:00] [ERROR] Cannot decrypt credential: OpenSSL is not available.",
        )
        network.log(
            "integration-closte",
            "[2026-05-04 09:30:00] [INFO] Adding domain: shop.client-b.example for site ID: 3",
        )
        assert network.findings("key.undecryptable") == ()

    def test_jobs_that_nobody_takes(self, network: ChangedNetwork) -> None:
        self.store(network, None).action(
            "wu_add_domain",
            {"domain": "shop.client-b.example", "site_id": 3},
            "failed",
            "2026-05-04 09:00:00",
            "action failed via WP Cron: no callbacks are registered.",
        )
        assert network.finding("key.undecryptable").confidence == "likely"
        (failed,) = network.findings("jobs.failed")
        assert failed.caused_by is not None
        assert failed.caused_by.code == "key.undecryptable"

    def test_a_constant_goes_before_it(self, network: ChangedNetwork) -> None:
        assert self.store(network, False).define(KEY, dict(SHAPE)).passed("key.undecryptable")


class TestLeakedInLog:
    def test_ten_characters_are_the_plugins_own(self, network: ChangedNetwork) -> None:
        finding = network.finding("key.leaked-in-log")
        assert finding.severity == "info"
        assert "not shown" in finding.evidence[0].excerpt

    @pytest.mark.parametrize(
        "mark", ["[redacted:CLOSTE_CLIENT_API_KEY]", "[redacted:CLOSTE_CLIENT_API_KEY:first-24]"]
    )
    def test_more_is_a_warning(self, network: ChangedNetwork, mark: str) -> None:
        network.log("api-errors", f"[2026-05-04 09:00:00] [ERROR] https://app.closte.com/?x={mark}")
        finding = network.finding("key.leaked-in-log")
        assert finding.severity == "warning"
        assert "renew" in finding.do

    @pytest.mark.parametrize(
        ("status", "severity"), [(200, "warning"), (403, "info"), (404, "info")]
    )
    def test_a_folder_open_to_the_web(
        self, network: ChangedNetwork, status: int, severity: str
    ) -> None:
        network.json["http.json"].append(
            {
                "url": f"https://{NETWORK}/wp-content/uploads/wu-logs/",
                "address": "203.0.113.10",
                "status": status,
            }
        )
        assert network.finding("key.leaked-in-log").severity == severity

    def test_later_versions_write_none(self, network: ChangedNetwork) -> None:
        network.logs = {}
        network.log(
            "integration-closte",
            "[2026-05-04 09:00:00] [INFO] Adding domain: a.example for site ID: 3",
        )
        assert network.passed("key.leaked-in-log")


def test_a_hand_made_list_without_app_id_still_tells_of_the_key(network: ChangedNetwork) -> None:
    network.json["constants.json"] = [
        {"name": KEY, "value": "0123456789abcdef0123456789", "type": "constant"}
    ]
    del network.json["host.json"]
    network.answer_all(401, REFUSED)
    assert network.finding("key.rejected")
    assert network.findings("host.not-closte") == ()
