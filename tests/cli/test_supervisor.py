import contextlib
import os
import signal
import sys
import time
from collections import UserDict
from pathlib import Path

import pytest

from cli import supervisor as supervising
from cli.console import Complaint
from cli.interrupts import Interrupts
from cli.supervisor import Program, Supervisor, last_lines, shorten

SLEEPER = "import time; print('here', flush=True); time.sleep(60)"


def program(name, code, stage=0, grace_seconds=10.0):
    return Program(name, (sys.executable, "-S", "-c", code), stage, grace_seconds)


@pytest.fixture
def lines():
    return []


@pytest.fixture
def supervisor(tmp_path, lines):
    made = Supervisor(tmp_path / "logs", {**os.environ, "GREETING": "hello"}, lines.append)
    yield made
    made.stop(time.sleep, lambda: True)


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def calm(seconds):
    time.sleep(min(seconds, 0.01))


def gone(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_what_a_program_prints_goes_to_its_log(supervisor):
    child = supervisor.start(program("web", "import os; print(os.environ['GREETING'])"))
    child.process.wait(10)
    assert child.log.read_text() == "hello\n"
    assert child.log.name == "web.log"


def test_a_program_has_a_session_of_its_own_so_that_a_terminals_interrupt_passes_it_by(supervisor):
    child = supervisor.start(program("web", SLEEPER))
    until(lambda: child.log.read_text())
    assert os.getsid(child.process.pid) == child.process.pid


class InterruptedWhileRead(UserDict[str, str]):
    """An environment that is read in the middle of a start, which is when somebody presses Ctrl-C."""

    def __iter__(self):
        signal.raise_signal(signal.SIGINT)
        return super().__iter__()


def test_one_that_is_interrupted_while_it_starts_is_known_and_ended(tmp_path, lines):
    with Interrupts() as interrupts:
        made = Supervisor(tmp_path / "logs", InterruptedWhileRead(os.environ), lines.append, interrupts.held)
        with pytest.raises(KeyboardInterrupt):
            made.start(program("web", SLEEPER))
        assert list(made.children) == ["web"]
        made.stop(interrupts.wait, lambda: True)
        assert gone(made.children["web"].process.pid)


def test_one_that_ended_is_started_again_after_a_pause_that_grows(supervisor, lines, monkeypatch):
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.01)
    child = supervisor.start(program("worker-1", "raise SystemExit(3)"))
    until(lambda: supervisor.tend() and child.deaths >= 3)
    assert [line.split("; starting")[0] for line in lines[:3]] == ["worker-1 ended (exit status 3)"] * 3
    assert [line.split(" in ")[1].split(" s")[0] for line in lines[:3]] == ["0.01", "0.02", "0.04"]
    assert str(child.log) in lines[0]


def test_one_that_was_killed_runs_again(supervisor, lines):
    child = supervisor.start(program("worker-1", SLEEPER))
    first = child.process.pid
    child.process.kill()
    until(lambda: supervisor.tend() and child.process.pid != first)
    assert lines[0].startswith("worker-1 ended (killed by SIGKILL)")
    assert child.process.poll() is None


def test_one_that_never_runs_ends_the_waiting_with_the_end_of_its_log(supervisor, lines, monkeypatch):
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.01)
    child = supervisor.start(program("web", "raise SystemExit('no room')"))
    with pytest.raises(Complaint) as told:
        supervisor.wait_until(lambda: False, 20, calm)
    assert str(told.value).splitlines()[-2:] == [
        "    no room",
        f"web does not start; the end of its log is above, all of it in {child.log}.",
    ]


def test_waiting_ends_when_it_is_done_or_takes_too_long(supervisor, tmp_path):
    child = supervisor.start(program("web", SLEEPER))
    supervisor.wait_until(lambda: bool(child.log.read_text()), 20, calm)
    with pytest.raises(Complaint, match=f"longer than 0 s: look into {tmp_path / 'logs'}"):
        supervisor.wait_until(lambda: False, 0.1, calm)


def test_what_a_killed_program_had_started_ends_with_it(supervisor):
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    child = supervisor.start(program("web", code))
    until(lambda: child.log.read_text().strip())
    grandchild = int(child.log.read_text())
    child.process.kill()
    child.process.wait()
    supervisor.tend()
    until(lambda: gone(grandchild) or is_dead(grandchild))


def is_dead(pid):
    """In a container without an init nobody collects orphans, which stay as zombies."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_those_of_a_higher_stage_are_ended_before_the_others_begin_to_end(supervisor, tmp_path):
    ended = tmp_path / "ended"
    code = (
        "import signal, sys, time\n"
        f"def end(*_): open({str(ended)!r}, 'a').write(sys.argv[1] + ' '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.2), end()))\n"
        "print('here', flush=True); time.sleep(60)"
    )
    children = [
        supervisor.start(Program(name, (sys.executable, "-S", "-c", code, name), stage))
        for stage, name in enumerate(["valkey", "worker", "web"])
    ]
    until(lambda: all(child.log.read_text() for child in children))
    supervisor.stop(calm, lambda: False)
    assert ended.read_text() == "web worker valkey "
    assert [child.process.returncode for child in children] == [0, 0, 0]


STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
)


@pytest.mark.parametrize(("grace_seconds", "hurry"), [(0.1, False), (60.0, True)])
def test_one_that_does_not_end_is_killed_after_its_grace_or_in_a_hurry(supervisor, grace_seconds, hurry):
    child = supervisor.start(program("web", STUBBORN, grace_seconds=grace_seconds))
    until(lambda: child.log.read_text())
    began = time.monotonic()
    supervisor.stop(calm, lambda: hurry)
    assert child.process.returncode == -9
    assert time.monotonic() - began < 10


def test_a_log_that_has_grown_large_is_put_aside_once(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "LARGEST_LOG_BYTES", 10)
    log = tmp_path / "web.log"
    shorten(log)
    log.write_text("small")
    shorten(log)
    assert log.read_text() == "small"
    log.write_text("rather large")
    with log.open("a") as writer:
        shorten(log)
        writer.write("goes on")
    assert log.read_text() == "goes on"
    assert (tmp_path / "web.log.1").read_text() == "rather large"


def test_the_end_of_a_log_is_what_is_shown(tmp_path):
    log = tmp_path / "web.log"
    assert last_lines(log) == ""
    log.write_text("\n".join(map(str, range(10_000))))
    assert last_lines(log, 2) == "    9998\n    9999"
