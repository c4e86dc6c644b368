import json

import pytest
from sqlalchemy import select, text, update

from cli.audit import read_heads
from cli.console import Complaint
from cli.findings import AUDIT_LOOKED_BACK, look_at_everything
from cli.looks import State
from kernel import runtime as runtimes
from kernel.actor import SYSTEM_USER, system_actor
from kernel.audit.acts import ROOT, Act, ActKind
from kernel.audit.models import AuditEntry
from kernel.clock import SystemClock


@pytest.fixture
def runtime(settings):
    made = runtimes.make(settings, clock=SystemClock())
    with made.unit_of_work(system_actor()) as uow:
        for n in range(4):
            uow.record(Act(ActKind.LOGIN, details={"n": n}))
    yield made
    made.close()


def tamper(runtime):
    """Change an entry, as somebody may who owns the database."""
    with runtime.unit_of_work(system_actor()) as uow:
        sqlite = runtime.engine.dialect.name == "sqlite"
        uow.session.execute(
            text("DROP TRIGGER audit_entries_update" if sqlite else "ALTER TABLE audit_entries DISABLE TRIGGER USER")
        )
        third = update(AuditEntry).where(AuditEntry.chain == ROOT, AuditEntry.n == 3)
        uow.session.execute(third.values(user_id=ROOT).execution_options(synchronize_session=False))
        return uow.session.scalar(select(AuditEntry.id).where(AuditEntry.chain == ROOT, AuditEntry.n == 3))


def test_verify_says_that_all_is_well_or_names_the_first_entry_that_is_not(fieldbeat, runtime):
    said = fieldbeat("audit", "verify")
    assert (said.returncode, said.stdout) == (0, "Entries read: 4. The audit log holds.\n")
    key = tamper(runtime)
    said = fieldbeat("audit", "verify")
    assert said.returncode == 1
    assert f"BROKEN chain {ROOT}, entry 3: " in said.stdout
    assert f"(id {key})" in said.stdout


def test_doctor_looks_at_the_last_entries(runtime):
    look = {one.name: one for one in look_at_everything(runtime)}["audit"]
    assert (look.state, look.do) == (State.OK, "")
    tamper(runtime)
    look = {one.name: one for one in look_at_everything(runtime)}["audit"]
    assert look.state is State.BAD
    assert "entry 3" in look.says
    assert AUDIT_LOOKED_BACK > 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_heads_that_are_kept_elsewhere_are_compared(fieldbeat, runtime, tmp_path):
    kept = tmp_path / "heads.json"
    kept.write_text(fieldbeat("audit", "heads").stdout)
    assert fieldbeat("audit", "verify", "--heads", kept).returncode == 0
    heads = json.loads(kept.read_text())
    assert [one["n"] for one in heads] == [4]
    kept.write_text(json.dumps([heads[0] | {"n": 9}]))
    said = fieldbeat("audit", "verify", "--heads", kept)
    assert said.returncode == 1
    assert "entry 5: the chain ends before it" in said.stdout
    with pytest.raises(Complaint, match="was not written by"):
        read_heads("[{}]")


def test_what_a_command_of_the_console_changes_is_written_down_with_its_name(fieldbeat, runtime):
    words = (
        "user",
        "add",
        "root",
        "--name",
        "管理员",
        "--role",
        "administrator",
        "--at",
        "everywhere",
        "--phone",
        "139 0000 0001",
    )
    assert fieldbeat(*words).returncode == 0
    with runtime.session() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.n.desc()).limit(1)).one()
    assert (entry.user_id, entry.kind) == (SYSTEM_USER, "command")
    assert entry.action.endswith("user add")
    assert entry.agent.startswith("console, ")
    tables = {one["table"]: one["after"] for one in json.loads(entry.details)["changes"]}
    assert set(tables) == {"users", "role_grants"}
    assert (tables["users"]["phone"], tables["users"]["password_hash"]) == ("…01", "…")
