"""One word, many meanings: each form of a target, and each wrong form with what to type instead."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.connection import open_transport
from bridge.errors import UsageError
from bridge.local import LocalTransport
from bridge.settings import load_settings
from bridge.ssh_word import parse_ssh
from bridge.targets import (
    DemoTarget,
    FolderTarget,
    LocalTarget,
    SshTarget,
    Surroundings,
    Target,
    ZipTarget,
    resolve,
    resolve_all,
)


class Place:
    """A current folder and a home."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.cwd = root / "work" / "project"
        self.cwd.mkdir(parents=True)
        (self.home / ".ssh").mkdir(parents=True)
        self.environ = {"HOME": str(self.home)}

    @property
    def around(self) -> Surroundings:
        return Surroundings(self.cwd, self.environ)

    def all(self, word: str) -> tuple[Target, ...]:
        return resolve_all(word, load_settings(cwd=self.cwd, environ=self.environ), self.around)

    def one(self, word: str) -> Target:
        return resolve(word, load_settings(cwd=self.cwd, environ=self.environ), self.around)

    def error(self, word: str) -> str:
        with pytest.raises(UsageError) as raised:
            self.one(word)
        assert "\n" not in str(raised.value)
        return str(raised.value)

    def write(self, name: str, text: str) -> Path:
        path = self.cwd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# What WP-CLI 2.12 makes of these words (DOMAIN 5.1, and its own function where PHP is there).
HOSTS = [
    ("host.example", "host.example", None, None, None),
    ("acct@host", "host", "acct", None, None),
    ("acct@host:2222", "host", "acct", 2222, None),
    ("acct@host:22/home/x/public_html", "host", "acct", 22, "/home/x/public_html"),
    ("acct@host/home/x", "host", "acct", None, "/home/x"),
    ("acct@host~/public_html", "host", "acct", None, "~/public_html"),
    ("acct@host:~/x", "host", "acct", None, "~/x"),
    ("acct@host:/srv/www", "host", "acct", None, "/srv/www"),
    ("acct@host:", "host", "acct", None, None),
    ("ssh:acct@host:2222/path", "host", "acct", 2222, "/path"),
    ("ssh:host", "host", None, None, None),
    ("ssh:host:2222", "host", None, 2222, None),
    ("203.0.113.10:22/x", "203.0.113.10", None, 22, "/x"),
    ("acct.name+tag@host/a b:c", "host", "acct.name+tag", None, "/a b:c"),
    ("host_alias-1", "host_alias-1", None, None, None),
]


@pytest.mark.parametrize(("word", "host", "user", "port", "path"), HOSTS)
def test_a_host_is_taken_apart_as_wp_cli_does(
    place: Place, word: str, host: str, user: str | None, port: int | None, path: str | None
) -> None:
    assert place.one(word) == SshTarget(word, host, user, port, path)


PHP = r"""
preg_match('#^((docker|docker\-compose|docker\-compose\-run|ssh|vagrant):)?(([^@:]+)@)?([^:/~]+)(:([\d]*))?((/|~)(.+))?$#', $argv[1], $m);
foreach ([5, 4, 7, 8] as $i) { echo $m[$i] ?? '', "\n"; }
"""


@pytest.mark.skipif(shutil.which("php") is None, reason="no PHP to ask")
@pytest.mark.parametrize("word", [row[0] for row in HOSTS])
def test_the_grammar_is_wp_clis_own(word: str) -> None:
    done = subprocess.run(
        ["php", "-r", PHP, "--", word], capture_output=True, text=True, check=True
    )
    host, user, port, path = done.stdout.split("\n")[:4]
    parsed = parse_ssh(word)
    assert (parsed.host, parsed.user or "", str(parsed.port or ""), parsed.path or "") == (
        host,
        user,
        port,
        path,
    )


