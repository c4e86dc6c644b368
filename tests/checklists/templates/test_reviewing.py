from datetime import timedelta

import pytest

from checklists.templates import queries, reviewing, service
from dispatch.policies import service as policies
from kernel.errors import DomainError
from tests import factories
from tests.checklists.samples import label, steps
from tests.statements import recorded


@pytest.fixture
def made(uow, author, publisher, here):
    drafted = service.create_template(
        author, region_id=here.region_id, code="sample", name=label("样例"), steps=steps()
    )
    service.submit(author, version_id=drafted.version_id)
    service.publish(publisher, version_id=drafted.version_id)
    return drafted


def row(uow, made):
    return queries.version(uow, made.version_id).row


def at(uow, moment):
    uow.now = moment
    return uow


def test_who_keeps_the_checklists_is_reminded_once_at_each_time(uow, author, publisher, made):
    due = row(uow, made).review_due_at
    assert due == uow.now.replace(year=2027, month=5)
    assert reviewing.remind_of_reviews(at(uow, due - timedelta(days=31)), limit=10) == 0
    assert reviewing.remind_of_reviews(at(uow, due - timedelta(days=30)), limit=10) == 1
    assert reviewing.remind_of_reviews(uow, limit=10) == 0
    assert reviewing.remind_of_reviews(at(uow, due), limit=10) == 1
    assert reviewing.remind_of_reviews(at(uow, due + timedelta(days=8)), limit=10) == 1
    for person in (author, publisher):
        assert factories.told(uow, person.actor.user_id) == [
            "checklists.review_due",
            "checklists.review_overdue",
            "checklists.review_overdue",
        ]


def test_a_review_without_change_moves_the_next_one_by_the_regions_months(uow, author, here, made):
    policies.set_policy(author, region_id=here.region_id, subject="checklist_templates", rules={"review_months": 12})
    later = uow.now + timedelta(days=100)
    author.now = later
    reviewing.confirm_review(author, version_id=made.version_id, text="内容仍然适用")
    found = row(uow, made)
    assert (found.reviewed_by, found.reviewed_at) == (author.actor.user_id, later)
    assert found.review_due_at == later.replace(year=later.year + 1)
    assert queries.history(author, made.version_id, limit=9).items[-1].text == "内容仍然适用"
    with pytest.raises(DomainError) as refused:
        reviewing.confirm_review(author, version_id=made.version_id, text=" ")
    assert refused.value.code == "invalid"


def test_what_is_retired_needs_no_review(uow, author, made):
    service.retire(author, version_id=made.version_id)
    assert reviewing.remind_of_reviews(at(uow, uow.now + timedelta(days=400)), limit=10) == 0
    with pytest.raises(DomainError) as refused:
        reviewing.confirm_review(author, version_id=made.version_id, text="x")
    assert refused.value.code == "template.not_published"


def test_a_version_gives_way_when_the_day_of_the_next_has_come(uow, author, publisher, made):
    tomorrow = uow.now + timedelta(days=1)
    second = service.new_version(author, template_id=made.template_id, steps=steps())
    service.submit(author, version_id=second.version_id)
    service.publish(publisher, version_id=second.version_id, effective_from=tomorrow)
    assert reviewing.retire_superseded(uow, limit=10) == 0
    later = at(uow, tomorrow + timedelta(hours=3))
    assert queries.template(later, made.template_id).row.current_version == 2
    assert reviewing.retire_superseded(later, limit=10) == 1
    assert reviewing.retire_superseded(later, limit=10) == 0
    found = row(uow, made)
    assert (found.status, found.retired_at) == ("retired", tomorrow)


def test_many_reminders_take_as_many_statements_as_one(uow, author, here, made):
    for code in ("b", "c", "d"):
        more = service.create_template(uow, region_id=here.region_id, code=code, name=label(code), steps=steps())
        service.publish(uow, version_id=more.version_id)
    later = at(uow, uow.now + timedelta(days=170))
    counts = []
    for limit in (1, 3):
        with recorded(uow.session) as statements:
            assert reviewing.remind_of_reviews(later, limit=limit) == limit
        counts.append(len(statements))
    assert counts[0] == counts[1]
