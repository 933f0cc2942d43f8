"""What each action sends, whom it touches and how it is taken back, in words."""

from __future__ import annotations

from collections.abc import Mapping

from analyzers.language import phrase
from analyzers.steps import Action, Json, Step

API = "https://app.closte.com/api/client"
MASKED_KEY = "apikey=•••"


def sends(step: Step) -> tuple[str, ...]:
    """What goes out for a step, line by line, with the key masked (wire values: DOMAIN 1.3, 1.4)."""
    values = step.parameters
    match step.action:
        case "alias.add" | "alias.delete":
            path = "/adddomainalias" if step.action == "alias.add" else "/deletedomainalias"
            form = f"{MASKED_KEY}&domain={values['domain']}&wildcard={values['wildcard']}"
            return (f"POST {API}{path}", form)
        case "backup.take":
            return (f"POST {API}/manualbackup", MASKED_KEY, *_poll("getbackups"))
        case "cdn.flush":
            return (f"POST {API}/flushgooglecdn", MASKED_KEY, *_poll("getcdncacheinvalidation"))
        case "manual":
            return ()
        case "jobs.run-due":
            return (phrase("WordPress is loaded whole, and Action Scheduler runs:"), *_jobs(values))
        case _:
            return (phrase(_WP[step.action], **_Quoted(values)),)


def _poll(what: str) -> tuple[str, ...]:
    told = phrase(
        "then GET {list} and POST {task} until it is over",
        list=f"{API}/{what}",
        task=f"{API}/gettaskstatus",
    )
    return (told,)


def _jobs(values: Mapping[str, Json]) -> tuple[str, ...]:
    listed = values.get("actions")
    return tuple(
        phrase("action {action_id}: {hook} of {domain}, due {scheduled}", **job)
        for job in (listed if isinstance(listed, list) else ())
        if isinstance(job, dict)
    )


class _Quoted(dict[str, object]):
    """Values for a template: text in quotes, so that a strange domain shows as what it is."""

    def __init__(self, values: Mapping[str, Json]) -> None:
        super().__init__({k: ascii(v) if isinstance(v, str) else v for k, v in values.items()})


_WP: Mapping[Action, str] = {
    "domain.recheck": phrase(
        "through the plugin's model: stage {stage} of row {domain_id} where it is another, "
        "saved; then the job wu_async_process_domain_stage for row {domain_id}, group domain"
    ),
    "domain.mark-done": phrase(
        "through the plugin's model: stage 'done' and secure 1 of row {domain_id}, saved"
    ),
    "domain.set-primary": phrase(
        "by SQL, around the model: primary_domain = 0 of the other rows of site "
        "{blog_id}, 1 of row {domain_id}"
    ),
    "domain.drop-duplicate": phrase(
        "by SQL, around the model: DELETE of row {domain_id} ({domain}); row {keep_id} stays"
    ),
    "domain.create-record": phrase(
        "through the plugin's own function wu_create_domain: {domain} for site "
        "{blog_id}, active, primary, stage 'checking-dns'"
    ),
    "module.enable": phrase("network option wu_host_integrations_enabled: closte = true"),
    "settings.check-interval": phrase(
        "setting dns_check_interval of wp-ultimo_v2_settings: {seconds}"
    ),
    "settings.log-level": phrase("setting error_logging_level of wp-ultimo_v2_settings: {level}"),
    "transient.delete-network-ip": phrase("site transient wu_public_network_ip: deleted"),
}

_REACH: Mapping[Action, str] = {
    "alias.add": phrase(
        "This domain only. Its certificate is asked for, which counts against the issuer's limits."
    ),
    "alias.delete": phrase("This name only: it loses its alias and its certificate at once."),
    "domain.recheck": phrase("This domain only."),
    "domain.mark-done": phrase("This domain only: visitors reach it from then on."),
    "domain.set-primary": phrase(
        "All visitors of this site: they are sent on to its one primary domain."
    ),
    "domain.drop-duplicate": phrase(
        "This domain: from then on one row decides which site its visitors get."
    ),
    "domain.create-record": phrase("This site: it gets a mapped domain, which Closte is told of."),
    "module.enable": phrase(
        "The whole network: every domain mapped or removed from then on is told to Closte."
    ),
    "settings.check-interval": phrase("The whole network: every domain that is being checked."),
    "settings.log-level": phrase(
        "The whole network: more is written to disk; visitors notice nothing."
    ),
    "jobs.run-due": phrase("The domains listed; each job really calls Closte or checks a domain."),
    "transient.delete-network-ip": phrase("The plugin's DNS checks only; visitors notice nothing."),
    "cdn.flush": phrase(
        "All visitors of all sites: pages come slower until the CDN is filled again. It is billed."
    ),
    "backup.take": phrase("Nobody; the backup takes room at Closte, and some minutes."),
}


def reach(step: Step) -> str:
    """Whom a step touches: its blast radius in a sentence."""
    said = _REACH.get(step.action, phrase("Nobody until somebody acts on it."))
    if step.action == "domain.recheck" and step.risk == "severe":
        return phrase(
            "This domain only: visitors reach it now, and do not until the check is through."
        )
    return said


def way_back(step: Step) -> str:
    """How a step is taken back, in a sentence."""
    if step.undo is None:
        return _NO_WAY_BACK.get(step.action, phrase("It cannot be taken back."))
    return _WAYS_BACK.get(
        step.action, phrase("What stood there before is put back from the journal.")
    )


_NO_WAY_BACK: Mapping[Action, str] = {
    "domain.recheck": phrase("Nothing to take back: a check changes nothing by itself."),
    "backup.take": phrase("Nothing to take back."),
    "cdn.flush": phrase("Nothing to take back: it fills again by itself."),
    "jobs.run-due": phrase("It cannot be taken back."),
    "manual": phrase("By whoever did it."),
}
_WAYS_BACK: Mapping[Action, str] = {
    "alias.add": phrase("The alias is deleted again (its certificate goes with it)."),
    "alias.delete": phrase(
        "The alias is added again; its certificate has to be issued anew, within the "
        "issuer's limits."
    ),
    "domain.create-record": phrase(
        "The row is deleted through the plugin's model, which also removes its alias."
    ),
    "domain.drop-duplicate": phrase("The row is put back as it was, with its id."),
}
