#!/usr/bin/env python3
"""Sets Fieldbeat up in its own virtual environment, then runs what was asked for.

    python3 run.py [up] [options]   the product: database, queue, web server, worker
    python3 run.py test             every check and every test, as CI does
    python3 run.py test -k words    these tests only; what follows goes to pytest
    python3 run.py COMMAND ...      any other command: doctor, import, simulate, user, ...

Needs Python 3.11 or newer and nothing else. Add --help to a command for its options.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "fieldbeat.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
OLDEST_PYTHON = (3, 11)
CHECKS = {
    "ruff check": ("ruff", "check"),
    "ruff format": ("ruff", "format", "--check"),
    "mypy": ("mypy",),
    "import-linter": ("lint-imports",),
    "bandit": ("bandit", "--ini", "setup.cfg"),
}


class SetUpError(Exception):
    """Fieldbeat cannot be set up here; the message says why, and what helps."""


def unsuitable_python(version: tuple[int, ...], platform: str = sys.platform) -> str | None:
    """Say why this Python cannot run Fieldbeat, or nothing when it can."""
    if platform == "win32":
        return "Fieldbeat runs on Linux and macOS; on Windows, run it inside WSL."
    if version < OLDEST_PYTHON:
        needed, found = (".".join(map(str, numbers)) for numbers in (OLDEST_PYTHON, version))
        return f"Fieldbeat needs Python {needed} or newer; this is Python {found}. Try, for example, python3.12 run.py."
    return None


def missing_modules(*names: str) -> str | None:
    """Say which parts of the standard library a Linux distribution left out, or nothing."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    return f"This Python lacks {' and '.join(missing)}; on Debian or Ubuntu, apt install python3-venv brings it."


def unwritable_folder(*folders: Path) -> str | None:
    """Say which of these folders cannot be written, or nothing; one that does not exist yet is no hindrance."""
    for folder in folders:
        if folder.exists() and not os.access(folder, os.W_OK):
            return f"Cannot write in {folder}, where the packages would go: put Fieldbeat into a folder of your own."
    return None


def interpreter() -> str:
    """Name the Python and the place that a virtual environment belongs to; it survives a change of neither."""
    return f"{sys.version} in {ROOT}"


