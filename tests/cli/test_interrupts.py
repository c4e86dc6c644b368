import os
import signal
import time

import pytest

from cli.interrupts import Interrupts


def test_the_first_request_interrupts_a_set_up_and_later_ones_are_counted():
    before = signal.getsignal(signal.SIGTERM)
    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        assert interrupts.asked == 2
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_request_is_only_counted_once_everything_runs():
    with Interrupts() as interrupts:
        interrupts.raising = False
        signal.raise_signal(signal.SIGINT)
        assert interrupts.asked == 1


def test_what_must_be_in_one_piece_is_interrupted_after_it():
    done = []
    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt), interrupts.held():
            signal.raise_signal(signal.SIGINT)
            done.append("still")
        assert done == ["still"]
        with interrupts.held():
            signal.raise_signal(signal.SIGINT)
        assert interrupts.asked == 2


def test_waiting_ends_with_a_signal():
    with Interrupts() as interrupts:
        interrupts.raising = False
        signal.raise_signal(signal.SIGHUP)
        began = time.monotonic()
        interrupts.wait(30)
        assert time.monotonic() - began < 5
        interrupts.wait(0.01)  # what was heard is not heard again


def test_waiting_ends_with_the_end_of_a_child():
    with Interrupts() as interrupts:
        child = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {})
        began = time.monotonic()
        interrupts.wait(30)
        assert time.monotonic() - began < 5
        assert interrupts.asked == 0
        os.waitpid(child, 0)


def test_a_program_that_was_told_to_ignore_hangups_does():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
