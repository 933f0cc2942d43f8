"""What goes into wp-config.php through Closte's dashboard: one step for all lines, ready to paste.

wp-config.php is locked on Closte; its dashboard has a field "Additional wp-config.php content"
(DOMAIN 1.3, Dashboard-only facts).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.blocked_calls import API_HOST, blocks_closte
from analyzers.constants import DefinedConstants
from analyzers.findings import Finding
from analyzers.language import joined, phrase
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft, manual

PLACEHOLDER = "PASTE-THE-KEY-HERE"
_KEY_LINE = f"define('CLOSTE_CLIENT_API_KEY', '{PLACEHOLDER}');"
_SUNRISE_LINE = "define('SUNRISE', true);"
KEY_CODES = (
    "key.missing",
    "key.empty",
    "key.malformed",
    "key.undecryptable",
    "key.rejected",
    "key.no-permission",
    "key.other-app",
)
_REPLACED = ("key.empty", "key.malformed", "key.rejected", "key.no-permission", "key.other-app")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of one finding."""

    finding: Finding
    put_in: tuple[str, ...]
    take_out: tuple[str, ...] = ()


def config_steps(case: Case) -> Iterator[Draft]:
    """One step with every line that is to be put in or taken out."""
    found = list(_lines(case))
    if not found:
        return
    codes = tuple(sorted({lines.finding.code for lines in found}))
    put_in = tuple(dict.fromkeys(line for lines in found for line in lines.put_in))
    take_out = tuple(dict.fromkeys(line for lines in found for line in lines.take_out))
    yield manual(
        "manual wp-config",
        "operator",
        case.network.subject,
        _text(case, put_in, take_out),
        heals=codes,
        why=joined(dict.fromkeys(lines.finding.because for lines in found), " "),
        expect=phrase("The next diagnosis finds {code} silent.", code=", ".join(codes)),
        after=("manual key-ticket",) if any(PLACEHOLDER in line for line in put_in) else (),
    )


def _lines(case: Case) -> Iterator[_Lines]:
    for finding in case.wanted(*KEY_CODES):
        if finding.caused_by is None:
            old = phrase(
                "{line}   (every line that defines it)", line="define('CLOSTE_CLIENT_API_KEY', …);"
            )
            yield _Lines(finding, (_KEY_LINE,), (old,) if finding.code in _REPLACED else ())
    for finding in case.wanted("sunrise.undefined"):
        defined = _defined(case, "SUNRISE")
        yield _Lines(finding, (_SUNRISE_LINE,), ("define('SUNRISE', …);",) if defined else ())
    for finding in case.wanted("sunrise.too-late"):
        old = phrase("{line}   (where it stands now)", line="define('SUNRISE', …);")
        yield _Lines(finding, (_SUNRISE_LINE,), (old,))
    for finding in case.wanted("settings.cookie-domain"):
        yield _Lines(finding, (), ("define('COOKIE_DOMAIN', …);",))
    for finding in case.wanted("api.unreachable"):
        hosts = _hosts(case)
        if hosts is not None:
            line = f"define('WP_ACCESSIBLE_HOSTS', '{hosts}');"
            yield _Lines(finding, (line,), ("define('WP_ACCESSIBLE_HOSTS', …);",))


def _defined(case: Case, name: str) -> bool:
    constants = case.grounds.maybe(DefinedConstants)
    return constants is not None and constants.state(name) == "defined"


def _hosts(case: Case) -> str | None:
    """The hosts that WordPress may call, with Closte's API among them; None where nothing blocks it."""
    constants = case.grounds.maybe(DefinedConstants)
    if constants is None or not blocks_closte(constants):
        return None
    listed = (constants.text("WP_ACCESSIBLE_HOSTS") or "").split(",")
    kept = [h.strip() for h in listed if h.strip()]
    plain = [h for h in kept if all(c.isalnum() or c in ".-*:" for c in h) and h.isascii()]
    return ",".join(dict.fromkeys([*plain, API_HOST]))


def _text(case: Case, put_in: tuple[str, ...], take_out: tuple[str, ...]) -> str:
    parts = [
        phrase(
            "Open {page} (in the dashboard: Sites → Dashboard → Settings), tab WP-Config, field “Additional "
            "wp-config.php content”.",
            page=case.network.settings_page,
        )
    ]
    if take_out:
        head = phrase("Take out, where it stands there:")
        parts.append(joined([head, _indented(take_out)], "\n"))
    if put_in:
        parts.append(joined([phrase("Put in:"), _indented(put_in)], "\n"))
    if _KEY_LINE in put_in:
        parts.append(
            phrase(
                "{placeholder} is the app's API key as Closte gives it to you: between two straight single "
                "quotes, without blanks or line ends. Do not send it to anybody.",
                placeholder=PLACEHOLDER,
            )
        )
    parts.append(phrase("Then press Save All."))
    return joined(parts, "\n\n")


def _indented(lines: tuple[str, ...]) -> str:
    return joined([joined(["    ", line], "") for line in lines], "\n")
