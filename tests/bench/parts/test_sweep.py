"""The benchmark of the sweep runs to its end, and says what it measured."""

import re
import subprocess
import sys

from tests.conftest import ROOT


def test_a_small_sweep_is_measured_against_a_smaller_one():
    sizes = ["--few", "60", "--many", "120", "--due", "10", "--rounds", "2"]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.parts.sweep", *sizes],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr[-2000:]  # whether it was fast enough says nothing at this size
    said = r"sweep of 10 due clocks among 60 and among 120 open ones: [\d.,]+ ms and [\d.,]+ ms, ratio \d+\.\d\d \(at most 1\.5\)"
    assert re.fullmatch(said, ran.stdout.strip())
