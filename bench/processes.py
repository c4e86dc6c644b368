"""The processes of a running product, looked at from outside: which they are, what they hold, and how to make them pause."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path


def programs(data: Path, word: str) -> list[int]:
    """Return the processes that work on this data folder and have this word in their command line; the oldest first."""
    mark = f"FIELDBEAT_DATA_DIR={data}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().split(b"\0")
            if word.encode() in words and mark in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
    return sorted(found)


def memory_kib(process: int, *, peak: bool = False) -> int:
    """Return what a process holds in memory, or the most that it ever held."""
    name = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise RuntimeError("no memory is told")


def most_kib(processes: Sequence[int]) -> int:
    """Return the most that any of these processes ever held."""
    return max(memory_kib(process, peak=True) for process in processes)


def share_of_a_core(process: int, seconds: float) -> float:
    """Watch a process for so long, and return which part of a processor it used."""

    def used() -> int:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    before = used()
    time.sleep(seconds)
    return (used() - before) / os.sysconf("SC_CLK_TCK") / seconds


@contextlib.contextmanager
def paused(processes: Sequence[int]) -> Iterator[None]:
    """Stop processes where they are, and let them go on afterwards."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
