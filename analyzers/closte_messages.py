"""The messages of `integration-closte` and `integration-closte-ssl` (DOMAIN 3.3, 3.4, 3.5).

Source: `class-closte-host-provider.php` up to 2.4.10, `class-closte-domain-mapping.php` from 2.4.11.
None is ever translated. `closte.raw-body` has no wording: it is the bare body of an answer.
"""

from __future__ import annotations

from functools import partial

from analyzers.language import phrase
from analyzers.messages import Message

HANDLE = "integration-closte"
RAW_BODY = "closte.raw-body"
DETAILED = "2.4.4 – 2.4.10"
_message = partial(Message, handle=HANDLE, level="INFO", versions=DETAILED)
_T = "[2026-05-04 10:00:00] [INFO] "

CLOSTE_MESSAGES: tuple[Message, ...] = (
    _message(
        event="closte.adding",
        wordings=("Adding domain: {domain} for site ID: {site_id:d}",),
        versions="2.4.4 and later",
        means="The plugin begins to ask Closte for this domain: a new attempt starts here.",
        trap="It is written before the call: it does not say that anything reached Closte.",
        samples=(
            f"{_T}Adding domain: shop.example for site ID: 7",
            f"{_T}Adding domain: shop.example\n for site ID: 7",
        ),
    ),
    _message(
        event="closte.key-prefix",
        wordings=("Using API key (first 10 chars): {key}...",),
        means="A call is about to be made. The plugin writes the start of the API key each time.",
        trap="Whoever can read the log has part of the key. It does not say that the key is right.",
        samples=(
            f"{_T}Using API key (first 10 chars): FAKEKEY-01...",
            f"{_T}Using API key (first 10 chars): [redacted:CLOSTE_CLIENT_API_KEY:first-10]...",
        ),
    ),
    _message(
        event="closte.request",
        wordings=("Making API request to: {url} with data: {data}",),
        means="The call itself: its address and its data, without the key.",
        trap="`[]` as data is somebody pressing the plugin's connection test, no domain.",
        samples=(
            f"{_T}Making API request to: https://app.closte.com/api/client/adddomainalias"
            ' with data: {"domain":"shop.example","wildcard":false}',
            f"{_T}Making API request to: https://app.closte.com/api/client/adddomainalias"
            " with data: []",
        ),
    ),
    _message(
        event="closte.transport-failed",
        wordings=("API request failed: {error}",),
        means="No answer came: name resolution, connection, TLS or a time-out on the host's side.",
        trap="Closte said nothing, neither yes nor no. In 2.4.10 the job dies of a PHP error after it.",
        samples=(
            f"{_T}API request failed: cURL error 28: Operation timed out after 45001 milliseconds",
        ),
    ),
    _message(
        event="closte.response",
        wordings=("API response code: {status:d}, body: {body}",),
        means="Closte's answer, its HTTP status and its body as it came.",
        trap="Status 200 is no success: `success` in the body decides. A 404 of an ssl endpoint is "
        "normal, since those endpoints are guesses of the plugin.",
        samples=(
            f'{_T}API response code: 200, body: {{"success": true, "taskid": 1795336507}}',
            f"{_T}API response code: 502, body: <!DOCTYPE html>\n<html>\n</html>",
            f"{_T}API response code: 200, body: ",
        ),
    ),
    _message(
        event="closte.http-error",
        wordings=("HTTP error {status:d} for endpoint {endpoint}",),
        means="The answer before it had a status of 400 or more.",
        trap="For /ssl/install, /installssl, /ssl and /certificate/install a 404 is normal.",
        samples=(f"{_T}HTTP error 404 for endpoint /certificate/install",),
    ),
    _message(
        event="closte.bad-json",
        wordings=("JSON decode error: {error}",),
        means="The answer was no JSON: a web page, a maintenance notice or a firewall's page.",
        trap="It says nothing about the key or the domain.",
        samples=(f"{_T}JSON decode error: Syntax error",),
    ),
    _message(
        event="closte.empty-body",
        wordings=("Empty response body",),
        means="An answer below 400 came, with nothing in it.",
        trap="Neither yes nor no.",
        samples=(f"{_T}Empty response body",),
    ),
    _message(
        event="closte.key-undefined",
        wordings=("CLOSTE_CLIENT_API_KEY constant not defined",),
        means="wp-config.php does not define the API key.",
        trap="Practically never seen: without the key the plugin does not even hook in.",
        samples=(f"{_T}CLOSTE_CLIENT_API_KEY constant not defined",),
    ),
    _message(
        event="closte.key-empty",
        wordings=("CLOSTE_CLIENT_API_KEY is empty",),
        means="The API key is defined and empty.",
        trap="Practically never seen: without the key the plugin does not even hook in.",
        samples=(f"{_T}CLOSTE_CLIENT_API_KEY is empty",),
    ),
    _message(
        event="closte.added",
        wordings=(
            "Domain {domain} added, requesting SSL",
            "Domain {domain} added successfully, requesting SSL certificate",
        ),
        versions="2.4.4 and later",
        means="Closte took the domain as an alias.",
        trap="No certificate yet: Closte usually needs 5 to 10 minutes more, and right DNS.",
        samples=(
            f"{_T}Domain shop.example added successfully, requesting SSL certificate",
            f"{_T}Domain shop.example added, requesting SSL",
        ),
    ),
    _message(
        event="closte.rejected-invalid",
        wordings=(
            "Domain {domain} rejected by Closte API as invalid. "
            "This may be expected for Closte subdomains or internal domains.",
        ),
        means="Closte calls the domain invalid: a customer's domain will not work.",
        trap="For a name under the network's own domain it is normal, and no fault.",
        samples=(
            f"{_T}Domain second.network.example rejected by Closte API as invalid. "
            "This may be expected for Closte subdomains or internal domains.",
        ),
    ),
    _message(
        event="closte.add-failed",
        wordings=("Failed to add domain {domain}. Response: {response}",),
        means="Closte did not take the domain; its own words are in the response.",
        trap="'Already exists' can be harmless: then the alias is in this account's list.",
        samples=(
            f"{_T}Failed to add domain shop.example. Response: "
            '{"success":false,"error":"Domain shop.example already exists"}',
        ),
    ),
    _message(
        event="closte.ssl-despite-failure",
        wordings=(
            "Attempting SSL certificate request for {domain} despite domain addition failure",
        ),
        means="The plugin goes on to ask for a certificate although the domain was not taken.",
        trap="Noise: nothing can come of it.",
        samples=(
            f"{_T}Attempting SSL certificate request for shop.example"
            " despite domain addition failure",
        ),
    ),
    _message(
        event="closte.ssl-requested",
        wordings=("Requesting SSL certificate for domain: {domain}",),
        means="The plugin tries the endpoints that it guesses for certificates.",
        trap="Closte issues certificates by itself; none of these endpoints is known to exist.",
        samples=(f"{_T}Requesting SSL certificate for domain: shop.example",),
    ),
    _message(
        event="closte.ssl-trying",
        wordings=("Trying SSL endpoint: {endpoint}",),
        means="One of the guessed certificate endpoints is tried.",
        trap="Noise.",
        samples=(f"{_T}Trying SSL endpoint: /ssl/install",),
    ),
    _message(
        event="closte.ssl-responded",
        wordings=("SSL endpoint {endpoint} responded, stopping search",),
        means="A guessed endpoint gave something else than HTTP 4xx or 5xx.",
        trap="It is also written for an empty body, a web page or no answer at all: no success.",
        samples=(f"{_T}SSL endpoint /ssl/install responded, stopping search",),
    ),
    _message(
        event="closte.ssl-accepted",
        wordings=("SSL certificate request successful for domain: {domain}",),
        means="An endpoint answered `success` to the certificate request.",
        trap="Only a handshake shows whether there is a certificate.",
        samples=(f"{_T}SSL certificate request successful for domain: shop.example",),
    ),
    _message(
        event="closte.ssl-refused",
        wordings=("SSL certificate request failed for domain: {domain}. Response: {response}",),
        means="No guessed endpoint took the certificate request.",
        trap="Normal on Closte, which issues by itself: no fault.",
        samples=(
            f"{_T}SSL certificate request failed for domain: shop.example. Response: "
            '{"success":false,"error":"HTTP 404 error"}',
        ),
    ),
    _message(
        event="closte.ssl-note",
        wordings=(
            "Note: Closte may handle SSL automatically when domains are added via /adddomainalias",
        ),
        means="The plugin's own remark that Closte issues certificates by itself.",
        trap="Noise.",
        samples=(
            f"{_T}Note: Closte may handle SSL automatically when domains are added"
            " via /adddomainalias",
        ),
    ),
    _message(
        event="closte.ssl-status-asked",
        wordings=("Checking SSL status for domain: {domain}",),
        means="Code outside the plugin asked for the certificate's state.",
        trap="/ssl/status is a guess as well.",
        samples=(f"{_T}Checking SSL status for domain: shop.example",),
    ),
    _message(
        event="closte.ssl-status",
        wordings=("SSL status for domain {domain}: {response}",),
        means="The answer to that question.",
        trap="/ssl/status is a guess: an error here says nothing about the certificate.",
        samples=(
            f'{_T}SSL status for domain shop.example: {{"success":false,"error":"HTTP 404 error"}}',
        ),
    ),
    _message(
        event="closte.ssl-answer",
        handle="integration-closte-ssl",
        wordings=("SSL request for {endpoint}: {response}",),
        means="A guessed ssl endpoint answered JSON with a status below 400.",
        trap="The answer can be a refusal: read `success` in it.",
        samples=(
            f'{_T}SSL request for /ssl/install: {{"success":false,"error":"Invalid api key"}}',
        ),
    ),
)

RAW_BODY_MEANS = phrase(
    "The bare body of an answer of Closte, all that the plugin logged up to 2.4.3."
)
RAW_BODY_TRAP = phrase(
    "It names no domain, no call and no status, and is empty both for a time-out and for an empty "
    "answer. `Invalid or empty domain: ` is somebody pressing the plugin's connection test: good news."
)
RAW_BODY_VERSIONS = phrase("up to 2.4.3")
