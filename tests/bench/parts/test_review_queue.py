"""The benchmark of the review queue runs to its end, and says what it measured."""

import re
import subprocess
import sys

from tests.conftest import ROOT


def test_a_small_queue_is_measured_against_a_smaller_one():
    ran = subprocess.run(
        [sys.executable, "-m", "bench.parts.review_queue", "--few", "60", "--many", "300", "--rounds", "3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr[-2000:]  # whether it was fast enough says nothing at this size
    said = r"page of 50 parts of the review queue of a region with 60 and with 300 runs: [\d.,]+ ms and [\d.,]+ ms, ratio \d+"
    assert re.match(said, ran.stdout.strip())
