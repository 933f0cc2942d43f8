"""Our reading of ssh_config against OpenSSH's own: `ssh -G` is the oracle."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.errors import UsageError
from bridge.ssh_config import HostConfig, SshConfig

CONFIGS = {
    "first value wins": "Host a\n  Port 2201\n  User one\nHost *\n  Port 2202\n  User two\n",
    "before any host": "User first\nHost a\n  User second\n",
    "equals and case": "HOST a\n  hostname=real.example\n  PORT = 2203\n",
    "quotes": 'Host a\n  HostName "real.example"\n  IdentityFile "/keys/with space"\n',
    "wildcards": "Host *.example\n  Port 2204\nHost a?c\n  Port 2205\n",
    "negation": "Host * !a\n  Port 2206\nHost a\n  User lonely\n",
    "negation alone": "Host !b\n  Port 2207\n",
    "several patterns": "Host x y a\n  Port 2208\n",
    "hostname token": "Host a\n  HostName %h.cluster.example\n",
    "identity files add up": "IdentityFile /k/1\nHost a\n  IdentityFile /k/2\n  IdentityFile /k/1\n",
    "identity tokens": "Host a\n  User someone\n  IdentityFile /keys/%r@%h-%n-%u\n",
    "proxy jump": "Host a\n  ProxyJump one@bastion:2222,second\n",
    "proxy jump none": "Host a\n  ProxyJump none\nHost *\n  ProxyJump bastion\n",
    "proxy command first": "Host a\n  ProxyCommand nc %h %p\nHost *\n  ProxyJump bastion\n",
    "proxy jump first": "Host a\n  ProxyJump bastion\nHost *\n  ProxyCommand nc %h %p\n",
    "timeouts": "Host a\n  ConnectTimeout 7\n  ServerAliveInterval 2m\n",
    "host key alias": "Host a\n  HostKeyAlias other\n  UserKnownHostsFile /k/one /k/two\n",
    "identities only": "Host a\n  IdentitiesOnly yes\n  BatchMode yes\n  HashKnownHosts yes\n",
    "match host": "Host a\n  HostName real.example\nMatch host real.example\n  Port 2209\n",
    "match originalhost": "Match originalhost a,b\n  Port 2210\n",
    "match negated": "Match originalhost !a\n  Port 2211\nMatch originalhost !b\n  User seen\n",
    "match user": "Host a\n  User special\nMatch user special\n  Port 2212\n",
    "match equals": "Match host=a,b\n  Port 2221\nMatch originalhost=abc localuser=nobody\n  Port 2222\n",
    "match all": "Match all\n  Port 2213\n",
    "match exec": 'Match exec "test %n = a"\n  Port 2214\nMatch exec false\n  User never\n',
    "match two": "Match originalhost a exec false\n  Port 2215\n",
    "match final": "Match final\n  Port 2216\nHost a\n  HostName real.example\n",
    "match final host": "Match final host real.example\n  Port 2217\nHost a\n  HostName real.example\n",
    "comments and blanks": "# Host a\n\n   # Port 1\nHost a\n  Port 2218\n",
    "tabs": "Host\ta\n\tPort\t2219\n",
    "address family": "Host a\n  AddressFamily inet\n",
    "unknown to us": "Host a\n  ForwardAgent yes\n  SendEnv LANG LC_*\n  Ciphers aes128-ctr\n  Port 2220\n",
}
HOSTS = ("a", "abc", "web.example", "b")


def asked(config: Path, host: str) -> dict[str, list[str]]:
    done = subprocess.run(
        ["ssh", "-G", "-F", str(config), host], capture_output=True, text=True, check=True
    )
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        name, _, value = line.partition(" ")
        said.setdefault(name, []).append(value)
    return said


def one(said: dict[str, list[str]], name: str) -> str | None:
    return said.get(name, [None])[0]  # type: ignore[list-item]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".ssh").mkdir()
    return tmp_path


def read(home: Path, config: Path, host: str) -> HostConfig:
    return SshConfig({"HOME": str(home)}, str(config)).lookup(host)


@pytest.mark.skipif(shutil.which("ssh") is None, reason="no OpenSSH client to ask")
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", CONFIGS)
def test_what_holds_is_what_openssh_says(home: Path, name: str, host: str) -> None:
    config = home / "config"
    config.write_text(CONFIGS[name])
    config.chmod(0o600)
    ours, theirs = read(home, config, host), asked(config, host)
    assert ours.hostname == one(theirs, "hostname")
    assert str(ours.port) == one(theirs, "port")
    assert ours.user == one(theirs, "user")
    named = [file for file in theirs.get("identityfile", []) if not file.startswith("~/.ssh/id_")]
    # `ssh -G` prints identity files before their tokens are filled in.
    assert len(ours.identity_files) == len(named)
    assert ours.identities_only is (one(theirs, "identitiesonly") == "yes")
    assert ours.batch_mode is (one(theirs, "batchmode") == "yes")
    assert ours.hash_known_hosts is (one(theirs, "hashknownhosts") == "yes")
    assert ours.host_key_alias == one(theirs, "hostkeyalias")
    assert ours.proxy_jump == one(theirs, "proxyjump")
    assert (ours.proxy_command is None) is ("proxycommand" not in theirs)
    assert ours.address_family == one(theirs, "addressfamily")
    timeout = one(theirs, "connecttimeout")
    assert (ours.connect_timeout is None) is (timeout in (None, "none"))


def test_an_include_belongs_to_its_block(home: Path) -> None:
    (home / ".ssh" / "more").write_text("Port 2301\nHost b\n  User inner\n")
    config = home / "config"
    config.write_text("Host a\n  Include more\n  User after\nHost b\n  Port 2302\n")
    assert read(home, config, "a").port == 2301
    assert read(home, config, "a").user == "after"
    # What an include opens inside a block of another host never holds.
    assert (read(home, config, "b").port, read(home, config, "b").user != "inner") == (2302, True)


def test_includes_take_patterns_and_many_files(home: Path) -> None:
    folder = home / ".ssh" / "config.d"
    folder.mkdir()
    (folder / "1.conf").write_text("Host a\n  Port 2303\n")
    (folder / "2.conf").write_text("Host a\n  Port 2304\n  User two\n")
    config = home / "config"
    config.write_text("Include config.d/*.conf nowhere/*\n")
    assert (read(home, config, "a").port, read(home, config, "a").user) == (2303, "two")


def test_an_include_in_a_circle_is_an_error(home: Path) -> None:
    (home / ".ssh" / "again").write_text("Include again\n")
    config = home / "config"
    config.write_text("Include again\n")
    with pytest.raises(UsageError, match="circle"):
        read(home, config, "a")


def test_tokens_and_home_are_filled_in(home: Path) -> None:
    config = home / "config"
    config.write_text(
        "Host a\n  HostName real.example\n  User acct\n  Port 2305\n"
        "  IdentityFile ~/.ssh/%r-%h-%p-%n-100%%\n  ProxyCommand nc %h %p %r %%h\n"
    )
    held = read(home, config, "a")
    assert held.identity_files == (f"{home}/.ssh/acct-real.example-2305-a-100%",)
    assert held.proxy_command == "nc real.example 2305 acct %h"


def test_what_was_given_beforehand_wins(home: Path) -> None:
    config = home / "config"
    config.write_text("Host a\n  User theirs\n  Port 2306\nMatch user mine\n  HostKeyAlias seen\n")
    held = SshConfig({"HOME": str(home)}, str(config)).lookup("a", user="mine", port=99)
    assert (held.user, held.port, held.host_key_alias) == ("mine", 99, "seen")


def test_the_users_file_is_read_from_home(home: Path) -> None:
    (home / ".ssh" / "config").write_text("Host a\n  HostName real.example\n")
    assert SshConfig({"HOME": str(home)}).lookup("a").hostname == "real.example"
    assert SshConfig({"HOME": str(home)}, "none").lookup("a").hostname == "a"


def test_a_word_is_named_only_by_a_host_line_that_means_it(home: Path) -> None:
    (home / ".ssh" / "more").write_text("Host far\n")
    (home / ".ssh" / "config").write_text("Host near other\nHost *\nHost ?ild\nInclude more\n")
    config = SshConfig({"HOME": str(home)})
    assert [config.names(word) for word in ("near", "other", "far", "wild", "x")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Host\n",
        "Port\n",
        'Host "a\n',
        "Match nonsense x\n",
        "Host a\n  Port 99999\n",
        "???\n",
        "Match host\n",
    ],
)
def test_what_cannot_be_understood_is_a_usage_error_with_its_place(home: Path, text: str) -> None:
    config = home / "config"
    config.write_text(text)
    with pytest.raises(UsageError) as raised:
        read(home, config, "a")
    assert "line 1" in str(raised.value) or "Port" in str(raised.value)


def test_variables_of_the_environment_in_paths(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host a\n  IdentityFile ${KEYS}/%n\n  UserKnownHostsFile ${KEYS}/known ~/k\n")
    around = {"HOME": str(tmp_path), "KEYS": "/keys"}
    found = SshConfig(around, str(config)).lookup("a")
    assert found.identity_files == ("/keys/a",)
    assert found.user_known_hosts == ("/keys/known", f"{tmp_path}/k")
    with pytest.raises(UsageError, match="no KEYS in the environment"):
        SshConfig({"HOME": str(tmp_path)}, str(config)).lookup("a")
