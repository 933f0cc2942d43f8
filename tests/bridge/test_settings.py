"""closte-doctor.toml: what it may say, where it stands, and what is refused by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import UsageError
from bridge.settings import Settings, TargetSettings, load_settings


class Files:
    """A project folder and an XDG configuration folder."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.project.mkdir()
        self.xdg = root / "home" / ".config" / "closte-doctor"
        self.xdg.mkdir(parents=True)
        self.environ = {"HOME": str(root / "home")}

    def here(self, text: str) -> Path:
        path = self.project / "closte-doctor.toml"
        path.write_text(text)
        return path

    def home(self, text: str, name: str = "closte-doctor.toml") -> Path:
        path = self.xdg / name
        path.write_text(text)
        return path

    def load(self) -> Settings:
        return load_settings(cwd=self.project, environ=self.environ)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_no_file_says_nothing(files: Files) -> None:
    assert files.load() == Settings({}, {}, {}, ())


def test_everything_that_may_be_said(files: Files) -> None:
    path = files.here(
        '[targets.prod]\nssh = "acct@host"\nexpected-addresses = ["203.0.113.10"]\n'
        "[options]\nconnect-timeout = 5\nfail_on = 'warning'\nvisit = true\nresolver = ['192.0.2.1']\n"
        "log_bytes = 1024\n"
        "[patterns.api]\nkey_rejected = ['no such key']\n"
    )
    settings = files.load()
    assert settings.targets == {
        "prod": TargetSettings("prod", str(path), "acct@host", expected_addresses=("203.0.113.10",))
    }
    assert settings.options == {
        "connect_timeout": 5.0,
        "fail_on": "warning",
        "visit": True,
        "resolver": ("192.0.2.1",),
        "log_bytes": 1024,
    }
    assert settings.patterns == {"api": {"key_rejected": ("no such key",)}}
    assert settings.files == (str(path),)


@pytest.mark.parametrize("name", ["closte-doctor.toml", "config.toml"])
def test_the_nearer_file_wins_name_by_name(files: Files, name: str) -> None:
    files.home(
        "[targets.a]\nssh = 'far'\n[targets.b]\nssh = 'b'\n[options]\nlang = 'pl'\nvisit = true\n"
        "[patterns.api]\nx = ['far']\n",
        name,
    )
    files.here("[targets.a]\nssh = 'near'\n[options]\nlang = 'en'\n[patterns.api]\nx = ['near']\n")
    settings = files.load()
    assert (settings.targets["a"].ssh, settings.targets["b"].ssh) == ("near", "b")
    assert settings.options == {"lang": "en", "visit": True}
    assert settings.patterns["api"]["x"] == ("near", "far")
    assert len(settings.files) == 2


