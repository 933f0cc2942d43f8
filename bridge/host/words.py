"""Words of the host, cut to what an error entry needs, without what PHP quotes of the code it read."""

from __future__ import annotations

import re

LONGEST = 2000
_PARSE_ERROR = re.compile(
    r"((?:parse|syntax) error[^\n]*?unexpected [a-z -]*)[^\n]*?"
    r"((?: in [^\n\"']*)?(?: on line \d+)?)(?=\n|\Z)",
    re.IGNORECASE,
)


def cut(said: bytes | str, longest: int = LONGEST) -> str:
    """The beginning of it as text: bytes that are no UTF-8 become U+FFFD."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = text.strip()
    return text if len(text) <= longest else text[:longest] + " …"


def without_quotes(said: str) -> str:
    """Parse errors without the text that PHP stumbled over, which can be the database password."""
    return _PARSE_ERROR.sub(_kept, said)


def _kept(found: re.Match[str]) -> str:
    line = re.search(r" on line \d+", found[0])
    file = re.search(r" in (?:\S*/)?([^/\s\"']+\.php)", found[0])
    evaluated = " in eval()'d code" if "eval()'d code" in found[0] else ""
    where = evaluated or (f" in {file[1]}" if file else "")
    return f"{found[1].rstrip()}{where}{line[0] if line else ''}"
