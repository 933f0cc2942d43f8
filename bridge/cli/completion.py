"""`completion SHELL`: the script that makes a shell complete commands, options, targets and codes."""

from __future__ import annotations

import click

from bridge.cli.options import SPOKEN
from bridge.errors import ExitStatus

_BASH = r"""%(complete_func)s() {
    local IFS=$'\n' rest=${COMP_LINE:0:COMP_POINT} words=() i piece type value

    # bash cuts words at : = and @ as well: pieces that nothing stands between are one word.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${rest%%%%[![:space:]]*}
        rest=${rest#"$piece"}
        [[ $i == 0 || -n $piece || -z $rest ]] && words+=('')
        piece=${COMP_WORDS[i]}
        ((i == COMP_CWORD)) && piece=$rest
        words[-1]+=$piece
        rest=${rest#"$piece"}
    done

    # What is offered replaces the last piece alone, which begins behind : and =, and with @.
    local last=${words[-1]} breaks=${COMP_WORDBREAKS//[!:=]/}
    [[ -n $breaks ]] && last=${last##*[$breaks]}
    [[ $COMP_WORDBREAKS == *@* && $last == *@* ]] && last=@${last##*@}
    local before=${words[-1]%%"$last"}

    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("${value#"$before"}") ;;
        esac
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) \
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""As click's own, but for words with a colon in them, as `demo:slow-ssl` and `host:22`."""

_MENDED = {
    "zsh": (('+=("$key"', '+=("${(M)words[CURRENT]#--*=}$key"'),),
    "fish": (
        ('(string split "," $completion)', '(string split -m 1 "," $completion)'),
        (
            "echo $metadata[2];",
            "echo (string match -r -- '^--[^=]+=|^' (commandline -t))$metadata[2];",
        ),
    ),
}
"""What click's scripts of these shells get wrong → what does it: `--option=value` in one word, of which it
offers the value alone, and offers with a comma in them, as `key,ssl.expired`."""


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@SPOKEN
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
    template = _BASH if shell == "bash" else found.source_template
    for old, new in _MENDED.get(shell, ()):
        template = template.replace(old, new)
    click.echo(template % script.source_vars())
    return int(ExitStatus.CLEAN)
