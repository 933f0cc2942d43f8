"""Keys: every format, agents, passphrases on a terminal only, and the order of it all."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lab.ssh_home import SshHome, target_of
from lab.sshd import Sshd, make_key

from bridge.errors import LoginRefused
from bridge.targets import SshTarget
from bridge.transport import Command

HELLO = Command(("echo", "hello"), timeout=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    folder = tmp_path_factory.mktemp("sshd")
    with Sshd(folder, extra_config=f"SetEnv HOME={folder}") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Sshd) -> SshHome:
    made = SshHome(tmp_path / "home")
    made.trust(server)
    return made


def with_key(server: Sshd, key: Path | None) -> SshTarget:
    return replace(target_of(server), key=None if key is None else str(key))


def hello(home: SshHome, target: SshTarget, answer: str | None = None) -> bytes:
    transport = home.transport(target, answer=answer)
    try:
        return transport.run(HELLO).stdout
    finally:
        transport.close()


def authorized(server: Sshd, key: Path) -> Path:
    server.authorize(key.with_suffix(".pub"))
    return key


# OpenSSH writes ed25519 in its own container only.
KINDS = [("ed25519", "RFC4716")] + [
    (kind, form) for kind in ("ecdsa", "rsa") for form in ("RFC4716", "PEM", "PKCS8")
]


@pytest.mark.parametrize(("kind", "form"), KINDS)
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_every_usual_key_file_opens(
    server: Sshd, home: SshHome, tmp_path: Path, kind: str, passphrase: str, form: str
) -> None:
    key = make_key(tmp_path / "key", kind=kind)
    authorized(server, key)
    change = ["ssh-keygen", "-q", "-p", "-m", form, "-N", passphrase, "-P", "", "-f", str(key)]
    subprocess.run(change, check=True, capture_output=True)
    assert hello(home, with_key(server, key), passphrase) == b"hello\n"
    assert len(home.asked) == bool(passphrase)


def test_the_usual_files_are_tried_without_being_named(server: Sshd, home: SshHome) -> None:
    shutil.copy(server.client_key_path, home.ssh / "id_ed25519")
    assert hello(home, with_key(server, None)) == b"hello\n"


def test_a_wrong_passphrase_may_be_typed_again(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    key = authorized(server, make_key(tmp_path / "key", passphrase="right"))
    answers = iter(["wrong", "right"])
    transport = home.transport(with_key(server, key), answer=lambda _: next(answers))
    assert transport.run(HELLO).status == 0
    transport.close()
    assert home.asked[1].startswith("Wrong passphrase.")


def test_an_encrypted_key_without_a_terminal_is_explained(
    server: Sshd, home: SshHome, tmp_path: Path
) -> None:
    key = authorized(server, make_key(tmp_path / "key", passphrase="secret words"))
    with pytest.raises(LoginRefused) as raised:
        home.transport(with_key(server, key)).connect()
    assert f"{key} is encrypted" in str(raised.value)
    assert f"ssh-add {key}" in str(raised.value)


def test_batch_mode_asks_nothing(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    key = authorized(server, make_key(tmp_path / "key", passphrase="right"))
    home.config.write_text("BatchMode yes\n")
    with pytest.raises(LoginRefused):
        home.transport(with_key(server, key), answer="right").connect()
    assert home.asked == []


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
    environ = {**os.environ, "SSH_AUTH_SOCK": str(path)}
    until = time.monotonic() + 60
    # Its socket is there before anybody listens on it. 2: ssh-add(1) reached no agent.
    while subprocess.run(["ssh-add", "-l"], env=environ, capture_output=True).returncode == 2:
        assert time.monotonic() < until, "the agent does not answer"
        time.sleep(0.02)
    yield path
    process.terminate()
    process.wait()


def add(agent: Path, key: Path) -> None:
    environ = {**os.environ, "SSH_AUTH_SOCK": str(agent)}
    subprocess.run(["ssh-add", "-q", str(key)], env=environ, check=True, capture_output=True)


def test_an_agents_keys_are_tried(server: Sshd, home: SshHome, agent: Path) -> None:
    add(agent, server.client_key_path)
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    assert hello(home, with_key(server, None)) == b"hello\n"


def test_identity_agent_is_honoured(server: Sshd, home: SshHome, agent: Path) -> None:
    add(agent, server.client_key_path)
    home.config.write_text(f"IdentityAgent {agent}\n")
    assert hello(home, with_key(server, None)) == b"hello\n"
    home.config.write_text("IdentityAgent none\n")
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    with pytest.raises(LoginRefused):
        hello(home, with_key(server, None))


def test_an_agent_opens_an_encrypted_key_that_was_named(
    server: Sshd, home: SshHome, agent: Path, tmp_path: Path
) -> None:
    key = authorized(server, make_key(tmp_path / "key"))
    add(agent, key)
    change = ["ssh-keygen", "-q", "-p", "-N", "locked", "-P", "", "-f", str(key)]
    subprocess.run(change, check=True, capture_output=True)
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    assert hello(home, with_key(server, key)) == b"hello\n"
    assert home.asked == []


def test_identities_only_keeps_other_keys_of_the_agent_back(
    server: Sshd, home: SshHome, agent: Path, tmp_path: Path
) -> None:
    add(agent, server.client_key_path)
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    other = make_key(tmp_path / "other")
    home.config.write_text(f"IdentityFile {other}\nIdentitiesOnly yes\n")
    with pytest.raises(LoginRefused):
        hello(home, with_key(server, None))
    home.config.write_text(f"IdentityFile {other}\n")
    assert hello(home, with_key(server, None)) == b"hello\n"


def test_identities_only_means_the_usual_files_where_none_is_named(
    server: Sshd, home: SshHome, agent: Path
) -> None:
    usual = authorized(server, make_key(home.ssh / "id_ed25519", passphrase="right"))
    askpass = home.ssh / "askpass"
    askpass.write_text("#!/bin/sh\necho right\n")
    askpass.chmod(0o755)
    around = {
        "SSH_AUTH_SOCK": str(agent),
        "SSH_ASKPASS": str(askpass),
        "SSH_ASKPASS_REQUIRE": "force",
    }
    subprocess.run(["ssh-add", "-q", str(usual)], env={**os.environ, **around}, check=True)
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    home.config.write_text("IdentitiesOnly yes\n")
    assert hello(home, with_key(server, None)) == b"hello\n"
    assert home.asked == []


def test_identity_file_none_leaves_only_the_agent(server: Sshd, home: SshHome, agent: Path) -> None:
    shutil.copy(server.client_key_path, home.ssh / "id_ed25519")
    home.config.write_text("IdentityFile none\n")
    with pytest.raises(LoginRefused, match="there was no key to offer"):
        hello(home, with_key(server, None))
    add(agent, server.client_key_path)
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    assert hello(home, with_key(server, None)) == b"hello\n"


def test_a_dead_agent_is_no_agent(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    (tmp_path / "dead").write_text("")
    home.environ["SSH_AUTH_SOCK"] = str(tmp_path / "dead")
    assert hello(home, target_of(server)) == b"hello\n"


def test_a_named_key_comes_before_the_agents(
    server: Sshd, home: SshHome, agent: Path, tmp_path: Path
) -> None:
    for number in range(8):  # more than a stock server's MaxAuthTries of 6
        add(agent, make_key(tmp_path / f"wrong{number}"))
    home.environ["SSH_AUTH_SOCK"] = str(agent)
    assert hello(home, target_of(server)) == b"hello\n"


def test_certificates_of_users_are_presented(home: SshHome, tmp_path: Path) -> None:
    authority = make_key(tmp_path / "ca")
    key = make_key(tmp_path / "key")
    with Sshd(
        tmp_path / "sshd",
        extra_config=f"TrustedUserCAKeys {authority}.pub\nAuthorizedKeysCommand none\nAuthorizedKeysFile none",
    ) as server:
        sign = [
            "ssh-keygen",
            "-q",
            "-s",
            str(authority),
            "-I",
            "test",
            "-n",
            server.user,
            f"{key}.pub",
        ]
        subprocess.run(sign, check=True, capture_output=True)
        home.trust(server)
        assert hello(home, with_key(server, key)) == b"hello\n"


# The real terminal: a process of its own, asked through a pseudo-terminal, or without one.
PROGRAM = """
import sys
from bridge.connect_options import ConnectOptions
from bridge.connection import open_transport
from bridge.errors import BridgeError
from bridge.targets import SshTarget
from bridge.transport import Command
home, host, user, port, key = sys.argv[1:]
target = SshTarget("x", host, user, int(port), key=key)
try:
    transport = open_transport(target, ConnectOptions(connect_timeout=10, environ={"HOME": home}))
    print(transport.run(Command(("echo", "hello"))).stdout)
    transport.close()
