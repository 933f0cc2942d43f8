"""Rows: which goes and which stays, which is primary, which record is made; and the plugin's own checks."""

from __future__ import annotations

import pytest
from mapped_case import (
    ELSEWHERE,
    NETWORK,
    SHOP,
    action,
    constants,
    default_certificate,
    dns,
    event,
    host,
    listed,
    logs,
    minutes,
    row,
    rows,
    shake,
    site,
    tls,
    zone,
)
from planned_case import plan

from analyzers.evidence import Scheduler, Sites, Tls
from analyzers.planning import Choices

NO_JOBS = Scheduler((), tables_exist=True)
SECOND = "shop2.example"


def test_of_two_rows_of_one_site_the_one_that_is_not_served_goes() -> None:
    case = plan(rows(row(id=7), row(id=8, primary=False)))
    step = case.of("domain.drop-duplicate")
    assert case.actions == ["backup.take", "domain.drop-duplicate"]
    assert step.parameters == {"domain_id": 8, "blog_id": 2, "domain": SHOP, "keep_id": 7}
    assert step.risk == "severe"
    assert step.undo == {"action": "restore", "parameters": {"places": ["row 8"]}}
    assert "around the plugin's model" in step.why
    assert step.rests_on["row 8"] == {
        "blog_id": 2,
        "domain": SHOP,
        "active": True,
        "primary_domain": False,
    }


def test_of_an_unclean_and_a_clean_row_the_clean_one_stays() -> None:
    case = plan(rows(row("shop.example ", id=7), row(id=8, primary=False)))
    step = case.of("domain.drop-duplicate")
    assert step.parameters["domain_id"] == 7
    assert step.parameters["domain"] == "shop.example "
    assert set(step.heals) == {"mapping.duplicate-row", "mapping.unclean-name"}
    assert "manual" not in case.actions


def test_a_domain_of_two_sites_is_nobodys_to_decide() -> None:
    two = (
        rows(row(), row(id=8, blog_id=3)),
        Sites((site(1, NETWORK), site(), site(3, "b.x")), True),
    )
    case = plan(*two)
    assert case.refused == ["needs-choice"]
    assert case.actions == ["manual"]
    assert case.planned.refused


@pytest.mark.parametrize(("kept", "gone"), [(2, 8), (3, 7)])
def test_with_a_choice_the_other_sites_row_goes(kept: int, gone: int) -> None:
    two = (
        rows(row(), row(id=8, blog_id=3)),
        Sites((site(1, NETWORK), site(), site(3, f"b.{NETWORK}")), True),
    )
    case = plan(*two, choices=Choices(keep={SHOP: kept}))
    assert case.of("domain.drop-duplicate").parameters["domain_id"] == gone
    assert case.refused == []


def test_a_choice_of_a_third_site_is_no_choice() -> None:
    two = rows(row(), row(id=8, blog_id=3))
    assert plan(two, choices=Choices(keep={SHOP: 4})).refused == ["needs-choice"]


def test_three_rows_on_two_sites_leave_one() -> None:
    three = rows(row(), row(id=8), row(id=9, blog_id=3))
    case = plan(three, choices=Choices(keep={SHOP: 2}))
    gone = [s.parameters["domain_id"] for s in case.steps if s.action == "domain.drop-duplicate"]
    assert gone == [8, 9]


def test_no_alias_is_added_for_a_domain_that_two_sites_claim() -> None:
    two = (rows(row(), row(id=8, blog_id=3)), listed(), tls(default_certificate()))
    case = plan(*two)
    assert "alias.add" not in case.actions
    assert case.refused == ["needs-choice"]


TWO_PRIMARIES = (
    rows(row(), row(SECOND, id=8, created=minutes(60 * 24))),
    dns(zone(SECOND)),
    listed(SHOP, f"www.{SHOP}", SECOND, f"www.{SECOND}"),
    tls(shake(), shake(SECOND)),
)


def test_the_newest_good_primary_stays() -> None:
    case = plan(*TWO_PRIMARIES)
    step = case.of("domain.set-primary")
    assert step.parameters == {"domain_id": 8, "blog_id": 2, "domain": SECOND}
    assert step.risk == "severe"
    assert case.actions[0] == "backup.take"
    assert step.undo == {"action": "restore", "parameters": {"places": ["row 7"]}}


def test_a_primary_that_leads_elsewhere_does_not_stay() -> None:
    astray = (*TWO_PRIMARIES, dns(zone(SECOND, v4=(ELSEWHERE,))))
    assert plan(*astray).of("domain.set-primary").parameters["domain"] == SHOP


def test_the_operator_chooses_the_primary() -> None:
    chosen = plan(*TWO_PRIMARIES, choices=Choices(primary={2: SHOP}))
    assert chosen.of("domain.set-primary").parameters["domain"] == SHOP
    wrong = plan(*TWO_PRIMARIES, choices=Choices(primary={2: "third.example"}))
    assert "domain.set-primary" not in wrong.actions
    assert wrong.refused == ["needs-choice"]


