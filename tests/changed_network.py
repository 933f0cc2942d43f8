"""A healthy network's evidence folder that tests change in one place, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from evidence_folders import FIXTURES, files_in

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis, Finding
from analyzers.snapshot import read

NETWORK = "network.example"
SHOP = "shop.client-b.example"
"""Row 2, site 3, stage done."""
NOW = "2026-05-04T10:00:00Z"
_HEALTHY = files_in(FIXTURES / "networks" / "healthy")


class ChangedNetwork:
    """The healthy example network (plugin 2.4.10), with changes."""

    def __init__(self) -> None:
        self.json: dict[str, Any] = {
            name: json.loads(content)
            for name, content in _HEALTHY.items()
            if name.endswith(".json")
        }
        self.json = deepcopy(self.json)
        self.logs = {n: c.decode() for n, c in _HEALTHY.items() if n.startswith("wu-logs/")}
        self.given: dict[type, object] = {}

    @property
    def host(self) -> dict[str, Any]:
        """`host.json`."""
        return self.json["host.json"]  # type: ignore[no-any-return]

    @property
    def options(self) -> dict[str, Any]:
        """`options.json`."""
        return self.json["options.json"]  # type: ignore[no-any-return]

    @property
    def settings(self) -> dict[str, Any]:
        """The plugin's settings."""
        return self.options["wp-ultimo_v2_settings"]  # type: ignore[no-any-return]

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls of `closte.json`: getdomains, then the harmless test."""
        return self.json["closte.json"]["calls"]  # type: ignore[no-any-return]

    @property
    def actions(self) -> list[dict[str, Any]]:
        """`scheduler.json`."""
        return self.json["scheduler.json"]  # type: ignore[no-any-return]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """`domain_mappings.json`."""
        return self.json["domain_mappings.json"]  # type: ignore[no-any-return]

    def drop(self, *names: str) -> ChangedNetwork:
        """Files that are not there."""
        for name in names:
            self.json.pop(name, None)
            if name == "wu-logs":
                self.logs.clear()
                self.host["logs_collected"] = False
        return self

    def define(self, name: str, value: object) -> ChangedNetwork:
        """A constant in both places."""
        self.undefine(name)
        self.json["constants.json"].append({"name": name, "value": value, "type": "constant"})
        self.host["runtime_constants"][name] = value
        return self

    def undefine(self, name: str) -> ChangedNetwork:
        """A constant that is asked for and not defined."""
        rows = self.json["constants.json"]
        self.json["constants.json"] = [row for row in rows if row["name"] != name]
        self.host["runtime_constants"][name] = None
        return self

    def key_shape(self, **changes: object) -> ChangedNetwork:
        """The API key with another shape."""
        shape = dict(self.host["runtime_constants"]["CLOSTE_CLIENT_API_KEY"])
        return self.define("CLOSTE_CLIENT_API_KEY", {**shape, **changes})

    def answer(
        self, which: int, status: int | None, body: object, error: str | None = None
    ) -> None:
        """Change an answer of the API; `which` as in `calls`."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.calls[which].update(http_status=status, body=text, error=error)

    def answer_all(self, status: int | None, body: object, error: str | None = None) -> None:
        """Change every answer of the API."""
        for which in range(len(self.calls)):
            self.answer(which, status, body, error)

    def asked_from_here(self, status: int | None, body: object, error: str | None = None) -> None:
        """One more call, from here and without key."""
        self.calls.append({**self.calls[0], "vantage": "here", "keyed": False})
        self.answer(-1, status, body, error)

    def action(
        self, hook: str, args: object, status: str, at: str, *log: str, **more: object
    ) -> None:
        """One more action of Action Scheduler; `at` as the tables print it."""
        self.actions.append(
            {
                "action_id": 900 + len(self.actions),
                "hook": hook,
                "status": status,
                "scheduled_date_gmt": at,
                "last_attempt_gmt": None if status == "pending" else at,
                "attempts": 0,
                "args": args,
                "group": "domain",
                "log": [{"log_date_gmt": at, "message": text} for text in ("action created", *log)],
                **more,
            }
        )

    def log(self, name: str, *lines: str) -> None:
        """More lines of one of the plugin's logs."""
        file = f"wu-logs/{name}.log"
        self.logs[file] = self.logs.get(file, "") + "".join(f"{line}\n" for line in lines)

    def diagnosis(self) -> Diagnosis:
        """What follows."""
        files = {name: json.dumps(value).encode() for name, value in self.json.items()}
        files |= {name: text.encode() for name, text in self.logs.items()}
        return diagnose(read(files, origin="folder"), tool="test", given=self.given)

    def finding(self, code: str, subject: str | None = None) -> Finding:
        """The one finding of this code."""
        found = [f for f in self.findings(code) if subject is None or f.subject.id == subject]
        assert len(found) == 1, (code, [f.code for f in self.diagnosis().findings])
        return found[0]

    def findings(self, code: str) -> tuple[Finding, ...]:
        """All findings of this code."""
        return tuple(f for f in self.diagnosis().findings if f.code == code)

    def passed(self, code: str) -> bool:
        """Was it looked for everywhere and found nowhere?"""
        return code in self.diagnosis().passed

    def lacking(self, code: str) -> tuple[str, ...]:
        """What the check lacked; empty where it was not skipped."""
        return next((s.lacking for s in self.diagnosis().skipped if s.code == code), ())

    def changed(self, change: Callable[[ChangedNetwork], object]) -> ChangedNetwork:
        """The same after a change, for tables of cases."""
        change(self)
        return self
