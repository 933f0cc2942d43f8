"""The plugin's log messages as its source has them, and as two language packs translate them.

Msgids from `class-domain-manager.php` and `class-helper.php` (DOMAIN 3.6, 3.7). The German is that of a
real language pack, which leaves loopback lines untranslated; the Polish is made in its manner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

STARTED = "Starting Check for %s"
DNS_OK = "- DNS propagation finished, advancing domain to next step..."
DNS_RETRY = "- DNS propagation not finished, retrying in %d minutes..."
DNS_GIVEN_UP = (
    "- DNS propagation checks tried for the max amount of times (5 times, one every %d minutes). "
    "Marking as failed."
)
SSL_RETRY = "- SSL Cert not found, retrying in %d minute(s)..."
SSL_GIVEN_UP = (
    "- SSL checks tried for the max amount of times (5 times, one every %d minutes). "
    "Marking as ready without SSL."
)
SSL_OK = "- Valid SSL cert found. Marking domain as done."
DELETED = "Domain deleted and logs cleared..."
LOOPBACK = "Testing domain verification via Loopback using %1$s: %2$s"
LOOPBACK_UNREACHABLE = "Failed to connect via %1$s: %2$s"
LOOPBACK_HTTP = "Loopback request via %1$s returned HTTP %2$d"
LOOPBACK_NOT_JSON = "Loopback response via %1$s is not valid JSON: %2$s : %3$s"
LOOPBACK_OK = "Domain verification successful via Loopback using %1$s. Domain ID %2$d confirmed."
LOOPBACK_OTHER_ID = (
    "Loopback response via %1$s did not contain expected domain ID. Expected: %2$d, Got: %3$s"
)
LOOPBACK_FAILED = (
    "Domain verification failed via loopback on all protocols "
    "(HTTPS with SSL, HTTPS without SSL, HTTP)."
)
CERTIFICATE_INVALID = "Certificate Invalid: %s"

PACKS: dict[str, dict[str, str]] = {
    "de_DE": {
        STARTED: "Prüfung für %s wird gestartet",
        DNS_OK: "- DNS-Verbreitungsprüfungen abgeschlossen, Weiterleitung der Domain zum nächsten "
        "Schritt ...",
        DNS_RETRY: "- DNS-Verbreitungsprüfungen nicht abgeschlossen, erneuter Versuch in %d Minuten ...",
        DNS_GIVEN_UP: "- DNS-Verbreitungsprüfungen wurden so oft wie möglich versucht (5 Mal, alle %d "
        "Minuten). Wird als fehlgeschlagen gekennzeichnet.",
        SSL_RETRY: "- SSL-Zertifikat nicht gefunden, erneuter Versuch in %d Minute(n) ...",
        SSL_GIVEN_UP: "- SSL-Prüfungen wurden so oft wie möglich versucht (5 Mal, alle %d Minuten). Wird "
        "als bereit ohne SSL gekennzeichnet.",
        SSL_OK: "- Gültiges SSL-Zertifikat gefunden. Domain als fertiggestellt kennzeichnen.",
        DELETED: "Domain gelöscht und Protokolle geleert ...",
    },
    "pl_PL": {
        STARTED: "Rozpoczynam sprawdzanie %s",
        DNS_OK: "- Propagacja DNS zakończona, domena przechodzi do następnego kroku...",
        DNS_RETRY: "- Propagacja DNS jeszcze trwa, ponowna próba za %d min...",
        DNS_GIVEN_UP: "- Propagację DNS sprawdzono maksymalną liczbę razy (5 razy, co %d min). Oznaczam "
        "jako nieudaną.",
        SSL_RETRY: "- Nie znaleziono certyfikatu SSL, ponowna próba za %d min...",
        SSL_GIVEN_UP: "- Certyfikat SSL sprawdzono maksymalną liczbę razy (5 razy, co %d min). Oznaczam "
        "jako gotową bez SSL.",
        SSL_OK: "- Znaleziono ważny certyfikat SSL. Oznaczam domenę jako gotową.",
        DELETED: "Domenę usunięto, dzienniki wyczyszczono...",
        LOOPBACK: "Sprawdzam domenę przez pętlę zwrotną (%1$s): %2$s",
        LOOPBACK_UNREACHABLE: "Nie udało się połączyć przez %1$s: %2$s",
        LOOPBACK_HTTP: "Żądanie zwrotne przez %1$s zwróciło HTTP %2$d",
        LOOPBACK_OK: "Domena potwierdzona przez pętlę zwrotną (%1$s). Identyfikator domeny: %2$d.",
        LOOPBACK_FAILED: "Nie udało się potwierdzić domeny żadnym protokołem (HTTPS z SSL, HTTPS bez "
        "SSL, HTTP).",
        CERTIFICATE_INVALID: "Nieprawidłowy certyfikat: %s",
    },
}
"""Locale → msgid → translation, as `host.json` `messages` carries it. English needs none."""

_PLACEHOLDER = re.compile(r"%(?:(\d+)\$)?[sd]")


def written(msgid: str, values: Sequence[object], locale: str) -> str:
    """The message as the site's language has it, with its values in."""
    text = PACKS.get(locale, {}).get(msgid, msgid)
    if not values:
        return text
    rest = iter(values)
    return _PLACEHOLDER.sub(
        lambda found: str(values[int(found[1]) - 1] if found[1] else next(rest)), text
    )
