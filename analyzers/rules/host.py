"""Findings of the family `host`: the way to the host, and what kind of host it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from analyzers import host_failures
from analyzers.clones import CloneSigns
from analyzers.constants import DefinedConstants
from analyzers.evidence import Host, Http, Mappings, Meta, Noise
from analyzers.findings import Citation
from analyzers.host_failures import Failure, failures, words
from analyzers.instants import duration, iso
from analyzers.language import both, phrase
from analyzers.network import Network
from analyzers.rule import Hit, Outcome, Unseen, rule

_SKEW = timedelta(minutes=5)
_NOT_LOOKED = "host.json: reached"
_NOT_ASKED = phrase("host.json: the database was not reached")
_OF_WP_CONFIG = frozenset({"host.no-wp-cli", "host.no-wordpress", "host.config-unreadable"})
"""One of them keeps a look from getting further than the shell; where it got no further and does not say
why, it may be any."""
_OF_THE_DATABASE = frozenset({"host.wrong-prefix", "host.database-down", "host.site-not-found"})


def _citation(failure: Failure) -> Citation:
    command = failure.error.command or "a command"
    status = "" if failure.error.status is None else f" (status {failure.error.status})"
    return Citation(Host.FILE, f"{words(failure.error, longest=160)} — {command[:80]}{status}")


def _hit(
    code: str,
    host: Host,
    network: Network,
    *,
    because: Mapping[str, str] | None = None,
    do: Mapping[str, str] | None = None,
) -> Iterator[Outcome]:
    """The failures of this code as one finding; texts by variant replace the rule's own."""
    found = [f for f in failures(host.errors) if f.code == code]
    if not found:
        if host.reached is None or (code in _OF_WP_CONFIG and host.reached == "shell"):
            yield Unseen(network.host_subject, (_NOT_LOOKED,))
        elif code in _OF_THE_DATABASE and host.reached not in ("database", "runtime"):
            yield Unseen(network.host_subject, (_NOT_ASKED,))
        return
    first = found[0]
    yield Hit(
        network.host_subject,
        tuple(dict.fromkeys(_citation(f) for f in found))[:3],
        {"words": words(first.error), "command": first.error.command or phrase("a command")},
        because=(because or {}).get(first.variant),
        do=(do or {}).get(first.variant),
    )


@rule("host.unreachable", "error", "host", waiting_on="operator")
def unreachable(host: Host, network: Network) -> Iterator[Outcome]:
    """No connection to the host

    Means: the look at the network is missing, or broke off part-way. This says nothing about the
    customers' sites: they may be up while SSH is not.

    Because: the connection to {subject} did not come about, or broke off: {words}

    Do: run `ssh {subject} true` yourself and clear what it complains about (name, port, VPN,
    firewall). On Closte the user is the app id; the host name and port are those that your SFTP or SSH
    program uses for this site. Then repeat the diagnosis.
    """
    yield from _hit(
        "host.unreachable",
        host,
        network,
        because={
            "name": phrase(
                "the name of the host cannot be resolved. The host's own words: {words}"
            ),
            "refused": phrase(
                "the host answers, but nothing listens on this port, or a firewall refuses. The host's "
                "own words: {words}"
            ),
            "timeout": phrase("the host did not answer in time. The host's own words: {words}"),
            "killed": phrase(
                "the command `{command}` ended without a word: killed on the host (time or memory "
                "limit), or the connection was cut."
            ),
        },
        do={
            "name": phrase(
                "check the spelling of the host name in TARGET, closte-doctor.toml or ~/.ssh/config."
            ),
            "killed": phrase(
                "run `ssh {subject} true`. If that works, a limit of the host ends longer commands: "
                "ask Closte's support which, and repeat the diagnosis with a smaller `--log-bytes`."
            ),
        },
    )


@rule("host.login-refused", "error", "host", waiting_on="operator")
def login_refused(host: Host, network: Network) -> Iterator[Outcome]:
    """The host accepts no key or password of yours

    Means: nothing of the network could be looked at. Visitors notice nothing of this.

    Because: {subject} was reached and refused every key and password that was offered. {words}

    Do: check the user name first (on Closte it is the app id, not your e-mail address), then that
    the host knows your public key, or name the right key with `IdentityFile` in ~/.ssh/config.
    `ssh {subject} true` must work before this can.
    """
    yield from _hit("host.login-refused", host, network)


