"""A small host for the collector: real PHP, real WP-CLI, a real database; a WordPress folder without
WordPress in it but its version file, since reading never loads it."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from lab import mariadb, networks, packages
from lab.mariadb import MariaDb

from bridge.host.ladder import HostEvidence, HostRequest, collect_host
from bridge.local import LocalTransport

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
RECORDED = FIXTURES / "databases"


class SmallHost:
    """An account with a WordPress folder, and this process as its shell."""

    def __init__(self, root: Path, database: MariaDb) -> None:
        self.home = root / "home"
        self.site = self.home / "public_html"
        self.content = self.site / "wp-content"
        self.bin = self.home / "bin"
        self.logs = self.content / "uploads" / "wu-logs"
        self.database = database
        self.name = ""
        self.told: list[str] = []
        for folder in (self.content / "plugins", self.bin, self.site / "wp-includes"):
            folder.mkdir(parents=True)
        (self.site / "wp-includes" / "version.php").write_text("<?php\n$wp_version = '7.1.1';\n")
        (self.site / "wp-load.php").write_text("<?php\n")
        self.phar = packages.unpacked().wp_cli
        self.install_wp(self.bin / "wp")

    def install_wp(self, path: Path, php: str = "php") -> None:
        """A `wp` as the package managers make it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\nexec {php} {self.phar} "$@"\n')
        path.chmod(0o755)

    recorded = RECORDED
    clean: ClassVar[set[str]] = set()
    """Databases that are as they were recorded."""

    def settle(self, name: str = "2.4.10__bad_key_json") -> None:
        """Put a recorded network on this host, as it was recorded."""
        folder = RECORDED / name
        self.name = "collector_" + re.sub(r"\W", "_", name)
        if self.name not in self.clean:
            dump = gzip.decompress((folder / "db.sql.gz").read_bytes())
            self.database.load(self.name, dump)
            self.clean.add(self.name)
        self.config = self.recorded_config(name)
        shutil.rmtree(self.logs, ignore_errors=True)
        shutil.copytree(folder / "wu-logs", self.logs)
        slug = "multisite-ultimate" if name.startswith("2.4.3") else "ultimate-multisite"
        plugin = self.content / "plugins" / slug
        plugin.mkdir(parents=True, exist_ok=True)
        version = name.partition("__")[0]
        (plugin / f"{slug}.php").write_text(
            f"<?php\n/**\n * Plugin Name: X\n * Version: {version}\n */\n"
        )

    def recorded_config(self, name: str) -> str:
        """wp-config.php of a recorded network, with this host's database in it."""
        text = (RECORDED / name / "wp-config.php.txt").read_text()
        text = re.sub(r"'DB_NAME', '[^']*'", f"'DB_NAME', '{self.name}'", text)
        return re.sub(r"'DB_HOST', '[^']*'", f"'DB_HOST', 'localhost:{self.database.socket}'", text)

    @property
    def config(self) -> str:
        """The text of wp-config.php."""
        return (self.site / "wp-config.php").read_text()

    @config.setter
    def config(self, text: str) -> None:
        (self.site / "wp-config.php").write_text(text)

    def insert(self, text: str) -> None:
        """Put code into wp-config.php, before WordPress would be loaded."""
        self.config = self.config.replace("/* LAB */", text)

    def sql(self, statement: str) -> None:
        """Change the database; the next test gets it anew."""
        self.clean.discard(self.name)
        self.database.execute(statement, self.name)

    def look(self, **asked: object) -> Look:
        """Collect."""
        wanted: dict[str, object] = {"api": False, "dns": False, "nonce": "c0ffee", **asked}
        transport = LocalTransport()
        self.told.clear()
        try:
            return Look(collect_host(transport, HostRequest(**wanted), self.told.append))  # type: ignore[arg-type]
        finally:
            transport.close()


class Look:
    """What a look brought, decoded."""

    def __init__(self, evidence: HostEvidence) -> None:
        self.evidence = evidence
        self.files = dict(evidence.files)
        self.host = json.loads(self.files["host.json"])
        self.everything = b"\n".join(self.files.values())

    def json(self, name: str) -> object:
        """A file, decoded."""
        return json.loads(self.files[name])

    def rows(self, name: str) -> list[dict[str, object]]:
        """A file that is a list of objects."""
        rows = json.loads(self.files[name])
        assert isinstance(rows, list)
        return rows

    def constant(self, name: str) -> object:
        """A row of constants.json."""
        return {row["name"]: row["value"] for row in self.rows("constants.json")}[name]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Command and stderr of each error."""
        return [(error["command"], error["stderr"]) for error in self.host["errors"]]


@pytest.fixture(scope="session")
def small_database() -> Iterator[MariaDb]:
    """One MariaDB for all tests of the collector."""
    if not mariadb.available() or shutil.which("php") is None:
        pytest.skip("needs mariadb-server and php-cli")
    root = Path(tempfile.mkdtemp(prefix="closte-db-"))
    database = MariaDb(root / "db")
    database.grant(networks.DB_USER, networks.DB_PASSWORD)
    try:
        yield database
    finally:
        database.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def new_host(tmp_path: Path, small_database: MariaDb, monkeypatch: pytest.MonkeyPatch) -> SmallHost:
    """A host with nothing settled on it."""
    host = SmallHost(tmp_path, small_database)
    monkeypatch.setenv("HOME", str(host.home))
    monkeypatch.setenv("PATH", f"{host.bin}:/usr/local/bin:/usr/bin:/bin")
    monkeypatch.setenv("WP_CLI_ALLOW_ROOT", "1")
    monkeypatch.chdir(host.home)
    return host


@pytest.fixture
def host(new_host: SmallHost) -> SmallHost:
    """A host with the recorded network of the refused key on it."""
    new_host.settle()
    return new_host


@pytest.fixture
def open_to_nobody(host: SmallHost) -> Callable[[], None]:
    """Let php run without any rights: root may read and write everything, so that it becomes nobody."""

    def arrange() -> None:
        if os.geteuid() != 0:
            return
        for folder in (host.home, *host.home.parents):
            if folder.stat().st_uid == 0 and folder.stat().st_mode & 0o055 != 0o055:
                folder.chmod(0o755)
        host.install_wp(host.bin / "wp", "setpriv --reuid=65534 --regid=65534 --clear-groups php")

    return arrange
