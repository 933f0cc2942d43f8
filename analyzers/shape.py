"""The shape of a secret: what may be known of it without its text (CONTRACT section 3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from analyzers.decoding.fields import truth, whole
from analyzers.evidence import Shape
from analyzers.secrets import is_secret_name

API_KEY = "CLOSTE_CLIENT_API_KEY"

_CHARSETS = (
    ("hex", re.compile(r"[0-9A-Fa-f]+\Z")),
    ("alnum", re.compile(r"[0-9A-Za-z]+\Z")),
    ("base64", re.compile(r"[0-9A-Za-z+/]+={0,2}\Z")),
)
_OF_A_SHAPE = ("defined", "length", "trimmed_length", "charset")
CHARSETS = frozenset({"hex", "alnum", "base64", "other", "empty"})
_INVISIBLE = "\0\ufeff\u200b\u200c\u200d\u2060"
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›")
_FILLER = re.compile(r"(.)\1{2,}\Z|[.…*]+\Z|x[x-]*\Z", re.IGNORECASE | re.DOTALL)
_WORDS = re.compile(
    r"(your|my|the|insert|enter|put|paste|add|change|replace|example|sample|dummy|test|todo|tbd"
    r"|placeholder|fill|set)(?![0-9])[\W_]*"
    r"(your|my|the|me|in|it|here|this|unique|closte|client|site|api|app|secret|phrase|key|token"
    r"|password|with|from|value|[\W_])*\Z"
    r"|(?:none|null|nil|undefined|unknown|n/?a)\Z",
    re.IGNORECASE,
)
_LONGEST_PLACEHOLDER = 60
_NAMES = re.compile(r"(closte|client|api|app|secret|key|token|here|[\W_])+\Z", re.IGNORECASE)


def shape_of(value: object, *, name: str = "") -> Shape:
    """The shape of a raw value, as PHP would see it: false and null are empty, true is `1`.

    `name`: the constant's; only CLOSTE_CLIENT_API_KEY gets a digest. Lengths are in bytes of UTF-8, as
    PHP's strlen counts.
    """
    raw = _php_text(value)
    trimmed = raw
    while trimmed != (stripped := trimmed.strip().strip(_INVISIBLE)):
        trimmed = stripped
    digest = name == API_KEY and bool(raw)
    return Shape(
        defined=True,
        length=_length(raw),
        trimmed_length=_length(trimmed),
        charset=_charset(trimmed),
        quoted=bool(trimmed) and (trimmed[0] in _QUOTES or trimmed[-1] in _QUOTES),
        inner_space=any(c.isspace() for c in trimmed),
        placeholder=is_placeholder(trimmed),
        sha256_8=hashlib.sha256(_bytes(raw)).hexdigest()[:8] if digest else None,
        truthy=raw not in ("", "0"),
    )


def is_placeholder(trimmed: str) -> bool:
    """Is this what a manual says in place of a key: `your_api_key`, `xxx`, `changeme`, `<key>`, …?"""
    bare = trimmed.strip("<>[]{}()'\"`").strip()
    if not bare:
        return False
    if _FILLER.match(bare):
        return True
    if len(bare) > _LONGEST_PLACEHOLDER:
        return False
    return bool(_WORDS.match(bare) or _NAMES.match(bare))


def shape_from(stored: dict[str, object]) -> Shape:
    """A shape as a file has it, every field checked: a hand-made one may leave some out, and have
    numbers and truth as text."""
    charset = stored.get("charset")
    digest = stored.get("sha256_8")
    known = isinstance(charset, str) and charset in CHARSETS
    trimmed = _count(stored.get("trimmed_length"))
    length = _count(stored.get("length"))
    if length is None:
        length = 0 if charset == "empty" else trimmed
    trimmed = length if trimmed is None else trimmed
    return Shape(
        defined=truth(stored.get("defined")) is not False,
        length=length,
        trimmed_length=trimmed,
        charset=str(charset) if known else "empty" if trimmed == 0 else "other",
        quoted=truth(stored.get("quoted")) is True,
        inner_space=truth(stored.get("inner_space")) is True,
        placeholder=truth(stored.get("placeholder")) is True,
        sha256_8=digest
        if isinstance(digest, str) and re.fullmatch("[0-9a-f]{8}", digest)
        else None,
        truthy=length != 0 and truth(stored.get("truthy")) is not False,
        untold=tuple(_untold(stored)),
    )


def _untold(stored: dict[str, object]) -> Iterator[str]:
    """The marks that are not there. Of letters and digits alone no quotation mark or blank is one."""
    plain = stored.get("charset") in ("hex", "alnum", "base64")
    for name in ("length", "trimmed_length"):
        if _count(stored.get(name)) is None:
            yield name
    for name in ("quoted", "inner_space", "placeholder"):
        if truth(stored.get(name)) is None and not (plain and name != "placeholder"):
            yield name


def _count(value: object) -> int | None:
    number = whole(value)
    return number if number is not None and number >= 0 else None


def written_shape(shape: Shape) -> dict[str, object]:
    """A shape as the evidence folder has it. `truthy` only where the length does not say it."""
    stored: dict[str, object] = {"secret": True, "defined": shape.defined}
    if shape.length is not None:
        stored["length"] = shape.length
    if shape.trimmed_length is not None:
        stored["trimmed_length"] = shape.trimmed_length
    stored |= {
        "charset": shape.charset,
        "quoted": shape.quoted,
        "inner_space": shape.inner_space,
        "placeholder": shape.placeholder,
    }
    if shape.sha256_8 is not None:
        stored["sha256_8"] = shape.sha256_8
    if shape.length != 0 and not shape.truthy:
        stored["truthy"] = False
    return {name: value for name, value in stored.items() if name not in shape.untold}


def is_shape(value: object, *, name: str = "") -> bool:
    """Is this a shape as a file has it? One written by hand for a secret `name` may lack `secret`."""
    if not isinstance(value, dict):
        return False
    marked = truth(value.get("secret"))
    if marked is None and is_secret_name(name):
        return not value.keys().isdisjoint(_OF_A_SHAPE)
    return marked is True


def is_unreadable(value: object, *, name: str = "") -> bool:
    """Is this for a secret `name` neither its text nor its shape, so that it says nothing of it?"""
    return (
        isinstance(value, dict | list) and is_secret_name(name) and not is_shape(value, name=name)
    )


def _php_text(value: object) -> str:
    if value is True:
        return "1"
    if value is None or value is False:
        return ""
    return value if isinstance(value, str) else repr(value)


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _length(value: str) -> int:
    return len(_bytes(value))


def _charset(trimmed: str) -> str:
    if not trimmed:
        return "empty"
    return next((name for name, pattern in _CHARSETS if pattern.match(trimmed)), "other")
