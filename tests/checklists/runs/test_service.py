from typing import Any
from uuid import UUID

import pytest

from checklists.runs import queries, service, signing
from checklists.runs.fold import Standing
from checklists.signoff import queries as signoff
from checklists.signoff.snapshot import Worth
from checklists.templates import queries as template_queries
from checklists.templates import service as templates
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.events import CreatedOrder, OrdersCreated, OrdersGranted, OrdersRevoked
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.actor import Level, Role
from kernel.change_feed import Change
from kernel.database import is_postgres
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world
from tests.checklists.samples import GOOD, given, label, signature, steps
from tests.statements import recorded


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def holder(uow, made):
    return factories.acting(uow, made.technician_id)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def document(uow, order_id: UUID) -> dict[str, Any]:
    return queries.run_of_order(uow, order_id)


def announced(uow, run_id: str) -> list[tuple[str, str]]:
    return [(one.scope, one.op) for one in uow.changes if one.type == "checklists" and one.id == run_id]


def open_one(uow, made):
    return service.open_runs(uow, [made.order_id], {made.order_id: [made.technician_id]})


def test_a_new_order_begins_with_an_empty_run_of_the_published_version(uow, made):
    run = document(uow, made.order_id)
    assert (run["work_order_id"], run["answers"], run["version"]) == (str(made.order_id), {}, 1)
    assert run["template"] == {"id": str(made.version_id), "version": 1}


def test_a_run_stays_on_the_version_it_began_with(uow, made, here):
    newer = steps()
    newer[0]["items"][0]["label"] = label("佩戴工作证")
    first = template_queries.version(uow, made.version_id)
    second = templates.new_version(uow, template_id=first.row.template_id, steps=newer)
    templates.publish(uow, version_id=second.version_id)
    (later,) = world.orders(uow, here)
    assert document(uow, made.order_id)["template"]["version"] == 1
    assert document(uow, later)["template"] == {"id": str(second.version_id), "version": 2}


def test_an_order_whose_work_type_has_no_published_checklist_has_no_run(uow, made, here):
    (without,) = world.orders(uow, here, work_type="errand")
    work_orders.define_work_type(
        uow, region_id=here.region_id, code="draft-only", name="草稿", template_code="draft-only"
    )
    templates.create_template(uow, region_id=here.region_id, code="draft-only", name=label("草稿"), steps=steps())
    service.on_orders_created(uow, OrdersCreated((CreatedOrder(without, here.region_id, "draft-only"),)))
    assert refusal(queries.run_of_order, uow, without).code == "checklist.no_run"
    assert service.open_runs(uow, [without], {}).evidence(without) == Evidence()


def test_many_orders_begin_their_runs_with_a_constant_number_of_statements(uow, made, here):
    ids = world.orders(uow, here, 30, work_type="errand")
    with recorded(uow.session) as statements:
        service.on_orders_created(uow, OrdersCreated(tuple(CreatedOrder(one, here.region_id, "sample") for one in ids)))
    assert len(statements) == 3  # the trials take a fourth where there are any
    assert len(queries.runs_of_orders(uow, ids)) == 30


def test_a_run_comes_to_the_phone_with_its_order_and_goes_with_it(uow, made, here):
    run_id = document(uow, made.order_id)["id"]
    first = f"user:{made.technician_id}"
    assert announced(uow, run_id) == [(first, "put")]
    other_id = factories.technician(uow, here)
    world.assign(uow, made.order_id, other_id, Command.REASSIGN)
    assert announced(uow, run_id) == [(first, "put"), (first, "del"), (f"user:{other_id}", "put")]
    gone = next(one for one in uow.changes if one.op == "del" and one.type == "checklists")
    assert gone == Change(here.region_id, first, "checklists", run_id, "del", "unassigned")
    service.on_orders_granted(uow, OrdersGranted(()))
    service.on_orders_revoked(uow, OrdersRevoked(()))


