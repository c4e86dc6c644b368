from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from checklists.canonical import digest_of
from checklists.templates import queries, reviewing, service
from checklists.templates.seeding import seeds
from kernel.actor import Level, Role
from kernel.change_feed import Change
from kernel.errors import DomainError
from tests import factories
from tests.checklists.samples import label, steps
from tests.statements import recorded

CALLS = {
    service.change_draft: {"steps": steps()},
    service.submit: {},
    service.send_back: {"reason": "x"},
    service.comment: {"text": "x"},
    service.publish: {},
    service.retire: {},
    reviewing.confirm_review: {"text": "x"},
}
"""Everything that is done to a version, with what it takes."""


def draft(uow, region_id, code="sample"):
    return service.create_template(uow, region_id=region_id, code=code, name=label("样例"), steps=steps())


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def announced(uow) -> list[Change]:
    return [change for change in uow.changes if change.type == "templates"]


def status(uow, version_id: UUID) -> str:
    return queries.version(uow, version_id).row.status


def test_a_new_template_starts_with_a_draft_that_keeps_what_was_written(author, here):
    made = draft(author, here.region_id)
    found = queries.version(author, made.version_id)
    assert (found.row.status, found.row.version, found.code) == ("draft", 1, "sample")
    assert found.row.created_by == author.actor.user_id
    assert found.steps == steps()
    assert found.row.digest == digest_of(steps())
    assert announced(author) == []


def put_through(author, publisher, version_id: UUID, **how) -> None:
    service.submit(author, version_id=version_id)
    service.publish(publisher, version_id=version_id, **how)


def test_two_people_make_a_version_current(uow, author, publisher, here):
    made = draft(author, here.region_id)
    assert refusal(service.publish, publisher, version_id=made.version_id).code == "template.not_in_review"
    service.submit(author, version_id=made.version_id, text="请审核")
    assert refusal(service.publish, author, version_id=made.version_id).code == "template.same_person"
    service.publish(publisher, version_id=made.version_id)
    row = queries.version(author, made.version_id).row
    assert (row.status, row.published_by, row.published_at) == ("published", publisher.actor.user_id, uow.now)
    scope = f"region:{here.region_id}"
    assert announced(publisher) == [Change(here.region_id, scope, "templates", str(made.version_id))]
    assert queries.current_versions(uow, here.region_id, ["sample", "other"]) == {"sample": made.version_id}


def test_whoever_wrote_any_of_it_is_an_author(author, publisher, here):
    made = draft(author, here.region_id)
    changed = steps()
    changed[0]["items"][0]["label"] = label("佩戴工作证")
    service.change_draft(publisher, version_id=made.version_id, steps=changed)
    service.submit(author, version_id=made.version_id)
    for who in (author, publisher):
        assert refusal(service.publish, who, version_id=made.version_id).code == "template.same_person"
    found = queries.version(author, made.version_id)
    assert (found.steps, found.row.digest, found.row.revision) == (changed, digest_of(changed), 3)


def test_a_version_in_review_stays_as_it_is_until_it_is_sent_back_with_a_reason(author, publisher, here):
    made = draft(author, here.region_id)
    key = {"version_id": made.version_id}
    assert refusal(service.send_back, publisher, **key, reason="缺照片").code == "template.not_in_review"
    service.submit(author, **key)
    assert refusal(service.change_draft, author, **key, steps=steps()).code == "template.not_a_draft"
    assert refusal(service.submit, author, **key).code == "template.not_a_draft"
    service.comment(publisher, **key, text="第三步太长")
    assert refusal(service.send_back, publisher, **key, reason=" ").code == "invalid"
    service.send_back(publisher, **key, reason="缺照片")
    assert status(author, made.version_id) == "draft"
    told = queries.history(author, made.version_id, limit=10).items
    assert [(one.kind, one.user_id, one.text) for one in told] == [
        ("created", author.actor.user_id, None),
        ("submitted", author.actor.user_id, None),
        ("commented", publisher.actor.user_id, "第三步太长"),
        ("sent_back", publisher.actor.user_id, "缺照片"),
    ]


def test_of_two_who_change_a_draft_the_second_is_told(author, publisher, here):
    made = draft(author, here.region_id)
    changed = steps()
    changed[0]["items"][0]["label"] = label("佩戴工作证")
    service.change_draft(author, version_id=made.version_id, steps=changed, expected_revision=1)
    late = refusal(service.change_draft, publisher, version_id=made.version_id, steps=steps(), expected_revision=1)
    assert late.code == "stale"
    assert queries.version(author, made.version_id).steps == changed


@pytest.mark.parametrize("change", ["steps = '[]'", "status = 'draft'", "published_by = created_by"])
def test_the_database_itself_refuses_to_change_what_was_published(uow, author, publisher, here, change):
    made = draft(author, here.region_id)
    put_through(author, publisher, made.version_id)
    table = "checklist_template_versions"
    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="never changes"), uow.session.begin_nested():
            uow.session.execute(text(statement))
    service.retire(author, version_id=made.version_id)
    with pytest.raises(DBAPIError, match="never changes"), uow.session.begin_nested():
        uow.session.execute(text(f"UPDATE {table} SET status = 'published'"))
    assert queries.version(uow, made.version_id).steps == steps()


