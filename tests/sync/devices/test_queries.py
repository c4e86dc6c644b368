from datetime import timedelta

from sync.devices import queries


def test_the_phone_that_was_silent_longest_counts(world):
    first, second = world.phone(0, "one"), world.phone(0, "two")
    with world.reading() as reading:
        assert queries.last_pushes(reading, world.technicians) == {world.technicians[0]: None}
    first.push()
    world.clock.at += timedelta(hours=1)
    pushed = world.clock.at - timedelta(hours=1)
    with world.reading() as reading:
        assert queries.last_pushes(reading, world.technicians) == {world.technicians[0]: None}
    second.push()
    with world.reading() as reading:
        assert queries.last_pushes(reading, world.technicians) == {world.technicians[0]: pushed}
