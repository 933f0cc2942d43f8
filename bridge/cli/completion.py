"""`completion SHELL`: the script that makes a shell complete commands, options, targets and codes."""

from __future__ import annotations

import click

from bridge.errors import ExitStatus


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print the completion script for a shell (bash 4.4 or newer).

    \b
    Examples:
      closte-doctor completion bash > ~/.local/share/bash-completion/completions/closte-doctor
      closte-doctor completion zsh > ~/.zfunc/_closte-doctor
      closte-doctor completion fish > ~/.config/fish/completions/closte-doctor.fish
    """
    from click.shell_completion import get_completion_class

    from bridge.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None  # click has all three
    script = found(cli, {}, "closte-doctor", "_CLOSTE_DOCTOR_COMPLETE")
    click.echo(found.source_template % script.source_vars())
    return int(ExitStatus.CLEAN)
