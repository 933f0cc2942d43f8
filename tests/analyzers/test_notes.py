"""What is said of the evidence itself."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


def said(network: ChangedNetwork, words: str) -> bool:
    return any(words in note for note in network.diagnosis().notes)


@pytest.mark.parametrize(
    ("reached", "words"),
    [
        ("database", "before WordPress loaded"),
        ("runtime", "WordPress itself was loaded"),
        ("config", "not the database"),
        ("shell", "Only files could be looked at"),
    ],
)
def test_the_rung(network: ChangedNetwork, reached: str, words: str) -> None:
    network.host["reached"] = reached
    assert said(network, words)


def test_the_clock_where_no_file_says_it(network: ChangedNetwork) -> None:
    assert not said(network, "clock of the analysis")
    assert said(network.drop("meta.json"), "clock of the analysis is 2026-05-04T10:00")


def test_other_networks_are_named_and_harmless(network: ChangedNetwork) -> None:
    network.host["networks"] = [
        {"id": 1, "domain": "network.example", "path": "/"},
        {"id": "2", "domain": "second.example\x1b[2J", "path": "/"},
    ]
    assert said(network, "second.example [2J/")
    assert not said(network, "network.example/,")


def test_a_filtered_list_of_constants(network: ChangedNetwork) -> None:
    assert not said(network, "filtered list")
    network.host["runtime_constants"] = {}
    network.json["constants.json"] = network.json["constants.json"][:9]
    assert said(network, "filtered list")


def test_a_call_without_key(network: ChangedNetwork) -> None:
    assert not said(network, "without key")
    network.asked_from_here(401, {"success": False})
    assert said(network, "says nothing about the key")


def test_no_key_to_ask_with(network: ChangedNetwork) -> None:
    network.json["closte.json"] = {"calls": []}
    network.logs.clear()
    assert said(network, "no key to ask with")


def test_an_address_that_is_only_guessed(network: ChangedNetwork) -> None:
    network.undefine("CLOSTE_PUBLIC_IP_ADDRESS").drop("dns.json", "tls.json")
    assert said(network, "only guessed")


def test_logs_that_the_budget_left_out(network: ChangedNetwork) -> None:
    network.host["logs_bytes"] = 10_000_000
    assert said(network, "of 10000000 bytes were read")


def test_entries_that_could_not_be_read(network: ChangedNetwork) -> None:
    network.rows.append({"domain": ["not", "a", "row"]})
    assert said(network, "domain_mappings.json: 1 entry could not be read")


def test_many_problems_are_cut(network: ChangedNetwork) -> None:
    for number in range(8):
        network.host["errors"].append({"command": f"collector: part {number}", "stderr": "no"})
    assert said(network, "part 4: no")
    assert said(network, "And 3 more problems")
