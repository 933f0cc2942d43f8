"""Yes, from a person at a terminal: each severe step by its domain, and never by `--yes`."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

ASK = """
import sys
from analyzers.findings import Subject
from analyzers.steps import Step
from bridge.cli.confirming import confirmed
def step(action, risk, domain="shop.example"):
    return Step("s1", action, "closte-api", Subject("domain", domain), {"domain": domain, "wildcard": 0}, (),
                risk, True, None, "", "")
steps = {"plain": (step("alias.add", "confirm"),), "severe": (step("alias.delete", "severe"),),
         "both": (step("alias.add", "confirm"), step("alias.delete", "severe", "left.example"))}
sys.exit(0 if confirmed(steps[sys.argv[1]], yes=sys.argv[2] == "yes") else 6)
"""


def asked(
    which: str, yes: str, typed: str | None, *, said_to_terminal: bool
) -> tuple[int, str, str]:
    """Status, what went to stderr where that is no terminal, and what the terminal showed."""
    argv = [sys.executable, "-c", ASK, which, yes]
    if typed is None:
        done = subprocess.run(argv, input=b"y\nshop.example\n", capture_output=True, check=False)
        return done.returncode, done.stderr.decode(), ""
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    process = subprocess.Popen(
        argv, stdin=theirs, stderr=theirs if said_to_terminal else subprocess.PIPE
    )
    os.close(theirs)
    shown = _all_of(ours)
    _, err = process.communicate(timeout=120)
    return process.returncode, (err or b"").decode(), shown


def _all_of(terminal: int) -> str:
    """What a terminal shows until nobody has its other end: one read may bring a part of it."""
    shown = b""
    with open(terminal, "rb", buffering=0) as screen:
        while True:
            try:
                piece = screen.read(65536)
            except OSError:  # EIO is how Linux says that the other end is closed
                return shown.decode()
            if not piece:
                return shown.decode()
            shown += piece


@pytest.mark.parametrize("said_to_terminal", [True, False])
@pytest.mark.parametrize(
    ("which", "yes", "typed", "status"),
    [
        ("plain", "no", "y\n", 0),
        ("plain", "no", "\n", 6),
        ("plain", "no", "n\n", 6),
        ("severe", "no", "y\nshop.example\n", 0),
        ("severe", "no", "y\ny\n", 6),
        ("severe", "no", "y\nyes\n", 6),
        ("severe", "yes", "shop.example\n", 0),
        ("severe", "yes", "SHOP.example.\n", 0),
        ("severe", "yes", "y\n", 6),
        ("severe", "yes", "\n", 6),
        ("severe", "yes", "example\n", 6),
        ("both", "yes", "shop.example\n", 6),
        ("both", "yes", "left.example\n", 0),
    ],
)
def test_a_person_at_a_terminal_is_asked_wherever_the_messages_go(
    which: str, yes: str, typed: str, status: int, said_to_terminal: bool
) -> None:
    found, err, shown = asked(which, yes, typed, said_to_terminal=said_to_terminal)
    assert found == status, err + shown
    question = "type" if yes == "yes" else "[y/N]"
    assert question in shown
    assert said_to_terminal or question in err


@pytest.mark.parametrize(
    ("which", "yes", "status"),
    [("plain", "no", 6), ("plain", "yes", 0), ("severe", "no", 6), ("severe", "yes", 6), ("both", "yes", 6)],
)  # fmt: skip
def test_without_a_terminal_only_yes_counts_and_never_for_a_severe_step(
    which: str, yes: str, status: int
) -> None:
    found, err, _ = asked(which, yes, None, said_to_terminal=False)
    assert found == status
    assert (status == 0) == (err == "")


def test_a_closed_standard_input_is_an_empty_one() -> None:
    start = "from bridge.cli.main import run; run(['logs', '-'])"
    closing = ("sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-c")
    done = subprocess.run([*closing, start], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"0 bytes" in done.stdout
