"""The plugin's Closte provider: its calls, and what each generation logs of them (DOMAIN 3.3 to 3.5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bridge.rehearsal.closte import GUESSES, Reply

if TYPE_CHECKING:
    from bridge.rehearsal.world import World

BASE = "https://app.closte.com/api/client"
HANDLE = "integration-closte"
KEY_PREFIX = "[redacted:CLOSTE_CLIENT_API_KEY:first-10]"
"""What the collector leaves of the ten characters that the plugin writes."""


class ProviderDied(Exception):
    """A PHP error in a job: Action Scheduler writes its text down."""


class Provider:
    """Adds and removes domains at Closte, as one generation does it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, domain: str, site_id: int) -> None:
        """A mapped domain is told to Closte. Raises ProviderDied as the real one does."""
        style = self._world.generation.log
        if style == "bodies":
            self._write(self._ask("/adddomainalias", domain).body)
            return
        self._write(f"Adding domain: {domain} for site ID: {site_id}")
        if style == "detailed":
            self._add_in_detail(domain)
        elif _succeeded(self._ask("/adddomainalias", domain)):
            self._write(f"Domain {domain} added, requesting SSL")

    def remove(self, domain: str) -> None:
        """A deleted domain is told to Closte; nobody looks at the answer."""
        reply = self._call("/deletedomainalias", domain)
        if self._world.generation.log == "bodies":
            self._write(reply.body)

    def _add_in_detail(self, domain: str) -> None:
        reply = self._call("/adddomainalias", domain)
        if reply.status is None:
            raise ProviderDied("Cannot use object of type WP_Error as array")
        outcome = _taken(reply)
        if _succeeded(reply):
            self._write(f"Domain {domain} added successfully, requesting SSL certificate")
        elif outcome.get("error") == f"Invalid or empty domain: {domain}":
            self._write(
                f"Domain {domain} rejected by Closte API as invalid. This may be expected for Closte "
                "subdomains or internal domains."
            )
            return
        else:
            self._write(f"Failed to add domain {domain}. Response: {_php_json(outcome)}")
            self._write(
                f"Attempting SSL certificate request for {domain} despite domain addition failure"
            )
        self._request_certificate(domain)

    def _request_certificate(self, domain: str) -> None:
        self._write(f"Requesting SSL certificate for domain: {domain}")
        outcome: dict[str, object] = {}
        for endpoint in GUESSES:
            self._write(f"Trying SSL endpoint: {endpoint}")
            reply = self._call(endpoint, domain)
            outcome = _taken(reply)
            if reply.status is not None and reply.status >= 400:
                continue
            if reply.document is not None and "ssl" in endpoint:
                said = f"SSL request for {endpoint}: {_php_json(outcome)}"
                self._world.logs.write(self._world.clock, f"{HANDLE}-ssl", said)
            self._write(f"SSL endpoint {endpoint} responded, stopping search")
            break
        if _is_true(outcome):
            self._write(f"SSL certificate request successful for domain: {domain}")
            return
        self._write(
            f"SSL certificate request failed for domain: {domain}. Response: {_php_json(outcome)}"
        )
        self._write(
            "Note: Closte may handle SSL automatically when domains are added via /adddomainalias"
        )

    def _call(self, endpoint: str, domain: str) -> Reply:
        if self._world.generation.log != "detailed":
            return self._ask(endpoint, domain)
        data: dict[str, object] = {"domain": domain, "wildcard": domain.startswith("*.")}
        if endpoint in GUESSES:
            data = {"domain": domain, "type": "letsencrypt"}
        self._write(f"Using API key (first 10 chars): {KEY_PREFIX}...")
        self._write(f"Making API request to: {BASE}{endpoint} with data: {_php_json(data)}")
        reply = self._ask(endpoint, domain)
        if reply.status is None:
            self._write(f"API request failed: {reply.error}")
            return reply
        self._write(f"API response code: {reply.status}, body: {reply.body}")
        if reply.status >= 400:
            self._write(f"HTTP error {reply.status} for endpoint {endpoint}")
        elif not reply.body:
            self._write("Empty response body")
        elif reply.document is None:
            self._write("JSON decode error: Syntax error")
        return reply

    def _ask(self, endpoint: str, domain: str) -> Reply:
        if self._world.blocks_calls:
            return Reply(None, error="User has blocked requests through HTTP.")
        return self._world.closte.ask(endpoint, {"domain": domain}, self._world)

    def _write(self, text: str) -> None:
        self._world.logs.write(self._world.clock, HANDLE, text)


def _taken(reply: Reply) -> dict[str, object]:
    """What the provider makes of an answer (DOMAIN 1.5, client-side pseudo-errors)."""
    if reply.status is not None and reply.status >= 400:
        error = f"HTTP {reply.status} error"
        return {"success": False, "error": error, "response_body": reply.body}
    if not reply.body:
        return {"success": False, "error": "Empty response"}
    document = reply.document
    if document is None:
        return {"success": False, "error": "Invalid JSON response", "json_error": "Syntax error"}
    return document


def _succeeded(reply: Reply) -> bool:
    return reply.status is not None and reply.status < 400 and _is_true(reply.document or {})


def _is_true(outcome: dict[str, object]) -> bool:
    return outcome.get("success") is True


def _php_json(value: object) -> str:
    """As PHP's json_encode writes it."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")