def test_answers_and_signatures_are_stored_and_read_back_as_they_were(uow, made):
    book = open_one(uow, made)
    answers = [
        given(101, True, on="badge", note="已出示", device_id=UUID(int=77), time_quality="mono"),
        given(102, 65.5, on="level", base=999, settles=[998, 997]),
        given(103, ["m1", "m2"], on="after", media=("m1", "m2")),
        given(104, None, on="state", own=False),
        given(105, ["used", "clean"], on="cables"),
        given(106, {"lat": 33.78, "lon": 119.27, "mock": False}, on="place"),
    ]
    for one in answers:
        book.answer(made.order_id, one)
    signed = signature(110, b"x" * 32, witness="物业", signature_media="m7", device_id=UUID(int=77))
    book.sign(made.order_id, signed)
    service.write_runs(uow, book)
    again = open_one(uow, made)
    assert sorted(again.run(made.order_id).known.items()) == sorted(
        [(one.op_id, one) for one in answers] + [(signed.op_id, signed)]
    )
    run, before = again.run(made.order_id), book.run(made.order_id)
    assert (run.entries, run.version, run.digest()) == (before.entries, 2, before.digest())
    assert run.stamps[signed.op_id].server_digest == before.stamp_signatures()[signed.op_id].server_digest
    assert again.settle().standings == {}


def test_a_book_of_many_runs_takes_a_constant_number_of_statements(uow, here):
    made = world.make(uow, here, 12)
    holders = dict.fromkeys(made.order_ids, (made.technician_id,))
    for round_number in range(2):
        number = 1000 * (round_number + 1)
        with recorded(uow.session) as opening:
            book = service.open_runs(uow, made.order_ids, holders)
        for order_id in made.order_ids:
            for key, value in GOOD.items():
                number += 1
                book.answer(order_id, given(number, value, on=key, minutes=0))
            number += 1
            book.sign(order_id, signature(number, b"x" * 32, minutes=round_number))
        with recorded(uow.session) as writing:
            book.settle()
            service.write_runs(uow, book)
        # One of the seven asks whether any webhook of the region wants to hear of it.
        assert (len(opening), len(writing)) == (8, 7)
    with recorded(uow.session) as nothing:
        service.write_runs(uow, service.open_runs(uow, [], {}))
    assert nothing == []


def test_runs_are_locked_in_the_order_of_their_ids_where_the_database_locks_rows(uow, made):
    with recorded(uow.session) as statements:
        open_one(uow, made)
    assert "ORDER BY checklist_runs.id" in statements[0]
    assert is_postgres(uow.session) == ("FOR UPDATE" in statements[0])


def test_the_documents_of_many_runs_take_a_constant_number_of_statements(uow, here):
    made = world.make(uow, here, 5)
    ids = queries.runs_of_orders(uow, made.order_ids)
    with recorded(uow.session) as statements:
        assert len(queries.run_documents(uow, ids)) == 5
    assert len(statements) == 10


def test_what_was_written_is_announced_to_the_assignee_only(uow, made, here):
    (unassigned,) = world.orders(uow, here)
    book = service.open_runs(uow, [made.order_id, unassigned], {made.order_id: [made.technician_id]})
    for number, order_id in enumerate((made.order_id, unassigned), start=1):
        book.answer(order_id, given(number, True, on="badge"))
    uow.changes.clear()
    service.write_runs(uow, book)
    assert uow.changes == [
        Change(here.region_id, f"user:{made.technician_id}", "checklists", str(book.run(made.order_id).id))
    ]


def test_a_late_answer_corrects_what_is_said_of_an_earlier_signature(uow, made):
    book = open_one(uow, made)
    book.sign(made.order_id, signature(50, b"x" * 32))
    service.write_runs(uow, book)
    (first,) = signoff.sign_offs(uow, made.order_id)
    book = open_one(uow, made)
    book.answer(made.order_id, given(1, True, on="badge"))
    service.write_runs(uow, book)
    (corrected,) = signoff.sign_offs(uow, made.order_id)
    assert corrected.server_digest == book.digest(made.order_id) != first.server_digest
    assert corrected.snapshot["answers"] == {"badge": True}
    assert (corrected.signed_digest, corrected.signer_name) == (first.signed_digest, first.signer_name)