def test_xdg_config_home_is_honoured(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "closte-doctor"
    folder.mkdir(parents=True)
    (folder / "closte-doctor.toml").write_text("[options]\nlang = 'pl'\n")
    files.home("[options]\nlang = 'en'\n")
    files.environ["XDG_CONFIG_HOME"] = str(folder.parent)
    assert files.load().options == {"lang": "pl"}


def test_a_named_file_stands_alone(files: Files, tmp_path: Path) -> None:
    files.here("[options]\nlang = 'en'\n")
    (tmp_path / "own.toml").write_text("[options]\nvisit = true\n")
    settings = load_settings(tmp_path / "own.toml", cwd=files.project, environ=files.environ)
    assert settings.options == {"visit": True}
    with pytest.raises(UsageError, match=r"gone\.toml cannot be read"):
        load_settings(tmp_path / "gone.toml", environ=files.environ)


def test_the_environment_wins(files: Files) -> None:
    files.here("[options]\nconnect_timeout = 5\nvisit = true\n")
    files.environ |= {
        "CLOSTE_DOCTOR_CONNECT_TIMEOUT": "7.5",
        "CLOSTE_DOCTOR_VISIT": "no",
        "CLOSTE_DOCTOR_RESOLVER": "192.0.2.1,192.0.2.2",
        "CLOSTE_DOCTOR_LOG_BYTES": "10",
        "CLOSTE_DOCTOR_LANG": "",
    }
    assert files.load().options == {
        "connect_timeout": 7.5,
        "visit": False,
        "resolver": ("192.0.2.1", "192.0.2.2"),
        "log_bytes": 10,
    }
    files.environ["CLOSTE_DOCTOR_VISIT"] = "perhaps"
    with pytest.raises(UsageError, match="CLOSTE_DOCTOR_VISIT is not true or false"):
        files.load()


WRONG = [
    ("[tragets.prod]\nssh = 'x'\n", "tragets is not a known key"),
    ("[targets.prod]\nhsot = 'x'\n", "targets.prod.hsot is not a known key"),
    ("[targets.prod]\nssh = 'x'\nlocal = '/y'\n", "targets.prod wants either"),
    ("[targets.prod]\nurl = 'x'\n", "targets.prod wants either"),
    ("[targets.prod]\nssh = 3\n", "targets.prod.ssh is not a text"),
    ("[targets.prod]\nssh = ''\n", "targets.prod.ssh is not a text"),
    ("[targets.prod]\nssh = 'x'\nresolvers = [1]\n", "targets.prod.resolvers is not a list"),
    ("[targets.'@prod']\nssh = 'x'\n", "cannot be the name of a target"),
    ("targets = 1\n", "targets is not a table"),
    ("[targets]\nprod = 'acct@host'\n", "targets.prod is not a table"),
    ("[options]\nfial_on = 'error'\n", "options.fial_on is not a known key"),
    ("[options]\nfail_on = 'sometimes'\n", "options.fail_on is not error, warning"),
    ("[options]\nconnect_timeout = true\n", "options.connect_timeout is not a number"),
    ("[options]\nconnect_timeout = -1\n", "options.connect_timeout is not a number"),
    ("[options]\nvisit = 1\n", "options.visit is not true or false"),
    ("[patterns.api]\nx = [1]\n", "patterns.api.x is not a list"),
    ("[patterns]\napi = []\n", "patterns.api is not a table"),
    ("[options\n", "is not TOML (line 1"),
    ("a = 'x", "is not TOML"),
]


def test_a_byte_order_mark_of_an_editor_does_no_harm(files: Files) -> None:
    files.here("\ufeff[options]\nfail_on = 'never'\n")
    assert files.load().options == {"fail_on": "never"}


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_file_is_named_with_its_key(files: Files, text: str, said: str) -> None:
    path = files.here(text)
    with pytest.raises(UsageError) as raised:
        files.load()
    assert str(path) in str(raised.value)
    assert said in str(raised.value)


SECRET = "s3cr3t-v4lue-0123456789"


@pytest.mark.parametrize(
    "text",
    [
        f"api_key = '{SECRET}'\n",
        f"[options]\napi-key = '{SECRET}'\n",
        f"[targets.prod]\nssh = 'x'\nCLOSTE_CLIENT_API_KEY = '{SECRET}'\n",
        f"[targets.prod]\nssh = 'x'\npassword = '{SECRET}'\n",
        f"[targets.prod]\nssh = 'x'\npassphrase = '{SECRET}'\n",
        f"[other.deep]\nauth_token = '{SECRET}'\n",
        f"[targets.prod]\nssh = 'x'\nkey = '-----BEGIN OPENSSH PRIVATE KEY-----{SECRET}'\n",
    ],
)
def test_a_secret_is_refused_and_not_repeated(files: Files, text: str) -> None:
    files.here(text)
    with pytest.raises(UsageError) as raised:
        files.load()
    assert "secret" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_broken_file_is_not_quoted(files: Files) -> None:
    files.here(f"api_key = {SECRET}\n")
    with pytest.raises(UsageError) as raised:
        files.load()
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
