"""Metrics in the text format of Prometheus (0.0.4), as every report writes them. All are gauges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analyzers.printable import printable

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric with all its samples: the format wants those of a name together."""

    name: str
    """Without the `closte_doctor_` that all have."""
    help: str
    samples: tuple[tuple[Labels, float], ...]

    def lines(self) -> Iterator[str]:
        """Its HELP and TYPE, then a line per sample."""
        name = f"closte_doctor_{self.name}"
        yield f"# HELP {name} {self.help}"
        yield f"# TYPE {name} gauge"
        for labels, value in self.samples:
            shown = ",".join(f'{k}="{_escaped(v)}"' for k, v in labels.items())
            yield f"{name}{{{shown}}} {_number(value)}" if shown else f"{name} {_number(value)}"


def one(name: str, help: str, value: float) -> Gauge:
    """A metric of one sample, without labels of its own."""
    return Gauge(name, help, (({}, value),))


def _escaped(value: str) -> str:
    r"""A label's value: backslash, quote and line end have escapes, and are the only ones."""
    return printable(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    whole = int(value)
    return str(whole) if whole == value else repr(float(value))
