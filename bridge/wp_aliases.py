"""Aliases of the user's WP-CLI configuration, found and merged as WP-CLI does.

Order (WP-CLI 2.12, Runner.php and Configurator.php): the global file, then the one project file; an
alias named in a later file replaces the earlier one whole. A file may inherit another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analyzers.language import both, phrase
from bridge.errors import UsageError, printable, system_words
from bridge.whereabouts import home_folder, is_file

if TYPE_CHECKING:
    from yaml import SafeLoader

PROJECT_FILES = ("wp-cli.local.yml", "wp-cli.yml")
"""In one folder the first of them is taken, and only that."""
_NAME = re.compile(r"@[A-Za-z0-9_.\-]+", re.ASCII)
_KEYS = ("user", "url", "path", "ssh", "http", "proxyjump", "key")
"""Configurator::$alias_spec; `user` is a WordPress user, not the SSH one."""
_LARGEST = 1 << 20
_DEEPEST = 10

# Options of ssh in `ssh-args` (WP-CLI 3) that change where the connection goes.
_WITH_VALUE = {"-i": "key", "-p": "port", "-J": "proxyjump", "-l": "user"}
_WITHOUT_MEANING = frozenset(
    {"-4", "-6", "-A", "-a", "-C", "-K", "-k", "-N", "-n", "-q", "-T", "-t", "-v", "-x"}
)
_BY_KEYWORD = {"identityfile": "key", "port": "port", "proxyjump": "proxyjump", "user": "user"}


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias that names one installation."""

    name: str
    """`@prod`"""
    file: str
    ssh: str | None = None
    path: str | None = None
    url: str | None = None
    key: str | None = None
    proxyjump: str | None = None
    ssh_args: tuple[str, ...] = ()

    def from_ssh_args(self) -> dict[str, str]:
        """`user`, `port`, `key`, `proxyjump` as its `ssh-args` set them. Raises `UsageError`."""
        said: dict[str, str] = {}
        rest = list(self.ssh_args)
        while rest:
            word = rest.pop(0)
            if word in _WITHOUT_MEANING:
                continue
            name, value = self._setting(word, rest)
            said.setdefault(name, value)
        return said

    def _setting(self, word: str, rest: list[str]) -> tuple[str, str]:
        option, attached = word[:2], word[2:]
        if (option not in _WITH_VALUE and option != "-o") or not (attached or rest):
            raise self._not_understood(word)
        value = attached or rest.pop(0)
        if option != "-o":
            return _WITH_VALUE[option], value
        keyword, _, value = value.replace(" ", "=", 1).partition("=")
        if keyword.lower() not in _BY_KEYWORD:
            raise self._not_understood(f"-o {keyword}")
        return _BY_KEYWORD[keyword.lower()], value

    def _not_understood(self, word: str) -> UsageError:
        return UsageError(
            phrase(
                "{file}: ssh-args of {name}: {word} is not understood here; put it into "
                "~/.ssh/config under a Host, and name that in ssh.",
                file=self.file,
                name=self.name,
                word=printable(word),
            )
        )


Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aliases:
    """All aliases and groups that hold in a folder."""

    named: Mapping[str, Alias | Group]
    files: tuple[str, ...]

    @classmethod
    def read(cls, cwd: Path, environ: Mapping[str, str]) -> Aliases:
        """Read the global and the project file. Raises `UsageError` for one that is not YAML."""
        named: dict[str, Alias | Group] = {}
        files = tuple(path for path in (_global(environ), _project(cwd)) if path is not None)
        for path in files:
            _merge(path, named, environ, 0)
        return cls(named, tuple(str(path) for path in files))

    def find(self, word: str) -> tuple[Alias, ...]:
        """What `word` means: one alias, or the members of a group. Raises `UsageError`."""
        if word == "@all" and word not in self.named:
            return self._all()
        if word not in self.named:
            raise UsageError(self._unknown(word))
        members = tuple(dict.fromkeys(self._members(word, ())))
        if not members:
            raise UsageError(phrase("The alias group {word} has no members.", word=word))
        return members

    def _all(self) -> tuple[Alias, ...]:
        found = tuple(alias for alias in self.named.values() if isinstance(alias, Alias))
        if not found:
            raise UsageError(
                phrase("There are no aliases for @all: {looked_in}.", looked_in=self._looked_in())
            )
        return found

    def _members(self, word: str, above: tuple[str, ...]) -> Iterator[Alias]:
        found = self.named.get(word)
        if found is None or word in above:
            template = (
                phrase("The alias group {group} contains itself.")
                if word in above
                else phrase("The alias group {group} contains {word}, which is no alias.")
            )
            raise UsageError(phrase(template, group=above[-1], word=word))
        if isinstance(found, Alias):
            yield found
            return
        for member in found:
            yield from self._members(member, (*above, word))

    def _unknown(self, word: str) -> str:
        if not self.named:
            return phrase(
                "There is no alias {word}: {looked_in}.", word=word, looked_in=self._looked_in()
            )
        names = ", ".join(sorted(self.named)[:12])
        return phrase(
            "There is no alias {word} ({looked_in}); there are: {names}.",
            word=word,
            looked_in=self._looked_in(),
            names=names,
        )

    def _looked_in(self) -> str:
        if not self.files:
            return phrase("no wp-cli.yml here or above, and no ~/.wp-cli/config.yml")
        return phrase("looked in {files}", files=both(self.files))


