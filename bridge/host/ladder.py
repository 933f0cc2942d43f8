"""From most evidence to least: the collector with the database, `wp config`, then the shell alone.

What fails on the way is evidence too. VOCABULARY of `host.json` errors, for the rules that read them;
each line is words in `stderr` (… stands for more) and what they mean.

`wp eval-file - --skip-wordpress`
    WP-CLI's, PHP's or the shell's own words: the collector did not begin.
    `timed out after N s`, `the connection was lost`, `ended without our end marker`: it did not end.
`wp`
    `sh: wp: command not found` (127): there is no WP-CLI, plain PHP ran the collector.
`php`, `wp config list`, `wp config has CLOSTE_CLIENT_API_KEY`, `sh`
    The lower rungs, in WP-CLI's or the shell's words.
`collector: wordpress`
    `This does not seem to be a WordPress installation: …`: no wp-includes/version.php.
`collector: wp-config`
    `'wp-config.php' not found.`, `wp-config.php cannot be read: …`,
    `parse error in line N, unexpected KIND`,
    `Strange wp-config.php file: …`: only its plain values were read.
    `… in line N; went on with what was defined`: it threw.
    `… in line N, after the wp-settings line; went on …`: code there needs WordPress. No finding.
    `wp-config.php ended PHP: …; went on with what was defined`: exit, or `PHP Fatal error: …`.
    `wp-config.php leaves the loading of WordPress to a file it includes; went on …`: no finding.
`collector: database`
    `mysqli 2002: …` (1045, 1044, 1049, …), and where wp-content/db.php is there
    `…; wp-content/db.php replaces the connection`: no connection.
    `no mysqli in the CLI PHP: the database was not observed`, `NAME is not defined: …`: nobody looked.
    `no tables with the prefix 'x_': mysqli 1146: …`
`collector: network`
    `Error: Site '…' not found. Verify …`: WP-CLI's words, for --url or DOMAIN_CURRENT_SITE.
`collector: runtime` (`--runtime` only)
    `PHP Fatal error: … while WordPress loaded`, `PHP ended while WordPress loaded, …`
    `WordPress was not loaded: …`: the look with WordPress was not possible. No finding.
`collector: NAME` (a table, options, cron, scheduler, logs, dns, json)
    `mysqli …`, `left out: …`, `not read: …`, `only N rows arrived, …`: that piece is missing, or not whole.
"""

from __future__ import annotations

import re
import secrets
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from analyzers.language import phrase
from bridge.host.assembly import LONGEST_NOISE, Assembly
from bridge.host.config_rung import look_at_config
from bridge.host.request import HostEvidence, HostRequest
from bridge.host.sections import SectionStream
from bridge.host.shell_rung import look_at_files
from bridge.host.words import cut, without_quotes
from bridge.host.wp import (
    ARGUMENT,
    WHAT,
    Place,
    collect_command,
    config_has_command,
    config_list_command,
    look_command,
    php_command,
    request_in,
)
from bridge.interruption import Interrupted
from bridge.transport import Command, Completed, Transport

__all__ = ["HostEvidence", "HostRequest", "collect_host", "printed_commands"]

COLLECT = "wp eval-file - --skip-wordpress"
"""How the collector's command is called in errors: what a person would have to type."""
_STAGES = {
    "constants": phrase("Read wp-config.php."),
    "rows:domain_mappings": phrase("Reading the database …"),
    "log-file": phrase("Reading the plugin's logs …"),
    "api": phrase("Asked the Closte API."),
    "rows:dns": phrase("Resolving names on the host …"),
}
_NO_PHP = "sh: php: command not found"
"""What our own script says where it found neither `wp` nor `php`."""
_SAID = ("stdout", "stderr")
_DISABLED = re.compile(r"command has been disabled from the config file")
_FINAL = re.compile(
    r"YIKES!|running this as root|this account is currently not available|may not run commands"
    r"|sftp connections only|shell (request|access)",
    re.IGNORECASE,
)


def collect_host(
    transport: Transport, request: HostRequest, progress: Callable[[str], None]
) -> HostEvidence:
    """All that this host gives. Never raises for what the host does; a transport that cannot connect
    raises its own `HostUnreachable`, and Ctrl-C is `Interrupted` with what had arrived."""
    transport.connect()
    run = _Run(transport, request, progress, Assembly())
    try:
        run.climb_down()
    except KeyboardInterrupt:
        raise Interrupted(run.assembly.files()) from None
    files = run.assembly.files()
    memory = run.assembly.end.get("memory")
    return HostEvidence(
        files,
        run.assembly.reached,
        run.networks(),
        memory if isinstance(memory, int) else None,
    )


