"""Assets, people, orders and zones, brought in by the API's imports: tried, refused by column, not doubled, and taken back."""

from dispatch.assets import queries as assets
from dispatch.assets.life import AssetKind
from dispatch.assets.queries import AssetFilter
from dispatch.imports import service
from dispatch.people.queries import technicians_by_id
from dispatch.people.service import define_skill
from dispatch.territory import queries as territory
from dispatch.territory.service import DutyKind, appoint
from dispatch.work_orders import queries as orders
from kernel.actor import system_actor
from tests import factories


def table(header, *lines):
    return "\n".join([header, *lines, ""]).encode()


def undo(desk, key):
    with desk.runtime.unit_of_work(desk.actor) as uow:
        service.undo(uow, import_id=key)
    return desk.finish(key)


def told(desk, key):
    return {line.line: (line.code, line.heading) for line in desk.lines(key) if line.code}


def test_assets_stand_at_the_sites_of_customers_that_were_brought_in_before(desk, runtime):
    desk.bring_in(table("客户编号,客户姓名,片区,地址", "C-1,王,East,红旗路 1"), "customers")
    data = table(
        "序列号,厂商,设备类别,安装日期,客户编号,地址",
        "A1,烽火,onu,2026/11/01,C-1,红旗路1",
        "A2,烽火,kettle,,,",
        "A3,烽火,onu,tomorrow,,",
        "A4,烽火,onu,,C-1,人民路",
        "a1,烽火,onu,,,",
        "A5,烽火,onu,,,",
    )
    tried, done = desk.bring_in(data, "assets")
    assert tried.outcomes == done.outcomes == {"created": 2, "rejected": 4}
    assert told(desk, done.id) == {
        3: ("invalid", "设备类别"),
        4: ("import.cell_wrong", "安装日期"),
        5: ("customers.site_unknown", None),
        6: ("duplicate_in_file", None),
    }
    with runtime.unit_of_work(desk.actor) as uow:
        rows = {one.serial: one for one in assets.page_of_assets(uow, filters=AssetFilter(), limit=9).items}
        assert (rows["A1"].state, rows["A1"].zone_id) == ("installed", desk.zones["East"].zone_id)
        factories.assets.correct(
            uow, asset_id=rows["A5"].id, kind=AssetKind.ONU, model="X", bought_on=None, warranty_until=None
        )
    assert desk.bring_in(data, "assets")[1].outcomes == {"already_there": 2, "rejected": 4}
    assert undo(desk, done.id).outcomes == {"undone": 1, "kept": 1}
    with runtime.reading(desk.actor) as reading:
        left = assets.page_of_assets(reading, filters=AssetFilter(), limit=9).items
    assert [one.serial for one in left] == ["A5"]


