"""What lies around many checklists is loaded at once."""

from checklists.media import service as media
from checklists.media.service import Named
from checklists.runs.surroundings import load_around, shown_times
from dispatch.fees import service as fees
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import command
from kernel.clock import iso
from tests import factories
from tests.checklists import world
from tests.statements import recorded


def ask(holder, order_id, *commands):
    for one in commands:
        command(holder, order_id=order_id, command=one, command_id=holder.new_id(), data={}, evidence=Evidence())


def test_fees_times_and_hashes_of_many_orders_take_four_statements(uow, here):
    made = world.make(uow, here, 3)
    holder = factories.acting(uow, made.technician_id)
    first = made.order_ids[0]
    fees.add_line(holder, order_id=first, data={"text": "上门费", "unit_price": "80"})
    ask(holder, first, Command.ACCEPT, Command.ARRIVE, Command.START)
    media.name_media(uow, [Named(here.region_id, first, "m-1", made.technician_id, "ab" * 32)])
    with recorded(uow.session) as statements:
        around = load_around(uow.session, made.order_ids)
    assert len(statements) == 4
    assert (len(around[first].facts.lines), around[first].hashes) == (1, {"m-1": "ab" * 32})
    now = iso(uow.now)
    assert around[first].times() == shown_times(uow.session, [first])[first] == {"arrived_at": now, "started_at": now}
    assert around[made.order_ids[1]].times() == {"arrived_at": None, "started_at": None}
    assert load_around(uow.session, []) == shown_times(uow.session, []) == {}