@dataclass(slots=True)
class _Run:
    transport: Transport
    request: HostRequest
    progress: Callable[[str], None]
    assembly: Assembly

    def climb_down(self) -> None:
        """From the first rung that begins."""
        timeout = self._timeout()
        self.progress(phrase("Reading the network before WordPress loads …"))
        done = self._collect(
            collect_command(place_of(self.request), payload(self.request, timeout), timeout)
        )
        if self._has_begun() or done.status is None:
            return
        said = " ".join(str(error.get(key)) for error in self.assembly.errors for key in _SAID)
        if _FINAL.search(said):
            return
        if _DISABLED.search(said):
            self.progress(
                phrase("This host does not allow eval-file; asking `wp config` instead …")
            )
            look_at_config(self.transport, place_of(self.request), self._left(done), self.assembly)
            return
        if _NO_PHP not in said:
            self.progress(phrase("WP-CLI does not run here; trying plain PHP …"))
            left = self._left(done)
            self._collect(php_command(place_of(self.request), payload(self.request, left), left))
            if self._has_begun():
                return
        self.progress(phrase("Neither WP-CLI nor PHP runs here; looking at files …"))
        look_at_files(self.transport, place_of(self.request), self._left(done), self.assembly)

    def _has_begun(self) -> bool:
        return self.assembly.begun

    def _timeout(self) -> float:
        left = self.request.deadline
        return (
            self.request.command_timeout
            if left is None
            else min(self.request.command_timeout, left)
        )

    def _left(self, done: Completed) -> float:
        """Seconds for the next rung, when this one took its time."""
        return max(5.0, self._timeout() - done.seconds)

    def _collect(self, command: Command) -> Completed:
        stream = SectionStream(str(request_in(command.argv[ARGUMENT])["nonce"]))
        told: set[str] = set()

        def take(piece: bytes) -> None:
            for section in stream.feed(piece):
                self._tell(section.name, told)
                self.assembly.take(section)

        done = self.transport.run(command, take)
        for section in stream.close():
            self.assembly.take(section)
        noise = stream.noise.decode("utf-8", "replace")
        if noise and self._has_begun():
            self.assembly.noise.append(without_quotes(noise[:LONGEST_NOISE]))
        self.assembly.broken(stream.broken)
        self._how_it_ended(command, done, noise)
        return done

    def _tell(self, name: str, told: set[str]) -> None:
        if name in _STAGES and name not in told:
            told.add(name)
            self.progress(_STAGES[name])

    def _how_it_ended(self, command: Command, done: Completed, noise: str) -> None:
        what = COLLECT if command.argv[WHAT] == "collect" else "php"
        stderr = without_quotes(cut(done.stderr))
        if self.assembly.begun and not self.assembly.wp_cli and what == COLLECT:
            self.assembly.problem("wp", "sh: wp: command not found", status=127)
        if self.assembly.ended:
            return
        if done.timed_out:
            stderr = f"timed out after {command.timeout:.0f} s\n{stderr}".strip()
        elif done.lost:
            stderr = f"the connection was lost\n{stderr}".strip()
        elif self.assembly.begun:
            stderr = f"ended without our end marker\n{stderr}".strip()
        stdout = "" if self._has_begun() else without_quotes(noise[:LONGEST_NOISE])
        self.assembly.problem(what, stderr, stdout, done.status)

    def networks(self) -> tuple[dict[str, object], ...]:
        """All networks that the collector saw."""
        found = self.assembly.host.get("networks")
        return tuple(n for n in found if isinstance(n, dict)) if isinstance(found, list) else ()


def place_of(request: HostRequest) -> Place:
    """Where to look."""
    return Place(request.path or "", request.wp or "", request.url or "")


def payload(request: HostRequest, timeout: float) -> dict[str, object]:
    """The collector's argument. Its own clocks end before ours does: a killed channel does not kill
    the remote PHP."""
    return {
        "nonce": request.nonce or secrets.token_hex(16),
        "url": request.url or "",
        "log_bytes": request.log_bytes,
        "log_seconds": round(max(5.0, timeout * 0.5), 1),
        "api": request.api,
        "api_url": request.api_url,
        "api_list_only": request.api_list_only,
        "api_connect_seconds": request.api_connect_seconds,
        "api_seconds": request.api_seconds,
        "dns": request.dns,
        "dns_names": list(request.dns_names),
        "dns_limit": 25,
        "dns_seconds": 10,
        "connect_seconds": 8,
        "statement_seconds": request.statement_seconds,
        "complete_actions": 100_000,
        "runtime": request.runtime,
    }


def printed_commands(request: HostRequest) -> str:
    """Every byte that would be sent to the host: the command with its script, and what goes on stdin;
    then how the same script would be told to do less, where that one is not allowed or does not run."""
    timeout, place = request.command_timeout, place_of(request)
    command = collect_command(place, payload(request, timeout), timeout)
    fallbacks = (
        php_command(place, payload(request, timeout), timeout),
        config_list_command(place, timeout),
        config_has_command(place, timeout),
        look_command(place, timeout),
    )
    return "\n".join(
        (
            "# On the host, over one connection:",
            shlex.join(command.argv),
            "",
            "# Where that is not allowed or does not run, the same script with other arguments:",
            *(f"sh -c … {shlex.join(other.argv[3:])}" for other in fallbacks),
            "",
            f"# On its stdin, where it runs PHP, {len(command.stdin)} bytes:",
            command.stdin.decode(),
        )
    )
