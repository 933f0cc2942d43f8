"""A transport without a network: this machine is the host."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO

from bridge.transport import Command, Completed, Sink

_PIECE = 256 * 1024
_PATIENCE = 2.0
"""Seconds between asking a process group to end and ending it."""
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127
"""The statuses a shell gives (POSIX, 2.8.2), so that both transports say the same."""


class LocalTransport:
    """Commands by subprocess, each in a process group of its own, which ends with its time."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    @property
    def host_key(self) -> str | None:
        """None: there is no key to verify here."""
        return None

    def connect(self) -> None:
        """Nothing to do."""

    def run(self, command: Command, sink: Sink | None = None) -> Completed:
        """Run it without a shell. A program that is not there ends with 127, as in a shell."""
        began = time.monotonic()
        try:
            process = subprocess.Popen(
                command.argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            status = _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE
            words = f"{command.argv[0]}: {error.strerror}\n".encode()
            return Completed(status, b"", words, time.monotonic() - began)
        with self._lock:
            self._running.add(process)
        try:
            return _Conversation(process, command, sink, began).hold()
        finally:
            with self._lock:
                self._running.discard(process)

    def close(self) -> None:
        """End what still runs."""
        with self._lock:
            running = tuple(self._running)
        for process in running:
            _signal(process, signal.SIGKILL)


class _Conversation:
    """A process while it runs."""

    def __init__(
        self, process: subprocess.Popen[bytes], command: Command, sink: Sink | None, began: float
    ) -> None:
        self._process = process
        self._command = command
        self._sink = sink
        self._began = began
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._timed_out = threading.Event()

    def hold(self) -> Completed:
        """Feed and drain until it ends, or its time is over."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        watchdog = threading.Timer(self._command.timeout, self._give_up)
        watchdog.daemon = True
        watchdog.start()
        helpers = [
            threading.Thread(target=self._feed, daemon=True),
            threading.Thread(
                target=_drain, args=(self._process.stderr, self._stderr.extend), daemon=True
            ),
        ]
        for helper in helpers:
            helper.start()
        try:
            _drain(self._process.stdout, self._sink or self._stdout.extend, self._timed_out)
            status = self._process.wait()
        except BaseException:
            _signal(self._process, signal.SIGKILL)
            self._process.wait()
            raise
        finally:
            watchdog.cancel()
        for helper in helpers:
            helper.join(_PATIENCE)
        return self._completed(status)

    def _completed(self, status: int) -> Completed:
        timed_out = self._timed_out.is_set()
        return Completed(
            None if timed_out or status < 0 else status,
            bytes(self._stdout),
            bytes(self._stderr),
            time.monotonic() - self._began,
            timed_out=timed_out,
        )

    def _feed(self) -> None:
        # A command may end without reading all its input.
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(self._command.stdin)
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _give_up(self) -> None:
        self._timed_out.set()
        _signal(self._process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        _signal(self._process, signal.SIGKILL)


def _drain(
    stream: IO[bytes], take: Callable[[bytes], object], stop: threading.Event | None = None
) -> None:
    with stream:
        while piece := os.read(stream.fileno(), _PIECE):
            if stop is not None and stop.is_set():
                return
            take(piece)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the whole group: a shell's children go with it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
