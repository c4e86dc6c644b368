"""What a list of the orders of a zone costs: with 1,000 orders in the table, and with 1,000,000.

    python -m bench.parts.lists [--few 1000] [--many 1000000] [--rounds 300]

It starts its own PostgreSQL (durable) and measures the query as a station manager asks it, with its transaction. The zone has the
same 1,000 orders in both databases; the others lie in a thousand other zones of the same station.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from bench.parts.stage import NOW, databases, fill, places_in, race, verdict
from dispatch.territory.places import Places
from dispatch.work_orders.queries import OrderFilter, page_of_orders
from kernel.actor import Actor, Level, Role, system_actor
from kernel.runtime import Runtime
from tests import factories

LIMIT = 1.3
PAGE = 50
ZONES = """
INSERT INTO zones (id, region_id, station_id, group_id, code, name, subscribers, version, created_at)
SELECT bench_id(3, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid), 'E' || n, 'elsewhere', 1, 1,
       CAST(:now AS timestamptz) FROM generate_series(0, 999) AS n
"""
ORDERS = """
INSERT INTO work_orders (id, region_id, station_id, group_id, zone_id, number, status, priority, work_type, title,
                         received_at, needs_review, version, created_at, updated_at)
SELECT bench_id(1, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid),
       CASE WHEN n <= CAST(:here AS int) THEN CAST(:zone_id AS uuid) ELSE bench_id(3, n % 1000) END,
       'B' || n, 'open', 'routine', 'repair', 'bench',
       CAST(:now AS timestamptz) - (n::bigint * 7919 % 1000000) * interval '1 minute',
       false, 1, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:orders AS int)) AS n
"""


def main() -> int:
    """Measure, and print the ratio."""
    asked = _arguments()
    with databases("few", "many") as made:
        ask = {name: _furnish(runtime, getattr(asked, name), asked.few) for name, runtime in made.items()}
        for one in ask.values():
            for _ in range(20):
                one()
        few, many = race(asked.rounds, ask["few"], ask["many"])
    what = f"page of {PAGE} orders of a zone with {asked.few:,} and with {asked.many:,} orders in the table"
    return verdict(what, few, many, LIMIT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("few", 1_000), ("many", 1_000_000), ("rounds", 300)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _furnish(runtime: Runtime, orders: int, here: int) -> Callable[[], None]:
    """Open a zone with `here` orders among `orders`, and return what asks for the first page of its list."""
    with runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        role = (Role.STATION_MANAGER, Level.STATION, places.station_id)
        manager = factories.actor(uow, factories.person_with(uow, *role, region_id=places.region_id))
    fill(runtime, ZONES, ORDERS, orders=orders, here=here, now=NOW, **places_in(asdict(places)))
    return partial(_list, runtime, manager, places)


def _list(runtime: Runtime, manager: Actor, places: Places) -> None:
    with runtime.reading(manager) as reading:
        page = page_of_orders(reading, filters=OrderFilter(zone_id=places.zone_id), limit=PAGE)
    assert page.items
    assert all(one.zone_id == places.zone_id for one in page.items)


if __name__ == "__main__":
    sys.exit(main())
