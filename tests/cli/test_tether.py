import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import tether

START = """
import subprocess, sys, os
child = subprocess.Popen([sys.executable, "-I", "-S", sys.argv[1], str(os.getpid()), "/bin/sleep", "60"], start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_program_ends_with_a_parent_that_was_killed():
    parent = subprocess.Popen([sys.executable, "-c", START, tether.__file__], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    time.sleep(0.2)  # until it is the program
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_it_does_not_begin_when_the_parent_is_gone_already():
    command = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid() + 1), "/bin/echo", "here"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")


def test_it_becomes_the_program():
    command = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), "/bin/echo", "here"]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "here\n"