WRONG = [
    ("", "empty"),
    ("   ", "empty"),
    ("ssh://acct@host/path", "type acct@host/path"),
    ("https://network.example", "web address"),
    ("acct@[2001:db8::1]:22", "no IPv6"),
    ("2001:db8::1", "no IPv6"),
    ("docker:wordpress", "docker is not supported"),
    ("docker-compose:web", "docker-compose is not supported"),
    ("vagrant:box", "vagrant is not supported"),
    ("acct@host:public_html", "acct@host:/public_html"),
    ("acct@host:99999/x", "99999 is not a port"),
    ("acct@host:0", "0 is not a port"),
    ("acct@", "“acct@” cannot be a host"),
    ("@", "no alias @"),
    ("acct@host/", "form [user@]host[:port][/path]"),
    ("-oProxyCommand=id", "cannot be a host"),
    ("acct@-host", "cannot be a host"),
    ("acct@ho$(id)st", "cannot be a host"),
    ("ac;ct@host", "cannot be a user"),
    ("host name", "cannot be a host"),
    ("a@b@host", "cannot be a host"),
    ("host\n", "unprintable"),
    ("\x1b[31mhost", "unprintable"),
    ("demo:", "demo:SCENARIO"),
    ("local:", "local:/path"),
    ("./nowhere", "no folder ./nowhere"),
    ("/nowhere/at/all", "no folder /nowhere/at/all"),
    ("~/nowhere", "no folder ~/nowhere"),
    ("nowhere.zip", "no bundle nowhere.zip"),
]


@pytest.mark.parametrize(("word", "said"), WRONG)
def test_a_wrong_form_is_one_sentence_that_helps(place: Place, word: str, said: str) -> None:
    message = place.error(word)
    assert said in message
    assert "\x1b" not in message


def test_an_existing_folder_or_bundle_is_evidence(place: Place) -> None:
    (place.cwd / "evidence").mkdir()
    place.write("case.zip", "")
    place.write("case.ZIP", "")
    assert place.one("evidence") == FolderTarget("evidence", place.cwd / "evidence")
    assert place.one("./evidence") == FolderTarget("./evidence", place.cwd / "./evidence")
    assert place.one(".") == FolderTarget(".", place.cwd)
    assert place.one("case.zip") == ZipTarget("case.zip", place.cwd / "case.zip")
    assert isinstance(place.one("case.ZIP"), ZipTarget)
    assert isinstance(place.one(str(place.cwd / "evidence")), FolderTarget)
    (place.home / "far").mkdir()
    assert place.one("~/far") == FolderTarget("~/far", place.home / "far")


def test_a_file_that_is_no_bundle_is_said_to_be_none(place: Place) -> None:
    place.write("evidence.tar.gz", "")
    assert "neither an evidence folder nor a .zip" in place.error("evidence.tar.gz")


def test_a_part_of_a_folder_that_is_not_there_is_not_a_host(place: Place) -> None:
    (place.cwd / "runs").mkdir()
    assert "no folder runs/monday" in place.error("runs/monday")
    assert isinstance(place.one("host/home/x"), SshTarget)


def test_a_folder_that_is_also_a_host_is_not_guessed(place: Place) -> None:
    (place.cwd / "prod").mkdir()
    (place.home / ".ssh" / "config").write_text("Host prod\n  HostName x.example\n")
    message = place.error("prod")
    assert "./prod" in message
    assert "ssh:prod" in message
    assert isinstance(place.one("./prod"), FolderTarget)
    assert place.one("ssh:prod") == SshTarget("ssh:prod", "prod")


def test_demo_and_local(place: Place) -> None:
    (place.cwd / "demo").mkdir()
    assert place.one("demo") == DemoTarget("demo")
    assert place.one("demo:slow-ssl") == DemoTarget("demo:slow-ssl", "slow-ssl")
    assert place.one("local:/srv/www") == LocalTarget("local:/srv/www", "/srv/www")
    assert place.one("local:~/www") == LocalTarget("local:~/www", f"{place.home}/www")
    assert f"local:{place.cwd}/www" in place.error("local:www")


