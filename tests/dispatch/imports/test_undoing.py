"""An import is taken back as far as nothing else is built on it, and says of each line what stayed."""

from dispatch.customers import queries as customers
from dispatch.imports import service
from dispatch.imports.states import UndoOutcome
from dispatch.people.queries import technicians_by_id
from dispatch.requests import queries as requests
from dispatch.territory import queries as territory
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders import service as orders
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.actor import system_actor
from tests import factories

REQUESTS = "reference,opened at,closed at,category,latitude,longitude,address"
CUSTOMERS = "客户编号,客户姓名,联系电话,片区,地址"


def undo(desk, key):
    with desk.runtime.unit_of_work(desk.actor) as uow:
        service.undo(uow, import_id=key)
    return desk.finish(key)


def request(reference, closed=""):
    return f"{reference},2026-11-20 08:00:00,{closed},No signal,33.80,119.30,Road {reference}"


def table(header, *lines):
    return "\n".join([header, *lines, ""]).encode()


def fates(desk, key):
    return {line.line: (line.undo, line.undo_code) for line in desk.lines(key)}


def test_requests_are_withdrawn_and_history_goes_unless_somebody_has_begun_or_ended_them(desk, runtime):
    data = table(REQUESTS, request("1"), request("2"), request("3", "2026-11-20 10:00:00"), request("1"), request("4"))
    _, done = desk.bring_in(data, size=2)
    with runtime.reading(desk.actor) as reading:
        found = requests.page_of_requests(reading, filters=requests.RequestFilter(), limit=9).items
    by_reference = {one.external_ref: one for one in found}
    with runtime.unit_of_work(system_actor()) as uow:
        technician = factories.technician(uow, desk.zones["East"])
        factories.cancel(uow, by_reference["4"].work_order_id)
        for command in (Command.ASSIGN, Command.ACCEPT):
            orders.command(
                uow,
                order_id=by_reference["2"].work_order_id,
                command=command,
                command_id=uow.new_id(),
                data={"technician_id": str(technician)},
                evidence=Evidence(),
            )
    undone = undo(desk, done.id)
    assert (undone.state, undone.outcomes) == ("undone", {"undone": 2, "kept": 2})
    assert fates(desk, done.id) == {
        2: ("undone", None),
        3: ("kept", "import.undo_begun"),
        4: ("undone", None),
        5: (None, None),
        6: ("kept", "import.undo_ended"),
    }
    with runtime.reading(desk.actor) as reading:
        assert work_orders.order(reading, by_reference["1"].work_order_id).row.status == "cancelled"
        assert requests.request(reading, by_reference["1"].id).row.state == "withdrawn"
        found = requests.page_of_requests(reading, filters=requests.RequestFilter(), limit=9).items
        assert by_reference["3"].id not in {one.id for one in found}
    # What was taken back can be brought in anew, and is not taken for what it was.
    _, again = desk.bring_in(data)
    assert again.outcomes == {"created": 2, "already_there": 2, "rejected": 1}
    assert undo(desk, done.id).outcomes == {"kept": 2}


def test_customers_go_with_their_sites_unless_something_refers_to_them(desk, runtime):
    lines = [f"C-{n},客户 {n},100 {n},East,红旗路 {n}" for n in range(1, 5)]
    tried, done = desk.bring_in(table(CUSTOMERS, *lines, "C-1,客户 1,100 1,East,人民路 1"), "customers", size=2)
    assert tried.outcomes == done.outcomes == {"created": 5}
    with runtime.unit_of_work(desk.actor) as uow:
        mine = customers.page_of_customers(uow, limit=10).items
        by_name = {one.name: customers.customer(uow, one.id) for one in mine}
        assert len(by_name["客户 1"].sites) == 2
        factories.asset(uow, desk.place.region_id, site_id=by_name["客户 2"].sites[0].id)
    undone = undo(desk, done.id)
    assert undone.outcomes == {"undone": 4, "kept": 1}
    assert [line.line for line in desk.lines(done.id, undo=UndoOutcome.KEPT)] == [3]
    with runtime.reading(desk.actor) as reading:
        assert [one.name for one in customers.page_of_customers(reading, limit=10).items] == ["客户 2"]
    _, again = desk.bring_in(table(CUSTOMERS, *lines), "customers")
    assert again.outcomes == {"created": 3, "already_there": 1}


