"""Reading and acting, wherever each is done: by the host's script, or at the API from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from analyzers.language import phrase
from analyzers.steps import Json
from bridge.applying.places import ALIAS_LIST
from bridge.applying.site import Site
from bridge.closte.tasks import KINDS, TaskKind
from bridge.closte.write import ApiHand
from bridge.host.acting import AWAIT, Acting, Asked, Ended, Seen, Told, act, look

API_ACTIONS = frozenset({"alias.add", "alias.delete", "cdn.flush", "backup.take", AWAIT})


@dataclass(frozen=True, slots=True)
class Hands:
    """How this run reads and acts. `api` None: the host itself calls the API."""

    site: Site
    acting: Acting
    api: ApiHand | None

    @classmethod
    def of(cls, site: Site, acting: Acting) -> Hands:
        """The API from here where a key was handed over for that."""
        if site.key is None:
            return cls(site, acting, None)
        hand = ApiHand(
            acting.api_url,
            site.key,
            api_seconds=acting.api_seconds,
            task_seconds=acting.task_seconds,
            poll_seconds=acting.poll_seconds,
        )
        return cls(site, acting, hand)

    def look(self, places: tuple[str, ...], *, settled: bool = False) -> Seen:
        """What stands at these places. `settled`: when no script acts there any more."""
        aliases = tuple(p for p in places if p.startswith("alias "))
        tasks = tuple(p for p in places if p in KINDS)
        calls = (*((ALIAS_LIST,) if aliases else ()), *(KINDS[p].listing for p in tasks))
        seen = look(
            self.site.transport,
            self.acting,
            tuple(p for p in places if p not in tasks),
            calls=calls if self.api is None else (),
            settled=settled,
        )
        values = {p: v for p, v in seen.values.items() if p not in aliases or v is not None}
        if aliases and self.api is not None:
            values.update(self._listed(aliases))
        values.update({p: self._tasks(KINDS[p], seen) for p in tasks})
        return Seen(values, seen.unread, seen.calls, seen.problem)

    def _listed(self, aliases: tuple[str, ...]) -> Mapping[str, Json]:
        assert self.api is not None
        names = self.api.aliases()
        return {} if names is None else {p: p.removeprefix("alias ") in names for p in aliases}

    def _tasks(self, kind: TaskKind, seen: Seen) -> Json:
        """Ids of the tasks of a kind; None where there is no readable list, which is no reason not to act."""
        if self.api is not None:
            ids = self.api.tasks(kind)
        else:
            bodies = (c.get("body") for c in seen.calls if c.get("endpoint") == kind.listing)
            ids = kind.ids_in(str(next(bodies, "")))
        return None if ids is None else list(ids)

    def awaited(self, step: str, task: str, seconds: float) -> Told:
        """How a task ended that was begun before; at most so long. Begins nothing."""
        asked = Asked(step, AWAIT, {"task": task}, {})
        acting = replace(self.acting, task_seconds=seconds)
        api = None if self.api is None else self.api.waiting(seconds)
        return replace(self, acting=acting, api=api).act(asked)

    def act(self, step: Asked) -> Told:
        """One step, once."""
        found: list[Told] = []
        ended = self.act_all((step,), found.append)
        if found:
            return found[0]
        if ended.refused:
            return Told(step.id, "failed", ended.problem)
        return Told(step.id, "unknown", ended.problem or phrase("no result came back"))

    def act_all(self, steps: tuple[Asked, ...], on_told: Callable[[Told], None]) -> Ended:
        """Steps in their order; `on_told` hears of each result at once. The API's from here come first."""
        here = tuple(s for s in steps if self.api is not None and s.action in API_ACTIONS)
        there = tuple(s for s in steps if s not in here)
        for step in here:
            assert self.api is not None
            on_told(self.api.act(step, self._waiting))
        done = tuple(s.id for s in here)
        if not there:
            return Ended(done, done)
        ended = act(self.site.transport, self.acting, there, on_told, self._waiting)
        return Ended((*done, *ended.begun), (*done, *ended.told), ended.problem, ended.refused)

    def _waiting(self, task: str) -> None:
        self.site.progress.detail(phrase("waiting for {task}", task=task))
