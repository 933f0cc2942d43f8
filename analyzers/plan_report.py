"""A plan for a person who has to approve it, as text and as Markdown.

Per step: what is sent (the key masked), why, what will be observable after, whom it touches, how it is
taken back, its risk; then what people must do, with texts ready to paste; then what is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.planning import Planned
from analyzers.steps import Step


def render_text(planned: Planned, *, width: int = 100) -> str:
    """For a terminal."""
    raise NotImplementedError


def render_markdown(planned: Planned) -> str:
    """For a ticket."""
    raise NotImplementedError


def render_step(step: Step, *, width: int = 100) -> str:
    """One step, as it is shown before it is confirmed."""
    raise NotImplementedError


def sends(step: Step) -> Sequence[str]:
    """What goes out for a step, line by line, with the key masked."""
    raise NotImplementedError
