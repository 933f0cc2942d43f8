"""Is a sentence of a log in the site's language, or new English wording of the plugin?

The plugin writes English where it has no translation, so a sentence that no row knows can be either.
Only one that is not English may be read by its form (`translations.py`): new wording is counted as
unrecognised, never guessed at. Kept out: what a sentence means.
"""

from __future__ import annotations

import re

_FOREIGN_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_ENGLISH = re.compile(
    r"\b(?:the|and|not|with|from|found|finished|failed|retry(?:ing)?|retried|checks|checked|checking"
    r"|started|starting|skipped|skipping|waiting|completed?|again|after|before|because|will|has|have"
    r"|been|does|cannot|could|now|already|ready|looks?|moving|marking|marked|invalid|error|unable"
    r"|removed|deleted|cleared|created|updated|verified|resolved|expired|issued|queued"
    r"|successful(?:ly)?)\b",
    re.IGNORECASE,
)
"""Words that an English sentence of the plugin hardly does without, and no translation has."""
_LIKELY_ENGLISH = re.compile(
    r"\b(?:[a-z]{4,}(?:ed|ly)|wiped|moved|ended|this|that|these|those|it|its|are|was|were|had|would"
    r"|should|must|which|what|when|where|until|still|yet|only|more|next|some|every|each|both|other"
    r"|another|about|against|between|into|there|here|back|away|first|last|check (?:of|for|on)"
    r"|verif(?:y|ies|ying|ication)|commenc(?:e|es|ing)|begin(?:s|ning)?|began|begun|start of"
    r"|try|tries|trying|tried|going|looking|testing|running|asking|getting|being|doing|resuming"
    r"|advancing|giving|stopping|missing|processing|using|requesting|during|attempts?|wording"
    r"|something|nothing|anything|unknown|broken|lookup|done|see|good|bad|wrong|right|gone|given"
    r"|give|down|issues|records|address(?:es)?|answers?|certificate|primary|became|made|new)\b",
    re.IGNORECASE,
)
"""Words that are English as a rule; a few stand in other languages as well."""


def is_foreign(sentence: str, locale: str) -> bool:
    """Is this a sentence of another language than English?

    `locale`: the site's, empty where it is not known. On a site in English it takes a letter that
    English has not; on one of another language the words of an English sentence tell.
    """
    if _ENGLISH.search(sentence):
        return False
    if locale and not locale.startswith("en"):
        return True
    if _FOREIGN_LETTER.search(sentence):
        return True
    return not locale and not _LIKELY_ENGLISH.search(sentence)