def fingerprint(kind: str) -> str:
    """Digest all that decides what is installed for this kind of use, `runtime` or `test`."""
    digest = hashlib.sha256(interpreter().encode())
    for path in (LOCKS[kind], ROOT / "setup.cfg"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """Read what the environment was last left with; empty when it was never finished or lost its Python."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if program("python").exists() else {}


def is_ready(kind: str) -> bool:
    """Tell whether everything for this kind of use is installed as the lock says."""
    return read_stamp().get(kind) == fingerprint(kind)


def prepare(kind: str) -> None:
    """Bring the environment to what the lock says, at no cost when it is there already."""
    if is_ready(kind):
        return
    complaint = unwritable_folder(ROOT, ENVIRONMENT)
    if complaint:
        raise SetUpError(complaint)
    with one_at_a_time():
        if not is_ready(kind):  # somebody else may have done it while we waited
            set_up(kind)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for another set-up of this folder to end, and let no other begin."""
    import fcntl  # not on Windows, where nobody gets this far

    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this folder to end ...")
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            pass  # a network file system without locks: people there take turns by themselves
        yield
    finally:
        os.close(folder)


def set_up(kind: str) -> None:
    """Install what the lock says. The stamp is gone meanwhile, so that what breaks off half-way is built anew."""
    began = time.monotonic()
    say(f"Setting up Fieldbeat from {LOCKS[kind].name}; the first time takes about half a minute.")
    uv = shutil.which("uv")
    usable = read_stamp().get("interpreter") == interpreter() and (uv or program("pip").exists())
    STAMP.unlink(missing_ok=True)
    if not usable:
        make_environment(with_pip=not uv)
    python = str(program("python"))
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-I", "-m", "pip", "install"]
    packages = sum(line[:1].isalpha() for line in LOCKS[kind].read_text().splitlines())
    # The lock is complete, so nothing is left to resolve: without --no-deps, pip before 23.3 meets `coverage[toml]`
    # of another package, looks for the newest release, and refuses it for want of a hash on the day there is one.
    exactly = ["--only-binary=:all:", "--require-hashes", "--no-deps", "-r", str(LOCKS[kind])]
    step(f"{packages} packages", [*pip, *exactly])
    step("fieldbeat itself", [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    installed = LOCKS if kind == "test" else [kind]  # the lock for the tests holds the other
    STAMP.write_text(json.dumps({"interpreter": interpreter(), **{each: fingerprint(each) for each in installed}}))
    say(f"Set up in {time.monotonic() - began:.0f} s.")


def make_environment(*, with_pip: bool) -> None:
    """Make an empty virtual environment, in place of any remains."""
    complaint = missing_modules("venv", "ensurepip") if with_pip else missing_modules("venv")
    if complaint:
        raise SetUpError(complaint)
    base = getattr(sys, "_base_executable", sys.executable)  # never the environment that is about to be cleared
    step(
        "virtual environment",
        [base, "-m", "venv", "--clear", *([] if with_pip else ["--without-pip"]), str(ENVIRONMENT)],
    )


def step(name: str, command: list[str]) -> None:
    """Run one step of the set-up; its output is shown only when it fails."""
    status, output = run_quietly(name, command)
    if status:
        last = "\n".join("    " + line for line in output.splitlines()[-12:])
        raise SetUpError(f"{last}\nSetting up failed at this step: {name}. Its last lines are above.")


def run_quietly(name: str, command: list[str]) -> tuple[int, str]:
    """Run a command, show its name and seconds, return its status and output; whatever happens, it is gone afterwards."""
    began = time.monotonic()
    say(f"  {name} ...", end="")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # one group with its own children, to be ended together
    )
    output = None
    try:
        while output is None:
            try:
                output, _ = process.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    say(f"\r  {name} ... {time.monotonic() - began:.0f} s", end="")
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    start = f"\r  {name} ..." if sys.stdout.isatty() else ""
    say(f"{start} {time.monotonic() - began:.1f} s{', FAILED' if process.returncode else ''}")
    return process.returncode, output


def program(name: str) -> Path:
    """Return where an installed program lies."""
    return ENVIRONMENT / "bin" / name


def static_checks() -> list[str]:
    """Run the checks that need no running code; return the names of those that failed, after their output."""
    failed = []
    for name, (tool, *arguments) in CHECKS.items():
        status, output = run_quietly(name, [str(program(tool)), *arguments])
        if status:
            say(output)
            failed.append(name)
    return failed


def test(arguments: list[str]) -> None:
    """Become pytest: with these arguments, or else for the whole gate, after the static checks.

    A static check that failed is told to the tests, one of which then fails by its name: pytest's last line is the verdict.
    """
    os.chdir(ROOT)
    if not arguments:
        os.environ["FIELDBEAT_TEST_FAILED_CHECKS"] = ", ".join(static_checks())
        arguments = ["-n", "2"]
    become("python", "-m", "pytest", *arguments)


def become(name: str, *arguments: str) -> None:
    """Hand this process over to an installed program, so that no parent is left to pass signals on."""
    sys.stdout.flush()
    os.execv(program(name), [str(program(name)), *arguments])


def say(text: str, end: str = "\n") -> None:
    """Tell the person at the terminal."""
    print(text, end=end, flush=True)


def main(arguments: list[str]) -> int:
    """Prepare what the command needs, then become it; return an exit status only when that does not come about."""
    complaint = unsuitable_python(sys.version_info[:2])
    if complaint:
        say(complaint)
        return 1
    if arguments[:1] in (["-h"], ["--help"]):
        say(__doc__.strip())
        return 0
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)  # as Ctrl-C does, they end the step at hand as well
    try:
        if arguments[:1] == ["test"]:
            prepare("test")
            test(arguments[1:])
        prepare("runtime")
        if not arguments or arguments[0].startswith("-"):
            arguments = ["up", *arguments]
        become("fieldbeat", *arguments)
    except SetUpError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nStopped before it was ready; run it again to go on.")
    return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