def test_an_id_of_another_run_is_refused(uow, here):
    made = world.make(uow, here, 2)
    holders = dict.fromkeys(made.order_ids, (made.technician_id,))
    one, other = made.order_ids
    book = service.open_runs(uow, [one], holders)
    book.answer(one, given(1, True, on="badge"))
    book.sign(one, signature(2, b"x" * 32))
    service.write_runs(uow, book)
    book = service.open_runs(uow, [other], holders)
    book.answer(other, given(1, True, on="badge"))
    assert refusal(service.write_runs, uow, book).code == "checklist.answer_id_reused"
    book = service.open_runs(uow, [other], holders)
    book.sign(other, signature(2, b"x" * 32))
    assert refusal(service.write_runs, uow, book).code == "signoff.id_reused"


def test_the_assignee_answers_and_signs_online(uow, made, holder):
    for key, value in GOOD.items():
        answered = service.answer(holder, order_id=made.order_id, item=key, value=value)
        assert (answered.standing, answered.failed, answered.amends) == (Standing.APPLIED, False, None)
    run = document(holder, made.order_id)
    assert (run["progress"]["missing"], run["signed"], run["digest"]) == ([], False, answered.digest.hex())
    assert run["answers"]["level"]["author_id"] == str(made.technician_id)
    signed = signing.sign(holder, order_id=made.order_id, signed_digest=run["digest"], signer_name="李女士")
    assert (signed.worth, signed.revision) == (Worth.CURRENT, 1)
    assert open_one(uow, made).evidence(made.order_id) == Evidence()


def test_an_answer_online_is_given_once_however_often_it_is_sent(uow, made, holder, clock):
    first = service.answer(holder, order_id=made.order_id, item="level", value=95, answer_id=UUID(int=5))
    assert first.failed
    later = factories.acting(uow, holder.actor)
    later.now = later.now.replace(hour=3)
    again = service.answer(later, order_id=made.order_id, item="level", value=95, answer_id=UUID(int=5))
    assert again == first
    assert document(uow, made.order_id)["version"] == 2
    error = refusal(service.answer, holder, order_id=made.order_id, item="level", value=70, answer_id=UUID(int=5))
    assert error.code == "checklist.answer_id_reused"


def test_a_sign_off_online_is_given_once_however_often_it_is_sent(made, holder):
    first = signing.sign(
        holder, order_id=made.order_id, signed_digest="ab" * 32, signer_name="李女士", sign_off_id=UUID(int=6)
    )
    holder.now = holder.now.replace(hour=3)
    again = signing.sign(
        holder, order_id=made.order_id, signed_digest="ab" * 32, signer_name="李女士", sign_off_id=UUID(int=6)
    )
    assert again == first
    assert first.worth is Worth.MISMATCH
    assert len(signoff.sign_offs(holder, made.order_id)) == 1


def test_a_dispatcher_who_builds_on_an_answer_replaces_it_and_one_who_does_not_may_lose(uow, made, holder, here):
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    own = service.answer(holder, order_id=made.order_id, item="level", value=70)
    blind = service.answer(leader, order_id=made.order_id, item="level", value=60)
    assert blind.standing is Standing.LOST
    entry = document(leader, made.order_id)["answers"]["level"]
    assert (entry["value"], entry["base"], entry["settles"]) == (70, str(own.answer_id), [str(blind.answer_id)])
    seen = service.answer(
        leader, order_id=made.order_id, item="level", value=62, base=own.answer_id, settles=[blind.answer_id]
    )
    assert seen.standing is Standing.APPLIED
    entry = document(leader, made.order_id)["answers"]["level"]
    assert (entry["value"], "settles" in entry, entry["author_id"]) == (62, False, str(leader.actor.user_id))


def test_a_change_online_after_signing_is_accepted_and_named(made, holder, uow):
    digest = service.answer(holder, order_id=made.order_id, item="badge", value=True).digest
    signed = signing.sign(holder, order_id=made.order_id, signed_digest=digest.hex(), signer_name="李女士")
    later = factories.acting(uow, holder.actor)
    later.now = later.now.replace(hour=3)
    base = UUID(document(uow, made.order_id)["answers"]["badge"]["base"])
    changed = service.answer(later, order_id=made.order_id, item="badge", value=False, base=base)
    assert changed.amends == signed.sign_off_id
    run = document(uow, made.order_id)
    assert (run["revision"], run["signed"], run["sign_offs"][0]["worth"]) == (2, False, "amended_after_signature")


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [("nothing", 1, "checklist.unknown_item"), ("level", "x", "checklist.wrong_type")],
)
def test_what_is_no_answer_is_refused_online(made, holder, item, value, code):
    assert refusal(service.answer, holder, order_id=made.order_id, item=item, value=value).code == code


