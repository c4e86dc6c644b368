"""What the station of the demo has planned."""

from dispatch.outages import queries as outages
from dispatch.rounds import queries as rounds
from kernel.actor import system_actor


def test_there_is_a_round_to_come_and_an_upgrade_to_announce(loaded):
    with loaded.reading(system_actor()) as reading:
        (plan,) = rounds.page_of_rounds(reading, limit=5).items
        (outage,) = outages.page_of_outages(reading, limit=5).items
    assert (plan.state, plan.work_type) == ("active", "preventive-round")
    assert (outage.state, outage.kind) == ("draft", "upgrade")
