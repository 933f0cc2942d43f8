"""Would it work if it were mapped now: every way to no, not yet and yes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    NOW,
    SHOP,
    V6,
    answer,
    default_certificate,
    dns,
    evidence,
    listed,
    options,
    row,
    rows,
    shake,
    site,
    tls,
    zone,
)

from analyzers import preflight_report
from analyzers.evidence import ApiCall, ClosteCalls, Dns, Mappings, Sites
from analyzers.preflight import Preflight, preflight

NEW = "new.client.example"
RIGHT = (dns(zone(NEW)), tls(shake(), default_certificate(NEW)))


def ask(
    typed: str = NEW, *records: object, site_id: int | None = None, **more: object
) -> Preflight:
    without = more.get("without", ())
    assert isinstance(without, tuple)
    snapshot = evidence(*(records or RIGHT), without=without)
    return preflight(snapshot, typed, tool="test", blog_id=site_id)


def zoned(*zones: tuple[object, ...]):  # type: ignore[no-untyped-def]
    return dns(*zones), RIGHT[1]  # type: ignore[arg-type]


def codes(found: Preflight, weight: str) -> set[str | None]:
    return {r.code for r in found.reasons if r.weight == weight}


def test_yes() -> None:
    found = ask()
    assert found.answer == "yes", found.says
    assert not codes(found, "no")
    assert not codes(found, "not-yet")
    assert found.card is not None
    assert not found.card.to_do
    assert "The plugin takes the name." in {r.says for r in found.reasons if r.weight == "good"}


@pytest.mark.parametrize(
    ("records", "code"),
    [
        (zoned(zone(NEW, (ELSEWHERE,))), "dns.wrong-address"),
        (zoned(zone(NEW, (), status="NXDOMAIN")), "dns.nxdomain"),
        (zoned(zone(NEW, ())), "dns.no-address"),
        (zoned(zone(NEW, (ENTRANCE, ELSEWHERE))), "dns.mixed-addresses"),
        (zoned(zone(NEW, (ENTRANCE,), (V6,))), "dns.stray-ipv6"),
        (zoned(zone(NEW, caa=('0 issue "digicert.example"',))), "dns.caa-forbids"),
        (zoned(zone(NEW, (CLOUDFLARE,))), "dns.proxied"),
        (
            zoned(
                (
                    answer(status="SERVFAIL", via="resolver:1.1.1.1", name=NEW),
                    answer(ENTRANCE, via="resolver:1.1.1.1", name=NEW, unchecked=True),
                )
            ),
            "dns.dnssec-bogus",
        ),
    ],
)
def test_its_own_dns_makes_it_not_yet(records: tuple[object, ...], code: str) -> None:
    found = ask(NEW, *records)
    assert found.answer == "not-yet", found.says
    assert code in codes(found, "not-yet")
    assert found.who[0].startswith("the domain's owner")
    assert found.card is not None
    assert found.card.to_do


def test_the_records_to_set() -> None:
    found = ask(NEW, *zoned(zone(NEW, (ELSEWHERE,), (V6,))))
    assert found.card is not None
    told = {(i.act, i.type, i.old or i.value) for i in found.card.instructions}
    assert told == {("change", "A", ELSEWHERE), ("delete", "AAAA", V6)}
    assert found.card.instructions[0].field == "new"


@pytest.mark.parametrize(
    "typed", ["*.client.example", "пример.рф", "a_b.example", "localhost", "192.0.2.7", "", "///"]
)
def test_a_name_that_the_plugin_refuses(typed: str) -> None:
    found = ask(typed)
    assert found.answer == "no"
    assert found.card is None
    preflight_report.text(found)
    assert json.loads(preflight_report.render_json(found))["preflight"]["answer"] == "no"


def test_an_idn_in_unicode_is_asked_in_its_ascii_form() -> None:
    found = ask("Żółw.client.example")
    assert found.name.domain == "xn--w-uga1v8h.client.example"
    assert "Type it as xn--w-uga1v8h.client.example" in " ".join(r.says for r in found.reasons)


@pytest.mark.parametrize(
    "typed", ["192.0.2.7", "2001:db8::7", "[2001:db8::7]", "http://192.0.2.7:80/"]
)
def test_an_address_is_no_name(typed: str) -> None:
    assert "it is an address, not a name" in ask(typed).says


def test_a_name_that_the_table_cannot_hold() -> None:
    longest = ".".join(["a" * 60] * 3) + ".example"
    assert len(longest) == 190
    assert "characters" not in ask(longest).says
    assert "longer than the 191 characters" in ask(f"bb{longest}").says


def test_a_name_that_is_mapped_already() -> None:
    found = ask(SHOP)
    assert found.answer == "no"
    assert "mapped already, to site 2" in found.says


def test_an_unclean_row_holds_the_name_too() -> None:
    found = ask(NEW, *RIGHT, rows(row(), row(f"{NEW}\n", id=8)))
    assert found.answer == "no"
    assert "stored as" in found.says


def test_the_networks_own_names_are_taken() -> None:
    assert "network's own domain" in ask(NETWORK).says
    sites = Sites((site(1, NETWORK), site(2), site(3, NEW)), has_flags=True)
    found = ask(NEW, *RIGHT, sites)
    assert found.answer == "no"
    assert "mapping.shadows-site" in codes(found, "no")


def test_the_site_that_is_meant_must_be_there_and_open() -> None:
    closed = replace(site(3, "three.network.example"), archived=True)
    sites = Sites((site(1, NETWORK), site(2), closed), has_flags=True)
    assert ask(NEW, *RIGHT, sites, site_id=2).answer == "yes"
    assert codes(ask(NEW, *RIGHT, sites, site_id=99), "no") == {"mapping.no-site"}
    assert "mapping.site-off" in codes(ask(NEW, *RIGHT, sites, site_id=3), "no")


def test_a_name_under_the_network_may_be_called_invalid() -> None:
    name = f"new.{NETWORK}"
    found = ask(name, dns(zone(name)), tls(shake(), default_certificate(name)))
    assert found.answer == "yes", found.says
    assert any("Closte may call" in r.says for r in found.reasons if r.weight == "note")


def test_an_alias_at_the_top_of_a_domain_is_worth_knowing() -> None:
    alias = answer(NETWORK, name="client.example", type="CNAME")
    found = ask("client.example", dns((*zone("client.example"), alias)), tls())
    assert found.answer == "yes", found.says
    assert any("An A record does it right" in r.says for r in found.reasons)


def test_a_yes_that_looked_at_less_says_so() -> None:
    found = ask(NEW, *RIGHT, without=(ClosteCalls,))
    assert found.answer == "yes"
    assert found.says.startswith("Yes, as far as was looked")
    assert any("key.rejected" in r.says for r in found.reasons if r.weight == "note")
    assert ask().says.startswith("Yes: ")


def test_the_www_twin_belongs_to_one_site() -> None:
    twin = rows(row("www.client.example", id=8, blog_id=4), row())
    zones = dns(zone("client.example"), zone("www.client.example"))
    found = ask("client.example", zones, tls(shake(), shake("client.example")), twin)
    assert "mapping.www-split" in codes(found, "note")
    same = preflight(
        evidence(zones, tls(shake(), shake("client.example")), twin),
        "client.example",
        tool="t",
        blog_id=4,
    )
    assert "mapping.www-split" not in codes(same, "note")


def test_taken_by_another_app_as_closte_said_before() -> None:
    exists = ApiCall(
        "/adddomainalias", "POST", "host", True, NEW, 200,
        '{"success": false, "error": "Domain already exists"}', None, 0.3, NOW,
    )  # fmt: skip
    found = ask(NEW, *RIGHT, ClosteCalls((*listed(SHOP).calls, exists)))
    assert found.answer == "no"
    assert "alias.elsewhere" in codes(found, "no")


def test_an_alias_that_is_there_already_does_no_harm() -> None:
    found = ask(NEW, *RIGHT, listed(SHOP, NEW))
    assert found.answer == "yes"
    assert "alias.already-added" in codes(found, "note")


def test_what_stands_in_every_domains_way_is_no() -> None:
    refused = listed(body='{"success": false, "error": "Invalid api key"}')
    found = ask(NEW, *RIGHT, refused)
    assert found.answer == "no"
    assert codes(found, "no") == {"key.rejected"}
    assert found.who == ("you (the network's operator)",)


def test_the_check_window_is_worth_knowing() -> None:
    short = options(**{"wp-ultimo_v2_settings": {"dns_check_interval": 10}})
    assert "settings.window-too-short" in codes(ask(NEW, *RIGHT, short), "note")


def test_without_its_dns_nothing_is_promised() -> None:
    found = ask(NEW, dns(), tls())
    assert found.answer == "unknown"
    assert "was not looked at" in found.says
    assert ask(NEW, *RIGHT, without=(Dns,)).answer == "unknown"


def test_without_the_mapping_table_nothing_is_promised() -> None:
    found = ask(NEW, *RIGHT, without=(Mappings,))
    assert found.answer == "unknown"
    assert "mapping table was not read" in found.says


def test_another_domains_troubles_are_not_its_own() -> None:
    found = ask(NEW, dns(zone(NEW), zone(SHOP, (ELSEWHERE,))), tls(default_certificate(NEW)))
    assert found.answer == "yes", found.says


@pytest.mark.parametrize("form", [preflight_report.text, preflight_report.markdown])
def test_reports_name_answer_reasons_and_records(form) -> None:  # type: ignore[no-untyped-def]
    said = form(ask(NEW, *zoned(zone(NEW, (ELSEWHERE,)))))
    assert "Not yet" in said
    assert ENTRANCE in said
    assert "new" in said
