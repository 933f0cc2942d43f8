"""What a step touches, by the names of `analyzers/steps.py`: read before it, compared just before the act."""

from __future__ import annotations

from collections.abc import Mapping

from analyzers.steps import Json, Step
from bridge.closte.tasks import BEGUN_BY, KINDS
from bridge.host.acting import Asked

ALIAS_LIST = "/getdomains"
_INTEGRATIONS = "option wu_host_integrations_enabled"


def wanted(step: Step) -> tuple[str, ...]:
    """What must be read before a step: what it changes, and what it leans on."""
    p = step.parameters
    if step.action in BEGUN_BY:
        return (BEGUN_BY[step.action],)
    match step.action:
        case "alias.add" | "alias.delete":
            return (f"alias {p['domain']}",)
        case "domain.recheck" | "domain.mark-done":
            return (f"row {p['domain_id']}",)
        case "domain.drop-duplicate":
            return (f"row {p['domain_id']}", f"row {p['keep_id']}")
        case "domain.set-primary":
            return tuple(f"row {id}" for id in (p["domain_id"], *others(step)))
        case "domain.create-record":
            return (f"rows of {p['domain']}",)
        case "module.enable":
            return ("integration closte", _INTEGRATIONS)
        case "settings.check-interval":
            return ("setting dns_check_interval",)
        case "settings.log-level":
            return ("setting error_logging_level",)
        case "transient.delete-network-ip":
            return ("transient wu_public_network_ip",)
        case "jobs.run-due":
            return tuple(f"action {id}" for id in _actions(p.get("actions")))
        case _:
            return ()


def others(step: Step) -> tuple[int, ...]:
    """The rows of the site from which `domain.set-primary` takes the mark: those the plan rests on."""
    own = str(step.parameters["domain_id"])
    rows = (place.removeprefix("row ") for place in step.rests_on if place.startswith("row "))
    return tuple(int(row) for row in rows if row.isdecimal() and row != own)


def asked(step: Step, values: Mapping[str, Json]) -> Asked:
    """The step as the host is asked to carry it out, with the values it must still find."""
    parameters = dict(step.parameters)
    if step.action == "domain.set-primary":
        parameters["others"] = list(others(step))
    return Asked(step.id, step.action, parameters, expected(step, values), step.after)


def before(step: Step, values: Mapping[str, Json]) -> dict[str, Json]:
    """Of what was read, what the step changes: for the journal, so that it can be put back."""
    found = {place: values[place] for place in wanted(step)}
    if step.action == "domain.drop-duplicate":
        del found[f"row {step.parameters['keep_id']}"]
    if step.action == "module.enable" and found[_INTEGRATIONS] is not None:
        del found[_INTEGRATIONS]
    return found


def expected(step: Step, values: Mapping[str, Json]) -> dict[str, Json]:
    """What must still be so at the moment of the act: all that the step changes, and what it leans on.

    Not which tasks Closte has: another backup meanwhile is in nobody's way.
    """
    return {place: values[place] for place in wanted(step) if place not in KINDS}


def meant(step: Step, was: Mapping[str, Json]) -> dict[str, Json]:
    """How the step would leave the places that it changes. Columns that the plugin fills are left out."""
    p = step.parameters
    match step.action:
        case "alias.add" | "alias.delete":
            return {f"alias {p['domain']}": step.action == "alias.add"}
        case "domain.recheck":
            return {f"row {p['domain_id']}": _with(was, p["domain_id"], stage=str(p["stage"]))}
        case "domain.mark-done":
            return {f"row {p['domain_id']}": _with(was, p["domain_id"], stage="done", secure="1")}
        case "domain.drop-duplicate":
            return {f"row {p['domain_id']}": None}
        case "domain.set-primary":
            own = f"row {p['domain_id']}"
            return {
                place: {**_row(row), "primary_domain": "1" if place == own else "0"}
                for place, row in was.items()
            }
        case "module.enable":
            made: dict[str, Json] = {_INTEGRATIONS: True} if _INTEGRATIONS in was else {}
            return {"integration closte": {"value": True}, **made}
        case "settings.check-interval":
            return {"setting dns_check_interval": {"value": p["seconds"]}}
        case "settings.log-level":
            return {"setting error_logging_level": {"value": p["level"]}}
        case "transient.delete-network-ip":
            return {"transient wu_public_network_ip": None}
        case "jobs.run-due":
            return {place: "complete" for place in was}
        case "domain.create-record" | "cdn.flush" | "backup.take" | "manual":
            return {}


def is_as_meant(place: str, left: Json, present: Json) -> bool:
    """Does a place look as the step meant to leave it? A row by the columns that were named; the time
    of its change is the plugin's."""
    if isinstance(left, dict) and isinstance(present, dict) and place.startswith("row "):
        columns = set(left) - {"date_modified"}
        return all(_same(left[c], present.get(c)) for c in columns)
    return left == present


def _same(one: Json, other: Json) -> bool:
    return one == other or (one is not None and other is not None and str(one) == str(other))


def _with(was: Mapping[str, Json], row_id: Json, **columns: str) -> dict[str, Json]:
    return {**_row(was.get(f"row {row_id}")), **columns}


def _row(row: Json) -> dict[str, Json]:
    return row if isinstance(row, dict) else {}


def _actions(actions: Json) -> tuple[int, ...]:
    rows = actions if isinstance(actions, list) else []
    return tuple(_number(row["action_id"]) for row in rows if isinstance(row, dict))


def _number(value: Json) -> int:
    return int(value) if isinstance(value, int | str) else 0
