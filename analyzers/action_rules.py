"""What each action is carried out by, its least risk, and which parameters it takes (CONTRACT section 7).

A digest shows that a plan was not changed by accident; whoever can write a file can write a digest too. So
a plan that is read is held to this table, whoever made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analyzers.findings import Risk
from analyzers.language import phrase
from analyzers.names import canonical, is_wildcard
from analyzers.steps import Action, Json, Step, Via

RISKS: tuple[Risk, ...] = ("safe", "confirm", "severe")
Check = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class ActionRule:
    """One action."""

    via: Via
    least: Risk
    parameters: Mapping[str, Check]
    """Name → what its value must be. Others may stand beside them and are never used."""


def _number(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _text(value: Json) -> bool:
    return isinstance(value, str) and bool(value)


def _name(value: Json) -> bool:
    return (
        isinstance(value, str) and "." in value and "%" not in value and value == canonical(value)
    )


def _zero_or_one(value: Json) -> bool:
    return not isinstance(value, bool) and value in (0, 1)


def _jobs(value: Json) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(job, dict)
            and _number(job.get("action_id"))
            and _text(job.get("hook"))
            and _text(job.get("domain"))
            and "scheduled" in job
            for job in value
        )
    )


def _one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _seconds(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 10 <= value <= 300


_ALIAS: Mapping[str, Check] = {"domain": _name, "wildcard": _zero_or_one}
_ROW: Mapping[str, Check] = {"domain_id": _number, "domain": _text}
_STAGE = _one_of("checking-dns", "checking-ssl-cert")
ACTIONS: Mapping[Action, ActionRule] = {
    "alias.add": ActionRule("closte-api", "confirm", _ALIAS),
    "alias.delete": ActionRule("closte-api", "severe", _ALIAS),
    "domain.recheck": ActionRule("wp-cli", "safe", {**_ROW, "stage": _STAGE}),
    "domain.mark-done": ActionRule("wp-cli", "safe", _ROW),
    "domain.set-primary": ActionRule("wp-cli", "severe", {**_ROW, "blog_id": _number}),
    "domain.drop-duplicate": ActionRule(
        "wp-cli", "severe", {**_ROW, "blog_id": _number, "keep_id": _number}
    ),
    "domain.create-record": ActionRule("wp-cli", "confirm", {"blog_id": _number, "domain": _name}),
    "module.enable": ActionRule("wp-cli", "confirm", {}),
    "settings.check-interval": ActionRule("wp-cli", "confirm", {"seconds": _seconds}),
    "settings.log-level": ActionRule(
        "wp-cli", "confirm", {"level": _one_of("default", "disabled", "errors", "all")}
    ),
    "jobs.run-due": ActionRule("wp-cli", "severe", {"actions": _jobs}),
    "transient.delete-network-ip": ActionRule("wp-cli", "confirm", {}),
    "cdn.flush": ActionRule("closte-api", "confirm", {}),
    "backup.take": ActionRule("closte-api", "safe", {}),
    "manual": ActionRule(
        "manual", "safe", {"audience": _one_of("operator", "customer", "closte"), "text": _text}
    ),
}


def fault_of(step: Step) -> str | None:
    """What is wrong with a step by this table, as a clause; None where nothing is."""
    rule = ACTIONS[step.action]
    if step.via != rule.via:
        return phrase(
            "{action} goes by {via}, not by {other}",
            action=step.action,
            via=rule.via,
            other=step.via,
        )
    if RISKS.index(step.risk) < RISKS.index(rule.least):
        return phrase(
            "the risk of {action} is {least} at least, not {risk}",
            action=step.action,
            least=rule.least,
            risk=step.risk,
        )
    for name, check in rule.parameters.items():
        if name not in step.parameters or not check(step.parameters[name]):
            template = (
                phrase("{action} has a wrong {name}")
                if name in step.parameters
                else phrase("{action} has no {name}")
            )
            return phrase(template, action=step.action, name=name)
    return _contradiction(step)


def _contradiction(step: Step) -> str | None:
    """Parameters that are each right and do not go together."""
    values = step.parameters
    if step.action in ("alias.add", "alias.delete"):
        if (values["wildcard"] == 1) != is_wildcard(str(values["domain"])):
            return phrase(
                "{action} has a wildcard flag that does not go with its domain", action=step.action
            )
    elif step.action == "domain.drop-duplicate" and values["domain_id"] == values["keep_id"]:
        return phrase("domain.drop-duplicate would drop the row that it keeps")
    return None
