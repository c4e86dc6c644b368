"""What it costs to rank one order against all technicians of a region, beside the one query that fetches them.

    python -m bench.parts.ranking [--technicians 5000] [--rounds 15]

It starts its own PostgreSQL (durable). Everybody has a shift and two skills, orders in hand and of the past week, every second
positions of the past hours, every third an appointment that day, and every tenth is away. Both sides run in a transaction of
their own and bring all of their rows to Python; the ranking knows for each person every reason for or against.
"""

import argparse
import sys
from dataclasses import asdict
from functools import partial
from uuid import UUID

from bench.parts.stage import NOW, databases, fill, places_in, race, verdict
from dispatch.assignment.queries import candidates
from dispatch.assignment.rules import Nearness
from dispatch.people import service as people
from dispatch.people.workforce import workers
from dispatch.territory.places import Places
from dispatch.work_orders.service import define_work_type
from kernel.actor import Actor, Level, Role, system_actor
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from tests import factories

LIMIT = 20
USERS = """
INSERT INTO users (id, login, name, region_id, active, locale, created_at)
SELECT bench_id(1, n), 'bench' || n, 'Technician ' || n, CAST(:region_id AS uuid), true, 'zh-CN', CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:technicians AS int)) AS n
"""
TECHNICIANS = """
INSERT INTO technicians (id, region_id, station_id, group_id, created_at, base_lat, base_lon)
SELECT bench_id(1, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid),
       CAST(:now AS timestamptz), 33.5 + (n % 100) * 0.005, 119.0 + (n / 100) * 0.01
  FROM generate_series(1, CAST(:technicians AS int)) AS n
"""
SKILLS = """
INSERT INTO technician_skills (technician_id, skill, level, valid_until)
SELECT bench_id(1, n), s.skill, 1 + n % 5, CASE WHEN n % 20 = 0 THEN DATE '2026-01-01' ELSE DATE '2027-12-31' END
  FROM generate_series(1, CAST(:technicians AS int)) AS n, (VALUES ('fibre'), ('tv')) AS s(skill)
"""
SHIFTS = """
INSERT INTO shifts (id, region_id, station_id, group_id, place_id, technician_id, day, type_code, start_at, end_at,
                    created_by, created_at)
SELECT bench_id(2, n * 10 + d), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid),
       CAST(:group_id AS uuid), bench_id(1, n), CAST(:now AS date) + d, 'day',
       CAST(:now AS timestamptz) + d * interval '1 day' - interval '2 hours',
       CAST(:now AS timestamptz) + d * interval '1 day' + interval '7 hours', bench_id(1, 1), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:technicians AS int)) AS n, generate_series(0, 2) AS d
"""
ROSTER = """
INSERT INTO roster_days (place_id, day, region_id, station_id, group_id, start_at, end_at, published_by, published_at)
SELECT CAST(:group_id AS uuid), CAST(:now AS date) + d, CAST(:region_id AS uuid), CAST(:station_id AS uuid),
       CAST(:group_id AS uuid), CAST(:now AS timestamptz) + d * interval '1 day' - interval '10 hours',
       CAST(:now AS timestamptz) + d * interval '1 day' + interval '14 hours', bench_id(1, 1), CAST(:now AS timestamptz)
  FROM generate_series(0, 2) AS d
"""
ABSENCES = """
INSERT INTO absences (id, region_id, technician_id, kind, start_at, end_at, status, requested_by, requested_at)
SELECT bench_id(3, n), CAST(:region_id AS uuid), bench_id(1, n), 'leave', CAST(:now AS timestamptz) - interval '1 day',
       CAST(:now AS timestamptz) + interval '3 days', 'approved', bench_id(1, n), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:technicians AS int)) AS n WHERE n % 10 = 0
"""
ORDERS = """
INSERT INTO work_orders (id, region_id, station_id, group_id, zone_id, number, status, priority, work_type, title, assignee_id,
                         site_id, received_at, needs_review, version, created_at, updated_at)
SELECT bench_id(4, n * 10 + k), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid),
       CAST(:zone_id AS uuid), 'B' || n * 10 + k, CASE WHEN k < 2 THEN 'assigned' ELSE 'closed' END, 'routine', 'bench', 'bench',
       bench_id(1, n), CAST(:site_id AS uuid), CAST(:now AS timestamptz) - k * interval '20 hours', false, 1,
       CAST(:now AS timestamptz), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:technicians AS int)) AS n, generate_series(0, 9) AS k
"""
ASSIGNMENTS = """
INSERT INTO work_order_assignments (id, region_id, work_order_id, user_id, assigned_by, assigned_at)
SELECT id, region_id, id, assignee_id, assignee_id, received_at FROM work_orders WHERE assignee_id IS NOT NULL
"""
APPOINTMENTS = """
INSERT INTO appointments (id, region_id, station_id, group_id, zone_id, work_order_id, technician_id, state, start_at, end_at,
                          is_late, created_at, updated_at)
SELECT bench_id(5, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid), CAST(:zone_id AS uuid),
       bench_id(4, n * 10), bench_id(1, n), 'agreed', CAST(:now AS timestamptz) + (1 + n % 5) * interval '1 hour',
       CAST(:now AS timestamptz) + (2 + n % 5) * interval '1 hour', false, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:technicians AS int)) AS n WHERE n % 3 = 0
"""
FIXES = """
INSERT INTO timeline_entries (id, region_id, work_order_id, kind, user_id, effective_at, time_quality, recorded_at, lat, lon,
                              data, flags)
SELECT bench_id(6, n * 10 + k), CAST(:region_id AS uuid), bench_id(4, n * 10 + k), 'log.position', bench_id(1, n),
       CAST(:now AS timestamptz) - k * interval '40 minutes', 'good', CAST(:now AS timestamptz),
       33.5 + (n % 83) * 0.006, 119.0 + (n % 97) * 0.006, '{}', '[]'
  FROM generate_series(1, CAST(:technicians AS int)) AS n, generate_series(0, 4) AS k WHERE n % 2 = 0
"""
WINDOW = """
UPDATE work_orders SET window_start_at = CAST(:now AS timestamptz) + interval '3 hours',
                       window_end_at = CAST(:now AS timestamptz) + interval '5 hours' WHERE id = CAST(:order_id AS uuid)
"""
FILLING = (WINDOW, USERS, TECHNICIANS, SKILLS, SHIFTS, ROSTER, ABSENCES, ORDERS, ASSIGNMENTS, APPOINTMENTS, FIXES)


