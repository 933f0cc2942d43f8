"""In whose language a network's logs are: the translations that lie beside them, or that were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from analyzers.language import phrase
from analyzers.recogniser import Recogniser
from bridge.errors import UsageError, system_words
from bridge.log_files import HOST, Folder, LogFile


class Recognisers:
    """One recogniser for each `host.json`: a network's translations are those of its own logs."""

    def __init__(self, given: Mapping[str, str] | None, say: Callable[[str], None]) -> None:
        """`given`: translations for all; `say` is told what cannot be read."""
        self._say = say
        self._given = Recogniser(given) if given is not None else None
        self._plain = Recogniser()
        self._of_folder: dict[str, Recogniser] = {}

    def for_file(self, file: LogFile) -> Recogniser:
        """What reads this log."""
        if self._given is not None:
            return self._given
        found = self._of_folder.get(file.folder.name)
        if found is None:
            translations, locale = _from_folder(file.folder, self._say)
            found = Recogniser(translations, locale) if translations or locale else self._plain
            self._of_folder[file.folder.name] = found
        return found


def translations(path: str) -> Mapping[str, str]:
    """Those of a file that was given. Raises UsageError where there are none."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(
            phrase("cannot read {path}: {why}", path=path, why=system_words(error))
        ) from error
    found = _object(content)
    if found is None:
        raise UsageError(phrase("{path} is no JSON object of translations", path=path))
    messages = found.get("messages")
    return _texts(messages if isinstance(messages, dict) else found)


def _from_folder(folder: Folder, say: Callable[[str], None]) -> tuple[Mapping[str, str], str]:
    """The translations and the site's locale of a `host.json`."""
    try:
        content = folder.document(HOST)
    except OSError as error:
        say(
            phrase(
                "cannot read {name}/{host}: {why}",
                name=folder.name,
                host=HOST,
                why=system_words(error),
            )
        )
        return {}, ""
    if content is None:
        return {}, ""
    found = _object(content)
    if found is None:
        say(
            phrase(
                "{name}/{host} is no JSON object; translations are not known",
                name=folder.name,
                host=HOST,
            )
        )
        return {}, ""
    locale = found.get("locale")
    return _texts(found.get("messages")), locale if isinstance(locale, str) else ""


def _object(content: bytes) -> Mapping[str, object] | None:
    from analyzers.decoding.document import Document, document

    found = document(content, dict)
    return found.value if isinstance(found, Document) and isinstance(found.value, dict) else None


def _texts(messages: object) -> Mapping[str, str]:
    if not isinstance(messages, dict):
        return {}
    return {k: v for k, v in messages.items() if isinstance(k, str) and isinstance(v, str)}
