"""Hosts as they are met: each way in which one does not answer as hoped, and what must follow from it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lab.networks import DB_PASSWORD
from lab.ports import free_port
from lab.sshd import fingerprint_of, make_key
from lab.world import World

Arrange = Callable[["Visit"], None]
UNOBSERVABLE = 3
FINDINGS = 1
FINE = 0


@dataclass(slots=True)
class Visit:
    """A visit to be arranged: what the command line is given, and what is to be put right after it."""

    world: World
    now: datetime
    undo: ExitStack
    folder: Path
    """An empty folder of this visit's own, not on the host."""
    target: str
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def changed(self, path: Path, content: str | bytes | None) -> None:
        """Another content for a file of the host, until the visit is over."""
        self.undo.enter_context(self.world.changed(path, content))

    def home(self) -> Path:
        """A home folder of this visit's own instead of the lab's: no key, no known host."""
        home = self.folder / "home"
        (home / ".ssh").mkdir(parents=True, mode=0o700)
        self.environment["HOME"] = str(home)
        return home

    def config(self, text: str, *, instead_of: str) -> None:
        """Replace a part of wp-config.php."""
        before = self.world.config.read_text()
        assert instead_of in before
        self.changed(self.world.config, before.replace(instead_of, text))


@dataclass(frozen=True, slots=True)
class Situation:
    """A host's way of being, and what must be said of it."""

    code: str | None
    """None: it is no problem at all."""
    arrange: Arrange
    status: int
    severity: str
    beside: frozenset[str]
    words: str
    """Must stand in the finding's text: what tells this cause from others with the same code."""

    @property
    def name(self) -> str:
        """For the test's name."""
        return f"{self.code or 'fine'}: {self.arrange.__name__.replace('_', ' ')}"


_ALL: list[Situation] = []


def situation(
    code: str | None,
    status: int,
    *,
    severity: str = "error",
    beside: tuple[str, ...] = (),
    words: str = "",
) -> Callable[[Arrange], Arrange]:
    """Enter a situation; its name is the function's."""

    def enter(arrange: Arrange) -> Arrange:
        _ALL.append(Situation(code, arrange, status, severity, frozenset(beside), words))
        return arrange

    return enter


def situations() -> tuple[Situation, ...]:
    """All of them."""
    return tuple(_ALL)


# not reached


@situation("host.unreachable", UNOBSERVABLE, words="refused")
def nobody_listens_on_the_port(visit: Visit) -> None:
    visit.target = f"{visit.world.account.name}@127.0.0.1:{free_port()}{visit.world.site}"


@situation("host.unreachable", UNOBSERVABLE)
def the_name_does_not_exist(visit: Visit) -> None:
    visit.target = f"{visit.world.account.name}@no-such-host.invalid"


@situation("host.unreachable", UNOBSERVABLE)
def the_server_says_nothing(visit: Visit) -> None:
    listener = visit.undo.enter_context(socket.create_server(("127.0.0.1", 0)))
    visit.target = f"{visit.world.account.name}@127.0.0.1:{listener.getsockname()[1]}"
    visit.options += ["--connect-timeout", "1.5"]


@situation("host.login-refused", UNOBSERVABLE)
def no_key_is_accepted(visit: Visit) -> None:
    home = visit.home()
    make_key(home / ".ssh" / "id_ed25519")
    (home / ".ssh" / "known_hosts").write_text(visit.world.sshd.known_hosts_line)


@situation("host.key-unknown", UNOBSERVABLE, words="SHA256:")
def the_host_key_is_not_known(visit: Visit) -> None:
    home = visit.home()
    shutil.copy(visit.world.sshd.client_key_path, home / ".ssh" / "id_ed25519")


@situation("host.key-changed", UNOBSERVABLE)
def the_host_key_is_another_one(visit: Visit) -> None:
    other = make_key(visit.folder / "other").with_suffix(".pub").read_text().split()[:2]
    assert fingerprint_of(visit.folder / "other.pub") != visit.world.sshd.fingerprint
    line = f"[127.0.0.1]:{visit.world.sshd.port} {other[0]} {other[1]}\n"
    before = visit.world.known_hosts.read_text()
    visit.undo.callback(visit.world.known_hosts.write_text, before)
    visit.world.known_hosts.write_text(line)


