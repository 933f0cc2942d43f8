"""What a host says when it will not be looked at: known words → finding code.

WP-CLI, PHP, the shell, ssh and MySQL each have their own words for the same few troubles, and one
status (255) means several of them (DOMAIN 5.5). Each row has samples; the samples are tests. The words
come from real transcripts, from the sources of WP-CLI 2.x and OpenSSH, and from our own collector.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from analyzers.evidence import HostError
from analyzers.language import Phrase
from analyzers.own_words import retold

Code = Literal[
    "host.unreachable",
    "host.login-refused",
    "host.key-unknown",
    "host.key-changed",
    "host.no-shell",
    "host.root-refused",
    "host.no-wp-cli",
    "host.no-wordpress",
    "host.config-unreadable",
    "host.wrong-prefix",
    "host.site-not-found",
    "host.database-down",
    "host.php-fatal",
    "host.noisy-output",
]
Where = Literal["any", "ssh", "shell", "database", "config"]
"""Which commands a row's words count for: any, the connection itself, one that the shell could not
start, one of the database, one of wp-config."""


@dataclass(frozen=True, slots=True)
class Known:
    """Words that mean a code, where they count, and what was really seen."""

    code: Code
    variant: str
    """A word for which case of the code this is."""
    where: Where
    pattern: str
    """A regular expression; upper and lower case are one."""
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed command and what it means."""

    code: Code
    variant: str
    error: HostError


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when the first error is read: on most hosts there is none."""
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _known(code: Code, variant: str, where: Where, pattern: str, *samples: str) -> Known:
    return Known(code, variant, where, pattern, samples)


TABLE: tuple[Known, ...] = (
    # The connection: our own sentences, OpenSSH's and paramiko's words.
    _known(
        "host.unreachable",
        "proxy",
        "ssh",
        r"\A\s*the proxycommand .{0,400} ended with status",
        "The ProxyCommand “ssh -W %h:%p jump” ended with status 255: Permission denied (publickey).",
    ),
    _known(
        "host.key-changed",
        "changed",
        "ssh",
        r"host key.{0,80}(has )?changed|changed host key|identification has changed"
        r"|key.{0,60}does not match|marked as revoked",
        "The host key of prod.example has changed.",
        "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @",
        "Host key for server 'prod.example' does not match: got 'AAAA', expected 'BBBB'",
        "The host key of prod.example has CHANGED: it now shows ssh-ed25519 SHA256:abc, another one is "
        "known (known_hosts line 3). Somebody may be listening in.",
        "The key SHA256:abc that prod.example shows is marked as revoked in known_hosts: do not connect.",
    ),
    _known(
        "host.key-unknown",
        "unknown",
        "ssh",
        r"host key.{0,80}(is )?(not known|unknown)|not found in known_hosts|unknown host key"
        r"|host key verification failed|--accept-host-key|no .{0,20}host key is known"
        r"|host key.{0,300}cannot be remembered",
        "The host key of prod.example is not known: SHA256:abc. Accept it with --accept-host-key.",
        "Server 'prod.example' not found in known_hosts",
        "Host key verification failed.",
        "The host key of prod.example is not known (ssh-ed25519 SHA256:abc). This is not the key given with "
        "--accept-host-key.",
    ),
    _known(
        "host.no-shell",
        "no-shell",
        "any",
        r"this account is currently not available|may not run commands|shell (request|access) (failed|denied"
        r"|is disabled|is not enabled)|exec request failed|allows sftp connections only|sftp.only"
        r"|not (permitted|allowed) to (execute|run) commands|channel.{0,40}administratively prohibited"
        r"|will not run commands|refuse[sd]? to run (any )?commands?|has no shell|shell.{0,20}not enabled"
        r"|account is restricted by rssh|restricted to sftp|command execution is (not allowed|disabled)",
        "This account is currently not available.",
        "The account may not run commands on prod.example.",
        "This service allows sftp connections only.",
        "exec request failed on channel 0",
        "The host logged us in and refuses to run any command.",
    ),
    _known(
        "host.login-refused",
        "refused",
        "ssh",
        r"permission denied(, please try again| \((publickey|password|keyboard|gssapi|hostbased))"
        r"|authentication failed"
        r"|no (key or password|password or key|key|password)\b.{0,40}\baccept"
        r"|too many authentication failures|no supported authentication methods|login refused"
        r"|did not (accept|let)|private key.{0,60}(encrypted|passphrase)|no authentication methods available",
        "No key or password was accepted for acct123@prod.example.",
        "acct123@prod.example: Permission denied (publickey,password).",
        "Permission denied, please try again.",
        "Authentication failed.",
        "Received disconnect: Too many authentication failures",
        "prod.example did not let acct123 in: tried key ~/.ssh/id_ed25519.",
    ),
    _known(
        "host.unreachable",
        "name",
        "ssh",
        r"could not (be )?resolve|name or service not known|nodename nor servname|not found in dns"
        r"|no address associated|temporary failure in name resolution|no such host|looking up the name"
        r"|\bname .{0,300}(not found|cannot be found)",
        "ssh: Could not resolve hostname prod.example: Name or service not known",
        "The name prod.example cannot be found: no such name in the DNS, and no Host of ~/.ssh/config is "
        "called so.",
        "Looking up the name prod.example timed out after 10 s: the DNS does not answer.",
    ),
    _known(
        "host.unreachable",
        "refused",
        "ssh",
        r"connection (was )?refused|refused the connection|unable to connect to port",
        "ssh: connect to host prod.example port 22: Connection refused",
        "[Errno None] Unable to connect to port 22 on 203.0.113.10",
        "prod.example refused the connection on port 22: no SSH server listens there.",
    ),
    _known(
        "host.unreachable",
        "timeout",
        "ssh",
        r"timed? ?out|did not answer within|no answer within|deadline",
        "ssh: connect to host prod.example port 22: Connection timed out",
        "prod.example did not answer within 10 s.",
    ),
    _known(
        "host.unreachable",
        "lost",
        "ssh",
        r"connection (was )?(reset|lost|closed|aborted|broken)|closed by remote host|broken pipe"
        r"|no route to host|network is unreachable|protocol banner|lost the connection|kex_exchange"
        r"|no common|no matching .{0,40}(method|type) found|closed the connection|there is no way to"
        r"|does not speak ssh|share no way to encrypt",
        "Connection to prod.example closed by remote host.",
        "Error reading SSH protocol banner",
        "ssh: connect to host prod.example port 22: No route to host",
        "The connection to prod.example was lost.",
        "There is no way to prod.example port 22: Network is unreachable.",
        "prod.example port 22 closed the connection before any SSH greeting: not an SSH server, or this "
        "address is banned there.",
    ),
    # WP-CLI before it looks at WordPress.
    _known(
        "host.root-refused",
        "root",
        "any",
        r"YIKES!|running this as root|refuses to run as root",
        "Error: YIKES! It looks like you're running this as root.",
    ),
    _known(
        "host.no-wp-cli",
        "old-php",
        "any",
        r"WP-CLI requires PHP [\d.]+ or newer",
        "Error: WP-CLI requires PHP 7.2.24 or newer. You are running version 5.6.40.",
    ),
    _known(
        "host.no-wp-cli",
        "no-php",
        "shell",
        r"(exec: |env: ['‘’`]?|: )php\S*?['‘’]?: .{0,4}?(not found|No such file|command not found)"
        r"|php: command not found|command not found: php",
        "/usr/local/bin/wp: 3: exec: php: not found",
        "/usr/bin/env: 'php': No such file or directory",
        "/usr/bin/env: ‘php’: No such file or directory",
        "bash: line 1: php: command not found",
    ),
    _known(
        "host.no-wp-cli",
        "no-wp",
        "shell",
        r"(\A|[\s:/'‘`])wp(-cli)?(\.phar)?['’`]?: |command not found: wp|unknown command:? ['‘]?wp\b"
        r"|could not open input file: \S*wp-cli",
        "bash: line 1: wp: command not found",
        "sh: 1: wp: not found",
        "zsh:1: command not found: wp",
        "fish: Unknown command: wp",
        "bash: wp: Kommando nicht gefunden.",
        "bash: /usr/local/bin/wp: No such file or directory",
        "bash: /usr/local/bin/wp: Permission denied",
        "Could not open input file: /home/acct123/wp-cli.phar",
    ),
    _known(
        "host.no-wp-cli",
        "no-wp",
        "any",
        r"\bno wp(-cli)?\b (was )?(found|in path)|wp-cli (was |is )?not (found|installed)|neither wp nor"
        r"|\bwp: (command )?not found",
        "sh: wp: command not found",
        "No WP-CLI was found on the host.",
        "WP-CLI is not installed",
    ),
    # wp-config.php, by WP-CLI and by the collector.
    _known(
        "host.config-unreadable",
        "parse-error",
        "config",
        r"parse ?error|syntax error|could not compile",
        "parse error in line 2, unexpected identifier",
        "wp-config.php ended PHP: PHP could not compile it, line 9; went on with what was defined",
    ),
    _known(
        "host.config-unreadable",
        "parse-error",
        "any",
        r"parse error:.{0,400}?(eval\(\)'d code|wp-config\.php)",
        'PHP Parse error:  syntax error, unexpected identifier "e" in phar:///usr/local/lib/wp-cli.phar'
        "/vendor/wp-cli/config-command/src/Config_Command.php(559) : eval()'d code on line 2",
        'PHP Parse error:  syntax error, unexpected token ";" in /home/a/public_html/wp-config.php on line 9',
    ),
    _known(
        "host.config-unreadable",
        "denied",
        "any",
        r"wp-config\.php.{0,200}permission denied|permission denied.{0,200}wp-config\.php",
        "PHP Warning:  file_get_contents(/home/a/public_html/wp-config.php): Failed to open stream: "
        "Permission denied in phar:///usr/local/lib/wp-cli.phar",
    ),
    _known(
        "host.config-unreadable",
        "denied",
        "config",
        r"permission denied|not readable|unreadable|cannot be read|could not be read",
        "wp-config.php cannot be read: Permission denied",
    ),
    _known(
        "host.config-unreadable",
        "strange",
        "any",
        r"strange wp-config\.php file",
        "Error: Strange wp-config.php file: wp-settings.php is not loaded directly.",
        "Strange wp-config.php file: wp-settings.php is not loaded directly; went on with its plain values "
        "alone",
    ),
    _known(
        "host.config-unreadable",
        "throws",
        "config",
        r"\A(?!.*after the wp-settings line)(?!.*ended php).*(error|exception).* in line \d+; went on",
        "Error (Call to undefined function my_host()) in line 12; went on with what was defined",
    ),
    # The WordPress folder.
    _known(
        "host.no-wordpress",
        "path",
        "any",
        r"does not seem to be a wordpress install"
        r"|cd: .{0,200}(no such file|can't cd|not a directory)|no wordpress (was )?(found|folder|install)"
        r"|not a wordpress folder|no wordpress folder",
        "Error: This does not seem to be a WordPress installation.",
        "Error: This does not seem to be a WordPress install.",
        "bash: line 1: cd: /nonexistent: No such file or directory",
        "sh: 1: cd: can't cd to /nonexistent",
        "No WordPress was found in /home/acct123/public_html.",
    ),
    _known(
        "host.no-wordpress",
        "no-config",
        "any",
        r"'?wp-config\.php'? (was )?not found|no wp-config(\.php)?\b",
        "Error: 'wp-config.php' not found.",
        "no wp-config.php in /home/acct123/public_html",
    ),
    _known(
        "host.no-wordpress",
        "no-config",
        "config",
        r"\A(?!.*went on).*(valueerror|not found|missing|no such file|path cannot be empty)",
        "ValueError in line 755",
    ),
    # The database.
    _known(
        "host.wrong-prefix",
        "prefix",
        "any",
        r"table\s+['`\"]?[^\s'`\"]*(_|\.)(blogs|site|sitemeta|options|users|usermeta)['`\"]?\s+doesn.t exist"
        r"|no (network |wordpress )?tables? with (this|the) (table )?prefix|wrong (table )?prefix",
        "WordPress database error Table 'wp_lab.zz_blogs' doesn't exist for query SELECT * FROM zz_blogs",
        "no tables with the prefix 'zz_': mysqli 1146: Table 'wp_lab.zz_options' doesn't exist",
        "mysqli 1146: Table 'wp_lab.zz_sitemeta' doesn't exist",
    ),
    _known(
        "host.database-down",
        "access",
        "any",
        r"(error|mysqli|errno|code)\W{0,3}(1045|1698)\b|access denied for user\b(?!.{0,120}to database)",
        "ERROR 1045 (28000): Access denied for user 'wplab'@'localhost' (using password: YES)",
        "mysqli 1045: access denied",
    ),
    _known(
        "host.database-down",
        "unknown-database",
        "any",
        r"(error|mysqli|errno|code)\W{0,3}(1044|1049)\b|unknown database|access denied.{0,120}to database",
        "ERROR 1049 (42000): Unknown database 'wp_gone'",
        "mysqli 1044: Access denied for user 'wplab'@'%' to database 'wp_other'",
    ),
    _known(
        "host.database-down",
        "down",
        "any",
        r"(error|mysqli|errno|code)\W{0,3}(2002|2003|2005|2006|2013|1040|1130|1203|1226)\b"
        r"|can.t connect to .{0,30}(server|mysql)|too many connections|mysql server has gone away",
        "Error: Failed to get current SQL modes. Reason: ERROR 2002 (HY000): Can't connect to server on "
        "'127.0.0.1' (115)",
        "mysqli 2002: Connection refused",
    ),
    _known(
        "host.database-down",
        "unsaid",
        "any",
        r"error establishing a database connection",
        "Error: Error establishing a database connection.",
    ),
    _known(
        "host.database-down",
        "down",
        "database",
        r"connection (refused|timed out|reset|lost)|no such file or directory|timed out",
        "Connection refused",
    ),
    _known(
        "host.site-not-found",
        "url",
        "any",
        r"\bsite ['‘\"]?[^\s'\"]{0,255}['’\"]? not found\. verify",
        "Error: Site 'wrong.example' not found. Verify `--url=<url>` matches an existing site.",
        "Error: Site 'x.example' not found. Verify DOMAIN_CURRENT_SITE matches an existing site or use "
        "`--url=<url>` to override.",
    ),
    # PHP.
    _known(
        "host.php-fatal",
        "config-ended",
        "any",
        r"\Awp-config\.php ended php: php ended without\b.*went on",
        "wp-config.php ended PHP: PHP ended without an error (exit or die); went on with what was defined",
    ),
    _known(
        "host.php-fatal",
        "ended-early",
        "any",
        r"php ended (while|without)\b",
        "PHP ended while WordPress loaded, without an error (exit, die or wp_die)",
    ),
    _known(
        "host.php-fatal",
        "memory",
        "any",
        r"allowed memory size of \d+ bytes exhausted|out of memory",
        "PHP Fatal error:  Allowed memory size of 67108864 bytes exhausted (tried to allocate 2097152 "
        "bytes) in /home/a/public_html/wp-content/plugins/x/x.php on line 3",
    ),
    _known(
        "host.php-fatal",
        "fatal",
        "any",
        r"fatal error|parse error|uncaught \w*(error|exception)|there has been a critical error",
        "PHP Fatal error:  Uncaught Error: Call to undefined function f() in /home/a/public_html/x.php:3",
        "Error: There has been a critical error on this website.",
        "PHP Parse error:  syntax error, unexpected token in /home/a/public_html/wp-content/plugins/x/x.php",
    ),
)
"""In order of precedence: the first row that holds for a command says what its failure means."""

NO_END_MARKER = "ended without our end marker"
"""How the bridge says that a script of ours began and did not end as it should."""
_COLLECTOR = re.compile(r"\A\s*collector\b", re.IGNORECASE)
_SSH = re.compile(r"\A\s*(ssh|connect(ion)?|login)\b", re.IGNORECASE)
_RUNS_WORDPRESS = re.compile(r"\b(wp|wp-cli\.phar|php)\b")
_KILLED = frozenset({None, -1, 255, 137, 143})
_SHELL_COULD_NOT = frozenset({126, 127, 1})
_LONGEST = 20_000
_PAYLOAD = re.compile(r"^\s*(@@|[\[{])", re.MULTILINE)
_WP_CLI_SPOKE = re.compile(r"\A\s*(PHP )?(Error|Warning|Fatal error):", re.IGNORECASE)


def failure_of(error: HostError) -> Failure | None:
    """What a failed command means, or None where its words are not known."""
    said = f"{error.stderr}\n{error.stdout}"[:_LONGEST]
    for known in TABLE:
        if _counts(known.where, error) and _compiled(known.pattern).search(said):
            if _is_only_ours(known.code, error):
                return None
            return Failure(known.code, known.variant, error)
    if _SSH.match(error.command):
        return Failure("host.unreachable", "lost", error)
    if _COLLECTOR.match(error.command):
        return None
    wordless = not error.stderr.replace(NO_END_MARKER, "").strip()
    if error.status in _KILLED and wordless and not error.stdout.strip() and error.command.strip():
        return Failure("host.unreachable", "killed", error)
    if NO_END_MARKER in error.stderr:
        return Failure("host.php-fatal", "ended-early", error)
    if error.status == 0 and _RUNS_WORDPRESS.search(error.command):
        noisy = _PAYLOAD.search(error.stdout) is not None
        if noisy:
            return Failure("host.noisy-output", "around", error)
        return Failure("host.php-fatal", "ended-early", error)
    return None


def _is_only_ours(code: Code, error: HostError) -> bool:
    """Is this trouble of a part of our own script, and not what its words mean elsewhere?

    A missing table or a lost connection in the middle costs one section; memory that ends while logs
    are read is not WordPress's.
    """
    command = error.command.lower()
    if not _COLLECTOR.match(command):
        return False
    if code in ("host.database-down", "host.wrong-prefix"):
        return "database" not in command
    return code == "host.php-fatal" and not re.search(r"config|runtime|wordpress", command)


def _counts(where: Where, error: HostError) -> bool:
    command = error.command.lower()
    match where:
        case "any":
            return True
        case "ssh":
            return bool(_SSH.match(command)) or (
                error.status in _KILLED
                and not _COLLECTOR.match(command)
                and not error.stdout.strip()
            )
        case "shell":
            return error.status in _SHELL_COULD_NOT and not _WP_CLI_SPOKE.match(error.stderr)
        case "database":
            return "database" in command or "mysqli" in command
        case "config":
            return bool(_COLLECTOR.match(command)) and "config" in command


def failures(errors: Iterable[HostError]) -> tuple[Failure, ...]:
    """The failures in the errors of a host, with what only several of them together tell.

    `'wp-config.php' not found` alone can be a wrong path or a missing file: WP-CLI's `config` commands
    say so for both, its others and our own script only where WordPress itself is there.
    """
    found = tuple(f for error in errors if (f := failure_of(error)) is not None)
    codes = {f.code for f in found}
    variants = {(f.code, f.variant) for f in found}
    if ("host.no-wordpress", "no-config") in variants and (
        "host.no-wordpress",
        "path",
    ) not in variants:
        found = tuple(_missing_config(f) for f in found)
    if "host.wrong-prefix" in codes:
        # With tables that are not there WP-CLI also finds no site: the prefix is the reason.
        found = tuple(f for f in found if f.code != "host.site-not-found")
    if "host.config-unreadable" in codes:
        found = tuple(f for f in found if f.code != "host.php-fatal" or f.variant == "memory")
    told = {("host.database-down", v) for v in ("access", "unknown-database", "down")} & variants
    if told:
        found = tuple(f for f in found if (f.code, f.variant) != ("host.database-down", "unsaid"))
    return found


def _missing_config(failure: Failure) -> Failure:
    command = failure.error.command
    asks_config = re.search(r"\bconfig (list|get|has|path)\b", command) is not None
    if failure.variant != "no-config" or asks_config:
        return failure
    if _COLLECTOR.match(command) and "wp-config.php" not in failure.error.stderr:
        return failure
    return Failure("host.config-unreadable", "missing", failure.error)


_LINE = re.compile(r"\bon line (\d+)|\bin line (\d+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def words(error: HostError, *, longest: int = 240) -> str:
    """What the host said, in one line fit to be quoted.

    Of a parse error only the kind of token and the line are kept: PHP quotes the text it stumbled over,
    and that can be the database password.
    """
    said = error.stderr.strip() or error.stdout.strip()
    if re.search(r"parse ?error|syntax error", said, re.IGNORECASE):
        said = parse_error(said)
    flat = " ".join(_CONTROL.sub(" ", said).split())
    if not flat:
        flat = f"nothing, status {error.status if error.status is not None else 'unknown'}"
    told = retold(flat)
    return Phrase(lambda language: _cut(language.of(told), longest))


def _cut(text: str, longest: int) -> str:
    return text[:longest] + ("…" if len(text) > longest else "")


def parse_error(said: str) -> str:
    """A parse error without the text that PHP stumbled over."""
    token = re.search(r"unexpected ([a-z-]+(?: [a-z-]+){0,3}?)(?=\s*[\"',]|\s+in\b|\s*$)", said)
    line = _LINE.search(said)
    kind = f", unexpected {token[1]}" if token else ""
    where = f" in line {line[1] or line[2]}" if line else ""
    return f"PHP parse error{kind}{where}"


def one_line(text: str, *, longest: int = 160) -> str:
    """Foreign text in one line, without control and direction characters."""
    flat = " ".join(_CONTROL.sub(" ", text).split())
    return flat[:longest] + ("…" if len(flat) > longest else "")
