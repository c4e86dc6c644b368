"""Becomes another program, which then ends together with the one that started it, even when that one is killed.

    python tether.py PARENT PROGRAM [ARGUMENT ...]

PARENT is the caller's process id. A program of its own, because code between fork and exec may hang where threads run.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Ask Linux to end this process with its parent, then become the program."""
    parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit("The parent ended before its program began.")
    os.execv(command[0], command)  # noqa: S606 - our own programs, never through a shell


if __name__ == "__main__":
    main(sys.argv[1:])
