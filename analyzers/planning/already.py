"""Whether a step's effect is there already, so that doing it would do nothing, or do it twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzers.planning.grounds import NETWORK_IP, Grounds
from analyzers.snapshot import Snapshot
from analyzers.steps import Action, Json, Step


def already(step: Step, snapshot: Snapshot) -> bool | None:
    """True: the host's truth shows the effect. False: it shows that it is not there. None: nothing shows.

    By this an unknown outcome is reconciled (never repeated blindly), and a run that was killed resumed.
    `alias.add`, `alias.delete`: Closte's list. Rows, settings, the module, the transient: the tables.
    A check that was queued, a flush, a backup and what people do leave nothing to look at here: None.
    """
    check = _CHECKS.get(step.action)
    return check(step.parameters, Grounds.of(snapshot)) if check else None


Check = Callable[[Mapping[str, Json], Grounds], bool | None]


def _added(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    found = grounds.value(f"alias {parameters['domain']}")
    return found if isinstance(found, bool) else None


def _deleted(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    found = _added(parameters, grounds)
    return None if found is None else not found


def _row(parameters: Mapping[str, Json], grounds: Grounds) -> Mapping[str, Json] | None:
    found = grounds.value(f"row {parameters['domain_id']}")
    return found if isinstance(found, dict) else None


def _seen(grounds: Grounds) -> bool:
    """Was the mapping table read?"""
    return grounds.value("rows of site 0") is not None


def _marked(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    row = _row(parameters, grounds)
    if row is None:
        return False if _seen(grounds) else None
    return row["stage"] == "done" and row["secure"] is True


def _dropped(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    return _row(parameters, grounds) is None if _seen(grounds) else None


def _sole_primary(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    if not _seen(grounds):
        return None
    primaries = {
        row.id
        for row in grounds.rows.values()
        if row.blog_id == parameters["blog_id"] and row.primary
    }
    return primaries == {parameters["domain_id"]}


def _recorded(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    if not _seen(grounds):
        return None
    rows = grounds.rows_by_domain.get(str(parameters["domain"]), ())
    return any(row.blog_id == parameters["blog_id"] for row in rows)


def _enabled(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    stored = grounds.value("integration closte")
    if isinstance(stored, dict):
        return bool(stored["value"])
    return False if grounds.options_seen else None


def _interval(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    return _saved("dns_check_interval", parameters["seconds"], grounds)


def _level(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    return _saved("error_logging_level", parameters["level"], grounds)


def _saved(name: str, wanted: Json, grounds: Grounds) -> bool | None:
    stored = grounds.value(f"setting {name}")
    if isinstance(stored, dict):
        return str(stored["value"]) == str(wanted)
    return False if grounds.options_seen else None


def _forgotten(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    if not grounds.options_seen:
        return None
    return grounds.value(f"transient {NETWORK_IP}") is None


def _ran(parameters: Mapping[str, Json], grounds: Grounds) -> bool | None:
    actions = parameters["actions"]
    listed = actions if isinstance(actions, list) else []
    states = [grounds.value(f"action {a['action_id']}") for a in listed if isinstance(a, dict)]
    return None if None in states else all(state == "complete" for state in states)


_CHECKS: Mapping[Action, Check] = {
    "alias.add": _added,
    "alias.delete": _deleted,
    "domain.mark-done": _marked,
    "domain.drop-duplicate": _dropped,
    "domain.set-primary": _sole_primary,
    "domain.create-record": _recorded,
    "module.enable": _enabled,
    "settings.check-interval": _interval,
    "settings.log-level": _level,
    "transient.delete-network-ip": _forgotten,
    "jobs.run-due": _ran,
}
