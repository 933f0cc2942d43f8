"""What the system says of its own errors, as catalogues know it: words of the C library, marked here."""

from __future__ import annotations

from analyzers.language import phrase

KNOWN = (
    phrase("Address already in use"),
    phrase("Broken pipe"),
    phrase("Connection refused"),
    phrase("Connection reset by peer"),
    phrase("Connection timed out"),
    phrase("Directory not empty"),
    phrase("Disk quota exceeded"),
    phrase("File exists"),
    phrase("File name too long"),
    phrase("Input/output error"),
    phrase("Invalid argument"),
    phrase("Is a directory"),
    phrase("Network is unreachable"),
    phrase("No route to host"),
    phrase("No space left on device"),
    phrase("No such file or directory"),
    phrase("Not a directory"),
    phrase("Operation not permitted"),
    phrase("Permission denied"),
    phrase("Read-only file system"),
    phrase("Too many levels of symbolic links"),
    phrase("Too many open files"),
)
"""glibc's and musl's wordings differ here and there: what is not among them stays as the system says it."""
