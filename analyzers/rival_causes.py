"""What can stand behind a sign, and by which clues each is told from the others.

A clue looks at the evidence and says: it speaks for this cause, against it, or nobody has looked; then it
names the observation that would decide. The observations are ordered by what they cost a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from analyzers.api_reach import ApiReach
from analyzers.constants import DefinedConstants
from analyzers.cron_state import CronState
from analyzers.dns_view import DnsView
from analyzers.domains import ADD, MappedDomain
from analyzers.facts import Facts
from analyzers.instants import age
from analyzers.jobs import reason_of
from analyzers.language import phrase
from analyzers.names import is_wildcard
from analyzers.network import Network
from analyzers.pages import closte_domains

API = "https://app.closte.com/api/client/getdomains"


@dataclass(frozen=True, slots=True)
class RivalCase:
    """What a clue may look at."""

    facts: Facts
    network: Network
    domain: MappedDomain | None
    """None for a finding that is about no mapped domain."""

    @property
    def name(self) -> str:
        """The domain for a command line."""
        return self.domain.domain if self.domain else self.network.domain


@dataclass(frozen=True, slots=True)
class Look:
    """An observation that would decide: how, and what it costs a person."""

    cost: int
    """1: one command from here. 2: one look at a page, or a command on the host. 3: another person."""
    how: str
    """What to do; `{name}` is the domain, `{closte}` Closte's page of the app's domains."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that would be so if the cause held."""

    if_so: str
    """What is seen that speaks for the cause."""
    if_not: str
    """What is seen that speaks against it."""
    test: Callable[[RivalCase], bool | None]
    """True: for the cause; False: against it; None: nobody has looked."""
    look: Look


@dataclass(frozen=True, slots=True)
class Cause:
    """One of several that could be behind a sign."""

    says: str
    clues: tuple[Clue, ...]


PAGE = Look(2, phrase("Look at {closte} what Closte says of {name}."))
LIST = Look(
    1, phrase("Ask Closte for its list: run `diagnose` against the host, without --no-api.")
)
OUTSIDE = Look(1, phrase("Look from outside: run `domain` against the host, without --no-probe."))
PORT_80 = Look(1, "curl -sv -o /dev/null http://{name}/.well-known/acme-challenge/test")
CAA = Look(1, "dig +short CAA {name}")
FROM_HERE = Look(1, f"curl -sS -m 10 {API}")
FROM_HOST = Look(
    2, phrase("On the host: curl -sS -m 10 https://app.closte.com/api/client/getdomains")
)
RUNTIME = Look(
    1, phrase("Run `diagnose` with --runtime: it shows what WordPress itself has defined.")
)
LOGS = Look(
    2, phrase("Set the plugin's logging level to Everything, add the domain again, and look anew.")
)
CT_LOG = Look(1, "curl -s 'https://crt.sh/?q={name}&output=json' | head -c 2000")


def _listed(case: RivalCase) -> bool | None:
    return case.domain.listed if case.domain else None


def _not_listed(case: RivalCase) -> bool | None:
    known = _listed(case)
    return None if known is None else not known


def _stray(case: RivalCase) -> bool | None:
    view = case.domain.dns if case.domain else None
    if view is None or not view.resolved or not view.judged:
        return None
    return bool(view.foreign_v6) or bool(view.proxied_by) or len(view.places) > 1


def _port_80_closed(case: RivalCase) -> bool | None:
    asked = [a for a in case.domain.http if a.url.startswith("http://")] if case.domain else []
    if not asked:
        return None
    return all(a.status is None for a in asked)


def _caa(case: RivalCase) -> bool | None:
    view = case.facts.of(DnsView)
    if not isinstance(view, DnsView) or case.domain is None:
        return None
    found = view.caa(case.domain.domain)
    return None if found is None else found.forbids(wildcard=is_wildcard(case.domain.domain))


def _additions(case: RivalCase) -> int | None:
    if case.domain is None:
        return None
    week = case.network.now - timedelta(days=7)
    lines = [e for e in case.domain.said("closte.adding") if e.at >= week]
    jobs = [a for a in case.domain.of_hook(ADD) if (a.last_attempt or week) > week]
    return max(len(lines), len(jobs)) or None


def _often_added(case: RivalCase) -> bool | None:
    times = _additions(case)
    return None if times is None else (True if times >= 5 else None if times > 1 else False)


def _fresh(case: RivalCase) -> bool | None:
    added = case.domain.added_at if case.domain else None
    return None if added is None else age(added, case.network.now) < timedelta(hours=1)