@rule("host.key-unknown", "error", "host", waiting_on="operator")
def key_unknown(host: Host, network: Network) -> Iterator[Outcome]:
    """The host's key is not known yet

    Means: nothing was sent to the host: without knowing its key nobody can tell that it is yours.

    Because: no known_hosts file has a key for {subject}. {words}

    Do: compare the fingerprint with the one Closte shows or support tells you, then repeat with
    `--accept-host-key SHA256:…` (that exact one is remembered), or log in once with `ssh {subject}`.
    """
    yield from _hit("host.key-unknown", host, network)


@rule("host.key-changed", "error", "host", waiting_on="operator")
def key_changed(host: Host, network: Network) -> Iterator[Outcome]:
    """The host shows another key than before

    Means: nothing was sent. Either Closte has moved the site to another server, or somebody stands
    between you and it.

    Because: the key in known_hosts and the one {subject} shows differ. {words}

    Do: ask Closte's support whether the server was changed and for its new fingerprint. Only if they
    agree: `ssh-keygen -R HOST`, then log in again. A changed key is never accepted from here.
    """
    yield from _hit("host.key-changed", host, network)


@rule("host.no-shell", "error", "host", waiting_on="operator")
def no_shell(host: Host, network: Network) -> Iterator[Outcome]:
    """The account may not run commands

    Means: you can log in, but WP-CLI cannot be run, so nothing of the network could be looked at.

    Because: {subject} accepts the login and refuses commands: {words}

    Do: ask Closte's support whether this account may have a shell (not only SFTP). Until
    then, let somebody with access send an evidence folder (`closte-doctor collect local:/path -o
    evidence.zip` on the host) and analyse that.
    """
    yield from _hit("host.no-shell", host, network)


@rule("host.root-refused", "error", "host", waiting_on="operator")
def root_refused(host: Host, network: Network) -> Iterator[Outcome]:
    """WP-CLI refuses to run as root

    Means: the host was reached, but as root; WP-CLI will not read a site that way.

    Because: WP-CLI said: {words}

    Do: log in as the site's own account instead (on Closte it is the app id): put it in front of the
    host, `USER@HOST`, or as `User` into ~/.ssh/config. `--allow-root` is never added from here.
    """
    yield from _hit("host.root-refused", host, network)


@rule("host.no-wp-cli", "error", "host", waiting_on="operator")
def no_wp_cli(host: Host, network: Network) -> Iterator[Outcome]:
    """WP-CLI cannot be run on the host

    Means: the usual way to look into WordPress is not there. What could be read without it was read;
    repairs through WP-CLI are not possible.

    Because: a non-interactive shell on {subject} finds no `wp` that starts. {words}

    Do: log in and try `wp --info`. If that works, your login shell sets the PATH: give the path of
    `wp` in closte-doctor.toml. If not, put wp-cli.phar into the account's home
    (https://wp-cli.org/#installing) and give that path.
    """
    if host.wp_cli_version is not None:
        return  # one was found after all, elsewhere than first tried
    yield from _hit(
        "host.no-wp-cli",
        host,
        network,
        because={
            "no-php": phrase(
                "`wp` is there, but PHP is not in the PATH of a non-interactive shell. {words}"
            ),
            "old-php": phrase("the PHP of the command line is too old for this WP-CLI. {words}"),
        },
        do={
            "no-php": phrase(
                "give the full path of PHP and of wp-cli.phar in closte-doctor.toml, or set PATH in "
                "the account's ~/.bashrc (not ~/.bash_profile, which non-interactive shells do not read)."
            ),
            "old-php": phrase(
                "choose a newer PHP for the command line in the host's settings, or install an older "
                "WP-CLI that still takes this PHP."
            ),
        },
    )


