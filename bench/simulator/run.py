"""Plays a whole day: many phones work offline, come back at noon and in the evening, and everything is checked."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from bench.simulator import scene as scenes
from bench.simulator.bad_network import CALM, ROUGH, BadNetwork, Sky, Weather
from bench.simulator.chaos import Chaos
from bench.simulator.day import Day
from bench.simulator.scene import Player, Scene
from bench.simulator.summary import Summary, add_up
from bench.simulator.verify import Findings, verify
from fieldbeat_client.clocks import PhoneClock
from fieldbeat_client.exchange import Habits
from fieldbeat_client.journal import Journal
from fieldbeat_client.phone import Phone
from fieldbeat_client.wire import Wire

SIDE_BY_SIDE = 24
"""How many phones are at it at the same time; each pushes over several connections."""
SKEWS = (0.0, 3.0, -45.0, 0.0, 5_400.0, -86_400.0)
"""By how many seconds the clocks of phones are wrong, in turn."""


@dataclass(frozen=True)
class Options:
    """What to play. `login` and `password` are of an administrator; without `redis_url` there is no chaos."""

    url: str
    login: str
    password: str
    technicians: int = 50
    orders: int = 20
    seed: str = "1"
    weather: Weather = ROUGH
    redis_url: str | None = None
    habits: Habits = field(default_factory=Habits)


def simulate(options: Options, say: Callable[[str], None]) -> Summary:
    """Play a day and check it; `say` takes a line about each part of it. Raises OfficeError, GaveUpError, RefusedError."""
    began = time.monotonic()
    say(f"Setting up {options.technicians} technicians with {options.orders} orders each ...")
    scene = scenes.set_up(
        options.url, options.login, options.password, technicians=options.technicians, orders=options.orders
    )
    with contextlib.closing(scene.manager), contextlib.closing(_Play(options, scene, say)) as play:
        play.morning()
        set_up_seconds = time.monotonic() - began
        play.work_day()
        say("Checking every log and every phone ...")
        began = time.monotonic()
        findings = verify(scene, play.days)
        return play.summarise(findings, set_up_seconds, time.monotonic() - began)


class _Play:
    """The phones of one simulation, and what they go through together."""

    def __init__(self, options: Options, scene: Scene, say: Callable[[str], None]) -> None:
        self.options = options
        self.scene = scene
        self.days: list[Day] = []
        self._say = say
        self._sky = Sky(CALM)
        self._rng = random.Random(options.seed)
        self._chaos = Chaos(options.redis_url, self._rng) if options.redis_url else None
        self._lines: list[BadNetwork] = []
        self._phones: list[Phone] = []
        self._push_seconds = 0.0

    def morning(self) -> None:
        """Hand out phones at the station, where the network is good: each registers and pulls its orders."""
        with self._pool() as pool:
            self.days = list(pool.map(self._hand_out, range(len(self.scene.players)), self.scene.players))

    def work_day(self) -> None:
        """Work offline, come back at noon, work again, come back in the evening."""
        lost = self.scene.give_away()
        for number, day in enumerate(self.days):
            day.forenoon({lost[number]} if number in lost else ())
        self._crash_some()
        self._come_back("noon")
        self._all(Phone.pull)  # with a good network, so that all know what the others brought
        for day in self.days:
            day.afternoon()
        self._come_back("evening")
        self._all(Phone.pull)

    def close(self) -> None:
        """Hang up everywhere, and throw the phones away."""
        for phone in self._phones:
            phone.hang_up()
            phone.journal.close()
        if self._chaos:
            self._chaos.close()

    def summarise(self, findings: Findings, set_up_seconds: float, verify_seconds: float) -> Summary:
        """Gather the figures."""
        ops = [op for day in self.days for phone in day.phones for op in phone.journal.ops()]
        return Summary(
            technicians=self.options.technicians,
            orders=self.options.orders,
            seed=self.options.seed,
            run=self.scene.run,
            ops=len(ops),
            set_up_seconds=set_up_seconds,
            push_seconds=self._push_seconds,
            verify_seconds=verify_seconds,
            tally=add_up([phone.tally for phone in self._phones]),
            troubles=sum((line.troubles for line in self._lines), Counter()),
            blows=self._chaos.blows if self._chaos else Counter(),
            findings=findings,
            outcomes=Counter(op.outcome or "none" for op in ops),
        )

    def _hand_out(self, number: int, player: Player) -> Day:
        with contextlib.closing(self.scene.office_of(player)) as office:
            token = office.tokens.access
        rng = random.Random(f"{self.options.seed}/{number}")
        phones = [self._phone(number, which, 1, Journal()) for which in ("main", "helper")]
        for which, phone in zip(("main", "helper"), phones, strict=True):
            phone.enrol(token, install_id=f"{player.login}-{which}", name=f"{player.login} {which}")
            phone.pull()
        return Day(number, phones[0], phones[1], rng)

    def _phone(self, number: int, which: str, boot: int, journal: Journal) -> Phone:
        """Switch on a phone with this journal; `boot` counts how often it was switched on."""
        name = f"{self.options.seed}/{number}/{which}/{boot}"
        clock = PhoneClock(
            f"boot-{boot}", skew_seconds=SKEWS[number % len(SKEWS)], up_seconds=0.0 if boot > 1 else 3600.0
        )
        phone = Phone(journal, clock, partial(self._dial, name), random.Random(name), self.options.habits)
        self._phones.append(phone)
        return phone

    def _dial(self, name: str, line: str) -> BadNetwork:
        network = BadNetwork(Wire(self.options.url), self._sky, f"{name}/{line}")
        self._lines.append(network)
        return network

    def _crash_some(self) -> None:
        """Every third phone is switched off and on: what is not in its journal is gone, and its clock begins anew."""
        for day in self.days[::3]:
            day.phone = self._phone(day.number, "main", 2, day.phone.journal)

    def _come_back(self, when: str) -> None:
        """Let all phones push and pull until quiet, over the bad network, in the midst of chaos if there is to be any."""
        waiting = sum(phone.journal.waiting() for day in self.days for phone in day.phones)
        self._say(f"At {when}, {waiting:,} logs come in over a bad connection ...")
        self._sky.weather = self.options.weather
        began = time.monotonic()
        with self._chaos.raging() if self._chaos else contextlib.nullcontext():
            self._all(Phone.settle)
            self._push_seconds += time.monotonic() - began
        self._sky.weather = CALM
        self._all(Phone.hang_up)  # which also lets arrive what is still adrift

    def _all(self, act: Callable[[Phone], object]) -> None:
        phones: Sequence[Phone] = [phone for day in self.days for phone in day.phones]
        with self._pool() as pool:
            list(pool.map(act, phones))

    @contextlib.contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
            yield pool