def _old_answers(case: RivalCase) -> bool | None:
    view = case.domain.dns if case.domain else None
    return None if view is None or view.right is None else bool(view.stale)


def _last_add(case: RivalCase, *kinds: str) -> bool | None:
    """Was the last answer about adding this domain of one of these kinds?"""
    told = (
        [a for a in case.domain.answers if a.endpoint in (None, "/adddomainalias")]
        if case.domain
        else []
    )
    return told[-1].kind in kinds if told else None


def _key_refused(case: RivalCase) -> bool | None:
    return _last_add(case, "key-rejected", "no-permission", "forbidden-html")


def _no_answer(case: RivalCase) -> bool | None:
    return _last_add(
        case, "transport-error", "server-error", "html", "empty", "not-json", "maintenance"
    )


def _taken(case: RivalCase) -> bool | None:
    return _last_add(case, "already-exists")


def _invalid(case: RivalCase) -> bool | None:
    return _last_add(case, "invalid-domain")


def _removed_there(case: RivalCase) -> bool | None:
    if case.domain is None or not case.domain.said("closte.adding", "closte.added"):
        return None
    return bool(case.domain.said("closte.added"))


def _nobody_took_the_job(case: RivalCase) -> bool | None:
    jobs = case.domain.of_hook(ADD) if case.domain else ()
    over = [j for j in jobs if j.status in ("complete", "failed")]
    return reason_of(over[-1]) == "no-callbacks" if over else None


def _reach(case: RivalCase) -> ApiReach | None:
    found = case.facts.of(ApiReach)
    return found if isinstance(found, ApiReach) else None


def _alive_elsewhere(case: RivalCase) -> bool | None:
    reach = _reach(case)
    if reach is None or reach.outcome == "usable":
        return None
    if reach.elsewhere is not None:
        return True
    vantages = {a.vantage for a in reach.answers}
    return False if {"host", "here"} <= vantages else None


def _dead_elsewhere(case: RivalCase) -> bool | None:
    alive = _alive_elsewhere(case)
    return None if alive is None else not alive


def _blocks_itself(case: RivalCase) -> bool | None:
    constants = case.facts.of(DefinedConstants)
    if not isinstance(constants, DefinedConstants):
        return None
    if constants.state("WP_HTTP_BLOCK_EXTERNAL") == "unasked":
        return None
    return constants.truthy("WP_HTTP_BLOCK_EXTERNAL")


def _html(case: RivalCase) -> bool | None:
    reach = _reach(case)
    return None if reach is None else any("html" in a.kind for a in reach.answers)


def _stated_entrance(case: RivalCase) -> bool | None:
    """Is the expected address only a guess?"""
    source = case.network.expected.source
    return None if source is None else source in ("wu_public_network_ip", "healthy domains")


def _answers_unchecked(case: RivalCase) -> bool | None:
    view = case.domain.dns if case.domain else None
    unchecked = view.asked("A", unchecked=True) if view else ()
    return any(a.status == "NOERROR" for a in unchecked) if unchecked else None


def _own_servers_fail(case: RivalCase) -> bool | None:
    view = case.domain.dns if case.domain else None
    own = view.asked("A", via="authoritative") if view else ()
    return all(a.status not in ("NOERROR", "NXDOMAIN") for a in own) if own else None


def _cron_disabled(case: RivalCase) -> bool | None:
    cron = case.facts.of(CronState)
    return cron.disabled if isinstance(cron, CronState) else None


def _filtered(case: RivalCase) -> bool | None:
    constants = case.facts.of(DefinedConstants)
    return not constants.unfiltered if isinstance(constants, DefinedConstants) else None


def _empty_list(case: RivalCase) -> bool | None:
    from analyzers.aliases import AliasList

    aliases = case.facts.of(AliasList)
    return not aliases.names if isinstance(aliases, AliasList) else None