def test_a_target_of_the_users_own_file(place: Place) -> None:
    place.write(
        "closte-doctor.toml",
        '[targets.prod]\nssh = "acct@203.0.113.10:2222/home/acct/public_html"\n'
        'url = "https://network.example"\nkey = "~/.ssh/closte"\nproxyjump = "bastion"\n'
        'wp = "php ~/wp-cli.phar"\nexpected_addresses = ["203.0.113.10"]\n'
        'resolvers = ["192.0.2.53"]\n'
        '[targets.here]\nlocal = "~/www"\n',
    )
    (place.cwd / "prod").mkdir()
    assert place.one("prod") == SshTarget(
        "prod",
        "203.0.113.10",
        "acct",
        2222,
        "/home/acct/public_html",
        "https://network.example",
        f"{place.home}/.ssh/closte",
        "bastion",
        "php ~/wp-cli.phar",
        ("203.0.113.10",),
        ("192.0.2.53",),
    )
    assert place.one("here") == LocalTarget("here", f"{place.home}/www")
    assert isinstance(place.one("./prod"), FolderTarget)


ALIASES = """
@prod:
  ssh: acct123@203.0.113.10:22/home/acct123/public_html
  url: https://network.example
  user: editor
@staging:
  ssh: closte-staging
  path: /home/acct456/public_html
  key: ~/.ssh/closte_ed25519
  proxyjump: bastion
@here:
  path: www
@below:
  ssh: host/home/acct
  path: public_html
@both: [ '@prod', '@staging' ]
@plain: [@prod, @staging]
@nested:
  - @both
  - @here
@odd:
  - '@prod'
  - '@gone'
@loop: ['@loop']
"""


def test_aliases_of_wp_cli(place: Place) -> None:
    file = place.write("wp-cli.yml", ALIASES)
    assert place.one("@prod") == SshTarget(
        "@prod",
        "203.0.113.10",
        "acct123",
        22,
        "/home/acct123/public_html",
        "https://network.example",
    )
    assert place.one("@staging") == SshTarget(
        "@staging",
        "closte-staging",
        path="/home/acct456/public_html",
        key=f"{place.home}/.ssh/closte_ed25519",
        proxyjump="bastion",
    )
    assert place.one("@here") == LocalTarget("@here", str(file.parent / "www"))
    below = place.one("@below")
    assert isinstance(below, SshTarget)
    assert below.path == "/home/acct/public_html"


@pytest.mark.parametrize("group", ["@both", "@plain"])
def test_a_group_is_several_targets(place: Place, group: str) -> None:
    place.write("wp-cli.yml", ALIASES)
    assert [target.name for target in place.all(group)] == ["@prod", "@staging"]
    assert f"closte-doctor fleet {group}" in place.error(group)


def test_groups_of_groups_and_all(place: Place) -> None:
    place.write("wp-cli.yml", ALIASES)
    assert [t.name for t in place.all("@nested")] == ["@prod", "@staging", "@here"]
    assert [t.name for t in place.all("@all")] == ["@prod", "@staging", "@here", "@below"]


def test_wrong_aliases_say_why(place: Place) -> None:
    assert "no wp-cli.yml here or above" in place.error("@prod")
    assert "no aliases for @all" in place.error("@all")
    file = place.write("wp-cli.yml", ALIASES)
    assert "there are: @below, @both, @here" in place.error("@prodd")
    assert str(file) in place.error("@prodd")
    assert "@gone" in place.error("@odd")
    assert "contains itself" in place.error("@loop")
    place.write("wp-cli.yml", "'@nobody': []\n")
    assert "has no members" in place.error("@nobody")


def test_the_nearest_project_file_upward_is_taken_and_a_local_one_first(place: Place) -> None:
    (place.cwd.parent / "wp-cli.yml").write_text("'@up': {ssh: up}\n")
    assert place.one("@up") == SshTarget("@up", "up")
    place.write("wp-cli.yml", "'@near': {ssh: near}\n")
    assert place.one("@near") == SshTarget("@near", "near")
    assert "no alias @up" in place.error("@up")
    place.write("wp-cli.local.yml", "'@local': {ssh: local}\n")
    assert place.one("@local") == SshTarget("@local", "local")
    assert "no alias @near" in place.error("@near")


def test_a_file_may_inherit_another(place: Place) -> None:
    place.write("wp-cli.yml", "'@a': {ssh: a, url: https://a.example}\n'@b': {ssh: b}\n")
    place.write("wp-cli.local.yml", "_: {inherit: wp-cli.yml, merge: true}\n'@a': {ssh: other}\n")
    assert place.one("@a") == SshTarget("@a", "other")
    assert place.one("@b") == SshTarget("@b", "b")


