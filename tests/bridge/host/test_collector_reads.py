"""What the collector reads of a host, against a real database."""

from __future__ import annotations


def test_everything_of_a_small_network(host):
    look = host.look()
    assert look.errors == []
    assert look.host["reached"] == "database"
    assert look.host["stdout_noise"] == ""
    assert sorted(look.files) == [
        "constants.json",
        "cron.json",
        "domain_mappings.json",
        "host.json",
        "options.json",
        "scheduler.json",
        "sites.json",
        "wu-logs/domain-ok.customer.example.org.log",
        "wu-logs/integration-closte-ssl.log",
        "wu-logs/integration-closte.log",
    ]
