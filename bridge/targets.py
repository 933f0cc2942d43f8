"""One word says where the evidence comes from (CONTRACT section 1).

How a word is told apart, first match wins: `demo` and `demo:…`; `local:…`; `@alias`; a name of the
user's own closte-doctor.toml; an existing folder or `.zip`; else a host, by WP-CLI's `--ssh` grammar.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analyzers.language import phrase, plural
from bridge.errors import UsageError, system_words
from bridge.settings import Settings, TargetSettings
from bridge.ssh_config import SshConfig
from bridge.ssh_tokens import tilde
from bridge.ssh_word import looks_like_a_path, parse_ssh
from bridge.whereabouts import current_folder, home_folder, is_file, is_folder

if TYPE_CHECKING:
    from bridge.wp_aliases import Alias


@dataclass(frozen=True, slots=True)
class SshTarget:
    """A host reached over SSH. None: as the SSH configuration has it, or to be found out."""

    name: str
    """What the user calls it."""
    host: str
    user: str | None = None
    port: int | None = None
    path: str | None = None
    """The WordPress folder there, as given: absolute, or `~…` of the account."""
    url: str | None = None
    key: str | None = None
    """A private key file to try first."""
    proxyjump: str | None = None
    wp: str | None = None
    """How WP-CLI is called there, e.g. `php ~/wp-cli.phar`."""
    expected_addresses: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """This machine is the host."""

    name: str
    path: str | None = None
    url: str | None = None
    wp: str | None = None
    expected_addresses: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """An evidence folder."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class ZipTarget:
    """A bundle: an evidence folder as a `.zip`."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class DemoTarget:
    """An embedded example network; no scenario: the one that `demo` shows."""

    name: str
    scenario: str | None = None


Target = SshTarget | LocalTarget | FolderTarget | ZipTarget | DemoTarget


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a word is spoken."""

    cwd: Path
    environ: Mapping[str, str]
    ssh_config: str | None = None

    @property
    def home(self) -> Path:
        """The user's home."""
        return home_folder(self.environ)


def origin_of(target: Target) -> str:
    """What evidence of this target is of, where it does not say so itself (CONTRACT section 4)."""
    from bridge.folder import name_of

    return name_of(target.path) if isinstance(target, FolderTarget | ZipTarget) else target.name


def resolve(word: str, settings: Settings, around: Surroundings | None = None) -> Target:
    """The one target that `word` means. Raises `UsageError`, also for a group of several."""
    targets = resolve_all(word, settings, around)
    if len(targets) == 1:
        return targets[0]
    names = ", ".join(target.name for target in targets)
    raise UsageError(
        plural(
            "{word} is a group of {n} target ({names}): name one, or use “closte-doctor fleet {word}”.",
            "{word} is a group of {n} targets ({names}): name one, or use “closte-doctor fleet {word}”.",
            len(targets),
            word=word,
            names=names,
        )
    )


def resolve_all(
    word: str, settings: Settings, around: Surroundings | None = None
) -> tuple[Target, ...]:
    """Every target that `word` means: one, or the members of an alias group. Raises `UsageError`.

    `around` is where it is spoken; None: the current folder and environment.
    """
    around = around or Surroundings(current_folder(), os.environ)
    _refuse_nonsense(word)
    if word.startswith("@"):
        from bridge.wp_aliases import Aliases

        aliases = Aliases.read(around.cwd, around.environ)
        return tuple(_from_alias(alias, around) for alias in aliases.find(word))
    return (_one(word, settings, around),)


def _refuse_nonsense(word: str) -> None:
    if not word.strip():
        raise UsageError(
            phrase("TARGET is empty: say a host ([user@]host[:port][/path]), a folder, or demo.")
        )
    if word != word.strip() or not word.isprintable():
        raise UsageError(
            phrase(
                "TARGET {word} has spaces around it or unprintable characters in it.",
                word=repr(word),
            )
        )


def _one(word: str, settings: Settings, around: Surroundings) -> Target:
    if word == "demo" or word.startswith("demo:"):
        return _demo(word)
    if word.startswith("local:"):
        return _local(word, word.removeprefix("local:"), around)
    if word in settings.targets:
        return _from_settings(settings.targets[word], around)
    return _evidence(word, around) or _ssh(word)


def _demo(word: str) -> DemoTarget:
    scenario = word.removeprefix("demo").removeprefix(":")
    if word.endswith(":"):
        raise UsageError(phrase("demo: lacks the scenario's name: type demo, or demo:SCENARIO."))
    return DemoTarget(word, scenario or None)


