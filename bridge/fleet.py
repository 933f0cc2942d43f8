"""Looks at many targets at once, each in a thread of its own, and hands over what each one said.

paramiko's threads wait on sockets, so hosts cost each other little; what is not I/O (the analysis) is
done by whoever takes the results, one after the other, while the next hosts are waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bridge.errors import BridgeError, HostUnreachable

if TYPE_CHECKING:
    from bridge.targets import Target

Files = dict[str, bytes]
Look = Callable[["Target"], Files]


@contextmanager
def looks(
    targets: Sequence[Target], look: Look, at_once: int
) -> Iterator[Iterator[tuple[int, Files]]]:
    """Place of the target and its evidence folder, in the order in which the looks end.

    `look` raises for misuse only; then that target has an evidence folder which says so, and the others
    are looked at all the same. Leaving early gives up what is still under way.
    """
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="look")
    try:
        waiting = {pool.submit(look, target): place for place, target in enumerate(targets)}
        yield ((waiting[done], _files(done)) for done in as_completed(waiting))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _files(done: Future[Files]) -> Files:
    from bridge.collect import unreachable

    try:
        return done.result()
    except BridgeError as error:
        return {"host.json": unreachable(HostUnreachable(error.sentence))}
