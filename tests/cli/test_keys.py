import re

import pytest

from dispatch.accounts.keys.queries import caller_of_key
from dispatch.territory import service as territory
from kernel import runtime as runtimes
from kernel.actor import Role, system_actor
from kernel.clock import SystemClock
from kernel.errors import DomainError

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def runtime(settings):
    made = runtimes.make(settings, clock=SystemClock())
    with made.unit_of_work(system_actor()) as uow:
        territory.open_region(uow, code="LS", name="涟水运维部", timezone="Asia/Shanghai")
    yield made
    made.close()


@pytest.fixture
def erp(fieldbeat, runtime):
    said = fieldbeat("user", "add", "erp", "--name", "ERP", "--role", "agent", "--at", "region:LS", "--service")
    assert said.returncode == 0, said.stderr
    assert "password" not in said.stdout
    return lambda *words: fieldbeat("keys", *words)


def shown(said) -> str:
    assert said.returncode == 0, said.stderr
    found = re.search(r"The key is (\S+) and", said.stdout)
    assert found is not None
    return found[1]


def roles(runtime, key):
    with runtime.session() as session:
        return caller_of_key(session, key, runtime.clock.now()).actor.roles


def test_a_key_is_made_listed_rotated_and_revoked(runtime, erp):
    key = shown(erp("add", "erp", "--name", "nightly", "--scope", "fees:read", "--days", "30", "--from", "10.0.0.0/8"))
    assert roles(runtime, key) == {Role.AGENT}
    [line] = erp("list", "erp").stdout.splitlines()
    assert line.startswith(f"{key[:15]}  erp  nightly  active, until ")
    assert line.endswith("never used  fees:read")
    fresh = shown(erp("rotate", key[:15], "--grace-hours", "0"))
    assert roles(runtime, fresh) == {Role.AGENT}
    with pytest.raises(DomainError):
        roles(runtime, key)
    assert erp("revoke", fresh).stdout == "Revoked nightly of erp.\n"
    with pytest.raises(DomainError):
        roles(runtime, fresh)
    assert "revoked, until" in erp("list").stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["add", "erp", "--name", "x", "--scope", "fees:delete"], 1, "There is no such scope. fees:delete"),
        (["add", "nobody", "--name", "x", "--scope", "fees:read"], 1, "Nobody has the login 'nobody'"),
        (["revoke", "fb_000000000000"], 1, "There are no keys that begin with 'fb_000000000000'"),
    ],
)
def test_what_cannot_be_is_told(erp, words, status, said):
    result = erp(*words)
    assert result.returncode == status
    assert said in result.stderr


def test_the_scopes_are_listed(erp):
    assert "work-orders:write       Work orders" in erp("scopes").stdout
