"""The figures, and how they are told."""

from collections import Counter

import pytest

from bench.simulator.summary import Summary, add_up, percentile
from bench.simulator.verify import Findings
from fieldbeat_client.exchange import Tally


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_percentile_is_a_value_that_occurred(share, expected):
    assert percentile(range(1, 101), share) == expected


def test_of_nothing_every_percentile_is_0():
    assert percentile([], 0.99) == 0


def test_tallies_add_up():
    one = Tally([0.1], [0.2], 3, 1, 2, 1, Counter(accepted=3), Counter(pull=1))
    both = add_up([one, one])
    assert (both.pushes, both.pulls, both.sent_ops) == ([0.1, 0.1], [0.2, 0.2], 6)
    assert (both.lost_connections, both.misunderstood, both.resyncs) == (2, 4, 2)
    assert (both.answers["accepted"], both.directives["pull"]) == (6, 2)


def summary(findings):
    return Summary(
        technicians=2,
        orders=3,
        seed="s",
        run="sim-1",
        ops=100,
        set_up_seconds=1,
        push_seconds=0.5,
        verify_seconds=1,
        tally=Tally([0.01, 0.02], [0.001], 130, answers=Counter(duplicate=20)),
        troubles=Counter(drop_before=3, portal=1, drop_after=2, cut_answer=1),
        blows=Counter({"worker killed": 2}),
        findings=findings,
    )


def test_a_clean_day_is_told_in_figures():
    told = "\n".join(summary(Findings()).lines())
    assert summary(Findings()).clean
    assert "100 recorded, 30 sent again, 20 answered as duplicates" in told
    assert "4 dropped before, 3 dropped after the commit" in told
    assert "200 logs/s" in told
    assert "2 worker killed" in told
    assert "lost 0, doubled 0, leaked 0, wrong 0" in told


def test_what_is_not_as_it_must_be_is_named():
    found = Findings(lost=[f"op {number}" for number in range(9)], leaked=["order 7"])
    told = summary(found).lines()
    assert not summary(found).clean
    assert "  lost 9, doubled 0, leaked 1, wrong 0" in told
    assert "    lost: op 4" in told
    assert "    lost: op 5" not in told
    assert "    leaked: order 7" in told
