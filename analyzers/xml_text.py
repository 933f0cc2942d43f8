"""An XML document as text, as every report writes it."""

from __future__ import annotations

from xml.etree import ElementTree as Xml


def document(root: Xml.Element) -> str:
    """Indented, with its declaration and a final newline."""
    Xml.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, "unicode") + "\n"
