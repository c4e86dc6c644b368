"""A day of phones against the real product, on both engines: nothing is lost, doubled or leaked."""

import pytest

from bench.simulator.bad_network import CALM
from bench.simulator.run import Options, simulate
from fieldbeat_client.exchange import Habits

HABITS = Habits(batch_least=3, batch_most=25, give_up_seconds=30)


def play(product, **options):
    said = []
    summary = simulate(Options(product.url, product.login, product.password, habits=HABITS, **options), said.append)
    return summary, said


def test_a_day_over_a_bad_network_loses_doubles_and_leaks_nothing(product):
    summary, said = play(product, technicians=3, orders=5, seed="bad network")
    assert summary.clean, summary.findings.samples()
    assert summary.ops > 200
    assert summary.troubles.keys() >= {"drop_before", "drop_after", "duplicate"}
    assert summary.tally.answers["duplicate"] > 0
    assert summary.outcomes.keys() >= {"applied", "needs_review"}
    assert (summary.findings.checked["ops"], summary.findings.checked["refusals"]) == (summary.ops, 12)
    assert len(said) == 4


def test_killed_workers_and_an_emptied_redis_cost_time_and_nothing_else(product):
    summary, _ = play(product, technicians=2, orders=4, seed="chaos", redis_url=product.redis_url)
    assert summary.clean, summary.findings.samples()
    assert summary.blows["worker killed"] >= 2
    assert summary.blows["Redis flushed"] >= 2


def test_on_a_good_network_every_log_is_sent_once(product):
    summary, _ = play(product, technicians=1, orders=2, seed="calm", weather=CALM)
    assert summary.clean, summary.findings.samples()
    assert summary.tally.sent_ops == summary.ops
    assert not summary.troubles


@pytest.mark.parametrize("product", ["sqlite"], indirect=True)
def test_the_same_seed_plays_the_same_day(product):
    one, two = (play(product, technicians=1, orders=3, seed="same", weather=CALM)[0] for _ in range(2))
    assert (one.ops, one.outcomes) == (two.ops, two.outcomes)
    assert one.run != two.run
