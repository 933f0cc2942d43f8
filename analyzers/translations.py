"""Reading messages that the plugin wrote in the site's language (DOMAIN 3.6, recordings README 13).

Two ways: with the translations themselves (`host.json` `messages`, gettext msgid → text) a translated
message is matched as exactly as an English one. Without them, what no translation changes still says
something: the level, the leading `- `, DNS and SSL, numbers, labels, URLs, the domain, how a sentence
ends. That is an inference, marked as one, and where it is not decisive nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from analyzers.foreign_words import is_foreign
from analyzers.messages import Message, Template, template

_PLACEHOLDER = re.compile(r"%(?:%|(?:(\d+)\$)?[-+ 0]*\d*(?:\.\d+)?([sdufx]))")
_FEWEST_LETTERS = 2


def translated_templates(
    rows: tuple[Message, ...], messages: Mapping[str, str]
) -> tuple[tuple[str, Template], ...]:
    """Event and template for each translation of one of these rows.

    A msgid belongs to a row by its literal text, however its placeholders are written. Translations
    that say nothing (equal to the msgid, or hardly a letter beside the placeholders) are left out.
    """
    wordings = {
        _skeleton(template(wording)): (row.event, template(wording))
        for row in rows
        if row.translatable
        for wording in row.wordings
    }
    found = []
    for msgid, translation in messages.items():
        if msgid == translation:
            continue
        event, original = wordings.get(_placeholders(msgid)[0], (None, None))
        if event is None or original is None:
            continue
        translated = _translated(translation, original)
        if translated is not None:
            found.append((event, translated))
    return tuple(found)


def _skeleton(wording: Template) -> tuple[str, ...]:
    return wording.literals


def _placeholders(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The literal text between the placeholders, and the argument (from 0) of each placeholder."""
    literals = [""]
    arguments: list[int] = []
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        literals[-1] += text[end : found.start()]
        end = found.end()
        if found[0] == "%%":
            literals[-1] += "%"
            continue
        arguments.append(int(found[1]) - 1 if found[1] else len(arguments))
        literals.append("")
    literals[-1] += text[end:]
    return tuple(literals), tuple(arguments)


def _translated(translation: str, original: Template) -> Template | None:
    literals, arguments = _placeholders(translation)
    if sum(c.isalpha() for literal in literals for c in literal) < _FEWEST_LETTERS:
        return None
    if any(argument >= len(original.fields) for argument in arguments):
        return None
    if any(not literal for literal in literals[1:-1]):
        return None  # two placeholders side by side: nobody can say where one ends
    names = tuple(original.fields[argument] for argument in arguments)
    return Template(literals, names, original.numeric & set(names))


_LABEL = re.compile(r"HTTPS with SSL verification|\bHTTP\b")
_URL = re.compile(r"https?://[^\s/]+\s*/")
_CURL = re.compile(r"\bcURL error \d+")
_STATUS = re.compile(r"HTTP\D{1,4}([1-5]\d\d)\b")
_JSON_ERROR = re.compile(r"JSON.*? : ", re.DOTALL)
_TWO_IDS = re.compile(r"(\d+)\D+?(\d+|null)\s*\.?\s*$")
_ALL_PROTOCOLS = re.compile(r"\(HTTPS\b.*\bSSL\b.*\bHTTP\)", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_FIVE_AND_MORE = re.compile(r"[(（].*?\d+.*?\d+.*?[)）]")
_ELLIPSIS = re.compile(r"(?:\.\s?\.\s?\.|…)\s*$")
_TWO_SENTENCES = re.compile(r"\w{2}[.。।۔]\s*\w.*[.。।۔]\s*$", re.DOTALL)
_DASH = re.compile(r"^[\u200e\u200f\u202a-\u202e]*[-–—]\s")
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]{2,}")
_COLON = re.compile(r"[:：]")
_LONGEST_SENTENCE = 400


