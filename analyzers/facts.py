"""Evidence by type, and what follows from it: each derived type says itself how it is derived.

A derived type is a frozen record with a classmethod `derive` whose parameters are evidence or other
derived types, by the same reading of signatures as for rules (`rule.py`). It is derived once per
diagnosis, when the first rule asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from analyzers.evidence import Missing
from analyzers.rule import Need, needs_of

T = TypeVar("T")


class Facts:
    """Looks facts up by their type. Not shared between diagnoses."""

    def __init__(self, observed: Mapping[type, object]) -> None:
        """`observed`: type → record or Missing, for every type of evidence and every given."""
        self._known: dict[type, object] = dict(observed)

    def of(self, kind: type[T]) -> T | Missing | tuple[Missing, ...]:
        """The fact of this type, or what is missing for it."""
        if kind not in self._known:
            derive = getattr(kind, "derive", None)
            if derive is None:
                file = getattr(kind, "FILE", kind.__name__)
                self._known[kind] = Missing(str(file))
            else:
                self._known[kind] = self._derived(derive)
        return self._known[kind]  # type: ignore[return-value]  # keyed by its own type

    def _derived(self, derive: Callable[..., object]) -> object:
        arguments = self.arguments(needs_of(derive))
        return derive(**arguments) if isinstance(arguments, dict) else arguments

    def arguments(self, needs: tuple[Need, ...]) -> dict[str, object] | tuple[Missing, ...]:
        """Arguments for a function with these needs, or all that is missing for it."""
        found: dict[str, object] = {}
        missing: dict[Missing, None] = {}
        for need in needs:
            value: object = self.of(need.type)
            lacking = value if isinstance(value, tuple) else (value,)
            if not all(isinstance(m, Missing) for m in lacking):
                found[need.name] = value
            elif need.optional:
                found[need.name] = None
            else:
                missing.update(dict.fromkeys(m for m in lacking if isinstance(m, Missing)))
        return tuple(missing) if missing else found
