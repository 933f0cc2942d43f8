"""What a domain's owner is told to enter, record by record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.dns_instructions import (
    Instruction,
    host_field,
    instructions_for,
    longest_wait,
)
from analyzers.findings import DnsRecord

HOME = "203.0.113.10"
HOME6 = "2001:db8::10"
ELSEWHERE = "198.51.100.7"
CLOUDFLARE = "104.16.132.229"
SHOP = "shop.client.com"


def record(type_: str, value: str, name: str = SHOP, ttl: int | None = 3600) -> DnsRecord:
    return DnsRecord(name, type_, value, ttl)


def acts(*seen: DnsRecord, domain: str = SHOP, expected: tuple[str, ...] = (HOME,)) -> list[str]:
    return [
        f"{i.act} {i.type} {i.field} {i.value}" for i in instructions_for(domain, expected, seen)
    ]


def test_an_empty_zone_gets_a_record() -> None:
    assert acts() == [f"set A shop {HOME}"]
    assert acts(domain="client.com") == [f"set A @ {HOME}"]
    assert acts(domain="*.client.com") == [f"set A * {HOME}"]


def test_a_wrong_address_is_changed_and_the_others_go() -> None:
    seen = (record("A", ELSEWHERE), record("A", "198.51.100.8"), record("AAAA", "2001:db8::dead"))
    assert acts(*seen) == [
        f"change A shop {HOME}",
        "delete A shop 198.51.100.8",
        "delete AAAA shop 2001:db8::dead",
    ]


def test_a_right_address_stays_and_a_wrong_one_beside_it_goes() -> None:
    seen = (record("A", ELSEWHERE), record("A", HOME))
    assert acts(*seen) == [f"keep A shop {HOME}", f"delete A shop {ELSEWHERE}"]


def test_an_alias_goes_before_the_address_comes_unless_it_arrives() -> None:
    alias = record("CNAME", "old-host.example")
    assert acts(alias, record("A", ELSEWHERE)) == [
        "delete CNAME shop old-host.example",
        f"set A shop {HOME}",
    ]
    assert acts(alias, record("A", HOME)) == ["keep CNAME shop old-host.example"]


def test_what_a_proxy_answers_is_never_deleted() -> None:
    seen = (record("A", CLOUDFLARE), record("AAAA", "2606:4700::6810:84e5"))
    assert acts(*seen) == ["unproxy A shop Cloudflare", f"check A shop {HOME}"]


def test_an_entrance_with_both_kinds_of_address() -> None:
    assert acts(record("A", HOME), expected=(HOME, HOME6)) == [
        f"keep A shop {HOME}",
        f"set AAAA shop {HOME6}",
    ]
    assert acts(record("AAAA", "2001:0db8:0:0::10"), expected=(HOME, HOME6)) == [
        f"set A shop {HOME}",
        "keep AAAA shop 2001:0db8:0:0::10",
    ]


def all_kept(told: tuple[Instruction, ...]) -> bool:
    return bool(told) and all(one.act == "keep" for one in told)


def test_a_forbidden_issuer_is_allowed_where_the_record_stands() -> None:
    seen = (record("A", HOME), record("CAA", '0 issue "digicert.com"', "client.com"))
    told = instructions_for(SHOP, (HOME,), seen)
    assert [(i.act, i.name, i.field, i.value) for i in told] == [
        ("keep", SHOP, "shop", HOME),
        ("allow", "client.com", "@", "letsencrypt.org"),
    ]
    allowed = record("CAA", '0 issue "letsencrypt.org"', "client.com")
    assert all_kept(instructions_for(SHOP, (HOME,), (record("A", HOME), allowed)))


def test_nothing_is_said_where_nobody_knows_the_address() -> None:
    assert instructions_for(SHOP, (), (record("A", ELSEWHERE),)) == ()


def test_how_long_the_old_answer_stays() -> None:
    told = instructions_for(SHOP, (HOME,), (record("A", ELSEWHERE, ttl=7200),))
    assert longest_wait(told) == 7200
    assert longest_wait(instructions_for(SHOP, (HOME,), ())) is None


@pytest.mark.parametrize(
    ("domain", "short", "full", "doubled"),
    [
        ("client.com", "@", "client.com.", "client.com.client.com"),
        ("www.client.co.uk", "www", "www.client.co.uk.", "www.client.co.uk.client.co.uk"),
        ("a.b.client.pl", "a.b", "a.b.client.pl.", "a.b.client.pl.client.pl"),
        ("co.uk", "co.uk", "co.uk.", None),
    ],
)
def test_the_name_as_forms_ask_for_it(
    domain: str, short: str, full: str, doubled: str | None
) -> None:
    found = host_field(domain)
    assert (found.short, found.full, found.doubled) == (short, full, doubled)


ADDRESSES = st.sampled_from([HOME, HOME6, ELSEWHERE, "198.51.100.8", "2001:db8::dead", CLOUDFLARE])


@given(st.lists(ADDRESSES, unique=True), st.lists(ADDRESSES, unique=True, min_size=1, max_size=2))
def test_following_them_leads_home(found: list[str], expected: list[str]) -> None:
    """Done as told, exactly the expected addresses remain; told again, there is nothing to do."""
    seen = {DnsRecord(SHOP, "AAAA" if ":" in a else "A", a) for a in found}
    after = {r.value for r in seen}
    for told in instructions_for(SHOP, expected, sorted(seen, key=str)):
        match told:
            case Instruction(act="delete"):
                after.remove(told.value)
            case Instruction(act="change", old=str(old)):
                after.remove(old)
                after.add(told.value)
            case Instruction(act="set" | "check"):
                after.add(told.value)
            case Instruction(act="unproxy"):
                after -= {a for a in after if a == CLOUDFLARE}
    assert after == set(expected)
    again = [DnsRecord(SHOP, "AAAA" if ":" in a else "A", a) for a in sorted(after)]
    assert all_kept(instructions_for(SHOP, expected, again))
    assert all("{" not in i.sentence() for i in instructions_for(SHOP, expected, again))
