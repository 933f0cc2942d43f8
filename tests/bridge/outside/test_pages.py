"""The network's own front door: which paths are asked for, and that no evidence can bend them."""

from __future__ import annotations

import pytest

from analyzers.evidence import Host
from analyzers.names import Domain
from bridge.outside.pages import home_of

NETWORK = Domain("network.example")
ROOT = "/home/a/public_html/"
LOGS = f"{ROOT}wp-content/uploads/wu-logs"


@pytest.mark.parametrize(
    ("site_url", "path"),
    [
        (None, "/"),
        ("https://network.example", "/"),
        ("https://network.example/", "/"),
        ("http://network.example/wp", "/wp/"),
        ("http://network.example/a/b/", "/a/b/"),
        ("http://network.example/a b\r\nHost: x", "/"),
        ("http://network.example/?x=1", "/"),
        ("http://network.example/%0d%0a", "/"),
        ("garbage", "/"),
    ],
)
def test_the_folder_wordpress_lives_in(site_url: str | None, path: str) -> None:
    assert home_of(NETWORK, Host(site_url=site_url), ()).path == path


def test_the_logs_are_tried_where_they_are_and_by_one_file_that_exists() -> None:
    host = Host(abspath=ROOT, logs_dir=LOGS)
    files = ("host.json", "wu-logs/domain-a.example.log", "wu-logs/integration-closte.log")
    assert home_of(NETWORK, host, files).logs == (
        "/wp-content/uploads/wu-logs/",
        "/wp-content/uploads/wu-logs/integration-closte.log",
    )
    assert (
        home_of(NETWORK, host, ("wu-logs/domain-a\r\n b.log",))
        .logs[1]
        .endswith("domain-a%0D%0A%20b.log")
    )


@pytest.mark.parametrize(
    ("abspath", "logs_dir", "files"),
    [
        (ROOT, LOGS, ()),
        (ROOT, None, ("wu-logs/a.log",)),
        (None, LOGS, ("wu-logs/a.log",)),
        (ROOT, "/mnt/uploads/wu-logs", ("wu-logs/a.log",)),
        (ROOT, f"{ROOT}../secret/wu-logs", ("wu-logs/a.log",)),
        (ROOT, "/home/a/public_html2/wu-logs", ("wu-logs/a.log",)),
        (ROOT, "s3://bucket/wu-logs", ("wu-logs/a.log",)),
    ],
)
def test_no_path_is_guessed_since_one_that_does_not_exist_starts_wordpress(
    abspath: str | None, logs_dir: str | None, files: tuple[str, ...]
) -> None:
    assert home_of(NETWORK, Host(abspath=abspath, logs_dir=logs_dir), files).logs == ()
