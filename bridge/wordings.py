"""The user's own wordings of API errors, out of `closte-doctor.toml`, as a given fact of the analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzers.language import phrase, sentence_of
from bridge.errors import UsageError

if TYPE_CHECKING:
    from bridge.settings import Settings


def given_by(settings: Settings) -> dict[type, object]:
    """Facts that the settings give. Raises UsageError for a pattern that is none."""
    from analyzers.api_wording import ApiWording

    patterns = settings.patterns.get("api", {})
    try:
        return {ApiWording: ApiWording.extended(patterns)}
    except ValueError as error:
        raise UsageError(phrase("closte-doctor.toml: {error}", error=sentence_of(error))) from error