def main() -> int:
    """Measure, and print the ratio."""
    asked = _arguments()
    with databases("region") as made:
        runtime = made["region"]
        order_id, operations, region_id = _furnish(runtime, asked.technicians)
        fetching = partial(_fetch, runtime, operations, region_id, asked.technicians)
        ranking = partial(_rank, runtime, operations, order_id, asked.technicians)
        for _ in range(3):
            fetching()
            ranking()
        few, many = race(asked.rounds, fetching, ranking)
    what = (
        f"ranking one order against {asked.technicians:,} technicians of a region, beside the query that fetches them"
    )
    return verdict(what, few, many, LIMIT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("technicians", 5_000), ("rounds", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _furnish(runtime: Runtime, technicians: int) -> tuple[UUID, Actor, UUID]:
    """Open a region with so many technicians and all that is known of them, and an order with an appointment."""
    with runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        role = (Role.REGIONAL_OPERATIONS, Level.REGION, places.region_id)
        operations = factories.actor(uow, factories.person_with(uow, *role, region_id=places.region_id))
        customer_id = factories.customer(uow, places)
        site_id = factories.site(uow, customer_id, places, lat=33.7, lon=119.2)
        order_id = _order(uow, places, customer_id, site_id)
    fill(
        runtime,
        *FILLING,
        technicians=technicians,
        now=NOW,
        site_id=str(site_id),
        order_id=str(order_id),
        **places_in(asdict(places)),
    )
    return order_id, operations, places.region_id


def _order(uow: UnitOfWork, places: Places, customer_id: UUID, site_id: UUID) -> UUID:
    people.define_skill(uow, region_id=places.region_id, code="fibre", name="fibre")
    order_id = factories.order(uow, places, work_type="fibre", customer_id=customer_id, site_id=site_id)
    define_work_type(uow, region_id=places.region_id, code="fibre", name="fibre", skill="fibre")
    return order_id


def _fetch(runtime: Runtime, operations: Actor, region_id: UUID, technicians: int) -> None:
    with runtime.reading(operations) as reading:
        rows = reading.session.execute(workers(reading, region_ids=[region_id])).all()
    assert len(rows) == technicians


def _rank(runtime: Runtime, operations: Actor, order_id: UUID, technicians: int) -> None:
    with runtime.reading(operations) as reading:
        found = candidates(reading, order_id, reach=Nearness.REGION)
    assert len(found.candidates) + len(found.excluded) == technicians
    assert found.candidates
    assert all(one.barriers for one in found.excluded)


if __name__ == "__main__":
    sys.exit(main())