_NO_CERTIFICATE = (
    Cause(
        phrase("Closte has no alias for the name, so nobody asks for a certificate"),
        (
            Clue(
                phrase("the name is not in Closte's list"),
                phrase("the name is in Closte's list"),
                _not_listed,
                LIST,
            ),
        ),
    ),
    Cause(
        phrase("A CAA record forbids the issuer"),
        (Clue(phrase("a CAA record forbids it"), phrase("no CAA record forbids it"), _caa, CAA),),
    ),
    Cause(
        phrase("The issuer's question goes to another server (a second address, IPv6, a proxy)"),
        (
            Clue(
                phrase("an address of the name is not the network's entrance"),
                phrase("every address of the name is the network's entrance"),
                _stray,
                OUTSIDE,
            ),
        ),
    ),
    Cause(
        phrase("Port 80, by which the issuer asks, does not answer"),
        (
            Clue(
                phrase("port 80 gave no answer"),
                phrase("port 80 answered"),
                _port_80_closed,
                PORT_80,
            ),
        ),
    ),
    Cause(
        phrase("Some of the world still has the old DNS answer"),
        (
            Clue(
                phrase("a resolver still gives the old answer"),
                phrase("no resolver that was asked gives an old answer"),
                _old_answers,
                OUTSIDE,
            ),
        ),
    ),
    Cause(
        phrase("The issuer's rate limit is reached"),
        (
            Clue(
                phrase("the name was added 5 times or more in 7 days"),
                phrase("the name was added only once in 7 days"),
                _often_added,
                CT_LOG,
            ),
        ),
    ),
    Cause(
        phrase("Closte is only slow today"),
        (
            Clue(
                phrase("it was added less than an hour ago"),
                phrase("it was added more than an hour ago"),
                _fresh,
                PAGE,
            ),
        ),
    ),
    Cause(
        phrase("Something at Closte that only Closte can see"),
        (Clue("", "", lambda case: None, PAGE),),
    ),
)
_NO_ALIAS = (
    Cause(
        phrase("Closte refused the key when the plugin asked"),
        (
            Clue(
                phrase("the last answer refused the key"),
                phrase("the last answer did not refuse the key"),
                _key_refused,
                LIST,
            ),
        ),
    ),
    Cause(
        phrase("No usable answer of Closte's API came when the plugin asked"),
        (
            Clue(
                phrase("the last answer was none that could be read"),
                phrase("the last answer could be read"),
                _no_answer,
                LOGS,
            ),
        ),
    ),
    Cause(
        phrase("Another app at Closte has the name"),
        (
            Clue(
                phrase("Closte said that the name is there already"),
                phrase("Closte did not say that the name is there already"),
                _taken,
                PAGE,
            ),
        ),
    ),
    Cause(
        phrase("Closte calls the name invalid"),
        (
            Clue(
                phrase("Closte called it invalid"),
                phrase("Closte did not call it invalid"),
                _invalid,
                PAGE,
            ),
        ),
    ),
    Cause(
        phrase("It was added, and taken away at Closte later"),
        (
            Clue(
                phrase("the log says that it was added"),
                phrase("the log does not say that it was ever added"),
                _removed_there,
                PAGE,
            ),
        ),
    ),
    Cause(
        phrase("Nobody took the job: the module or the key was missing then"),
        (
            Clue(
                phrase("the job found nobody to take it"),
                phrase("the job was taken by somebody"),
                _nobody_took_the_job,
                LIST,
            ),
        ),
    ),
)
_NO_API = (
    Cause(
        phrase("The host's way out is closed: a firewall, its DNS, its certificates"),
        (
            Clue(
                phrase("another place got an answer"),
                phrase("no other place got an answer either"),
                _alive_elsewhere,
                FROM_HERE,
            ),
        ),
    ),
    Cause(
        phrase("Closte's API itself is down"),
        (
            Clue(
                phrase("no other place got an answer either"),
                phrase("another place got an answer"),
                _dead_elsewhere,
                FROM_HERE,
            ),
        ),
    ),
    Cause(
        phrase("WordPress is told to make no calls (WP_HTTP_BLOCK_EXTERNAL)"),
        (Clue(phrase("it is told so"), phrase("it is not told so"), _blocks_itself, RUNTIME),),
    ),
)
_KEY_REFUSED = (
    Cause(
        phrase("The key is wrong, revoked, or another one by now"),
        (
            Clue(
                phrase("the refusal was JSON, as the API itself speaks"),
                phrase("the refusal was a page, as a firewall shows it"),
                lambda case: None if (html := _html(case)) is None else not html,
                FROM_HOST,
            ),
        ),
    ),
    Cause(
        phrase("A firewall between host and API refuses the call, whatever the key"),
        (
            Clue(
                phrase("the refusal was a page, as a firewall shows it"),
                phrase("the refusal was JSON, as the API itself speaks"),
                _html,
                FROM_HERE,
            ),
        ),
    ),
)
_WRONG_ADDRESS = (
    Cause(
        phrase("The name's records lead to another server"),
        (
            Clue(
                phrase("the entrance is stated by the operator, Closte or the network's own DNS"),
                phrase("the entrance is only a guess"),
                lambda case: None if (g := _stated_entrance(case)) is None else not g,
                PAGE,
            ),
        ),
    ),
    Cause(
        phrase("The records are right, and the address that is expected is not the entrance"),
        (
            Clue(
                phrase("the entrance is only a guess"),
                phrase("the entrance is stated by the operator, Closte or the network's own DNS"),
                _stated_entrance,
                PAGE,
            ),
        ),
    ),
)
_NO_DNS = (
    Cause(
        phrase("Its DNSSEC signatures do not hold"),
        (
            Clue(
                phrase("with checking disabled there is an answer"),
                phrase("with checking disabled there is none either"),
                _answers_unchecked,
                Look(1, phrase("dig +cd {name} and dig {name}: compare")),
            ),
        ),
    ),
    Cause(
        phrase("Its own nameservers do not answer for it"),
        (
            Clue(
                phrase("its own nameservers gave no usable answer"),
                phrase("its own nameservers answered"),
                _own_servers_fail,
                Look(1, "dig +trace {name}"),
            ),
        ),
    ),
)
_NO_CRON = (
    Cause(
        phrase("WP-Cron is switched off, and nothing else calls it"),
        (
            Clue(
                phrase("DISABLE_WP_CRON is true"),
                phrase("DISABLE_WP_CRON is not true"),
                _cron_disabled,
                Look(2, phrase("On the host: crontab -l")),
            ),
        ),
    ),
    Cause(
        phrase("The call of wp-cron.php is refused, or nobody visits the network"),
        (
            Clue(
                phrase("DISABLE_WP_CRON is not true"),
                phrase("DISABLE_WP_CRON is true"),
                lambda case: None if (off := _cron_disabled(case)) is None else not off,
                Look(
                    1,
                    "curl -sS -o /dev/null -w '%{{http_code}}' https://{name}/wp-cron.php?doing_wp_cron=x",
                ),
            ),
        ),
    ),
)
_NOT_DEFINED = (
    Cause(
        phrase("The constant is not defined"),
        (
            Clue(
                phrase("the list of constants is whole, and it is not in it"),
                phrase("the list of constants was filtered"),
                lambda case: (
                    None if (part := _filtered(case)) is None else (None if part else True)
                ),
                RUNTIME,
            ),
        ),
    ),
    Cause(
        phrase(
            "It is defined where wp-config's list does not show it (an include, a must-use plugin)"
        ),
        (Clue("", phrase("the list is whole"), lambda case: None, RUNTIME),),
    ),
)
_OTHER_APP = (
    Cause(
        phrase("The key belongs to another app of the account"),
        (
            Clue(
                phrase("Closte's list has names, and none of this network"),
                phrase("Closte's list is empty"),
                lambda case: None if (empty := _empty_list(case)) is None else not empty,
                PAGE,
            ),
        ),
    ),
    Cause(
        phrase("The app is new, or all its domains were deleted"),
        (
            Clue(
                phrase("Closte's list is empty"),
                phrase("Closte's list has other names"),
                _empty_list,
                PAGE,
            ),
        ),
    ),
)

