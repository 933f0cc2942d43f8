"""One command on an open session: fed, drained and timed, without a terminal."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field

import paramiko

from bridge.errors import ShellDenied
from bridge.shell_denial import denial
from bridge.transport import Command, Completed, Sink

_PIECE = 256 * 1024
_PACKET = 32 * 1024
"""What OpenSSH takes in one message (CHAN_SES_PACKET_DEFAULT)."""
_HEAD = 1024
"""How much of stdout is looked at for the words of a shell that is none."""
_POLITE = 1.0
"""Seconds given to closing a channel in good order before the connection is cut instead."""


class SessionRefused(Exception):
    """The host opened no session for this command; it may while fewer are open."""


@dataclass(slots=True)
class _Conversation:
    """A command while it runs."""

    session: paramiko.Transport
    channel: paramiko.Channel
    command: Command
    sink: Sink | None
    began: float
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    head: bytes = b""
    timed_out: bool = False

    def hold(self, text: str) -> Completed:
        """Run, feed and drain until the command ends or its time is over."""
        watchdog = threading.Timer(max(0.0, self._ends() - time.monotonic()), self._give_up)
        watchdog.daemon = True
        watchdog.start()
        helpers = [threading.Thread(target=self._drain_stderr, daemon=True)]
        try:
            self._start(text)
            if self.command.stdin:
                helpers.append(threading.Thread(target=self._feed, daemon=True))
            else:
                self.channel.shutdown_write()
            for helper in helpers:
                helper.start()
            self._drain_stdout()
            status = self.channel.recv_exit_status()
            self._await_close()
            for helper in helpers:
                helper.join(_POLITE)
        except (paramiko.SSHException, EOFError, OSError):
            status = -1
        except BaseException:
            # The sink failed, or the user has had enough: the command is not wanted any more.
            self._close()
            raise
        finally:
            watchdog.cancel()
        return self._completed(status)

    def _ends(self) -> float:
        return self.began + self.command.timeout

    def _start(self, text: str) -> None:
        try:
            self.channel.exec_command(text)
        except paramiko.SSHException as error:
            if self.timed_out or not self.session.is_active():
                raise
            raise ShellDenied("The host logged us in and refuses to run any command.") from error

    def _drain_stdout(self) -> None:
        while not self.timed_out:
            piece = self.channel.recv(_PIECE)
            if not piece:
                return
            if len(self.head) < _HEAD:
                self.head += piece[:_HEAD]
            if self.sink is None:
                self.stdout += piece
            else:
                self.sink(piece)

    def _await_close(self) -> None:
        """The host counts a session until its channel is closed: only then begin another one."""
        self.channel.event.clear()
        if not self.channel.closed:
            self.channel.event.wait(_POLITE)

    def _drain_stderr(self) -> None:
        with contextlib.suppress(OSError):
            while piece := self.channel.recv_stderr(_PIECE):
                self.stderr += piece

    def _feed(self) -> None:
        # A command that ends without reading all its input closes the channel under this thread.
        stdin = self.command.stdin
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            for start in range(0, len(stdin), _PACKET):
                self.channel.sendall(stdin[start : start + _PACKET])
            self.channel.shutdown_write()

    def _give_up(self) -> None:
        self.timed_out = True
        self._close()

    def _close(self) -> None:
        """Close the channel; where the link itself is stuck, that is cut."""
        polite = threading.Thread(target=self._close_channel, daemon=True)
        polite.start()
        polite.join(_POLITE)
        if polite.is_alive():
            self.session.close()

    def _close_channel(self) -> None:
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            self.channel.close()

    def _completed(self, status: int) -> Completed:
        seconds = time.monotonic() - self.began
        streams = (bytes(self.stdout), bytes(self.stderr), seconds)
        if self.timed_out:
            return Completed(None, *streams, timed_out=True)
        if status == -1:
            # A killed command closes its channel in good order, a lost connection does not.
            lost = not self.channel.eof_received
            if not lost:
                self.session.join(0.2)
                lost = not self.session.is_active()
            return Completed(None, *streams, lost=lost)
        self._close_channel()
        why = denial(status, self.head, bytes(self.stderr))
        if why is not None:
            raise ShellDenied(why)
        return Completed(status, *streams)


def run(session: paramiko.Transport, text: str, command: Command, sink: Sink | None) -> Completed:
    """Run shell `text` with the input and the clock of `command`.

    Raises `SessionRefused`, `ShellDenied` where the host runs no commands, and what `sink` raises.
    """
    began = time.monotonic()
    try:
        channel = session.open_session(timeout=command.timeout)
    except (paramiko.SSHException, EOFError, OSError) as error:
        seconds = time.monotonic() - began
        if not session.is_active():
            return Completed(None, b"", b"", seconds, lost=True)
        if seconds >= command.timeout:
            return Completed(None, b"", b"", seconds, timed_out=True)
        # Not ChannelException alone: where several are refused at once, paramiko keeps one of them.
        raise SessionRefused(str(error)) from error
    return _Conversation(session, channel, command, sink, began).hold(text)