def _local(name: str, path: str, around: Surroundings) -> LocalTarget:
    if not path:
        raise UsageError(
            phrase("local: lacks the WordPress folder: type local:/path, or local:~/path.")
        )
    whole = tilde(path, around.home)
    if not whole.startswith("/"):
        raise UsageError(
            phrase(
                "local:{path} is not an absolute path: type local:{value}",
                path=path,
                value=around.cwd / path,
            )
        )
    return LocalTarget(name, whole)


def _evidence(word: str, around: Surroundings) -> Target | None:
    """A folder or a bundle, if the word is one that exists or can be nothing else."""
    path = around.cwd / tilde(word, around.home)
    if is_folder(path):
        _refuse_ambiguous(word, around)
        return FolderTarget(word, path)
    if word.lower().endswith(".zip") and "@" not in word:
        if is_file(path):
            return ZipTarget(word, path)
        _refuse_locked(word, path)
        raise UsageError(
            phrase(
                "There is no bundle {word} (a host of that name is spelt ssh:{word}).", word=word
            )
        )
    if is_file(path):
        raise UsageError(
            phrase("{word} is a file, and neither an evidence folder nor a .zip of one.", word=word)
        )
    if looks_like_a_path(word, around.cwd):
        _refuse_locked(word, path)
        raise UsageError(
            phrase(
                "There is no folder {word} (a host is spelt [user@]host[:port][/path]).", word=word
            )
        )
    return None


def _refuse_locked(word: str, path: Path) -> None:
    try:
        path.stat()
    except PermissionError as error:
        raise UsageError(
            phrase("{word} cannot be read: {why}.", word=word, why=system_words(error))
        ) from error
    except OSError:
        return


def _refuse_ambiguous(word: str, around: Surroundings) -> None:
    if "/" not in word and _is_host(word, around):
        raise UsageError(
            phrase(
                "{word} is both a folder here and a Host of the SSH configuration: type "
                "./{word} for the folder, ssh:{word} for the host.",
                word=word,
            )
        )


def _is_host(word: str, around: Surroundings) -> bool:
    try:
        return SshConfig(around.environ, around.ssh_config).names(word)
    except UsageError:  # told where a host is looked at; a folder needs no SSH
        return False


def _ssh(word: str) -> SshTarget:
    parsed = parse_ssh(word)
    return SshTarget(word, parsed.host, parsed.user, parsed.port, parsed.path)


def _from_settings(own: TargetSettings, around: Surroundings) -> Target:
    shared = (own.url, own.wp, own.expected_addresses, own.resolvers)
    url, wp, addresses, resolvers = shared
    if own.local is not None:
        path = tilde(own.path or own.local, around.home)
        return LocalTarget(own.name, path, url, wp, addresses, resolvers)
    assert own.ssh is not None
    parsed = parse_ssh(own.ssh)
    key = tilde(own.key, around.home) if own.key else None
    return SshTarget(
        own.name,
        parsed.host,
        parsed.user,
        parsed.port,
        _folder(parsed.path, own.path),
        url,
        key,
        own.proxyjump,
        wp,
        addresses,
        resolvers,
    )


def _from_alias(alias: Alias, around: Surroundings) -> Target:
    if alias.ssh is None:
        if alias.path is None:
            raise UsageError(
                phrase(
                    "{name} of {file} has neither ssh nor path: no host to look at.",
                    name=alias.name,
                    file=alias.file,
                )
            )
        return LocalTarget(alias.name, tilde(alias.path, around.home), alias.url)
    parsed = parse_ssh(alias.ssh)
    target = SshTarget(
        alias.name,
        parsed.host,
        parsed.user,
        parsed.port,
        _folder(parsed.path, alias.path),
        alias.url,
        tilde(alias.key, around.home) if alias.key else None,
        alias.proxyjump,
    )
    return _with_ssh_args(target, alias.from_ssh_args(), around) if alias.ssh_args else target


def _with_ssh_args(target: SshTarget, said: Mapping[str, str], around: Surroundings) -> SshTarget:
    port = said.get("port")
    if port is not None and not (port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(
            phrase("ssh-args of {name}: {port} is not a port.", name=target.name, port=port)
        )
    return replace(
        target,
        user=target.user or said.get("user"),
        port=target.port or (int(port) if port else None),
        key=target.key or (tilde(said["key"], around.home) if "key" in said else None),
        proxyjump=target.proxyjump or said.get("proxyjump"),
    )


def _folder(ssh_path: str | None, path: str | None) -> str | None:
    """WP-CLI changes into the path of `ssh` and then hands `path` to the `wp` there (Runner.php,
    run_ssh_command): so a relative `path` is one below the other, and an absolute one decides."""
    if path is None or ssh_path is None:
        return path or ssh_path
    return path if path.startswith(("/", "~")) else f"{ssh_path.rstrip('/')}/{path}"
