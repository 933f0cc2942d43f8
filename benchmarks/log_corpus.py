"""Logs to measure with: as 2.4.10 writes them, large, or small and many."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SSL = ("/ssl/install", "/installssl", "/ssl", "/certificate/install")
_API = "https://app.closte.com/api/client"
_PAGE = (
    "<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n</body>\n</html>"
)


def transcript(domain: str, site: int, dice: random.Random) -> Iterator[str]:
    """What 2.4.10 writes while it adds one domain (DOMAIN 3.4)."""
    yield f"Adding domain: {domain} for site ID: {site}"
    yield "Using API key (first 10 chars): FAKEKEY-01..."
    yield f'Making API request to: {_API}/adddomainalias with data: {{"domain":"{domain}","wildcard":false}}'
    if dice.random() < 0.1:
        yield f"API response code: 502, body: {_PAGE}"
        yield "HTTP error 502 for endpoint /adddomainalias"
        yield f'Failed to add domain {domain}. Response: {{"success":false,"error":"HTTP 502 error"}}'
    else:
        yield f'API response code: 200, body: {{"success": true, "taskid": {dice.randrange(10**9)}}}'
        yield f"Domain {domain} added successfully, requesting SSL certificate"
    yield f"Requesting SSL certificate for domain: {domain}"
    for endpoint in _SSL:
        yield f"Trying SSL endpoint: {endpoint}"
        yield "Using API key (first 10 chars): FAKEKEY-01..."
        data = f'{{"domain":"{domain}","type":"letsencrypt"}}'
        yield f"Making API request to: {_API}{endpoint} with data: {data}"
        yield "API response code: 404, body: <html><head><title>404 Not Found</title></head></html>"
        yield f"HTTP error 404 for endpoint {endpoint}"
    yield f'SSL certificate request failed for domain: {domain}. Response: {{"success":false}}'
    if dice.random() < 0.5:
        yield f"Something new: {dice.random()}"


def large(path: Path, size: int) -> None:
    """One log of about `size` bytes."""
    dice, at, written = random.Random(1), datetime(2026, 1, 1, tzinfo=UTC), 0
    with open(path, "w", encoding="utf-8") as stream:
        while written < size:
            at += timedelta(seconds=dice.randrange(40))
            domain = f"shop{dice.randrange(5000)}.customer.example"
            for message in transcript(domain, dice.randrange(9000), dice):
                written += stream.write(f"[{at:%Y-%m-%d %H:%M:%S}] [INFO] {message}\n")


def small(folder: Path, count: int) -> None:
    """Many logs of domains, about 2 KB each."""
    folder.mkdir()
    for number in range(count):
        domain = f"shop{number}.customer.example"
        lines = [
            f"[2026-05-04 10:{minute:02d}:00] [INFO] {message}\n"
            for minute in range(0, 50, 5)
            for message in (
                f"Starting Check for {domain}",
                "- DNS propagation not finished, retrying in 5 minutes...",
                f"Testing domain verification via Loopback using HTTP: http://{domain}/",
            )
        ]
        (folder / f"domain-{domain}.log").write_text("".join(lines), encoding="utf-8")
