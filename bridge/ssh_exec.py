"""One command on an open session: fed, drained and timed, without a terminal."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field

import paramiko

from analyzers.language import phrase
from bridge.deadline import Deadline
from bridge.errors import ShellDenied
from bridge.shell_denial import denial
from bridge.transport import Command, Completed, Sink

_CHANNEL_REQUEST = b"\x62"
"""SSH_MSG_CHANNEL_REQUEST, 98 (RFC 4250, 4.1.2)."""
_PIECE = 256 * 1024
_PACKET = 32 * 1024
"""What OpenSSH takes in one message (CHAN_SES_PACKET_DEFAULT)."""
_HEAD = 1024
"""How much of stdout is looked at for the words of a shell that is none."""
_POLITE = 1.0
"""Seconds given to closing a channel in good order before the connection is cut instead."""


_MOMENT = 0.2
"""Seconds after which a session that has lost its link knows it."""


class SessionRefused(Exception):
    """The host opened no session for this command; it may while fewer are open."""


@dataclass(slots=True)
class _Conversation:
    """A command while it runs."""

    session: paramiko.Transport
    channel: paramiko.Channel
    command: Command
    sink: Sink | None
    clock: Deadline
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    head: bytes = b""
    timed_out: bool = False

    def hold(self, text: str) -> Completed:
        """Run, feed and drain until the command ends or its time is over."""
        status = -1
        try:
            self._start(text)
            feeder = self._begin_to_feed()
            self._drain()
            self._check_accepted()
            self.channel.status_event.wait(self.clock.remaining())
            if self.channel.status_event.is_set():
                status = self.channel.recv_exit_status()
                self._await_close()
                if feeder is not None:
                    feeder.join(_POLITE)
            else:
                self._give_up()
        except TimeoutError:
            self._give_up()
        except (paramiko.SSHException, EOFError, OSError):
            status = -1
        except BaseException:
            # The sink failed, or the user has had enough: the command is not wanted any more.
            self._close()
            raise
        return self._completed(status)

    def _start(self, text: str) -> None:
        """Ask for the command, and do not wait for the answer as paramiko would: the input follows at
        once, which saves a round trip, and a host that never answers meets our clock."""
        request = paramiko.Message()
        request.add_byte(_CHANNEL_REQUEST)
        request.add_int(self.channel.remote_chanid)
        request.add_string("exec")
        request.add_boolean(True)
        request.add_string(text)
        self.channel._event_pending()  # type: ignore[attr-defined]  # not in the stubs
        self.session._send_user_message(request)  # type: ignore[attr-defined]

    def _check_accepted(self) -> None:
        # The channel is closed by now, or the answer came before the command's output did.
        if self.channel.event_ready or not self.channel.closed:
            return
        # A connection that broke off closes its channels a moment before it says that it is gone.
        self.session.join(_MOMENT)
        if self.session.is_active():
            raise ShellDenied(phrase("The host logged us in and refuses to run any command."))

    def _drain(self) -> None:
        """Take both streams as they come, until both have ended."""
        channel = self.channel
        came = threading.Event()
        channel.in_buffer.set_event(came)
        channel.in_stderr_buffer.set_event(came)
        while not self.clock.over():
            ended = channel.eof_received or channel.closed
            if channel.recv_ready():
                self._take(channel.recv(_PIECE))
            elif channel.recv_stderr_ready():
                self.stderr += channel.recv_stderr(_PIECE)
            elif ended:
                return
            else:
                came.wait(self.clock.remaining())
        raise TimeoutError

    def _take(self, piece: bytes) -> None:
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

    def _begin_to_feed(self) -> threading.Thread | None:
        if not self.command.stdin:
            self.channel.shutdown_write()
            return None
        feeder = threading.Thread(target=self._feed, daemon=True)
        feeder.start()
        return feeder

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
        seconds = self.clock.seconds - self.clock.remaining()
        streams = (bytes(self.stdout), bytes(self.stderr), seconds)
        if self.timed_out:
            return Completed(None, *streams, timed_out=True)
        if status == -1:
            # A killed command closes its channel in good order, a lost connection does not.
            lost = not self.channel.eof_received
            if not lost:
                self.session.join(_MOMENT)
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
    clock = Deadline(command.timeout)
    try:
        channel = session.open_session(timeout=command.timeout)
    except (paramiko.SSHException, EOFError, OSError) as error:
        seconds = clock.seconds - clock.remaining()
        if not session.is_active():
            return Completed(None, b"", b"", seconds, lost=True)
        if clock.over():
            return Completed(None, b"", b"", seconds, timed_out=True)
        # Not ChannelException alone: where several are refused at once, paramiko keeps one of them.
        raise SessionRefused(str(error)) from error
    return _Conversation(session, channel, command, sink, clock).hold(text)
