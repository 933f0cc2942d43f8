"""What speaks for a name or against it, before it is mapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzers.findings import WaitingOn

Weight = Literal["no", "not-yet", "unseen", "note", "good"]
"""`no`: it cannot be mapped, or this network brings up no new domain now. `not-yet`: its own DNS, or a
cache, is in the way. `unseen`: what had to be looked at was not. `note`: worth knowing. `good`: fine."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against, and who must act."""

    weight: Weight
    says: str
    do: str
    who: WaitingOn | None
    code: str | None
    """The finding it rests on."""


def against(says: str, do: str, code: str | None = None) -> Reason:
    """It cannot be mapped, or will not work."""
    return Reason("no", says, do, "operator", code)


def fine(says: str) -> Reason:
    """One thing less to worry about."""
    return Reason("good", says, "", None, None)


def noted(says: str, *, who: WaitingOn | None = None, code: str | None = None) -> Reason:
    """Worth knowing."""
    return Reason("note", says, "", who, code)
