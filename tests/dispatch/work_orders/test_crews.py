"""Crews: who lets whom in and out, what they see and may do, and what becomes of them when the lead changes."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest

from dispatch.people import service as people
from dispatch.people.models import AbsenceRow
from dispatch.work_orders import queries, service
from dispatch.work_orders.crew import CrewRole
from dispatch.work_orders.crews import add_crew_members, remove_crew_members
from dispatch.work_orders.equipment import announce_sites
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.queries import OrderFilter
from kernel.actor import Level, Role, system_actor
from kernel.bulk import insert_rows
from kernel.errors import DomainError
from kernel.identifiers import new_id
from tests import factories
from tests.conftest import NOW
from tests.dispatch.work_orders.ground import REPAIR, ask, make_ground, told
from tests.statements import recorded


def refused(call, *args, **kwargs) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code, [field.path for field in caught.value.fields]


def let_in(uow, order_id, *user_ids, **more):
    return add_crew_members(uow, order_id=order_id, user_ids=user_ids, **more)


def let_out(uow, order_id, *user_ids, **more):
    return remove_crew_members(uow, order_id=order_id, user_ids=user_ids, reason="干完了", **more)


@pytest.fixture
def order_id(ground) -> UUID:
    made: UUID = ground.order(technician=0)
    return made


@pytest.fixture
def helpers(ground) -> tuple[UUID, UUID]:
    """A technician of the same group, and one of another station."""
    elsewhere = factories.places(ground.uow, region_id=ground.places.region_id)
    return ground.technicians[1], factories.technician(ground.uow, elsewhere, name="郑爽")


def present(ground, order_id) -> list[UUID]:
    return [one.user_id for one in queries.order(ground.manager, order_id).crew if one.left_at is None]


def test_a_dispatcher_and_the_lead_let_people_of_the_whole_region_in_and_out(ground, order_id, helpers):
    one, other = helpers
    outcome = let_in(ground.manager, order_id, one, reason="抬电缆")
    assert (outcome.order_id, outcome.version, outcome.unchanged) == (order_id, 3, False)
    assert let_in(ground.as_technician(), order_id, other, role=CrewRole.ASSISTANT).version == 4
    assert present(ground, order_id) == [one, other]
    first, second = queries.order(ground.manager, order_id).crew
    assert (first.role, first.added_by, first.joined_at, first.reason) == (
        "member",
        ground.manager.actor.user_id,
        NOW,
        "抬电缆",
    )
    assert (second.role, second.added_by) == ("assistant", ground.technicians[0])
    assert let_out(ground.as_technician(), order_id, one, other).version == 5
    assert present(ground, order_id) == []
    assert [one.end_reason for one in queries.order(ground.manager, order_id).crew] == ["干完了", "干完了"]


def test_it_is_on_the_timeline_with_who_and_why(ground, order_id, helpers):
    let_in(ground.manager, order_id, *helpers, reason="抬电缆")
    let_out(ground.manager, order_id, helpers[0])
    _, _, came, went = queries.timeline(ground.manager, order_id, limit=9).items
    assert (came.kind, came.user_id) == ("work_order.add_crew", ground.manager.actor.user_id)
    assert came.data["user_ids"] == [str(one) for one in helpers]
    assert (came.data["reason"], came.data["role"]) == ("抬电缆", "member")
    assert (went.kind, went.data["user_ids"]) == ("work_order.remove_crew", [str(helpers[0])])


def test_a_command_on_a_crew_takes_effect_once_for_ever(ground, order_id, helpers):
    key = new_id()
    first = let_in(ground.manager, order_id, *helpers, command_id=key)
    assert let_in(ground.manager, order_id, *helpers, command_id=key) == first
    assert refused(let_in, ground.manager, order_id, helpers[0], command_id=key)[0] == "work_order.command_reused"
    assert refused(let_out, ground.manager, order_id, *helpers, command_id=key)[0] == "work_order.command_reused"
    assert present(ground, order_id) == list(helpers)


def test_a_command_on_a_crew_asks_for_the_version(ground, order_id, helpers):
    assert refused(let_in, ground.manager, order_id, helpers[0], expected_version=1)[0] == "stale"
    assert let_in(ground.manager, order_id, helpers[0], expected_version=2).version == 3
    assert refused(let_out, ground.manager, order_id, helpers[0], expected_version=2)[0] == "stale"


def test_nobody_is_in_a_crew_twice_or_leads_it_besides(ground, order_id, helpers):
    me = ground.technicians[0]
    one, other = helpers
    let_in(ground.manager, order_id, one)
    assert refused(let_in, ground.manager, order_id, other, one) == ("work_order.crew_double", ["/user_ids/1"])
    assert refused(let_in, ground.manager, order_id, me) == ("work_order.crew_double", ["/user_ids/0"])
    assert refused(let_in, ground.manager, order_id, other, other) == ("work_order.crew_double", ["/user_ids/1"])
    assert refused(let_out, ground.manager, order_id, one, other) == (
        "work_order.crew_member_unknown",
        ["/user_ids/1"],
    )


def test_only_who_works_in_the_region_now_may_be_let_in(ground, order_id, helpers):
    abroad = make_ground(ground.uow)
    clerk = factories.user(ground.uow, region_id=ground.places.region_id)
    people.leave(ground.uow, technician_id=helpers[0])
    for wrong in (abroad.technicians[0], clerk, helpers[0], UUID(int=5)):
        assert refused(let_in, ground.manager, order_id, wrong) == ("work_order.technician_unknown", ["/user_ids/0"])
    for wrong in ((), [new_id() for _ in range(51)]):
        assert refused(let_in, ground.manager, order_id, *wrong) == ("invalid", ["/user_ids"])


def test_a_member_must_hold_the_skill_of_the_work_and_an_assistant_need_not(ground, helpers):
    uow, region_id = ground.uow, ground.places.region_id
    people.define_skill(uow, region_id=region_id, code="fibre", name="光纤")
    service.define_work_type(uow, region_id=region_id, code="splice", name="熔接", skill="fibre", crew_size=3)
    order_id = ground.order(technician=0, work_type="splice")
    assert refused(let_in, ground.manager, order_id, helpers[0]) == ("work_order.crew_unfit", ["/user_ids/0"])
    let_in(ground.manager, order_id, helpers[0], role=CrewRole.ASSISTANT)
    people.certify(uow, technician_id=helpers[1], skill="fibre", valid_until=(NOW - timedelta(days=2)).date())
    assert refused(let_in, ground.manager, order_id, helpers[1])[0] == "work_order.crew_unfit"
    people.certify(uow, technician_id=helpers[1], skill="fibre", valid_until=(NOW + timedelta(days=2)).date())
    let_in(ground.manager, order_id, helpers[1])


def test_who_is_away_when_the_visit_is_joins_it_in_no_role(ground, helpers):
    order_id = ground.order(technician=0)
    away = {
        "id": new_id(),
        "region_id": ground.places.region_id,
        "technician_id": helpers[0],
        "kind": "leave",
        "start_at": NOW - timedelta(hours=1),
        "end_at": NOW + timedelta(hours=1),
        "status": "approved",
        "requested_by": helpers[0],
        "requested_at": NOW,
    }
    insert_rows(ground.uow.session, AbsenceRow, [away])
    for role in (CrewRole.MEMBER, CrewRole.ASSISTANT):
        refused_at = refused(let_in, ground.manager, order_id, helpers[1], helpers[0], role=role)
        assert refused_at == ("work_order.crew_unfit", ["/user_ids/1"])
    assert present(ground, order_id) == []


def test_news_of_a_site_comes_to_the_whole_crew(ground, helpers):
    site_id = factories.site(ground.uow, factories.customer(ground.uow, ground.places), ground.places)
    order_id = ground.order(technician=0, site_id=site_id)
    let_in(ground.manager, order_id, helpers[0])
    ground.uow.changes.clear()
    announce_sites(ground.uow, [site_id])
    assert {one.scope for one in ground.uow.changes} == {f"user:{ground.technicians[0]}", f"user:{helpers[0]}"}
    let_out(ground.manager, order_id, helpers[0])
    ground.uow.changes.clear()
    announce_sites(ground.uow, [site_id])
    assert {one.scope for one in ground.uow.changes} == {f"user:{ground.technicians[0]}"}


def test_who_is_neither_a_dispatcher_nor_the_lead_lets_nobody_in(ground, order_id, helpers):
    one, other = helpers
    let_in(ground.manager, order_id, one)
    member = factories.acting(ground.uow, one)
    assert refused(let_in, member, order_id, other)[0] == "work_order.lead_only"
    assert refused(let_out, member, order_id, one)[0] == "work_order.lead_only"
    places = ground.places
    agent = factories.acting_as(ground.uow, Role.AGENT, Level.STATION, places.station_id, places.region_id)
    assert refused(let_in, agent, order_id, other)[0] == "work_order.not_allowed"
    stranger = factories.acting(ground.uow, other)
    assert refused(let_in, stranger, order_id, other)[0] == "work_order.unknown"
    assert refused(let_out, stranger, order_id, one)[0] == "work_order.unknown"


def test_nobody_joins_an_order_that_is_not_being_done(ground, order_id, helpers):
    one, other = helpers
    let_in(ground.manager, order_id, one)
    ask(ground.manager, order_id, Command.CANCEL, reason="withdrawn")
    assert refused(let_in, ground.manager, order_id, other)[0] == "work_order.illegal"
    assert refused(let_out, ground.manager, order_id, one)[0] == "work_order.illegal"
    waiting = ground.order()
    let_in(ground.manager, waiting, one)  # a crew may be formed before its lead is found
    assert present(ground, waiting) == [one]


def test_a_member_sees_the_order_and_nobody_does_any_more_who_left(ground, order_id, helpers):
    one = helpers[0]
    member = factories.acting(ground.uow, one)
    ground.order(technician=0)
    for inside in (False, True, False):
        page = queries.page_of_orders(member, filters=OrderFilter(), limit=9)
        assert [row.id for row in page.items] == ([order_id] if inside else [])
        assert queries.visible_order_ids(member, [order_id]) == ({order_id} if inside else set())
        assert queries.held_order_ids(member, [order_id]) == ({order_id} if inside else set())
        assert list(queries.order_documents(member, [order_id])) == ([str(order_id)] if inside else [])
        if inside:
            assert queries.order(member, order_id).row.id == order_id
            assert queries.timeline(member, order_id, limit=9).items
            let_out(ground.manager, order_id, one)
        else:
            assert refused(queries.order, member, order_id)[0] == "work_order.unknown"
            assert refused(queries.timeline, member, order_id, limit=9)[0] == "work_order.unknown"
            if one not in [old.user_id for old in queries.order(ground.manager, order_id).crew]:
                let_in(ground.manager, order_id, one)


def test_the_document_of_an_order_names_the_crew_with_the_lead_first(ground, order_id, helpers):
    me = ground.as_technician()
    assert queries.order_documents(me, [order_id])[str(order_id)]["crew"] == []
    let_in(ground.manager, order_id, helpers[1])
    crew = queries.order_documents(me, [order_id])[str(order_id)]["crew"]
    assert [(one["user_id"], one["role"], one["name"]) for one in crew] == [
        (str(ground.technicians[0]), "lead", "周强"),
        (str(helpers[1]), "member", "郑爽"),
    ]
    member = factories.acting(ground.uow, helpers[1])
    assert queries.order_documents(member, [order_id])[str(order_id)]["crew"] == crew


def test_the_order_its_site_and_all_news_come_to_the_phones_of_the_crew(ground, helpers):
    one = helpers[0]
    site_id = factories.site(ground.uow, factories.customer(ground.uow, ground.places), ground.places)
    order_id = ground.order(technician=0, site_id=site_id)
    changes = ground.uow.changes
    mine, theirs = f"user:{ground.technicians[0]}", f"user:{one}"
    order, site = ("work_orders", str(order_id)), ("sites", str(site_id))
    changes.clear()
    let_in(ground.manager, order_id, one)
    assert told(changes) == {
        (mine, *order, "put", None),
        (theirs, *order, "put", None),
        (theirs, *site, "put", None),
    }
    assert list(queries.site_documents(factories.acting(ground.uow, one), [site_id])) == [str(site_id)]
    changes.clear()
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    assert told(changes) == {(mine, *order, "put", None), (theirs, *order, "put", None)}
    changes.clear()
    let_out(ground.manager, order_id, one)
    assert told(changes) == {
        (mine, *order, "put", None),
        (theirs, *order, "del", "unassigned"),
        (theirs, *site, "put", None),
    }
    assert queries.site_documents(factories.acting(ground.uow, one), [site_id]) == {}


@pytest.mark.parametrize("command", [Command.ACCEPT, Command.SCHEDULE, Command.DECLINE, Command.COMPLETE])
def test_commands_stay_with_the_lead(ground, order_id, helpers, command):
    let_in(ground.manager, order_id, helpers[0])
    member = factories.acting(ground.uow, helpers[0])
    assert refused(ask, member, order_id, command, reason="x")[0] == "work_order.lead_only"
    assert refused(ask, member, order_id, Command.CANCEL, reason="x")[0] == "work_order.not_allowed"


def test_whoever_gives_the_order_to_another_lead_says_what_becomes_of_the_crew(ground, order_id, helpers):
    one, other = helpers
    let_in(ground.manager, order_id, *helpers)
    give = {"technician_id": str(one), "reason": "rebalancing"}
    assert refused(ask, ground.manager, order_id, Command.REASSIGN, **give) == (
        "work_order.crew_undecided",
        ["/data/crew"],
    )
    assert present(ground, order_id) == [one, other]
    ask(ground.manager, order_id, Command.REASSIGN, **give, crew="keep")
    assert present(ground, order_id) == [other], "who leads now is no member besides"
    assert queries.order(ground.manager, order_id).row.assignee_id == one
    assert factories.acting(ground.uow, one).actor.user_id in [
        row.user_id for row in queries.order(ground.manager, order_id).crew if row.end_reason == "lead"
    ]
    ground.uow.changes.clear()
    give["technician_id"] = str(ground.technicians[0])
    ask(ground.manager, order_id, Command.REASSIGN, **give, crew="dissolve")
    assert present(ground, order_id) == []
    gone = {change.scope for change in ground.uow.changes if change.op == "del"}
    assert gone == {f"user:{one}", f"user:{other}"}


def test_a_crew_waits_for_another_lead_when_the_first_declines_and_goes_when_the_order_begins_anew(
    ground, order_id, helpers
):
    let_in(ground.manager, order_id, helpers[0])
    ask(ground.as_technician(), order_id, Command.DECLINE, reason="off_duty")
    assert present(ground, order_id) == [helpers[0]]
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(ground.technicians[0]))
    assert present(ground, order_id) == [helpers[0]]
    technician = ground.as_technician()
    for command in (Command.ACCEPT, Command.ARRIVE, Command.START, Command.COMPLETE):
        ask(technician, order_id, command)
    ask(ground.manager, order_id, Command.REOPEN, reason="fault_again")
    assert present(ground, order_id) == []


def test_a_new_lead_who_was_a_member_keeps_the_order_on_the_phone(ground, order_id, helpers):
    let_in(ground.manager, order_id, helpers[0])
    ground.uow.changes.clear()
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(helpers[0]), reason="rebalancing", crew="keep")
    last = told(ground.uow.changes)
    assert (f"user:{helpers[0]}", "work_orders", str(order_id), "put", None) in last
    assert (f"user:{ground.technicians[0]}", "work_orders", str(order_id), "del", "unassigned") in last


def test_the_list_of_a_member_is_served_by_indexes_and_takes_one_statement(ground, order_id, helpers):
    let_in(ground.manager, order_id, helpers[0])
    member = factories.acting(ground.uow, helpers[0])
    with recorded(ground.uow.session) as statements:
        queries.page_of_orders(member, filters=OrderFilter(), limit=5)
    (statement,) = statements
    assert "work_order_crew" in statement
    with recorded(ground.uow.session) as statements:
        queries.order_documents(member, [order_id])
    assert len(statements) == 4, "nobody is asked for contacts where there is no customer"


def test_letting_many_in_takes_as_many_statements_as_letting_in_one(ground, order_id):
    more = [factories.technician(ground.uow, ground.places) for _ in range(8)]
    counts = []
    for users in (more[:1], more[1:]):
        with recorded(ground.uow.session) as statements:
            let_in(ground.manager, order_id, *users)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20


def test_of_two_who_let_the_same_person_in_at_once_one_is_told_so(runtime):
    """On SQLite the second waits for the first; on PostgreSQL the order's row makes it."""
    with runtime.unit_of_work(system_actor()) as uow:
        ground = make_ground(uow)
        order_id = ground.order(technician=0)
    answers: list[str] = []
    start = threading.Barrier(4)

    def try_it() -> None:
        start.wait()
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                let_in(uow, order_id, ground.technicians[1])
            answers.append("in")
        except DomainError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in", *["work_order.crew_double"] * 3]
    with runtime.reading(system_actor()) as reading:
        assert len(queries.order(reading, order_id).crew) == 1


def test_what_the_work_asks_for_says_how_many_people(ground):
    service.define_work_type(
        ground.uow, region_id=ground.places.region_id, code=REPAIR, name="维修", crew_size=4, template_code="five-steps"
    )
    (work_type,) = queries.work_types(ground.uow, ground.places.region_id)
    assert work_type.crew_size == 4
