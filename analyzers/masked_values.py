"""Mask the texts of a decoded document, at any depth.

A document of 100,000 actions has millions of texts, but few different ones: each is masked once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzers.secrets import is_secret_name

_PRIVATE_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_MARK = re.compile(r"\[redacted:[^\]]{1,100}\]\Z")


class _Once(dict[str, str]):
    """Text → masked text, found once for each."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._mask = mask

    def __missing__(self, text: str) -> str:
        masked = self[text] = self._mask(text)
        return masked


class MaskedValues:
    """Masks values. `text` for what people and programs wrote, `known` for names and the plugin's words."""

    def __init__(self, text: Callable[[str], str], known: Callable[[str], str]) -> None:
        self._texts = _Once(text)
        self._known = known
        self._names = _Once(lambda name: name if is_secret_name(name) else known(name))
        self._special: dict[str, bool] = {}

    def of(self, value: object) -> object:
        """The value with its texts masked. The value of a secret's name is masked whole."""
        if isinstance(value, str):
            return self._texts[value]
        if isinstance(value, dict):
            return self._members(value)
        if isinstance(value, list):
            return [self.of(element) for element in value]
        return value

    def _members(self, members: dict[str, object]) -> dict[str, object]:
        found: dict[str, object] = {}
        texts, names, special = self._texts, self._names, self._special
        for key, value in members.items():
            if key not in special:
                special[key] = _is_special(key)
            if special[key]:
                found[names[key]] = self._special_member(key, value)
            elif isinstance(value, str):
                found[names[key]] = texts[value]
            else:
                found[names[key]] = self.of(value)
        return found

    def _special_member(self, key: str, value: object) -> object:
        if key == "messages":  # gettext's msgids and translations: the plugin's own words
            return MaskedValues(self._known, self._known).of(value)
        if not isinstance(value, str) or not value:
            return self.of(value)
        if key == "name":
            return value if is_secret_name(value) else self._texts[value]
        return value if _MARK.match(value) else f"[redacted:{key[:64].replace(']', '_')}]"


def _is_special(key: str) -> bool:
    return key in ("messages", "name") or key.lower() in _PRIVATE_HEADERS or is_secret_name(key)