def _global(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("WP_CLI_CONFIG_PATH")
    path = Path(named) if named else home_folder(environ) / ".wp-cli" / "config.yml"
    return path if is_file(path) else None


def _project(cwd: Path) -> Path | None:
    """The nearest upward; not beyond the folder of a WordPress around this one (Runner.php)."""
    wordpresses = 0
    for folder in (cwd, *cwd.parents):
        wordpresses += is_file(folder / "wp-load.php")
        if wordpresses > 1:
            return None
        for name in PROJECT_FILES:
            if is_file(folder / name):
                return folder / name
    return None


def _merge(
    path: Path, named: dict[str, Alias | Group], environ: Mapping[str, str], depth: int
) -> None:
    if depth > _DEEPEST:
        raise UsageError(phrase("{path}: inherit goes in a circle, or too deep.", path=path))
    document = _load(path)
    above = document.get("_")
    inherited = above.get("inherit") if isinstance(above, dict) else None
    if isinstance(inherited, str) and inherited:
        _merge(path.parent / inherited, named, environ, depth + 1)
    for name, value in _definitions(document):
        named[name] = _definition(name, value, path, environ)


def _definitions(document: Mapping[object, object]) -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(name, str) and _NAME.fullmatch(name):
            yield name, value
    below = document.get("aliases")
    if isinstance(below, dict):
        for name, value in below.items():
            if isinstance(name, str) and _NAME.fullmatch(f"@{name.removeprefix('@')}"):
                yield f"@{name.removeprefix('@')}", value


def _definition(name: str, value: object, path: Path, environ: Mapping[str, str]) -> Alias | Group:
    if isinstance(value, list):
        return tuple(
            member for member in value if isinstance(member, str) and _NAME.fullmatch(member)
        )
    if not isinstance(value, dict):
        raise UsageError(
            phrase(
                "{path}: {name} is neither a table of ssh, path, url … nor a list of aliases.",
                path=path,
                name=name,
            )
        )
    said = {
        key: _text(name, key, value[key], path, environ)
        for key in _KEYS
        if value.get(key) is not None
    }
    if "http" in said and "ssh" not in said:
        raise UsageError(
            phrase(
                "{path}: {name} goes over http; a host is reached over SSH: give it ssh.",
                path=path,
                name=name,
            )
        )
    folder = said.get("path")
    if folder is not None and "ssh" not in said and not folder.startswith(("/", "~")):
        folder = str(path.parent / folder)
    arguments = value.get("ssh-args", value.get("ssh_args", []))
    return Alias(
        name,
        str(path),
        said.get("ssh"),
        folder,
        said.get("url"),
        said.get("key"),
        said.get("proxyjump"),
        tuple(_words(name, arguments, path)),
    )


def _text(name: str, key: str, value: object, path: Path, environ: Mapping[str, str]) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise UsageError(
            phrase("{path}: {key} of {name} is not a text.", path=path, key=key, name=name)
        )
    # WP-CLI 3 fills in ${NAME} from the environment.
    return re.sub(r"\$\{(\w+)\}", lambda found: environ.get(found[1], found[0]), str(value))


def _words(name: str, arguments: object, path: Path) -> Iterator[str]:
    if isinstance(arguments, str):
        yield from arguments.split()
        return
    if not isinstance(arguments, list) or not all(isinstance(word, str) for word in arguments):
        raise UsageError(
            phrase("{path}: ssh-args of {name} is not a list of texts.", path=path, name=name)
        )
    for word in arguments:
        yield from word.split(" ", 1) if word.startswith("-") and " " in word else (word,)


def _load(path: Path) -> Mapping[object, object]:
    import yaml

    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            phrase("{path} cannot be read: {why}.", path=path, why=system_words(error))
        ) from error
    if len(text) > _LARGEST:
        raise UsageError(phrase("{path} is too large for a WP-CLI configuration.", path=path))
    try:
        document = yaml.load(_quoted(text), Loader=_loader())  # noqa: S506  # a SafeLoader
    except (yaml.YAMLError, RecursionError, *_NO_SUCH_VALUE) as error:
        mark = getattr(error, "problem_mark", None)
        where = phrase(", line {line}", line=mark.line + 1) if mark is not None else ""
        raise UsageError(
            phrase("{path}{where}: not YAML that can be read.", path=path, where=where)
        ) from error
    return document if isinstance(document, dict) else {}


_NO_SUCH_VALUE = (ValueError, LookupError, AttributeError)
"""What PyYAML raises for a text that is no such number (`0x_`) or not what its tag says (`!!bool x`)."""


@cache
def _loader() -> type[SafeLoader]:
    """Data alone, and a date is a text: WP-CLI's reader (Spyc) knows none, and takes 2026-02-30 too."""
    import yaml

    resolvers = {
        begin: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
        for begin, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return type("_Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": resolvers})


def _quoted(text: str) -> str:
    """WP-CLI's reader (Spyc) takes `@name` as a plain word; in YAML `@` is reserved and wants quotes."""
    keyed = re.sub(r"^(\s*)(@[A-Za-z0-9_.\-]+)(\s*:)", r"\1'\2'\3", text, flags=re.MULTILINE)
    listed = re.sub(r"^(\s*-\s+)(@[A-Za-z0-9_.\-]+)\s*$", r"\1'\2'", keyed, flags=re.MULTILINE)
    return re.sub(r"(\[|,)(\s*)(@[A-Za-z0-9_.\-]+)(?=\s*[,\]])", r"\1\2'\3'", listed)
