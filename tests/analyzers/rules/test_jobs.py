"""Background work: off, blocked, late, failed, stuck, or never queued."""

from __future__ import annotations

import pytest
from changed_network import NETWORK, SHOP, ChangedNetwork

STAGE = "wu_async_process_domain_stage"
ADD = {"domain": SHOP, "site_id": 3}
NO_CALLBACKS = (
    "action failed via WP Cron: Scheduled action for wu_add_domain will not be executed as no callbacks "
    "are registered."
)


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


def waiting(network: ChangedNetwork, since: str, count: int = 1) -> ChangedNetwork:
    """Actions due since then; nothing has run later. The list of cron events was not collected."""
    for _ in range(count):
        network.action("wu_add_domain", ADD, "pending", since)
    return network.drop("cron.json")


def test_no_tables(network: ChangedNetwork) -> None:
    network.json["scheduler.json"] = None
    assert network.finding("jobs.no-tables").severity == "error"
    for code in ("jobs.none-queued", "jobs.failed", "jobs.backlog", "jobs.stuck"):
        assert network.lacking(code) == ("scheduler.json: Action Scheduler's tables do not exist",)


class TestCronOff:
    def test_disabled_and_nothing_runs(self, network: ChangedNetwork) -> None:
        finding = (
            waiting(network, "2026-05-04 08:00:00")
            .define("DISABLE_WP_CRON", True)
            .finding("jobs.cron-off")
        )
        assert (finding.severity, finding.confidence) == ("error", "certain")
        assert "for 2 h" in finding.because
        assert finding.affects == (SHOP,)
        assert (finding.remedy.action, finding.remedy.risk) == ("jobs.run-due", "severe")
        assert "/home/acct123/public_html" in finding.do

    def test_disabled_with_a_real_cron_is_fine(self, network: ChangedNetwork) -> None:
        assert network.define("DISABLE_WP_CRON", True).passed("jobs.cron-off")

    def test_disabled_and_nothing_was_due_for_long(self, network: ChangedNetwork) -> None:
        network.drop("cron.json").define("DISABLE_WP_CRON", True)
        assert network.lacking("jobs.cron-off") == ("cron.json",)

    def test_a_job_of_the_last_hour_shows_that_something_runs(
        self, network: ChangedNetwork
    ) -> None:
        network.drop("cron.json").define("DISABLE_WP_CRON", True)
        network.action("wu_add_domain", ADD, "complete", "2026-05-04 09:05:00", "action complete")
        assert network.passed("jobs.cron-off")

    def test_late_without_being_disabled_is_not_this(self, network: ChangedNetwork) -> None:
        assert waiting(network, "2026-05-04 08:00:00").passed("jobs.cron-off")

    def test_a_few_minutes_are_no_proof(self, network: ChangedNetwork) -> None:
        waiting(network, "2026-05-04 09:41:00").define("DISABLE_WP_CRON", True)
        assert network.passed("jobs.cron-off"), "a cron of every 15 minutes would look the same"

    @pytest.mark.parametrize(
        ("since", "confidence"), [("09:39", "possible"), ("09:29", "likely"), ("08:54", "certain")]
    )
    def test_the_longer_the_surer(
        self, network: ChangedNetwork, since: str, confidence: str
    ) -> None:
        waiting(network, f"2026-05-04 {since}:00").define("DISABLE_WP_CRON", True)
        assert network.finding("jobs.cron-off").confidence == confidence

    def test_work_done_since_shows_that_something_runs(self, network: ChangedNetwork) -> None:
        waiting(network, "2026-05-04 08:00:00").define("DISABLE_WP_CRON", True)
        network.action(
            STAGE,
            {"domain_id": 1},
            "complete",
            "2026-05-04 09:50:00",
            "action complete via WP Cron",
        )
        assert network.passed("jobs.cron-off")

    def test_an_event_that_just_ran_shows_it_too(self, network: ChangedNetwork) -> None:
        events = network.json["cron.json"]
        waiting(network, "2026-05-04 08:00:00").define("DISABLE_WP_CRON", True)
        network.json["cron.json"] = events
        assert network.passed("jobs.cron-off")

    def test_by_late_events_alone(self, network: ChangedNetwork) -> None:
        network.drop("scheduler.json").define("DISABLE_WP_CRON", "1")
        for event in network.json["cron.json"]:
            event["next_run_gmt"] = "2026-05-04 07:00:00"
        assert network.finding("jobs.cron-off").confidence == "certain"


