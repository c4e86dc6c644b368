"""A start that finds the demo there knows who can sign in, and loads nothing of the business for it."""

import subprocess
import sys

from cli.demo.accounts import accounts, is_there
from cli.demo.people import PASSWORD
from kernel.actor import Role
from tests.conftest import ROOT


def test_it_names_everybody_one_can_sign_in_as():
    known = {account.login: account for account in accounts()}
    assert known["admin"].role is Role.ADMINISTRATOR
    assert known["station"].role is Role.STATION_MANAGER
    assert known["tech01"].role is Role.TECHNICIAN
    assert {account.password for account in known.values()} == {PASSWORD}
    assert all(account.name for account in known.values())


def test_it_is_there_once_it_is_loaded(loaded, runtime):
    assert is_there(loaded.engine)
    assert not is_there(runtime.engine)


def test_a_later_start_loads_nothing_of_the_business():
    ask = "import sys, cli.up, cli.demo.accounts; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert [name for name in told.split() if name.split(".")[0] in {"dispatch", "sync", "checklists", "shapely"}] == []
