"""What reading the review queue of a region costs: with 10,000 finished runs in it, and with 1,000,000.

    python -m bench.parts.review_queue [--few 10000] [--many 1000000] [--rounds 300]

It starts its own PostgreSQL (durable) and measures the query as the region's operations ask it, with its transaction.
The same 500 parts wait in both; every tenth run was reviewed before, by whoever asks.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from bench.parts.stage import NOW, databases, fill, places_in, race, verdict
from checklists.review.queue.queries import page_of_queue
from checklists.templates import service as templates
from kernel.actor import Actor, Level, Role, system_actor
from kernel.runtime import Runtime
from tests import factories

LIMIT = 1.3
PAGE = 50
WAITING = 500
STEPS = [
    {
        "step": step,
        "items": [{"key": f"{step}_done", "type": "yes_no", "label": {"zh-CN": "完成", "en": "Done"}}],
    }
    for step in ("identity", "environment", "tools", "execution", "sign_off")
]
ORDERS = """
INSERT INTO work_orders (id, region_id, station_id, group_id, zone_id, number, status, priority, work_type, title, assignee_id,
                         received_at, completed_at, needs_review, version, created_at, updated_at)
SELECT bench_id(1, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid), CAST(:zone_id AS uuid),
       'B' || n, 'closed', 'routine', 'repair', 'bench', CAST(:technician_id AS uuid),
       CAST(:now AS timestamptz) - n * interval '1 minute', CAST(:now AS timestamptz) - n * interval '1 minute',
       false, 1, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:runs AS int)) AS n
"""
RUNS = """
INSERT INTO checklist_runs (id, region_id, work_order_id, template_version_id, answers, version, created_at, updated_at)
SELECT bench_id(2, n), CAST(:region_id AS uuid), bench_id(1, n), CAST(:version_id AS uuid), '{}', 1,
       CAST(:now AS timestamptz), CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:runs AS int)) AS n
"""
REVIEWS = """
INSERT INTO reviews (id, region_id, station_id, group_id, zone_id, work_order_id, run_id, template_version_id, template_code,
                     work_type, technician_id, technician_group_id, source, why, risks, parts, state, verdict, score, overturned,
                     due_at, created_by, created_at, version, updated_at)
SELECT bench_id(4, n), CAST(:region_id AS uuid), CAST(:station_id AS uuid), CAST(:group_id AS uuid), CAST(:zone_id AS uuid),
       bench_id(1, n), bench_id(2, n), CAST(:version_id AS uuid), 'bench', 'repair', CAST(:technician_id AS uuid),
       CAST(:group_id AS uuid), 'plan', 'random', '[]', 1, CASE WHEN n <= CAST(:waiting AS int) THEN 'sampled' ELSE 'final' END,
       CASE WHEN n <= CAST(:waiting AS int) THEN NULL ELSE 'pass' END,
       CASE WHEN n <= CAST(:waiting AS int) THEN NULL ELSE 100 END,
       false, CAST(:now AS timestamptz) + n * interval '1 second', CAST(:technician_id AS uuid), CAST(:now AS timestamptz), 1,
       CAST(:now AS timestamptz)
  FROM generate_series(1, CAST(:runs AS int)) AS n WHERE n <= CAST(:waiting AS int) OR n % 10 = 0
"""
SLOTS = """
INSERT INTO review_slots (id, review_id, nth, region_id, station_id, group_id, zone_id, technician_id, technician_group_id, state,
                          due_at, verdict, score, reviewer_id)
SELECT bench_id(5, row_number() OVER ()), r.id, 1, r.region_id, r.station_id, r.group_id, r.zone_id, r.technician_id,
       r.technician_group_id, CASE WHEN r.state = 'sampled' THEN 'open' ELSE 'submitted' END, r.due_at, r.verdict, r.score,
       CASE WHEN r.state <> 'sampled' THEN CAST(:reviewer_id AS uuid) END
  FROM reviews AS r
"""


def main() -> int:
    """Measure, and print the ratio."""
    asked = _arguments()
    with databases("few", "many") as made:
        ask = {name: _furnish(runtime, getattr(asked, name)) for name, runtime in made.items()}
        for one in ask.values():
            for _ in range(20):
                one()
        few, many = race(asked.rounds, ask["few"], ask["many"])
    what = f"page of {PAGE} parts of the review queue of a region with {asked.few:,} and with {asked.many:,} runs"
    return verdict(what, few, many, LIMIT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("few", 10_000), ("many", 1_000_000), ("rounds", 300)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _furnish(runtime: Runtime, runs: int) -> Callable[[], None]:
    """Finish so many runs in a region, and return what asks for the first page of its queue."""
    with runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        technician_id = factories.technician(uow, places)
        name = {"zh-CN": "样例", "en": "Sample"}
        made = templates.create_template(uow, region_id=places.region_id, code="bench", name=name, steps=STEPS)
        role = (Role.REGIONAL_OPERATIONS, Level.REGION, places.region_id)
        reviewer = factories.actor(uow, factories.person_with(uow, *role, region_id=places.region_id))
    known = {
        "reviewer_id": str(reviewer.user_id),
        "version_id": str(made.version_id),
        "technician_id": str(technician_id),
        **places_in(asdict(places)),
    }
    fill(runtime, ORDERS, RUNS, REVIEWS, SLOTS, runs=runs, waiting=WAITING, now=NOW, **known)
    return partial(_read, runtime, reviewer)


def _read(runtime: Runtime, reviewer: Actor) -> None:
    with runtime.reading(reviewer) as reading:
        page = page_of_queue(reading, limit=PAGE)
    assert page.items
    assert all(one.state == "open" for one in page.items)


if __name__ == "__main__":
    sys.exit(main())
