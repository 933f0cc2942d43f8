"""Commands on this machine, with the same manners as over SSH."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lab.processes import ends

from bridge.local import LocalTransport
from bridge.transport import Command, Transport

MIB = 1 << 20


@pytest.fixture
def here() -> LocalTransport:
    return LocalTransport()


def sh(script: str, *arguments: str, stdin: bytes = b"", timeout: float = 60) -> Command:
    return Command(("sh", "-c", script, "sh", *arguments), stdin, timeout)


def test_it_is_a_transport(here: LocalTransport) -> None:
    transport: Transport = here
    transport.connect()
    assert transport.host_key is None
    transport.close()


def test_streams_and_status_are_told_apart(here: LocalTransport) -> None:
    answer = here.run(sh('echo "$1"; echo err >&2; exit 7', "$(id) it's"))
    assert (answer.status, answer.stdout, answer.stderr) == (7, b"$(id) it's\n", b"err\n")
    assert not answer.timed_out
    assert not answer.lost


def test_a_program_that_is_not_there_ends_as_in_a_shell(
    here: LocalTransport, tmp_path: Path
) -> None:
    answer = here.run(Command(("no-such-program-anywhere",)))
    assert answer.status == 127
    assert b"no-such-program-anywhere" in answer.stderr
    plain = tmp_path / "plain"
    plain.write_text("")
    assert here.run(Command((str(plain),))).status == 126


def test_much_input_and_output_at_once_do_not_block_each_other(here: LocalTransport) -> None:
    sent = bytes(range(256)) * (64 * MIB // 256)
    pieces: list[bytes] = []
    answer = here.run(Command(("cat",), sent, 120), pieces.append)
    assert (answer.status, answer.stdout) == (0, b"")
    assert b"".join(pieces) == sent


def test_much_on_stderr_does_not_block_stdout(here: LocalTransport) -> None:
    answer = here.run(sh(f"head -c {8 * MIB} /dev/zero >&2; echo out"))
    assert (answer.stdout, len(answer.stderr)) == (b"out\n", 8 * MIB)


def test_a_command_that_reads_none_of_its_input_ends(here: LocalTransport) -> None:
    assert here.run(Command(("true",), b"x" * (4 * MIB), 60)).status == 0


def test_a_time_out_ends_the_whole_group(here: LocalTransport, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = (
        f"trap '' TERM; sh -c 'echo $$ > {pid}; exec sleep 3600' & echo early; wait; sleep 3600"
    )
    answer = here.run(sh(script, timeout=3))
    assert answer.timed_out
    assert answer.status is None
    assert answer.stdout == b"early\n"
    assert ends(int(pid.read_text()))


def test_a_killed_command_has_no_status(here: LocalTransport) -> None:
    answer = here.run(sh("echo before; kill -9 $$"))
    assert (answer.status, answer.stdout, answer.timed_out) == (None, b"before\n", False)


def test_a_sink_that_fails_is_heard_and_the_command_is_ended(here: LocalTransport) -> None:
    def sink(_: bytes) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        here.run(sh("echo line; sleep 3600"), sink)


def test_closing_ends_what_still_runs(here: LocalTransport) -> None:
    begun = threading.Event()
    with ThreadPoolExecutor() as pool:
        running = pool.submit(here.run, sh("echo x; sleep 3600"), lambda _: begun.set())
        assert begun.wait(60)
        here.close()
        assert running.result(timeout=120).status is None
