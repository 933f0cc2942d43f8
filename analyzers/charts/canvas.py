"""A pygal chart as an SVG element to stand in an HTML page (docs/decisions/0006).

pygal draws; what it adds around the drawing is taken off: scripts, styles, tooltips, sizes, ids. What is
left is shapes with classes, so the page's own style sheet colours them, in the light, in the dark and on
paper, and the page's policy needs no exception for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree

from analyzers.printable import printable

FONT_SIZE = 13
"""Of labels, in units of the drawing; the margins are computed for it."""
_NUMBER = re.compile(r"-?\d+\.\d+")
_LEFT_OUT = frozenset({"defs", "script", "style", "title"})
_OVERLAYS = frozenset({"titles", "tooltip-overlay", "text-overlay", "background"})
_CROSS = "M{0} {1}l{2} {2}m0 -{2}l-{2} {2}"


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture is, for those who do not see it: its name, and what it shows in words."""

    title: str
    description: str


def blank(kind: Literal["XY", "Bar"], height: int, **options: object) -> Any:
    """An empty chart of pygal's, `height` units high and 880 wide. pygal is imported here alone."""
    import pygal  # type: ignore[import-untyped]  # it ships no types
    from pygal.style import Style  # type: ignore[import-untyped]

    style = Style(label_font_size=FONT_SIZE, major_label_font_size=FONT_SIZE)
    return getattr(pygal, kind)(
        width=880,
        height=height,
        style=style,
        js=[],
        show_legend=False,
        truncate_label=-1,
        margin=12,
        **options,
    )


def drawn(
    chart: Any, caption: Caption, ident: str, series: Sequence[str], crosses: Sequence[str] = ()
) -> str:
    """The chart as one `<svg>` element. `ident`: unique in the page. `series`: a class for each.

    The dots of the series named in `crosses` become crosses, so that their shape tells them apart.
    """
    # pygal's own output, not a stranger's: what strangers wrote stands in it as escaped text.
    root = ElementTree.fromstring(str(chart.render(is_unicode=True)))  # noqa: S314
    _cleaned(root)
    names = dict(zip((f"serie-{place}" for place in range(len(series))), series, strict=True))
    _named(root, names, crosses)
    return _framed(root, caption, ident)


def _cleaned(element: ElementTree.Element) -> None:
    """Take off what is no drawing, the namespace, and digits that no eye sees."""
    element.tag = element.tag.rpartition("}")[2]
    for name, value in list(element.attrib.items()):
        if name in ("id", "style") or not value:
            del element.attrib[name]
        elif name != "class":
            element.attrib[name] = _NUMBER.sub(_rounded, value)
    label = next((c for c in element if _is(c, "desc") and c.get("class") == "label"), None)
    for child in list(element):
        classes = frozenset((child.get("class") or "").split())
        if child.tag.rpartition("}")[2] in _LEFT_OUT or _is(child, "desc") or classes & _OVERLAYS:
            element.remove(child)
        else:
            _cleaned(child)
            if child.tag == "g" and len(child) == 0:
                element.remove(child)
    if label is not None:
        # The name of a dot, which browsers show when the pointer rests on it.
        ElementTree.SubElement(element, "title").text = label.text


def _is(element: ElementTree.Element, tag: str) -> bool:
    return element.tag.rpartition("}")[2] == tag


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _named(root: ElementTree.Element, names: Mapping[str, str], crosses: Sequence[str]) -> None:
    """Classes by what a series means, and anchors for labels, which pygal leaves to its style sheet."""
    for group in root.iter("g"):
        classes = (group.get("class") or "").split()
        if "series" in classes:
            name = next(names[c] for c in classes if c in names)
            group.set("class", f"series {name}")
            if name in crosses:
                for circle in group.iter("circle"):
                    _crossed(circle)
        elif "axis" in classes:
            anchor = "end" if "y" in classes else "middle"
            for text in group.iter("text"):
                text.set("text-anchor", anchor)
            if "y" in classes:  # pygal calls some of them major, by their number
                _without_major(group)
        elif "dots" in classes or "bar" in classes or "bars" in classes:
            del group.attrib["class"]
    for shape in (*root.iter("circle"), *root.iter("rect"), *root.iter("path")):
        if "reactive" in (shape.get("class") or ""):
            del shape.attrib["class"]


def _without_major(axis: ElementTree.Element) -> None:
    for element in axis.iter():
        classes = [c for c in (element.get("class") or "").split() if c != "major"]
        element.attrib.pop("class", None)
        if classes:
            element.set("class", " ".join(classes))


def _crossed(circle: ElementTree.Element) -> None:
    x, y, radius = (float(circle.attrib.pop(name)) for name in ("cx", "cy", "r"))
    circle.tag = "path"
    circle.set("d", _CROSS.format(f"{x - radius:.1f}", f"{y - radius:.1f}", f"{2 * radius:g}"))


def _framed(root: ElementTree.Element, caption: Caption, ident: str) -> str:
    """The element with its name and description, and nothing that a page could have twice."""
    title, description = ElementTree.Element("title"), ElementTree.Element("desc")
    title.set("id", f"{ident}-title")
    title.text = printable(caption.title)
    description.set("id", f"{ident}-desc")
    description.text = printable(caption.description)
    root.insert(0, title)
    root.insert(1, description)
    root.attrib = {
        "class": "chart",
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": f"{ident}-title {ident}-desc",
        "font-size": str(FONT_SIZE),
    }
    return ElementTree.tostring(root, encoding="unicode")