RIVALS: Mapping[str, tuple[Cause, ...]] = {
    "ssl.slow": _NO_CERTIFICATE,
    "ssl.given-up": _NO_CERTIFICATE,
    "alias.missing": _NO_ALIAS,
    "alias.silent-failure": _NO_ALIAS,
    "api.unreachable": _NO_API,
    "api.outage": _NO_API,
    "key.rejected": _KEY_REFUSED,
    "key.other-app": _OTHER_APP,
    "key.missing": _NOT_DEFINED,
    "sunrise.undefined": _NOT_DEFINED,
    "dns.wrong-address": _WRONG_ADDRESS,
    "dns.mixed-addresses": _WRONG_ADDRESS,
    "dns.stray-ipv6": _WRONG_ADDRESS,
    "dns.parked": _WRONG_ADDRESS,
    "dns.dnssec-bogus": _NO_DNS,
    "dns.lame": _NO_DNS,
    "jobs.cron-off": _NO_CRON,
    "jobs.cron-blocked": _NO_CRON,
    "check.gave-up-dns": _WRONG_ADDRESS,
}
"""Code → what could be behind it."""

SIGNS = frozenset({"ssl.slow", "ssl.given-up", "alias.missing", "alias.silent-failure"})
"""Sure as signs, and yet without a known cause where nothing explains them."""


def filled(text: str, case: RivalCase) -> str:
    """A look's words with the domain and Closte's page in them."""
    return phrase(text, name=case.name, closte=closte_domains(case.network))
