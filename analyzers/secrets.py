"""Secrets: which names have one, and how its text is found in whatever a host prints.

A secret is looked for whole, or from 10 of its first characters on, plain, JSON-escaped, URL-encoded or
HTML-escaped, each character for itself and once more over (CONTRACT section 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

SHORTEST = 8
"""Characters: a shorter value would be found everywhere."""
SHORTEST_PREFIX = 10
_SECRET_NAME = re.compile(
    r"(?:\A|_)(?:KEY|SALT|SECRET|PASSWORD|TOKEN|PASS|PASSWD|PWD)\Z", re.IGNORECASE
)
_HTML = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_JSON = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_BACKSLASHES = ("\\", "\\\\", "\\\\\\", "\\\\\\\\")
_SHORTEST_ANCHOR = 2
_HEAD = 40 * SHORTEST_PREFIX
"""Bytes that the first characters of a secret take at most, however they are spelt."""
_OPEN = b"[redacted:"
_LONGEST_MARK = 120


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Is the value under this name a secret (CONTRACT section 3: `*_KEY`, `*_SALT`, …)?

    `*_PASS`, `*_PASSWD`, `*_PWD` and the bare words are taken for secrets too: SMTP and FTP settings
    in wp-config.php are called so.
    """
    return _SECRET_NAME.search(name) is not None


@dataclass(frozen=True, slots=True)
class Secret:
    """A raw secret of a hand-made folder. Its text never shows in a repr."""

    name: str
    text: str = field(repr=False)

    @property
    def label(self) -> str:
        """The name as it may stand in a mark."""
        return re.sub(r"[^A-Za-z0-9_.-]", "_", self.name)[:64]


class Needle:
    """One secret, ready to be found in bytes of UTF-8."""

    __slots__ = ("_anchor", "_before", "_label", "_start", "_units")

    def __init__(self, secret: Secret) -> None:
        """Raises ValueError for a secret that is too short to be searched for."""
        if len(secret.text) < SHORTEST:
            raise ValueError(f"{secret.name} is too short to be searched for")
        self._label = secret.label.encode()
        self._units = tuple(map(_spellings, secret.text))
        head = secret.text[:SHORTEST_PREFIX]
        run = max(re.finditer("[0-9A-Za-z]+", head), key=lambda r: len(r[0]), default=None)
        self._anchor = run[0].encode() if run else b""
        self._before = sum(len(unit[0]) for unit in self._units[: run.start()]) if run else 0
        self._start = re.compile(spelt(secret.text[:SHORTEST_PREFIX]))

    @property
    def anchor(self) -> bytes:
        """The longest run of letters and digits at the secret's beginning: spelt in one way only."""
        return self._anchor

    def may_be_in(self, content: bytes) -> bool:
        """Cheap and never wrong when it says no."""
        return self._anchor in content

    def masked(self, content: bytes) -> bytes:
        """The content with each occurrence replaced by its mark."""
        if not self.may_be_in(content):
            return content
        pieces: list[bytes] = []
        done = position = 0
        while (found := self._next(content, position)) is not None:
            if (mark_end := _mark_around(content, found.start())) is not None:
                position = mark_end
                continue
            count, position = self._reach(content, found.start())
            pieces += (content[done : found.start()], self._mark(count))
            done = position
        return b"".join((*pieces, content[done:])) if pieces else content

    def _next(self, content: bytes, position: int) -> re.Match[bytes] | None:
        """The next place where the secret begins. Letters and digits are spelt in one way only, so
        the longest run of them is looked for first, which is many times faster than the pattern."""
        if len(self._anchor) < _SHORTEST_ANCHOR:
            return self._start.search(content, position)
        at = content.find(self._anchor, position)
        while at >= 0:
            start = max(position, at - self._before)
            if (found := self._start.search(content, start, at + _HEAD)) is not None:
                return found
            at = content.find(self._anchor, at + 1)
        return None

    def _reach(self, content: bytes, start: int) -> tuple[int, int]:
        """How many characters of the secret stand here, and where they end.

        All spellings are followed at once: `&` is also the beginning of `&amp;`.
        """
        ends, count = {start}, 0
        for unit in self._units:
            further = {e + len(s) for e in ends for s in unit if content.startswith(s, e)}
            if not further:
                break
            ends, count = further, count + 1
        return count, max(ends)

    def _mark(self, count: int) -> bytes:
        whole = count == len(self._units)
        return _OPEN + self._label + (b"]" if whole else b":first-%d]" % count)


def needles(secrets: Iterable[Secret]) -> tuple[Needle, ...]:
    """The secrets that can be searched for, longest first, with and without white space and quotes
    around them (a key pasted with its line end is sent without)."""
    texts: dict[str, str] = {}
    for secret in secrets:
        for text in variants(secret.text):
            if len(text) >= SHORTEST and not text.startswith(_OPEN.decode()):
                texts.setdefault(text, secret.name)
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return tuple(Needle(Secret(texts[text], text)) for text in longest_first)


def variants(text: str) -> tuple[str, ...]:
    """A secret as it is defined, without white space around it, and without quotes around that."""
    bare = text.strip()
    return text, bare, bare.strip("'\"").strip()


def spelt(text: str) -> bytes:
    """A pattern for a text in every spelling of each of its characters."""
    return b"".join(map(_either, map(_spellings, text)))


def _mark_around(content: bytes, at: int) -> int | None:
    """The end of the mark that this place lies in; None outside of marks."""
    opened = content.rfind(_OPEN, max(0, at - _LONGEST_MARK), at + len(_OPEN))
    if opened < 0:
        return None
    closed = content.find(b"]", opened, opened + _LONGEST_MARK)
    return closed + 1 if opened <= at < closed else None


def _either(spellings: tuple[bytes, ...]) -> bytes:
    return b"(?:" + b"|".join(map(re.escape, spellings)) + b")"


def _spellings(character: str) -> tuple[bytes, ...]:
    """Every way this character may be written, longest first."""
    if character.isascii() and character.isalnum():
        return (character.encode(),)
    found = {character, *_url(character), *_html(character), *_json(character)}
    if character == " ":
        found.add("+")
    return tuple(
        sorted((s.encode("utf-8", "surrogatepass") for s in found), key=lambda s: (-len(s), s))
    )


def _url(character: str) -> Iterator[str]:
    octets = character.encode("utf-8", "surrogatepass")
    for sign in ("%", "%25"):
        for digits in ("%02X", "%02x"):
            yield "".join(sign + digits % octet for octet in octets)


def _html(character: str) -> Iterator[str]:
    code = ord(character)
    entities = [f"#{code}", f"#{code:03d}", f"#x{code:x}", f"#x{code:X}", f"#X{code:X}"]
    if character in _HTML:
        entities.append(_HTML[character])
    for entity in entities:
        yield f"&{entity};"
        yield f"&amp;{entity};"


def _json(character: str) -> Iterator[str]:
    units = character.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    for slashes in _BACKSLASHES:
        yield "".join(f"{slashes}u{code:04x}" for code in codes)
        yield "".join(f"{slashes}u{code:04X}" for code in codes)
        if character in _JSON:
            yield slashes + _JSON[character]
        elif character == "\\":
            yield slashes
        elif character.isascii() and character.isprintable():
            yield slashes + character