class TestCronBlocked:
    @pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
    def test_it_does_not_answer_200(self, network: ChangedNetwork, status: int) -> None:
        network.json["http.json"][1]["status"] = status
        finding = network.finding("jobs.cron-blocked")
        assert (finding.severity, finding.confidence) == ("error", "likely")
        assert f"HTTP {status}" in finding.because

    def test_late_work_makes_it_certain(self, network: ChangedNetwork) -> None:
        network.json["http.json"][1]["status"] = 403
        assert (
            waiting(network, "2026-05-04 08:00:00").finding("jobs.cron-blocked").confidence
            == "certain"
        )

    def test_a_redirect_may_be_ours(self, network: ChangedNetwork) -> None:
        network.json["http.json"][1]["status"] = 301
        assert network.finding("jobs.cron-blocked").confidence == "possible"

    def test_pages_and_other_hosts_do_not_count(self, network: ChangedNetwork) -> None:
        network.json["http.json"] += [
            {"url": f"https://{NETWORK}/", "address": "203.0.113.10", "status": 403},
            {"url": f"https://{SHOP}/wp-cron.php", "address": "203.0.113.10", "status": 403},
        ]
        assert network.passed("jobs.cron-blocked")

    @pytest.mark.parametrize("constant", ["DISABLE_WP_CRON", "ALTERNATE_WP_CRON"])
    def test_where_nothing_asks_for_it(self, network: ChangedNetwork, constant: str) -> None:
        network.json["http.json"][1]["status"] = 403
        assert network.define(constant, True).passed("jobs.cron-blocked")

    def test_late_and_not_probed_is_possible(self, network: ChangedNetwork) -> None:
        finding = (
            waiting(network, "2026-05-04 08:00:00").drop("http.json").finding("jobs.cron-blocked")
        )
        assert finding.confidence == "possible"
        assert "was not tried" in finding.because

    def test_late_and_neither_probed_nor_known_to_be_on(self, network: ChangedNetwork) -> None:
        network.json["http.json"] = [network.json["http.json"][0]]
        network.host["runtime_constants"].pop("DISABLE_WP_CRON", None)
        late = waiting(network, "2026-05-04 08:00:00").drop("constants.json")
        assert late.lacking("jobs.cron-blocked")

    def test_a_network_whose_name_nobody_told(self, network: ChangedNetwork) -> None:
        network.json["http.json"][1]["status"] = 403
        alone = [name for name in network.json if name not in ("http.json", "meta.json")]
        network.logs.clear()
        finding = network.drop(*alone).finding("jobs.cron-blocked")
        assert finding.subject.id == "unknown"

    def test_a_dead_php_is_the_reason_of_a_500(self, network: ChangedNetwork) -> None:
        network.json["http.json"][1]["status"] = 500
        caused_by = network.finding("jobs.cron-blocked").caused_by
        assert caused_by is not None
        assert caused_by.code == "host.php-fatal"

    def test_late_but_it_answers(self, network: ChangedNetwork) -> None:
        assert waiting(network, "2026-05-04 08:00:00").passed("jobs.cron-blocked")


class TestBacklog:
    @pytest.mark.parametrize(
        ("since", "count", "fires"),
        [
            ("2026-05-04 09:54:00", 10, True),
            ("2026-05-04 09:54:00", 9, False),
            ("2026-05-04 09:56:00", 30, False),
            ("2026-05-04 09:29:00", 1, True),
            ("2026-05-04 09:31:00", 1, False),
        ],
    )
    def test_ten_by_five_minutes_or_one_by_thirty(
        self, network: ChangedNetwork, since: str, count: int, fires: bool
    ) -> None:
        found = waiting(network, since, count).findings("jobs.backlog")
        assert [f.severity for f in found] == (["warning"] if fires else [])

    def test_other_groups_do_not_count(self, network: ChangedNetwork) -> None:
        network.action("wc_mail", {}, "pending", "2026-05-04 08:00:00", group="mail")
        network.action("action_scheduler/migration", {}, "pending", "2026-05-04 08:00:00", group="")
        assert network.passed("jobs.backlog")

    @pytest.mark.parametrize("disabled", [True, False])
    def test_it_is_the_consequence_of_cron(self, network: ChangedNetwork, disabled: bool) -> None:
        waiting(network, "2026-05-04 08:00:00").drop("http.json")
        if disabled:
            network.define("DISABLE_WP_CRON", True)
        caused_by = network.finding("jobs.backlog").caused_by
        assert caused_by is not None
        assert caused_by.code == ("jobs.cron-off" if disabled else "jobs.cron-blocked")


