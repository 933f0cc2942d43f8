"""`remediate` and `undo` as a user runs them, with a terminal where one is needed, and what their runs leave."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from e2e.doctor import COMMAND, Doctor, Run, leaked
from lab.world import DATABASE, World

MAPPINGS = "SELECT * FROM wplab_wu_domain_mappings ORDER BY id"
OPTIONS = (
    "SELECT meta_key, meta_value FROM wplab_sitemeta WHERE meta_key <> 'wu_sunrise_meta' AND"
    " (meta_key NOT LIKE '\\_site\\_transient%' OR meta_key LIKE '%wu\\_public\\_network\\_ip')"
    " ORDER BY meta_key"
)
"""Network options but WordPress's own transients and the note of sunrise.php on when it was loaded."""
JOBS = "SELECT hook, status, args FROM wplab_actionscheduler_actions ORDER BY action_id"


def rows(world: World, query: str) -> list[tuple[str, ...]]:
    """Rows of the network's database."""
    return world.database.rows(query, DATABASE)


def remediate(doctor: Doctor, *options: str) -> Run:
    """`remediate TARGET`, kept inside the lab; nobody at a terminal."""
    return doctor("remediate", doctor.world.target, *doctor.world.options, *options)


def undo(doctor: Doctor, journal: Path, *options: str) -> Run:
    """`undo JOURNAL --yes`."""
    return doctor("undo", str(journal), "--yes", *doctor.world.options, *options)


def at_terminal(doctor: Doctor, typed: Sequence[str], *arguments: str) -> Run:
    """The command line with a person at a terminal who types these lines."""
    world = doctor.world
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(COMMAND), *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=world.environment,
        start_new_session=True,
    )
    os.close(theirs)
    said = bytearray()

    def listen() -> None:
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                return
            if not piece:
                return
            said.extend(piece)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    os.write(ours, "".join(f"{line}\n" for line in typed).encode())
    assert process.stdout is not None
    stdout = process.stdout.read()
    status = process.wait(timeout=240)
    listener.join(timeout=60)
    os.close(ours)
    run = Run(status, stdout, bytes(said))
    assert leaked(world, run.stdout + run.stderr) == [], "a secret is shown"
    assert b"Traceback" not in run.stderr, run.said
    return run


def remediate_at_terminal(doctor: Doctor, typed: Sequence[str], *options: str) -> Run:
    """`remediate TARGET --apply` with a person at a terminal."""
    lab = doctor.world
    return at_terminal(doctor, typed, "remediate", lab.target, *lab.options, "--apply", *options)


def entries(journal: Path) -> list[dict[str, Any]]:
    """The lines of a journal that are whole."""
    found = []
    for line in journal.read_bytes().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def told(journal: Path) -> list[tuple[str, str, str | None]]:
    """Step, phase and outcome of each line."""
    return [(e["step"], e["phase"], e["outcome"]) for e in entries(journal)]


def outcome_of(journal: Path, action: str) -> tuple[str | None, str | None]:
    """The newest result and verdict of the step with this action."""
    lines = entries(journal)
    (step,) = [s["id"] for s in lines[0]["plan"]["steps"] if s["action"] == action]
    newest = {e["phase"]: e["outcome"] for e in lines if e["step"] == step}
    return newest.get("result"), newest.get("verified")
