from api.routes.regions import region_or_own
from dispatch.accounts.queries import actor_of_user
from kernel.actor import Actor
from kernel.errors import DomainError


def test_the_region_is_the_one_that_was_named_or_the_callers_own(runtime, world):
    near, abroad = world.places["near"].region_id, world.places["abroad"].region_id

    def asked(reading, region_id):
        try:
            return region_or_own(reading, region_id)
        except DomainError as refused:
            return refused.code

    for who, region_id, expected in (
        ("agent", None, near),
        ("agent", near, near),
        ("agent", abroad, "territory.region_unknown"),
        ("administrator", None, "territory.region_unknown"),
        ("administrator", abroad, abroad),
    ):
        with runtime.reading(lambda session, now, who=who: _actor(session, now, world.people[who])) as reading:
            assert asked(reading, region_id) == expected, who


def _actor(session, now, user_id) -> Actor:
    return actor_of_user(session, user_id, now)
