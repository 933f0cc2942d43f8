"""Hosts with little to work with, and hosts with much to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from e2e.doctor import Doctor
from e2e.town import town
from lab import seeds
from lab.networks import KEY, NETWORK_DOMAIN
from lab.world import World

pytestmark = pytest.mark.lab

ALL_BUT = "-n -d extension=phar -d extension=tokenizer -d extension=iconv -d extension=ctype"
"""PHP without its configuration, hence without the extensions that are not named."""


@contextmanager
def php(lab: World, options: str, *, without: str = "") -> Iterator[None]:
    """Let wp run with other options of PHP, and `without` these functions."""
    settings = dict(lab.php_settings)
    settings["disable_functions"] += f",{without}"
    own = " ".join(f"-d {name}={value}" for name, value in settings.items())
    lab.install_wp(php_options=f"{options} {own}")
    try:
        yield
    finally:
        lab.install_wp()


def test_a_php_without_curl_asks_the_api_all_the_same(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    with php(lab, f"{ALL_BUT} -d extension=mysqlnd -d extension=mysqli"):
        run = doctor.diagnose()
    assert sorted(r.endpoint for r in lab.api.calls() if r.key == KEY) == [
        "/adddomainalias",
        "/getdomains",
    ]
    assert run.problems == set(), run.summary


def test_a_php_without_mysqli_leaves_the_database_unobserved(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    with php(lab, f"{ALL_BUT} -d extension=curl"):
        run = doctor.diagnose()
    assert run.of("host.database-down") == [], run.summary
    lacking = {name for entry in run.report["skipped"] for name in entry["lacking"]}
    assert any(name.startswith("domain_mappings.json") for name in lacking), run.summary


def test_a_php_without_compression_sends_its_logs_plain(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now))
    off = "gzcompress,gzdeflate,gzencode,deflate_init,deflate_add"
    with php(lab, "", without=off):
        run = doctor.diagnose()
    assert run.status == 0, run.summary
    assert run.report["logs"]["records"] > 0


def test_fifty_thousand_rows_and_64_mib_of_logs_fit_into_128_mb(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    at = now - timedelta(days=9)
    stamp = seeds.stamp(at)
    rows = ",".join(
        f"({number},3,'d{number}.example.net',1,0,1,'done','{stamp}','{stamp}')"
        for number in range(1000, 51000)
    )
    network = town(now).with_sql(f"INSERT INTO wplab_wu_domain_mappings VALUES {rows}")
    lab.settle(network)
    lab.api.app.domains += [f"d{number}.example.net" for number in range(1000, 51000)]
    one = seeds.lines((at, "INFO", "API response code: 200, body: " + "x" * 930))
    with (lab.logs / "integration-closte.log").open("ab") as file:
        file.write(one * (65 * 1024 * 1024 // len(one)))
    try:
        with php(lab, "-d memory_limit=128M"):
            run = doctor.diagnose("--no-probe")
    finally:
        lab.settle(town(now))
    assert len(run.report["domains"]) == 50_002, run.said
    assert run.report["logs"]["records"] > 60_000
    assert run.of("alias.missing") == []
    assert run.report["network"]["domain"] == NETWORK_DOMAIN


@pytest.mark.parametrize(
    "harm",
    [
        b"[2026-11-22 10:00:00] [INFO] " + b"y" * (3 << 20) + b"\n",
        b"\x00\xff\xfe[2026-11-22 10:00:00] [INFO] \xc3\x28 \xed\xa0\x80\n",
        "[2026-11-22 10:00:00] [INFO] \x1b[2J\x1b]0;owned\x07 \u202egpj.exe\u2066\n".encode(),
        b"no record at all, and no line end",
    ],
    ids=["long", "bytes", "escapes", "torn"],
)
def test_a_log_of_any_bytes_is_read_and_shown_without_harm(
    lab: World, doctor: Doctor, now: datetime, harm: bytes
) -> None:
    lab.settle(town(now))
    with (lab.logs / "integration-closte.log").open("ab") as file:
        file.write(harm)
    run = doctor.diagnose()
    assert run.problems <= {"logs.unrecognised"}, run.summary
    text = doctor("diagnose", lab.target, *lab.options)
    assert b"\x1b" not in text.stdout
    assert "\u202e".encode() not in text.stdout
