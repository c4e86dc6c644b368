from checklists.media import queries, service
from checklists.media.service import Named
from tests.checklists import world


def test_digests_are_known_as_soon_as_they_are_told(uow, here):
    made = world.make(uow, here)
    names = [("p1", "a" * 64), ("p2", None)]
    service.name_media(
        uow, [Named(here.region_id, made.order_id, name, made.technician_id, digest) for name, digest in names]
    )
    assert queries.digests_of(uow.session, made.order_id) == {"p1": "a" * 64}
    assert [one.media_id for one in queries.awaited_of(uow.session, [made.order_id])[made.order_id]] == ["p1", "p2"]
    assert queries.awaited_of(uow.session, []) == {}
