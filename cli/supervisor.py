"""Keeps the product's programs running: starts them, starts again what ended by itself, ends them in order."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from cli import tether
from cli.console import Complaint

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
TRIES = 3
"""So often a program may end during the start before the start is given up."""
STEADY_SECONDS = 60.0
"""A program that ran so long before it ended is started again without a growing pause."""
LARGEST_LOG_BYTES = 20 * 1024 * 1024
LOG_LOOK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. Those of a higher stage are ended first; `grace_seconds` is what each has to end by itself."""

    name: str
    command: tuple[str, ...]
    stage: int
    grace_seconds: float = 20.0


@dataclass(slots=True)
class Child:
    """A program that runs, or waits to be started again. Times are of the monotonic clock."""

    program: Program
    log: Path
    process: subprocess.Popen[bytes]
    started_at: float
    deaths: int = 0
    start_again_at: float | None = None


@dataclass
class Supervisor:
    """The programs and what happens to them; `say` takes a line for whoever watches.

    Within `held` no interrupt comes between the start of a program and the note of it, so that `stop` finds whatever runs.
    """

    logs: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    held: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
    children: dict[str, Child] = field(default_factory=dict)
    _looked_at_logs: float = 0.0

    def start(self, program: Program) -> Child:
        """Start a program; its output goes to its log."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{program.name}.log"
        with self.held():
            child = Child(program, log, self._launch(program, log), time.monotonic())
            self.children[program.name] = child
        return child

    def tend(self) -> float:
        """Start again what ended and whose pause is over; return the seconds until there may be something to do."""
        now = time.monotonic()
        for child in self.children.values():
            if child.start_again_at is None and child.process.poll() is not None:
                self._mourn(child, now)
            elif child.start_again_at is not None and child.start_again_at <= now:
                with self.held():
                    child.process = self._launch(child.program, child.log)
                    child.started_at, child.start_again_at = now, None
        if now - self._looked_at_logs > LOG_LOOK_SECONDS:
            self._looked_at_logs = now
            for child in self.children.values():
                shorten(child.log)
        waiting = [child.start_again_at - now for child in self.children.values() if child.start_again_at is not None]
        return max(0.01, min([LOG_LOOK_SECONDS, *waiting]))

    def wait_until(self, done: Callable[[], bool], seconds: float, wait: Callable[[float], None]) -> None:
        """Tend the programs until they have done what is waited for; `wait` waits at most so many seconds.

        Raises:
            Complaint: one of them ends again and again, or it takes longer than `seconds`.
        """
        deadline = time.monotonic() + seconds
        while not done():
            self.tend()
            for child in self.children.values():
                if child.deaths >= TRIES:
                    raise Complaint(
                        f"{last_lines(child.log)}\n"
                        f"{child.program.name} does not start; the end of its log is above, all of it in {child.log}."
                    )
            if time.monotonic() > deadline:
                raise Complaint(
                    f"This took longer than {seconds:.0f} s: look into {self.logs}, or ask `fieldbeat doctor` what is wrong."
                )
            wait(0.05)

    def stop(self, wait: Callable[[float], None], in_a_hurry: Callable[[], bool]) -> None:
        """End all programs, those of the highest stage first, each by its own id; in a hurry, without any grace.

        `wait` waits at most so many seconds for something to happen.
        """
        for stage in sorted({child.program.stage for child in self.children.values()}, reverse=True):
            leaving = [child for child in self.children.values() if child.program.stage == stage]
            _end(leaving, wait, in_a_hurry)

    def _mourn(self, child: Child, now: float) -> None:
        child.deaths = child.deaths + 1 if now - child.started_at < STEADY_SECONDS else 1
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (child.deaths - 1))
        child.start_again_at = now + pause
        _signal_group(child, signal.SIGTERM)  # what it left behind would keep its port
        ended = _how(child.process.returncode)
        self.say(f"{child.program.name} ended ({ended}); starting it again in {pause:g} s. Its log: {child.log}")

    def _launch(self, program: Program, log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), *program.command],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that the terminal's Ctrl-C reaches only us, and we end them in order
            )


def _end(leaving: Sequence[Child], wait: Callable[[float], None], in_a_hurry: Callable[[], bool]) -> None:
    for child in leaving:
        child.process.terminate()
    deadline = time.monotonic() + max(child.program.grace_seconds for child in leaving)
    while any(child.process.poll() is None for child in leaving):
        left = deadline - time.monotonic()
        if left <= 0 or in_a_hurry():
            break
        wait(left)
    for child in leaving:
        if child.process.poll() is None:
            _signal_group(child, signal.SIGKILL)
        child.process.wait()


def _signal_group(child: Child, number: signal.Signals) -> None:
    """Signal a program and what it started: its session of its own is a group of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _how(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def shorten(log: Path) -> None:
    """Put a log that has grown large aside, in the place of the one put aside before; its writer goes on at the start."""
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a log, indented, for whoever has to know why a program does not run."""
    if not log.exists():
        return ""
    with log.open("rb") as text:
        text.seek(max(0, log.stat().st_size - 16_384))
        lines = text.read().decode(errors="replace").splitlines()
    return "\n".join("    " + line for line in lines[-count:])