@rule("host.no-wordpress", "error", "host", waiting_on="operator")
def no_wordpress(host: Host, network: Network) -> Iterator[Outcome]:
    """There is no WordPress at this path

    Means: the host was reached, but at the wrong folder, so nothing of the network could be looked at.

    Because: WP-CLI found no WordPress there: {words}

    Do: give the folder that holds wp-settings.php with the target, `USER@HOST/home/USER/public_html`;
    on Closte it is always `/home/<app id>/public_html`.
    """
    yield from _hit("host.no-wordpress", host, network)


@rule("host.config-unreadable", "error", "host", waiting_on="operator")
def config_unreadable(host: Host, network: Network) -> Iterator[Outcome]:
    """wp-config.php cannot be read

    Means: without it neither the API key nor the database can be known. If PHP cannot read it either,
    every site of the network is down.

    Because: {words}

    Do: open the network's home page. If it is down, look at Closte's dashboard, Sites → Dashboard →
    Settings → WP-Config, field "Additional wp-config.php content": the last change there is the likely
    reason. Correct it and press Save All.
    """
    found = [f for f in failures(host.errors) if f.code == "host.config-unreadable"]
    mild = {f.variant for f in found} <= {"strange", "throws"}
    if found and host.reached in ("database", "runtime") and mild:
        return  # a wp-config that includes another file: read all the same by the collector itself
    yield from _hit(
        "host.config-unreadable",
        host,
        network,
        because={
            "parse-error": phrase(
                "PHP cannot parse it: {words}. The text it stumbled over is not shown, since it "
                "can be a password."
            ),
            "missing": phrase(
                "WordPress is there, but wp-config.php is neither in its folder nor one above."
            ),
            "denied": phrase("the account that logged in may not read it: {words}"),
            "throws": phrase("PHP stops in the middle of it: {words}"),
            "strange": phrase(
                "it does not load wp-settings.php itself, which WP-CLI needs to see: {words}"
            ),
        },
        do={
            "parse-error": phrase(
                "every site of the network is down until this is corrected. On Closte: "
                'dashboard, Sites → Dashboard → Settings → WP-Config, field "Additional wp-config.php '
                'content"; look at the line named above and the one before it (a missing quote, comma or '
                "semicolon), then Save All."
            ),
            "denied": phrase("log in as the account that owns the file (on Closte: the app id)."),
            "strange": phrase(
                "nothing is wrong for visitors. Let wp-config.php end with its own `require_once "
                "ABSPATH . 'wp-settings.php';`, or send the outputs of three `wp` commands as an evidence "
                "folder."
            ),
        },
    )


@rule("host.wrong-prefix", "error", "host", waiting_on="operator")
def wrong_prefix(host: Host, network: Network) -> Iterator[Outcome]:
    """The database has no tables with this prefix

    Means: WordPress finds no site and shows its installer or an error to every visitor, or WP-CLI
    reads another wp-config.php than the web server does.

    Because: tables of WordPress that must be there are not, under the `$table_prefix` of
    wp-config.php: {words}

    Do: compare `$table_prefix` in wp-config.php with the names that `wp db tables --all-tables` or
    phpMyAdmin shows. After a migration or a restored backup the two often differ; correct the prefix,
    do not rename tables.
    """
    yield from _hit("host.wrong-prefix", host, network)


@rule("host.database-down", "error", "host", waiting_on="operator")
def database_down(host: Host, network: Network) -> Iterator[Outcome]:
    """The database cannot be reached

    Means: every site of the network shows "Error establishing a database connection" as long as this
    lasts, mapped domains included.

    Because: the database refused or did not answer: {words}

    Do: open the network's home page. If it works, the command line uses other credentials than the
    web server; if not, ask Closte's support for the state of the database server.
    """
    drop_in = host.raw.get("db_dropin") is True or any("db.php" in e.stderr for e in host.errors)
    for outcome in _hit(
        "host.database-down",
        host,
        network,
        because={
            "down": phrase("no database server answers at the address in DB_HOST: {words}"),
            "access": phrase(
                "the database server refuses user or password (DB_USER, DB_PASSWORD): {words}"
            ),
            "unknown-database": phrase(
                "the database server is up, but the database DB_NAME is not there, or the "
                "user may not use it: {words}"
            ),
        },
        do={
            "access": phrase(
                "compare DB_USER and DB_PASSWORD in wp-config.php with those the host gave. After a "
                "password change or a copy from another host they differ."
            ),
            "unknown-database": phrase(
                "compare DB_NAME in wp-config.php with the databases that the host "
                "has for this account; after a copy from another host it is often the old one."
            ),
        },
    ):
        if drop_in and isinstance(outcome, Hit):
            yield Hit(
                outcome.subject,
                outcome.evidence,
                outcome.says,
                confidence="possible",
                because=phrase(
                    "a wp-content/db.php replaces WordPress's own connection, so that the plain one "
                    "failed proves little: {words}"
                ),
                do=phrase("repeat with `--runtime`, which connects as WordPress does."),
            )
        else:
            yield outcome


