"""The words of an account that has no shell: said by the host in place of running a command."""

from __future__ import annotations

import re

from analyzers.language import phrase
from bridge.errors import printable

_LONGEST = 1000
"""Bytes; a real command's output is rarely only this sentence and never this short by chance."""

# nologin(8) of util-linux and of Debian's login package, OpenSSH's internal-sftp and ForceCommand
# habits, rssh(1), git-shell(1), cPanel's and CloudLinux's "no shell" programs.
_WORDS = re.compile(
    rb"""This\ account\ is\ currently\ not\ available
      | This\ service\ allows\ (?:sftp|scp)\ connections\ only
      | This\ account\ is\ restricted\ by\ rssh
      | Shell\ access\ (?:is\ not|to\ this\ account\ is\ not|is)\ (?:enabled|disabled|allowed|denied)
      | Interactive\ git\ shell\ is\ not\ enabled
      | (?:command|shell)\ (?:execution|login)\ is\ (?:not\ allowed|disabled)
      | restricted\ to\ sftp""",
    re.VERBOSE | re.IGNORECASE,
)


def denial(status: int | None, stdout: bytes, stderr: bytes) -> str | None:
    """One sentence if these are the words of a shell that runs nothing, else None."""
    said = (stdout + b"\n" + stderr).strip()
    if status == 0 or len(said) > _LONGEST or not _WORDS.search(said):
        return None
    return phrase(
        "The account may not run commands; the host says: “{error}”.",
        error=printable(said.decode(errors="replace")),
    )
