from uuid import UUID

import pytest

from checklists.runs import queries, service
from checklists.signoff.seen import Terms
from kernel.actor import Level, Role
from kernel.clock import iso
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world
from tests.checklists.samples import GOOD, given, signature


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def run_id(uow, made):
    (found,) = queries.runs_of_orders(uow, [made.order_id])
    return found


def hand_in(uow, made, *answers, sign=()):
    book = service.open_runs(uow, [made.order_id], {})
    for one in answers:
        book.answer(made.order_id, one)
    for one in sign:
        book.sign(made.order_id, one)
    service.write_runs(uow, book)
    return book


def test_the_document_is_all_that_a_phone_needs_to_go_on(uow, made, run_id):
    book = hand_in(uow, made, given(1, True, on="badge"), given(2, 95, on="level"))
    document = queries.run_documents(uow, [run_id])[str(run_id)]
    progress = document.pop("progress")
    assert document == {
        "id": str(run_id),
        "work_order_id": str(made.order_id),
        "template": {"id": str(made.version_id), "version": 1},
        "version": 2,
        "updated_at": iso(uow.now),
        "answers": book.run(made.order_id).entries,
        "conflicts": [],
        "revision": 1,
        "digest": book.digest(made.order_id).hex(),
        "signing": {"snapshot": 2, "digest": book.run(made.order_id).digest(Terms(2)).hex()},
        "signed": False,
        "sign_offs": [],
        "awaiting_media": [],
        "follow_ups": [],
    }
    assert (progress["required"], progress["answered"], progress["failed"]) == (9, 2, ["level"])
    assert progress["missing"] == [key for key in GOOD if key not in ("badge", "level")]
    assert progress["failed_critical"] == []
    assert progress["steps"][0] == {
        "step": "identity",
        "items": 1,
        "required": 1,
        "answered": 1,
        "failed": 0,
        "passed": True,
    }


def test_the_document_names_what_disagrees(uow, made, run_id):
    hand_in(
        uow,
        made,
        given(1, 70, on="level"),
        given(2, 60, on="level", own=False),
        given(3, "甲", on="cause"),
        given(4, "乙", on="cause"),
    )
    document = queries.run_documents(uow, [run_id])[str(run_id)]
    assert sorted(document["conflicts"], key=lambda one: one["item"]) == [
        {"item": "cause", "open": True, "op_ids": [str(UUID(int=3)), str(UUID(int=4))]},
        {"item": "level", "open": False, "op_ids": [str(UUID(int=2))]},
    ]


def test_the_document_tells_signatures_by_their_worth(uow, made, run_id):
    answers = [given(number, value, on=key) for number, (key, value) in enumerate(GOOD.items(), start=1)]
    digest = hand_in(uow, made, *answers).digest(made.order_id)
    refused = signature(40, b"x" * 32, signer_name=None, refused_reason="外出")
    hand_in(uow, made, sign=[signature(50, digest), refused])
    document = queries.run_documents(uow, [run_id])[str(run_id)]
    assert (document["signed"], document["revision"]) == (True, 2)
    assert [(one["worth"], one["revision"]) for one in document["sign_offs"]] == [
        ("digest_mismatch", 1),
        ("current", 2),
    ]
    assert document["sign_offs"][0]["refused_reason"] == "外出"
    assert document["sign_offs"][1] == {
        "id": str(UUID(int=50)),
        "revision": 2,
        "worth": "current",
        "signed_digest": digest.hex(),
        "snapshot": 1,
        "signer_name": "李女士",
        "refused_reason": None,
        "at": iso(signature(50, digest).effective_at),
    }
    assert document["progress"]["answered"] == document["progress"]["required"]


def test_a_run_is_seen_by_those_who_see_its_order(uow, made, run_id, here):
    holder = factories.acting(uow, made.technician_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    for reader in (uow, holder, leader):
        assert list(queries.run_documents(reader, [run_id])) == [str(run_id)]
        assert queries.run_of_order(reader, made.order_id)["id"] == str(run_id)
    elsewhere = factories.places(uow, region_id=here.region_id)
    colleague = factories.acting(uow, factories.technician(uow, here))
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, here.region_id)
    for stranger in (colleague, manager):
        assert queries.run_documents(stranger, [run_id]) == {}
        with pytest.raises(DomainError) as refused:
            queries.run_of_order(stranger, made.order_id)
        assert refused.value.code == "work_order.unknown"


def test_a_feed_may_narrow_the_orders_further(uow, made, run_id):
    assert queries.run_documents(uow, [run_id], visible_orders=lambda _reading, _ids: set()) == {}
    assert queries.run_documents(uow, []) == {}


def test_an_order_without_a_run_says_so(uow, made, here):
    (without,) = world.orders(uow, here, work_type="errand")
    with pytest.raises(DomainError) as refused:
        queries.run_of_order(uow, without)
    assert refused.value.code == "checklist.no_run"
    assert queries.runs_of_orders(uow, []) == []
    assert queries.answers_of(uow.session, []) == []
