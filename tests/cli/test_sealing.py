"""Keys that seal personal data: a new one, everything sealed anew while it is read, and what is told when one is missing."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from cli.console import Complaint
from cli.sealing import ROWS_AT_ONCE, register, sealing
from cli.sealing_look import look_at_keys
from dispatch.accounts.second_factor import service as second_factor
from dispatch.accounts.second_factor.service import Proof
from dispatch.customers import queries
from dispatch.customers.models import Customer
from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.bulk import insert_rows
from kernel.clock import FixedClock
from kernel.errors import DomainError
from kernel.sealing_keys import key_file
from tests import factories
from tests.conftest import NOW

PHONE = "13970004711"
MANY = ROWS_AT_ONCE + 3


@pytest.fixture
def settings(settings):
    """Keys in a file, as they are without a setting."""
    return replace(settings, sealing_keys="")


@pytest.fixture
def run(settings):
    variables = {"FIELDBEAT_DATA_DIR": str(settings.data_dir), "FIELDBEAT_DATABASE_URL": settings.database_url}
    variables |= {"FIELDBEAT_SEALING_KEYS": ""}

    def call(*arguments):
        said = CliRunner().invoke(sealing, arguments, env=variables, standalone_mode=False)
        if said.exception and not isinstance(said.exception, SystemExit):
            raise said.exception
        return said

    return call


@pytest.fixture
def plain(settings):
    """A database with customers from before texts were sealed."""
    with closing(runtimes.make(settings)) as runtime, runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        known = {"region_id": places.region_id, "name": "王芳", "email": None, "vip": False, "created_at": NOW}
        insert_rows(uow.session, Customer, [{"id": uow.new_id(), "phone": PHONE, **known} for _ in range(MANY)])
    return settings


def phones(settings):
    """Return the numbers as they stand in the table, and as whoever has the keys finds them."""
    with closing(runtimes.make(settings)) as runtime, runtime.reading(system_actor()) as reading:
        kept = set(reading.session.scalars(text("SELECT phone FROM customers")))
        found = queries.page_of_customers(reading, limit=MANY + 1, q=PHONE).items
        whole = queries.contacts_of(reading, [one.id for one in found])
    assert [one["phone"] for one in whole.values()] == [PHONE] * MANY
    return kept


def columns(run):
    return orjson.loads(run("status", "--json").stdout)["columns"]["customers.phone"]


def test_what_is_there_is_sealed_and_sealed_anew_with_a_new_key_and_read_all_the_while(plain, run):
    assert columns(run) == {"by_key": {}, "plain": MANY}
    assert f"{MANY:,} rows sealed" in run("renew").stdout
    (first,) = columns(run)["by_key"]
    assert all(text.startswith(f"sealed:{first}:") for text in phones(plain))

    with closing(runtimes.make(plain)) as before:
        before.sealer.keys  # noqa: B018 - a process that goes on with the keys it has
        run("new-key")
        (line,) = [one for one in key_file(plain).read_text().splitlines() if one.startswith(first)]
        second = orjson.loads(run("status", "--json").stdout)["seals"]
        assert second != first
        phones(plain)
        said = run("renew").stdout
        assert f"Nothing is sealed with {first} any more" in said
        assert columns(run) == {"by_key": {second: MANY}, "plain": 0}
        with before.reading(system_actor()) as reading:
            key = reading.session.scalar(select(Customer.id).limit(1))
            assert queries.customer(reading, key).phone == PHONE
    key_file(plain).write_text(key_file(plain).read_text().replace(line, ""))
    phones(plain)
    assert "0 rows sealed" in run("renew").stdout

    assert run("open", "--yes").return_value == 0
    assert phones(plain) == {PHONE}


def test_a_second_factor_goes_on_through_a_new_key_and_needs_the_old_one_no_more(settings, run):
    with closing(runtimes.make(settings)) as runtime, runtime.unit_of_work(system_actor()) as uow:
        person = factories.user(uow, region_id=factories.region(uow), login="wang.fang")
        secret, recovery_codes = factories.second_factor(uow, person)
        clock = uow.now
    register(settings)
    (first,) = orjson.loads(run("status", "--json").stdout)["opens"]

    def proves(code, at):
        with closing(runtimes.make(settings, clock=FixedClock(at))) as fresh, fresh.unit_of_work(system_actor()) as uow:
            return second_factor.prove(uow, user_id=person, code=code)

    def of_factors():
        return orjson.loads(run("status", "--json").stdout)["columns"]["second_factors.secret"]

    run("new-key")
    second = orjson.loads(run("status", "--json").stdout)["seals"]
    assert of_factors() == {"by_key": {first: 1}, "plain": 0}
    assert proves(factories.app_code(secret, clock), clock) is Proof.APP
    renewed = run("renew")
    assert (renewed.return_value, f"Nothing is sealed with {first} any more" in renewed.stdout) == (0, True)
    assert of_factors() == {"by_key": {second: 1}, "plain": 0}
    kept = key_file(settings).read_text().splitlines()
    key_file(settings).write_text("".join(f"{one}\n" for one in kept if not one.startswith(f"{first}:")))
    assert orjson.loads(run("status", "--json").stdout)["opens"] == [second]

    later = clock + timedelta(seconds=30)
    with pytest.raises(DomainError, match=r"accounts\.code_wrong"):
        proves(factories.app_code(secret, clock), later)  # used before the keys changed, and still so
    assert proves(factories.app_code(secret, later), later) is Proof.APP
    assert proves(recovery_codes[0], later) is Proof.RECOVERY_CODE


def test_a_key_that_is_missing_is_told_before_anything_is_sealed_with_another(settings, run):
    register(settings)
    register(settings)
    with closing(runtimes.make(settings)) as runtime:
        assert look_at_keys(runtime).state == "ok"
    kept = key_file(settings).read_text()
    key_file(settings).write_text(f"other:{'A' * 43}\n")
    with pytest.raises(Complaint, match="nobody reads"):
        register(settings)
    with closing(runtimes.make(settings)) as runtime:
        assert look_at_keys(runtime).state == "bad"
    assert run("status").return_value == 1
    key_file(settings).unlink()
    with closing(runtimes.make(settings)) as runtime:
        assert "sealing.keys" in look_at_keys(runtime).says
    key_file(settings).write_text(kept)
    key_file(settings).chmod(0o644)
    with closing(runtimes.make(settings)) as runtime:
        assert (look_at_keys(runtime).state, look_at_keys(runtime).do) == (
            "warn",
            f"Take that from them: chmod 600 {key_file(settings)}",
        )


def test_a_text_that_cannot_be_opened_stays_and_is_named(plain, run):
    run("renew")
    with closing(runtimes.make(plain)) as runtime, runtime.unit_of_work(system_actor()) as uow:
        key = uow.session.scalar(select(Customer.id).limit(1))
        uow.session.execute(
            text("UPDATE customers SET phone = 'sealed:gone:AAAA' WHERE id = :id"), {"id": _as_kept(uow, key)}
        )
    said = run("renew")
    assert (said.return_value, f"UNOPENABLE customers {key}" in said.stdout) == (1, True)
    with closing(runtimes.make(plain)) as runtime, runtime.session() as session:
        assert session.scalar(select(Customer.phone).where(Customer.id == key)) == "sealed:gone:AAAA"


def _as_kept(uow, key):
    return key if uow.session.get_bind().dialect.name == "postgresql" else key.hex
