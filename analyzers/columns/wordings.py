"""The wordings of one log, asked of many messages at once: yes, no, or not sure.

What is not sure is left to the plain matcher (`matching.py`): a field with a space in it, a number
that is none, a name longer than a row. So the answers are the plain matcher's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzers.columns.beginnings import KEY
from analyzers.columns.block import LOW, WIDEST, Block, Flags, Places
from analyzers.matching import Entry

LONGEST_NAME = 64
_LONGEST_NUMBER = 16
_SPACE, _QUOTE, _BACKSLASH, _SLASH, _COLON = 0x20, 0x22, 0x5C, 0x2F, 0x3A
_NAMED_IN_DATA = b'{"domain":"'
_NO_DATA = b"[]"
_SCHEMES = (b"http://", b"https://")
_LABEL = b"HTTPS with SSL verification"
"""The one field with spaces that is usual; no text that follows a label can begin within it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What one wording said of the messages that were asked."""

    yes: Flags
    unsure: Flags
    name_begin: Places
    """Of the messages with `yes`: where the domain stands; begin and end are the same for none."""
    name_end: Places


def grouped(entries: Sequence[Entry]) -> dict[bytes, list[Entry]]:
    """Beginning and the entries that can make a message beginning so, in the matcher's order.

    An entry whose beginning is short, or too long for a row, is left to the plain matcher, and with
    it all that share its beginning.
    """
    groups: dict[bytes, list[Entry]] = {}
    plain = {
        entry.head[:KEY]
        for entry in entries
        if len(entry.head) < KEY
        or max(map(len, (entry.head, *entry.inner, entry.tail))) > WIDEST
        or not all(b" " in literal for literal in entry.inner)
    }
    for entry in entries:
        if not any(entry.head.startswith(head) for head in plain):
            groups.setdefault(entry.head[:KEY], []).append(entry)
    return groups


def ask(entry: Entry, block: Block, begin: Places, end: Places) -> Matched:
    """Which of the messages between these places did this wording make?"""
    head_end = begin + len(entry.head)
    last = end - len(entry.tail)
    yes = (head_end <= last) & block.says(begin, entry.head)
    if not entry.fields:
        yes &= head_end == end
        return Matched(yes, np.zeros(len(yes), np.bool_), begin, begin)
    if entry.tail:
        yes &= block.says(np.maximum(last, 0), entry.tail)
    unsure = np.zeros(len(yes), np.bool_)
    at = head_end
    fields: list[tuple[Places, Places]] = []
    for name, literal, is_number in zip(entry.fields, entry.inner, entry.numeric, strict=False):
        within = _LONGEST_NUMBER if is_number else LONGEST_NAME
        start = block.next(at, _SPACE, within=within) - literal.index(b" ")
        if name == "label":
            start = np.where(block.says(at, _LABEL), at + len(_LABEL), start)
        after = start + len(literal)
        sure = (start >= at) & (after <= last) & block.says(np.maximum(start, 0), literal)
        if is_number:
            sure &= block.digits(at, start)
        unsure |= ~sure
        fields.append((at, start))
        at = np.where(sure, after, at)
    if entry.numeric[-1]:
        unsure |= ~block.digits(at, last)
    fields.append((at, last))
    unsure &= yes
    yes &= ~unsure
    named = _named(entry, block, fields)
    if named is None:
        return Matched(yes, unsure, begin, begin)
    name_begin, name_end, sure = named
    unsure |= yes & ~sure
    return Matched(yes & sure, unsure, name_begin, name_end)


def _named(
    entry: Entry, block: Block, fields: Sequence[tuple[Places, Places]]
) -> tuple[Places, Places, Flags] | None:
    """Where the domain stands, and whether that is sure; None for a wording that names none."""
    if "domain" in entry.fields:
        begin, end = fields[entry.fields.index("domain")]
        return begin, end, (end > begin) & (end - begin <= LONGEST_NAME)
    if "data" in entry.fields:
        data, data_end = fields[entry.fields.index("data")]
        begin = data + len(_NAMED_IN_DATA)
        end = block.next(begin, _QUOTE, within=LONGEST_NAME)
        escape = block.next(begin, _BACKSLASH, within=LONGEST_NAME)
        named = block.says(data, _NAMED_IN_DATA) & (end > begin) & (end < data_end)
        named &= (escape < 0) | (escape > end)
        none = (data_end - data == len(_NO_DATA)) & block.says(data, _NO_DATA)
        return np.where(named, begin, data), np.where(named, end, data), named | none
    if "url" in entry.fields:
        url, url_end = fields[entry.fields.index("url")]
        begin = url.copy()
        for scheme in _SCHEMES:
            begin[block.says(url, scheme)] += len(scheme)
        end = block.next(begin, _SLASH, within=LONGEST_NAME)
        port = block.next(begin, _COLON, within=LONGEST_NAME)
        named = (begin > url) & (end > begin) & (end <= url_end)
        named &= (port < 0) | (port > end)
        return np.where(named, begin, url), np.where(named, end, url), named
    return None


def runs(block: Block, begin: Places, end: Places) -> Places:
    """Where in a list of names one stands that is not the same as the one before it."""
    words = block.words(begin, LONGEST_NAME // 8)
    length = end - begin
    changed = np.ones(len(begin), np.bool_)
    changed[1:] = length[1:] != length[:-1]
    for at in range((int(length.max()) + 7) // 8):
        column = words[:, at] & LOW[np.clip(length - 8 * at, 0, 8)]
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)