def test_a_malformed_sign_off_is_refused_online(made, holder):
    error = refusal(signing.sign, holder, order_id=made.order_id, signed_digest="zz", signer_name="李女士")
    assert error.code == "signoff.digest_malformed"
    assert refusal(signing.sign, holder, order_id=made.order_id, signed_digest="ab" * 32).code == "signoff.incomplete"


@pytest.mark.parametrize(
    ("call", "more"),
    [
        (service.answer, {"item": "badge", "value": True}),
        (signing.sign, {"signed_digest": "ab" * 32, "signer_name": "李女士"}),
    ],
)
def test_only_the_assignee_or_a_dispatcher_over_the_order_fills_it_in(uow, made, here, call, more):
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)
    assert refusal(call, agent, order_id=made.order_id, **more).code == "checklist.not_yours"
    colleague = factories.acting(uow, factories.technician(uow, here))
    assert refusal(call, colleague, order_id=made.order_id, **more).code == "work_order.unknown"
    elsewhere = factories.places(uow, region_id=here.region_id)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, here.region_id)
    assert refusal(call, manager, order_id=made.order_id, **more).code == "work_order.unknown"
    own_manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    call(own_manager, order_id=made.order_id, **more)


def test_the_checklist_of_a_cancelled_order_is_closed_to_the_desk(uow, made, holder):
    work_orders.command(
        uow,
        order_id=made.order_id,
        command=Command.CANCEL,
        command_id=uow.new_id(),
        data={"reason": "客户撤单"},
        evidence=Evidence(),
    )
    assert refusal(service.answer, uow, order_id=made.order_id, item="badge", value=True).code == "checklist.order_over"


@pytest.fixture
def conditional(uow, here) -> world.World:
    """The sample, with an item that is asked for only when the state is broken."""
    document = steps()
    document[3]["items"].append(
        {
            "key": "damage",
            "type": "text",
            "label": label("损坏部位"),
            "visible_when": {"===": [{"var": "answers.state"}, "broken"]},
        }
    )
    return world.make(uow, here, document=document)


def test_an_item_that_is_not_asked_for_takes_no_answer_at_a_desk(uow, conditional):
    holder = factories.acting(uow, conditional.technician_id)
    order_id = conditional.order_id
    refused = refusal(service.answer, holder, order_id=order_id, item="damage", value="外壳")
    assert (refused.code, refused.fields[0].path) == ("checklist.not_shown", "/item")
    service.answer(holder, order_id=order_id, item="state", value="broken")
    service.answer(holder, order_id=order_id, item="damage", value="外壳")
    content, digest = queries.to_sign(uow, order_id)
    assert content["answers"] == {"state": "broken", "damage": "外壳"}
    assert document(uow, order_id)["digest"] == digest.hex()


def test_what_is_hidden_again_is_kept_but_neither_signed_nor_missing(uow, conditional):
    holder = factories.acting(uow, conditional.technician_id)
    order_id = conditional.order_id
    service.answer(holder, order_id=order_id, item="state", value="broken")
    base = UUID(document(uow, order_id)["answers"]["state"]["base"])
    assert "damage" in document(uow, order_id)["progress"]["missing"]
    service.answer(holder, order_id=order_id, item="damage", value="外壳")
    service.answer(holder, order_id=order_id, item="state", value="clean", base=base)
    run = document(uow, order_id)
    assert run["answers"]["damage"]["value"] == "外壳"
    assert (run["progress"]["hidden"], "damage" in run["progress"]["missing"]) == (["damage"], False)
    content, digest = queries.to_sign(uow, order_id)
    assert (content["answers"], digest.hex()) == ({"state": "clean"}, run["digest"])
