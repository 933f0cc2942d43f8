"""`constants.json` and the constants of `host.json`: names, values, and shapes in place of secrets."""

from __future__ import annotations

from collections.abc import Mapping

from analyzers.decoding.document import Document
from analyzers.evidence import Constants, ConstantValue
from analyzers.secrets import is_secret_name
from analyzers.shape import is_shape, is_unreadable, shape_from, shape_of


def constant_value(name: str, value: object) -> ConstantValue:
    """The value of a constant as evidence: a shape for a secret, whatever form it came in.

    None for one that is not defined.
    """
    if isinstance(value, dict) and is_shape(value, name=name):
        shape = shape_from(value)
        return shape if shape.defined else None
    if is_secret_name(name):
        return shape_of(value, name=name)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return tuple(value.items())
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def constants(document: Document) -> Constants:
    """Rows of `wp config list --format=json`. Rows of type `includes` are files, not values."""
    values: dict[str, ConstantValue] = {}
    variables: dict[str, ConstantValue] = {}
    malformed = 0
    for row in document.value if isinstance(document.value, list) else ():
        name = row.get("name") if isinstance(row, dict) else None
        kind = row.get("type", "constant") if isinstance(row, dict) else None
        if (
            not isinstance(name, str)
            or not name
            or kind not in _KINDS
            or "value" not in row
            or is_unreadable(row["value"], name=name)
        ):
            malformed += 1
        elif kind != "includes" and not _undefined(name, row["value"]):
            (variables if kind == "variable" else values)[name] = constant_value(name, row["value"])
    return Constants(values, variables, malformed)


_KINDS = ("constant", "variable", "includes")


def _undefined(name: str, value: object) -> bool:
    return isinstance(value, dict) and is_shape(value, name=name) and not shape_from(value).defined


def runtime_constants(value: object) -> Mapping[str, ConstantValue]:
    """`runtime_constants` of host.json. None as a value: asked and not defined."""
    if not isinstance(value, dict):
        return {}
    return {
        name: None if found is None else constant_value(name, found)
        for name, found in value.items()
        if not is_unreadable(found, name=name)
    }
