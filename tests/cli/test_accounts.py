import re

import pytest

from dispatch.accounts import queries as accounts
from dispatch.accounts.sessions.queries import caller_of_token
from dispatch.people import queries as people
from dispatch.territory import service as territory
from kernel import runtime as runtimes
from kernel.actor import Grant, Level, Role, system_actor
from kernel.clock import SystemClock
from kernel.errors import DomainError
from sync.devices.calling import identify
from tests import factories
from tests.factories import sign_in

on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def runtime(settings):
    made = runtimes.make(settings, clock=SystemClock())
    yield made
    made.close()


@pytest.fixture
def group_id(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        region_id = territory.open_region(uow, code="LS", name="涟水运维部", timezone="Asia/Shanghai")
        station_id = territory.open_station(uow, region_id=region_id, code="S1", name="城区服务站")
        return territory.open_group(uow, station_id=station_id, code="G1", name="维护一组")


def test_an_administrator_is_added_and_signs_in_with_the_password_that_is_shown(fieldbeat, runtime):
    said = fieldbeat("user", "add", "Root", "--name", "管理员", "--role", "administrator", "--at", "everywhere")
    assert said.returncode == 0, said.stderr
    password = re.search(r"The password is (\S+) and", said.stdout)[1]
    with runtime.unit_of_work(system_actor()) as uow:
        token = sign_in(uow, "root", password).token
    with runtime.session() as session:
        actor = caller_of_token(session, token, runtime.clock.now()).actor
    assert actor.grants == {Grant(Role.ADMINISTRATOR, Level.EVERYWHERE, None)}


def test_a_technician_is_hired_into_the_group_with_the_password_of_the_input(fieldbeat, runtime, group_id):
    words = ("user", "add", "zhang", "--name", "张伟", "--role", "technician", "--at", "group:G1", "--password-stdin")
    said = fieldbeat(*words, stdin="correct horse 42\n")
    assert said.returncode == 0, said.stderr
    assert "password" not in said.stdout
    with runtime.unit_of_work(system_actor()) as uow:
        user_id = sign_in(uow, "zhang", "correct horse 42").user_id
        assert people.technician(uow, user_id).group_id == group_id


@on_one_engine
def test_a_station_manager_gets_the_role_at_the_station(fieldbeat, runtime, group_id):
    said = fieldbeat("user", "add", "wang", "--name", "王芳", "--role", "station_manager", "--at", "station:LS/S1")
    assert said.returncode == 0, said.stderr
    with runtime.reading(system_actor()) as reading:
        [person] = accounts.page_of_users(reading, limit=2, role=Role.STATION_MANAGER).items
    assert (person.login, person.name) == ("wang", "王芳")


@on_one_engine
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--role", "agent"], 2, "give both --role and --at"),
        (["--role", "technician", "--at", "station:S1"], 2, "give it as --at group:CODE"),
        (["--role", "agent", "--at", "region:XX"], 1, "There is no region with the code 'XX'"),
        (["--locale", "tlh"], 2, "'tlh' is not one of"),
    ],
)
def test_what_cannot_be_is_told_and_nobody_is_added(fieldbeat, runtime, words, status, said):
    result = fieldbeat("user", "add", "zhao", "--name", "赵敏", *words)
    assert result.returncode == status
    assert said in result.stderr
    with runtime.reading(system_actor()) as reading:
        assert accounts.page_of_users(reading, limit=1).items == ()


@on_one_engine
def test_a_taken_login_is_told_in_a_sentence(fieldbeat):
    assert fieldbeat("user", "add", "zhao", "--name", "赵敏").returncode == 0
    again = fieldbeat("user", "add", "ZHAO", "--name", "赵敏")
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    assert "zhao" in again.stderr


def test_a_phone_is_enrolled_and_enrolled_anew_with_another_token(fieldbeat, runtime, group_id):
    fieldbeat("user", "add", "zhang", "--name", "张伟", "--role", "technician", "--at", "group:G1")
    said = [fieldbeat("device", "enrol", "zhang", "--install", "phone-1", "--name", "Mate 60") for _ in range(2)]
    assert [one.returncode for one in said] == [0, 0], said[0].stderr
    device_id, first = re.search(r": (\S+)\nIts token is (\S+) and", said[0].stdout).groups()
    again, second = re.search(r": (\S+)\nIts token is (\S+) and", said[1].stdout).groups()
    assert again == device_id
    assert second != first
    with runtime.session() as session:
        assert str(identify(session, second, runtime.clock.now()).id) == device_id


@on_one_engine
def test_a_phone_needs_somebody_to_belong_to(fieldbeat):
    said = fieldbeat("device", "enrol", "nobody")
    assert (said.returncode, said.stderr) == (1, "Nobody has the login 'nobody'.\n")


@on_one_engine
def test_a_lost_second_factor_is_reset(fieldbeat, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        key = factories.user(uow, login="root", password=factories.PASSWORD, phone=None)
        token = sign_in(uow, "root").token
        factories.second_factor(uow, key)
    said = fieldbeat("user", "reset-second-factor", "Root")
    assert said.returncode == 0, said.stderr
    assert "(root)" in said.stdout
    with runtime.unit_of_work(system_actor()) as uow:
        with pytest.raises(DomainError):
            caller_of_token(uow.session, token, uow.now)
        assert sign_in(uow, "root").user_id == key
    again = fieldbeat("user", "reset-second-factor", "root")
    assert again.returncode == 1
    assert "No second factor is on." in again.stderr
