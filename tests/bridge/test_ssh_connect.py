"""Connecting to real OpenSSH servers: what works, and each way in which it does not."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest
from lab.ports import HOST, free_port
from lab.ssh_home import SshHome, target_of
from lab.sshd import Sshd, make_key

from bridge.errors import (
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    LoginRefused,
    ShellDenied,
    UsageError,
)
from bridge.targets import SshTarget
from bridge.transport import Command

HELLO = Command(("echo", "hello"), timeout=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    folder = tmp_path_factory.mktemp("sshd")
    with Sshd(folder, extra_config=f"SetEnv HOME={folder}") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> SshHome:
    return SshHome(tmp_path / "home")


def failure(home: SshHome, word: Sshd | SshTarget, **options: object) -> HostUnreachable:
    with pytest.raises(HostUnreachable) as raised:
        home.transport(word, **options).connect()
    assert "\n" not in str(raised.value)
    return raised.value


def test_a_known_host_runs_commands_and_names_its_key(server: Sshd, home: SshHome) -> None:
    home.trust(server)
    transport = home.transport(server)
    assert transport.host_key is None
    transport.connect()
    try:
        assert transport.host_key == server.fingerprint
        answer = transport.run(HELLO)
        assert (answer.status, answer.stdout) == (0, b"hello\n")
    finally:
        transport.close()


def test_an_unknown_host_key_is_refused_with_the_option_to_accept_it(
    server: Sshd, home: SshHome
) -> None:
    error = failure(home, server)
    assert type(error) is HostKeyUnknown
    assert error.code == "host.key-unknown"
    assert f"--accept-host-key {server.fingerprint}" in str(error)
    assert not home.known_hosts.exists()


def test_an_accepted_host_key_is_remembered(server: Sshd, home: SshHome) -> None:
    home.config.write_text("HashKnownHosts no\n")
    home.transport(server, accept=server.fingerprint).connect()
    assert home.known_hosts.read_text() == server.known_hosts_line
    assert stat.S_IMODE(home.known_hosts.stat().st_mode) == 0o600
    home.transport(server).connect()
    assert home.known_hosts.read_text() == server.known_hosts_line


def test_an_accepted_host_key_is_added_after_what_is_there(server: Sshd, home: SshHome) -> None:
    home.config.write_text("HashKnownHosts no\n")
    home.known_hosts.write_text("other.example ssh-ed25519 AAAA")
    home.transport(server, accept=server.fingerprint).connect()
    assert home.known_hosts.read_text().split("\n")[1:] == [server.known_hosts_line.strip(), ""]


def test_hashed_names_are_written_and_read(server: Sshd, home: SshHome) -> None:
    home.config.write_text("HashKnownHosts yes\n")
    home.transport(server, accept=server.fingerprint).connect()
    assert home.known_hosts.read_text().startswith("|1|")
    assert HOST not in home.known_hosts.read_text()
    home.transport(server).connect()


def test_another_key_than_the_accepted_one_is_refused(server: Sshd, home: SshHome) -> None:
    error = failure(home, server, accept="SHA256:" + "A" * 43)
    assert type(error) is HostKeyUnknown
    assert "not the key given with --accept-host-key" in str(error)
    assert not home.known_hosts.exists()


def test_a_changed_host_key_is_never_accepted(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    kind, key = make_key(tmp_path / "old").with_suffix(".pub").read_text().split()[:2]
    old = f"[{HOST}]:{server.port} {kind} {key}\n"
    home.known_hosts.write_text(old)
    error = failure(home, server, accept=server.fingerprint)
    assert type(error) is HostKeyChanged
    assert error.code == "host.key-changed"
    assert server.fingerprint in str(error)
    assert f"{home.known_hosts}, line 1" in str(error)
    assert "--accept-host-key" not in str(error)
    assert home.known_hosts.read_text() == old


def test_a_known_host_that_shows_another_kind_of_key_has_changed(
    server: Sshd, home: SshHome, tmp_path: Path
) -> None:
    kind, key = make_key(tmp_path / "old", kind="ecdsa").with_suffix(".pub").read_text().split()[:2]
    home.known_hosts.write_text(f"[{HOST}]:{server.port} {kind} {key}\n")
    assert type(failure(home, server, accept=server.fingerprint)) is HostKeyChanged


def test_a_revoked_host_key_is_never_accepted(server: Sshd, home: SshHome) -> None:
    home.known_hosts.write_text(f"@revoked {server.known_hosts_line}")
    error = failure(home, server, accept=server.fingerprint)
    assert type(error) is HostKeyChanged
    assert "revoked" in str(error)


def test_the_host_is_asked_for_the_kind_of_key_that_is_known(home: SshHome, tmp_path: Path) -> None:
    second = make_key(tmp_path / "rsa", kind="rsa")
    with Sshd(tmp_path / "two", extra_config=f"HostKey {second}") as server:
        kind, key = second.with_suffix(".pub").read_text().split()[:2]
        home.known_hosts.write_text(f"[{HOST}]:{server.port} {kind} {key}\n")
        transport = home.transport(server)
        transport.connect()
        transport.close()
        assert transport.host_key not in (None, server.fingerprint)


def test_host_key_alias_and_user_known_hosts_file_are_honoured(
    server: Sshd, home: SshHome, tmp_path: Path
) -> None:
    key = server.known_hosts_line.split(maxsplit=1)[1]
    (tmp_path / "elsewhere").write_text(f"thehost {key}")
    home.config.write_text(
        f"Host named\n  HostName {HOST}\n  Port {server.port}\n  User {server.user}\n"
        f"  IdentityFile {server.client_key_path}\n  HostKeyAlias thehost\n"
        f"  UserKnownHostsFile {tmp_path / 'elsewhere'}\n"
    )
    transport = home.transport(SshTarget("named", "named"))
    assert transport.run(HELLO).stdout == b"hello\n"
    transport.close()


def test_an_accepted_host_key_is_never_remembered_for_the_whole_machine(
    server: Sshd, home: SshHome, tmp_path: Path
) -> None:
    everybodys = tmp_path / "ssh_known_hosts"
    home.config.write_text(
        f"Host named\n  HostName {HOST}\n  Port {server.port}\n  User {server.user}\n"
        f"  IdentityFile {server.client_key_path}\n  UserKnownHostsFile none\n"
        f"  GlobalKnownHostsFile {everybodys}\n"
    )
    transport = home.transport(SshTarget("named", "named"), accept=server.fingerprint)
    assert transport.run(HELLO).stdout == b"hello\n"
    transport.close()
    assert not everybodys.exists()
    assert isinstance(failure(home, SshTarget("named", "named")), HostKeyUnknown)


def test_a_port_where_nobody_listens_is_refused(home: SshHome) -> None:
    port = free_port()
    error = failure(home, SshTarget("x", HOST, "someone", port))
    assert type(error) is HostUnreachable
    assert error.code == "host.unreachable"
    assert "refused" in str(error)
    assert str(port) in str(error)


def test_a_name_that_does_not_exist_is_not_found(home: SshHome) -> None:
    error = failure(home, SshTarget("x", "no-such-host.invalid", "someone"))
    assert "no-such-host.invalid cannot be found" in str(error)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server((HOST, 0)) as listening:
        yield listening


def answered(listening: socket.socket, reply: bytes, *, hold: bool = False) -> SshTarget:
    """A server that answers every connection with `reply`, and hangs up unless it holds."""
    kept: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                link, _ = listening.accept()
                link.sendall(reply)
            except OSError:
                return
            kept.append(link)
            if not hold:
                link.close()

    threading.Thread(target=serve, daemon=True).start()
    return SshTarget("x", HOST, "someone", listening.getsockname()[1])


def test_a_host_that_never_greets_times_out(listener: socket.socket, home: SshHome) -> None:
    error = failure(home, answered(listener, b"", hold=True), timeout=0.5)
    assert "no SSH greeting within 0.5 s" in str(error)


def test_a_host_that_falls_silent_after_its_greeting_times_out(
    listener: socket.socket, home: SshHome
) -> None:
    error = failure(home, answered(listener, b"SSH-2.0-Tarpit\r\n", hold=True), timeout=3)
    assert "3 s" in str(error)
    assert "keys" in str(error)


def test_a_host_that_hangs_up_at_once_is_told_apart(listener: socket.socket, home: SshHome) -> None:
    assert "closed the connection before any SSH greeting" in str(
        failure(home, answered(listener, b""))
    )


def test_a_host_that_hangs_up_after_its_greeting_is_told_apart(
    listener: socket.socket, home: SshHome
) -> None:
    error = failure(home, answered(listener, b"SSH-2.0-OpenSSH_9.2\r\n"))
    assert "closed the connection while agreeing on keys" in str(error)


def test_a_web_server_is_not_an_ssh_server(listener: socket.socket, home: SshHome) -> None:
    page = (
        b"HTTP/1.1 400 Bad Request\r\n" + b"Content-Type: text/html\r\n\r\n\x1b[31m<html>\r\n" * 60
    )
    error = failure(home, answered(listener, page))
    assert "does not speak SSH" in str(error)
    assert "\x1b" not in str(error)


def test_no_traceback_of_the_library_reaches_stderr(
    listener: socket.socket, home: SshHome, capfd: pytest.CaptureFixture[str]
) -> None:
    failure(home, answered(listener, b"nonsense\r\n" * 200))
    assert capfd.readouterr() == ("", "")


def test_a_failed_handshake_leaves_no_thread_behind(listener: socket.socket, home: SshHome) -> None:
    failure(home, answered(listener, b"SSH-2.0-OpenSSH_9.2\r\n"), timeout=30)
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(5)
    assert not any(timer.is_alive() for timer in timers)


def test_a_wrong_key_is_refused_and_named(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    home.trust(server)
    wrong = make_key(tmp_path / "wrong")
    error = failure(home, replace(target_of(server), key=str(wrong)))
    assert type(error) is LoginRefused
    assert error.code == "host.login-refused"
    assert str(wrong) in str(error)
    assert server.user in str(error)


def test_no_key_at_all_says_so(server: Sshd, home: SshHome) -> None:
    home.trust(server)
    error = failure(home, replace(target_of(server), key=None))
    assert type(error) is LoginRefused
    assert "no key to offer" in str(error)


def test_a_key_file_that_does_not_exist_is_named(server: Sshd, home: SshHome) -> None:
    home.trust(server)
    error = failure(home, replace(target_of(server), key="/nowhere/id_rsa"))
    assert type(error) is LoginRefused
    assert "the key file /nowhere/id_rsa does not exist" in str(error)


def test_a_key_file_that_cannot_be_read_is_named(
    server: Sshd, home: SshHome, tmp_path: Path
) -> None:
    home.trust(server)
    folder = tmp_path / "folder"
    folder.mkdir()
    error = failure(home, replace(target_of(server), key=str(folder)))
    assert f"the key file {folder} cannot be read" in str(error)


def test_a_key_file_that_is_none_is_named(server: Sshd, home: SshHome, tmp_path: Path) -> None:
    home.trust(server)
    (tmp_path / "notes").write_text("not a key")
    error = failure(home, replace(target_of(server), key=str(tmp_path / "notes")))
    assert "is not a private key" in str(error)


def test_too_many_keys_are_told_apart(home: SshHome, tmp_path: Path) -> None:
    with Sshd(tmp_path / "strict", extra_config="MaxAuthTries 2") as server:
        home.trust(server)
        keys = [make_key(tmp_path / f"key{number}") for number in range(4)]
        home.config.write_text("".join(f"IdentityFile {key}\n" for key in keys))
        error = failure(home, replace(target_of(server), key=None))
    assert type(error) is LoginRefused
    assert "IdentitiesOnly" in str(error)


def test_an_account_without_a_shell_is_denied(home: SshHome, tmp_path: Path) -> None:
    with Sshd(tmp_path / "nologin", extra_config="ForceCommand /usr/sbin/nologin") as server:
        home.trust(server)
        transport = home.transport(server)
        with pytest.raises(ShellDenied) as raised:
            transport.run(HELLO)
        transport.close()
    assert raised.value.code == "host.no-shell"
    assert "This account is currently not available." in str(raised.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server lets other accounts in")
def test_a_system_account_is_denied_by_its_own_shell(home: SshHome, tmp_path: Path) -> None:
    with Sshd(tmp_path / "system", user="www-data") as server:
        home.trust(server)
        with pytest.raises(ShellDenied):
            home.transport(server).run(HELLO)


def test_a_host_that_opens_no_session_is_denied(home: SshHome, tmp_path: Path) -> None:
    with Sshd(tmp_path / "none", extra_config="MaxSessions 0") as server:
        home.trust(server)
        transport = home.transport(server)
        transport.connect()
        with pytest.raises(ShellDenied):
            transport.run(HELLO)
        transport.close()


def test_connecting_again_after_closing_runs_nothing(server: Sshd, home: SshHome) -> None:
    home.trust(server)
    transport = home.transport(server)
    transport.connect()
    transport.close()
    transport.close()
    answer = transport.run(HELLO)
    assert answer.status is None
    assert answer.lost


def test_one_connection_serves_every_command(server: Sshd, home: SshHome) -> None:
    home.trust(server)
    before = server.logins()
    transport = home.transport(server)
    for _ in range(3):
        transport.connect()
        assert transport.run(HELLO).status == 0
    transport.close()
    assert server.logins() == before + 1


def test_a_configuration_file_that_is_not_there_is_a_usage_error(home: SshHome) -> None:
    options = replace(home.options(), ssh_config=str(home.folder / "none-here"))
    from bridge.connection import open_transport

    with pytest.raises(UsageError, match="none-here"):
        open_transport(SshTarget("x", "host"), options)


@pytest.mark.parametrize("given", ["MD5:16:27:ac:a5", "SHA256:short", "yes", "SHA256:" + "x" * 44])
def test_what_is_no_fingerprint_cannot_be_accepted(server: Sshd, home: SshHome, given: str) -> None:
    with pytest.raises(UsageError, match="--accept-host-key"):
        home.transport(server, accept=given)


def test_a_server_with_other_ciphers_only_is_told_apart(home: SshHome, tmp_path: Path) -> None:
    only = "Ciphers chacha20-poly1305@openssh.com"
    with Sshd(tmp_path / "sshd", extra_config=only) as server:
        home.trust(server)
        assert "share no way to encrypt" in str(failure(home, server))


def test_a_banner_before_the_login_does_no_harm(home: SshHome, tmp_path: Path) -> None:
    (tmp_path / "banner").write_text("Authorised use only\n" * 50)
    with Sshd(tmp_path / "sshd", extra_config=f"Banner {tmp_path / 'banner'}") as server:
        home.trust(server)
        transport = home.transport(server)
        assert transport.run(HELLO).stdout == b"hello\n"
        transport.close()


def test_a_host_that_wants_two_keys_gets_both(home: SshHome, tmp_path: Path) -> None:
    second = make_key(tmp_path / "second")
    with Sshd(
        tmp_path / "sshd", extra_config="AuthenticationMethods publickey,publickey"
    ) as server:
        server.authorize(second.with_suffix(".pub"))
        home.trust(server)
        home.config.write_text(f"IdentityFile {second}\n")
        transport = home.transport(server)
        assert transport.run(HELLO).stdout == b"hello\n"
        transport.close()


def test_leaving_without_closing_ends_the_process_quietly(server: Sshd, home: SshHome) -> None:
    home.trust(server)
    script = (
        "import sys; from bridge.connection import *; from bridge.targets import SshTarget\n"
        "home, host, user, port, key = sys.argv[1:]\n"
        "t = open_transport(SshTarget('x', host, user, int(port), key=key),"
        " ConnectOptions(environ={'HOME': home}))\n"
        "t.connect()\n"
    )
    words = [str(home.folder), HOST, server.user, str(server.port), str(server.client_key_path)]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


class Gatekeeper(paramiko.ServerInterface):
    """A server that lets nobody in with a key, only with the password “sesame”."""

    def __init__(self, method: str) -> None:
        self.method = method

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        return False

    def get_allowed_auths(self, username: str) -> str:
        return self.method

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if password == "sesame" else paramiko.AUTH_FAILED

    def check_auth_interactive(
        self, username: str, submethods: str
    ) -> int | paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        return paramiko.AUTH_SUCCESSFUL if responses == ["sesame"] else paramiko.AUTH_FAILED


@pytest.fixture(params=["password", "keyboard-interactive"])
def gate(
    request: pytest.FixtureRequest, listener: socket.socket, tmp_path: Path, home: SshHome
) -> Iterator[SshTarget]:
    key = paramiko.Ed25519Key.from_private_key_file(str(make_key(tmp_path / "host")))
    port = listener.getsockname()[1]
    home.known_hosts.write_text(f"[{HOST}]:{port} {key.get_name()} {key.get_base64()}\n")
    opened: list[paramiko.Transport] = []

    def serve() -> None:
        link, _ = listener.accept()
        transport = paramiko.Transport(link)
        opened.append(transport)
        transport.add_server_key(key)
        # With an event of its own it raises nothing here when the other side hangs up early.
        transport.start_server(threading.Event(), Gatekeeper(request.param))

    threading.Thread(target=serve, daemon=True).start()
    yield SshTarget("gate", HOST, "acct", port)
    for transport in opened:
        transport.close()


def test_a_password_is_asked_for_where_the_host_takes_no_key(
    gate: SshTarget, home: SshHome
) -> None:
    answers = iter(["wrong", "sesame"])
    transport = home.transport(gate, answer=lambda _: next(answers))
    transport.connect()
    transport.close()
    assert home.asked == [f"Password of acct@{HOST}: "] * 2


def test_a_host_that_refuses_every_command_is_denied(gate: SshTarget, home: SshHome) -> None:
    transport = home.transport(gate, answer="sesame")
    with pytest.raises(ShellDenied):
        transport.run(Command(HELLO.argv, b"some input", 20))
    transport.close()


def test_without_anybody_to_ask_the_refusal_names_what_the_host_wants(
    gate: SshTarget, home: SshHome
) -> None:
    error = failure(home, gate)
    assert type(error) is LoginRefused
    assert "accepts no keys, only: " in str(error)