@situation("host.no-shell", UNOBSERVABLE)
def the_account_has_no_shell(visit: Visit) -> None:
    visit.world.account.set_shell("/usr/sbin/nologin")
    visit.undo.callback(visit.world.account.set_shell, "/bin/bash")


@situation("host.root-refused", UNOBSERVABLE)
def the_login_is_roots(visit: Visit) -> None:
    visit.target = f"root@127.0.0.1:{visit.world.sshd.port}{visit.world.site}"


# WP-CLI


@situation("host.no-wp-cli", FINDINGS)
def there_is_no_wp_but_php(visit: Visit) -> None:
    visit.changed(visit.world.bin / "wp", None)


@situation(None, FINE)
def wp_is_where_the_option_says(visit: Visit) -> None:
    visit.changed(visit.world.bin / "wp", None)
    folder = visit.world.home / "tools"
    visit.undo.callback(shutil.rmtree, folder)
    visit.options += ["--wp", str(visit.world.install_wp(folder=folder))]


@situation(None, FINE)
def wp_cli_is_a_phar_in_the_home_folder(visit: Visit) -> None:
    visit.changed(visit.world.bin / "wp", None)
    visit.changed(visit.world.home / "wp-cli.phar", visit.world.phar.read_bytes())


@situation("host.noisy-output", FINE, severity="info")
def the_shell_greets(visit: Visit) -> None:
    visit.changed(visit.world.home / ".bashrc", "echo '*** Welcome to server 7 ***'\n")


@situation("host.noisy-output", FINE, severity="info")
def wp_cli_yml_requires_a_file_that_prints(visit: Visit) -> None:
    visit.changed(visit.world.site / "noisy.php", '<?php echo "PHP Notice: so what\\n";\n')
    visit.changed(visit.world.site / "wp-cli.yml", "require: noisy.php\n")


# where WordPress is


@situation("host.no-wordpress", UNOBSERVABLE)
def the_path_is_wrong(visit: Visit) -> None:
    visit.target = visit.target.replace("/public_html", "/public_htm")


@situation("host.no-wordpress", UNOBSERVABLE)
def the_path_is_no_wordpress_folder(visit: Visit) -> None:
    visit.target = visit.target.replace("/public_html", "/conf")


@situation(None, FINE)
def no_path_is_given(visit: Visit) -> None:
    visit.target = visit.target.replace(str(visit.world.site), "")


@situation(None, FINE)
def wp_config_is_one_folder_up(visit: Visit) -> None:
    text = visit.world.config.read_text()
    site = visit.world.site
    # There it must say itself where WordPress is, as nobody runs it from the inside.
    moved = text.replace("__DIR__ . '/'", f"'{site}/'")
    visit.changed(visit.world.home / "wp-config.php", moved)
    visit.changed(visit.world.config, None)


@situation("host.site-not-found", FINDINGS)
def the_url_is_of_no_network(visit: Visit) -> None:
    visit.options += ["--url", "https://elsewhere.example"]


# wp-config.php


@situation("host.config-unreadable", FINDINGS)
def wp_config_is_missing(visit: Visit) -> None:
    visit.changed(visit.world.config, None)


@situation("host.config-unreadable", FINDINGS)
def wp_config_may_not_be_read(visit: Visit) -> None:
    visit.world.config.chmod(0o000)
    visit.undo.callback(visit.world.config.chmod, 0o644)


@situation("host.config-unreadable", FINDINGS)
def a_comma_is_missing_in_front_of_the_password(visit: Visit) -> None:
    # PHP quotes what it stumbled over, and that is the database password.
    visit.config(f"'DB_PASSWORD' '{DB_PASSWORD}'", instead_of=f"'DB_PASSWORD', '{DB_PASSWORD}'")


@situation("host.noisy-output", FINE, severity="info")
def wp_config_prints(visit: Visit) -> None:
    visit.config('echo "<b>Notice</b>: so what\\n";\n/* LAB */', instead_of="/* LAB */")


@situation(None, FINE)
def wp_config_shows_warnings_that_are_kept_off_the_stream(visit: Visit) -> None:
    noise = "ini_set( 'display_errors', '1' ); error_reporting( E_ALL ); echo $not_defined;"
    visit.config(f"{noise}\n/* LAB */", instead_of="/* LAB */")


