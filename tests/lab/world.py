"""The lab: a host like one of Closte's, and all that stands around it, on loopback and for real.

On the host: OpenSSH, a unix account, PHP, WP-CLI behind a wrapper that counts its starts, a WordPress
multisite on MariaDB with a must-use plugin that notes each start, a stand-in for the plugin. Around
it: Closte's API, a DNS server, a web server with certificates of a CA of the lab's own.

    with World() as world:
        world.settle(healthy("2.4.10", now))
        subprocess.run([..., "diagnose", world.target, *world.options])

`make lab` runs it in the foreground.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from lab import mariadb, networks, packages, sshd
from lab.account import Account
from lab.closte_api import WRONG_KEY, App, ClosteApi
from lab.dns_server import DnsServer
from lab.mariadb import MariaDb
from lab.networks import ENTRANCE, Network
from lab.sshd import Sshd
from lab.tls_server import TestCa, WebServer

HOST_FILES = Path(__file__).parent / "host"
DATABASE = "lab_network"
_PREFIX = "closte-lab-"
_DEFINE = r"define\(\s*'{name}',.*?\);"


def lacking() -> tuple[str, ...]:
    """Programs that the lab needs and that are not here; empty where it can start."""
    needed = {
        "openssh-server": sshd.available(),
        "mariadb-server": mariadb.available(),
        "php-cli": shutil.which("php") is not None,
        "npm": shutil.which("npm") is not None or packages.cache().joinpath("wp-cli.phar").exists(),
    }
    return tuple(name for name, there in needed.items() if not there)


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened on the host."""

    connections: int
    """SSH connections that were made, whether or not somebody logged in."""
    wp: int
    """Starts of WP-CLI."""
    wordpress: int
    """Starts of WordPress, by WP-CLI or else."""

    def since(self, before: Counts) -> Counts:
        """The difference."""
        return Counts(
            self.connections - before.connections,
            self.wp - before.wp,
            self.wordpress - before.wordpress,
        )


