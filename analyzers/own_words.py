"""Sentences of ours that stand in an evidence folder, in English, told again in any language.

`host.json` keeps why a look failed in the words of whoever said it: of the host, or of our own connection
and collector. The latter are texts of ours and stand in the catalogues, so a report can have them in its
language. Known by their templates, as `messages.py` knows the plugin's; anything else is a quotation and
stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from analyzers.language import decimal, joined, phrase

TEMPLATES = (
    # bridge/ssh*.py, shell_denial.py: the way to the host.
    phrase("The name {host} cannot be found: {why}, and no Host of ~/.ssh/config is called so."),
    phrase("no such name in the DNS"),
    phrase("the DNS gave no answer for now"),
    phrase("Looking up the name {host} timed out after {seconds} s: the DNS does not answer."),
    phrase("{host} refused the connection on port {port}: no SSH server listens there."),
    phrase(
        "{host} port {port} did not answer within {seconds} s: host down, wrong address, or a firewall in "
        "between."
    ),
    phrase("There is no way to {host} port {port}: {why}."),
    phrase("The ProxyCommand “{command}” ended with status {status} and said nothing."),
    phrase("The ProxyCommand “{command}” ended with status {status}: {said}"),
    phrase("On the way over {hops}, at {kind} {host}: {error}"),
    phrase("the host itself"),
    phrase("jump host"),
    phrase("the host before it opens no connection to {hostname} port {port}: {error}."),
    phrase("{hostname} port {port} did not answer within {seconds} s through the host before it."),
    phrase("{at} and this program share no way to encrypt: {error}."),
    phrase(
        "{at} closed the connection while agreeing on keys: its limits on new connections, or a ban of "
        "this address, are the usual reasons."
    ),
    phrase("{at} answers, but does not speak SSH."),
    phrase(
        "{at} closed the connection before any SSH greeting: not an SSH server, or this address is banned "
        "there."
    ),
    phrase("{at} accepted the connection but did not agree on keys within {seconds} s."),
    phrase("{at} accepted the connection but sent no SSH greeting within {seconds} s."),
    phrase(
        "The key {fingerprint} that {hostname} shows is marked as revoked in known_hosts: do not connect, "
        "and ask the host's operator."
    ),
    phrase(
        "The host key of {name} has CHANGED: it now shows {key}, another one is known ({places}). "
        "Somebody may be listening in: compare with the host's operator; only if the change is confirmed, "
        "remove the old one with “ssh-keygen -R '{name}'”."
    ),
    phrase(
        "The host key of {name} is not known ({kind} {fingerprint}).{wrong} Compare it with what the "
        "host's operator says; if it is right, add: --accept-host-key {fingerprint}"
    ),
    phrase(" This is not the key given with --accept-host-key."),
    phrase("The accepted host key of {name} cannot be remembered in {file}: {why}."),
    phrase("The account may not run commands; the host says: “{error}”."),
    phrase("The host logged us in and refuses to run any command."),
    # bridge/ssh_login.py, ssh_keys.py: parts of one sentence, between semicolons and commas.
    phrase("{hostname} did not let {user} in: {tried}"),
    phrase("there was no key to offer"),
    phrase("tried {keys}"),
    phrase("key {path} (agent)"),
    phrase("agent key {name}"),
    phrase("key {path}"),
    phrase("a password"),
    phrase("{name} could not sign"),
    phrase(
        "the host hung up, perhaps after too many keys (name the right one: IdentityFile and "
        "IdentitiesOnly)"
    ),
    phrase("the host accepts no keys, only: {methods}"),
    phrase("there is no private key for {path} here or with the agent"),
    phrase("the key file {path} does not exist"),
    phrase("the key file {path} cannot be read: {why}"),
    phrase("the key file {path} is damaged or of an unknown kind"),
    phrase("{path} is not a private key"),
    phrase(
        "the key {path} is encrypted and there is no terminal to ask for its passphrase on (“ssh-add "
        "{path}” gives it to an agent)"
    ),
    phrase("no right passphrase was given for the key {path}"),
    phrase("the key {path} is of a kind that is no longer used (not ed25519, ECDSA or RSA)"),
    # bridge/host: how the collector ended, and what it says itself.
    phrase("timed out after {seconds} s"),
    phrase("the connection was lost"),
    phrase("ended without our end marker"),
    phrase("This does not seem to be a WordPress installation: there is no {path}"),
    phrase("wp-config.php cannot be read: {why}"),
    phrase(
        "Strange wp-config.php file: wp-settings.php is not loaded directly; went on with its plain values "
        "alone"
    ),
    phrase("wp-config.php ended PHP: {how}; went on with what was defined"),
    phrase("PHP ended without an error (exit or die)"),
    phrase("PHP ended while WordPress loaded, without an error (exit, die or wp_die)"),
    phrase("{name} is not defined: the database was not observed"),
    phrase("no mysqli in the CLI PHP: the database was not observed"),
    phrase("{words}; wp-content/db.php replaces the connection"),
    phrase("no tables with the prefix '{prefix}': {words}"),
    phrase("this WordPress is no network (MULTISITE is not defined): {words}"),
    # analyzers/host_failures.py: what is kept of a parse error, or of silence.
    phrase("PHP parse error, unexpected {token} in line {line}"),
    phrase("PHP parse error, unexpected {token}"),
    phrase("PHP parse error in line {line}"),
    phrase("PHP parse error"),
    phrase("nothing, status {status}"),
    # The system, in the sentences above.
    phrase("Permission denied"),
    phrase("No such file or directory"),
    phrase("Network is unreachable"),
    phrase("No route to host"),
    phrase("{host} port {port}"),
)
"""The more exact before the more general."""

_LONGEST = 2000
"""Characters. Sentences of ours are shorter; what a host sends may be anything."""
_SHAPES = {
    **dict.fromkeys(("host", "hostname", "port", "seconds", "status", "line"), r"\S+"),
    **dict.fromkeys(("name", "path"), "(?:(?![,;] ).)*"),
    "keys": "[^;]*",
}
"""Placeholders that stand for one word, or for one clause."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def retold(text: str, depth: int = 6) -> str:
    """The text as a phrase where it is one of ours, else as it is. `depth`: sentences within sentences."""
    if not depth or len(text) > _LONGEST:
        return text
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            values = {n: _value(n, v, depth - 1) for n, v in found.groupdict().items()}
            return phrase(template, **values)
    return _listed(text, depth - 1)


def _value(name: str, text: str, depth: int) -> str:
    if name == "seconds" and re.fullmatch(r"\d+\.\d+", text, re.ASCII):
        number = decimal(float(text))
        return number if number == text else text
    return retold(text, depth)


def _listed(text: str, depth: int) -> str:
    """Clauses of which the first is ours, or names that all are."""
    if "; " in text:
        clauses = [retold(part, depth) for part in text.removesuffix(".").split("; ")]
        if type(clauses[0]) is not str:
            return joined((joined(clauses, "; "), "." if text.endswith(".") else ""), "")
    if ", " in text:
        names = [retold(part, depth) for part in text.split(", ")]
        if all(type(name) is not str for name in names):
            return joined(names)
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((str(template), _pattern(template)) for template in TEMPLATES)


def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for place, part in enumerate(_PLACEHOLDER.split(template)):
        if place % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(f"(?P<{part}>{_SHAPES.get(part, '.*?')})")
    return re.compile("".join(parts), re.DOTALL)
