"""The unix account that a Closte app has: its name is the app's id, its home `/home/<app id>/`.

As root a real account is made and removed again. Without root the account that runs the lab stands
in, with a home folder inside the lab: then only the path differs from a host of Closte's.
"""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_MARK = "closte-doctor lab of process "
_HOMES = Path("/home")


class Account:
    """One account for the life of a lab."""

    def __init__(self, root: Path, *, shell: str = "/bin/bash") -> None:
        """`root`: the lab's folder, for the home where no account can be made."""
        self.made = os.geteuid() == 0
        if self.made:
            self.name = f"acct{secrets.randbelow(900_000) + 100_000}"
            self.home = _HOMES / self.name
            # The password "*" cannot be typed, but does not lock the account either.
            command = ["useradd", "--create-home", "--home-dir", str(self.home), "--shell", shell]
            command += ["--password", "*", "--comment", f"{_MARK}{os.getpid()}", self.name]
            with _alone():
                _sweep()
                subprocess.run(command, check=True, capture_output=True)
        else:
            self.name = getpass.getuser()
            self.home = root / "home" / self.name
            self.home.mkdir(parents=True)

    def set_shell(self, shell: str) -> None:
        """Give the account another login shell (root only)."""
        with _alone():
            subprocess.run(
                ["usermod", "--shell", shell, self.name], check=True, capture_output=True
            )

    def own(self, *paths: Path) -> None:
        """Hand files and whole folders over to the account."""
        if self.made:
            names = [str(p) for p in paths]
            subprocess.run(["chown", "-Rh", f"{self.name}:", "--", *names], check=True)

    def remove(self) -> None:
        """Remove the account with its home and whatever it still runs."""
        if self.made:
            with _alone():
                _remove(self.name)
        else:
            shutil.rmtree(self.home, ignore_errors=True)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One lab at a time: useradd gives up where another one holds the files of accounts, and a number
    that was free a moment ago may be the new account's of another lab, whose processes are none of ours."""
    homes = os.open(_HOMES, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(homes, fcntl.LOCK_EX)
        yield
    finally:
        os.close(homes)


def _remove(name: str) -> None:
    with contextlib.suppress(KeyError):
        uid = pwd.getpwnam(name).pw_uid
        for status in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if status.stat().st_uid == uid:
                    os.kill(int(status.name), 9)
    subprocess.run(["userdel", "--force", "--remove", name], check=False, capture_output=True)
    shutil.rmtree(_HOMES / name, ignore_errors=True)


def _sweep() -> None:
    """Remove accounts of labs whose process is no more: one that was killed could not."""
    for entry in pwd.getpwall():
        pid = entry.pw_gecos.removeprefix(_MARK)
        if pid != entry.pw_gecos and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            _remove(entry.pw_name)
