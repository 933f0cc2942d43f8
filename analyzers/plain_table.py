"""A table in plain text, as wide as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.wrapping import wrapped

_TOGETHER = "\xa0"
"""A space at which no line ends."""


def plain_table(
    rows: Sequence[Sequence[object]],
    heads: Sequence[str],
    width: int | None,
    *,
    numbers: bool = True,
) -> list[str]:
    """The table in lines, or where there is no room for it a paragraph for each of its rows.

    Cells and heads are printable already. `width` None: there is room for any. `numbers`: a cell
    that is one is put to the right.
    """
    from tabulate import tabulate  # its import takes longer than to read a usual site's logs

    table = tabulate(rows, heads, tablefmt="simple", disable_numparse=not numbers).split("\n")
    if width is None or max(map(len, table)) <= width:
        return table
    lines: list[str] = []
    for first, *rest in rows:
        told = ((h, str(n)) for h, n in zip(heads[1:], rest, strict=True) if n)
        named = (f"{h} {n}".replace(" ", _TOGETHER) if len(n) < 40 else f"{h} {n}" for h, n in told)
        lines += wrapped(f"{first}: {', '.join(named)}", width, "", "  ")
    return [line.replace(_TOGETHER, " ") for line in lines]
