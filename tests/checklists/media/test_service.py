import hashlib
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from checklists.media import queries, service
from checklists.media.models import MediaFile
from checklists.media.service import WAIT, Named
from checklists.media.states import MediaState
from checklists.runs import queries as runs
from checklists.runs import service as answers
from checklists.runs import signing
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world
from tests.checklists.media.pictures import picture
from tests.statements import recorded

PHOTO = picture()
DIGEST = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def made(uow, here):
    return world.make(uow, here, 2)


@pytest.fixture
def holder(uow, made):
    return factories.acting(uow, made.technician_id)


@pytest.fixture
def hand_in(runtime):
    def call(uow, order_id, media_id="p1", content=PHOTO, announced=None):
        stored = service.store_picture(runtime.blobs, io.BytesIO(content), announced)
        return service.hand_in(uow, order_id=order_id, media_id=media_id, stored=stored)

    return call


def states(uow, order_id):
    return [(row.media_id, row.state) for row in queries.media_of_order(uow, order_id)]


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_what_an_answer_names_is_waited_for_and_told_until_it_comes(uow, holder, made, hand_in):
    answers.answer(holder, order_id=made.order_id, item="after", value=["p1", "p2"])
    answers.answer(holder, order_id=made.order_id, item="power_safe", value="pass", media=["p3"])
    assert states(uow, made.order_id) == [(one, "awaited") for one in ("p1", "p2", "p3")]
    waiting = runs.run_of_order(uow, made.order_id)["awaiting_media"]
    assert [one["media_id"] for one in waiting] == ["p1", "p2", "p3"]
    row = hand_in(holder, made.order_id, "p2")
    assert (row.state, row.digest, row.content_type, row.width, row.height) == (
        "verified",
        DIGEST,
        "image/jpeg",
        32,
        24,
    )
    waiting = runs.run_of_order(uow, made.order_id)["awaiting_media"]
    assert [one["media_id"] for one in waiting] == ["p1", "p3"]


def test_a_signature_is_a_file_as_well(uow, holder, made):
    signing.sign(holder, order_id=made.order_id, signed_digest="0" * 64, signer_name="张敏", signature_media="s1")
    assert states(uow, made.order_id) == [("s1", "awaited")]


def test_handed_in_again_it_is_the_same_file_and_never_another(holder, made, hand_in):
    first = hand_in(holder, made.order_id)
    assert hand_in(holder, made.order_id) == first
    assert refusal(hand_in, holder, made.order_id, content=picture("red")) == "media.different"


def test_a_file_that_is_not_what_was_announced_is_refused(uow, holder, made, hand_in):
    assert refusal(hand_in, holder, made.order_id, announced="0" * 64) == "media.changed"
    named = Named(made.places.region_id, made.order_id, "p9", made.technician_id, "f" * 64)
    service.name_media(uow, [named])
    assert refusal(hand_in, holder, made.order_id, "p9") == "media.changed"
    assert hand_in(holder, made.order_id, "p8", announced=DIGEST.upper()).digest == DIGEST


@pytest.mark.parametrize("name", ["", "a/b", "..%2f", "x" * 65, "空"])
def test_a_name_that_cannot_be_an_address_is_refused_and_not_waited_for(uow, holder, made, hand_in, name):
    assert refusal(hand_in, holder, made.order_id, name) == "media.name_unfit"
    service.name_media(uow, [Named(made.places.region_id, made.order_id, name, made.technician_id)])
    assert states(uow, made.order_id) == []


def test_only_who_does_or_dispatches_the_order_hands_in_and_nobody_else_sees(uow, here, made, hand_in):
    stranger = factories.acting(uow, factories.technician(uow, here))
    assert refusal(hand_in, stranger, made.order_id) == "work_order.unknown"
    assert refusal(queries.media_of_order, stranger, made.order_id) == "work_order.unknown"
    agent = factories.acting_as(uow, Role.AGENT, Level.REGION, here.region_id, here.region_id)
    assert refusal(hand_in, agent, made.order_id) == "media.not_yours"
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    assert hand_in(leader, made.order_id).state == "verified"
    assert refusal(queries.media_file, stranger, made.order_id, "p1") == "work_order.unknown"
    assert refusal(queries.media_file, leader, made.order_id, "p2") == "media.unknown"


def test_what_does_not_come_in_time_marks_its_order_once_and_may_still_come(uow, clock, runtime, holder, made, hand_in):
    answers.answer(holder, order_id=made.order_id, item="after", value=["p1", "p2"])
    assert service.flag_overdue(uow, limit=10) == 0
    uow.now += WAIT + timedelta(seconds=1)
    assert service.flag_overdue(uow, limit=10) == 2
    assert service.flag_overdue(uow, limit=10) == 0
    entry = uow.session.scalars(select(TimelineEntry).where(TimelineEntry.kind == "media.overdue")).one()
    assert sorted(entry.data["media"]) == ["p1", "p2"]
    assert uow.session.scalar(select(WorkOrder.needs_review).where(WorkOrder.id == made.order_id))
    holder.now = uow.now
    assert hand_in(holder, made.order_id, "p1").state == MediaState.VERIFIED


def test_naming_and_flagging_take_as_many_statements_for_one_as_for_many(uow, made):
    counts = []
    for number in (1, 40):
        rows = [
            Named(made.places.region_id, made.order_ids[n % 2], f"m{number}-{n}", made.technician_id)
            for n in range(number)
        ]
        with recorded(uow.session) as seen:
            service.name_media(uow, rows)
            uow.session.execute(MediaFile.__table__.update().values(due_at=uow.now))
            service.flag_overdue(uow, limit=100)
        counts.append(len(seen))
    assert counts[0] == counts[1]