def test_a_version_may_wait_for_its_day(uow, author, publisher, here):
    first, tomorrow = draft(author, here.region_id), uow.now + timedelta(days=1)
    put_through(author, publisher, first.version_id)
    second = service.new_version(author, template_id=first.template_id, steps=steps())
    service.submit(author, version_id=second.version_id)
    past = uow.now - timedelta(seconds=1)
    early = refusal(service.publish, publisher, version_id=second.version_id, effective_from=past)
    assert (early.code, early.fields[0].path) == ("template.in_the_past", "/effective_from")
    service.publish(publisher, version_id=second.version_id, effective_from=tomorrow)
    wanted = [("sample", None)]
    at = [
        queries.versions_at(uow, here.region_id, wanted, moment)
        for moment in (past, uow.now, tomorrow - timedelta(microseconds=1), tomorrow)
    ]
    assert at == [{}, *[{("sample", None): one.version_id} for one in (first, first, second)]]
    third = service.new_version(author, template_id=first.template_id, steps=steps())
    service.submit(author, version_id=third.version_id)
    assert refusal(service.publish, publisher, version_id=third.version_id).code == "template.change_pending"
    service.retire(publisher, version_id=second.version_id)
    assert queries.versions_at(uow, here.region_id, wanted, tomorrow) == {("sample", None): first.version_id}


def test_a_published_version_never_changes(author, publisher, here):
    made = draft(author, here.region_id)
    put_through(author, publisher, made.version_id)
    assert refusal(service.change_draft, author, version_id=made.version_id, steps=[]).code == "template.not_a_draft"
    assert refusal(service.submit, author, version_id=made.version_id).code == "template.not_a_draft"
    assert refusal(service.publish, publisher, version_id=made.version_id).code == "template.not_a_draft"
    service.retire(publisher, version_id=made.version_id)
    assert refusal(service.publish, publisher, version_id=made.version_id).code == "template.not_a_draft"


def test_the_next_version_takes_the_place_of_the_one_before(uow, author, publisher, here):
    first = draft(author, here.region_id)
    put_through(author, publisher, first.version_id)
    changed = steps()
    changed[0]["items"][0]["label"] = label("佩戴工作证")
    second = service.new_version(author, template_id=first.template_id, steps=changed)
    third = service.new_version(author, template_id=first.template_id, steps=steps())
    assert (second.version, third.version) == (2, 3)
    assert queries.current_versions(uow, here.region_id, ["sample"]) == {"sample": first.version_id}
    put_through(author, publisher, second.version_id)
    assert [status(uow, one.version_id) for one in (first, second, third)] == ["retired", "published", "draft"]
    assert queries.version(uow, first.version_id).steps == steps()
    assert queries.current_versions(uow, here.region_id, ["sample"]) == {"sample": second.version_id}
    assert {change.id for change in announced(uow)} == {str(first.version_id), str(second.version_id)}


def test_a_retired_version_is_current_for_nobody(uow, author, publisher, here):
    made = draft(author, here.region_id)
    assert refusal(service.retire, publisher, version_id=made.version_id).code == "template.not_published"
    put_through(author, publisher, made.version_id)
    service.retire(author, version_id=made.version_id)
    row = queries.version(uow, made.version_id).row
    assert (row.status, row.retired_at) == ("retired", uow.now)
    assert queries.current_versions(uow, here.region_id, ["sample"]) == {}
    assert len(announced(uow)) == 2


def test_all_that_is_wrong_is_told_with_its_place(author, here):
    wrong = steps()
    wrong[0]["items"][0]["type"] = "slider"
    error = refusal(
        service.create_template, author, region_id=here.region_id, code="a b", name={"en": "x" * 201}, steps=wrong
    )
    assert error.code == "template.invalid"
    assert [(one.path, one.code) for one in error.fields] == [
        ("/code", "template.code_malformed"),
        ("/name/zh-CN", "template.label_missing"),
        ("/name/en", "template.text_unfit"),
        ("/steps/0/items/0/type", "template.unknown_type"),
    ]
    made = draft(author, here.region_id)
    again = refusal(service.new_version, author, template_id=made.template_id, steps=[])
    assert [(one.path, one.code) for one in again.fields] == [("/steps", "template.step_order")]


def test_a_code_is_taken_once_in_a_region(uow, author, here):
    draft(author, here.region_id)
    assert refusal(draft, author, here.region_id).code == "template.code_taken"
    draft(uow, factories.region(uow))


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.STATION_MANAGER, Role.AGENT])
def test_only_the_regions_operations_keep_templates(uow, author, here, role):
    made = draft(author, here.region_id)
    other = factories.acting_as(uow, role, Level.STATION, here.station_id, here.region_id)
    assert refusal(draft, other, here.region_id, "more").code == "forbidden"
    for call, more in CALLS.items():
        assert refusal(call, other, version_id=made.version_id, **more).code == "forbidden"
    assert refusal(service.new_version, other, template_id=made.template_id, steps=steps()).code == "forbidden"


def test_another_regions_templates_do_not_exist(uow, author, here):
    made = draft(author, here.region_id)
    region_id = factories.region(uow)
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id)
    assert refusal(draft, stranger, here.region_id, "more").code == "forbidden"
    for call, more in CALLS.items():
        assert refusal(call, stranger, version_id=made.version_id, **more).code == "template.unknown"
    assert (
        refusal(service.new_version, stranger, template_id=made.template_id, steps=steps()).code == "template.unknown"
    )


def test_a_region_begins_with_the_products_checklists_once(uow, here):
    made = service.seed_templates(uow, here.region_id)
    assert set(made) == {seed["code"] for seed in seeds()}
    assert len(announced(uow)) == len(made)
    with recorded(uow.session) as statements:
        assert service.seed_templates(uow, here.region_id) == made
    assert len(statements) == 3
    assert len(announced(uow)) == len(made)


def test_a_region_keeps_what_it_made_of_a_seed(uow, author, publisher, here):
    own = draft(author, here.region_id, "stb-swap")
    put_through(author, publisher, own.version_id)
    assert service.seed_templates(uow, here.region_id)["stb-swap"] == own.version_id
