"""Mask secrets and private data in text: known secrets, and what is known by the place it stands in.

Pure and idempotent: a mark is never masked again. Kept out: which file has what kind of text
(`redact.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analyzers.secrets import SHORTEST, Needle, Secret, needles, spelt, variants
from analyzers.shape import API_KEY

_MARK = rb"\[redacted:[^\]\s]{1,100}\]"
_KEY_PREFIX_MARK = b"[redacted:%s:first-10]" % API_KEY.encode()
_KEY_PREFIX = re.compile(
    # Closte_Host_Provider::send_closte_api_request, 2.4.4 – 2.4.10: substr of the key, then "...".
    # A line end inside the key is part of it, the end of a JSON string is not; a key shorter than that is
    # masked to the line's end.
    rb"(Using API key \(first 10 chars\): )"
    rb"(?!\[redacted:|\.\.\.[ \t]*(?:[\r\n]|\Z))(?:(?:(?!\"\s{0,5}[,:\]}])[\s\S]){0,10}?\.\.\.|[^\r\n\"\\<]+)"
)
_QUERY = re.compile(
    rb"(?i)((?:(nonce|token|apikey|api_key)(?:[a-z0-9_.\-\[\]]|%5b|%5d){0,60}"
    rb"|(?:(?<![a-z0-9_-])|(?<=%26)|(?<=%3f)|(?<=u0026)|(?<=%2526))(key))="
    rb")(?!" + _MARK + rb"(?:[&\s\"'<>#\\]|\Z))[^&\s\"'<>#\\]+"
)
_ENCODED_QUERY = re.compile(
    rb"(?i)((?:(nonce|token|apikey|api_key)(?:[a-z0-9_.\-]|%5b|%5d){0,60}"
    rb"|(?:(?<![a-z0-9_-])|(?<=%26)|(?<=%3f)|(?<=%2526))(key))%(?:25)?3d"
    rb")(?!" + _MARK + rb"(?:[&\s\"'<>#\\%]|\Z))(?:(?!%(?:25)?26)[^&\s\"'<>#\\])+"
)
_MEMBER = re.compile(
    rb"(?i)((api_?key|_key|secret|password|token|nonce)\\*\"\s{0,5}:\s{0,5}\\*\")"
    rb"(?!" + _MARK + rb"\\*\")[^\"\\]+"
)
_MEMBER_WORDS = tuple(
    # Each alone begins with a word that is found at once; all of them in one are tried at every letter.
    re.compile(word + rb"\\*\"\s{0,5}:")
    for word in (b"key", b"secret", b"password", b"token", b"nonce")
)
"""One of these stands, in lower case, in every text that has such a member: an answer `Invalid api key`
has its word and no member."""
_AUTHORIZATION = re.compile(
    # A header's line, PHP's print_r of one, or a quoted member: only that may have a quoted value,
    # since the quote after `Authorization: ` ends the text that the header stands in.
    rb"(?i)(authorization(?:\\*[\"']\s{0,5}+(?>=>|[:=])\s{0,5}+\[?\s{0,5}+\\*[\"']"
    rb"|\]?\s{0,5}+(?>=>|[:=]|%3a)\s{0,5}+))"
    rb"(?!\[redacted:authorization\]|\s)"
    rb"(?:digest\s+(?:\w+=(?:\\*\"[^\"\r\n\\]*\\*\"|[^\s\",]+)(?:,\s*)?)+|[^\r\n\"'<\\]+)"
)
_CODE = re.compile(
    # PHP quotes the text it stumbled over, up to its own closing quote; one that was cut has none.
    rb"(?i)((?:parse|syntax) error[^\r\n]{0,200}?unexpected (?:[a-z-]{1,20} ){0,4})(\\*[\"'])"
    rb"(?!\[redacted:code\])"
    rb"(?:[^\r\n]+?\2(?=,? (?:expecting|in|\(T_)|[\r\n\"'}<]|\Z)|[^\r\n]+)"
)
_ALONE = (
    # No part of a longer word or of a domain name; after an escape as after a blank.
    rb"(?:(?<![\w-])|(?<=\\[bfnrt])|(?<=%%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
    rb"(?<!\w\.)(?<!\[redacted:)(?:%s)(?![\w-]|\.\w)"
)
_USERINFO = re.compile(rb"(://[^/\s:@\"'<>]{1,100}:)[^/\s@\"'<>]{1,200}@")
_AT = re.compile(
    rb"(?i)(?:@|%40|&#0?64;|\\u0040)"
    rb"[a-z0-9\x80-\xff-]{1,63}(?:\.[a-z0-9\x80-\xff-]{1,63})+"
)
_LOCAL_PART = re.compile(rb"[A-Za-z0-9._%+'=~\x80-\xff-]{1,64}\Z")
_ESCAPED = re.compile(rb"(?:u[0-9A-Fa-f]{4}|[bfnrt])")
_HINTS = re.compile(
    r"(?i)@|%40|&#0?64;|\\u0040|(?:nonce|token|key|secret|password)[^ ]{0,80}(?:=|%3d|\"|%253d)"
    r"|authorization|\(first 10|unexpected "
)

_MOST_PASSES = 8


@dataclass(frozen=True, slots=True)
class Redaction:
    """Masks with these secrets known. Make it with `of`."""

    needles: tuple[Needle, ...]
    anchors: re.Pattern[str] | None = None
    """One of these stands in every text that holds a secret; None: no such is known."""
    short_key: re.Pattern[bytes] | None = None
    """An API key too short to be searched for everywhere: masked where it stands alone in free text."""

    @classmethod
    def of(cls, secrets: Iterable[Secret] = ()) -> Redaction:
        """The redaction that knows these secrets; with none, the places alone are masked."""
        known = tuple(secrets)
        keys = {text for s in known if s.name == API_KEY for text in variants(s.text)}
        alone = sorted(filter(_is_short_key, keys), key=lambda key: (-len(key), key))
        found = needles(known)
        anchors = [re.escape(needle.anchor.decode()) for needle in found]
        return cls(
            found,
            re.compile("|".join(sorted(set(anchors)))) if all(anchors) else None,
            re.compile(_ALONE % b"|".join(map(spelt, alone))) if alone else None,
        )

    def known(self, text: str) -> str:
        """A value of a table or of a setting: known secrets masked."""
        if not self.needles or len(text) < SHORTEST:
            return text
        if self.anchors is not None and self.anchors.search(text) is None:
            return text
        return self._on_text(text, self._known)

    def free(self, text: str) -> str:
        """What a host, a server or a person wrote: known secrets and private places masked."""
        if self.short_key is None and _HINTS.search(text) is None:
            return self.known(text)
        return self._on_text(text, self.content)

    def content(self, content: bytes) -> bytes:
        """A log file: as `free`. Again until nothing changes: a mark can be the end of a value that
        was none before."""
        for _ in range(_MOST_PASSES):
            before, content = content, self._once(content)
            if content == before:
                break
        return content

    def _once(self, content: bytes) -> bytes:
        content = self._known(content)
        if self.short_key is not None:
            content = self.short_key.sub(_short_mark, content)
        return _places(content)

    def _known(self, content: bytes) -> bytes:
        for needle in self.needles:
            content = needle.masked(content)
        return content

    def _on_text(self, text: str, mask: Callable[[bytes], bytes]) -> str:
        content = text.encode("utf-8", "surrogatepass")
        masked = mask(content)
        return text if masked is content else masked.decode("utf-8", "surrogatepass")


def without_passwords(url: str) -> str:
    """A value with the password of `scheme://user:password@host` masked."""
    if "://" not in url or "@" not in url:
        return url
    content = url.encode("utf-8", "surrogatepass")
    return _USERINFO.sub(rb"\1[redacted:password]@", content).decode("utf-8", "surrogatepass")


def _is_short_key(key: str) -> bool:
    """Too short to be searched for everywhere, and not so short or plain that it is any word or status."""
    fewest = 4 if key.isdigit() else 3
    return fewest <= len(key) < SHORTEST and any(c.isalnum() for c in key)


def _short_mark(found: re.Match[bytes]) -> bytes:
    return b"[redacted:%s]" % API_KEY.encode()


def _places(content: bytes) -> bytes:
    """What is known by its place, masked. A pattern runs only where its words occur at all."""
    # The mark of the plugin's own line has a word in it that none of the patterns can begin with there.
    lowered = content.lower().replace(_KEY_PREFIX_MARK.lower(), b"")
    if b"(first 10 chars)" in lowered:
        content = _KEY_PREFIX.sub(rb"\1%s..." % _KEY_PREFIX_MARK, content)
    if b"unexpected " in lowered:
        content = _CODE.sub(rb"\1\2[redacted:code]\2", content)
    if b"://" in lowered and b"@" in lowered:
        content = _USERINFO.sub(rb"\1[redacted:password]@", content)
    if b"authorization" in lowered:
        content = _AUTHORIZATION.sub(rb"\1[redacted:authorization]", content)
    # A sign alone is looked for many times faster than a word.
    signs = {sign for sign in (b"=", b"%", b'"', b"@", b";", b"\\") if sign in lowered}
    word = any(word in lowered for word in (b"nonce", b"token"))
    if b"=" in signs and (word or any(w in lowered for w in (b"key=", b"apikey", b"api_key"))):
        content = _QUERY.sub(_parameter_mark, content)
    if b"%" in signs and (b"%3d" in lowered or b"%253d" in lowered):
        content = _ENCODED_QUERY.sub(_parameter_mark, content)
    if b'"' in signs and any(words.search(lowered) for words in _MEMBER_WORDS):
        content = _MEMBER.sub(_member_mark, content)
    if (
        b"@" in signs
        or (b"%" in signs and b"%40" in lowered)
        or (b";" in signs and b"64;" in lowered)
        or (b"\\" in signs and b"u0040" in lowered)
    ):
        content = _without_addresses(content)
    return content


def _parameter_mark(found: re.Match[bytes]) -> bytes:
    return found[1] + b"[redacted:%s]" % (found[2] or found[3]).lower()


def _member_mark(found: re.Match[bytes]) -> bytes:
    return found[1] + b"[redacted:%s]" % found[2].lower().lstrip(b"_")


def _without_addresses(content: bytes) -> bytes:
    """E-mail addresses masked. From the sign outwards, since a pattern that starts at the local part
    would try every letter of a long line."""
    pieces: list[bytes] = []
    done = 0
    for found in _AT.finditer(content):
        local = _LOCAL_PART.search(content, max(done, found.start() - 64), found.start())
        if local is None:
            continue
        start = local.start()
        if start and content[start - 1] == 0x5C and (escape := _ESCAPED.match(content, start)):
            start = min(escape.end(), found.start())  # the `n` of a `\n` is no part of the address
        pieces += (content[done:start], b"[redacted:e-mail]")
        done = found.end()
    return b"".join((*pieces, content[done:])) if pieces else content