def test_the_global_file_holds_and_the_projects_replaces(place: Place) -> None:
    (place.home / ".wp-cli").mkdir()
    (place.home / ".wp-cli" / "config.yml").write_text("'@a': {ssh: a}\n'@g': {ssh: g}\n")
    place.write("wp-cli.yml", "'@a': {ssh: mine}\n")
    assert place.one("@g") == SshTarget("@g", "g")
    assert place.one("@a") == SshTarget("@a", "mine")
    other = place.write("other.yml", "'@e': {ssh: e}\n")
    place.environ["WP_CLI_CONFIG_PATH"] = str(other)
    assert place.one("@e") == SshTarget("@e", "e")
    assert "no alias @g" in place.error("@g")


def test_the_search_ends_outside_of_the_wordpress_around(place: Place) -> None:
    inner = place.cwd / "wp"
    inner.mkdir()
    (inner / "wp-load.php").touch()
    (place.cwd / "wp-load.php").touch()
    place.write("wp-cli.yml", "'@a': {ssh: a}\n")
    with pytest.raises(UsageError, match="no alias @a"):
        resolve(
            "@a",
            load_settings(cwd=inner, environ=place.environ),
            Surroundings(inner, place.environ),
        )


def test_aliases_of_wp_cli_3(place: Place) -> None:
    place.environ["ACCT"] = "acct9"
    place.write(
        "wp-cli.yml",
        "aliases:\n  prod:\n    ssh: ${ACCT}@host\n    ssh-args:\n      - -i ~/.ssh/special\n"
        "      - -p 2222\n      - -o ProxyJump=bastion\n      - -q\n"
        "  '@odd':\n    ssh: host\n    ssh-args: [-o, LocalForward=1]\n",
    )
    assert place.one("@prod") == SshTarget(
        "@prod", "host", "acct9", 2222, key=f"{place.home}/.ssh/special", proxyjump="bastion"
    )
    assert "LocalForward is not understood" in place.error("@odd")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'@a': {http: example.com}\n", "http"),
        ("'@a': word\n", "neither"),
        ("'@a': {ssh: [x]}\n", "ssh of @a is not a text"),
        ("'@a': {ssh: 'docker:web'}\n", "docker is not supported"),
        ("'@a': {ssh: 'ssh://host'}\n", "type host"),
        ("'@a': {url: https://x.example}\n", "neither ssh nor path"),
        ("'@a': [\n", "not YAML"),
        ("note: 0x_\n", "not YAML"),
        ("note: !!bool x\n", "not YAML"),
        ("note: !!int x\n", "not YAML"),
        ("note: !!timestamp x\n", "not YAML"),
        ("_: {inherit: wp-cli.yml}\n", "circle"),
    ],
)
def test_a_wrong_wp_cli_file_names_itself(place: Place, text: str, said: str) -> None:
    file = place.write("wp-cli.yml", text)
    message = place.error("@a")
    assert said in message
    assert str(file) in message or "“" in message


@pytest.mark.parametrize("day", ["2026-02-30", "2026-11-28", "2026-11-28 25:61:00"])
def test_a_date_in_a_wp_cli_file_is_a_text(place: Place, day: str) -> None:
    place.write("wp-cli.yml", f"since: {day}\n'@a': {{ssh: acct9@host, path: /srv, url: {day}}}\n")
    found = place.one("@a")
    assert isinstance(found, SshTarget)
    assert found.url == day


def test_yaml_builds_nothing_but_data(place: Place) -> None:
    mark = place.cwd / "pwned"
    place.write("wp-cli.yml", f"'@a': !!python/object/apply:os.mkdir ['{mark}']\n")
    place.error("@a")
    assert not mark.exists()


def test_what_is_no_host_opens_no_transport(place: Place) -> None:
    assert isinstance(open_transport(LocalTarget("local:/x", "/x")), LocalTransport)
    with pytest.raises(UsageError, match="not a host"):
        open_transport(FolderTarget("x", place.cwd))
