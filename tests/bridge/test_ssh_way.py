"""The way to a host: jump hosts, proxy commands and the SSH configuration that names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab.ports import HOST, free_port
from lab.processes import ends
from lab.ssh_home import SshHome, target_of
from lab.sshd import Sshd

from bridge.errors import HostKeyUnknown, HostUnreachable, LoginRefused, ProxyFailed, UsageError
from bridge.targets import SshTarget
from bridge.transport import Command

HELLO = Command(("echo", "hello"), timeout=20)


@pytest.fixture(scope="module")
def inner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    folder = tmp_path_factory.mktemp("inner")
    with Sshd(folder, extra_config=f"SetEnv HOME={folder}") as running:
        yield running


@pytest.fixture(scope="module")
def bastion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with Sshd(tmp_path_factory.mktemp("bastion")) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, inner: Sshd, bastion: Sshd) -> SshHome:
    made = SshHome(tmp_path / "home")
    made.trust(inner, bastion)
    made.config.write_text(block("bastion", bastion) + block("inside", inner, "ProxyJump bastion"))
    return made


def block(name: str, server: Sshd, *lines: str) -> str:
    said = (
        f"HostName {server.host}",
        f"Port {server.port}",
        f"User {server.user}",
        f"IdentityFile {server.client_key_path}",
        *lines,
    )
    return f"Host {name}\n" + "".join(f"    {line}\n" for line in said)


def hello(home: SshHome, target: SshTarget) -> bytes:
    transport = home.transport(target)
    try:
        return transport.run(HELLO).stdout
    finally:
        transport.close()


def test_a_jump_host_of_the_configuration_is_used(
    home: SshHome, inner: Sshd, bastion: Sshd
) -> None:
    before = (inner.logins(), bastion.logins())
    assert hello(home, SshTarget("inside", "inside")) == b"hello\n"
    assert (inner.logins(), bastion.logins()) == (before[0] + 1, before[1] + 1)


def test_the_targets_own_jump_host_wins(home: SshHome, inner: Sshd, bastion: Sshd) -> None:
    before = bastion.logins()
    target = target_of(inner)
    assert hello(home, target) == b"hello\n"
    assert bastion.logins() == before
    from dataclasses import replace

    assert hello(home, replace(target, proxyjump="bastion")) == b"hello\n"
    assert bastion.logins() == before + 1


def test_a_chain_of_jump_hosts_is_followed(
    home: SshHome, inner: Sshd, bastion: Sshd, tmp_path: Path
) -> None:
    with Sshd(tmp_path / "second") as second:
        home.trust(second)
        home.config.write_text(
            block("bastion", bastion)
            + block("second", second)
            + block("inside", inner, f"ProxyJump bastion,{second.user}@second:{second.port}")
        )
        assert hello(home, SshTarget("inside", "inside")) == b"hello\n"
        assert (bastion.logins() > 0, second.logins()) == (True, 1)


def test_much_data_goes_through_a_jump_host(home: SshHome) -> None:
    transport = home.transport(SshTarget("inside", "inside"))
    sent = bytes(range(256)) * 32768
    answer = transport.run(Command(("cat",), sent, 60))
    transport.close()
    assert answer.stdout == sent


def test_a_failing_jump_host_is_named(home: SshHome, inner: Sshd, bastion: Sshd) -> None:
    home.known_hosts.write_text(inner.known_hosts_line)
    with pytest.raises(HostKeyUnknown) as raised:
        home.transport(SshTarget("inside", "inside")).connect()
    assert "jump host bastion" in str(raised.value)
    assert bastion.fingerprint in str(raised.value)


def test_a_jump_host_that_lets_nobody_in_is_named(
    home: SshHome, inner: Sshd, bastion: Sshd
) -> None:
    blocks = block("bastion", bastion).replace(
        str(bastion.client_key_path), str(inner.client_key_path)
    )
    home.config.write_text(blocks + block("inside", inner, "ProxyJump bastion"))
    with pytest.raises(LoginRefused, match="jump host bastion"):
        home.transport(SshTarget("inside", "inside")).connect()


def test_a_host_that_the_jump_host_cannot_reach_is_told_apart(home: SshHome, bastion: Sshd) -> None:
    home.config.write_text(
        block("bastion", bastion)
        + f"Host inside\n  HostName {HOST}\n  Port {free_port()}\n  ProxyJump bastion\n"
    )
    with pytest.raises(HostUnreachable, match="opens no connection to") as raised:
        home.transport(SshTarget("inside", "inside")).connect()
    assert "the host itself inside" in str(raised.value)


def test_jump_hosts_in_a_circle_are_a_usage_error(home: SshHome) -> None:
    home.config.write_text("Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n")
    with pytest.raises(UsageError, match="circle"):
        home.transport(SshTarget("a", "a"))


RELAY = (
    "import socket,sys,threading,os\n"
    "s=socket.create_connection((sys.argv[1],int(sys.argv[2])))\n"
    "def out():\n"
    "    while d:=s.recv(65536): os.write(1,d)\n"
    "threading.Thread(target=out,daemon=True).start()\n"
    "while d:=os.read(0,65536): s.sendall(d)\n"
)


def test_a_proxy_command_carries_the_connection(home: SshHome, inner: Sshd, tmp_path: Path) -> None:
    relay = tmp_path / "relay.py"
    relay.write_text(RELAY)
    mark = tmp_path / "used"
    command = f"touch {mark}-%n-%r; {sys.executable} {relay} %h %p"
    home.config.write_text(block("inside", inner, f"ProxyCommand sh -c '{command}'"))
    assert hello(home, SshTarget("inside", "inside")) == b"hello\n"
    assert (tmp_path / f"used-inside-{inner.user}").exists()


def test_a_proxy_command_that_fails_is_quoted(home: SshHome, inner: Sshd) -> None:
    command = "sh -c 'echo no tunnel for you >&2; exit 3'"
    home.config.write_text(block("inside", inner, f"ProxyCommand {command}"))
    with pytest.raises(ProxyFailed) as raised:
        home.transport(SshTarget("inside", "inside")).connect()
    assert raised.value.code == "host.unreachable"
    assert "status 3: no tunnel for you" in str(raised.value)


def test_a_proxy_command_that_says_nothing_times_out_and_ends(
    home: SshHome, inner: Sshd, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    command = f"sh -c 'echo $$ > {pid}; exec sleep 60'"
    home.config.write_text(block("inside", inner, f"ProxyCommand {command}"))
    with pytest.raises(HostUnreachable, match="within 3 s"):
        home.transport(SshTarget("inside", "inside"), timeout=3).connect()
    assert ends(int(pid.read_text()))


def test_connect_timeout_of_the_configuration_is_honoured(home: SshHome) -> None:
    import socket

    with socket.create_server((HOST, 0)) as silent:
        home.config.write_text(
            f"Host slow\n  HostName {HOST}\n  Port {silent.getsockname()[1]}\n  ConnectTimeout 1\n"
        )
        with pytest.raises(HostUnreachable, match="within 1 s"):
            home.transport(SshTarget("slow", "slow"), timeout=None).connect()
