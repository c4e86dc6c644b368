import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from marshmallow import Schema, fields

from api.openapi import describe
from api.personal import NAMES, ids_of, read_act, shown_in, shows_personal, tells_personal
from api.schemas.flat import Joined
from api.schemas.marks import MARK, PERSONAL
from kernel.database import Base

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


class Inner(Schema):
    phone = fields.String(metadata=PERSONAL)


class Outer(Schema):
    customers = fields.List(fields.Nested(Inner))


def test_a_form_that_holds_personal_data_anywhere_shows_it():
    assert shows_personal(Inner)
    assert shows_personal(Outer)
    assert not shows_personal(Schema)


@pytest.mark.parametrize(("columns", "personal"), [(("id", "contact_phone"), True), (("number", "title"), False)])
def test_a_table_shows_personal_data_by_the_names_of_its_columns(columns, personal):
    assert tells_personal(columns) is personal


def test_the_ids_of_what_is_shown_and_of_whom_it_names():
    order = Joined(
        SimpleNamespace(row=SimpleNamespace(id=ONE, customer_id=TWO, site_id=None)), {"customer": {"id": THREE}}
    )
    assert ids_of([order, {"id": TWO}]) == {ONE, TWO, THREE}
    assert shown_in(({"items": (1, 2), "next": None}, {})) == [1, 2]
    assert shown_in((order, "etag")) == [order]


def test_a_reading_across_regions_belongs_to_none():
    things = [SimpleNamespace(id=ONE, region_id=TWO), SimpleNamespace(id=THREE, region_id=THREE)]
    assert read_act(things, {"q": "139 0000 0001", "after": "x", "vip": "true"}).details == {
        "rows": 2,
        "asked": {"q": "…01", "vip": "true"},
    }
    assert read_act(things, {}).region_id is None
    assert read_act(things[:1], {}).region_id == TWO


OF_STAFF = {
    "SessionShown",
    "User", "UserDetail", "Assignee", "Technician", "TechnicianDetail", "OnDutyPerson", "Responsible", "Answering", "AuditEntry",
}  # fmt: skip


def test_every_form_marks_the_personal_data_that_it_shows(plain_app):
    """A form that shows a telephone number and does not say so would be read unseen."""
    forms = describe(plain_app)["components"]["schemas"]
    unmarked = {
        f"{name}.{member}"
        for name, form in forms.items()
        for member, field in form.get("properties", {}).items()
        if NAMES.search(member) and not field.get(MARK) and field.get("type") not in ("boolean", "integer")
    }
    shown = {one for one in unmarked if not re.match(r"(New|FormReport|.*(Change|Body|Query)\.)", one)}
    assert {one.split(".")[0] for one in shown} - OF_STAFF == set()


def test_every_column_of_personal_data_or_secrets_says_so():
    """What a command changes is written down: a column that is not marked would be there in the clear."""
    wanted = re.compile(NAMES.pattern + r"|password|secret|token|(^|_)url$|^lat$|^lon$|signer_name")
    unmarked = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if wanted.search(column.name)
        and not table.info.get("silent")
        and not {"personal", "secret"} & set(column.info)
        and str(column.type) not in ("BLOB", "BOOLEAN")
    }
    assert unmarked == set()
