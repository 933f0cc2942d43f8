"""What a known message of the plugin is: one row with its wording, its meaning and its traps.

The rows stand in `closte_messages.py`, `check_messages.py` and `other_messages.py`; `MESSAGES` is all
of them. Event names are those of CONTRACT section 6, wordings those of DOMAIN section 3 (the plugin's
source, 2.0 to 2.13). Kept out: how a log is read (`grammar.py`) and matched (`matching.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_FIELD = re.compile(r"\{([a-z_]+)(:d)?\}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what the plugin's `wu_log_add` is given, field by field.

    A wording is literal text with fields: `{name}` is any text (`%s`), `{name:d}` a number (`%d`).
    """

    event: str
    handle: str
    """The log's name without `.log`; `domain-` and `dns-` stand for one log per domain."""
    level: str
    wordings: tuple[str, ...]
    """The newest first."""
    versions: str
    means: str
    samples: tuple[str, ...]
    """Whole lines as the plugin writes them. The tests read each one."""
    trap: str = ""
    """What it does not mean."""
    translatable: bool = False
    """Does the wording go through gettext, so that it stands in the site's language?"""

    @property
    def msgids(self) -> tuple[str, ...]:
        """The gettext msgids of the wordings; none where the message is never translated."""
        if not self.translatable:
            return ()
        return tuple(msgid for wording in self.wordings for msgid in _msgids(wording))


@dataclass(frozen=True, slots=True)
class Template:
    """A wording taken apart: `literals[0] fields[0] literals[1] …`, one literal more than fields."""

    literals: tuple[str, ...]
    fields: tuple[str, ...]
    numeric: frozenset[str]


@lru_cache(maxsize=256)
def template(wording: str) -> Template:
    """The pieces of a wording."""
    parts = _FIELD.split(wording)
    names = tuple(parts[1::3])
    numbers = frozenset(name for name, mark in zip(names, parts[2::3], strict=True) if mark)
    return Template(tuple(parts[0::3]), names, numbers)


def _msgids(wording: str) -> tuple[str, ...]:
    """The msgids that a wording can have had: placeholders in order, or numbered (`%1$s`)."""
    plain = _FIELD.sub(lambda found: "%d" if found[2] else "%s", wording)
    count = len(template(wording).fields)
    if count < 2:
        return (plain,)
    numbers = iter(range(1, count + 1))
    numbered = _FIELD.sub(
        lambda found: f"%{next(numbers)}${'d' if found[2] else 's'}",
        wording,
    )
    return (numbered, plain)