class TestFailed:
    def fail(
        self,
        network: ChangedNetwork,
        hook: str,
        args: object,
        *log: str,
        at: str = "2026-05-04 09:00:00",
    ) -> None:
        network.action(hook, args, "failed", at, *log)

    def test_a_job_of_a_mapped_domain(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_add_domain", ADD, "action failed via WP Cron: The disk is full")
        finding = network.finding("jobs.failed")
        assert (finding.severity, finding.subject.id) == ("warning", SHOP)
        assert "The disk is full" in finding.because
        assert finding.caused_by is None

    @pytest.mark.parametrize(
        "args", ['{"domain":"shop.client-b.example","site_id":3}', ["shop.client-b.example", 3]]
    )
    def test_arguments_as_stored(self, network: ChangedNetwork, args: object) -> None:
        if isinstance(args, list):
            args = {"0": args[0], "1": args[1]}
        self.fail(network, "wu_add_domain", args, "action failed via WP Cron: no")
        assert network.finding("jobs.failed").subject.id == SHOP

    def test_a_later_success_makes_it_history(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_add_domain", ADD, "action failed via WP Cron: The disk is full")
        network.action(
            "wu_add_domain", ADD, "complete", "2026-05-04 09:30:00", "action complete via WP Cron"
        )
        assert network.passed("jobs.failed")

    def test_an_earlier_success_does_not(self, network: ChangedNetwork) -> None:
        network.action(
            "wu_add_domain", ADD, "complete", "2026-05-04 08:30:00", "action complete via WP Cron"
        )
        self.fail(network, "wu_add_domain", ADD, "action failed via WP Cron: The disk is full")
        assert network.finding("jobs.failed")

    def test_success_of_another_domain_does_not(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_add_domain", ADD, "action failed via WP Cron: The disk is full")
        other = {"domain": "www.bakery-lane.example", "site_id": 2}
        network.action("wu_add_domain", other, "complete", "2026-05-04 09:30:00")
        assert network.finding("jobs.failed").subject.id == SHOP

    def test_a_domain_that_is_gone_needs_nothing(self, network: ChangedNetwork) -> None:
        self.fail(
            network, "wu_add_domain", {"domain": "gone.example"}, "action failed via WP Cron: no"
        )
        assert network.passed("jobs.failed")

    def test_an_old_failure_whose_success_may_be_forgotten(self, network: ChangedNetwork) -> None:
        self.fail(
            network, "wu_add_domain", ADD, "action failed via WP Cron: no", at="2026-03-01 09:00:00"
        )
        network.actions[:] = [a for a in network.actions if a["status"] == "failed"]
        assert network.passed("jobs.failed"), "Closte's list has the alias"
        network.answer(0, 200, {"success": True, "domains": [NETWORK]})
        assert network.finding("jobs.failed")

    def test_a_removal_that_failed(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_remove_domain", ADD, "action failed via WP Cron: no")
        assert network.passed("jobs.failed"), "the domain is mapped again"
        del network.rows[1]
        assert "stands there still" in network.finding("jobs.failed").means

    @pytest.mark.parametrize("hook", ["wu_add_subdomain", "wu_remove_subdomain"])
    def test_hooks_that_do_nothing_on_closte(self, network: ChangedNetwork, hook: str) -> None:
        self.fail(network, hook, {"subdomain": f"bakery.{NETWORK}", "site_id": 2}, NO_CALLBACKS)
        assert network.passed("jobs.failed")

    def test_a_stage_check_names_its_domain_by_its_row(self, network: ChangedNetwork) -> None:
        self.fail(
            network, STAGE, {"domain_id": "2", "tries": 3}, "action failed via WP Cron: DNS library"
        )
        assert network.finding("jobs.failed").subject.id == SHOP

    def test_no_callbacks_hang_on_the_module(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_add_domain", ADD, NO_CALLBACKS)
        assert network.finding("jobs.failed").caused_by is None
        network.options["wu_host_integrations_enabled"] = {}
        caused_by = network.finding("jobs.failed").caused_by
        assert caused_by is not None
        assert caused_by.code == "module.disabled"

    def test_without_alias_it_hangs_on_the_api(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_add_domain", ADD, "action failed via WP Cron: cURL error 28")
        network.answer_all(503, "<html>down</html>")
        caused_by = network.finding("jobs.failed").caused_by
        assert caused_by is not None
        assert caused_by.code == "api.outage"

    def test_with_an_alias_it_stands_alone(self, network: ChangedNetwork) -> None:
        self.fail(network, "wu_add_domain", ADD, "action failed via WP Cron: no")
        waiting(network, "2026-05-04 09:10:00").define("DISABLE_WP_CRON", True)
        assert network.finding("jobs.cron-off")
        assert network.finding("jobs.failed").caused_by is None


class TestStuck:
    @pytest.mark.parametrize(
        ("since", "fires"), [("2026-05-04 09:54:00", True), ("2026-05-04 09:56:00", False)]
    )
    def test_in_progress_over_five_minutes(
        self, network: ChangedNetwork, since: str, fires: bool
    ) -> None:
        network.action("wu_add_domain", ADD, "in-progress", since, "action started via WP Cron")
        found = network.findings("jobs.stuck")
        assert [(f.severity, f.subject.id) for f in found] == ([("warning", SHOP)] if fires else [])


class TestNoneQueued:
    @pytest.mark.parametrize("stage", ["checking-dns", "checking-ssl-cert"])
    def test_a_stage_that_nothing_will_check(self, network: ChangedNetwork, stage: str) -> None:
        network.rows[1]["stage"] = stage
        finding = network.finding("jobs.none-queued")
        assert (finding.severity, finding.waiting_on) == ("error", "nobody")
        assert (finding.remedy.action, finding.remedy.risk) == ("domain.recheck", "safe")

    @pytest.mark.parametrize("stage", ["done", "failed", "ssl-failed", "done-without-ssl", ""])
    def test_other_stages_wait_for_nothing(self, network: ChangedNetwork, stage: str) -> None:
        network.rows[1]["stage"] = stage
        assert network.passed("jobs.none-queued")

    @pytest.mark.parametrize("status", ["pending", "in-progress"])
    @pytest.mark.parametrize(
        "args", [{"domain_id": 2}, '{"domain_id":"2","tries":4}', {"0": 2, "1": 1}]
    )
    def test_a_queued_check_is_enough(
        self, network: ChangedNetwork, status: str, args: object
    ) -> None:
        network.rows[1]["stage"] = "checking-dns"
        network.action(STAGE, args, status, "2026-05-04 10:01:00")
        assert network.passed("jobs.none-queued")

    def test_a_check_of_another_row_is_not(self, network: ChangedNetwork) -> None:
        network.rows[1]["stage"] = "checking-dns"
        network.action(STAGE, {"domain_id": 1}, "pending", "2026-05-04 10:01:00")
        assert network.finding("jobs.none-queued").subject.id == SHOP

    def test_it_is_the_consequence_of_the_job_that_ended_the_chain(
        self, network: ChangedNetwork
    ) -> None:
        network.rows[1]["stage"] = "checking-dns"
        network.action(
            STAGE,
            {"domain_id": 2},
            "failed",
            "2026-05-04 09:00:00",
            "action failed via WP Cron: DNS",
        )
        caused_by = network.finding("jobs.none-queued").caused_by
        assert caused_by is not None
        assert caused_by.code == "jobs.failed"

    def test_a_failed_addition_did_not_end_the_chain(self, network: ChangedNetwork) -> None:
        network.rows[1]["stage"] = "checking-dns"
        network.action(
            "wu_add_domain", ADD, "failed", "2026-05-04 09:00:00", "action failed via WP Cron: no"
        )
        assert network.finding("jobs.none-queued").caused_by is None
