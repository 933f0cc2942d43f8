"""Closte's lists of tasks: backups and CDN invalidations, by the ids under which it goes on with them.

What is in such a list now and was not before was begun meanwhile: the one way to find out where no answer
came (DOMAIN 1.3).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of task: the call that begins one, the call that lists them, and where their ids stand."""

    begin: str
    listing: str
    name: str
    id: str

    def ids_in(self, body: str) -> tuple[str, ...] | None:
        """The ids in an answer of the listing call; None where it is none."""
        try:
            answer = json.loads(body)
        except ValueError:
            return None
        if not isinstance(answer, dict) or not answer.get("success"):
            return None
        listed = answer.get(self.name)
        if not isinstance(listed, list):
            return None
        rows = (one for one in listed if isinstance(one, dict))
        return tuple(str(one[self.id]) for one in rows if one.get(self.id) is not None)


KINDS: Mapping[str, TaskKind] = {
    "backups": TaskKind("/manualbackup", "/getbackups", "backups", "taskid"),
    "invalidations": TaskKind("/flushgooglecdn", "/getcdncacheinvalidation", "tasks", "id"),
}
"""By the place that stands for the list in plans and journals."""
BEGUN_BY: Mapping[str, str] = {"backup.take": "backups", "cdn.flush": "invalidations"}
"""Action → the list in which what it begins comes up."""
