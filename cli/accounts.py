"""The commands `user` and `device`: people who may sign in, and their phones."""

import sys
from contextlib import closing
from uuid import UUID

import click

from cli.by_hand import by_hand
from cli.console import Complaint, say
from cli.lookup import Place, find_person, find_place
from cli.options import data_dir_option, read_settings
from dispatch.accounts import service as accounts
from dispatch.accounts.errors import NO_PERSON
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.passwords import Passwords
from dispatch.accounts.second_factor import service as factors
from dispatch.people import service as people
from kernel.actor import Level, Role, system_actor
from kernel.identifiers import new_secret
from kernel.unit_of_work import UnitOfWork
from sync.devices import service as devices
from sync.worker import make_runtime


@click.group()
def user() -> None:
    """Add people who may sign in, and let in again who lost their second factor."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="What the person is called.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What the person does.")
@click.option(
    "--at",
    "at",
    metavar="PLACE",
    help="Where: `everywhere`, or a level and a code, such as station:LS01 or group:LS/G01.",
)
@click.option("--phone", help="A telephone number.")
@click.option("--locale", type=click.Choice(list(accounts.LOCALES)), default="zh-CN", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of the input.")
@click.option(
    "--service", is_flag=True, help="An account for a program: it has no password, and asks with `fieldbeat keys`."
)
@data_dir_option
def add_user(
    login: str,
    name: str,
    role: str | None,
    at: str | None,
    phone: str | None,
    locale: str,
    password_stdin: bool,
    service: bool,
) -> None:
    """Add a person with LOGIN, and give them a role at a place.

    Without --password-stdin a password is made up and shown, this once. A technician's place is their maintenance group.
    """
    if service and password_stdin:
        raise Complaint("A service account has no password: leave out --password-stdin.", status=2)
    if (role is None) != (at is None):
        raise Complaint("A role is held at a place: give both --role and --at, or neither.", status=2)
    if role == Role.TECHNICIAN and not str(at).startswith(f"{Level.GROUP}:"):
        raise Complaint("A technician works in a maintenance group: give it as --at group:CODE.", status=2)
    password = None if service else sys.stdin.readline().rstrip("\r\n") if password_stdin else new_secret()[:16]
    settings = read_settings()
    with closing(by_hand(make_runtime(settings))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        place = find_place(uow, at) if at else None
        user_id = accounts.create_user(
            uow,
            login=login,
            name=name,
            password=password,
            region_id=place.region_id if place else None,
            phone=phone,
            locale=locale,
            kind=AccountKind.SERVICE if service else AccountKind.PERSON,
            passwords=Passwords(settings.password_memory_kib, settings.password_least_score),
        )
        if place and role:
            _give(uow, user_id, Role(role), place)
    say(f"Added {accounts.normal_login(login)} ({user_id}).")
    if password is not None and not password_stdin:
        say(f"The password is {password} and is not shown again.")


@user.command("reset-second-factor")
@click.argument("login")
@data_dir_option
def reset_second_factor(login: str) -> None:
    """Take the second factor from the person with LOGIN, who lost it, and sign them out everywhere.

    They sign in with their password alone until they turn on another one. The audit log keeps who did it with which command.
    """
    with closing(by_hand(make_runtime(read_settings()))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        person = find_person(uow, login)
        factors.reset(uow, user_id=person.id)
    say(f"Reset the second factor of {person.name} ({person.login}), and signed them out everywhere.")


def _give(uow: UnitOfWork, user_id: UUID, role: Role, place: Place) -> None:
    if role is Role.TECHNICIAN and place.id is not None:
        people.hire(uow, user_id=user_id, group_id=place.id)
    else:
        people.give_role(uow, user_id=user_id, role=role, level=place.level, place_id=place.id)


@click.group()
def device() -> None:
    """Enrol phones."""


@device.command()
@click.argument("login")
@click.option(
    "--install", metavar="ID", help="The phone's own name for this installation; the same again gives a new token."
)
@click.option("--name", help="What the phone is called in lists.")
@data_dir_option
def enrol(login: str, install: str | None, name: str | None) -> None:
    """Enrol a phone for the person with LOGIN, and show the token with which it syncs."""
    with closing(by_hand(make_runtime(read_settings()))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        person = find_person(uow, login)
        if person.kind == AccountKind.SERVICE:
            raise NO_PERSON()
        enrolled = devices.register(uow, install_id=install or str(uow.new_id()), name=name, user_id=person.id)
    say(f"Enrolled a phone for {person.name}: {enrolled.device_id}")
    say(f"Its token is {enrolled.token} and is not shown again.")
