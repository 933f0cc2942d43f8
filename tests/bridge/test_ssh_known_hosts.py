"""known_hosts files: what they say of a key, with ssh-keygen as the oracle for hashed names."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from lab.sshd import fingerprint_of, make_key

from bridge.known_hosts import HostKey, Judgement, KnownHosts, lookup_name, remember


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, HostKey]:
    folder = tmp_path_factory.mktemp("keys")
    made = {}
    for name, kind in (("one", "ed25519"), ("two", "ed25519"), ("other", "ecdsa")):
        public = make_key(folder / name, kind=kind).with_suffix(".pub")
        words = public.read_text().split()
        made[name] = HostKey(words[0], base64.b64decode(words[1]))
        assert made[name].fingerprint == fingerprint_of(public)
    return made


def line(hosts: str, key: HostKey) -> str:
    return f"{hosts} {key.kind} {base64.b64encode(key.blob).decode()} a comment\n"


def known(tmp_path: Path, text: str) -> KnownHosts:
    file = tmp_path / "known_hosts"
    file.write_text(text)
    return KnownHosts.read([str(tmp_path / "none"), str(file)])


CASES = [
    ("host.example", "host.example", "one", Judgement.KNOWN),
    ("HOST.example", "host.example", "one", Judgement.KNOWN),
    ("a,host.example,b", "host.example", "one", Judgement.KNOWN),
    ("*.example", "host.example", "one", Judgement.KNOWN),
    ("*.example,!host.example", "host.example", "one", Judgement.UNKNOWN),
    ("host.example", "host.example", "two", Judgement.CHANGED),
    ("host.example", "host.example", "other", Judgement.CHANGED),
    ("host.example", "else.example", "two", Judgement.UNKNOWN),
    ("[host.example]:2222", "[host.example]:2222", "one", Judgement.KNOWN),
    ("[host.example]:2222", "host.example", "one", Judgement.UNKNOWN),
    ("host.example", "[host.example]:2222", "one", Judgement.KNOWN),
    ("host.example", "[host.example]:2222", "two", Judgement.UNKNOWN),
    ("@revoked *", "host.example", "one", Judgement.REVOKED),
    ("@cert-authority *", "host.example", "one", Judgement.UNKNOWN),
]


@pytest.mark.parametrize(("hosts", "name", "shown", "expected"), CASES)
def test_a_key_is_judged(
    tmp_path: Path, keys: dict[str, HostKey], hosts: str, name: str, shown: str, expected: Judgement
) -> None:
    assert known(tmp_path, line(hosts, keys["one"])).judge(name, keys[shown]) is expected


def test_any_of_several_keys_of_a_host_is_known(tmp_path: Path, keys: dict[str, HostKey]) -> None:
    text = line("host", keys["one"]) + line("host", keys["two"]) + line("host", keys["other"])
    read = known(tmp_path, text)
    assert all(read.judge("host", key) is Judgement.KNOWN for key in keys.values())
    assert read.kinds("host") == ("ssh-ed25519", "ecdsa-sha2-nistp256")


def test_a_revoked_key_counts_before_a_known_one(tmp_path: Path, keys: dict[str, HostKey]) -> None:
    text = line("host", keys["one"]) + line("@revoked host", keys["one"])
    assert known(tmp_path, text).judge("host", keys["one"]) is Judgement.REVOKED


def test_damaged_lines_are_no_entries(tmp_path: Path, keys: dict[str, HostKey]) -> None:
    rubbish = (
        "host\nhost ssh-ed25519\nhost ssh-ed25519 !!!\n|1|x host y\n|1|a|b ssh-rsa AAAA\n\0\n# c\n"
    )
    read = known(tmp_path, rubbish + line("host", keys["one"]))
    assert read.judge("host", keys["one"]) is Judgement.KNOWN
    assert read.judge("elsewhere", keys["one"]) is Judgement.UNKNOWN


def test_names_hashed_by_ssh_keygen_are_recognised(
    tmp_path: Path, keys: dict[str, HostKey]
) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("[host.example]:2222", keys["one"]))
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(file)], check=True, capture_output=True)
    assert "host.example" not in file.read_text()
    read = KnownHosts.read([str(file)])
    assert read.judge("[host.example]:2222", keys["one"]) is Judgement.KNOWN
    assert read.judge("[other.example]:2222", keys["one"]) is Judgement.UNKNOWN


@pytest.mark.parametrize("hashed", [True, False])
def test_what_is_remembered_is_found_by_ssh_keygen(
    tmp_path: Path, keys: dict[str, HostKey], hashed: bool
) -> None:
    file = tmp_path / "deep" / "known_hosts"
    remember(file, "[host.example]:2222", keys["one"], hashed=hashed)
    done = subprocess.run(
        ["ssh-keygen", "-F", "[host.example]:2222", "-f", str(file)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert base64.b64encode(keys["one"].blob).decode() in done.stdout
    assert KnownHosts.read([str(file)]).judge("[host.example]:2222", keys["one"]) is Judgement.KNOWN


def test_the_name_of_a_host_in_the_file() -> None:
    assert lookup_name("Host.Example", 22, None) == "host.example"
    assert lookup_name("Host.Example", 2222, None) == "[host.example]:2222"
    assert lookup_name("Host.Example", 2222, "Alias") == "alias"