def test_customers_lie_in_the_zone_that_they_name_or_at_their_position_and_mistakes_are_told_by_column(desk):
    data = table(
        "reference,name,phone,email,vip,zone,address,latitude,longitude",
        "1,A,,a@b,yes,West,Road 1,,",
        "2,B,,,,,Road 2,33.80,119.30",
        "3,C,,,,Nowhere,Road 3,,",
        "4,D,,no mail,,,,,",
        "5,E,,,perhaps,,,,",
        "6,F,,,,,Road 6,99,1",
        "7,,,,,,,,",
        "8,G,,,,,,,",
    )
    tried, _ = desk.bring_in(data, "customers", station_id=desk.place.station_id)
    assert tried.outcomes == {"created": 2, "rejected": 6}
    told = {line.line: (line.code, line.heading) for line in desk.lines(tried.id) if line.code}
    assert told == {
        4: ("unknown_zone", "zone"),
        5: ("customers.email_wrong", "email"),
        6: ("import.cell_wrong", "vip"),
        7: ("customers.position_wrong", "latitude"),
        8: ("import.cell_wrong", "name"),
        9: ("no_position", None),
    }


def test_what_an_import_changed_stays_as_it_changed_it_and_what_it_made_goes(desk, runtime):
    """Nobody kept what was there before: going back would take from others what they have built on since."""
    with runtime.reading(system_actor()) as reading:
        group = territory.group(reading, desk.place.group_id).code
    header = "登录名,姓名,维护组"
    _, first = desk.bring_in(table(header, f"a,甲,{group}", f"b,乙,{group}"), "people")
    _, second = desk.bring_in(table(header, f"a,甲二,{group}", f"b,乙,{group}", f"c,丙,{group}"), "people")
    assert second.outcomes == {"updated": 1, "already_there": 1, "created": 1}
    undone = undo(desk, second.id)
    assert (undone.outcomes, undone.codes) == ({"undone": 1, "kept": 1}, {"import.undo_updated": 1})
    assert fates(desk, second.id) == {2: ("kept", "import.undo_updated"), 3: (None, None), 4: ("undone", None)}
    changed, _, made = (line.subject_id for line in desk.lines(second.id))
    with runtime.reading(system_actor()) as reading:
        people = technicians_by_id(reading, [changed, made])
    assert (people[changed].name, people[changed].left_at) == ("甲二", None)
    assert people[made].left_at is not None
    assert undo(desk, second.id).outcomes == {"kept": 1}
    # Whoever made it may take it away all the same: the line is another one's.
    assert undo(desk, first.id).outcomes == {"undone": 2}


def test_a_report_that_an_import_ended_stays_ended(desk, runtime):
    _, first = desk.bring_in(table(REQUESTS, request("1"), request("2")))
    _, second = desk.bring_in(table(REQUESTS, request("1", "2026-11-20 10:00:00"), request("2")))
    assert second.outcomes == {"updated": 1, "already_there": 1}
    assert undo(desk, second.id).outcomes == {"kept": 1}
    assert fates(desk, second.id) == {2: ("kept", "import.undo_updated"), 3: (None, None)}
    with runtime.reading(desk.actor) as reading:
        found = requests.page_of_requests(reading, filters=requests.RequestFilter(), limit=9).items
    assert {one.external_ref: one.state for one in found} == {"1": "resolved", "2": "in_hand"}
    assert undo(desk, first.id).outcomes == {"undone": 1, "kept": 1}
