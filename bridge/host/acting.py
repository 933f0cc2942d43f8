"""What changes things on a host, seen from here: the one PHP script of `actor.php` behind the classes of
`collector.php`, sent as data over the connection that is open already, and its answers as they arrive.

Two runs of it belong to a step: a look, whose values go into the journal, and the act, which compares
with exactly these values before it changes anything.
"""

from __future__ import annotations

import json
import secrets
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from analyzers.language import phrase
from analyzers.steps import Json
from bridge.host.sections import Section, SectionStream
from bridge.host.words import cut
from bridge.host.wp import Place, argument, collector, script
from bridge.transport import Command, Completed, Transport

_ENTRY = b"\nCloste_Doctor_Collector::main("
"""The collector's last statement; everything before it only declares."""
API_SECONDS = 45.0
"""As long as the plugin itself waits (DOMAIN 1.2)."""


@dataclass(frozen=True, slots=True)
class ActingNetwork:
    """What the script must find on the host, or it does nothing."""

    id: int
    domain: str
    main_site_id: int
    prefix: str
    app_id: str | None


@dataclass(frozen=True, slots=True)
class Acting:
    """How to act on one host. Seconds throughout."""

    place: Place
    network: ActingNetwork
    api: bool
    """May the script call the Closte API with the host's own key?"""
    api_url: str
    api_seconds: float = API_SECONDS
    task_seconds: float = 300.0
    """How long a backup or a flush is waited for."""
    poll_seconds: float = 5.0
    command_timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands on the host now."""

    values: Mapping[str, Json]
    """Place → value."""
    unread: Mapping[str, str]
    """Place or endpoint → why it could not be read."""
    calls: tuple[Mapping[str, object], ...]
    problem: str = ""
    """Why nothing, or not everything, was looked at; empty where all was."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as the script is asked to carry it out."""

    id: str
    action: str
    parameters: Mapping[str, Json]
    expects: Mapping[str, Json]
    """Place → the value that must still be there."""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the script said of one step."""

    step: str
    outcome: str
    """done · already · failed · unknown, or `called`: the API was called, see `calls`."""
    answer: str
    before: Mapping[str, Json] = field(default_factory=dict)
    """Places that nobody could name before: a row that was made."""
    left: Mapping[str, Json] = field(default_factory=dict)
    calls: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of the script ended."""

    begun: tuple[str, ...]
    """Steps that it said it was about to do."""
    told: tuple[str, ...]
    """Steps that it told the result of."""
    problem: str = ""
    refused: bool = False
    """It would not begin: another network, another run, no database."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Begun, and no result: it may or may not have happened."""
        return tuple(step for step in self.begun if step not in self.told)


def look(
    transport: Transport,
    acting: Acting,
    places: tuple[str, ...],
    *,
    calls: tuple[str, ...] = (),
    settled: bool = False,
) -> Seen:
    """Read these places, and these lists of the API. Changes nothing.

    `settled`: wait until no script acts on this network any more. One whose connection was lost goes on
    with the step that it is at.

    A look that was cut off is repeated once: reading is safe to repeat.
    """
    asked = {
        "places": list(places),
        "calls": list(calls),
        "lock_seconds": _UNTIL_SETTLED if settled else None,
    }
    seen = _look(transport, acting, asked)
    return _look(transport, acting, asked) if seen.problem == _LOST else seen


def act(
    transport: Transport,
    acting: Acting,
    steps: tuple[Asked, ...],
    on_told: Callable[[Told], None],
    on_wait: Callable[[str], None] = lambda _: None,
) -> Ended:
    """Carry out steps in their order, in one run. `on_told` hears of each result as it arrives.

    Never repeated, whatever happens. What `on_told` raises ends the run.
    """
    asked = [
        {
            "id": step.id,
            "action": step.action,
            "parameters": dict(step.parameters),
            "expects": dict(step.expects),
            "after": list(step.after),
        }
        for step in steps
    ]
    run = _Run(on_told, on_wait)
    waits = sum(acting.task_seconds if step.action in _WAITING else 0 for step in steps)
    seconds = acting.command_timeout + len(steps) * 3 * acting.api_seconds + waits
    done = run.over(
        transport, _command(acting, "act", {"steps": asked, "lock_seconds": 0}, seconds)
    )
    problem = run.problem or ("" if run.ended else _how(done, run))
    return Ended(tuple(run.begun), tuple(run.told), problem, run.refused)


AWAIT = "task.await"
"""Not an action of a plan: wait for a task that was begun, by its number, and begin none."""
_WAITING = ("backup.take", "cdn.flush", AWAIT)
_LOST = phrase("the connection was lost")
_UNTIL_SETTLED = 180
"""Seconds: as long as one step of a script may take that nobody listens to any more."""


