"""What the watch over service clocks costs: 1,000 due among 10,000 open clocks, and 1,000 due among 1,000,000.

    python -m bench.parts.sweep [--few 10000] [--many 1000000] [--due 1000] [--rounds 4]

It starts its own PostgreSQL (durable) and measures the sweep itself: clocks evaluated, notices given, and all of it committed.
"""

import argparse
import sys
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import text

from bench.parts.stage import NOW, databases, fill, places_in, race, verdict
from dispatch.sla.service import start_with_defaults
from dispatch.territory import queries as territory
from dispatch.territory import service
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.work_orders.alerts import sweep_clocks
from kernel.actor import system_actor
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from sync.devices.queries import last_pushes
from sync.wiring import WATCH_SIZE
from tests import factories

LIMIT = 1.5
ORDERS = """
INSERT INTO work_orders (id, region_id, station_id, group_id, zone_id, number, status, priority, work_type, title,
                         assignee_id, received_at, needs_review, version, created_at, updated_at)
SELECT bench_id(1, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid), CAST(:zone_id AS uuid),
       'B' || n, 'assigned', 'routine', 'repair', 'bench', CAST(:handler AS uuid), CAST(:began AS timestamptz), false, 1,
       CAST(:began AS timestamptz), CAST(:began AS timestamptz)
  FROM generate_series(1, CAST(:clocks AS int) / 2) AS n
"""
EVENTS = """
INSERT INTO clock_events (id, region_id, work_order_id, clock, kind, at, recorded_at, user_id, target_seconds, final)
SELECT bench_id(2, n * 2 + c.nth), CAST(:region_id AS uuid), bench_id(1, n), c.clock, 'start',
       CAST(:began AS timestamptz), CAST(:began AS timestamptz), CAST(:handler AS uuid), c.target, false
  FROM generate_series(1, CAST(:clocks AS int) / 2) AS n,
       (VALUES (0, 'respond', 14400), (1, 'resolve', 86400)) AS c(nth, clock, target)
"""
CLOCKS = """
INSERT INTO sla_clocks (work_order_id, clock, region_id, status, colour, due_at, is_settled, noticed, next_look_at)
SELECT bench_id(1, n), c.clock, CAST(:region_id AS uuid), 'running', 'clear',
       CAST(:began AS timestamptz) + c.target * interval '1 second', false, 'none',
       CAST(:now AS timestamptz) + (1 + n % 86400) * interval '1 second'
  FROM generate_series(1, CAST(:clocks AS int) / 2) AS n, (VALUES ('respond', 14400), ('resolve', 86400)) AS c(clock, target)
"""
MAKE_DUE = """
UPDATE sla_clocks SET next_look_at = CAST(:now AS timestamptz) - interval '1 second'
 WHERE clock = 'respond' AND work_order_id IN
       (SELECT bench_id(1, n) FROM generate_series(CAST(:first AS int), CAST(:first AS int) + CAST(:due AS int) - 1) AS n)
"""


def main() -> int:
    """Measure, and print the ratio."""
    asked = _arguments()
    with databases("few", "many") as made:
        for name, runtime in made.items():
            _furnish(runtime, getattr(asked, name))
        rounds = {name: _Rounds(runtime, asked.due) for name, runtime in made.items()}
        prepare = [one.prepare for one in rounds.values()]
        few, many = race(asked.rounds, rounds["few"].sweep, rounds["many"].sweep, prepare=prepare)
    what = f"sweep of {asked.due:,} due clocks among {asked.few:,} and among {asked.many:,} open ones"
    return verdict(what, few, many, LIMIT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("few", 10_000), ("many", 1_000_000), ("due", 1_000), ("rounds", 4)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _furnish(runtime: Runtime, clocks: int) -> None:
    """Open a station with its people, and so many clocks that began three hours ago and run."""
    with runtime.unit_of_work(system_actor()) as uow:
        places, handler = _open_station(uow)
    values = {"clocks": clocks, "handler": str(handler), "began": NOW - timedelta(hours=3), "now": NOW}
    fill(runtime, ORDERS, EVENTS, CLOCKS, **values, **places_in(asdict(places)))


def _open_station(uow: UnitOfWork) -> tuple[Places, object]:
    station_id = factories.station(uow, factories.region(uow))
    places = territory.places_of_zone(uow, factories.zone(uow, factories.group(uow, station_id)))
    assert places.group_id is not None
    start_with_defaults(uow, places.region_id)
    leader = factories.user(uow, region_id=places.region_id)
    service.appoint(uow, place_id=places.group_id, kind=DutyKind.GROUP_LEADER, user_id=leader)
    return places, factories.technician(uow, places)


class _Rounds:
    """Sweeps one database again and again, each time over clocks that were never told of."""

    def __init__(self, runtime: Runtime, due: int) -> None:
        self.runtime, self.due, self.first = runtime, due, 1

    def prepare(self) -> None:
        """Make the next clocks due."""
        with self.runtime.engine.begin() as connection:
            connection.execute(text(MAKE_DUE), {"now": NOW, "first": self.first, "due": self.due})
        self.first += self.due

    def sweep(self) -> None:
        """Sweep until nothing is due; `prepare` made some clocks due before."""
        while True:
            with self.runtime.unit_of_work(system_actor()) as uow:
                if sweep_clocks(uow, limit=WATCH_SIZE, last_pushes=last_pushes) == 0:
                    return


if __name__ == "__main__":
    sys.exit(main())
