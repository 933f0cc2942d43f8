"""What a step touches, by the names of `analyzers/steps.py`: read before it, compared just before the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzers.steps import Json, Step

ALIAS_LIST = "/getdomains"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be read before a step."""

    places: tuple[str, ...] = ()
    sites: tuple[int, ...] = ()
    """Blog ids: all rows of these sites."""


def wanted(step: Step) -> Wanted:
    """What a step changes, or must find unchanged."""
    p = step.parameters
    match step.action:
        case "alias.add" | "alias.delete":
            return Wanted((f"alias {p['domain']}",))
        case "domain.recheck" | "domain.mark-done":
            return Wanted((f"row {p['domain_id']}",))
        case "domain.drop-duplicate":
            return Wanted((f"row {p['domain_id']}", f"row {p['keep_id']}"))
        case "domain.set-primary":
            return Wanted((f"rows of site {p['blog_id']}",), sites=(_number(p["blog_id"]),))
        case "domain.create-record":
            return Wanted((f"rows of {p['domain']}",))
        case "module.enable":
            return Wanted(("integration closte", "option wu_host_integrations_enabled"))
        case "settings.check-interval":
            return Wanted(("setting dns_check_interval",))
        case "settings.log-level":
            return Wanted(("setting error_logging_level",))
        case "transient.delete-network-ip":
            return Wanted(("transient wu_public_network_ip",))
        case "jobs.run-due":
            return Wanted(tuple(f"action {id}" for id in _actions(p.get("actions"))))
        case "cdn.flush" | "backup.take" | "manual":
            return Wanted()


def before(step: Step, values: Mapping[str, Json]) -> dict[str, Json]:
    """Of what was read, what the step changes: for the journal, so that it can be put back."""
    p = step.parameters
    if step.action == "domain.drop-duplicate":
        return {f"row {p['domain_id']}": values[f"row {p['domain_id']}"]}
    if step.action == "domain.set-primary":
        site = str(p["blog_id"])
        rows = {k: v for k, v in values.items() if k.startswith("row ") and _of_site(v, site)}
        return {k: v for k, v in rows.items() if k == f"row {p['domain_id']}" or _is_primary(v)}
    if step.action == "module.enable":
        found = {"integration closte": values["integration closte"]}
        missing = values["option wu_host_integrations_enabled"] is None
        return {**found, "option wu_host_integrations_enabled": None} if missing else found
    return {place: values[place] for place in wanted(step).places}


def expected(step: Step, values: Mapping[str, Json]) -> dict[str, Json]:
    """What must still be so at the moment of the act: all that the step changes, and what it leans on."""
    found = before(step, values)
    leaned = {k: values[k] for k in wanted(step).places if k in values}
    if step.action == "module.enable":
        leaned.pop("option wu_host_integrations_enabled", None)
    return {**leaned, **found}


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
            return {"integration closte": {"value": True}}
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


def _of_site(row: Json, site: str) -> bool:
    return isinstance(row, dict) and str(row.get("blog_id")) == site


def _is_primary(row: Json) -> bool:
    return isinstance(row, dict) and str(row.get("primary_domain")) not in ("0", "None", "")


def _actions(actions: Json) -> tuple[int, ...]:
    rows = actions if isinstance(actions, list) else []
    return tuple(_number(row["action_id"]) for row in rows if isinstance(row, dict))


def _number(value: Json) -> int:
    return int(value) if isinstance(value, int | str) else 0
