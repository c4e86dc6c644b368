"""All that is kept about a customer is told: whatever erasure knows of, and nothing that opens anything."""

import tempfile
import tracemalloc
from io import BytesIO
from pathlib import Path

import orjson
import pytest
from sqlalchemy import LargeBinary, insert

from kernel.actor import Level, Role, system_actor
from kernel.database import Base
from kernel.errors import DomainError
from sync.erasure import disclosing, service
from sync.erasure.disclosing import disclose
from sync.erasure.disclosure import FORMAT, LEFT_OUT, SECTIONS, UNTOLD, columns_of, gaps, table_of
from sync.erasure.rules import RULES, How
from tests import factories
from tests.statements import recorded
from tests.sync.erasure.test_service import close, erase
from tests.sync.erasure.trail import NUMBER, WORDS, Trail

TOLD = {one.table for one in SECTIONS}


def told(runtime, customer_id, actor=None):
    out = BytesIO()
    with runtime.snapshot(actor or system_actor()) as reading:
        disclosed = disclose(reading, customer_id=customer_id, reason="asked by letter", out=out)
    return orjson.loads(out.getvalue()), disclosed


def test_every_table_that_erasure_knows_of_is_told_or_says_why_not():
    assert gaps() == set()
    assert not TOLD & set(UNTOLD)


def test_every_section_is_explained():
    explained = (Path(__file__).parents[3] / "docs/disclosure.md").read_text("utf-8")
    assert [one.table for one in SECTIONS if f"`{one.table}`" not in explained] == []


def test_every_personal_column_of_what_is_told_is_told_or_only_follows_from_others():
    for section in SECTIONS:
        table = table_of(section)
        shown = {column.name for column in columns_of(table)}
        personal = {one.name for one in table.columns if one.info.get("personal")}
        assert {name for name in personal - shown if not table.c[name].info.get("derived")} == set(), table.name
        ruled = {name for rule in RULES if rule.table == table.name for name in rule.columns}
        assert {name for name in ruled - shown if not table.c[name].info.get("derived")} == set(), table.name


def test_nothing_is_told_that_opens_something():
    for section in SECTIONS:
        table = table_of(section)
        for column in columns_of(table):
            assert not column.info.get("secret"), column
            opens = column.name.endswith(("_hash", "token", "secret")) and isinstance(column.type, LargeBinary)
            assert not opens or column.name == "payload_hash", column
    assert all(set(names) <= set(Base.metadata.tables[name].c.keys()) for name, names in LEFT_OUT.items())


def test_what_a_customer_told_or_others_wrote_of_them_is_told_wherever_it_stands(runtime, trail):
    document, disclosed = told(runtime, trail.customer_id)
    assert (document["format"], document["customer_id"]) == (FORMAT, str(trail.customer_id))
    assert (document["held"], document["erased_at"]) == (False, None)
    for rule in RULES:
        rows = document["data"][rule.table]
        assert rows, rule.table
        assert disclosed.rows[rule.table] == len(rows)
        for name, how in rule.columns.items():
            column = Base.metadata.tables[rule.table].c[name]
            if how is How.GONE or column.info.get("derived"):
                continue
            assert any(WORDS in str(row[name]) for row in rows), f"{rule.table}.{name}"
    (customer,) = document["data"]["customers"]
    assert (customer["name"], customer["phone"]) == (WORDS, str(NUMBER)), "opened, as people read it"
    assert "sealed:" not in orjson.dumps(document).decode()
    (report,) = document["data"]["service_reports"]
    assert report["file"] == f"/v1/reports/{report['id']}/pdf"
    (photo,) = document["data"]["media_files"]
    assert photo["file"] == f"/v1/work-orders/{trail.order_id}/media/{photo['media_id']}"
    assert document["data"]["sync_ops"][0]["payload"]["said"] == WORDS


def test_nothing_of_others_is_told(runtime, trail):
    with runtime.unit_of_work(system_actor()) as uow:
        other = Trail(runtime, uow)
    mine, theirs = (orjson.dumps(told(runtime, one.customer_id)[0]).decode() for one in (trail, other))
    for key in (other.customer_id, other.order_id, *other.ids.values()):
        assert str(key) not in mine
        assert str(key) in theirs or key not in (other.customer_id, other.order_id)


def test_after_an_erasure_it_tells_that_there_was_one_and_what_is_left(runtime, trail):
    close(runtime, trail)
    erase(runtime, trail)
    with runtime.unit_of_work(system_actor()) as uow:
        service.hold(uow, customer_id=trail.customer_id, reason="a suit")
    document, _ = told(runtime, trail.customer_id)
    assert WORDS not in orjson.dumps(document["data"]).decode()
    assert (document["held"], document["erased_at"] is not None) == (True, True)
    assert [one["reason"] for one in document["data"]["erasures"]] == ["asked to"]
    assert [one["reason"] for one in document["data"]["legal_holds"]] == ["a suit"]
    assert [one["file"] for one in document["data"]["media_files"]] == [None]
    assert document["data"]["service_reports"] == []


def test_who_may_not_erase_is_told_nothing(runtime, trail):
    with runtime.unit_of_work(system_actor()) as uow:
        where, abroad = trail.where, factories.places(uow).region_id
        manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, where.station_id, where.region_id).actor
        stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, abroad, abroad).actor
        keeper = factories.acting_as(
            uow, Role.REGIONAL_OPERATIONS, Level.REGION, where.region_id, where.region_id
        ).actor
    for actor, code in ((manager, "forbidden"), (stranger, "customers.unknown")):
        with pytest.raises(DomainError, match=code):
            told(runtime, trail.customer_id, actor)
    assert told(runtime, trail.customer_id, keeper)[0]["data"]["customers"]


def lines_of(runtime, trail, number):
    """Let the customer's order have so many more entries of two kilobytes each."""
    entries = Base.metadata.tables["timeline_entries"]
    with runtime.unit_of_work(system_actor()) as uow:
        row = dict(
            uow.session.execute(entries.select().where(entries.c.work_order_id == trail.order_id)).mappings().first()
        )
        rows = [row | {"id": uow.new_id(), "data": {"text": f"{n} " + "x" * 2_000}} for n in range(number)]
        uow.session.connection().execute(insert(entries), rows)


def test_however_much_is_kept_some_rows_are_in_memory_and_the_statements_are_as_many(runtime, trail):
    peaks, statements = [], []
    for more in (2 * disclosing.ROWS_AT_ONCE, 8 * disclosing.ROWS_AT_ONCE):
        lines_of(runtime, trail, more)
        with tempfile.TemporaryFile() as out, runtime.snapshot(system_actor()) as reading:
            tracemalloc.start()
            with recorded(reading.session) as seen:
                disclose(reading, customer_id=trail.customer_id, reason="x", out=out)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            statements.append(len(seen))
            size = out.tell()
    assert size > 10 * disclosing.ROWS_AT_ONCE * 2_000
    assert peaks[1] < 1.5 * peaks[0]
    assert statements[0] == statements[1]
