"""Who works in the demo: their logins, roles, groups, zones and skills."""

import random
from dataclasses import dataclass
from itertools import cycle

from cli.demo import names
from cli.demo.places import GUANNAN, LIANSHUI, StationSeed
from kernel.actor import Level, Role

PASSWORD = "fieldbeat-demo"  # noqa: S105 - told to everybody who starts the demo
TECHNICIANS = {"city": 3, "west": 3, "north": 4, "east": 2, "guannan-1": 2}
"""How many technicians a group has, by its code."""

SKILLS = {"catv": "有线电视维护", "broadband": "宽带安装维护", "fibre": "光纤熔接", "height": "登高作业"}


@dataclass(frozen=True)
class Person:
    """Somebody who works there. `place` is the code of the group, station or region of the role, None for everywhere.

    `zones` are the codes of those they answer for; `skills` maps a skill to its level from 1 to 5.
    """

    login: str
    name: str
    role: Role
    level: Level
    place: str | None
    region: str | None
    phone: str
    zones: tuple[str, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()

    @property
    def is_technician(self) -> bool:
        """Whether they do the work in the field."""
        return self.role is Role.TECHNICIAN


def staff(rng: random.Random) -> list[Person]:
    """Make up everybody: the administrator, then each station's people."""
    found = [Person("admin", "系统管理员", Role.ADMINISTRATOR, Level.EVERYWHERE, None, None, names.phone(1))]
    found += _of_station(rng, LIANSHUI, "", first=1)
    found += _of_station(rng, GUANNAN, "-gn", first=sum(person.is_technician for person in found) + 1)
    return found


def _of_station(rng: random.Random, seed: StationSeed, suffix: str, *, first: int) -> list[Person]:
    """Make up the people of a region with its station; logins end in `suffix`, technicians are counted from `first`."""
    region = seed.region_code
    base = 1000 * first

    def desk(login: str, role: Role, level: Level, place: str, line: int) -> Person:
        return Person(login, names.person(rng), role, level, place, region, names.phone(base + line))

    found = [
        desk(f"region{suffix}", Role.REGIONAL_OPERATIONS, Level.REGION, region, 1),
        desk(f"station{suffix}", Role.STATION_MANAGER, Level.STATION, seed.code, 2),
        desk(f"agent{suffix}", Role.AGENT, Level.REGION, region, 3),
    ]
    for line, group in enumerate(seed.groups, start=1):
        mark = str(line) if len(seed.groups) > 1 else ""
        found.append(desk(f"leader{mark}{suffix}", Role.GROUP_LEADER, Level.GROUP, group.code, 10 + line))
    number = first
    for group in seed.groups:
        count = TECHNICIANS[group.code]
        hands: list[list[str]] = [[] for _ in range(count)]
        for zone, hand in zip(group.zones, cycle(hands), strict=False):
            hand.append(zone.code)
        for place, hand in enumerate(hands):
            found.append(
                Person(
                    f"tech{number:02d}",
                    names.person(rng),
                    Role.TECHNICIAN,
                    Level.GROUP,
                    group.code,
                    region,
                    names.phone(base + 20 + number),
                    tuple(hand),
                    _skills(rng, place),
                )
            )
            number += 1
    return found


def _skills(rng: random.Random, place: int) -> tuple[tuple[str, int], ...]:
    """Everybody can do television and broadband; the first of each group also splices fibre, most climb."""
    known = ["catv", "broadband"]
    if place == 0 or rng.random() < 0.4:
        known.append("fibre")
    if rng.random() < 0.7:
        known.append("height")
    return tuple((skill, rng.randint(2, 5)) for skill in known)
