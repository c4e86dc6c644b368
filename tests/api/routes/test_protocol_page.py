"""docs/sync-protocol.md, run: its requests are sent in their order, and what it says comes of them must be what comes.

In an answer `…` stands for anything, numbers beyond 2**40 for any such number, and `<order>` for what only the test knows.
A comment before a request says what happened meanwhile. In a table of codes, code in the second column is what is sent.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sync.reconcile.runner import drain
from tests.api.routes.test_fuzzed_push import text_of
from tests.api.routes.test_sync import op
from tests.api.routes.test_work_orders import send
from tests.api.world import Door

PAGE = (Path(__file__).parents[3] / "docs" / "sync-protocol.md").read_text("utf-8")
EXAMPLE = re.compile(r"(?:<!-- (?P<before>[^>]*) -->\n)?```http\n(?P<asked>.*?)\n\n(?P<told>\d{3}\b.*?)```", re.DOTALL)
ANY = "…"
LARGE = 2**40


def readable(text: str) -> Any:
    """Parse JSON in which `…` may stand for a value or for all members of an object."""
    text = re.sub(r"(?<=[{\s])…}", f'"{ANY}": "{ANY}"}}', text)
    return json.loads(re.sub(r"(?<=[\s,\[:])…(?=[\s,\]}])", f'"{ANY}"', text))


def differences(told: Any, given: Any, at: str = "") -> Iterator[str]:
    """Yield where an answer is another than what is told of it."""
    if isinstance(told, str) and (ANY in told or "<" in told):
        return
    if type(told) is not type(given):
        yield f"{at or '/'} is {given!r}, not {told!r}"
    elif isinstance(told, dict):
        if ANY not in told:
            yield from (f"{at}/{name} is not told of" for name in given if name not in told)
        for name in told:
            if name in given:
                yield from differences(told[name], given[name], f"{at}/{name}")
            elif name != ANY:
                yield f"{at}/{name} does not come"
    elif isinstance(told, list) and ANY in told:
        rest = iter(given)
        for one in told:
            if one != ANY and not any(not list(differences(one, other)) for other in rest):
                yield f"{at} has no {one!r} (there, or so late)"
    elif isinstance(told, list):
        if len(told) != len(given):
            yield f"{at} has {len(given)} members, not {len(told)}"
        for n, (one, other) in enumerate(zip(told, given, strict=False)):
            yield from differences(one, other, f"{at}/{n}")
    elif told != given and not (isinstance(told, int) and min(told, given) >= LARGE):
        yield f"{at} is {given!r}, not {told!r}"


def test_what_differs_is_found():
    told = readable('{"a": …, "b": [1, …, {"c": "x"}], "n": 1099511638258, "d": {…}, "id": "0192…"}')
    given = {"a": [], "b": [1, 2, {"c": "x"}, 3], "n": LARGE + 1, "d": {"e": 1}, "id": "7"}
    assert list(differences(told, given)) == []
    for wrong in ({"b": [1, {"c": "y"}]}, {"n": 5}, {"d": []}, {"more": 1}):
        assert list(differences(told, given | wrong)), wrong
    assert list(differences([1, 2], [1]))
    assert list(differences({"a": None}, {"a": 0}))
    assert list(differences({"a": 1}, {}))


class Story:
    """Sends the requests of the page as one phone, and remembers what their answers brought."""

    def __init__(self, door: Door, runtime: Any) -> None:
        self.door, self.runtime = door, runtime
        self.known = {"login token": door.world.tokens["technician"], "order": str(door.world.orders["near"])}

    def fill(self, text: str) -> str:
        return re.sub(r"<([a-z ]+)>", lambda found: self.known[found[1]], text)

    def ask(self, line: str, headers: dict[str, str], body: str | None = None) -> Any:
        method, path = line.split(" ", 1)
        data = None if body is None else body.encode()
        if data is not None and headers.get("Content-Encoding") == "gzip":
            data = gzip.compress(data)
        return self.door(None, method, path, data=data, headers=headers, content_type="application/json")

    def sent(self, asked: str) -> Any:
        """Send a request as an example has it: a line with headers behind it, and a body in the lines below."""
        first, _, body = self.fill(asked).partition("\n")
        line, *rest = re.split(r" {2,}", first)
        headers = {name: value.split(" | ")[0] for name, value in (one.split(": ", 1) for one in rest)}
        return self.ask(line, headers, body or None)

    def note(self, answer: Any) -> None:
        """Remember what later requests speak of."""
        said = answer.get_json(silent=True) or {}
        if "token" in said:  # it pulls at once, as the page tells it to
            headers = {"Authorization": f"Bearer {said['token']}"}
            self.note(self.ask("GET /v1/sync/pull?since=0", headers))
        names = {"token": "device token", "device_id": "device", "seq": "seq"}
        self.known |= {names[name]: str(said[name]) for name in names if name in said}
        for change in said.get("changes", ()):
            if change["type"] == "work_orders" and change["op"] == "put":
                self.known["assignment"] = change["doc"]["assignment_id"]

    def the_worker_has_run(self) -> None:
        drain(self.runtime, str(self.door.world.places["near"].region_id))

    def the_office_gave_the_order_to_somebody_else(self) -> None:
        data = {"technician_id": str(self.door.world.people["technician_next_zone"]), "reason": "rebalancing"}
        moved = send(self.door, "leader", self.door.world.orders["near"], "reassign", data=data)
        assert moved.status_code == 200, moved.text


@pytest.fixture
def story(door, runtime):
    return Story(door, runtime)


def test_its_examples_are_what_happens(story):
    examples = list(EXAMPLE.finditer(PAGE))
    assert len(examples) >= 8
    assert len(examples) == PAGE.count("```http"), "an example has a request, a blank line, and an answer"
    for example in examples:
        if example["before"]:
            getattr(story, example["before"].replace(" ", "_"))()
        answer = story.sent(example["asked"])
        status, rest = example["told"][:3], example["told"][3:].strip()
        assert str(answer.status_code) == status, (example["asked"], answer.text)
        if rest.startswith("{"):
            assert list(differences(readable(rest), answer.json)) == [], example["asked"]
        elif rest:
            assert answer.mimetype == rest.split()[0]
        story.note(answer)


def table(title: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this title."""
    lines = PAGE[PAGE.index(f"\n| {title} |") :].strip().splitlines()
    rows = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in lines[2 : lines.index("")]]
    assert len({len(row) for row in rows}) == 1
    return rows


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_code_of_an_op_comes_of_what_is_told_to_bring_it(story):
    story.note(story.sent(next(EXAMPLE.finditer(PAGE))["asked"]))
    headers = {"Authorization": story.fill("Bearer <device token>")}
    story.known["used"] = str(uuid4())
    settled: dict[str, list[str]] = {}
    seq = 0
    for told, examples, _why in table("code of an op"):
        found = set()
        for example in codes(examples):
            seq += 1
            change = json.loads(story.fill(example))
            usual = op(story.door, seq, "log.note", text="x") | ({"id": story.known["used"]} if seq == 1 else {})
            body = (
                f'{{"protocol": "fsync/1", "ops": [{text_of(usual | change if isinstance(change, dict) else change)}]}}'
            )
            first, again = (story.ask("POST /v1/sync/push", headers, body).json["results"][0] for _ in range(2))
            assert (
                again["status"] == ("rejected" if first["status"] == "rejected" else "duplicate")
                or told == "`id-reuse`"
            )
            found.add(first.get("code"))
            if first["status"] == "accepted":
                settled[first["id"]] = codes(told)
        assert found <= {*codes(told), None}, told
        assert found - {None} == set() or found == set(codes(told)), told
    story.the_worker_has_run()
    known = story.door.post(None, "/v1/sync/ops/status", {"ids": list(settled)}, headers=headers).json["ops"]
    assert len(settled) > 3
    for key, told in settled.items():
        state = ("quarantined", told[0]) if told else ("applied", None)
        assert (known[key]["state"], known[key]["code"]) == state


def test_every_status_comes_of_what_is_told_to_bring_it(story):
    story.note(story.sent(next(EXAMPLE.finditer(PAGE))["asked"]))
    settings, tried = story.runtime.settings, 0
    for told, examples, _what_you_do in table("status, code"):
        for example in filter(codes, examples.split(" · ")):
            headers, body, line = {"Authorization": story.fill("Bearer <device token>")}, None, ""
            for word in codes(story.fill(example)):
                if word.startswith("FIELDBEAT_"):
                    name, value = word.removeprefix("FIELDBEAT_").split("=")
                    story.runtime.settings = replace(settings, **{name.lower(): int(value)})
                elif re.match(r"(GET|POST) /", word):
                    line = word
                elif re.match(r"[A-Z][A-Za-z-]+: ", word):
                    headers |= [word.split(": ", 1)]
                else:
                    body = word
            answer = story.ask(line, headers, body if line.startswith("GET") else body or "")
            story.runtime.settings = settings
            assert str(answer.status_code) == told[:3], (example, answer.text)
            if codes(told):
                assert answer.json["code"] in codes(told), (example, answer.text)
            tried += 1
    assert tried > 8
