"""Many small probes at once, until a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bridge.deadline import Deadline

T = TypeVar("T")
R = TypeVar("R")


def sooner(deadline: Deadline, seconds: float) -> Deadline:
    """The earlier of this deadline and `seconds` from now."""
    return Deadline(min(seconds, deadline.remaining()))


def at_once(
    act: Callable[[T], R | None], items: Iterable[T], *, limit: int, deadline: Deadline
) -> Iterator[R]:
    """What `act` gives for each item, in their order, at most `limit` under way. What had not begun at
    the deadline, and what gave None, is left out. `act` keeps to the deadline itself once begun."""

    def begun(item: T) -> R | None:
        return None if deadline.over() else act(item)

    pool = ThreadPoolExecutor(max_workers=limit, thread_name_prefix="outside")
    try:
        found = list(pool.map(begun, items))
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)  # whoever pressed Ctrl-C does not wait
        raise
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True)
    yield from (one for one in found if one is not None)
