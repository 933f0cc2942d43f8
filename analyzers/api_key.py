"""The API key as the plugin comes by it: a constant, or (2.4.11 and later) a stored credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzers.constants import DefinedConstants, State
from analyzers.evidence import Missing, Options, Shape, StoredKey
from analyzers.findings import Citation, Confidence
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.shape import API_KEY

STORED_OPTION = f"wu_hosting_credential_{API_KEY}"
SHORTEST = 16
"""Characters below which nothing is a key of Closte's (CONTRACT `key.malformed`)."""

Source = Literal["constant", "stored", "none"]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of the key; never its text."""

    constant: State
    truthy: bool
    """Would PHP's `if (CLOSTE_CLIENT_API_KEY)` hold?"""
    shape: Shape | None
    """The constant's, where it is defined and not null or a boolean."""
    stored: StoredKey | None
    """The stored credential, where this version of the plugin reads one."""
    options_seen: bool
    absence: Confidence
    citation: Citation

    @classmethod
    def derive(
        cls, constants: DefinedConstants, options: Options | None, network: Network
    ) -> ApiKey | Missing:
        """A constant that is true wins over the stored credential, which no version before 2.4.11
        knows (DOMAIN 2.10)."""
        state = constants.state(API_KEY)
        if state == "unasked":
            return Missing("constants.json", phrase("{name} was not asked for", name=API_KEY))
        value = constants.value(API_KEY)
        reads_stored = network.at_least(2, 4, 11) is not False
        return cls(
            constant=state,
            truthy=constants.truthy(API_KEY),
            shape=value if isinstance(value, Shape) else None,
            stored=options.stored_key if options is not None and reads_stored else None,
            options_seen=options is not None or not reads_stored,
            absence=constants.confidence_of_absence(API_KEY),
            citation=constants.citation(API_KEY),
        )

    @property
    def source(self) -> Source:
        """Where the plugin takes the key from."""
        if self.truthy:
            return "constant"
        return "stored" if self.stored is not None else "none"

    @property
    def lacks(self) -> bool:
        """Does the plugin surely find no key anywhere?"""
        if self.source == "none":
            return self.options_seen
        return self.source == "stored" and self.stored is not None and self.stored.decrypts is False

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the constant's form, each in a few words. The character set alone proves
        nothing."""
        shape = self.shape
        if shape is None or not self.truthy:
            return ()
        found = []
        if shape.placeholder:
            found.append(phrase("it is a placeholder of a manual, not a key"))
        if shape.trimmed_length == 0:
            found.append(phrase("it is nothing but white space"))
        elif shape.trimmed_length != shape.length:
            found.append(
                phrase("it has white space, a line end or an invisible character at an end")
            )
        if shape.quoted:
            found.append(phrase("it has quotation marks inside its own quotes"))
        if shape.inner_space:
            found.append(phrase("it has white space inside"))
        if shape.trimmed_length is not None and 0 < shape.trimmed_length < SHORTEST:
            found.append(
                phrase(
                    "it has {length} characters, fewer than {least}",
                    length=shape.trimmed_length,
                    least=SHORTEST,
                )
            )
        return tuple(found)
