"""A real Chromium, driven by its own protocol over two pipes: no driver program, no port, no download.

https://chromedevtools.github.io/devtools-protocol/ ; messages are JSON, each ended by a NUL byte.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_ANSWER_WITHIN = 60.0
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def program() -> str | None:
    """Where Chromium is, if it is here."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@dataclass
class Seen:
    """What a page did besides showing itself."""

    requests: list[str] = field(default_factory=list)
    """What it asked for, also in vain."""
    refused: list[str] = field(default_factory=list)
    """What of that its own policy did not let out."""
    messages: list[str] = field(default_factory=list)
    """Of the console, uncaught errors, and what the browser itself complains of (policy, markup)."""


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are no descriptor that the browser gets by number."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]


class Chromium:
    """One browser with one page."""

    def __init__(self) -> None:
        self.seen = Seen()
        self._asked: dict[str, str] = {}
        self._number = 0
        self._buffer = b""
        self._session: str | None = None

    def __enter__(self) -> Chromium:
        self._home = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        to_browser, self._write = _pipe()
        self._read, from_browser = _pipe()
        found = program()
        assert found is not None
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        nothing = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
        self._process = os.posix_spawn(
            found,
            [found, *_OPTIONS, *root, f"--user-data-dir={self._home.name}"],
            {**os.environ, "HOME": self._home.name},
            file_actions=[
                nothing,
                (os.POSIX_SPAWN_DUP2, 1, 2),
                # Chromium reads commands from descriptor 3 and writes answers to 4.
                (os.POSIX_SPAWN_DUP2, to_browser, 3),
                (os.POSIX_SPAWN_DUP2, from_browser, 4),
            ],
        )
        os.close(to_browser)
        os.close(from_browser)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._write)  # it ends when nobody can command it any more
        os.close(self._read)
        for _ in range(200):
            if os.waitpid(self._process, os.WNOHANG) != (0, 0):
                break
            time.sleep(0.05)
        else:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        self._home.cleanup()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before it are kept in `seen`."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, path: Path, *, width: int = 1280, height: int = 900) -> Seen:
        """Show a file at a width, and wait until it is there. What it did is in the answer."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip
        self.seen = Seen()
        self._loaded = False
        self.call("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._next()
        # One more turn of the page's own loop: what it still had to say is said by then.
        self.value("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        return self.seen

    def until(self, true: Callable[[], bool]) -> None:
        """Read on what the browser reports, until something is so. RuntimeError after a minute of silence."""
        while not true():
            self._next()

    def media(self, *, scheme: str = "light", kind: str = "screen") -> None:
        """Light or dark, screen or paper."""
        self.call("Emulation.setEmulatedMedia", media=kind,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])  # fmt: skip

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is, in the page; a promise is waited for.

        The page's policy does not reach the debugger, so this works where no script may run.
        """
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)  # fmt: skip
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press and release a key: `Tab`, 9."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code)  # fmt: skip

    def screenshot(self, *, whole: bool = True) -> bytes:
        """The page as PNG."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    def paper(self) -> bytes:
        """The page as PDF, as it would be printed."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], _ANSWER_WITHIN)
            piece = os.read(self._read, 1 << 20) if ready else b""
            if not piece:
                raise RuntimeError("Chromium does not answer, or is gone")
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, said: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            url = said["request"]["url"]
            self._asked[said["requestId"]] = url
            if not url.startswith("data:"):  # goes nowhere: the browser draws a broken image so
                self.seen.requests.append(url)
        elif method == "Network.loadingFailed":
            if said.get("blockedReason") == "csp":
                self.seen.refused.append(self._asked[said["requestId"]])
        elif method == "Runtime.consoleAPICalled":
            self.seen.messages.append(str(said["args"]))
        elif method == "Runtime.exceptionThrown":
            self.seen.messages.append(str(said["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.seen.messages.append(said["entry"]["text"])
