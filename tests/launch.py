"""Becomes another program, which then ends together with whoever started it, even when that one is killed.

    python launch.py PARENT USER PROGRAM [ARGUMENT ...]

PARENT is the process id of the caller. USER is `-` or `uid:gid`, whom to become first. A file of its own, because code between
fork and exec in a process with threads may hang, and because the interpreter itself may lie where USER cannot read.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, user, *command = sys.argv[1:]
    if user != "-":
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After the change of user, which clears it. An interrupt is a fast, clean shutdown for PostgreSQL and for Valkey.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != int(parent):
            sys.exit("The parent ended before its server began.")
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
