"""Settings, jobs, and what people have to do for the whole network."""

from __future__ import annotations

from dataclasses import replace

import pytest
from changed_network import ChangedNetwork
from mapped_case import (
    ELSEWHERE,
    NETWORK,
    NOW,
    SHOP,
    action,
    constants,
    default_certificate,
    dns,
    host,
    listed,
    minutes,
    options,
    row,
    rows,
    shake,
    tls,
    zone,
)
from planned_case import PlannedCase, plan, plan_of

from analyzers.evidence import Options, Scheduler, Shape, Tls
from analyzers.planning import Choices

SHORT = "wp-ultimo_v2_settings"


def settings(**changed: object) -> Options:
    """Options with these settings of the plugin."""
    return options(**{SHORT: {"dns_check_interval": 300, "enable_domain_mapping": 1, **changed}})


def without_module(made: Options) -> Options:
    """The same with the Closte integration switched off."""
    values = {**made.values, "wu_host_integrations_enabled": {"closte": False}}
    return replace(made, values=values, integrations={"closte": False})


def test_the_module_is_enabled() -> None:
    case = plan(without_module(settings()))
    step = case.of("module.enable")
    assert case.actions == ["module.enable"]
    assert (step.via, step.risk, step.parameters) == ("wp-cli", "confirm", {})
    assert step.rests_on == {"integration closte": {"value": False}}


@pytest.mark.parametrize(("version", "seconds"), [("2.4.10", 30), ("2.4.3", 120)])
def test_the_interval_is_the_smallest_safe_one(version: str, seconds: int) -> None:
    case = plan(settings(dns_check_interval=10), host(version))
    step = case.of("settings.check-interval")
    assert step.parameters == {"seconds": seconds}
    assert step.rests_on == {"setting dns_check_interval": {"value": 10}}
    assert step.undo == {
        "action": "restore",
        "parameters": {"places": ["setting dns_check_interval"]},
    }


def test_enabling_the_module_can_be_enough_for_the_window() -> None:
    case = plan(without_module(settings(dns_check_interval=60)))
    assert case.actions == ["module.enable"]
    assert case.planned.uncovered == ()
    both = plan(without_module(settings(dns_check_interval=10)))
    assert both.actions == ["settings.check-interval", "module.enable"]
    assert both.of("settings.check-interval").parameters == {"seconds": 30}


def test_muted_logs_are_switched_on() -> None:
    step = plan(settings(error_logging_level="errors")).of("settings.log-level")
    assert step.parameters == {"level": "all"}
    assert step.heals == ("logs.muted",)


HURT = rows(row(stage="failed"))


def wrong_ip(value: str) -> PlannedCase:
    """A row that fails by what the plugin holds for the network's address."""
    from mapped_case import event, logs

    told = logs(event("check.loopback-failed", minutes(30)))
    stored = options(_site_transient_wu_public_network_ip=value)
    return plan(HURT, stored, told)


def test_a_cached_error_page_is_deleted() -> None:
    case = wrong_ip("<html>502</html>")
    assert "transient.delete-network-ip" in case.actions
    assert case.of("transient.delete-network-ip").risk == "confirm"
    assert "manual" not in case.actions


def test_a_wrong_address_is_deleted_and_a_filter_is_named_for_when_it_comes_back() -> None:
    case = wrong_ip(ELSEWHERE)
    assert "add_filter('wu_get_network_public_ip', fn() => '203.0.113.10');" in case.text("Only if")


def waiting(*actions: object, **more: object) -> tuple[object, ...]:
    """Cron off and these actions waiting for hours."""
    return (
        constants(DISABLE_WP_CRON=True),
        Scheduler(tuple(actions), tables_exist=True),  # type: ignore[arg-type]
    )


ADD = action("wu_add_domain", "pending", minutes(120), id=55)
REMOVE = action(
    "wu_remove_domain", "pending", minutes(120), id=56, domain="left.example", site_id=2
)
REMOVE_NEEDED = action("wu_remove_domain", "pending", minutes(120), id=57, domain=SHOP, site_id=2)
ADD_ASTRAY = action(
    "wu_add_domain", "pending", minutes(120), id=58, domain="astray.example", site_id=2
)
LATER = action("wu_add_domain", "pending", minutes(-60), id=59)
MAIL = action("wu_send_mail", "pending", minutes(120), id=60, domain=SHOP)


def test_due_jobs_of_the_group_are_listed_and_run_after_a_backup() -> None:
    case = plan(*waiting(ADD, REMOVE, LATER, MAIL))
    step = case.of("jobs.run-due")
    assert step.risk == "severe"
    assert not step.reversible
    listed_jobs = step.parameters["actions"]
    assert isinstance(listed_jobs, list)
    assert listed_jobs == [
        {
            "action_id": 55,
            "hook": "wu_add_domain",
            "domain": SHOP,
            "scheduled": "2026-05-04T08:00:00Z",
        },
        {
            "action_id": 56,
            "hook": "wu_remove_domain",
            "domain": "left.example",
            "scheduled": "2026-05-04T08:00:00Z",
        },
    ]
    assert step.rests_on == {"action 55": "pending", "action 56": "pending"}
    assert case.actions == ["manual", "backup.take", "jobs.run-due"]


def test_a_job_that_would_do_harm_is_not_among_them() -> None:
    case = plan(
        *waiting(ADD, REMOVE_NEEDED, ADD_ASTRAY), dns(zone("astray.example", v4=(ELSEWHERE,)))
    )
    jobs = case.of("jobs.run-due").parameters["actions"]
    assert isinstance(jobs, list)
    assert [j["action_id"] for j in jobs if isinstance(j, dict)] == [55]
    assert set(case.refused) == {"alias-needed", "dns-not-here"}


