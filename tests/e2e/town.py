"""The network that the faults are put into: a recorded one, with an older domain beside the recorded one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from lab import seeds
from lab.networks import NETWORK_DOMAIN, Network, healthy

FRESH = "ok.customer.example.org"
"""Of the recording: added ten minutes ago, done; on site 2."""
OLD = "example.net"
"""Seeded: added three days ago, done, `www.` twin at Closte as well; on site 3."""
NEW_SITE = 4
"""The next site's id."""
NEW_ROW = 3
"""The next mapping row's id."""
NEW_ACTION = 500


def town(now: datetime, version: str = "2.4.10") -> Network:
    """The network, healthy, as this plugin version leaves it."""
    at = now - timedelta(days=3)
    network = healthy(version, now).with_sql(
        seeds.site(3, f"second.{NETWORK_DOMAIN}", at),
        seeds.mapping(2, 3, OLD, at, modified=at + timedelta(minutes=5)),
        *seeds.action(101, "wu_add_domain", {"domain": OLD, "site_id": 3}, at),
        *seeds.action(102, "wu_async_process_domain_stage", {"domain_id": 2}, at),
        *seeds.action(
            103,
            "wu_async_process_domain_stage",
            {"domain_id": 2, "tries": 0},
            at + timedelta(minutes=5),
        ),
    )
    logs = {
        "integration-closte.log": seeds.adding(version, OLD, 3, at),
        f"domain-{OLD}.log": seeds.checking(OLD, at, row_id=2),
    }
    return replace(
        network.with_logs(logs, older=True),
        name=f"{version}__town",
        aliases=(FRESH, OLD, f"www.{OLD}"),
    )