def inferred_event(
    handle: str,
    level: str,
    text: str,
    *,
    domain: str | None,
    first: bool,
    locale: str = "",
) -> str | None:
    """The event of a message in another language by its invariants, or None.

    `handle` as in `Message.handle`; `domain`: that of the file's name; `first`: is it the first
    record of its file? `locale`: the site's, where it is known. An English sentence that no row
    knows is new wording, and never guessed at.
    """
    if handle == "domain-":
        return _check_by_label(level, text, locale) or _check_by_form(
            level, text, domain, first, locale
        )
    if len(text) > _LONGEST_SENTENCE or not is_foreign(_without(text, None), locale):
        return None
    if handle == "domain-ssl-checks":
        return "certificate.invalid" if level == "ERROR" and _COLON.search(text) else None
    if handle == "dns-" and level == "INFO":
        return _dns_record(text)
    return None


def _check_by_label(level: str, text: str, locale: str) -> str | None:
    """Loopback messages: their label is never translated (`HTTPS with SSL verification`, `HTTP`)."""
    label = _LABEL.search(text)
    if label is None:
        return None
    after = text[label.end() :]
    own = _COLON.split(text[: label.start()] + after, maxsplit=1)[0]
    if not is_foreign(own, locale):
        return None
    if level == "INFO":
        if _URL.search(text):
            return "check.loopback-testing"
        return "check.loopback-ok" if len(_NUMBER.findall(text)) == 1 else None
    if level == "ERROR":
        return "check.loopback-failed" if _ALL_PROTOCOLS.search(text) else None
    if level != "WARNING":
        return None
    if _CURL.search(after[:_LONGEST_SENTENCE]):
        return "check.loopback-unreachable"
    if _JSON_ERROR.search(after):
        return "check.loopback-not-json"
    if _STATUS.search(text) and len(_NUMBER.findall(text)) == 1 and text.count("HTTP") > 1:
        return "check.loopback-http"
    return "check.loopback-other-id" if _TWO_IDS.search(after) else None


def _check_by_form(
    level: str, text: str, domain: str | None, first: bool, locale: str
) -> str | None:
    if len(text) > _LONGEST_SENTENCE or not is_foreign(_without(text, domain), locale):
        return None
    if level == "INFO" and _DASH.match(text):
        return _verdict(text)
    rest = _without(text, domain)
    named = rest != text
    numbers = len(_NUMBER.findall(rest))
    if level == "ERROR":
        return "check.auto-promote-failed" if named and numbers and _COLON.search(rest) else None
    if level != "INFO":
        return None
    if named:
        if numbers == 1 and rest.rstrip().endswith((".", "。", "।", "۔")):
            return "check.auto-promoted"
        plain = not numbers and not re.search(r"[:(/\"]", rest) and re.search(r"[^\W\d_]{2}", rest)
        return "check.started" if plain else None
    tombstone = first and not numbers and _ELLIPSIS.search(text)
    return "check.deleted" if tombstone else None


def _verdict(text: str) -> str | None:
    """The lines with a leading dash: of DNS or of SSL, and done, again, or given up."""
    dns, ssl = "DNS" in text, "SSL" in text
    if dns == ssl:
        return None
    kind = "dns" if dns else "ssl"
    numbers = len(_NUMBER.findall(text))
    open_ended = _ELLIPSIS.search(text) is not None
    if numbers == 2 and not open_ended and _FIVE_AND_MORE.search(text):
        return f"check.{kind}-given-up"
    if numbers == 1 and open_ended:
        return f"check.{kind}-retry"
    if numbers:
        return None
    if dns:
        return "check.dns-ok" if open_ended else None
    return "check.ssl-ok" if _TWO_SENTENCES.search(text) else None


def _dns_record(text: str) -> str | None:
    if " -> " in text:
        return "dnsrecord.created"
    if re.search(r'"[^"]+"\D+\d+\D+\d+', text):
        return "dnsrecord.bulk"
    if re.search(r"ID \S+ \([A-Z]+ [^)]*\)", text):
        return "dnsrecord.updated"
    return "dnsrecord.deleted" if re.search(r"ID \S+$", text) else None


@lru_cache(maxsize=4096)
def _domain_pattern(domain: str) -> re.Pattern[str]:
    return re.compile(re.escape(domain) + r"\.?", re.IGNORECASE)


def _without(text: str, domain: str | None) -> str:
    """The text without the domain, that of the file or any host name."""
    pattern = _domain_pattern(domain) if domain else _HOST
    return pattern.sub("", text, count=1)
