import re
import subprocess
import sys


def test_a_few_phones_are_held_and_poked():
    done = subprocess.run(
        [sys.executable, "-m", "bench.streams", "--phones", "3", "--seconds", "0.2"],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"holding 3: \d+ MiB, -?[\d.]+ KiB a phone", done.stdout), done.stdout
    assert "push to poke: p50" in done.stdout
