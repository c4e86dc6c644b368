"""The benchmark of ops runs to its end, and says what it measured."""

import re
import subprocess
import sys

from tests.conftest import ROOT


def test_a_few_ops_are_taken_in_and_reconciled():
    ran = subprocess.run(
        [sys.executable, "-m", "bench.parts.ops", "--rounds", "3", "--ops", "2", "--phones", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr[-2000:]  # whether it was fast enough says nothing at this size
    costs = re.findall(r"an op (taken in by a bare view|taken in|reconciled) +([\d.]+) µs", ran.stdout)
    assert [name for name, _ in costs] == ["taken in by a bare view", "taken in", "reconciled"]
    assert all(float(cost) > 0 for _, cost in costs)