def _look(transport: Transport, acting: Acting, asked: Mapping[str, object]) -> Seen:
    quick = replace(acting, api_seconds=min(acting.api_seconds, 15.0))
    seconds = acting.command_timeout + (_UNTIL_SETTLED if asked["lock_seconds"] else 0)
    run = _Run(lambda _: None, lambda _: None)
    done = run.over(transport, _command(quick, "look", asked, seconds))
    problem = run.problem or ("" if run.ended else _how(done, run))
    return Seen(run.values, run.unread, tuple(run.calls), problem)


def _how(done: Completed, run: _Run) -> str:
    if done.timed_out:
        return phrase("timed out")
    if done.lost or done.status is None:
        return _LOST
    said = cut(done.stderr) or run.noise
    if not said:
        return phrase("the script did not end")
    return phrase("the script did not end: {said}", said=said)


class _Run:
    """One run of the script: its sections, sorted."""

    def __init__(self, on_told: Callable[[Told], None], on_wait: Callable[[str], None]) -> None:
        self._on_told = on_told
        self._on_wait = on_wait
        self.values: dict[str, Json] = {}
        self.unread: dict[str, str] = {}
        self.calls: list[Mapping[str, object]] = []
        self.begun: list[str] = []
        self.told: list[str] = []
        self.problem = ""
        self.refused = False
        self.ended = False
        self.noise = ""

    def over(self, transport: Transport, command: tuple[Command, str]) -> Completed:
        stream = SectionStream(command[1])

        def take(piece: bytes) -> None:
            for section in stream.feed(piece):
                self._take(section)

        done = transport.run(command[0], take)
        for section in stream.close():
            self._take(section)
        self.noise = cut(stream.noise)
        return done

    def _take(self, section: Section) -> None:
        try:
            value = json.loads(section.content)
        except ValueError:
            return
        if not isinstance(value, dict):
            return
        match section.name:
            case "place":
                self.values[str(value.get("place"))] = value.get("value")
            case "unread":
                self.unread[str(value.get("place"))] = str(value.get("why"))
            case "call":
                self.calls.append(value)
            case "acting":
                self.begun.append(str(value.get("step")))
            case "waiting":
                self._on_wait(str(value.get("task")))
            case "result":
                self._tell(value)
            case "problem":
                self.problem = self.problem or str(value.get("words"))
                self.refused = bool(value.get("refused")) and not self.begun
            case "end":
                self.ended = True

    def _tell(self, value: Mapping[str, object]) -> None:
        calls = value.get("calls")
        told = Told(
            str(value.get("step")),
            str(value.get("outcome")),
            str(value.get("answer")),
            _mapping(value.get("before")),
            _mapping(value.get("left")),
            tuple(c for c in calls if isinstance(c, dict)) if isinstance(calls, list) else (),
        )
        self.told.append(told.step)
        self._on_told(told)


def _mapping(value: object) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


@cache
def actor() -> bytes:
    """The script as it is sent: what the collector declares, then the hand."""
    declared, _, entry = collector().rpartition(_ENTRY)
    assert entry, "the collector has no entry"
    hand = files("bridge.host").joinpath("actor.php").read_bytes()
    return declared + b"\n" + hand.removeprefix(b"<?php")


def printed_acting(place: Place) -> str:
    """What would be sent besides the look: the one script that acts. What it is asked is known only after
    the look, and goes as data into its argument."""
    argv = (*("collect", place.folder, place.wp, place.url), "…")
    return "\n".join(
        (
            "",
            "# Then, to compare and to act, the same script once more, told what to do in its last argument:",
            f"sh -c … {shlex.join(('sh', *argv))}",
            "",
            f"# On its stdin, {len(actor())} bytes:",
            actor().decode(),
        )
    )


def _command(
    acting: Acting, phase: str, asked: Mapping[str, object], seconds: float
) -> tuple[Command, str]:
    nonce = secrets.token_hex(16)
    network = acting.network
    request = {
        "nonce": nonce,
        "phase": phase,
        "network": {
            "id": network.id,
            "domain": network.domain,
            "main_site_id": network.main_site_id,
            "prefix": network.prefix,
            "app_id": network.app_id,
        },
        "api": acting.api,
        "api_url": acting.api_url,
        "api_connect_seconds": 5.0,
        "api_seconds": acting.api_seconds,
        "task_seconds": acting.task_seconds,
        "poll_seconds": acting.poll_seconds,
        **asked,
    }
    place = acting.place
    argv = (
        *("sh", "-c", script(), "sh", "collect"),
        *(place.folder, place.wp, place.url, argument(request)),
    )
    return Command(argv, actor(), seconds), nonce
