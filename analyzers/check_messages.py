"""The messages of `domain-‹domain›` (DOMAIN 3.6): the plugin's own checks of DNS and certificate.

Source: `class-domain-manager.php`, `async_process_domain_stage` and
`verify_domain_with_loopback_request`. All go through gettext: the site's language, at run time.
"""

from __future__ import annotations

from functools import partial

from analyzers.messages import Message

HANDLE = "domain-"
_message = partial(Message, handle=HANDLE, level="INFO", versions="all", translatable=True)
_loopback = partial(_message, versions="2.4.3 and later")
_T = "[2026-05-04 10:00:00] [INFO] "
_W = "[2026-05-04 10:00:00] [WARNING] "
_E = "[2026-05-04 10:00:00] [ERROR] "
_TLS_LABEL = "HTTPS with SSL verification"

CHECK_MESSAGES: tuple[Message, ...] = (
    _message(
        event="check.started",
        wordings=("Starting Check for {domain}",),
        means="One run of the plugin's check job begins.",
        trap="Two chains of jobs can run side by side: do not count tries by these lines.",
        samples=(
            f"{_T}Starting Check for shop.example",
            f"{_T}Starting Check for shop.example\n",
        ),
    ),
    _message(
        event="check.dns-ok",
        wordings=("- DNS propagation finished, advancing domain to next step...",),
        means="The plugin is content with DNS and goes on to the certificate.",
        trap="Content by its loopback or by any one matching record: a wrong second address, a stray "
        "AAAA and CAA go unseen.",
        samples=(f"{_T}- DNS propagation finished, advancing domain to next step...",),
    ),
    _message(
        event="check.dns-retry",
        wordings=("- DNS propagation not finished, retrying in {minutes:d} minutes...",),
        means="The plugin does not see the domain at this network yet, and will look again.",
        trap="The minutes are for show; the setting `dns_check_interval` decides.",
        samples=(f"{_T}- DNS propagation not finished, retrying in 5 minutes...",),
    ),
    _message(
        event="check.dns-given-up",
        wordings=(
            "- DNS propagation checks tried for the max amount of times "
            "(5 times, one every {minutes:d} minutes). Marking as failed.",
            "- DNS propagation checks tried for the max amount of times "
            "(5 times every {minutes:d} minutes). Marking as failed.",
        ),
        means="The plugin stops looking at DNS: the stage becomes `failed` and stays so.",
        trap="'5 times' is fixed text: there were 6 checks. DNS may be right by now.",
        samples=(
            f"{_T}- DNS propagation checks tried for the max amount of times "
            "(5 times, one every 5 minutes). Marking as failed.",
            f"{_T}- DNS propagation checks tried for the max amount of times "
            "(5 times every 5 minutes). Marking as failed.",
        ),
    ),
    _message(
        event="check.ssl-retry",
        wordings=("- SSL Cert not found, retrying in {minutes:d} minute(s)...",),
        means="The host gets no valid certificate for the name yet, and will look again.",
        trap="A certificate for another name, an expired and an untrusted one look the same here.",
        samples=(f"{_T}- SSL Cert not found, retrying in 5 minute(s)...",),
    ),
    _message(
        event="check.ssl-given-up",
        wordings=(
            "- SSL checks tried for the max amount of times "
            "(5 times, one every {minutes:d} minutes). Marking as ready without SSL.",
            "- SSL checks tried for the max amount of times "
            "(5 times every {minutes:d} minutes). Marking as ready without SSL.",
        ),
        means="The plugin stops looking for a certificate.",
        trap="Wrong twice: with the Closte module there were 21 checks, and since 2.4.10 the stage "
        "becomes `ssl-failed`, which visitors do not reach.",
        samples=(
            f"{_T}- SSL checks tried for the max amount of times "
            "(5 times, one every 5 minutes). Marking as ready without SSL.",
            f"{_T}- SSL checks tried for the max amount of times "
            "(5 times every 5 minutes). Marking as ready without SSL.",
        ),
    ),
    _message(
        event="check.ssl-ok",
        wordings=("- Valid SSL cert found. Marking domain as done.",),
        means="A valid certificate was served: the stage becomes `done`.",
        trap="It may be a proxy's certificate, and nothing looks at its end later.",
        samples=(f"{_T}- Valid SSL cert found. Marking domain as done.",),
    ),
    _loopback(
        event="check.loopback-testing",
        wordings=("Testing domain verification via Loopback using {label}: {url}",),
        means="The host asks the domain's own address for a proof.",
        trap="'HTTPS with SSL verification' is only a name: the certificate is not verified here.",
        samples=(
            f"{_T}Testing domain verification via Loopback using {_TLS_LABEL}: "
            "https://shop.example/",
            f"{_T}Testing domain verification via Loopback using HTTP: http://shop.example\n/",
        ),
    ),
    _loopback(
        event="check.loopback-unreachable",
        level="WARNING",
        wordings=("Failed to connect via {label}: {error}",),
        means="No connection: cURL error 6 is DNS, 7 refused, 28 a time-out, 35 and 60 TLS.",
        trap="Seen from the host, whose resolver and network can differ from the visitors'.",
        samples=(
            f"{_W}Failed to connect via {_TLS_LABEL}: "
            "cURL error 6: Could not resolve host: shop.example",
        ),
    ),
    _loopback(
        event="check.loopback-http",
        level="WARNING",
        wordings=("Loopback request via {label} returned HTTP {status:d}",),
        means="Something answered with another status than 200: 401 a password, 403 a firewall, "
        "301 a redirect, 404 another server or no alias.",
        trap="The check can still pass by DNS records alone.",
        samples=(f"{_W}Loopback request via {_TLS_LABEL} returned HTTP 404",),
    ),
    _loopback(
        event="check.loopback-not-json",
        level="WARNING",
        wordings=("Loopback response via {label} is not valid JSON: {json_error} : {body}",),
        means="Status 200 with a page: another server, a parking page, or a cached page.",
        trap="Only the first 100 bytes of the page are kept.",
        samples=(
            f"{_W}Loopback response via HTTP is not valid JSON: Syntax error : "
            "<!DOCTYPE html><html>\n<head><title>This domain is parked</title>",
        ),
    ),
    _loopback(
        event="check.loopback-ok",
        wordings=(
            "Domain verification successful via Loopback using {label}. "
            "Domain ID {expected_id:d} confirmed.",
        ),
        means="The domain's address is this network, as the host sees it.",
        trap="The host's resolver or hosts file can know better than the world.",
        samples=(
            f"{_T}Domain verification successful via Loopback using {_TLS_LABEL}. "
            "Domain ID 12 confirmed.",
        ),
    ),
    _loopback(
        event="check.loopback-other-id",
        level="WARNING",
        wordings=(
            "Loopback response via {label} did not contain expected domain ID. "
            "Expected: {expected_id:d}, Got: {got_id}",
        ),
        means="This network answered for another mapping row: two rows share the name, or its www.",
        trap="'null' means that the JSON was of something else.",
        samples=(
            f"{_W}Loopback response via HTTP did not contain expected domain ID. "
            "Expected: 12, Got: null",
        ),
    ),
    _loopback(
        event="check.loopback-failed",
        level="ERROR",
        wordings=(
            "Domain verification failed via loopback on all protocols "
            "(HTTPS with SSL, HTTPS without SSL, HTTP).",
        ),
        means="Neither loopback request proved the domain.",
        trap="Usually not the root cause, and nothing at all where 'DNS propagation finished' "
        "follows. It names three protocols; two are tried.",
        samples=(
            f"{_E}Domain verification failed via loopback on all protocols "
            "(HTTPS with SSL, HTTPS without SSL, HTTP).",
        ),
    ),
    _message(
        event="check.deleted",
        wordings=("Domain deleted and logs cleared...",),
        means="The mapping was deleted and its log begun anew.",
        trap="A log of this one line is a tombstone, not a lost log.",
        samples=(f"{_T}Domain deleted and logs cleared...",),
    ),
    _message(
        event="check.auto-promoted",
        wordings=("Auto-promoted {domain} as primary domain for site {site_id:d}.",),
        versions="2.7.1 and later",
        means="The domain became the site's primary domain by itself.",
        trap="Nobody chose it.",
        samples=(f"{_T}Auto-promoted shop.example as primary domain for site 7.",),
    ),
    _message(
        event="check.auto-promote-failed",
        level="ERROR",
        wordings=(
            "Failed to auto-promote {domain} as primary domain for site {site_id:d}: {error}",
        ),
        versions="2.7.1 and later",
        means="The domain is ready, but could not be made the primary one.",
        trap="The domain works all the same.",
        samples=(
            f"{_E}Failed to auto-promote shop.example as primary domain for site 7: "
            "Could not update item.",
        ),
    ),
)
