"""How each layer of a domain is said to be: by its finding, by what was seen, or not at all."""

from __future__ import annotations

import pytest
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    NETWORK,
    SHOP,
    WWW,
    default_certificate,
    dns,
    listed,
    minutes,
    page,
    row,
    rows,
    shake,
    tls,
    whole,
    zone,
)

from analyzers.evidence import ClosteCalls, Dns, Http, PluginLogs, Scheduler, Tls
from analyzers.findings import Diagnosis, LayerState
from analyzers.layers import LAYERS, layer_of
from analyzers.rules import CATALOGUE


def layers(diagnosis: Diagnosis, domain: str = SHOP) -> dict[str, LayerState]:
    state = next(d for d in diagnosis.domains if d.domain == domain)
    assert tuple(layer.layer for layer in state.layers) == LAYERS
    return {layer.layer: layer for layer in state.layers}


def words(diagnosis: Diagnosis, domain: str = SHOP) -> dict[str, str]:
    return {name: layer.state for name, layer in layers(diagnosis, domain).items()}


def test_all_is_ok_on_a_healthy_network() -> None:
    assert set(words(whole()).values()) == {"ok"}


@pytest.mark.parametrize(
    ("kinds", "layer"),
    [((Dns,), "dns"), ((Tls,), "certificate"), ((Scheduler,), "jobs"), ((ClosteCalls, PluginLogs), "alias")],
)  # fmt: skip
def test_what_was_not_looked_at_is_no_pass(kinds: tuple[type, ...], layer: str) -> None:
    assert words(whole(without=kinds))[layer] == "unseen"


def test_a_finding_makes_a_problem_and_is_named() -> None:
    found = layers(whole(dns(zone(v4=[ELSEWHERE]))))
    assert found["dns"].state == "problem"
    assert found["dns"].finding is not None
    assert found["dns"].finding.code == "dns.wrong-address"
    assert found["mapping"].state == "ok"


def test_an_alias_that_is_not_there() -> None:
    found = layers(whole(listed(NETWORK), rows(row(created=minutes(60))), without=(PluginLogs,)))
    assert found["alias"].state == "problem"
    assert found["alias"].finding is not None
    assert found["alias"].finding.code == "alias.missing"


def test_a_young_domain_waits() -> None:
    found = words(
        whole(
            rows(row(stage="checking-ssl-cert", created=minutes(3))),
            tls(default_certificate()),
            listed(NETWORK),
            without=(PluginLogs, Scheduler),
        )
    )
    assert found["alias"] == "waiting"
    assert found["certificate"] == "waiting"
    assert found["jobs"] == "unseen"


def test_a_known_proxy_in_front_is_ok() -> None:
    proxied = whole(
        dns(zone(v4=[CLOUDFLARE]), zone(WWW, [CLOUDFLARE])),
        tls(shake(SHOP, CLOUDFLARE), shake(WWW, CLOUDFLARE)),
        Http((page(address=CLOUDFLARE), page(f"https://{WWW}/", address=CLOUDFLARE))),
    )
    assert "dns.proxied" in {f.code for f in proxied.findings}
    assert words(proxied)["dns"] == "ok"


def test_every_code_has_its_layer_or_is_known_to_have_none() -> None:
    for rule in CATALOGUE:
        assert (layer_of(rule.code) is None) == (rule.family in ("host", "logs")), rule.code
    assert layer_of("settings.window-too-short") == "jobs"
