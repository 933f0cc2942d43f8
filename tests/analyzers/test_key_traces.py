"""Where a log holds the API key, or its beginning: by the marks that masking left in it."""

from __future__ import annotations

from datetime import UTC, datetime

from analyzers.evidence import KeyTrace
from analyzers.key_traces import key_traces

OWN = "Using API key (first 10 chars): [redacted:CLOSTE_CLIENT_API_KEY:first-10]..."
FILE = "wu-logs/integration-closte.log"


def test_the_newest_place_of_either_sort_and_how_many() -> None:
    text = (
        f"[2026-05-01 10:00:00] [INFO] {OWN}\n"
        f"[2026-05-01 10:00:01] [INFO] {OWN}\n"
        "[2026-05-01 10:00:02] [INFO] body\n  [redacted:CLOSTE_CLIENT_API_KEY:first-11]\n"
        "[2026-05-01 10:00:03] [INFO] GET /getdomains?apikey=[redacted:apikey]\n"
        "[2026-05-01 10:00:04] [INFO] [redacted:DB_PASSWORD] [redacted:e-mail]\n"
    )
    assert key_traces({FILE: text.encode()}) == (
        KeyTrace(FILE, 2, datetime(2026, 5, 1, 10, 0, 1, tzinfo=UTC), 10, 2),
        KeyTrace(FILE, 5, datetime(2026, 5, 1, 10, 0, 3, tzinfo=UTC), None, 2),
    )


def test_a_line_without_a_date_has_none() -> None:
    found = key_traces({FILE: b"x\n[redacted:CLOSTE_CLIENT_API_KEY]"})
    assert found == (KeyTrace(FILE, 2, None, None, 1),)
    assert key_traces({FILE: b"[redacted:CLOSTE_CLIENT_API_KEY:first-99"}) == ()
