from datetime import timedelta

import pytest
from sqlalchemy import select

from checklists.reports import queries, service
from checklists.reports.models import ServiceReport
from checklists.runs import queries as runs
from checklists.runs import service as answers
from checklists.runs import signing
from kernel.errors import DomainError, Kind
from tests import factories
from tests.checklists import world


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def holder(uow, made):
    return factories.acting(uow, made.technician_id)


def keep(uow, taken, digest=None):
    service.keep(
        uow, taken=taken, content_digest=digest or taken.content_digest, revision=1, file_digest="f" * 64, size=9
    )


def test_asked_for_again_it_is_the_same_report_and_another_language_another(holder, made):
    first = service.want(holder, order_id=made.order_id, locale="zh-CN")
    assert service.want(holder, order_id=made.order_id, locale="zh-CN") == first
    assert service.want(holder, order_id=made.order_id, locale="en").id != first.id
    answers.answer(holder, order_id=made.order_id, item="badge", value=True)
    assert service.want(holder, order_id=made.order_id, locale="zh-CN").id != first.id
    assert len(queries.reports_of_order(holder, made.order_id)) == 3


def test_a_language_that_we_do_not_speak_is_refused(holder, made):
    with pytest.raises(DomainError) as refused:
        service.want(holder, order_id=made.order_id, locale="fr")
    assert refused.value.fields[0].path == "/locale"


def test_a_signature_makes_a_report_by_itself_once(uow, holder, made):
    digest = runs.to_sign(uow, made.order_id)[1].hex()
    for _ in range(2):
        signing.sign(holder, order_id=made.order_id, signed_digest=digest, signer_name="张敏")
    (row,) = queries.reports_of_order(holder, made.order_id)
    assert (row.state, row.content_digest, row.locale) == ("wanted", digest, "zh-CN")


def test_a_report_is_taken_once_and_given_back_when_its_worker_dies(uow, holder, made):
    service.want(holder, order_id=made.order_id, locale="zh-CN")
    taken = service.take(uow)
    assert taken is not None
    assert service.take(uow) is None
    uow.now += service.LEASE + timedelta(seconds=1)
    assert service.take(uow) == taken
    keep(uow, taken)
    assert queries.report(uow, taken.id).state == "made"
    uow.now += service.LEASE * 2
    assert service.take(uow) is None


def test_what_cannot_be_made_fails_after_some_attempts_and_is_made_when_asked_for_anew(uow, holder, made):
    wanted = service.want(holder, order_id=made.order_id, locale="zh-CN")
    for _ in range(service.MOST_ATTEMPTS):
        assert service.take(uow) is not None
        uow.now += service.LEASE * 2
    assert service.take(uow) is None
    assert queries.report(uow, wanted.id).state == "failed"
    holder.now = uow.now
    assert service.want(holder, order_id=made.order_id, locale="zh-CN").state == "wanted"


def test_a_report_of_what_moved_on_is_one_of_what_it_became_and_gives_way_to_one_that_is_there(uow, holder, made):
    service.want(holder, order_id=made.order_id, locale="zh-CN")
    taken = service.take(uow)
    assert taken is not None
    keep(uow, taken, "a" * 64)
    assert queries.report(uow, taken.id).content_digest == "a" * 64
    service.want(holder, order_id=made.order_id, locale="zh-CN")
    second = service.take(uow)
    assert second is not None
    keep(uow, second, "a" * 64)
    assert queries.report(uow, second.id).state == "failed"
    assert queries.report(uow, taken.id).state == "made"


def test_what_was_made_never_changes(uow, holder, made):
    service.want(holder, order_id=made.order_id, locale="zh-CN")
    taken = service.take(uow)
    assert taken is not None
    keep(uow, taken)
    before = uow.session.execute(select(ServiceReport.file_digest, ServiceReport.made_at)).one()
    service.keep(uow, taken=taken, content_digest=taken.content_digest, revision=2, file_digest="e" * 64, size=1)
    assert uow.session.execute(select(ServiceReport.file_digest, ServiceReport.made_at)).one() == before


def test_a_code_tells_anybody_what_it_stands_for_and_nothing_of_people(uow, holder, made):
    digest = runs.to_sign(uow, made.order_id)[1].hex()
    signing.sign(holder, order_id=made.order_id, signed_digest=digest, signer_name="张敏")
    (row,) = queries.reports_of_order(holder, made.order_id)
    with pytest.raises(DomainError) as refused:
        queries.genuine(uow, row.code)
    assert refused.value.code == "report.code_unknown"
    taken = service.take(uow)
    assert taken is not None
    keep(uow, taken)
    found = queries.genuine(uow, row.code.lower())
    assert (found.signed, found.current, found.content_digest, found.file_digest) == (True, True, digest, "f" * 64)
    answers.answer(holder, order_id=made.order_id, item="badge", value=True)
    assert not queries.genuine(uow, row.code).current
    assert "张敏" not in repr(found)


def test_a_report_out_of_scope_does_not_exist(uow, here, holder, made):
    row = service.want(holder, order_id=made.order_id, locale="zh-CN")
    stranger = factories.acting(uow, factories.technician(uow, here))
    for call in (lambda: queries.report(stranger, row.id), lambda: queries.reports_of_order(stranger, made.order_id)):
        with pytest.raises(DomainError) as refused:
            call()
        assert refused.value.kind is Kind.NOT_FOUND