@rule("host.site-not-found", "error", "host", waiting_on="operator")
def site_not_found(host: Host, network: Network) -> Iterator[Outcome]:
    """WP-CLI does not find the network under this address

    Means: what WP-CLI is asked about is not a site of this database, so nothing could be read there.

    Because: WP-CLI said: {words}

    Do: give the network's own domain with `--url https://network.example/`. If you gave none, then
    DOMAIN_CURRENT_SITE in wp-config.php names a domain that no site has: compare it with
    `wp db query "SELECT domain FROM {prefix}site"`.
    """
    if host.reached in ("database", "runtime") and host.network_domain is not None:
        asked = [f for f in failures(host.errors) if f.code == "host.site-not-found"]
        if asked and all("DOMAIN_CURRENT_SITE" in f.error.stderr for f in asked):
            return  # the network was read all the same: `settings.network-domain` says what is wrong
    for outcome in _hit("host.site-not-found", host, network):
        if isinstance(outcome, Hit):
            says = {**outcome.says, "prefix": host.base_prefix or "wp_"}
            yield Hit(outcome.subject, outcome.evidence, says)
        else:
            yield outcome


@rule("host.php-fatal", "error", "host", waiting_on="operator")
def php_fatal(
    host: Host, network: Network, http: Http | None, mappings: Mappings | None
) -> Iterator[Outcome]:
    """PHP dies while WordPress loads

    Means: a page or a job that loads the same code dies as well: visitors may see "There has been a
    critical error on this website", and the plugin's own checks may never run.

    Because: PHP ended before it was done: {words}

    Do: the message names a file; the folder after `plugins/`, `mu-plugins/` or `themes/` is the
    culprit. Update or rename that plugin. Do not run `wp` with `--skip-plugins` on this network: with
    the plugin's sunrise.php in place that switches domain mapping off for every visitor.
    """
    ends = {f.variant for f in failures(host.errors) if f.code == "host.php-fatal"}
    if ends == {"config-ended"} and host.reached in ("database", "runtime"):
        return  # wp-config.php keeps the command line out by exit; visitors never meet that line
    found = list(
        _hit(
            "host.php-fatal",
            host,
            network,
            because={
                "config-ended": phrase("wp-config.php calls exit or die: {words}"),
                "memory": phrase("PHP ran out of memory: {words}"),
                "ended-early": phrase(
                    "`{command}` ended with status 0 and without its data, so some code calls "
                    "exit() or wp_die() while WordPress loads. It printed: {words}"
                ),
            },
            do={
                "memory": phrase(
                    "raise WP_MEMORY_LIMIT, or the memory limit of the command line's PHP, or remove "
                    "the plugin that the message names."
                ),
                "ended-early": phrase(
                    "look for a plugin or must-use plugin that ends requests it does not know "
                    "(maintenance, access and security plugins do)."
                ),
            },
        )
    )
    dead, said = _internal_errors(http, network, mappings)
    if dead and not any(isinstance(outcome, Hit) for outcome in found):
        yield Hit(
            network.host_subject,
            dead,
            {"words": dead[0].excerpt},
            confidence="possible",
            because=said,
            do=phrase(
                "look at the end of the host's PHP error log, or repeat with `--runtime`, "
                "which loads WordPress on the command line and shows where PHP dies."
            ),
        )
    else:
        yield from found
        if not found and http is None and host.reached != "runtime":
            yield Unseen(network.host_subject, (Http.FILE,))  # nobody let WordPress load
        elif (
            not found
            and mappings is None
            and http is not None
            and any(a.status == 500 for a in http.answers)
        ):
            yield Unseen(network.host_subject, (Mappings.FILE,))  # whose page that was