def test_the_cdn_is_flushed_where_there_is_one_and_it_may_hold_redirects() -> None:
    with_cdn = constants(CLOSTE_CDN_HOSTNAME="cdn.example")
    case = plan(*TWO_PRIMARIES, with_cdn)
    assert case.actions == ["backup.take", "domain.set-primary", "cdn.flush"]
    flush = case.of("cdn.flush")
    assert flush.risk == "confirm"
    assert flush.after == ("s2",)
    off = constants(CLOSTE_CDN_HOSTNAME="cdn.example", CLOSTE_CDN_DISABLED=True)
    assert "cdn.flush" not in plan(*TWO_PRIMARIES, off).actions


def test_the_object_cache_is_cleared_by_a_person_after_changed_rows() -> None:
    case = plan(*TWO_PRIMARIES, host(object_cache=True))
    assert case.actions == ["backup.take", "domain.set-primary", "manual"]
    assert "Clear OPcache & Object-Cache" in case.text("admin bar")
    assert case.of("manual").after == ("s2",)


FAILED_RECORD = logs(
    event("record.failed", site_id="2", error="a time-out", domain=None),
)


def test_a_record_that_the_plugin_failed_to_make_is_made() -> None:
    case = plan(rows(), FAILED_RECORD, listed())
    step = case.of("domain.create-record")
    assert step.parameters == {"blog_id": 2, "domain": f"shop.{NETWORK}"}
    assert step.risk == "confirm"
    assert step.rests_on == {f"rows of shop.{NETWORK}": [], "rows of site 2": []}


def test_no_record_is_made_without_a_failure_or_of_a_name_that_is_taken() -> None:
    assert plan(rows(), listed()).steps == ()
    taken = rows(row(f"shop.{NETWORK}", blog_id=3, id=9))
    assert "domain.create-record" not in plan(taken, FAILED_RECORD, listed()).actions


STALE = (rows(row(stage="failed")),)


def test_a_stale_failure_is_marked_done_where_the_certificate_was_verified() -> None:
    case = plan(*STALE)
    step = case.of("domain.mark-done")
    assert case.actions == ["domain.mark-done"]
    assert step.risk == "safe"
    assert step.rests_on[f"certificate {SHOP}"] == "good"
    assert step.heals == ("mapping.stale-failure",)


def test_nothing_is_marked_done_that_this_look_did_not_verify() -> None:
    assert "domain.mark-done" not in plan(*STALE, without=(Tls,)).actions
    assert "domain.mark-done" not in plan(*STALE, tls(default_certificate())).actions


def test_a_wrong_secure_mark_is_set_by_marking_done() -> None:
    assert plan(rows(row(secure=False))).of("domain.mark-done").heals == ("mapping.secure-flag",)


def test_a_check_is_queued_where_none_is() -> None:
    case = plan(rows(row(stage="checking-dns")), NO_JOBS)
    step = case.of("domain.recheck")
    assert step.parameters == {"domain_id": 7, "domain": SHOP, "stage": "checking-dns"}
    assert step.risk == "safe"
    assert step.undo is None
    assert not step.reversible
    assert case.planned.uncovered == ()


def test_a_failed_check_becomes_history_by_a_later_one() -> None:
    said = "action failed via WP Cron: DNS library"
    failed = action("wu_async_process_domain_stage", "failed", minutes(60), said=said, domain_id=7)
    case = plan(rows(row(stage="checking-dns")), Scheduler((failed,), True))
    assert case.of("domain.recheck").heals == ("jobs.failed", "jobs.none-queued")


GIVEN_UP = (rows(row(stage="ssl-failed")), listed(), tls(default_certificate()), NO_JOBS)


def test_a_given_up_domain_is_checked_again_after_its_alias_is_added() -> None:
    case = plan(*GIVEN_UP)
    assert case.actions == ["alias.add", "domain.recheck"]
    again = case.of("domain.recheck")
    assert again.after == ("s1",)
    assert again.parameters["stage"] == "checking-ssl-cert"
    assert again.risk == "confirm"
    assert again.rests_on[f"alias {SHOP}"] is True
    assert again.undo == {"action": "restore", "parameters": {"places": ["row 7"]}}


def test_a_given_up_domain_waits_for_its_dns() -> None:
    astray = (rows(row(stage="failed")), dns(zone(v4=(ELSEWHERE,))), Tls((shake(NETWORK),)))
    case = plan(*astray)
    again = case.of("domain.recheck")
    assert case.actions == ["manual", "domain.recheck"]
    assert again.parameters["stage"] == "checking-dns"
    assert again.after == ("s1",)
    assert again.rests_on[f"dns {SHOP}"] == "here"


def test_a_domain_that_is_served_is_taken_offline_for_a_check_only_when_asked_for() -> None:
    served = (rows(row(stage="done-without-ssl")), tls(default_certificate()), NO_JOBS)
    assert "domain.recheck" not in plan(*served).actions
    case = plan(*served, choices=Choices(only=("domain.recheck",)))
    step = case.of("domain.recheck")
    assert step.risk == "severe"
    assert case.actions == ["backup.take", "domain.recheck"]
    assert "which they do now" in step.why


def test_rows_without_an_id_are_left_to_people() -> None:
    case = plan(rows(row(id=0), row(id=0, primary=False)))
    assert case.actions == ["manual"]
