"""Every fault that the world can have, one function for each way it comes about, by family of its code."""

from __future__ import annotations

from bridge.rehearsal.fault import Fault
from bridge.rehearsal.faults import (
    alias,
    api,
    check,
    dns,
    host,
    jobs,
    key,
    mapping,
    module,
    settings,
    ssl,
    sunrise,
)

_FAMILIES = (
    key,
    api,
    module,
    sunrise,
    settings,
    mapping,
    alias,
    dns,
    ssl,
    check,
    jobs,
    host,
)

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for family in _FAMILIES
    for fault in vars(family).values()
    if isinstance(fault, Fault)
}
"""Name → fault. A name is the finding code that must follow, with the way it comes about behind it where
there is more than one."""
