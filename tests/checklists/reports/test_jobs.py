import hashlib

from checklists.reports import queries, service
from checklists.reports.jobs import make_reports
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
