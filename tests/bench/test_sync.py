"""The benchmark of sync runs to its end and measures what it says."""

import re
import subprocess
import sys
from pathlib import Path


def test_a_small_round_stores_reconciles_and_pulls():
    ran = subprocess.run(
        [sys.executable, "-m", "bench.sync", "--devices", "2", "--batches", "2", "--ops", "5", "--backlog", "20"],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    for line in (
        *(
            "L, raw PostgreSQL",
            "first pull of a phone",
            "stored through push",
            "stored and reconciled",
            "the same again",
            "pull of 500 changes",
        ),
        *("nothing new", "web processes held", "20 ops pending: reconciled"),
    ):
        assert line in ran.stdout
    # First pulls, pushes with paused workers and with busy ones, the same pushes again, and pulls: every answer is a 200.
    assert re.findall(r"\{[^}]*\}", ran.stdout) == ["{200: 2}", "{200: 4}", "{200: 4}", "{200: 4}", "{200: 2}"]