class World:
    """The lab as a whole. A context manager: whatever happens, all of it is ended."""

    def __init__(self) -> None:
        self._ending = ExitStack()
        self._served: set[str] = set()

    def __enter__(self) -> World:
        try:
            self._start()
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.close()

    def _start(self) -> None:
        found = packages.unpacked()
        # A folder of its own directly under the temporary one: the account must be able to get in.
        _sweep()
        self.root = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._ending.callback(shutil.rmtree, self.root, ignore_errors=True)
        self.root.chmod(0o755)
        self.account = Account(self.root)
        self._ending.callback(self.account.remove)
        self.home = self.account.home
        self.site = self.home / "public_html"
        self.bin = self.home / "bin"
        self._notes()
        self.phar = self.root / "lib" / "wp-cli.phar"
        self.phar.parent.mkdir()
        shutil.copyfile(found.wp_cli, self.phar)
        self.phar.chmod(0o644)
        shutil.copytree(found.wordpress, self.site)
        self.dns = self._ending.enter_context(DnsServer())
        self._install_host()
        self.database = MariaDb(self.root / "db")
        self._ending.callback(self.database.stop)
        self.database.grant(networks.DB_USER, networks.DB_PASSWORD)
        self.sshd = Sshd(
            self.root / "sshd", user=self.account.name, extra_config=self._environment()
        )
        self._ending.callback(self.sshd.stop)
        self.api = self._ending.enter_context(ClosteApi(App(networks.KEY)))
        self.ca = self._ending.enter_context(TestCa())
        self.web = self._ending.enter_context(WebServer(self.ca))
        self._client_files()

    def _notes(self) -> None:
        """The files in which the host notes what it starts; outside the account's own files."""
        folder = self.root / "notes"
        folder.mkdir()
        self.wp_calls_file = folder / "wp.log"
        self.starts_file = folder / "starts.log"
        for file in (self.wp_calls_file, self.starts_file):
            file.touch()
            file.chmod(0o666)

    def _environment(self) -> str:
        """As sshd sets it: a PATH with the account's own bin in front, and how PHP resolves names."""
        path = f"{self.bin}:/usr/local/bin:/usr/bin:/bin"
        return f"SetEnv PATH={path} PHP_INI_SCAN_DIR={self.php_ini_scan_dir}"

    def _client_files(self) -> None:
        """An ssh_config with the host by name, its known_hosts, and nothing of the user's own."""
        self.client = self.root / "client"
        (self.client / ".ssh").mkdir(parents=True, mode=0o700)
        self.known_hosts = self.client / ".ssh" / "known_hosts"
        self.known_hosts.write_text(self.sshd.known_hosts_line)
        self.ssh_config = self.client / ".ssh" / "config"
        self.ssh_config.write_text(
            f"Host lab\n"
            f"  HostName {self.sshd.host}\n"
            f"  Port {self.sshd.port}\n"
            f"Host *\n"
            f"  User {self.account.name}\n"
            f"  IdentityFile {self.sshd.client_key_path}\n"
            f"  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.known_hosts}\n"
        )
        self.ssh_config.chmod(0o600)

    # what is on the host

    def _install_host(self) -> None:
        """What is there whatever the network: wp, the mu-plugins, Closte's own folder."""
        resolver = self.root / "php" / "resolver.php"
        resolver.parent.mkdir()
        self._place("resolver.php", resolver, {"DNS": f"{self.dns.address}:{self.dns.port}"})
        self.php_settings = {
            "auto_prepend_file": str(resolver),
            "disable_functions": "gethostbynamel,gethostbyname,dns_get_record,stream_socket_client",
        }
        ini = "".join(f"{name} = {value}\n" for name, value in self.php_settings.items())
        (resolver.parent / "lab.ini").write_text(ini)
        # An empty first part stands for the folder that PHP was built with.
        self.php_ini_scan_dir = f":{resolver.parent}"
        self.bin.mkdir(exist_ok=True)
        self.install_wp()
        mu = self.site / "wp-content" / "mu-plugins"
        mu.mkdir(exist_ok=True)
        self._place("lab-starts.php", mu / "lab-starts.php", {"STARTS": str(self.starts_file)})
        self._place("closte-requirements.php", mu / "closte-requirements.php", {})
        (self.home / "conf").mkdir(exist_ok=True)
        (self.home / "conf" / "cdnurl").write_text("cdn.example.net\n")
        self.account.own(self.home)

    def install_wp(self, *, folder: Path | None = None, php_options: str = "") -> Path:
        """Put the counting wp there (default: the account's bin, which is in its PATH)."""
        target = (folder or self.bin) / "wp"
        target.parent.mkdir(parents=True, exist_ok=True)
        values = {
            "CALLS": str(self.wp_calls_file),
            "PHAR": str(self.phar),
            "PHP_OPTIONS": php_options,
        }
        self._place("wp", target, values)
        target.chmod(0o755)
        self.account.own(target.parent)
        return target

    def _place(self, name: str, target: Path, values: Mapping[str, str]) -> None:
        text = (HOST_FILES / name).read_text()
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        target.write_text(text)

    def settle(self, network: Network) -> None:
        """Put a network on the host, in place of what was there, with everything around it in order.

        Closte lists its domains, DNS points to the entrance, the certificates are good.
        """
        self.network = network
        self.database.start()
        self.database.load(DATABASE, network.sql)
        self._settle_files(network)
        self._settle_outside(network)

    def _settle_files(self, network: Network) -> None:
        content = self.site / "wp-content"
        for slug in ("multisite-ultimate", "ultimate-multisite"):
            shutil.rmtree(content / "plugins" / slug, ignore_errors=True)
        (content / "plugins" / network.plugin_slug).mkdir(parents=True)
        values = {
            "SLUG": network.plugin_slug,
            "VERSION": network.plugin_version,
            "SUNRISE_VERSION": network.sunrise_version,
        }
        main = content / "plugins" / network.plugin_slug / f"{network.plugin_slug}.php"
        (main.parent / "inc").mkdir()
        self._place("plugin.php", main, values)
        self._place("class-sunrise.php", main.parent / "inc" / "class-sunrise.php", values)
        self._place("model.php", main.with_name("model.php"), {})
        self._place("sunrise.php", content / "sunrise.php", values)
        self.logs = content / "uploads" / "wu-logs"
        shutil.rmtree(content / "uploads", ignore_errors=True)
        self.logs.mkdir(parents=True)
        for name, body in network.logs.items():
            (self.logs / name).write_bytes(body)
        self.config.write_text(self._config_of(network))
        self.account.own(content, self.config)

    def _config_of(self, network: Network) -> str:
        own: dict[str, str] = {
            "DB_NAME": f"'{DATABASE}'",
            "DB_HOST": f"'127.0.0.1:{self.database.port}'",
            "CLOSTE_APP_ID": f"'{self.account.name}'",
            **{name: f"'{value}'" for name, value in networks.SALTS.items()},
        }
        text = network.config
        for name, value in own.items():
            text = defined(text, name, value)
        return defined(text, "CLOSTE_PUBLIC_IP_ADDRESS", f"'{ENTRANCE}'")

    def _settle_outside(self, network: Network) -> None:
        self.api.mend()
        self.api.forget()
        self.api.wrong_key = WRONG_KEY
        self.api.app = App(networks.KEY, [network.domain, *network.aliases], network=network.domain)
        self.api.endpoints.app = self.api.app
        for name in self._served:
            self.web.forget(name)
        self._served.clear()
        for name in (network.domain, f"shop.{network.domain}", *network.aliases):
            self.entrance(name)

    def entrance(self, name: str) -> None:
        """Let the name point to the entrance, and be served there with a good certificate."""
        self.points(name, ENTRANCE)
        self.serve(name)

    def points(self, name: str, *addresses: str) -> None:
        """Let the name have these IPv4 addresses and nothing else, for everybody who asks."""
        self.dns.fault(name, None)
        self.dns.set(name, "A", *addresses)
        for other in ("AAAA", "CNAME", "CAA"):
            self.dns.set(name, other)

    def serve(self, name: str, **how: Any) -> None:
        """Serve a name over TLS and HTTP; `how` as `WebServer.site` has it."""
        self._served.add(name)
        self.web.site(name, **how)

    @property
    def config(self) -> Path:
        """wp-config.php"""
        return self.site / "wp-config.php"

    def define(self, name: str, php: str | None) -> None:
        """Give a constant in wp-config.php another value (PHP source), or (None) none at all."""
        self.config.write_text(defined(self.config.read_text(), name, php))

    def sql(self, *statements: str) -> None:
        """Do something to the network's database."""
        self.database.execute("".join(f"{s};\n" for s in statements), DATABASE)

    # what happened there

    def counts(self) -> Counts:
        """So many connections and starts so far."""
        return Counts(
            len(re.findall(r"^Connection from ", self.sshd.log(), re.MULTILINE)),
            len(self.wp_calls()),
            sum(note.startswith("start ") for note in self.notes()),
        )

    def wp_calls(self) -> tuple[tuple[str, ...], ...]:
        """Every start of WP-CLI with its arguments."""
        lines = self.wp_calls_file.read_text(errors="replace").split("\n")
        return tuple(tuple(line.split("\t")[1:]) for line in lines if line.startswith("wp"))

    def notes(self) -> tuple[str, ...]:
        """What the must-use plugin noted: `start …`, `cron …`."""
        return tuple(self.starts_file.read_text(errors="replace").splitlines())

    def dump(self) -> bytes:
        """The network's whole database."""
        return self.database.dump(DATABASE)

    def tree(self) -> tuple[str, ...]:
        """The account's home: of each file kind, mode, owner, size, times of change and target.

        The time of the last change of an inode cannot be set back, so a file that was written and
        restored shows as well. Access times are left out.
        """
        return tuple(_described(self.home))

    # how to get there

    def ssh(self, *argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command there with the OpenSSH client, as any user would."""
        command = ["ssh", "-F", str(self.ssh_config), "-o", "BatchMode=yes", "lab", *argv]
        return subprocess.run(command, input=stdin, capture_output=True, check=False)

    @property
    def target(self) -> str:
        """TARGET for the command line."""
        return f"{self.account.name}@{self.sshd.host}:{self.sshd.port}{self.site}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment for the command line: the lab's own home folder and CA, nothing of the user's.

        PHP_INI_SCAN_DIR is for `local:` targets, where the command line's own machine is the host.
        """
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR", "COLUMNS")}
        return {
            **kept,
            "HOME": str(self.client),
            "XDG_CONFIG_HOME": str(self.client / ".config"),
            "XDG_STATE_HOME": str(self.client / ".state"),
            "XDG_CACHE_HOME": str(self.client / ".cache"),
            "SSL_CERT_FILE": str(self.ca.file),
            "PHP_INI_SCAN_DIR": self.php_ini_scan_dir,
        }

    @property
    def options(self) -> tuple[str, ...]:
        """Options of the command line that keep everything inside the lab."""
        options = ["--api-url", self.api.url, "--resolver", f"{self.dns.address}:{self.dns.port}"]
        for port, ours in ((443, self.web.tls_port), (80, self.web.http_port)):
            options += ["--resolve", f"*:{port}:{self.web.address}:{ours}"]
        return tuple(options)

    def secrets(self) -> tuple[str, ...]:
        """What must appear in no output: key, database password, salts."""
        return (networks.KEY, networks.DB_PASSWORD, *networks.SALTS.values())

    @contextmanager
    def changed(self, path: Path, content: str | bytes | None) -> Iterator[None]:
        """For a while, let a file on the host have another content (None: not be there)."""
        before, mode = (path.read_bytes(), path.stat().st_mode) if path.exists() else (None, 0o644)
        self._put(path, content, 0o644 if before is None else mode)
        try:
            yield
        finally:
            self._put(path, before, mode)

    def _put(self, path: Path, content: str | bytes | None, mode: int) -> None:
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        self.account.own(path)


def defined(config: str, name: str, php: str | None) -> str:
    """wp-config.php with the constant defined so (PHP source), in its old place or before LAB."""
    pattern = re.compile(_DEFINE.format(name=re.escape(name)))
    if php is None:
        return pattern.sub("", config)
    line = f"define( '{name}', {php} );"
    if pattern.search(config):
        return pattern.sub(lambda _: line, config)
    return config.replace("/* LAB */", f"{line}\n/* LAB */")


def _sweep() -> None:
    """Remove the folders of labs whose process is no more: one that was killed could not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _described(folder: Path) -> Iterable[str]:
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        target = os.readlink(path) if stat.S_ISLNK(found.st_mode) else ""
        size = found.st_size if stat.S_ISREG(found.st_mode) else 0
        times = f"{found.st_mtime_ns} {found.st_ctime_ns}"
        yield f"{path} {found.st_mode:o} {found.st_uid}:{found.st_gid} {size} {times} {target}"