def test_technicians_come_with_accounts_and_leave_when_it_is_undone_unless_they_had_orders(desk, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        define_skill(uow, region_id=desk.place.region_id, code="fibre", name="光纤")
        group = territory.group(uow, desk.place.group_id).code
    data = table(
        "登录名,姓名,维护组,技能",
        f"a,甲,{group},fibre:2",
        f"b,乙,{group},fibre:9",
        f"c,丙,{group},",
        "d,丁,nowhere,",
        ",戊,x,",
    )
    tried, done = desk.bring_in(data, "people")
    assert tried.outcomes == done.outcomes == {"created": 2, "rejected": 3}
    assert told(desk, done.id) == {
        3: ("people.level_wrong", "技能"),
        5: ("people.line_wrong", "维护组"),
        6: ("import.cell_wrong", "登录名"),
    }
    first, second = (line.subject_id for line in desk.lines(done.id) if line.code is None)
    assert desk.bring_in(data, "people")[1].outcomes == {"already_there": 2, "rejected": 3}
    with runtime.unit_of_work(system_actor()) as uow:
        factories.assign(uow, factories.order(uow, desk.place), first)
    assert undo(desk, done.id).outcomes == {"undone": 1, "kept": 1}
    with runtime.reading(system_actor()) as reading:
        people = technicians_by_id(reading, [first, second])
    assert [people[key].left_at is None for key in (first, second)] == [True, False]


def test_orders_come_once_with_their_customers_and_are_cancelled_unless_somebody_has_begun(desk, runtime):
    desk.bring_in(table("客户编号,客户姓名,片区,地址", "C-1,王,East,红旗路 1"), "customers")
    with runtime.unit_of_work(system_actor()) as uow:
        factories.work_orders.define_work_type(uow, region_id=desk.place.region_id, code="plan", name="检修")
    data = table(
        "工单号,工单类型,标题,优先级,片区,客户编号,地址",
        "P-1,plan,更换放大器,紧急,East,C-1,红旗路 1",
        "P-2,plan,巡检,,West,,",
        "P-3,dance,x,,East,,",
        "P-4,plan,x,sometime,East,,",
        "P-5,plan,x,,East,C-9,",
        "P-6,plan,x,,Nowhere,,",
        "P-7,plan,x,,East,,红旗路",
    )
    tried, done = desk.bring_in(data, "orders")
    assert tried.outcomes == done.outcomes == {"created": 2, "rejected": 5}
    assert told(desk, done.id) == {
        4: ("work_order.work_type_unknown", "工单类型"),
        5: ("import.cell_wrong", "优先级"),
        6: ("unknown_customer", "客户编号"),
        7: ("unknown_zone", "片区"),
        8: ("import.cell_wrong", "客户编号"),
    }
    first, second = (line.subject_id for line in desk.lines(done.id) if line.code is None)
    with runtime.unit_of_work(system_actor()) as uow:
        row = orders.order(uow, first).row
        assert (row.priority, row.zone_id, row.site_id is None) == ("emergency", desk.zones["East"].zone_id, False)
        technician = factories.technician(uow, desk.zones["West"])
        factories.assign(uow, second, technician)
        factories.commands(uow, second, technician, "accept")
    assert desk.bring_in(data, "orders")[1].outcomes == {"already_there": 2, "rejected": 5}
    assert undo(desk, done.id).outcomes == {"undone": 1, "kept": 1}
    with runtime.reading(system_actor()) as reading:
        assert [orders.order(reading, key).row.status for key in (first, second)] == ["cancelled", "accepted"]


SQUARE = "POLYGON((119.50 33.80, 119.52 33.80, 119.52 33.82, 119.50 33.82, 119.50 33.80))"


def test_zones_are_drawn_changed_and_taken_back_unless_something_names_them(desk, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        group = territory.group(uow, desk.place.group_id).code
    header = "片区编码,片区名称,维护组,用户数,边界"
    lines = [
        f'Z1,红旗,{group},120,"{SQUARE}"',
        f"Z2,人民,{group},,",
        "Z3,x,nowhere,,",
        f"Z4,x,{group},many,",
        f'Z5,x,{group},,"POLYGON((1 1, 2 2))"',
        f'Z6,x,{group},,"LINESTRING(1 1, 2 2)"',
        f"East,East 2,{group},,",
        f"Z2,again,{group},,",
        f'Z7,x,{group},,"{{""type"": ""Feature"", ""geometry"": {{""type"": ""Point"", ""coordinates"": [1, 2]}}}}"',
        f"Z8,x,{group},,",
    ]
    tried, done = desk.bring_in(table(header, *lines), "zones")
    assert tried.outcomes == done.outcomes == {"created": 3, "updated": 1, "rejected": 6}
    assert told(desk, done.id) == {
        4: ("territory.group_unknown", "维护组"),
        5: ("import.cell_wrong", "用户数"),
        6: ("import.cell_wrong", "边界"),
        7: ("territory.boundary_type", "边界"),
        9: ("duplicate_in_file", None),
        10: ("territory.boundary_type", "边界"),
    }
    region = desk.place.region_id
    with runtime.unit_of_work(system_actor()) as uow:
        (drawn,) = territory.zones_at(uow, region, 33.81, 119.51)
        assert (drawn.code, drawn.name, drawn.subscribers) == ("Z1", "红旗", 120)
        assert desk.zones["East"].zone_id in {one.id for one in territory.zones_at(uow, region, 33.81, 119.31)}
        zones = {one.code: one.id for one in territory.zones(uow, limit=99, region_id=region).items}
        factories.order(uow, territory.places_of_zone(uow, zones["Z2"]))
        manager = factories.technician(uow, desk.place)
        appoint(uow, place_id=zones["Z8"], kind=DutyKind.ZONE_MANAGER, user_id=manager)
    assert desk.bring_in(table(header, *lines[:2]), "zones")[1].outcomes == {"already_there": 2}
    assert undo(desk, done.id).outcomes == {"undone": 1, "kept": 3}
    with runtime.reading(system_actor()) as reading:
        assert territory.zones_at(reading, region, 33.81, 119.51) == ()
        left = {one.code for one in territory.zones(reading, limit=99, region_id=region).items}
        assert left & {"Z1", "Z2", "Z8", "East"} == {"Z2", "Z8", "East"}
