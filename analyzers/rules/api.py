"""Findings of the family `api`: the way to Closte's API."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.api_reach import ApiReach
from analyzers.blocked_calls import blocks_closte
from analyzers.constants import DefinedConstants
from analyzers.evidence import ClosteCalls, Constants
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.rule import Hit, Outcome, Unseen, rule


@rule("api.unreachable", "error", "network", waiting_on="operator")
def unreachable(
    reach: ApiReach | None, constants: DefinedConstants | None, network: Network
) -> Iterator[Outcome]:
    """The host cannot reach Closte's API

    Means: the plugin cannot tell Closte about new domains: they get no alias and no certificate.
    Domains that already work go on working.

    Because: from the host, {endpoint} got no answer: {words}.{elsewhere}

    Do: run on the host `curl -sSI -m 15 https://app.closte.com/`. If that fails too, ask Closte's
    support to let the server reach app.closte.com on port 443. If it
    works, look for a plugin or a proxy setting (WP_PROXY_HOST) that stops WordPress's own requests.
    """
    if constants is not None and blocks_closte(constants):
        yield Hit(
            network.subject,
            tuple(constants.citation(n) for n in ("WP_HTTP_BLOCK_EXTERNAL", "WP_ACCESSIBLE_HOSTS")),
            because=phrase(
                "WordPress itself is told to make no calls to the outside (WP_HTTP_BLOCK_EXTERNAL), and "
                "WP_ACCESSIBLE_HOSTS makes no exception for app.closte.com."
            ),
            do=phrase(
                "in Closte's dashboard, Sites → Dashboard → Settings → WP-Config, either take "
                "WP_HTTP_BLOCK_EXTERNAL out or add `define('WP_ACCESSIBLE_HOSTS', '*.closte.com');` (with "
                "the hosts that are there already), then Save All."
            ),
        )
        return
    if constants is None or constants.state("WP_HTTP_BLOCK_EXTERNAL") == "unasked":
        yield Unseen(network.subject, (Constants.FILE,))
    if reach is None:
        yield Unseen(network.subject, (phrase("{file}: no call was made", file=ClosteCalls.FILE),))
        return
    if reach.outcome != "unreachable":
        yield from _only_logged(reach, network)
        if not reach.asked_from_host:
            yield Unseen(network.subject, (phrase("closte.json: no call from the host"),))
        return
    first = reach.answers[0]
    if reach.elsewhere is not None:
        elsewhere = phrase(
            " Asked from elsewhere the API does answer, so it is the way out of the host."
        )
    elif reach.from_log:
        elsewhere = phrase(
            " This is the last answer in the plugin's log; nobody asked now, and the API itself may have "
            "been down."
        )
    else:
        elsewhere = phrase(" Nobody asked from elsewhere, so the API itself may be down.")
    answers = (*reach.answers[:2], *([reach.elsewhere] if reach.elsewhere else []))
    yield Hit(
        network.subject,
        tuple(answer.citation for answer in answers),
        {
            "endpoint": first.endpoint or phrase("the API"),
            "words": first.says,
            "elsewhere": elsewhere,
        },
        confidence=reach.confidence,
    )


def _only_logged(reach: ApiReach, network: Network) -> Iterator[Unseen]:
    """That the API answered once, as the log has it, says nothing of today."""
    if reach.from_log:
        yield Unseen(network.subject, (phrase("{file}: no call was made", file=ClosteCalls.FILE),))


@rule("api.outage", "warning", "network", waiting_on="closte")
def outage(reach: ApiReach, network: Network) -> Iterator[Outcome]:
    """Closte's API gives no usable answer

    Means: while this lasts no new domain reaches Closte: no alias, no certificate. The plugin does not
    try again by itself. Domains that already work go on working.

    Because: instead of JSON the API answered {words}.{scope}

    Do: wait, and ask Closte's support if it lasts longer than an hour. When the API answers again
    (repeat this diagnosis), save each waiting domain once in Ultimate Multisite → Domains, which sends
    it to Closte again.
    """
    if reach.outcome != "outage":
        yield from _only_logged(reach, network)
        return
    first = reach.answers[0]
    vantages = {answer.vantage for answer in reach.answers}
    if reach.from_log:
        scope = phrase(" This is the last answer in the plugin's log; nobody asked now.")
    elif len(vantages) > 1:
        scope = phrase(
            " It did so from the host and from elsewhere, so it is the API and not the way to it."
        )
    else:
        scope = phrase(" Only one place asked.")
    status = f"HTTP {first.status}, " if first.status is not None else ""
    yield Hit(
        network.subject,
        tuple(answer.citation for answer in reach.answers[:3]),
        {"words": f'{status}"{first.says}"', "scope": scope},
        confidence=reach.confidence,
    )
