"""A connection as one has it in a basement: what goes wrong, how often, and always the same for the same seed."""

import random
from collections import Counter
from dataclasses import dataclass, fields

from fieldbeat_client.wire import Answer, ConnectionLostError, Request, Wire

PORTAL = b"<html><body>Welcome to Free Wi-Fi. Please accept the terms.</body></html>"


@dataclass(frozen=True)
class Weather:
    """How likely each trouble is, for one request.

    `drop_before`: it never arrives. `drop_after`: it arrives and takes effect, but the answer is lost. `cut_request`: it breaks
    off in the middle of the body. `cut_answer`: the answer does. `duplicate`: it arrives twice. `late`: it seems lost, and
    arrives after a later one. `portal`: somebody else answers 200.
    """

    drop_before: float = 0.0
    drop_after: float = 0.0
    cut_request: float = 0.0
    cut_answer: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    portal: float = 0.0

    def pick(self, rng: random.Random) -> str | None:
        """Draw what happens to a request, if anything."""
        point = rng.random()
        for trouble in fields(self):
            point -= getattr(self, trouble.name)
            if point < 0:
                return trouble.name
        return None


CALM = Weather()
ROUGH = Weather(
    drop_before=0.08, drop_after=0.08, cut_request=0.03, cut_answer=0.03, duplicate=0.06, late=0.04, portal=0.02
)
WEATHERS = {"calm": CALM, "rough": ROUGH}


@dataclass
class Sky:
    """The weather as it is just now, over all connections that are out under it."""

    weather: Weather


class BadNetwork:
    """Carries requests over a wire, as well as the weather permits; `troubles` counts what happened. For one thread."""

    def __init__(self, wire: Wire, sky: Sky, seed: str) -> None:
        self._wire = wire
        self._sky = sky
        self._rng = random.Random(seed)
        self._adrift: list[Request] = []
        self.troubles: Counter[str] = Counter()

    def send(self, request: Request) -> Answer:
        """Send a request and wait for its answer. Raises ConnectionLostError."""
        trouble = self._sky.weather.pick(self._rng)
        if trouble is not None:
            self.troubles[trouble] += 1
            return self._send_badly(trouble, request)
        answer = self._wire.send(request)
        self._deliver_late()
        return answer

    def close(self) -> None:
        """Deliver what is still adrift, and hang up."""
        self._deliver_late()
        self._wire.close()

    def _send_badly(self, trouble: str, request: Request) -> Answer:
        if trouble == "portal":
            return Answer(200, {"content-type": "text/html"}, PORTAL)
        if trouble == "duplicate":
            self._wire.send(request)
            return self._wire.send(request)
        if trouble == "cut_answer":
            answer = self._wire.send(request)
            return Answer(answer.status, answer.headers, answer.body[: self._rng.randrange(len(answer.body) or 1)])
        if trouble == "drop_after":
            self._wire.send(request)
        elif trouble == "cut_request":
            self._wire.send_part(request, self._rng.randrange(len(request.body) or 1))
        elif trouble == "late":
            self._adrift.append(request)
        raise ConnectionLostError(trouble)

    def _deliver_late(self) -> None:
        adrift, self._adrift = self._adrift, []
        for request in adrift:
            try:
                self._wire.send(request)
            except ConnectionLostError:
                self.troubles["late and lost"] += 1
