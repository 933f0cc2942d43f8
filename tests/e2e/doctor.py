"""`closte-doctor` as a user runs it: its own command line, in a process of its own, against the lab."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.world import World

COMMAND = Path(sys.executable).with_name("closte-doctor")
_PATIENCE = 240
"""Seconds for a whole run; the longest one here waits for an API that never answers."""

Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def report(self) -> dict[str, Any]:
        """The diagnosis, where `--format json` was asked for."""
        assert self.stdout, f"status {self.status}, nothing on stdout:\n{self.said}"
        found = json.loads(self.stdout)
        assert isinstance(found, dict)
        return found

    @property
    def said(self) -> str:
        """stderr as text."""
        return self.stderr.decode("utf-8", "replace")

    @property
    def findings(self) -> list[Finding]:
        """All findings of the report."""
        return list(self.report["findings"])

    def of(self, code: str) -> list[Finding]:
        """The findings with this code."""
        return [f for f in self.findings if f["code"] == code]

    @property
    def problems(self) -> set[str]:
        """Codes at warning or above that no other finding explains: what the reader must act on."""
        return {
            f["code"] for f in self.findings if f["severity"] != "info" and f["caused_by"] is None
        }

    @property
    def summary(self) -> str:
        """For the message of a failed assertion."""
        shown = [
            f"{f['code']} {f['severity']} {f['confidence']} {f['subject']['id']}"
            + (f" because of {f['caused_by']['code']}" if f["caused_by"] else "")
            for f in self.findings
        ]
        return f"status {self.status}, {self.report['verdict']}: {'; '.join(shown)}\n{self.said}"


class Doctor:
    """Runs the command line against a lab. No run may show a secret, whatever else it is run for."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        pass_fds: Sequence[int] = (),
    ) -> Run:
        """Run with exactly these arguments; the lab's environment, and `environment` on top."""
        done = subprocess.run(
            [str(COMMAND), *arguments],
            input=stdin,
            capture_output=True,
            env={**self.world.environment, **(environment or {})},
            timeout=_PATIENCE,
            pass_fds=tuple(pass_fds),
            check=False,
        )
        run = Run(done.returncode, done.stdout, done.stderr)
        for stream in (run.stdout, run.stderr):
            assert leaked(self.world, stream) == [], "a secret is shown"
        assert b"Traceback" not in run.stderr, run.said
        return run

    def diagnose(self, *options: str, target: str | None = None) -> Run:
        """`diagnose TARGET --format json`, everything kept inside the lab."""
        return self(
            "diagnose",
            target or self.world.target,
            "--format",
            "json",
            *self.world.options,
            *options,
        )


def leaked(world: World, output: bytes) -> list[str]:
    """Which of the lab's secrets stand in this output, whole or by their first ten characters."""
    return [secret for secret in world.secrets() if secret[:10].encode() in output]
