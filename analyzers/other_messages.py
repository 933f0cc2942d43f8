"""The messages of the other logs that matter (DOMAIN 3.7), and all known messages together."""

from __future__ import annotations

from functools import partial

from analyzers.check_messages import CHECK_MESSAGES
from analyzers.closte_messages import CLOSTE_MESSAGES
from analyzers.messages import Message

_T = "[2026-05-04 10:00:00] [INFO] "
_E = "[2026-05-04 10:00:00] [ERROR] "
_dns = partial(Message, handle="dns-", level="INFO", versions="2.4.12 and later", translatable=True)
_credential = partial(
    Message, handle="credential-store", level="ERROR", versions="2.4.11 and later"
)

OTHER_MESSAGES: tuple[Message, ...] = (
    Message(
        event="record.created",
        handle="domain-creation",
        level="INFO",
        wordings=("Created domain record for site {site_id:d}: {domain}",),
        versions="all",
        means="A new site got its mapping row.",
        trap="The row is made; nothing is checked yet.",
        samples=(f"{_T}Created domain record for site 3: second.network.example",),
    ),
    Message(
        event="record.failed",
        handle="domain-creation",
        level="ERROR",
        wordings=("Failed to create domain record for site {site_id:d}: {error}",),
        versions="all",
        means="A new site got no mapping row; the reason is in the message.",
        trap="'has been used' is a duplicate, 'is not valid' a name that the plugin does not take.",
        samples=(
            f"{_E}Failed to create domain record for site 3: "
            "Domain second.network.example has been used",
        ),
    ),
    Message(
        event="certificate.invalid",
        handle="domain-ssl-checks",
        level="ERROR",
        wordings=("Certificate Invalid for {domain}: {reason}", "Certificate Invalid: {reason}"),
        versions="all (the domain is named after 2.13)",
        means="The host could not make a verified TLS connection to a domain.",
        trap="An empty reason is a failed verification: wrong name, self-signed, expired or "
        "untrusted. Without the domain in it, the line of the domain's log at the same time tells.",
        samples=(
            f"{_E}Certificate Invalid: ",
            f"{_E}Certificate Invalid: Connection refused",
            f"{_E}Certificate Invalid for shop.example: The certificate has expired.",
        ),
        translatable=True,
    ),
    _dns(
        event="dnsrecord.created",
        wordings=("DNS record created: {type} {name} -> {content}",),
        means="Somebody made a DNS record through the plugin.",
        trap="Never through Closte, which has no DNS calls: another provider is active.",
        samples=(f"{_T}DNS record created: A www -> 203.0.113.10",),
    ),
    _dns(
        event="dnsrecord.updated",
        wordings=("DNS record updated: ID {record_id} ({type} {name})",),
        means="Somebody changed a DNS record through the plugin.",
        trap="Never through Closte.",
        samples=(f"{_T}DNS record updated: ID abc123 (A www)",),
    ),
    _dns(
        event="dnsrecord.deleted",
        wordings=("DNS record deleted: ID {record_id}",),
        means="Somebody deleted a DNS record through the plugin.",
        trap="Never through Closte.",
        samples=(f"{_T}DNS record deleted: ID abc123",),
    ),
    _dns(
        event="dnsrecord.bulk",
        wordings=('Bulk DNS operation "{operation}": {succeeded:d} succeeded, {failed:d} failed',),
        means="Somebody changed many DNS records at once through the plugin.",
        trap="Never through Closte.",
        samples=(f'{_T}Bulk DNS operation "delete": 3 succeeded, 1 failed',),
    ),
    _credential(
        event="credential.cannot-encrypt",
        wordings=("Cannot encrypt credential: neither OpenSSL nor libsodium is available.",),
        means="A credential could not be stored: PHP lacks both libraries.",
        trap="A key in wp-config.php does not need them.",
        samples=(f"{_E}Cannot encrypt credential: neither OpenSSL nor libsodium is available.",),
    ),
    _credential(
        event="credential.cannot-decrypt",
        wordings=("Cannot decrypt credential: {library} is not available.",),
        means="A stored credential cannot be read: PHP lacks the library it was stored with.",
        trap="A wrong salt writes nothing at all: silence here is no proof.",
        samples=(
            f"{_E}Cannot decrypt credential: OpenSSL is not available.",
            f"{_E}Cannot decrypt credential: libsodium is not available.",
        ),
    ),
    _credential(
        event="credential.sodium-failed",
        wordings=("Sodium decryption failed: {error}",),
        means="A stored credential does not decrypt: the salts in wp-config.php changed.",
        trap="With OpenSSL the same fault is silent.",
        samples=(f"{_E}Sodium decryption failed: nonce size should be 24 bytes",),
    ),
    Message(
        event="sunrise.upgraded",
        handle="sunrise",
        level="INFO",
        wordings=("Sunrise upgrade attempt succeeded.",),
        versions="all",
        means="wp-content/sunrise.php was replaced by the one of this plugin version.",
        trap="It does not say that SUNRISE is defined.",
        samples=(f"{_T}Sunrise upgrade attempt succeeded.",),
        translatable=True,
    ),
    Message(
        event="sunrise.upgrade-failed",
        handle="sunrise",
        level="ERROR",
        wordings=("copy({path}): {error}",),
        versions="all",
        means="wp-content/sunrise.php could not be replaced: the folder is not writable.",
        trap="The old file goes on working, as far as it fits the plugin.",
        samples=(
            f"{_E}copy(/home/acct123/public_html/wp-content/sunrise.php): "
            "Failed to open stream: Permission denied",
        ),
    ),
)

MESSAGES: tuple[Message, ...] = (*CLOSTE_MESSAGES, *CHECK_MESSAGES, *OTHER_MESSAGES)
"""Every known message that has a wording."""


def msgids() -> tuple[str, ...]:
    """Every gettext msgid whose translation helps to read the logs: `host.json` `messages`."""
    return tuple(dict.fromkeys(msgid for message in MESSAGES for msgid in message.msgids))