def _internal_errors(
    http: Http | None, network: Network, mappings: Mappings | None
) -> tuple[tuple[Citation, ...], str]:
    """Pages that ended so, of the network's own domain or else of a mapped one that came from here, and
    how to say it."""
    mapped = {row.domain for row in mappings.rows} if mappings else set()
    dead = [a for a in (http.answers if http else ()) if a.status == 500]
    own = [a for a in dead if a.host == network.domain]
    ours = [a for a in dead if a.host in mapped and a.address and network.expected.holds(a.address)]
    said = (
        phrase("the network's own domain answers HTTP 500: {words}")
        if own
        else phrase("a mapped domain answers HTTP 500 from the network's own address: {words}")
    )
    return tuple(Citation(Http.FILE, f"{a.url}: HTTP 500") for a in own or ours), said


@rule("host.noisy-output", "info", "host", waiting_on="operator")
def noisy_output(host: Host | None, noise: Noise, network: Network) -> Iterator[Outcome]:
    """Commands on the host print more than they are asked for

    Means: nothing for visitors. Scripts that read the output of `wp` on this host can stumble over
    it.

    Because: {count} characters that belong to no answer stood around the data: {words}

    Do: banners come from ~/.bashrc (print them only in interactive shells: `[ -t 1 ] && …`), PHP
    notices from WP_DEBUG_DISPLAY or display_errors in the command line's php.ini.
    """
    around = host.stdout_noise if host is not None else "\n".join(noise.texts)
    told = [f for f in failures(host.errors) if f.code == "host.noisy-output"] if host else []
    if not around.strip(" \r\n\t") and not told:
        if host is None or host.reached is None:
            yield Unseen(network.host_subject, (Host.FILE if host is None else _NOT_LOOKED,))
        return
    said = around.strip(" \r\n\t") or told[0].error.stdout.strip()
    spoken = host_failures.one_line(said) or phrase("an invisible mark (a byte order mark)")
    files = ", ".join(dict.fromkeys(noise.files)) if noise.files else Host.FILE
    yield Hit(
        network.host_subject,
        (Citation(files.split(", ")[0], spoken),),
        {"count": str(len(said)), "words": spoken},
    )


@rule("host.clock-skew", "warning", "host", waiting_on="closte")
def clock_skew(host: Host, meta: Meta, network: Network) -> Iterator[Outcome]:
    """The host's clock is wrong

    Means: new certificates can look "not yet valid" to the plugin, jobs start early or late, and the
    times in the logs do not fit those from elsewhere.

    Because: the host says it is {theirs}, while it is {ours}: {difference} apart, more than 5 minutes.

    Do: if your own clock is right (compare with https://time.is), tell Closte's support: only they
    can set the server's clock.
    """
    if host.time_gmt is None or meta.taken_at_from != Meta.FILE:
        lacking = "host.json: time_gmt" if host.time_gmt is None else Meta.FILE
        yield Unseen(network.host_subject, (lacking,))
        return
    apart = abs(host.time_gmt - meta.taken_at)
    if apart <= _SKEW:
        return
    ours = (meta.tool or "").startswith("closte-doctor")
    yield Hit(
        network.host_subject,
        (
            Citation(Host.FILE, f"time_gmt {iso(host.time_gmt)}", host.time_gmt),
            Citation(Meta.FILE, f"taken_at {iso(meta.taken_at)}", meta.taken_at),
        ),
        {
            "theirs": iso(host.time_gmt),
            "ours": iso(meta.taken_at),
            "difference": duration(apart),
        },
        confidence="likely" if ours else "possible",
    )


