"""What can go wrong between us and the world: few leaves, each one clear sentence and an exit status.

Expected trouble on the host is evidence, not an exception: an exception here means that there is no
evidence, or that we were misused.
"""

from __future__ import annotations

import os
from enum import IntEnum


class ExitStatus(IntEnum):
    """CONTRACT section 2."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNOBSERVABLE = 3
    INCOMPLETE = 4
    PARTIAL = 5
    REFUSED = 6
    BUG = 70
    INTERRUPTED = 130


class BridgeError(Exception):
    """Base: `str()` is the one sentence for stderr, in English; `sentence` can be told in any language."""

    status: ExitStatus = ExitStatus.UNOBSERVABLE

    @property
    def sentence(self) -> str:
        """What it says; a phrase where it is a text of ours."""
        from analyzers.language import sentence_of

        return sentence_of(self)


class UsageError(BridgeError):
    """A wrong TARGET form, option or configuration file."""

    status = ExitStatus.USAGE


class HostUnreachable(BridgeError):
    """No connection. `code` is the finding that follows from it, a `host.*` of CONTRACT section 5."""

    code = "host.unreachable"


class LoginRefused(HostUnreachable):
    """No key or password was accepted."""

    code = "host.login-refused"


class HostKeyUnknown(HostUnreachable):
    """The host key is not known; the sentence names its fingerprint and `--accept-host-key`."""

    code = "host.key-unknown"


class HostKeyChanged(HostUnreachable):
    """The host key is another one; never accepted."""

    code = "host.key-changed"


class ShellDenied(HostUnreachable):
    """The account may not run commands."""

    code = "host.no-shell"


class ProxyFailed(HostUnreachable):
    """A ProxyCommand of the SSH configuration ended before it led anywhere."""


class ConnectionLost(HostUnreachable):
    """The connection broke off while it was being made."""


def system_words(error: OSError) -> str:
    """What the system says of an error, without a path: `No such file or directory`."""
    from analyzers.language import sentence_of

    return system_text(error.errno) if error.errno else error.strerror or sentence_of(error)


def system_text(number: int) -> str:
    """What the system says of a number of errno.h. Python leaves these words in English (it sets the
    locale for characters alone), so that a language may know them."""
    from analyzers.language import phrase

    return phrase(os.strerror(number))


def printable(text: str, limit: int = 300) -> str:
    """`text` of a host as one harmless line: no control, escape or bidi character gets through."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(clean.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
