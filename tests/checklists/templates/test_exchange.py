import orjson
import pytest
from sqlalchemy import func, select

from checklists.templates import exchange, queries, service
from checklists.templates.models import ChecklistTemplateVersion
from checklists.templates.seeding import seeds
from kernel.errors import DomainError
from tests import factories
from tests.checklists.samples import label, steps
from tests.checklists.templates.xlsform.books import book, changed


@pytest.fixture
def version(author, here):
    made = service.create_template(author, region_id=here.region_id, code="sample", name=label("样例"), steps=steps())
    return queries.version(author, made.version_id)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def written(version) -> bytes:
    return orjson.dumps(exchange.as_json(version))


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: str(seed["code"]))
def test_json_comes_back_exactly(seed, author, here):
    made = service.create_template(author, region_id=here.region_id, **seed)
    before = queries.version(author, made.version_id)
    again = exchange.read_json(written(before))
    other = factories.acting(author, author.actor)
    brought = exchange.bring_in(other, region_id=here.region_id, incoming=again, dry_run=False)
    after = queries.version(author, brought.version_id)
    assert (after.steps, after.name, after.row.digest) == (before.steps, before.name, before.row.digest)
    assert (brought.version, brought.new_template, after.row.status) == (2, False, "draft")


def test_into_another_region_it_comes_as_a_new_template(uow, version):
    region_id = factories.region(uow)
    data, _ = exchange.as_xlsform(version)
    brought = exchange.bring_in(uow, region_id=region_id, incoming=exchange.read_xlsform(data), dry_run=False)
    after = queries.version(uow, brought.version_id)
    assert (after.region_id, after.code, after.row.version, brought.new_template) == (region_id, "sample", 1, True)
    assert after.row.digest == version.row.digest


def test_a_dry_run_says_what_would_become_of_it_and_keeps_nothing(uow, author, here, version):
    incoming = exchange.read_json(written(version))
    tried = exchange.bring_in(author, region_id=here.region_id, incoming=incoming, dry_run=True)
    assert (tried.template_id, tried.version_id, tried.version, tried.dry_run) == (
        version.row.template_id,
        None,
        2,
        True,
    )
    assert tried.items == sum(len(step["items"]) for step in steps())
    assert uow.session.scalar(select(func.count()).select_from(ChecklistTemplateVersion)) == 1


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"format": "other/1"}, "/format", "template.import_unfit"),
        ({"name": "样例"}, "/name", "template.import_unfit"),
        ({"steps": []}, "/digest", "template.import_unfit"),
        ({"digest": None}, "/digest", "template.import_unfit"),
        ({"code": "a b", "digest": ...}, "/code", "template.code_malformed"),
        ({"steps": [], "digest": ...}, "/steps", "template.step_order"),
        ({"steps": None, "digest": ...}, "/steps", "template.step_order"),
    ],
)
def test_what_is_no_export_is_refused_with_its_place_and_nothing_is_kept(author, here, version, change, path, code):
    document = {key: one for key, one in (exchange.as_json(version) | change).items() if one is not ...}

    def bring():
        incoming = exchange.read_json(orjson.dumps(document))
        exchange.bring_in(author, region_id=here.region_id, incoming=incoming, dry_run=False)

    assert (path, code) in [(one.path, one.code) for one in refusal(bring).fields]
    assert len(queries.template(author, version.row.template_id).versions) == 1
    assert refusal(exchange.read_json, b"{").fields[0].path == ""


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b'{"format": "fieldbeat/checklist/1", "name": {"zh-CN": "a\\u0000"}, "steps": []}', ""),
        (b'{"format": "fieldbeat/checklist/1", "name": {}, "steps": ' + b"[" * 990 + b"]" * 990 + b"}", "/steps"),
        (b"[" * 5000, ""),
    ],
)
def test_what_no_database_could_keep_is_refused_at_the_door(data, path):
    refused = refusal(exchange.read_json, data)
    assert (refused.code, refused.fields[0].path) == ("template.import_unfit", path)


def test_a_workbook_is_refused_with_every_place_or_by_the_reference_implementation(version):
    data, _ = exchange.as_xlsform(version)
    wrong = changed(changed(data, "survey", 3, "type", "range"), "survey", 6, "fb_policy", "loudest")
    places = {one.path: one.code for one in refusal(exchange.read_xlsform, wrong).fields}
    assert places["/survey/3/type"] == "template.xlsform_type"
    assert places["/survey/6/fb_policy"] == "template.unknown_policy"
    unknown = changed(data, "settings", 2, "default_language", "klingon")
    assert exchange.read_xlsform(unknown).code == "sample"
    twice = changed(data, "choices", 4, "list_name", "yes_no")
    assert refusal(exchange.read_xlsform, changed(twice, "choices", 4, "name", "no")).code == "template.import_unfit"


def test_only_who_keeps_templates_brings_them_in(author, here, version):
    technician = factories.acting(author, factories.technician(author, here))
    incoming = exchange.read_json(written(version))
    assert (
        refusal(exchange.bring_in, technician, region_id=here.region_id, incoming=incoming, dry_run=True).code
        == "forbidden"
    )
    assert refusal(exchange.read_xlsform, book([["type"]], settings=[])).code == "template.import_unfit"
