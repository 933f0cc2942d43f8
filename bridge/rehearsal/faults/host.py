"""Faults of the host, and of the way to it."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, MINUTE, fault
from bridge.rehearsal.servers import Page, Stranger
from bridge.rehearsal.world import Refusal, World

ALL = ("*",)
CLONE = "198.51.100.50"
COLLECT = "wp eval-file - --skip-wordpress"


@fault(
    "host.not-closte",
    severity="warning",
    hides=(
        "key.*",
        "module.*",
        "api.*",
        "alias.*",
        "settings.window*",
        "host.*",
        "ssl.*",
        "jobs.*",
        "check.*",
    ),
)
def the_network_moved_to_another_host(world: World, _: str) -> None:
    world.constants["CLOSTE_APP_ID"] = world.constants["CLOSTE_CLIENT_API_KEY"] = None
    world.host.abspath, world.host.mu_plugin = "/var/www/html/", False


@fault(
    "host.staging-clone",
    severity="warning",
    ago=HOUR,
    hides=(
        "mapping.*",
        "alias.*",
        "dns.*",
        "ssl.*",
        "check.*",
        "jobs.*",
        "key.*",
        "api.*",
        "module.*",
        "host.*",
    ),
)
def this_is_a_copy_of_the_live_network(world: World, _: str) -> None:
    names = tuple(row.domain for row in world.plugin.rows)
    world.servers[world.entrance] = Stranger(Page(200, "<title>Live</title>"), names)
    world.entrance = CLONE
    world.constants["CLOSTE_PUBLIC_IP_ADDRESS"] = world.plugin.compares_with = CLONE
    world.host.abspath = "/home/acct999/public_html/"


@fault(
    "host.not-closte",
    "jobs",
    severity="warning",
    newcomer=HOUR,
    folded=("jobs.failed",),
    allowed=("ssl.given-up",),
    hides=("*",),
)
def a_domain_was_mapped_after_the_move(world: World, domain: str) -> None:
    the_network_moved_to_another_host.harm(world, domain)


@fault("host.noisy-output", subject="host", severity="info")
def the_shell_greets(world: World, _: str) -> None:
    world.host.noise = "*** Welcome to server 7 ***\n"


@fault("host.clock-skew", subject="host", severity="warning")
def the_clock_of_the_host_is_ahead(world: World, _: str) -> None:
    world.host.clock_ahead = 15 * MINUTE


@fault(
    "host.maintenance",
    subject="host",
    severity="warning",
    hides=("check.*", "dns.wrong-expectation-hurting", "jobs.failed*"),
)
def a_maintenance_file_was_left(world: World, _: str) -> None:
    world.host.maintenance = True


@fault("host.php-fatal", subject="host", folded=("jobs.cron-blocked",), hides=("jobs.*", "host.*"))
def wp_cron_answers_500(world: World, _: str) -> None:
    world.cron_answer = Page(500)


@fault("host.no-wp-cli", subject="host", hides=("host.*",), ago=0)
def there_is_no_wp_but_php(world: World, _: str) -> None:
    world.host.wp_cli = False
    world.host.fails("wp", 127, "bash: line 1: wp: command not found", reached="database")


@fault("host.unreachable", subject="host", hides=ALL, ago=0)
def nobody_listens_on_the_port(world: World, _: str) -> None:
    world.host.shut(
        "closed", "demo refused the connection on port 22: no SSH server listens there."
    )


@fault("host.unreachable", "name", subject="host", hides=ALL, ago=0)
def the_name_of_the_host_is_unknown(world: World, _: str) -> None:
    world.host.shut("nameless", "The name demo.invalid cannot be found: no such name in the DNS.")


@fault("host.unreachable", "timeout", subject="host", hides=ALL, ago=0)
def the_host_does_not_answer(world: World, _: str) -> None:
    world.host.shut("silent", "demo did not answer within 10 s.")


@fault("host.unreachable", "killed", subject="host", hides=ALL, ago=0)
def the_command_was_killed(world: World, _: str) -> None:
    world.host.refuses(COLLECT, Refusal("", "", None))


@fault("host.login-refused", subject="host", hides=ALL, ago=0)
def no_key_is_accepted(world: World, _: str) -> None:
    world.host.shut("locked", "demo did not let acct123 in: tried key ~/.ssh/id_ed25519.")


@fault("host.key-unknown", subject="host", hides=ALL, ago=0)
def the_host_key_is_not_known(world: World, _: str) -> None:
    said = "The host key of demo is not known: SHA256:abc. Accept it with --accept-host-key."
    world.host.shut("unknown key", said)


@fault("host.key-changed", subject="host", hides=ALL, ago=0)
def the_host_key_is_another_one(world: World, _: str) -> None:
    world.host.shut("other key", "The host key of demo has changed.")


@fault("host.no-shell", subject="host", hides=ALL, ago=0)
def the_account_has_no_shell(world: World, _: str) -> None:
    world.host.refuses(COLLECT, Refusal("This account is currently not available.", "", 1))


@fault("host.root-refused", subject="host", hides=ALL, ago=0)
def the_login_is_roots(world: World, _: str) -> None:
    said = "Error: YIKES! It looks like you're running this as root."
    world.host.refuses(COLLECT, Refusal("", said, 1))


@fault("host.no-wordpress", subject="host", hides=ALL, ago=0)
def the_path_is_wrong(world: World, _: str) -> None:
    said = "Error: This does not seem to be a WordPress installation."
    world.host.refuses(COLLECT, Refusal("", said, 1))


@fault("host.config-unreadable", subject="host", hides=ALL, ago=0)
def a_quote_is_missing_in_wp_config(world: World, _: str) -> None:
    said = "parse error in line 12, unexpected identifier"
    world.constants.clear()
    world.host.fails("collector config", 0, said, reached="shell")


@fault("host.wrong-prefix", subject="host", hides=ALL, ago=0)
def the_prefix_is_wrong(world: World, _: str) -> None:
    said = "no tables with the prefix 'zz_': mysqli 1146: Table 'wp_lab.zz_options' doesn't exist"
    world.host.fails("collector database", 0, said, reached="config")


@fault("host.database-down", subject="host", hides=ALL, ago=0)
def the_database_is_down(world: World, _: str) -> None:
    world.host.fails("collector database", 0, "mysqli 2002: Connection refused", reached="config")


@fault("host.database-down", "password", subject="host", hides=ALL, ago=0)
def the_database_password_is_wrong(world: World, _: str) -> None:
    world.host.fails("collector database", 0, "mysqli 1045: access denied", reached="config")


@fault("host.database-down", "unknown", subject="host", hides=ALL, ago=0)
def the_database_does_not_exist(world: World, _: str) -> None:
    said = "mysqli 1049: Unknown database 'acct123_old'"
    world.host.fails("collector database", 0, said, reached="config")


@fault("host.site-not-found", subject="host", hides=ALL, ago=0)
def the_url_is_of_no_network(world: World, _: str) -> None:
    said = "Error: Site 'x.example' not found. Verify `--url=<url>` matches an existing site."
    world.host.fails("collector database", 1, said, reached="config")
