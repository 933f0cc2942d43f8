"""click's own words, as its sources have them from 8.1 to 8.5: marked here so that catalogues have them.

Those of prompts, pagers and progress bars are left out: nothing here uses them.
"""

from __future__ import annotations

from analyzers.language import phrase, plural

WORDS = (
    phrase("Usage:"),
    phrase("Options"),
    phrase("Commands"),
    phrase("Show this message and exit."),
    phrase("Show the version and exit."),
    phrase("%(prog)s, version %(version)s"),
    phrase("default: {default}"),
    phrase("env var: {var}"),
    phrase("required"),
    phrase("(dynamic)"),
    phrase("Error: {message}"),
    phrase("Try '{command} {option}' for help."),
    phrase("Invalid value: {message}"),
    phrase("Invalid value for {param_hint}: {message}"),
    phrase("Missing argument"),
    phrase("Missing option"),
    phrase("Missing parameter"),
    phrase("Missing command."),
    phrase("No such option: {name}"),
    phrase("No such option {name!r}."),
    phrase("No such command {name!r}."),
    phrase("Choose from:\n\t{choices}"),
    phrase("(Possible options: {possibilities})"),
    plural("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 2),
    plural("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 2),
    phrase("Option {name!r} does not take a value."),
    plural(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 2
    ),
    phrase("{value!r} is not a valid {number_type}."),
    phrase("{value} is not in the range {range}."),
    plural("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 2),
    phrase("{name} {filename!r} does not exist."),
    phrase("{name} {filename!r} is a file."),
    phrase("{name} {filename!r} is a directory."),
    phrase("{name} {filename!r} is not readable."),
    phrase("{name} {filename!r} is not writable."),
    phrase("file"),
    phrase("directory"),
    phrase("path"),
    phrase("integer"),
    phrase("integer range"),
    phrase("seconds"),
    phrase("bytes"),
)
