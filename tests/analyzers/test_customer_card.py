"""What the owner of a domain is told: the records of this name, and nothing of anybody else."""

from __future__ import annotations

import pytest
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    NOW,
    SHOP,
    WWW,
    answer,
    dns,
    evidence,
    options,
    row,
    rows,
    shake,
    tls,
    zone,
)

from analyzers.customer_card import CustomerCard
from analyzers.diagnose import diagnose
from analyzers.domain_case import domain_case
from analyzers.evidence import Constants, Meta, Tls


def card(*records: object, name: str = SHOP, without: tuple[type, ...] = ()) -> CustomerCard:
    snapshot = evidence(*records, without=without)
    found = domain_case(snapshot, diagnose(snapshot, tool="test"), name).card
    assert found is not None
    return found


def test_nothing_to_do_is_said_so() -> None:
    found = card()
    assert not found.to_do
    assert "nothing has to be changed" in found.text


def test_the_message_has_the_records_and_both_ways_to_name_them() -> None:
    deep = "shop.client.example"
    found = card(rows(row(deep, stage="checking-dns")), dns(zone(deep, (ELSEWHERE,))), name=deep)
    assert ENTRANCE in found.text
    assert ELSEWHERE in found.text
    assert "shop.client.example." in found.text
    assert found.instructions[0].field == "shop"


@pytest.mark.parametrize(
    "secret", [NETWORK, "acct123", "other.example", "CLOSTE", "2.4.10", "prod"]
)
def test_nothing_about_anybody_else_is_in_it(secret: str) -> None:
    found = card(
        rows(row(stage="failed"), row("other.example", id=9)),
        dns(zone(SHOP, (ELSEWHERE,)), zone("other.example", (ELSEWHERE,))),
    )
    assert found.to_do
    assert secret not in found.text


def test_a_name_of_the_network_is_no_customers() -> None:
    own = f"second.{NETWORK}"
    found = card(
        rows(row(own, stage="checking-dns")), dns(zone(own, (), status="NXDOMAIN")), name=own
    )
    assert not found.to_do


def test_a_proxy_may_stay_where_all_is_well_and_goes_where_it_is_not() -> None:
    behind = dns(zone(SHOP, (CLOUDFLARE,)), zone(WWW, (CLOUDFLARE,)))
    assert not card(behind, tls(shake(SHOP, CLOUDFLARE))).to_do
    waiting = rows(row(stage="checking-ssl-cert"))
    assert [i.act for i in card(waiting, behind).instructions] == [
        "unproxy",
        "check",
    ]


def test_only_time_is_left_where_caches_have_the_old_answer() -> None:
    old = answer(ELSEWHERE, via="resolver:8.8.8.8", ttl=1800)
    zones = tuple(a for a in zone(SHOP) if not (a.type == "A" and a.via == "resolver:8.8.8.8"))
    found = card(rows(row(stage="checking-dns")), dns((*zones, old)))
    assert not found.to_do
    assert found.wait is not None
    assert "30 min" in found.wait


def test_a_guessed_address_warns_the_operator() -> None:
    guess = options(_site_transient_wu_public_network_ip="203.0.113.10")
    found = card(
        rows(row(stage="failed")),
        dns(zone(SHOP, (ELSEWHERE,)), zone(NETWORK, ())),
        Meta(NOW, "meta.json", "x"),
        guess,
        without=(Tls, Constants),
    )
    assert found.to_do
    assert found.unsure is not None
    assert "wu_public_network_ip" in found.unsure
