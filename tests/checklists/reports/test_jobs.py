import hashlib
from datetime import timedelta

from sqlalchemy import select, update

from checklists.reports import queries, service
from checklists.reports.jobs import make_reports
from checklists.reports.models import ServiceReport
from checklists.reports.service import FIRST_PAUSE, LEASE, LONGEST_PAUSE, MOST_ATTEMPTS
from checklists.runs import service as answers
from kernel.actor import system_actor
from tests import factories
from tests.checklists import world


def test_what_is_wanted_is_printed_kept_by_its_content_and_not_printed_again(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        made = world.make(uow, factories.places(uow))
        wanted = [service.want(uow, order_id=made.order_id, locale=locale) for locale in ("zh-CN", "en")]
    make_reports(runtime)
    with runtime.reading(system_actor()) as reading:
        assert sorted(queries.report(reading, one.id).state for one in wanted) == ["made", "wanted"], "one for each job"
    make_reports(runtime)
    with runtime.reading(system_actor()) as reading:
        rows = [queries.report(reading, one.id) for one in wanted]
    for row in rows:
        assert row.state == "made"
        content = b"".join(runtime.blobs.read(row.file_digest))
        assert content.startswith(b"%PDF-")
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.file_digest, row.size_bytes)
    make_reports(runtime)
    with runtime.reading(system_actor()) as reading:
        assert [queries.report(reading, one.id) for one in wanted] == rows


def test_a_store_that_is_away_is_tried_ever_more_seldom_and_fails_no_report(runtime, clock):
    with runtime.unit_of_work(system_actor()) as uow:
        made = world.make(uow, factories.places(uow))
        wanted = service.want(uow, order_id=made.order_id, locale="en")
    blobs, began = runtime.settings.data_dir / "blobs", clock.now()
    blobs.write_text("not a folder, so nothing can be kept there")
    seen = []
    for _ in range(MOST_ATTEMPTS * 3):
        make_reports(runtime)
        with runtime.session() as session:
            seen.append(session.scalar(select(ServiceReport.due_at)) - clock.now())
        clock.at += seen[-1]
    assert seen[:5] == [FIRST_PAUSE, FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert seen[5:] == [LONGEST_PAUSE] * len(seen[5:])
    with runtime.session() as session:
        assert queries.backlog(session) == (1, began)
    blobs.unlink()
    make_reports(runtime)
    with runtime.reading(system_actor()) as reading:
        assert queries.report(reading, wanted.id).state == "made"
        assert queries.backlog(reading.session) == (0, None)


def test_a_report_that_gives_way_leaves_no_file_in_the_store(runtime, clock):
    with runtime.unit_of_work(system_actor()) as uow:
        made = world.make(uow, factories.places(uow))
        first = service.want(uow, order_id=made.order_id, locale="en")
    with runtime.unit_of_work(system_actor()) as uow:
        answers.answer(factories.acting(uow, made.technician_id), order_id=made.order_id, item="badge", value=True)
    clock.at += timedelta(seconds=1)
    with runtime.unit_of_work(system_actor()) as uow:
        second = service.want(uow, order_id=made.order_id, locale="en")
        uow.session.execute(update(ServiceReport).where(ServiceReport.id == first.id).values(due_at=uow.now + LEASE))
    make_reports(runtime)
    clock.at += LEASE
    make_reports(runtime)
    with runtime.reading(system_actor()) as reading:
        rows = {one.id: one for one in queries.reports_of_order(reading, made.order_id)}
    assert (rows[first.id].state, rows[second.id].state) == ("failed", "made")
    assert list(runtime.blobs.digests()) == [rows[second.id].file_digest]
