"""`--help` in sections: a command's own options first, then those that it shares with others, by what they
are about."""

from __future__ import annotations

import click

from analyzers.language import phrase
from bridge.language import spoken

_REPORT = phrase("Report")
_HOST = phrase("Host")
_PROBES = phrase("Probes from here")
_API = phrase("Closte API")
_OTHER = phrase("Other options")
_ORDER = (_REPORT, _HOST, _PROBES, _API, _OTHER)
_SECTIONS = {
    **dict.fromkeys(
        ("format", "output", "lang", "color", "domain_labels", "only", "skip", "fail_on", "strict"),
        _REPORT,
    ),
    **dict.fromkeys(
        (
            "url",
            "wp",
            "connect_timeout",
            "command_timeout",
            "deadline",
            "accept_host_key",
            "runtime",
            "log_bytes",
            "print_commands",
        ),
        _HOST,
    ),
    **dict.fromkeys(("no_probe", "visit", "resolver", "resolve"), _PROBES),
    **dict.fromkeys(("api_url", "api_from", "no_api", "api_key_fd", "api_key_keyring"), _API),
    **dict.fromkeys(("no_history", "verbose", "config"), _OTHER),
}
"""Name of a shared option → its section."""


class SectionedCommand(click.Command):
    """A command with so many options that one list of them is hard to read."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, section by section."""
        own: list[tuple[str, str]] = []
        shared: dict[str, list[tuple[str, str]]] = {name: [] for name in _ORDER}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None or isinstance(parameter, click.Argument):
                continue
            last = "--help" in parameter.opts
            section = _OTHER if last else _SECTIONS.get(parameter.name or "", "")
            shared.get(section, own).append(record)
        for name, records in {phrase("Options"): own, **shared}.items():
            if records:
                with formatter.section(spoken().of(name)):
                    formatter.write_dl(records)
