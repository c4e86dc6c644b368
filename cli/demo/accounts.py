"""Who can sign in to the demo, and whether it is there: all that a start needs to know of it when it is not the first."""

import random
from dataclasses import dataclass

from sqlalchemy import Engine, Uuid, column, select, table

from cli.demo.people import PASSWORD, Person, staff
from cli.demo.places import LIANSHUI
from kernel.actor import Role
from kernel.database import looking_only

SEED = "fieldbeat"
_REGIONS = table("regions", column("id", Uuid()))


@dataclass(frozen=True)
class Account:
    """Somebody whom one may sign in as."""

    login: str
    password: str
    role: Role
    name: str


def people() -> list[Person]:
    """Return everybody of the demo, the same at every call."""
    return staff(random.Random(SEED))  # noqa: S311 - the same names every time, not a secret


def accounts() -> list[Account]:
    """Return whom one may sign in as."""
    return [Account(one.login, PASSWORD, one.role, one.name) for one in people()]


def is_there(engine: Engine) -> bool:
    """Tell whether a database has the demo, which comes whole or not at all. It needs the newest form."""
    with engine.execution_options(**looking_only(engine)).connect() as connection:
        return connection.scalar(select(_REGIONS.c.id).where(_REGIONS.c.id == LIANSHUI.region_id)) is not None