@situation(None, FINE)
def wp_config_asks_for_the_host(visit: Visit) -> None:
    strict = (
        "set_error_handler( function ( $n, $text ) { throw new Exception( $text ); } );"
        "define( 'WP_LAB_HOST', $_SERVER['HTTP_HOST'] ); restore_error_handler();"
    )
    visit.config(f"{strict}\n/* LAB */", instead_of="/* LAB */")


@situation(None, FINE)
def code_after_the_settings_line_needs_wordpress(visit: Visit) -> None:
    line = "require_once ABSPATH . 'wp-settings.php';"
    visit.config(f"{line}\nadd_filter( 'the_title', 'trim' );", instead_of=line)


@situation(None, FINE)
def wp_config_only_includes_the_real_one(visit: Visit) -> None:
    text = visit.world.config.read_text()
    visit.changed(visit.world.site / "real-config.php", text)
    visit.changed(visit.world.config, "<?php\nrequire __DIR__ . '/real-config.php';\n")


@situation(None, FINE)
def wp_config_ends_the_run_where_nobody_asked_for_a_host(visit: Visit) -> None:
    guard = "if ( empty( $_SERVER['HTTP_HOST'] ) ) { exit( 'no host' ); }"
    visit.config(f"<?php\n{guard}\n", instead_of="<?php\n")


@situation("host.noisy-output", FINE, severity="info")
def wp_config_ends_the_run_before_it_defines_anything(visit: Visit) -> None:
    visit.config("<?php\nexit( 'closed' );\n", instead_of="<?php\n")


# the database


@situation("host.database-down", FINDINGS)
def a_drop_in_may_lead_elsewhere(visit: Visit) -> None:
    visit.changed(visit.world.site / "wp-content" / "db.php", "<?php // leads elsewhere\n")
    visit.world.database.stop()
    visit.undo.callback(visit.world.database.start)


@situation("host.database-down", FINDINGS)
def the_database_is_down(visit: Visit) -> None:
    visit.world.database.stop()
    visit.undo.callback(visit.world.database.start)


@situation("host.database-down", FINDINGS)
def the_password_is_wrong(visit: Visit) -> None:
    visit.config("'DB_PASSWORD', 'wr0ng-Passw0rd!'", instead_of=f"'DB_PASSWORD', '{DB_PASSWORD}'")


@situation("host.database-down", FINDINGS)
def the_database_does_not_exist(visit: Visit) -> None:
    visit.config("'DB_NAME', 'nothing'", instead_of="'DB_NAME', 'lab_network'")


@situation("host.wrong-prefix", FINDINGS)
def the_prefix_is_wrong(visit: Visit) -> None:
    visit.config("$table_prefix = 'other_';", instead_of="$table_prefix = 'wplab_';")


# WordPress, which is not loaded


def _mu_plugin(visit: Visit, php: str) -> None:
    visit.changed(visit.world.site / "wp-content" / "mu-plugins" / "a-broken.php", f"<?php {php}\n")


@situation(None, FINE)
def a_must_use_plugin_that_nobody_loads_is_broken(visit: Visit) -> None:
    _mu_plugin(visit, "no_such_function();")


@situation("host.php-fatal", FINDINGS)
def a_must_use_plugin_dies(visit: Visit) -> None:
    _mu_plugin(visit, "no_such_function();")
    visit.options.append("--runtime")


@situation("host.php-fatal", FINDINGS)
def a_must_use_plugin_ends_the_run(visit: Visit) -> None:
    _mu_plugin(visit, "echo 'Access denied'; exit( 0 );")
    visit.options.append("--runtime")


@situation("host.php-fatal", FINDINGS)
def a_must_use_plugin_eats_the_memory(visit: Visit) -> None:
    _mu_plugin(visit, "ini_set( 'memory_limit', '64M' ); $a = str_repeat( 'x', 256 << 20 );")
    visit.options.append("--runtime")


@situation("host.noisy-output", FINE, severity="info")
def a_must_use_plugin_prints_before_and_after(visit: Visit) -> None:
    after = "register_shutdown_function( function () { echo '<!-- bye -->'; } );"
    _mu_plugin(visit, f'echo "\\xEF\\xBB\\xBF<!-- hi -->"; {after}')
    visit.options.append("--runtime")


@situation(None, FINE)
def wordpress_is_loaded_and_well(visit: Visit) -> None:
    visit.options.append("--runtime")
