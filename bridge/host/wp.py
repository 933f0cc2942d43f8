"""What is run on the host, as data: one constant shell script that finds things, and its arguments.

The script (`find_and_run.sh`) finds the WordPress folder, `wp` and `php`, and replaces itself by the
one that is run: one exec on the connection, one start of WP-CLI. `wp` is only ever told to run before
WordPress is loaded, and never to skip plugins: with the plugin's sunrise.php in place that takes the
customers' domains off the network (DOMAIN 5.3).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bridge.transport import Command

HARMLESS = (
    "CLOSTE_APP_ID",
    "CLOSTE_PUBLIC_IP_ADDRESS",
    "CLOSTE_CDN_HOSTNAME",
    "CLOSTE_CDN_DISABLED",
    "DISABLE_CLOSTE_PLUGIN",
    "HIDE_CLOSTE_PLUGIN",
    "DISABLE_OBJECT_CACHE_PERMANENTLY",
    "SUNRISE",
    "MULTISITE",
    "SUBDOMAIN_INSTALL",
    "WP_ALLOW_MULTISITE",
    "DOMAIN_CURRENT_SITE",
    "PATH_CURRENT_SITE",
    "SITE_ID_CURRENT_SITE",
    "BLOG_ID_CURRENT_SITE",
    "COOKIE_DOMAIN",
    "NOBLOGREDIRECT",
    "DISABLE_WP_CRON",
    "ALTERNATE_WP_CRON",
    "WP_CONTENT_DIR",
    "WP_PLUGIN_DIR",
    "UPLOADS",
    "WP_HTTP_BLOCK_EXTERNAL",
    "WP_ACCESSIBLE_HOSTS",
    "FORCE_SSL_ADMIN",
    "WP_HOME",
    "WP_SITEURL",
    "table_prefix",
)
"""Names that `wp config list` is asked for where the collector may not run: no secret among them."""
API_KEY = "CLOSTE_CLIENT_API_KEY"
_BESIDE = Path(__file__).parent
"""Not by `importlib.resources`: to import that takes 3 ms, and nobody is connected to yet."""
WHAT, ARGUMENT = 4, 8
"""Places in a command's argv: which of the script's runs it is, and the collector's argument."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look on the host. Empty: find it."""

    folder: str = ""
    """The WordPress folder; may begin with `~`."""
    wp: str = ""
    """The `wp` command or phar; may begin with `~`."""
    url: str = ""
    """Which network."""


@cache
def script() -> str:
    """The shell script, as it is sent."""
    return _BESIDE.joinpath("find_and_run.sh").read_text(encoding="utf-8")


@cache
def collector() -> bytes:
    """The PHP script, as it is sent on stdin."""
    return _BESIDE.joinpath("collector.php").read_bytes()


def argument(request: Mapping[str, object]) -> str:
    """The collector's one argument: JSON in base64url, so that no shell finds anything in it."""
    text = json.dumps(request, separators=(",", ":"), ensure_ascii=True)
    return base64.urlsafe_b64encode(text.encode()).decode()


def request_in(encoded: str) -> Mapping[str, object]:
    """The collector's argument, decoded again."""
    request = json.loads(base64.urlsafe_b64decode(encoded))
    return request if isinstance(request, dict) else {}


def collect_command(place: Place, request: Mapping[str, object], timeout: float) -> Command:
    """The collector by `wp`, or by plain `php` where there is no `wp`."""
    return _command("collect", place, argument(request), (), collector(), timeout)


def php_command(place: Place, request: Mapping[str, object], timeout: float) -> Command:
    """The collector by plain `php`: for a `wp` that is there and does not work."""
    return _command("php", place, argument(request), (), collector(), timeout)


def config_list_command(place: Place, timeout: float) -> Command:
    """`wp config list NAME… --strict --format=json`, of harmless names only."""
    return _command("config-list", place, "", HARMLESS, b"", timeout)


def config_has_command(place: Place, timeout: float) -> Command:
    """`wp config has CLOSTE_CLIENT_API_KEY`: status 0 yes, 1 no."""
    return _command("config-has", place, "", (API_KEY,), b"", timeout)


def look_command(place: Place, timeout: float) -> Command:
    """What the shell alone can tell of the folder, where there is no PHP to run."""
    return _command("look", place, "", (), b"", timeout)


def _command(
    what: str, place: Place, encoded: str, names: tuple[str, ...], stdin: bytes, timeout: float
) -> Command:
    argv = ("sh", "-c", script(), "sh", what, place.folder, place.wp, place.url, encoded, *names)
    return Command(argv, stdin, timeout)
