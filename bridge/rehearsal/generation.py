"""The plugin's generations, as far as they behave differently (DOMAIN 0, 2.1 to 2.4, 2.11, 3.3 to 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OLD_STAGES = "enum('checking-dns','checking-ssl-cert','done-without-ssl','done','failed')"
STAGES = "enum('checking-dns','checking-ssl-cert','done-without-ssl','done','failed','ssl-failed')"
LogStyle = Literal["bodies", "detailed", "terse"]


@dataclass(frozen=True, slots=True)
class Generation:
    """One version of the plugin."""

    version: str
    slug: str
    sunrise: str
    """Version of the sunrise.php that it ships."""
    schema: str
    """Network option `wpdb_wu_domain_mappings_version`."""
    stages: str
    """The column `stage`, as SHOW COLUMNS prints its type."""
    ssl_tries: int
    """With the Closte module enabled."""
    gives_up_ssl_as: str
    log: LogStyle
    """What `integration-closte` holds: bare bodies, everything, or two lines."""
    clears_primaries_by_job: bool
    """Does a job take the older primary mark away (2.4.3), or the saving itself?"""


GENERATIONS: dict[str, Generation] = {
    "2.4.3": Generation(
        "2.4.3",
        "multisite-ultimate",
        "2.0.0.9",
        "2.0.1-revision.20230601",
        OLD_STAGES,
        5,
        "done-without-ssl",
        "bodies",
        True,
    ),
    "2.4.10": Generation(
        "2.4.10",
        "ultimate-multisite",
        "2.0.0.10",
        "2.0.1-revision.20260109",
        STAGES,
        20,
        "ssl-failed",
        "detailed",
        False,
    ),
    "2.4.13": Generation(
        "2.4.13-beta.1",
        "ultimate-multisite",
        "2.0.0.10",
        "2.0.1-revision.20260109",
        STAGES,
        20,
        "ssl-failed",
        "terse",
        False,
    ),
}
