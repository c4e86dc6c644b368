"""Workers that die, are slow, or come too late; lists that change while they are written; a store that is away."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from dispatch.accounts import service as accounts
from dispatch.exports import jobs, queries, running, service
from dispatch.exports.kinds.catalogue import KINDS
from dispatch.exports.kinds.names import KindName
from dispatch.exports.running import LEASE, MOST_ATTEMPTS
from dispatch.exports.service import NewExport
from dispatch.exports.states import ExportFormat, Language
from kernel.actor import Level, Role, system_actor
from kernel.blobs import StoreAway
from kernel.errors import DomainError
from kernel.locked_blobs import LockedBlobs
from tests import factories
from tests.dispatch.work_orders.ground import make_ground
from tests.statements import counted

ROWS = 7


class Killed(BaseException):
    """What a worker is killed with in a test: nothing catches it."""


@pytest.fixture
def ground(runtime, monkeypatch):
    """Seven customers of a station, its manager, and pages of two rows."""
    monkeypatch.setattr(jobs, "PAGE", 2)
    with runtime.unit_of_work(system_actor()) as uow:
        made = make_ground(uow)
        for nth in range(ROWS):
            factories.customer(uow, made.places, name=f"客户 {nth}", phone=f"100 0002 00{nth:02d}")
        return made.places, made.manager.actor


def want(runtime, actor, form=ExportFormat.CSV):
    new = NewExport(KindName.CUSTOMERS, KINDS["customers"].filters(), form, Language.ENGLISH)
    with runtime.unit_of_work(actor) as uow:
        return service.want(uow, new=new, at_once=3)


def shown(runtime, actor, export_id):
    with runtime.reading(actor) as reading:
        return queries.export(reading, export_id)


def names(runtime, actor, export_id):
    with runtime.reading(actor) as reading:
        found = queries.file_of(reading, export_id)
    content = b"".join(LockedBlobs(runtime.blobs, found.key).read(found.digest))
    assert len(content) == found.size_bytes
    return sorted(row["name"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


ALL = [f"客户 {nth}" for nth in range(ROWS)]


def blobs(runtime):
    return sum(path.is_file() for path in (runtime.settings.data_dir / "blobs").rglob("*"))


@pytest.mark.parametrize("where", ["reading", "storing", "handing over"])
def test_a_worker_killed_anywhere_leaves_no_broken_file_and_another_begins_anew(
    runtime, clock, ground, monkeypatch, where
):
    _, actor = ground
    key = want(runtime, actor)

    def die(*_arguments, **_options):
        raise Killed

    with monkeypatch.context() as patched:
        if where == "reading":
            patched.setattr(jobs._Diary, "note", die)
        elif where == "storing":
            patched.setattr(runtime.blobs, "put", die)
        else:
            patched.setattr(jobs.running, "hand_over", die)
        with pytest.raises(Killed):
            jobs.write_exports(runtime)
    row = shown(runtime, actor, key)
    assert row.state == "running"
    with pytest.raises(DomainError) as refused:
        names(runtime, actor, key)
    assert refused.value.code == "export.not_done"
    jobs.write_exports(runtime)
    assert shown(runtime, actor, key) == row, "nobody takes it before the lease is over"
    clock.at += LEASE
    jobs.write_exports(runtime)
    assert shown(runtime, actor, key).state == "done"
    assert names(runtime, actor, key) == ALL
    assert blobs(runtime) == 1, "what the dead worker had stored is gone"


def test_what_changes_while_it_is_written_is_not_half_in_it(runtime, ground, monkeypatch):
    places, actor = ground
    key, note = want(runtime, actor), jobs._Diary.note

    def change_meanwhile(self, rows, done):
        with runtime.unit_of_work(system_actor()) as uow:
            factories.customer(uow, places, name=f"zz {done}", phone=f"100 0003 00{done:02d}")
            uow.session.execute(text("UPDATE customers SET name = 'other' WHERE name = '客户 0'"))
        note(self, rows, done)

    with monkeypatch.context() as patched:
        patched.setattr(jobs._Diary, "note", change_meanwhile)
        jobs.write_exports(runtime)
    row = shown(runtime, actor, key)
    assert (row.state, row.rows, row.rows_done) == ("done", ROWS, ROWS)
    assert names(runtime, actor, key) == ALL


def test_who_stops_it_in_the_middle_or_comes_after_the_lease_has_the_last_word(runtime, clock, ground, monkeypatch):
    _, actor = ground
    stopped, overtaken = want(runtime, actor), want(runtime, actor)
    put = runtime.blobs.put

    def stop_meanwhile(source):
        with runtime.unit_of_work(actor) as uow:
            service.discard(uow, export_id=stopped)
        return put(source)

    with monkeypatch.context() as patched:
        patched.setattr(runtime.blobs, "put", stop_meanwhile)
        jobs.write_exports(runtime)
    assert blobs(runtime) == 0

    def be_overtaken(source):
        clock.at += LEASE
        with runtime.unit_of_work(system_actor()) as uow:
            assert running.take(uow) is not None
        return put(source)

    with monkeypatch.context() as patched:
        patched.setattr(runtime.blobs, "put", be_overtaken)
        jobs.write_exports(runtime)
    assert (shown(runtime, actor, overtaken).state, blobs(runtime)) == ("running", 0), "it is another worker's by now"
    clock.at += LEASE
    jobs.write_exports(runtime)
    assert shown(runtime, actor, overtaken).state == "done"
    assert names(runtime, actor, overtaken) == ALL
    assert blobs(runtime) == 1


def test_what_cannot_be_written_says_why(runtime, clock, ground, monkeypatch):
    _, actor = ground
    long, gone, broken = (want(runtime, actor) for _ in range(3))
    runtime.settings = replace(runtime.settings, export_max_rows=ROWS - 1)
    jobs.write_exports(runtime)
    runtime.settings = replace(runtime.settings, export_max_rows=ROWS)
    assert (shown(runtime, actor, long).state, shown(runtime, actor, long).problem) == (
        "failed",
        "export.too_many_rows",
    )
    with runtime.unit_of_work(system_actor()) as uow:
        accounts.set_active(uow, user_id=actor.user_id, active=False)
    jobs.write_exports(runtime)
    assert shown(runtime, actor, gone).problem == "export.person_gone"
    with runtime.unit_of_work(system_actor()) as uow:
        accounts.set_active(uow, user_id=actor.user_id, active=True)

    def away(_source):
        raise StoreAway(5, "away")

    with monkeypatch.context() as patched:
        patched.setattr(runtime.blobs, "put", away)
        for _ in range(MOST_ATTEMPTS + 1):
            jobs.write_exports(runtime)
            clock.at += LEASE
    assert (shown(runtime, actor, broken).state, shown(runtime, actor, broken).problem) == ("failed", "export.broken")
    jobs.tidy_exports(runtime)
    assert blobs(runtime) == 0


def test_files_that_cannot_be_deleted_now_are_deleted_later(runtime, clock, ground, monkeypatch):
    _, actor = ground
    key = want(runtime, actor)
    jobs.write_exports(runtime)
    clock.at += timedelta(days=4)

    def away(_digest):
        raise StoreAway(5, "away")

    with monkeypatch.context() as patched:
        patched.setattr(runtime.blobs, "delete", away)
        jobs.tidy_exports(runtime)
    assert (blobs(runtime), shown(runtime, actor, key).state) == (1, "done")
    jobs.tidy_exports(runtime)
    assert (blobs(runtime), shown(runtime, actor, key).state) == (0, "expired")
    clock.at += timedelta(days=31)
    jobs.tidy_exports(runtime)
    with pytest.raises(DomainError):
        shown(runtime, actor, key)


def test_a_page_more_costs_two_statements_more_at_most(runtime, ground, monkeypatch):
    _, actor = ground
    numbers = []
    for size in (10, 4):
        monkeypatch.setattr(jobs, "PAGE", size)
        key = want(runtime, actor, ExportFormat.XLSX)
        with counted(runtime.engine) as statements:
            jobs.write_exports(runtime)
        assert shown(runtime, actor, key).state == "done"
        numbers.append(len(statements))
    assert numbers[1] - numbers[0] <= 12, "a page, its entry in the audit log, and how far it is"


def test_it_is_read_with_the_roles_of_that_moment(runtime, ground):
    places, actor = ground
    key = want(runtime, actor)
    with runtime.unit_of_work(system_actor()) as uow:
        where = {"level": Level.STATION, "place_id": places.station_id}
        accounts.end_roles(uow, user_id=actor.user_id, role=Role.STATION_MANAGER, **where)
        accounts.grant_role(
            uow, user_id=actor.user_id, role=Role.GROUP_LEADER, level=Level.GROUP, place_id=places.group_id
        )
        factories.customer(uow, factories.places(uow, station_id=places.station_id), name="next", phone="100 0009 0001")
    jobs.write_exports(runtime)
    with runtime.unit_of_work(system_actor()) as uow:
        now = factories.actor(uow, actor.user_id)
    assert names(runtime, now, key) == ALL
