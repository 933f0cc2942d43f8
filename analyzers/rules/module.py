"""Findings of the family `module`: the plugin's integration of Closte."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.findings import Remedy
from analyzers.jobs import OF_THE_MODULE, Jobs
from analyzers.language import phrase
from analyzers.module_state import ModuleState
from analyzers.network import Network
from analyzers.rule import Hit, Outcome, Unseen, rule

_FIXED = (2, 4, 11)
"""The provider was rewritten then (DOMAIN section 0)."""


@rule(
    "module.disabled",
    "error",
    "network",
    waiting_on="operator",
    remedy=Remedy("module.enable", "confirm"),
)
def disabled(module: ModuleState, network: Network) -> Iterator[Outcome]:
    """The Closte integration is not enabled

    Means: the plugin tells Closte about no domain, and logs nothing about it. Newly mapped domains
    get no alias and no certificate: their visitors see a certificate warning or Closte's default page.

    Because: {state} in the network's options; a key alone does nothing.

    Do: network admin → Ultimate Multisite → Settings → Integrations → Closte → enable it, and press
    its "Test connection". Afterwards save each waiting domain once in Ultimate Multisite → Domains.
    """
    if module.enabled or network.is_closte is False:
        return
    state = (
        phrase("The integration `closte` was switched off")
        if module.ever
        else phrase("The integration `closte` was never switched on")
    )
    yield Hit(
        network.subject,
        (module.citation,),
        {"state": state},
        confidence="certain" if network.is_closte else "likely",
    )


@rule("module.conflict", "warning", "network", waiting_on="operator")
def conflict(module: ModuleState, network: Network) -> Iterator[Outcome]:
    """Another host integration is enabled beside Closte's

    Means: each new domain is also sent to {others}. At best that only makes noise; at worst its DNS
    or certificate is set up twice, by two hosts.

    Because: beside `closte` the plugin has enabled: {others}.

    Do: network admin → Ultimate Multisite → Settings → Integrations: disable those that this network
    does not use any more. Leftovers of a former host are the usual reason. Keep one that you really
    use, such as Cloudflare for DNS.
    """
    if module.enabled and module.others:
        yield Hit(network.subject, (module.citation,), {"others": ", ".join(module.others)})


@rule("module.crashes", "error", "network", waiting_on="operator")
def crashes(jobs: Jobs, network: Network) -> Iterator[Outcome]:
    """The Closte integration itself dies with a PHP error

    Means: a call of Closte's that goes wrong ends the whole job, so the domain is not added and nobody
    tries again. The next hiccup of the network does it again.

    Because: {count} of the newest jobs for domains ended in the plugin's own code: "{words}". Versions
    2.4.4 to 2.4.10 of the plugin take an error for an answer; here {version} is installed.

    Do: update Ultimate Multisite to 2.4.11 or newer, then save the domains named here once in
    Ultimate Multisite → Domains. What made the call fail may stand here as a finding of its own.
    """
    mine = [f for f in jobs.failures if f.action.hook in OF_THE_MODULE]
    crashed = [f for f in mine if f.reason == "crashed"]
    if any(not f.action.log for f in mine):
        yield Unseen(network.subject, (phrase("scheduler.json: why a job failed"),))
    if not crashed:
        return
    rewritten = network.at_least(*_FIXED) is True
    if rewritten and all("Cannot use object of type" in f.says for f in crashed):
        return  # this fault went with the update; the failed jobs themselves are `jobs.failed`
    version = (
        ".".join(map(str, network.version)) if network.version else phrase("an unknown version")
    )
    yield Hit(
        network.subject,
        tuple(f.citation for f in crashed[:3]),
        {"count": str(len(crashed)), "words": crashed[-1].says, "version": version},
        because=phrase(
            '{count} of the newest jobs for domains ended in the plugin\'s own code: "{words}". '
            "Ultimate Multisite {version} is installed."
        )
        if rewritten
        else None,
        do=phrase(
            "update Ultimate Multisite to its newest version. If the jobs go on ending so, report these "
            "words to its authors (`--for plugin` writes the report). Then save the domains named here "
            "once in Ultimate Multisite → Domains."
        )
        if rewritten
        else None,
        affects=tuple(sorted({f.domain for f in crashed if f.domain is not None})),
    )
