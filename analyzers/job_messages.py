"""What stands outside the plugin's own logs and is pasted as a log line all the same (DOMAIN 3.8).

Action Scheduler's words about a job (table `actionscheduler_logs`, English unless translated), the PHP
errors that end a job of the plugin, and a line of the plugin's that is no event. Only explained: what a
job's log proves is the rules' (`jobs.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.language import phrase

_JOB = phrase("the job's own log (table actionscheduler_logs)")


@dataclass(frozen=True, slots=True)
class JobMessage:
    """A line that is told by words in it."""

    words: tuple[str, ...]
    """All of them stand in the line, in lower case."""
    written: str
    versions: str
    means: str
    does_not_mean: str
    sample: str


JOB_MESSAGES: tuple[JobMessage, ...] = (
    JobMessage(
        ("no callbacks are registered",),
        _JOB,
        phrase("up to 2.12; later versions do not queue such a job"),
        phrase(
            "Nobody listened for the job: the API key is not defined or empty, or the Closte "
            "integration is not enabled. Nothing was sent to Closte."
        ),
        phrase(
            "It says nothing about the domain, the DNS or Closte. A wu_remove_domain or "
            "wu_add_subdomain of a network without a module fails like that as well."
        ),
        "action failed via WP Cron: Scheduled action for wu_add_domain will not be executed as no "
        "callbacks are registered.",
    ),
    JobMessage(
        ("cannot use object of type", "as array"),
        _JOB,
        "2.4.4 – 2.4.10",
        phrase(
            "The plugin's Closte module died of its own defect: WP_Error is a call without an answer "
            "(2.4.10), stdClass any call that failed (before it)."
        ),
        phrase("It is not the cause: that stands right before it, in integration-closte.log."),
        "action failed via WP Cron: Cannot use object of type WP_Error as array",
    ),
    JobMessage(
        ("action marked as failed after", "seconds"),
        _JOB,
        phrase("all"),
        phrase("The job ran longer than Action Scheduler waits, or died without a word."),
        phrase("It does not say that nothing was done: Closte may have taken the domain."),
        "action marked as failed after 300 seconds. Unknown error occurred. Check server, PHP and "
        "database error logs to diagnose cause.",
    ),
    JobMessage(
        ("unexpected shutdown",),
        _JOB,
        phrase("all"),
        phrase("PHP ended in the middle of the job; the error, its file and its line follow."),
        phrase("The file named need not be the plugin's: any plugin can end the run."),
        "unexpected shutdown: PHP Fatal error Allowed memory size exhausted in /x.php on line 12",
    ),
    JobMessage(
        ("action failed via",),
        _JOB,
        phrase("all"),
        phrase("The job ended with the error that follows. The plugin does not try it again."),
        phrase("It is no answer of Closte: PHP itself failed."),
        "action failed via Async Request: something",
    ),
    JobMessage(
        ("action complete via",),
        _JOB,
        phrase("all"),
        phrase("The job ended without a PHP error."),
        phrase("It does not say that Closte took the domain: a refusal ends like that as well."),
        "action complete via WP Cron",
    ),
    JobMessage(
        ("action started via",),
        _JOB,
        phrase("all"),
        phrase("The job began."),
        phrase("Without a line of its end it runs still, or died."),
        "action started via WP CLI",
    ),
    JobMessage(
        ("action ignored via",),
        _JOB,
        phrase("all"),
        phrase("Action Scheduler passed the job over, since it was no longer waiting."),
        phrase("It is no failure."),
        "action ignored via WP Cron",
    ),
    JobMessage(
        ("action created",),
        _JOB,
        phrase("all"),
        phrase("The job was put into the queue."),
        phrase("Nothing ran yet: WP-Cron must start it."),
        "action created",
    ),
    JobMessage(
        ("action reset",),
        _JOB,
        phrase("all"),
        phrase("A job that was taken and not finished was put back into the queue."),
        phrase("It is no failure."),
        "action reset",
    ),
    JobMessage(
        ("target site", "not found"),
        phrase("wu-logs/site-duplication.log"),
        phrase("all"),
        phrase("A site was to be copied onto one that does not exist."),
        phrase("It has nothing to do with domains."),
        "Target site 7 not found",
    ),
)


def job_message(line: str) -> JobMessage | None:
    """The first of these that a line is."""
    lower = line.lower()
    return next((m for m in JOB_MESSAGES if all(word in lower for word in m.words)), None)