@rule("host.maintenance", "warning", "host", waiting_on="operator")
def maintenance(host: Host, network: Network) -> Iterator[Outcome]:
    """WordPress is in maintenance mode

    Means: for ten minutes after the file was made every visitor of every site sees "Briefly
    unavailable for scheduled maintenance" (HTTP 503), and the plugin's checks of domains fail.

    Because: a file `.maintenance` stands in {folder}. An update that was broken off leaves it behind.

    Do: if no update is running, delete it: `rm {folder}.maintenance`.
    """
    if host.maintenance_file is None:
        yield Unseen(network.host_subject, ("host.json: maintenance_file",))
    elif host.maintenance_file:
        folder = f"{host.abspath.rstrip('/')}/" if host.abspath else phrase("the WordPress folder/")
        yield Hit(
            network.host_subject,
            (Citation(Host.FILE, "maintenance_file: true"),),
            {"folder": folder},
        )


@rule("host.not-closte", "warning", "network", waiting_on="operator")
def not_closte(
    host: Host | None, constants: DefinedConstants | None, network: Network
) -> Iterator[Outcome]:
    """This host is not Closte

    Means: the plugin's Closte integration can do nothing here: there is no Closte key, and no
    certificate will come from Closte. Mapped domains stay without one unless this host issues them.

    Because: CLOSTE_APP_ID is not defined, and WordPress is not in Closte's place with Closte's own
    plugin beside it ({place}).

    Do: if the site was moved away, turn the Closte integration off (network admin → Ultimate
    Multisite → Settings → Integrations) and choose the one for this host. If it should be on Closte,
    you are on the wrong host: check TARGET.
    """
    if network.closte_unknown_for:
        yield Unseen(network.subject, network.closte_unknown_for)
    if network.is_closte is not False:
        return
    asked = constants is not None and constants.state("CLOSTE_APP_ID") == "undefined"
    evidence = []
    if constants is not None and asked:
        evidence.append(constants.citation("CLOSTE_APP_ID"))
    place: str = phrase("its folder is not known")
    if host is not None and host.abspath is not None:
        place = phrase(
            "it is in {folder}, with that plugin"
            if host.closte_mu_plugin
            else "it is in {folder}, without that plugin",
            folder=host.abspath,
        )
        evidence.append(Citation(Host.FILE, f"abspath {host.abspath}"))
    sure = constants is not None and asked and constants.confidence_of_absence("CLOSTE_APP_ID")
    yield Hit(
        network.subject,
        tuple(evidence),
        {"place": place},
        confidence=sure or "likely",
    )


@rule("host.staging-clone", "warning", "network", waiting_on="operator")
def staging_clone(
    signs: CloneSigns,
    network: Network,
    host: Host | None,
    constants: DefinedConstants | None,
) -> Iterator[Outcome]:
    """This looks like a copy of another network

    Means: the domains in its tables belong to the live network elsewhere. Nothing that is missing
    here hurts a visitor, and adding or deleting their aliases from here could take the live ones down.

    Because: the DNS of {elsewhere} of the {judged} mapped domains points elsewhere than to this host
    ({expected}), and {sign}.

    Do: diagnose the live network instead. Do not let this copy talk to Closte: turn the Closte
    integration off here, and use no key of the live network. Nothing is remediated from here.
    """
    if signs.is_clone:
        yield Hit(
            network.subject,
            signs.evidence,
            {
                "elsewhere": str(len(signs.elsewhere)),
                "judged": str(signs.judged),
                "expected": ", ".join(network.expected.addresses),
                "sign": both(signs.signs),
            },
            confidence="likely",
            affects=signs.elsewhere,
        )
    elif signs.leads_elsewhere:
        lacking = tuple(_no_signs_for_want_of(host, constants))
        if lacking:
            yield Unseen(network.subject, lacking)


def _no_signs_for_want_of(host: Host | None, constants: DefinedConstants | None) -> Iterator[str]:
    """What would show that this host is a copy's, and was not looked at."""
    if host is None:
        yield Host.FILE
    else:
        for name in ("site_url", "abspath"):
            if getattr(host, name) is None:
                yield f"{Host.FILE}: {name}"
    if constants is None:
        yield "constants.json"
    elif constants.state("CLOSTE_APP_ID") == "unasked":
        yield "constants.json: CLOSTE_APP_ID"