except BridgeError as error:
    print("ERROR", error)
"""


def program(server: Sshd, home: SshHome, key: Path) -> list[str]:
    words = (str(home.folder), server.host, server.user, str(server.port), str(key))
    return [sys.executable, "-c", PROGRAM, *words]


def test_without_a_terminal_nobody_is_asked(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    key = authorized(server, make_key(tmp_path / "key", passphrase="right"))
    done = subprocess.run(
        program(server, home, key),
        input=b"right\n",
        capture_output=True,
        timeout=60,
        start_new_session=True,
        check=False,
    )
    assert b"ERROR" in done.stdout
    assert b"no terminal" in done.stdout
    assert b"assphrase of" not in done.stderr


def test_on_a_terminal_the_passphrase_is_asked_for_without_echo(
    server: Sshd, home: SshHome, tmp_path: Path
) -> None:
    key = authorized(server, make_key(tmp_path / "key", passphrase="typed words"))
    words = program(server, home, key)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(words[0], words)
    seen = b""
    until = time.monotonic() + 60
    typed = False
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        if not typed and re.search(rb"Passphrase of the key .*: $", seen):
            os.write(terminal, b"typed words\n")
            typed = True
    os.close(terminal)
    os.waitpid(pid, 0)
    assert typed
    assert b"hello" in seen
    assert b"typed words" not in seen