def test_no_job_is_run_with_a_key_at_fault() -> None:
    broken = constants(DISABLE_WP_CRON=True, CLOSTE_CLIENT_API_KEY=Shape(True, 3, 3, "alnum"))
    case = plan(*waiting(ADD), broken)
    assert "jobs.run-due" not in case.actions


def test_an_alias_that_a_waiting_job_will_add_is_not_added_besides() -> None:
    case = plan(*waiting(ADD), listed(), tls(default_certificate()))
    assert "alias.add" not in case.actions
    assert "alias.missing" in case.of("jobs.run-due").heals


def test_all_lines_for_the_dashboard_stand_in_one_step() -> None:
    found = dict(constants().values)
    del found["SUNRISE"], found["CLOSTE_CLIENT_API_KEY"]
    from analyzers.evidence import Constants

    case = plan(Constants({**found, "COOKIE_DOMAIN": ".network.example"}))
    text = case.text("Additional wp-config.php content")
    assert "    define('SUNRISE', true);" in text
    assert "    define('CLOSTE_CLIENT_API_KEY', 'PASTE-THE-KEY-HERE');" in text
    assert "    define('COOKIE_DOMAIN', …);" in text
    assert "https://app.closte.com/sites/settings/acct123" in text
    block = next(
        s for s in case.steps if "key.missing" in s.heals and "sunrise.undefined" in s.heals
    )
    assert set(block.heals) == {"key.missing", "sunrise.undefined", "settings.cookie-domain"}
    assert case.text("Subject: API key of app acct123")


def test_after_a_key_is_mended_the_domains_nobody_told_closte_of_are_added() -> None:
    network = ChangedNetwork()
    network.answer_all(401, {"success": False, "error": "Invalid api key"})
    network.logs.clear()
    network.rows[1].update(stage="checking-ssl-cert", date_created="2026-05-04 09:00:00")
    for handshake in network.json["tls.json"]:
        if handshake["host"] == "shop.client-b.example":
            handshake.update(verified=False, names=["*.closte.com"], verify_error="mismatch")
    case = planned(network)
    added = case.of("alias.add")
    assert added.parameters["domain"] == "shop.client-b.example"
    assert len(added.after) == 2
    by_id = {s.id: s for s in case.steps}
    assert all(by_id[id].action == "manual" for id in added.after)
    assert added.rests_on["key"] == "works"


def planned(network: ChangedNetwork, choices: Choices | None = None) -> PlannedCase:
    """The plan for a changed example network."""
    import json

    from analyzers.snapshot import read

    files = {name: json.dumps(value).encode() for name, value in network.json.items()}
    files |= {name: text.encode() for name, text in network.logs.items()}
    return plan_of(read(files, origin="folder"), choices)


def test_the_customer_gets_records_for_either_kind_of_form() -> None:
    name = "deep.shop.example.co.uk"
    astray = (
        rows(row(name)),
        dns(zone(name, v4=(ELSEWHERE,), v6=("2001:db8::7",))),
        listed(name),
        Tls((shake(NETWORK),)),
    )
    text = plan(*astray).text(f"What to enter for {name}")
    assert "A       deep.shop  203.0.113.10  300" in text
    assert f"gets {name}. with the dot" in text
    assert f"Delete the AAAA record of {name} with the value 2001:db8::7." in text
    assert ELSEWHERE in text[: text.index("as they should be in the end")]
    assert ELSEWHERE not in text[text.index("as they should be in the end") :]


def test_an_apex_is_an_at_sign_and_a_wrong_alias_goes() -> None:
    astray = (dns(zone(v4=(ELSEWHERE,), cname="old.example.net")), Tls((shake(NETWORK),)))
    text = plan(*astray).text("What to enter for shop.example")
    assert "A       @       203.0.113.10  300" in text
    assert "Delete the CNAME record of shop.example with the value old.example.net." in text


def test_one_letter_for_everything_that_is_wrong_with_a_domains_dns() -> None:
    astray = dns(zone(v6=("2001:db8::7",), caa=('0 issue "other.example"',)))
    case = plan(astray)
    step = case.of("manual")
    assert step.parameters["audience"] == "customer"
    assert {"dns.caa-forbids", "dns.stray-ipv6"} <= set(step.heals)
    text = case.text("What to enter for")
    assert '0 issue "letsencrypt.org"' in text
    assert "Delete the AAAA record of shop.example with the value 2001:db8::7." in text


def test_certificates_go_into_one_ticket_to_closte() -> None:
    second = "shop2.example"
    late = (
        rows(row(stage="done"), row(second, id=8, primary=False)),
        dns(zone(second)),
        listed(SHOP, second, f"www.{SHOP}", f"www.{second}"),
        tls(
            *(
                shake(n, days=-2, verified=False, error="certificate has expired")
                for n in (SHOP, second)
            )
        ),
    )
    case = plan(*late)
    step = case.of("manual")
    assert step.parameters["audience"] == "closte"
    assert step.parameters["domains"] == [SHOP, second]
    assert "Subject: Certificate of 2 domains, app acct123" in case.text(SHOP, second)
    assert case.planned.uncovered == ()


def test_every_cause_without_an_action_is_left_to_people_by_its_own_words() -> None:
    case = plan(rows(row(active=False)))
    (finding,) = [f for f in case.diagnosis.findings if f.code == "mapping.inactive"]
    assert case.of("manual").parameters["text"] == finding.do
    assert case.planned.uncovered == ()


def test_now_is_the_clock_of_the_analysis() -> None:
    assert plan().diagnosis.taken_at == NOW
