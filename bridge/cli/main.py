"""The command `closte-doctor`: finds the sub-command, and turns every ending into an exit status.

Only click is imported here; each command's module is imported when it is called, so that `--help`
is quick.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from bridge.cli.speaking import language_asked
from bridge.errors import BridgeError, ExitStatus
from bridge.language import SOURCE, speaking, spoken

VERSION = "0.1.0"
TOOL = f"closte-doctor {VERSION}"

COMMANDS: dict[str, tuple[str, str]] = {
    "diagnose": ("bridge.cli.diagnose:diagnose", "Say why domains of a network do not come up."),
    "collect": (
        "bridge.cli.collect:collect",
        "Write the evidence of a host, redacted, to a folder or zip.",
    ),
    "analyze": (
        "bridge.cli.diagnose:analyze",
        "Diagnose an evidence folder or zip, without any contact.",
    ),
    "logs": ("bridge.cli.logs:logs", "Count and classify the plugin's log files alone."),
    "remediate": (
        "bridge.cli.remediate:remediate",
        "Show the plan that would heal a network, or carry it out.",
    ),
    "undo": ("bridge.cli.undo:undo", "Take back what a journal says was done."),
    "domain": (
        "bridge.cli.domain:domain",
        "Everything known of one domain: its lifeline, who must act.",
    ),
    "preflight": (
        "bridge.cli.preflight:preflight",
        "Say whether a domain would work if it were mapped now.",
    ),
    "watch": (
        "bridge.cli.watch:watch",
        "Follow one domain until it is ready or has failed.",
    ),
    "check": (
        "bridge.cli.check:check",
        "Monitoring plugin: Nagios output and its 0, 1, 2, 3.",
    ),
    "fleet": ("bridge.cli.fleet:fleet", "Many networks side by side, one report."),
    "history": (
        "bridge.cli.history:history",
        "Earlier runs: what is new, fixed, worse or flapping; issuance times.",
    ),
    "explain": ("bridge.cli.explain:explain", "What a finding code, or a pasted log line, means."),
    "config": ("bridge.cli.config:config", "Show what closte-doctor.toml and the environment set."),
    "completion": ("bridge.cli.completion:completion", "Print the completion script of a shell."),
    "demo": ("bridge.cli.diagnose:demo", "Diagnose an embedded example network, over real SSH."),
}
"""Name → where its click command is, and its line in `--help`."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and guessed when mistyped.

    It speaks the language of the run: English as it is written, any other by copies of the commands.
    """

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        """Run a command line in the language that it asks for."""
        with speaking(language_asked(sys.argv[1:] if args is None else args)):
            return self.main_in_language(args, *rest, **more)

    def main_in_language(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        """The same where it is known already which language that is."""
        if spoken().code == SOURCE:
            return super().main(args, *rest, **more)
        from bridge.cli.help_texts import clicks_words, in_language

        with clicks_words(spoken()):
            return super(LazyGroup, in_language(self, spoken())).main(args, *rest, **more)

    def make_context(self, *words: Any, **more: Any) -> click.Context:
        """Read the options before the command's name."""
        with _told():
            return super().make_context(*words, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _told():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        found = getattr(import_module(module), attribute)
        assert isinstance(found, click.Command)
        if spoken().code == SOURCE:
            return found
        from bridge.cli.help_texts import in_language

        return in_language(found, spoken())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names of the commands without importing any; click's own offers for options."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=spoken().say(line))
            for name, (_, line) in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands without importing any."""
        say = spoken().catalogue.gettext
        with formatter.section(say("Commands")):
            formatter.write_dl([(name, say(line)) for name, (_, line) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`help`, and `help COMMAND`, which many other programs have, are `--help`."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say what was probably meant where a name is unknown."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from analyzers.language import phrase
            from bridge.near_names import nearest

            close = nearest(name, COMMANDS)
            hint = phrase(" Did you mean {name}?", name=repr(close)) if close else ""
            raise click.UsageError(
                phrase("There is no command {name}.{hint}", name=repr(name), hint=hint), ctx
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 nothing found, 1 findings, 2 usage, 3 target not observed, "
    "4 incomplete (--strict), 5 remediation part-way or unknown, 6 remediation refused, 70 a bug, "
    "130 interrupted.",
)
@click.version_option(VERSION, prog_name="closte-doctor")
def cli() -> None:
    """Says why a mapped domain of an Ultimate Multisite network on Closte does not come up.

    \b
    Examples:
      closte-doctor demo                           an example network, nothing needed
      closte-doctor diagnose acct123@203.0.113.10  over SSH; changes nothing on the host
      closte-doctor diagnose @prod                 an alias of your wp-cli.yml
      closte-doctor collect @prod -o case.zip      the evidence, redacted, to send on
      closte-doctor analyze case.zip               the same diagnosis without contact
      closte-doctor explain dns.wrong-address      what a finding means
    """


def run(arguments: list[str] | None = None) -> NoReturn:
    """The console script: run a command and exit with the contract's status."""
    # A short run makes much and lets go of little: looking for cycles all the time took a tenth of it.
    gc.set_threshold(200_000, 50, 100)
    _end_as_by_ctrl_c()
    if sys.stdin is None:  # closed by whoever started us: nothing comes, and nobody can be asked
        sys.stdin = open(os.devnull)  # noqa: SIM115
    # A terminal that has not all letters shows `\u2026` for `…`; reports are UTF-8 whatever it is.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    _leave(status_of(arguments))


def _end_as_by_ctrl_c() -> None:
    """Where the system asks us to end (`timeout`, a service manager, a terminal that is closed), what is
    known is told and what is ours is removed, as when a person asks. What was ignored stays ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _leave(status: int) -> NoReturn:
    """End now. Python would wait for probes that were given up, and then take a tenth of a short run to
    let go of every object; nothing of ours waits for its own end to be written or removed."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # None: closed by whoever started us
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(status)


def status_of(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status of CONTRACT section 2, never a stack trace."""
    words = sys.argv[1:] if arguments is None else arguments
    with speaking(language_asked(words)):
        return _status_of(words)


def _status_of(words: list[str]) -> int:
    try:
        result = cli.main_in_language(words, prog_name="closte-doctor", standalone_mode=False)
    except BridgeError as error:
        endings().warn(error.sentence)
        return int(error.status)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        endings().show(error)
        return int(ExitStatus.USAGE)
    except (KeyboardInterrupt, click.Abort):
        endings().warn(endings().INTERRUPTED)
        return int(ExitStatus.INTERRUPTED)
    except BrokenPipeError:
        _close_stdout()
        return int(ExitStatus.CLEAN)
    except OSError as error:
        return int(endings().status_of(error))
    except Exception as error:  # the last line of defence: a bug says so, and shows no values
        endings().say_bug(error)
        return int(ExitStatus.BUG)
    return int(result) if isinstance(result, int) else int(ExitStatus.CLEAN)


def endings() -> ModuleType:
    """What is said of a run that did not end well: imported then."""
    return import_module("bridge.cli.endings")


@contextmanager
def _told() -> Iterator[None]:
    """A usage error of ours is told in the language of the run."""
    try:
        yield
    except click.ClickException as error:
        error.message = spoken().of(error.message)  # type: ignore[misc]  # final in its stubs alone
        raise


def _close_stdout() -> None:
    """A reader like `head` went away: end quietly, also when Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()
