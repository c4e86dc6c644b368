"""Makes pytest's last line the verdict on the whole gate: run.py says here which checks failed before the tests began."""

import os


def test_the_checks_before_the_tests_passed():
    failed = os.environ.get("FIELDBEAT_TEST_FAILED_CHECKS", "")
    assert not failed, f"{failed} failed; the reasons are at the top of this output"
