"""`options.json`: network options by meta_key, decoded, raw or as a hand-made folder has them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analyzers.decoding.document import Document
from analyzers.decoding.fields import nonempty, table, truth
from analyzers.decoding.php_serialized import unserialized
from analyzers.evidence import Options, StoredKey

SETTINGS = "wp-ultimo_v2_settings"
INTEGRATIONS = "wu_host_integrations_enabled"
STORED_KEY = "wu_hosting_credential_CLOSTE_CLIENT_API_KEY"
_ARRAYS = (SETTINGS, INTEGRATIONS, "wu_sunrise_meta")
_SEALS = (("$wu_enc$", "encrypted-openssl"), ("$wu_sodium$", "encrypted-sodium"))


def options(document: Document) -> Options:
    """The options. Arrays may also come as JSON text or as PHP serialized them in the table."""
    values = dict(table(document.value))
    for name in _ARRAYS:
        if name in values:
            values[name] = array_of(values[name])
    stored_key = stored_credential(values.get(STORED_KEY))
    columns = values.get("mapping_columns")
    settings = values.get(SETTINGS)
    return Options(
        values=values,
        settings=_array(settings),
        integrations=_integrations(values.get(INTEGRATIONS)),
        stored_key=stored_key,
        stage_column=nonempty(columns.get("stage") if isinstance(columns, dict) else columns),
        table_missing="mapping_columns" in values and columns is None,
    )


def array_of(value: object) -> object:
    """An option's array out of JSON text or PHP's serialization; anything else as it stands."""
    if not isinstance(value, str):
        return value
    stripped = value.strip()
    if stripped.startswith(("a:", "s:", "b:", "i:")):
        found = unserialized(stripped)
        return value if found is None else found
    if stripped.startswith(("{", "[")):
        try:
            return json.loads(stripped)
        except (ValueError, RecursionError):
            return value
    return value


def stored_credential(value: object) -> StoredKey | None:
    """How the key is stored (DOMAIN 2.10): what a collector said of it, or read off the raw text.

    A plain string is returned by the plugin as it is, so there is nothing to decrypt.
    """
    if isinstance(value, dict):
        stored = nonempty(value.get("stored"))
        if stored is None and "stored" not in value and "decrypts" in value:
            stored = "unknown"
        return StoredKey(stored, truth(value.get("decrypts"))) if stored else None
    if not isinstance(value, str) or not value:
        return None
    for seal, stored in _SEALS:
        if value.startswith(seal):
            return StoredKey(stored, None)
    return StoredKey("plain", True)


def _array(value: object) -> Mapping[str, object] | None:
    if isinstance(value, dict):
        return value
    return {} if value == [] else None


def _integrations(value: object) -> Mapping[str, bool]:
    if isinstance(value, list):  # names alone
        return {name: True for name in value if isinstance(name, str)}
    return {name: truth(on) or False for name, on in table(value).items()}
