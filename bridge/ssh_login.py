"""Logging in to a verified host: keys first, and a password only where somebody can type it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from analyzers.language import joined, phrase, sentence_of, some
from bridge.errors import LoginRefused, printable
from bridge.ssh_config import HostConfig
from bridge.ssh_keys import USUAL_NAMES, Agent, Ask, KeyFile, KeyUnusable, find, load
from bridge.ssh_session import Session

_PASSWORD_ATTEMPTS = 3


@dataclass(slots=True)
class _Login:
    """One attempt to become `user`, and what has been tried."""

    session: Session
    config: HostConfig
    ask: Ask
    log: Callable[[str], None]
    tried: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    offered: tuple[str, ...] | None = None
    """Methods the host would accept, once it has said so."""

    def key(self, key: paramiko.PKey, name: str) -> bool:
        self.tried.append(name)
        self.log(phrase("offering {name}", name=name))
        return self._done(lambda: self.session.auth_publickey(self.config.user, key), name)

    def password(self, secret: str) -> bool:
        return self._done(
            lambda: self.session.auth_password(self.config.user, secret, fallback=False)
        )

    def interactive(self, secret: str) -> bool:
        def answer(_: str, __: str, prompts: list[tuple[str, bool]]) -> list[str]:
            # One hidden question is the password; more cannot be answered with one secret.
            return [secret if not echo else "" for _, echo in prompts]

        return self._done(lambda: self.session.auth_interactive(self.config.user, answer))

    def _done(self, attempt: Callable[[], list[str]], name: str = "") -> bool:
        """Carry out one attempt. Raises `LoginRefused` where the host hangs up."""
        try:
            further = attempt()
        except paramiko.BadAuthenticationType as error:
            self.offered = tuple(error.allowed_types)
            return False
        except paramiko.SSHException as error:
            if not self.session.is_active():
                raise LoginRefused(self.refusal(hung_up=True)) from error
            if not isinstance(error, paramiko.AuthenticationException) and name:
                self.unusable.append(phrase("{name} could not sign", name=name))
            return False
        except (EOFError, OSError) as error:
            raise LoginRefused(self.refusal(hung_up=True)) from error
        if further:
            # The key is right, and the host wants a second proof as well.
            self.offered = tuple(further)
            self.log(phrase("accepted; the host also wants: {methods}", methods=", ".join(further)))
            return False
        return self.session.is_authenticated()

    def refusal(self, *, hung_up: bool = False) -> str:
        config = self.config
        tried = (
            phrase("tried {keys}", keys=_listed(self.tried))
            if self.tried
            else phrase("there was no key to offer")
        )
        parts: list[str] = [
            phrase(
                "{hostname} did not let {user} in: {tried}",
                hostname=config.hostname,
                user=printable(config.user),
                tried=tried,
            ),
            *self.unusable,
        ]
        if hung_up:
            parts.append(
                phrase(
                    "the host hung up, perhaps after too many keys (name the right one: IdentityFile "
                    "and IdentitiesOnly)"
                )
            )
        elif self.offered and "publickey" not in self.offered:
            parts.append(
                phrase(
                    "the host accepts no keys, only: {methods}",
                    methods=printable(", ".join(self.offered)),
                )
            )
        return joined((joined(parts, "; "), "."), "")


def log_in(
    session: Session,
    config: HostConfig,
    *,
    key: str | None,
    agent_path: str | None,
    home: Path,
    ask: Ask,
    log: Callable[[str], None],
    timeout: float,
) -> None:
    """Log in as `config.user`. `key` is a key file named for this target alone, tried first.

    Order: keys that were named (an agent opens them where it can), other keys of the agent, the
    usual files, encrypted files, a password. Raises `LoginRefused`, which says what was tried.
    """
    session.auth_timeout = timeout
    login = _Login(session, config, ask, log)
    agent = Agent(agent_path)
    try:
        if not (_with_keys(login, agent, key, home) or _with_password(login)):
            if login.offered is None:
                _ask_what_is_offered(login)
            raise LoginRefused(login.refusal())
    finally:
        agent.close()


def _with_keys(login: _Login, agent: Agent, key: str | None, home: Path) -> bool:
    configured = login.config.identity_files
    named = [*([key] if key else []), *(file for file in configured if file.lower() != "none")]
    files = list(_found(login, named))
    if not named and not configured:
        usual = (str(home / ".ssh" / name) for name in USUAL_NAMES)
        files = list(_found(login, [path for path in usual if os.path.exists(path)]))
    own = [(file, agent.holding(file.public)) for file in files]
    held = {id(inside) for _, inside in own if inside is not None}
    files_first = bool(named) or login.config.identities_only
    if files_first and any(_offer_plain(login, file, inside) for file, inside in own):
        return True
    if not login.config.identities_only:
        others = [inside for inside in agent.keys if id(inside) not in held or not named]
        if any(login.key(inside, _agent_name(inside)) for inside in others):
            return True
    loose = [file for file, inside in own if inside is None]
    if not files_first and any(_offer_plain(login, file, None) for file in loose):
        return True
    return any(_offer_encrypted(login, file) for file in loose)


def _found(login: _Login, paths: list[str]) -> Iterator[KeyFile]:
    for path in dict.fromkeys(paths):
        try:
            yield find(path)
        except KeyUnusable as why:
            login.unusable.append(sentence_of(why))


def _offer_plain(login: _Login, file: KeyFile, inside: paramiko.AgentKey | None) -> bool:
    if inside is not None:
        return login.key(inside, phrase("key {path} (agent)", path=printable(file.path)))
    if file.only_public:
        login.unusable.append(
            phrase(
                "there is no private key for {path} here or with the agent",
                path=printable(file.path),
            )
        )
        return False
    return False if file.encrypted else _offer(login, file)


def _offer_encrypted(login: _Login, file: KeyFile) -> bool:
    return _offer(login, file) if file.encrypted else False


def _offer(login: _Login, file: KeyFile) -> bool:
    ask: Ask = _nobody if login.config.batch_mode else login.ask
    try:
        key = load(file, ask)
    except KeyUnusable as why:
        login.unusable.append(sentence_of(why))
        return False
    return login.key(key, phrase("key {path}", path=printable(file.path)))


def _nobody(_: str) -> None:
    return None


def _agent_name(key: paramiko.AgentKey) -> str:
    comment = printable(key.comment or "", 60)
    return phrase("agent key {name}", name=comment or printable(key.get_name()))


def _with_password(login: _Login) -> bool:
    """Password and keyboard-interactive, each answered with what the user types, if anybody does."""
    if login.config.batch_mode:
        return False
    if login.offered is None:
        _ask_what_is_offered(login)
    ways = {"password": login.password, "keyboard-interactive": login.interactive}
    for name, way in ways.items():
        if name not in (login.offered or ()):
            continue
        for _ in range(_PASSWORD_ATTEMPTS):
            who = f"{printable(login.config.user)}@{printable(login.config.hostname)}"
            secret = login.ask(phrase("Password of {who}: ", who=who))
            if not secret:
                return False
            login.tried.append(phrase("a password"))
            if way(secret):
                return True
    return False


def _ask_what_is_offered(login: _Login) -> None:
    """The answer to the method “none” lists what the host would accept (RFC 4252, 5.2)."""
    try:
        login.session.auth_none(login.config.user)
        login.offered = ()
    except paramiko.BadAuthenticationType as error:
        login.offered = tuple(error.allowed_types)
    except (paramiko.SSHException, EOFError, OSError):
        login.offered = ()


def _listed(names: list[str]) -> str:
    return some(list(dict.fromkeys(names)), 6)
