"""Commands over a real SSH connection: their input, output, status, clock and end."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lab.ssh_home import SshHome
from lab.sshd import Sshd

from bridge.errors import ShellDenied
from bridge.ssh import SshTransport
from bridge.transport import Command

MIB = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    folder = tmp_path_factory.mktemp("sshd")
    with Sshd(folder, extra_config=f"SetEnv HOME={folder}") as running:
        yield running


@pytest.fixture
def host(server: Sshd, tmp_path: Path) -> Iterator[SshTransport]:
    home = SshHome(tmp_path / "home")
    home.trust(server)
    transport = home.transport(server)
    transport.connect()
    yield transport
    transport.close()


def sh(script: str, *arguments: str, stdin: bytes = b"", timeout: float = 60) -> Command:
    return Command(("sh", "-c", script, "sh", *arguments), stdin, timeout)


HOSTILE = (
    "",
    " ",
    "it's",
    'a "quoted" word',
    "$(touch pwned)",
    "`id`",
    "; exit 9",
    "a\nb",
    "*",
    "~",
    "-n",
    "\\",
    "zażółć 🦄",
    "!history",
    "a\tb",
)


@pytest.mark.parametrize("word", HOSTILE)
def test_an_argument_arrives_as_it_is(host: SshTransport, word: str) -> None:
    answer = host.run(sh('printf %s "$1" && test $# = 1', word))
    assert (answer.status, answer.stdout) == (0, word.encode())


def test_streams_and_status_are_told_apart(host: SshTransport) -> None:
    answer = host.run(sh("echo out; echo err >&2; exit 7"))
    assert (answer.status, answer.stdout, answer.stderr) == (7, b"out\n", b"err\n")
    assert not answer.timed_out
    assert not answer.lost
    assert answer.seconds > 0


def test_there_is_no_terminal(host: SshTransport) -> None:
    assert host.run(sh("test -t 0 || test -t 1 || test -t 2; echo $?")).stdout == b"1\n"


def test_input_ends_when_there_is_none(host: SshTransport) -> None:
    assert host.run(sh("cat; echo done", timeout=20)).stdout == b"done\n"


def test_much_input_and_output_at_once_do_not_block_each_other(host: SshTransport) -> None:
    sent = hashlib.sha256(b"seed").digest() * (64 * MIB // 32)
    digest, size = hashlib.sha256(), 0

    def sink(piece: bytes) -> None:
        nonlocal size
        size += len(piece)
        digest.update(piece)

    answer = host.run(Command(("cat",), sent, 120), sink)
    assert answer.status == 0
    assert answer.stdout == b""
    assert size == len(sent)
    assert digest.digest() == hashlib.sha256(sent).digest()


def test_much_on_stderr_does_not_block_stdout(host: SshTransport) -> None:
    answer = host.run(sh(f"head -c {40 * MIB} /dev/zero >&2; echo out; head -c {MIB} /dev/zero"))
    assert answer.status == 0
    assert len(answer.stderr) == 40 * MIB
    assert len(answer.stdout) == MIB + 4


def test_output_is_handed_on_as_it_comes(host: SshTransport, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    first = threading.Event()
    pieces: list[bytes] = []

    def sink(piece: bytes) -> None:
        pieces.append(piece)
        first.set()

    with ThreadPoolExecutor() as pool:
        running = pool.submit(host.run, sh("echo one; read line; echo two", timeout=120), sink)
        waits = 'echo one; until test -e "$1"; do sleep 0.1; done; echo two'
        slow = pool.submit(host.run, sh(waits, str(heard), timeout=120), sink)
        assert first.wait(60)
        assert not slow.done()
        heard.touch()
        assert running.result().status in (0, 1)
        assert slow.result().status == 0
    assert b"".join(pieces).count(b"two") == 2


def test_a_command_that_reads_only_some_of_its_input_ends(host: SshTransport) -> None:
    answer = host.run(Command(("head", "-c", "3"), b"x" * (32 * MIB), 60))
    assert (answer.status, answer.stdout) == (0, b"xxx")


def test_a_command_over_its_time_is_given_up_and_the_connection_stays(host: SshTransport) -> None:
    answer = host.run(sh("echo early; sleep 60", timeout=3))
    assert answer.timed_out
    assert answer.status is None
    assert answer.stdout == b"early\n"
    assert not answer.lost
    assert answer.seconds >= 3
    assert host.run(sh("echo still there")).stdout == b"still there\n"


def test_a_time_out_while_feeding_ends(host: SshTransport) -> None:
    answer = host.run(Command(("sleep", "60"), b"x" * (48 * MIB), 0.7))
    assert answer.timed_out


def test_a_killed_command_has_no_status_and_keeps_the_connection(host: SshTransport) -> None:
    answer = host.run(sh("echo before; kill -9 $$"))
    assert (answer.status, answer.stdout) == (None, b"before\n")
    assert not answer.lost
    assert not answer.timed_out
    assert host.run(sh("true")).status == 0


def test_a_server_that_dies_in_the_middle_is_a_lost_connection(
    server: Sshd, host: SshTransport
) -> None:
    came: list[bytes] = []
    begun = threading.Event()

    def sink(piece: bytes) -> None:
        came.append(piece)
        begun.set()

    with ThreadPoolExecutor() as pool:
        running = pool.submit(host.run, sh("echo first; sleep 60", timeout=300), sink)
        assert begun.wait(60)
        server.drop_connections()
        answer = running.result(timeout=120)
    assert answer.lost
    assert answer.status is None
    assert came == [b"first\n"]
    after = host.run(sh("true"))
    assert after.lost
    assert after.status is None


def test_a_connection_that_falls_silent_ends_with_the_commands_time(
    server: Sshd, host: SshTransport
) -> None:
    begun = threading.Event()
    with ThreadPoolExecutor() as pool:
        running = pool.submit(
            host.run,
            Command(("sh", "-c", "echo first; exec cat"), b"x" * (64 * MIB), 5),
            lambda _: begun.set(),
        )
        assert begun.wait(60)
        server.freeze_connections()
        answer = running.result(timeout=120)
    assert answer.timed_out
    assert answer.status is None
    host.close()


def test_eight_commands_run_at_once_and_more_wait_their_turn(host: SshTransport) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: host.run(sh('echo "$1"', str(n))), range(24)))
    assert [answer.stdout for answer in answers] == [f"{n}\n".encode() for n in range(24)]


def test_a_host_that_allows_few_sessions_gets_one_at_a_time(tmp_path: Path) -> None:
    with Sshd(tmp_path / "sshd", extra_config=f"MaxSessions 1\nSetEnv HOME={tmp_path}") as few:
        home = SshHome(tmp_path / "home")
        home.trust(few)
        transport = home.transport(few)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda n: transport.run(sh("sleep 0.2; echo ok")), range(4)))
        transport.close()
    assert [answer.stdout for answer in answers] == [b"ok\n"] * 4


def test_a_sink_that_fails_is_heard_and_the_command_is_ended(host: SshTransport) -> None:
    class Full(Exception):
        pass

    def sink(_: bytes) -> None:
        raise Full

    with pytest.raises(Full):
        host.run(sh("while :; do echo line; sleep 0.1; done"), sink)
    assert host.run(sh("echo fine")).stdout == b"fine\n"


def test_words_of_a_missing_shell_in_a_log_are_no_denial(host: SshTransport) -> None:
    script = "echo 'This account is currently not available.'; exit 0"
    assert host.run(sh(script)).status == 0
    longer = "for n in $(seq 200); do echo This account is currently not available.; done; exit 1"
    assert host.run(sh(longer)).status == 1
    with pytest.raises(ShellDenied):
        host.run(sh("echo 'This account is currently not available.'; exit 1"))
