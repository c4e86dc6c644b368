"""The benchmark of rankings runs to its end, and says what it measured."""

import re
import subprocess
import sys

from tests.conftest import ROOT


def test_a_small_ranking_is_measured_against_the_query_that_fetches_the_people():
    ran = subprocess.run(
        [sys.executable, "-m", "bench.parts.ranking", "--technicians", "60", "--rounds", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr[-2000:]  # whether it was fast enough says nothing at this size
    said = r"ranking one order against 60 technicians .*: [\d.,]+ ms and [\d.,]+ ms, ratio \d+\.\d\d \(at most 20\)"
    assert re.fullmatch(said, ran.stdout.strip())
