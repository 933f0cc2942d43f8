"""`meta.json` and `host.json`."""

from __future__ import annotations

from analyzers import instants
from analyzers.decoding.config import runtime_constants
from analyzers.decoding.document import Document
from analyzers.decoding.fields import address, nonempty, table, text, texts, truth, whole
from analyzers.evidence import Host, HostError, Meta, SunriseFile

_TEXTS = (
    "wp_version",
    "plugin_version",
    "plugin_slug",
    "php_version",
    "wp_cli_version",
    "abspath",
    "content_dir",
    "locale",
    "site_url",
    "network_domain",
    "base_prefix",
    "logs_dir",
    "reached",
)
_TRUTHS = (
    "plugin_network_active",
    "closte_mu_plugin",
    "development_mode",
    "maintenance_file",
    "sunrise_defined_late",
    "object_cache",
    "logs_dir_writable",
    "logs_collected",
)
_WHOLES = ("network_id", "main_site_id", "logs_bytes")
_OTHERS = ("time_gmt", "runtime_constants", "sunrise", "messages", "stdout_noise", "errors")
FIELDS = frozenset((*_TEXTS, *_TRUTHS, *_WHOLES, *_OTHERS))
"""All keys of host.json that CONTRACT section 3 knows."""

_OF_THE_LOOK = frozenset(
    {
        *("errors", "stdout_noise", "reached", "time_gmt", "messages"),
        *("php_version", "wp_cli_version", "abspath"),
    }
)
"""What says how the look went, by which tools and in which folder, and nothing of the network."""


def host(document: Document) -> Host:
    """`host.json`. A field of a wrong type is as one that is not there."""
    stored = table(document.value)
    fields: dict[str, object] = {name: nonempty(stored.get(name)) for name in _TEXTS}
    fields |= {name: truth(stored.get(name)) for name in _TRUTHS}
    fields |= {name: whole(stored.get(name)) for name in _WHOLES}
    return Host(
        **fields,  # type: ignore[arg-type]  # names and readers stand side by side above
        time_gmt=instants.parse(stored.get("time_gmt")),
        runtime_constants=runtime_constants(stored.get("runtime_constants")),
        sunrise=_sunrise(stored.get("sunrise")),
        messages={k: v for k, v in table(stored.get("messages")).items() if isinstance(v, str)},
        stdout_noise=text(stored.get("stdout_noise")) or "",
        errors=_errors(stored.get("errors")),
        raw={key: value for key, value in stored.items() if key not in FIELDS},
    )


def says_something(found: Host) -> bool:
    """Is there more in host.json than how the look went wrong?"""
    return any(getattr(found, name) not in (None, "", {}, ()) for name in FIELDS - _OF_THE_LOOK)


def _sunrise(value: object) -> SunriseFile | None:
    if not isinstance(value, dict):
        return None
    exists = truth(value.get("exists"))
    if exists is None:
        return None
    return SunriseFile(
        exists,
        nonempty(value.get("version")),
        nonempty(value.get("plugin_slug")),
        truth(value.get("ours")),
    )


def _errors(value: object) -> tuple[HostError, ...]:
    return tuple(
        HostError(
            text(error.get("command")) or "",
            whole(error.get("status")),
            text(error.get("stdout")) or "",
            text(error.get("stderr")) or "",
        )
        for error in (value if isinstance(value, list) else ())
        if isinstance(error, dict)
    )


def meta(stored: object, *, origin: str) -> tuple[Meta | None, str]:
    """`meta.json` where it says when (else None), and the target's name in any case."""
    fields = stored if isinstance(stored, dict) else {}
    target = nonempty(fields.get("target")) or origin
    taken_at = instants.parse(fields.get("taken_at"))
    if taken_at is None:
        return None, target
    return Meta(taken_at, Meta.FILE, target, tool(fields), expected(fields)), target


def tool(fields: dict[str, object]) -> str | None:
    """What wrote the folder, as it says itself."""
    return nonempty(fields.get("tool"))


def expected(fields: dict[str, object]) -> tuple[str, ...] | None:
    """`expected_addresses`, or None where the operator states none."""
    stated = texts(fields.get("expected_addresses"))
    return tuple(dict.fromkeys(address(one) for one in stated if one.strip())) or None
