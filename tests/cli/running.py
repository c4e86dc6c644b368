"""The command line as people use it: a program of its own, with nothing in its environment that the test did not put there."""

import os
import subprocess
import sys


def environment(**settings: str) -> dict[str, str]:
    """Return an environment without any setting but these; hashing a password is made cheap."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("FIELDBEAT_")}
    return {**kept, "FIELDBEAT_PASSWORD_MEMORY_KIB": "64", **settings}


def fieldbeat(*words: str, stdin: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with this as its input."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        env=environment(**settings),
        input=stdin or "",
        capture_output=True,
        text=True,
        timeout=120,
    )
