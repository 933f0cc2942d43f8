"""How many commands may share one connection at a time."""

from __future__ import annotations

import threading


class Slots:
    """How many commands may run at once; learned downwards where a host allows fewer."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._used = 0
        self._free = threading.Condition()

    def take(self, seconds: float) -> bool:
        """Wait for a place; False where none came free in time."""
        with self._free:
            if not self._free.wait_for(lambda: self._used < self._most, max(seconds, 0.0)):
                return False
            self._used += 1
            return True

    def give_back(self) -> None:
        """A command has ended."""
        with self._free:
            self._used -= 1
            self._free.notify()

    def learn(self) -> bool:
        """A session was refused: was that because of others of ours? Then allow fewer from now on."""
        with self._free:
            if self._used <= 1:
                return False
            self._most = max(1, self._used - 1)
            return True
