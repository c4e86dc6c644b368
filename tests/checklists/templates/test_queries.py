import pytest

from checklists.templates import queries, service
from kernel.actor import Level, Role
from kernel.clock import iso
from kernel.errors import DomainError
from tests import factories
from tests.checklists.samples import checklist, label, steps
from tests.statements import recorded


@pytest.fixture
def two(uow, author, here):
    """A template with a published version and a draft; a second template with a draft only."""
    first = service.create_template(author, region_id=here.region_id, code="b", name=label("乙"), steps=steps())
    service.publish(uow, version_id=first.version_id)
    newer = service.new_version(author, template_id=first.template_id, steps=steps())
    other = service.create_template(author, region_id=here.region_id, code="a", name=label("甲"), steps=steps())
    return first, newer, other


@pytest.fixture
def technician(uow, here):
    return factories.acting(uow, factories.technician(uow, here))


@pytest.fixture
def stranger(uow):
    region_id = factories.region(uow)
    return factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id)


def is_unknown(call, *args) -> bool:
    with pytest.raises(DomainError) as refused:
        call(*args)
    return refused.value.code == "template.unknown"


def test_everybody_of_the_region_lists_its_templates_by_code(author, technician, two, here):
    first, _, other = two
    for reader in (author, technician):
        page = queries.templates(reader, limit=10)
        assert [(row.code, row.id, row.current_version_id, row.current_version) for row in page.items] == [
            ("a", other.template_id, None, None),
            ("b", first.template_id, first.version_id, 1),
        ]
        assert page.items[0].name == label("甲")
        assert page.after is None


def test_the_list_goes_on_from_page_to_page(author, two):
    page = queries.templates(author, limit=1)
    assert [row.code for row in page.items] == ["a"]
    rest = queries.templates(author, limit=1, after=page.after)
    assert ([row.code for row in rest.items], rest.after) == (["b"], None)


def test_nobody_of_another_region_sees_anything(uow, stranger, two, here):
    first, newer, _ = two
    assert queries.templates(stranger, limit=10).items == ()
    assert is_unknown(queries.template, stranger, first.template_id)
    assert is_unknown(queries.version, stranger, first.version_id)
    assert queries.documents(stranger, [first.version_id, newer.version_id]) == {}
    assert queries.published_versions(stranger, here.region_id) == []
    assert queries.templates(uow, limit=10, region_id=stranger.actor.region_id).items == ()


def test_drafts_are_for_those_who_keep_templates(author, technician, two):
    first, newer, _ = two
    assert [row.version for row in queries.template(author, first.template_id).versions] == [2, 1]
    assert [row.version for row in queries.template(technician, first.template_id).versions] == [1]
    assert queries.version(author, newer.version_id).row.status == "draft"
    assert is_unknown(queries.version, technician, newer.version_id)
    assert queries.version(technician, first.version_id).steps == steps()


def test_a_phone_gets_published_versions_and_keeps_retired_ones(uow, technician, two, here):
    first, newer, other = two
    ids = [first.version_id, newer.version_id, other.version_id]
    with recorded(uow.session) as statements:
        documents = queries.documents(technician, ids)
    assert len(statements) == 1
    assert documents == {
        str(first.version_id): {
            "id": str(first.version_id),
            "template_id": str(first.template_id),
            "code": "b",
            "name": label("乙"),
            "version": 1,
            "status": "published",
            "published_at": iso(uow.now),
            "effective_from": iso(uow.now),
            "digest": queries.version(uow, first.version_id).row.digest.hex(),
            "steps": steps(),
        }
    }
    service.retire(uow, version_id=first.version_id)
    assert queries.documents(technician, ids)[str(first.version_id)]["status"] == "retired"
    assert queries.published_versions(technician, here.region_id) == [first.version_id]


def test_the_checklists_of_many_versions_are_read_at_once(uow, two):
    first, newer, _ = two
    with recorded(uow.session) as statements:
        found = queries.checklists_of(uow.session, {first.version_id, newer.version_id})
    assert len(statements) == 1
    assert found == {first.version_id: (1, checklist()), newer.version_id: (2, checklist())}
    assert queries.checklists_of(uow.session, set()) == {}
