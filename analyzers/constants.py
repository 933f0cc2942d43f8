"""Constants from both places that know them: wp-config as WP-CLI evaluates it, and the running PHP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from analyzers.evidence import Constants, ConstantValue, Host, Missing, Shape
from analyzers.findings import Citation, Confidence

State = Literal["defined", "undefined", "unasked"]


@dataclass(frozen=True, slots=True)
class DefinedConstants:
    """What is defined, what is surely not, and what nobody asked.

    A constant that only one of the two sources has is defined: wp-config can be included from
    elsewhere, and mu-plugins define some (DOMAIN 5.4). A name absent from `constants.json` is taken as
    not defined; where that list was evidently filtered, only as likely so.
    """

    ANY_OF: ClassVar[tuple[str, ...]] = (Constants.FILE, Host.FILE)
    """The files of which one is enough."""
    in_config: Mapping[str, ConstantValue] | None
    at_runtime: Mapping[str, ConstantValue]
    """None as a value: asked and not defined."""
    unfiltered: bool

    @classmethod
    def derive(cls, constants: Constants | None, host: Host | None) -> DefinedConstants | Missing:
        """From `constants.json` and `host.json` `runtime_constants`; Missing without either."""
        runtime = host.runtime_constants if host is not None else {}
        if constants is None and not runtime:
            return Missing(Constants.FILE)
        return cls(
            constants.values if constants is not None else None,
            runtime,
            constants.unfiltered if constants is not None else False,
        )

    def state(self, name: str) -> State:
        """Is this constant defined, undefined, or was it never asked for?"""
        if (self.in_config is not None and name in self.in_config) or (
            self.at_runtime.get(name) is not None
        ):
            return "defined"
        if name in self.at_runtime or self.in_config is not None:
            return "undefined"
        return "unasked"

    def value(self, name: str) -> ConstantValue:
        """The value (a Shape for a secret), wp-config's first; None where it is not defined."""
        if self.in_config is not None and name in self.in_config:
            return self.in_config[name]
        return self.at_runtime.get(name)

    def text(self, name: str) -> str | None:
        """The value as text where it is a non-empty string or a number."""
        value = self.value(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        return str(value) or None

    def truthy(self, name: str) -> bool:
        """As PHP's `if (NAME)` would see it; False where it is not defined."""
        value = self.value(name)
        if isinstance(value, Shape):
            return value.truthy
        return bool(value) and value != "0"

    def confidence_of_absence(self, name: str) -> Confidence:
        """How sure it is that an undefined constant is not defined."""
        if name in self.at_runtime or self.unfiltered:
            return "certain"
        return "likely"

    def citation(self, name: str) -> Citation:
        """Where a reader finds this constant, or finds it absent. Never a secret's text."""
        value = self.value(name)
        source = (
            "constants.json"
            if self.in_config is not None
            and (name in self.in_config or name not in self.at_runtime)
            else "host.json"
        )
        if self.state(name) != "defined":
            return Citation(source, f"{name} is not defined")
        if isinstance(value, Shape):
            length = "" if value.length is None else f", {value.length} characters"
            return Citation(source, f"{name} is defined{length}")
        return Citation(source, f"{name} = {value!r}")
