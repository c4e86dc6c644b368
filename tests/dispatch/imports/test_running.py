"""An import goes on where a killed worker left it, asks as much for many lines as for few, and ends where it cannot go on."""

import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from dispatch.csv_stream import Record
from dispatch.imports import running
from dispatch.imports.jobs import do_next
from dispatch.imports.states import LineOutcome
from dispatch.requests.models import ServiceRequest
from dispatch.work_orders.models import WorkOrder
from kernel.actor import Level, Role, system_actor
from tests import factories
from tests.conftest import ROOT
from tests.statements import counted

HEADER = "reference,opened at,category,latitude,longitude"

WORKER = """
import os, signal, sys
from sqlalchemy import event
from dispatch.imports.jobs import do_next
from kernel.settings import Settings
from sync.worker import make_runtime
runtime = make_runtime(Settings.from_environment())
seen, last = 0, int(sys.argv[1])
def die(connection, *_):
    global seen
    if connection is not None and connection.get_execution_options().get("postgresql_readonly"):
        return  # a look
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(runtime.engine, "before_cursor_execute" if last else "commit", die)
if not last:
    last = 2
while do_next(runtime):
    pass
"""


def table(count, *, first=0, header=HEADER):
    lines = [f"R-{nth},2026-11-20 08:00:00,No signal,33.80,119.30" for nth in range(first, first + count)]
    return "\n".join([header, *lines, ""]).encode()


def counts(runtime, region_id):
    """Count requests and orders of a region, and different references among them."""
    with runtime.reading(system_actor()) as reading:
        references = select(func.count(), func.count(func.distinct(ServiceRequest.external_ref)))
        requests = reading.session.execute(references.where(ServiceRequest.region_id == region_id)).one()
        orders = reading.session.scalar(select(func.count()).where(WorkOrder.region_id == region_id))
        return (*requests, orders)


def killed_worker(runtime, at):
    """Run a worker of its own process that dies at a statement, or (0) as it commits for the second time."""
    settings = runtime.settings
    names = ("data_dir", "database_url", "redis_url", "log_level")
    environment = {f"FIELDBEAT_{name.upper()}": str(getattr(settings, name)) for name in names}
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(at)],
        cwd=ROOT,
        env=environment,
        timeout=120,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(desk, runtime):
    key = desk.hand_in(table(60))
    desk.finish(key)
    desk.start(key)
    region = desk.place.region_id
    # In the midst of the first batch, then as the second is about to be committed.
    killed_worker(runtime, 25)
    assert (desk.show(key).rows_done, counts(runtime, region)) == (0, (0, 0, 0))
    killed_worker(runtime, 0)
    assert (desk.show(key).rows_done, counts(runtime, region)) == (20, (20, 20, 20))
    done = desk.finish(key)
    assert (done.state, done.outcomes, counts(runtime, region)) == ("done", {"created": 60}, (60, 60, 60))
    assert len(desk.lines(key, outcome=LineOutcome.CREATED)) == 60


def test_a_batch_of_many_lines_asks_as_much_as_one_of_few(desk, runtime):
    asked = []
    desk.bring_in(table(1, first=900))  # defines the work type
    for first, size in ((0, 2), (100, 80)):
        key = desk.hand_in(table(size, first=first), size=200)
        desk.finish(key)
        desk.start(key)
        with counted(runtime.engine) as statements:
            assert do_next(runtime)
        asked.append(len(statements))
    # The audit log looks at the first hundred rows only, so many may ask a little less.
    assert asked[1] <= asked[0] <= 65


def test_a_trial_says_what_the_import_then_does_and_leaves_nothing(desk, runtime):
    key = desk.hand_in(table(30) + table(5, first=10, header="x,,,,"))
    tried = desk.finish(key)
    # The second header is a line, too; those that come twice do so in another batch.
    assert (tried.state, tried.outcomes) == ("checked", {"created": 30, "rejected": 6})
    assert counts(runtime, desk.place.region_id) == (0, 0, 0)
    desk.start(key)
    assert desk.finish(key).outcomes == tried.outcomes


def test_whoever_lost_the_right_or_the_account_brings_nothing_more_in(desk, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        factories.accounts.end_roles(
            uow,
            user_id=desk.actor.user_id,
            role=Role.REGIONAL_OPERATIONS,
            level=Level.REGION,
            place_id=desk.place.region_id,
        )
    key = desk.hand_in(table(1))
    failed = desk.finish(key)
    assert (failed.state, failed.problem["code"]) == ("failed", "forbidden")
    key = desk.hand_in(table(1))
    with runtime.unit_of_work(system_actor()) as uow:
        factories.accounts.set_active(uow, user_id=desk.actor.user_id, active=False)
    assert desk.finish(key).problem["code"] == "import.person_gone"


def test_a_batch_that_breaks_workers_is_given_up_after_some_attempts(desk, runtime):
    key = desk.hand_in(table(1))
    for _ in range(running.MOST_ATTEMPTS):
        assert desk.show(key).state == "checking"
        with runtime.unit_of_work(system_actor()) as uow:
            running.note_broken(uow, key)
    assert (desk.show(key).state, desk.show(key).problem["code"]) == ("failed", "import.broken")


def test_lines_that_a_store_refuses_are_found_half_by_half(desk):
    class Picky:
        def bring(self, _uow, lines):
            for one in lines:
                if one.value:
                    raise one.value
            return [running.Brought(one.record, LineOutcome.CREATED, None) for one in lines]

    def read(nth, value=None):
        return running.ReadLine(Record(nth, nth, ()), str(nth), value)

    lines = [read(nth, running.errors.CELL_WRONG(path="/x") if nth in (2, 5) else None) for nth in range(7)]
    with desk.runtime.unit_of_work(desk.actor) as uow:
        found = running.in_halves(uow, Picky(), lines)
    assert [one.record.line for one in found if isinstance(one, running.Refusal)] == [2, 5]
    assert len(found) == 7


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_no_database_keeps_is_left_out_of_what_is_said(text):
    assert running.plain(f"a{text}b") in ("ab", "a?b")
