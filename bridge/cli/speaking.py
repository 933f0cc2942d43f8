"""The language of a run, before click has read a word of it: `--help` and usage errors are told in it too.

The first that says one: `--lang` where it is typed, CLOSTE_DOCTOR_LANG, the option `lang` of
closte-doctor.toml (`--config FILE`, the current folder, the user's), the locale. What is wrong with any of
them is said later, by whoever reads it in earnest; until then the next one counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from bridge.language import AUTO, by_locale, languages
from bridge.setting_files import ENVIRONMENT, setting_files


def language_asked(words: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """The code of the language in which to speak, by the command line and what stands around it."""
    environment = os.environ if environment is None else environment
    wanted = (
        _typed(words, "--lang")
        or environment.get(f"{ENVIRONMENT}LANG")
        or _of_files(words, environment)
    )
    if wanted and wanted != AUTO and wanted in languages():
        return wanted
    return by_locale(environment)


def _typed(words: Sequence[str], option: str) -> str | None:
    """The value of an option on the command line: the last one counts, and nothing after `--`."""
    found = None
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == option and place + 1 < len(words):
            found = words[place + 1]
        elif word.startswith(f"{option}="):
            found = word.partition("=")[2]
    return found


def _of_files(words: Sequence[str], environment: Mapping[str, str]) -> str | None:
    config = _typed(words, "--config")
    if config is None and not setting_files(os.curdir, environment):
        return None
    from bridge.errors import BridgeError
    from bridge.settings import load_settings

    try:
        value = load_settings(config, environ=environment).options.get("lang")
    except BridgeError:
        return None
    return value if isinstance(value, str) else None
