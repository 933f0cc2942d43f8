"""WordPress and WP-CLI for the lab, out of the npm package `wp-studio`, kept between runs.

The package is the one place that has both, of fixed versions, within reach of an ordinary package
client. It is packed once into `.lab/` of the checkout (or `CLOSTE_DOCTOR_LAB_CACHE`) and reused.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import npm

PACKAGE = "wp-studio@1.22.0"
ARCHIVE = "wp-studio-1.22.0.tgz"
SHA256 = "eca448e9240e391045441f79541268fcccbd78169dfb6cf04b3c3d304492e661"
_INSIDE = "package/dist/cli/wp-files/"
_WORDPRESS = _INSIDE + "latest/wordpress/"
_WP_CLI = _INSIDE + "wp-cli/wp-cli.phar"
# Of the themes one is enough: a network needs its own to load, nothing here looks at it.
_LEFT_OUT = ("wp-content/themes/twentytwentyfour/", "wp-content/themes/twentytwentythree/")


@dataclass(frozen=True, slots=True)
class Packages:
    """What the lab is built from."""

    wordpress: Path
    """A WordPress folder without wp-config.php."""
    wp_cli: Path
    """wp-cli.phar"""


def cache() -> Path:
    """Where the packages are kept."""
    chosen = os.environ.get("CLOSTE_DOCTOR_LAB_CACHE")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2] / ".lab"


def unpacked() -> Packages:
    """The packages, fetched and unpacked if they are not there yet."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    packages = Packages(folder / "wordpress", folder / "wp-cli.phar")
    with _locked(folder / "lock"):
        if not packages.wp_cli.exists():
            archive = folder / ARCHIVE
            npm.pack(PACKAGE, archive, SHA256)
            shutil.rmtree(packages.wordpress, ignore_errors=True)
            _unpack(archive, packages)
            archive.unlink()
    return packages


def _unpack(archive: Path, packages: Packages) -> None:
    """WordPress first and wp-cli.phar last: the phar being there says that all is."""
    partial = packages.wp_cli.with_suffix(".partial")
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isfile():
                continue
            if member.name == _WP_CLI:
                _write(tar, member, partial)
            elif member.name.startswith(_WORDPRESS):
                inside = member.name.removeprefix(_WORDPRESS)
                if not inside.startswith(_LEFT_OUT):
                    _write(tar, member, packages.wordpress / inside)
    partial.rename(packages.wp_cli)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if ".." in target.parts:
        raise RuntimeError(f"{member.name} leads out of the package")
    target.parent.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(member)
    assert source is not None
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time: test workers share the cache."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
