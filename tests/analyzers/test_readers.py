"""Texts for readers outside: what each of them must find, and what nobody but the operator may."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from browser.cases import HOSTILE, NOW, diagnosed, hostile
from evidence_folders import RECORDINGS, files_in
from hypothesis import given
from hypothesis import strategies as st

from analyzers.addresses import address_of
from analyzers.audience import Mask
from analyzers.customer_letter import FIRST_STEPS, TROUBLES, customer_letter
from analyzers.diagnose import diagnose
from analyzers.findings import ApiReply, Citation, Diagnosis, DnsRecord
from analyzers.language import ENGLISH
from analyzers.letter import (
    Heading,
    Letter,
    Listed,
    Paragraph,
    Quoted,
    Steps,
    Table,
    as_json,
    as_markdown,
    as_text,
)
from analyzers.names import canonical
from analyzers.reports import for_closte, for_customer, for_plugin
from analyzers.reports.html import letter_page
from analyzers.rules import BY_CODE
from analyzers.snapshot import read

ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
NETWORKS = ["four-troubles", *RECORDINGS]


def network(case: object) -> Diagnosis:
    if isinstance(case, str):
        return diagnosed(case)
    files = files_in(case)  # type: ignore[arg-type]
    return diagnose(read(files, origin="x", fallback_now=NOW), tool="closte-doctor test")


def everybody(diagnosis: Diagnosis) -> set[str]:
    """Every domain that the diagnosis names."""
    names = {d.domain for d in diagnosis.domains}
    for finding in diagnosis.findings:
        names |= set(finding.affects)
        if finding.subject.kind == "domain":
            names.add(finding.subject.id)
    return names


@pytest.mark.parametrize("case", NETWORKS, ids=lambda c: c if isinstance(c, str) else c.name)
def test_a_customers_text_has_not_a_word_about_anybody_else(case: object) -> None:
    diagnosis = network(case)
    expected = diagnosis.network.expected_addresses
    for state in diagnosis.domains if expected else ():
        letter = for_customer.letter(diagnosis, state.domain)
        own = {*expected, *(r.value for r in state.records)}
        for text in (as_text(letter), as_markdown(letter).replace("\\", "")):
            rest = text.replace(state.domain, "").lower()
            for name in everybody(diagnosis) - {state.domain, state.domain.removeprefix("www.")}:
                assert name not in rest
            assert diagnosis.network.domain not in rest
            assert str(diagnosis.network.app_id or "acct123").lower() not in rest
            assert "closte" not in rest, "whose host it is, is the operator's matter"
            assert not re.search(r"wp-|api|\.json|\.log|plugin|/home", rest)
            for address in ADDRESS.findall(text):
                assert address in own


def test_the_customer_reads_what_to_enter_in_each_way_a_form_asks_for_it() -> None:
    text = as_text(for_customer.letter(diagnosed("four-troubles"), "shop.client-b.example"), 200)
    assert "198.51.100.7 out and put 203.0.113.10 in" in text
    assert re.search(r"^A +shop +203\.0\.113\.10 +300$", text, re.MULTILINE)
    assert "shop.client-b.example. with the dot" in text
    assert "shop.client-b.example.client-b.example" in text
    assert "MX and TXT" in text


def test_a_customer_whose_records_are_right_has_nothing_to_do() -> None:
    text = as_text(for_customer.letter(diagnosed("healthy"), "www.bakery-lane.example"), 200)
    assert "nothing for you to do" in text
    assert "What to do" not in text


def test_only_domains_that_wait_for_their_owner_get_a_text() -> None:
    assert for_customer.affected(diagnosed("four-troubles")) == ("shop.client-b.example",)
    assert for_customer.affected(diagnosed("healthy")) == ()


def test_every_finding_that_waits_for_the_customer_has_words_for_them() -> None:
    waiting = {code for code, rule in BY_CODE.items() if rule.waiting_on == "customer"}
    assert waiting <= TROUBLES.keys(), "a new dns rule wants a sentence for the domain's owner"
    assert TROUBLES.keys() <= BY_CODE.keys()
    assert FIRST_STEPS.keys() <= TROUBLES.keys()


@pytest.mark.parametrize("code", sorted(TROUBLES))
def test_each_trouble_is_told_whole(code: str) -> None:
    record = DnsRecord("shop.client.com", "A", "198.51.100.7", 600)
    text = as_text(customer_letter("shop.client.com", ("203.0.113.10",), (record,), {code}))
    assert (
        "shop.client.com" in text.split("What to do")[0].split("=\n")[1]
        or code == "dns.caa-forbids"
    )
    assert "{" not in text
    assert text.count("What to do") == 1


def test_nothing_is_told_to_enter_where_nobody_saw_the_zone() -> None:
    text = as_text(customer_letter("client.com", ("203.0.113.10",), (), {"dns.lame"}))
    assert "nameservers" in text
    assert "Add a record" not in text


def test_closte_reads_aliases_times_and_replies_of_these_domains_only() -> None:
    diagnosis = diagnosed("four-troubles")
    text = as_text(for_closte.letter(diagnosis), 200)
    assert "acct123" in text
    assert re.search(r"2026-05-04T09:47:30Z +/adddomainalias +new.client-e.example +200", text)
    assert "Invalid api key" in text
    for name in ("brand.client-c.example", "shop.client-b.example", "bakery-lane.example"):
        assert name not in text, "no alias, certificate or key of theirs is asked about"


def test_closte_sees_one_domain_where_one_is_asked_about() -> None:
    text = as_text(for_closte.letter(diagnosed("four-troubles"), "fresh.client-d.example"), 200)
    assert "fresh.client-d.example" in text
    assert "new.client-e.example" not in text


def test_maintainers_read_versions_and_log_lines() -> None:
    diagnosis = diagnosed("cron-not-running")
    text = as_text(for_plugin.letter(diagnosis), 200)
    assert re.search(r"^Ultimate Multisite +2\.4\.13", text, re.MULTILINE)
    assert re.search(r"^WordPress +\d", text, re.MULTILINE)
    assert "jobs.cron-off" in text
    assert "scheduler.json: " in text or "constants.json: " in text


@pytest.mark.parametrize("case", NETWORKS, ids=lambda c: c if isinstance(c, str) else c.name)
def test_maintainers_read_nobodys_name_address_or_account(case: object) -> None:
    diagnosis = network(case)
    text = as_text(for_plugin.letter(diagnosis), 500).lower()
    for name in (*everybody(diagnosis), diagnosis.network.domain):
        assert not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) or name in (
            "network.example",
            "unknown",
        )
    if diagnosis.network.app_id:
        assert diagnosis.network.app_id.lower() not in text
    for found in ADDRESS.findall(
        text.replace(diagnosis.network.versions.get("sunrise.php", "-"), "")
    ):
        assert address_of(found) is None or address_of(found).is_loopback  # type: ignore[union-attr]


MASKED = diagnosed("four-troubles")


@pytest.mark.parametrize(
    "text",
    [
        "https:\\/\\/shop.client-b.example\\/x",
        "wu-logs/domain-shop.client-b.example.log",
        "SHOP.Client-B.Example.",
        "user@shop.client-b.example",
        "/home/acct123/public_html",
        "A 198.51.100.7, AAAA 2001:db8:1::7",
        "never-heard-of.client-z.com is gone",
        "domain-gone.client-z.com.log",
        "www.shop.client-b.example",
    ],
)
def test_what_is_masked(text: str) -> None:
    shown = Mask(MASKED)(text)
    assert not re.search(
        r"client|acct123|198\.51|2001:db8", shown.lower().replace("shop.example", "")
    ), shown


def test_one_name_is_always_the_same_word_and_different_names_are_different() -> None:
    mask = Mask(MASKED)
    one, other = mask("shop.client-b.example"), mask("brand.client-c.example")
    assert one != other
    assert mask("domain-shop.client-b.example.log") == f"domain-{one}.log"
    assert mask("www.shop.client-b.example") == f"www.{one}"
    assert Mask(MASKED)("shop.client-b.example") == one
    assert mask(one) == one


@pytest.mark.parametrize(
    "text",
    ["wp-config.php line 3", "wu-logs/integration-closte.log", "plugin 2.4.10", "app.closte.com",
     "letsencrypt.org", "HTTP 200, 3 of 21", "127.0.0.1", "2026-05-04T10:00:00Z"],
)  # fmt: skip
def test_what_says_nothing_of_anybody_stays(text: str) -> None:
    assert Mask(MASKED)(text) == text


def test_a_name_in_other_letters_is_masked_however_it_is_written() -> None:
    spoken = "kwiaty-gdańsk.example"
    name = canonical(spoken)
    state = replace(MASKED.domains[0], domain=name)
    mask = Mask(replace(MASKED, domains=(state,)))
    for text in (name, spoken, spoken.upper(), "kwiaty-gda\\u0144sk.example"):
        shown = mask(f"said {text} now")
        assert "kwiaty" not in shown.lower(), shown


WORDS = st.text(max_size=60) | st.sampled_from(HOSTILE)
MAKERS = (
    Paragraph, Heading, lambda t: Steps((t, "x")), lambda t: Listed((t,)),
    lambda t: Table(("a", "b"), ((t, "y"),)), lambda t: Quoted((t,)),
)  # fmt: skip
PARTS = st.sampled_from(MAKERS)
TAGS = {make: sorted(set(re.findall(r"<(\w+)", letter_page.render(Letter("x", (make("x"),)), ENGLISH))))
        for make in MAKERS}  # fmt: skip
"""Elements of a page with one part of each kind."""
DANGEROUS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@given(WORDS, PARTS)
def test_no_part_of_a_letter_lets_a_stranger_act(words: str, part: type[Paragraph]) -> None:
    letter = Letter(words, (part(words),))
    assert not DANGEROUS.search(as_text(letter))
    marked = as_markdown(letter)
    assert not DANGEROUS.search(marked)
    assert "<script" not in re.sub(r"(`+).*?\1", "", marked)
    page = letter_page.render(letter, ENGLISH)
    assert not DANGEROUS.search(page)
    assert sorted(set(re.findall(r"<(\w+)", page))) == TAGS[part]
    assert json.loads(as_json(letter, "plugin"))["title"] == words


@pytest.mark.parametrize("width", [50, 80, 300])
def test_a_letter_keeps_to_its_width(width: int) -> None:
    long = "cURL error 28: Operation timed out after 10001 milliseconds with 0 bytes received"
    heads = ("Time", "Endpoint", "Domain", "Says")
    table = Table(heads, (("2026-05-04T10:00:00Z", "/adddomainalias", "", long),))
    lines = as_text(Letter(long, (Heading(long), table)), width).splitlines()
    assert max(map(len, lines)) <= width
    joined = " ".join(line.strip() for line in lines)
    if width < 300:
        assert f"2026-05-04T10:00:00Z: Endpoint /adddomainalias, Says {long}" in joined
    else:
        assert lines[-3].split() == list(heads)


@given(WORDS)
def test_letters_of_strangers_are_written(words: str) -> None:
    reply = ApiReply(words, words, 200, words, words, NOW)
    diagnosis = replace(hostile(words), api_replies=(reply,))
    for letter in (for_closte.letter(diagnosis), for_plugin.letter(diagnosis)):
        assert not DANGEROUS.search(as_text(letter) + as_markdown(letter))


@given(st.lists(st.sampled_from(["shop.client-b.example", "x", "/", " ", "198.51.100.7", ":"])))
def test_no_known_name_survives_any_neighbourhood(pieces: list[str]) -> None:
    shown = Mask(MASKED)(" ".join(pieces))
    assert "client-b" not in shown
    assert "198.51.100.7" not in shown


def test_evidence_of_a_finding_is_masked_for_maintainers() -> None:
    finding = replace(
        MASKED.findings[0],
        evidence=(
            Citation("wu-logs/domain-gone.client-z.example.log", "said gone.client-z.example"),
        ),
    )
    text = as_text(for_plugin.letter(replace(MASKED, findings=(finding,))), 300)
    assert "client-z" not in text
    assert re.search(r"wu-logs/domain-domain-\d+\.example\.log: said domain-\d+\.example", text)
