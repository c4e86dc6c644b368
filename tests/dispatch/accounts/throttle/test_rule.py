from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.accounts.throttle.rule import (
    ACCOUNT_MANY,
    FIRST,
    FIRST_SUSPECT,
    FORGOTTEN,
    FREE,
    LONGEST,
    NETWORK_FULL,
    NETWORK_MANY,
    NETWORK_WAIT,
    Tally,
    network_of,
    wait,
)
from tests.conftest import NOW

ZERO, NONE = timedelta(0), Tally()


def failed(times: int, ago: timedelta = ZERO) -> Tally:
    return Tally(times, NOW - ago)


@pytest.mark.parametrize(
    ("pair", "account", "network", "known", "waits"),
    [
        (NONE, NONE, NONE, False, ZERO),
        (failed(FREE - 1), NONE, NONE, False, ZERO),
        (failed(FREE), NONE, NONE, False, FIRST),
        (failed(FREE), NONE, NONE, True, FIRST),
        (failed(FREE + 3), NONE, NONE, False, FIRST * 8),
        (failed(1000), NONE, NONE, False, LONGEST),
        (NONE, failed(10_000), NONE, False, ZERO),
        (failed(1), failed(ACCOUNT_MANY), NONE, False, FIRST_SUSPECT),
        (failed(1), NONE, failed(NETWORK_MANY), False, FIRST_SUSPECT),
        (failed(FREE - 1), failed(10_000), failed(10_000), True, ZERO),
        (NONE, NONE, failed(NETWORK_FULL), False, NETWORK_WAIT),
        (NONE, NONE, failed(NETWORK_FULL, NETWORK_WAIT), False, ZERO),
    ],
    ids=[
        "first",
        "some-free",
        "then-it-waits",
        "even-where-known",
        "twice-each",
        "at-most",
        "a-fresh-pair-of-an-attacked-account",
        "once-then-waits-when-the-account-is-attacked",
        "once-then-waits-when-the-network-attacks",
        "known-is-not-punished-for-others",
        "a-full-network-takes-turns",
        "and-its-turn-comes",
    ],
)
def test_how_long_an_attempt_waits(pair, account, network, known, waits):
    assert max(ZERO, wait(pair, account, network, known=known, now=NOW)) == waits


@given(st.integers(0, 10**6), st.integers(0, NETWORK_FULL - 1))
def test_whatever_others_do_to_an_account_a_first_attempt_from_elsewhere_passes(account, network):
    assert wait(NONE, failed(account), failed(network), known=False, now=NOW) == ZERO


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, FREE - 1))
def test_whatever_others_do_a_known_network_is_not_slowed(account, network, own):
    assert wait(failed(own), failed(account), failed(network), known=True, now=NOW) == ZERO


def test_failures_are_forgotten_after_an_hour_and_a_clock_that_was_set_back_does_not_lock_out():
    assert failed(9, FORGOTTEN).as_of(NOW) == NONE
    assert failed(9, FORGOTTEN - timedelta(seconds=1)).as_of(NOW).failures == 9
    future = failed(50, -timedelta(days=300)).as_of(NOW)
    assert wait(future, NONE, NONE, known=False, now=NOW) == LONGEST


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("@", "unknown"),
    ],
    ids=["v4", "mapped", "v6", "v6-same-half", "v6-zone", "none", "no-address"],
)
def test_what_counts_as_one_network(address, network):
    assert network_of(address) == network
