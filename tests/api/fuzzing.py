"""Asks every operation of an application all sorts of things, as its description allows and as it does not, and holds the answers
against the description.

Ids are not only made up: what lists and answers name is used in what is asked next, under the same name, so that requests get
beyond "there is no such thing". Who is signed out on the way signs in again.
"""

import contextlib
import copy
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from api.examples import recorded
from api.transactions import RUNTIME
from dispatch.accounts import queries
from dispatch.accounts import service as accounts
from kernel.actor import Level, Role, system_actor
from kernel.runtime import Runtime
from tests import factories
from tests.api.world import World

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "423", "429", "460"]
ENDLESS = frozenset({"/v1/sync/stream"})
"""Answers that never end are read by tests of their own."""
MOST_IDS = 30
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY = re.compile(r"^(/.+)/\{(\w+)\}$")


@schemathesis.serializer("application/offset+octet-stream", "message/rfc822", "image/jpeg", "image/png", "image/webp")
def raw(_context: Any, value: Any) -> bytes:
    """Send a body as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


class Fuzzer:
    """One run over the operations of an application: what was found wrong is in `faults`, what was answered in `statuses`.

    `followed` counts the links that were followed from what was made.
    """

    def __init__(self, app: Flask, world: World, *, examples: int, seed: int = 0) -> None:
        self._app, self._world, self._examples = app, world, examples
        self._runtime: Runtime = app.extensions[RUNTIME]
        self._dice = random.Random(seed)
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
        self._schema.config.generation.update(with_security_parameters=False)
        self._schema.config.checks.negative_data_rejection.expected_statuses = REFUSED
        self._know_the_world(world)
        self._tokens: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.followed = 0
        self.faults: dict[str, str] = {}

    def _know_the_world(self, world: World) -> None:
        for places in world.places.values():
            for name in ("region_id", "station_id", "group_id", "zone_id"):
                self._remember(name, str(getattr(places, name)))
        for person, user_id in world.people.items():
            for name in ("user_id", "technician_id") if person.startswith("technician") else ("user_id",):
                self._remember(name, str(user_id))

    def operations(self) -> list[Operation]:
        """Return the operations: lists first, whose ids the others take; what ends or deletes last."""
        found = [result.ok() for result in self._schema.get_all_operations() if isinstance(result, Ok)]
        rank = {"get": 0, "post": 1, "put": 2, "patch": 3, "delete": 4}
        return sorted(
            (one for one in found if one.path not in ENDLESS and one.method in rank),
            key=lambda one: (
                one.method != "get" or "{" in one.path,
                one.method == "delete",
                one.path,
                rank[one.method],
            ),
        )

    def run(self, operations: list[Operation]) -> None:
        """Ask each operation: as its example does, as its description allows, and as it does not."""
        for operation in operations:
            for case in self._recorded(operation):
                self._follow(case, self._ask(case, known=1.0))
            self._made_up(operation, GenerationMode.POSITIVE)
            if not _takes_any_bytes(operation):
                self._made_up(operation, GenerationMode.NEGATIVE)

    def _recorded(self, operation: Operation) -> Iterator[Case]:
        example = recorded().get(operation.definition.raw["operationId"], {})
        if "request" in example or not operation.definition.raw.get("requestBody"):
            names = re.findall(r"\{(\w+)\}", operation.path)
            path = {name: self._known(name) for name in names}
            if all(path.values()):
                # What is asked gets other ids put in, and the recorded ones are everybody's.
                asked = copy.deepcopy(example)
                body = {"body": asked["request"], "media_type": "application/json"} if "request" in asked else {}
                yield operation.Case(path_parameters=path, **body)

    def _follow(self, case: Case, answer: Any) -> None:
        """Read what was made just now, where the links of the answer say that it is."""
        described = case.operation.definition.raw["responses"].get(str(answer.status_code), {})
        for name, link in described.get("links", {}).items():
            if not name.startswith("get_"):
                continue
            told = {**(case.path_parameters or {}), **answer.json()}
            path = {key: told[re.split("[/.]", value)[-1]] for key, value in link["parameters"].items()}
            read = self._ask(self._schema.find_operation_by_id(name).Case(path_parameters=path), known=0.0)
            self.followed += 1
            if read.status_code != 200:
                self.faults.setdefault(name, f"the link leads nowhere: {read.status_code} {path}")

    def _made_up(self, operation: Operation, mode: GenerationMode) -> None:
        @settings(
            max_examples=self._examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            self._ask(case)

        with contextlib.suppress(Unsatisfiable):  # nothing can be wrong in what has neither a body nor parameters
            ask()

    def _ask(self, case: Case, known: float = 0.8) -> Any:
        for part in (case.path_parameters, case.query, case.body):
            self._fill(part, known)
        label = f"{case.operation.method.upper()} {case.operation.path}"
        answer = case.call(headers={"Authorization": f"Bearer {self._token(case.operation)}"})
        self.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=list(CHECKS))
        except FailureGroup as group:
            self.faults.setdefault(label, "; ".join(f"{one.title}: {one.message}"[:600] for one in group.exceptions))
        if answer.status_code == 401:
            self._tokens.clear()
        elif answer.status_code in (200, 201) and answer.headers.get("content-type") == ["application/json"]:
            self._learn(case.operation.path, answer.json())
        return answer

    def _fill(self, value: Any, known: float, name: str = "") -> Any:
        """Put ids that there are in the places of those that were made up, in most places."""
        if isinstance(value, dict):
            for key, member in value.items():
                value[key] = self._fill(member, known, key)
        elif isinstance(value, list):
            value[:] = [self._fill(one, known, name.removesuffix("s")) for one in value]
        elif isinstance(value, str) and _UUID.fullmatch(value) and self._dice.random() < known:
            return self._known(name) or value
        return value

    def _known(self, name: str) -> str | None:
        """Return an id that there is, by the name of a member; whoever has another name is a person."""
        ids = self._ids.get(name) or (self._ids["user_id"] if name.endswith(("_id", "_by")) else None)
        if not ids:
            return None
        # What was known first belongs together: the world's own region, station, group, zone.
        return ids[0] if self._dice.random() < 0.6 else self._dice.choice(ids)

    def _learn(self, path: str, answer: Any) -> None:
        """Remember the ids of an answer: its own under the name that the path of such a thing gives it, others under theirs."""
        for below in self._schema.raw_schema["paths"]:
            match = _KEY.match(below)
            if match is not None and match[1] == path and isinstance(answer, dict):
                for item in answer.get("items", [answer]):
                    self._remember(match[2], item.get("id") if isinstance(item, dict) else None)
        self._learn_members(answer)

    def _learn_members(self, value: Any) -> None:
        if isinstance(value, dict):
            for name, member in value.items():
                if name.endswith("_id"):
                    self._remember(name, member)
                self._learn_members(member)
        elif isinstance(value, list):
            for one in value:
                self._learn_members(one)

    def _remember(self, name: str, value: Any) -> None:
        kept = self._ids[name]
        if isinstance(value, str) and value not in kept:
            kept.append(value)
            del kept[:-MOST_IDS]

    def _token(self, operation: Operation) -> str:
        """Return the token of an administrator, or of a phone; a new one when the last was closed on the way."""
        kind = "device" if operation.path.startswith(("/v1/sync/", "/v1/media")) else "bearer"
        if kind not in self._tokens:
            self._tokens[kind] = self._sign_in() if kind == "bearer" else self._register()
        return self._tokens[kind]

    def _sign_in(self) -> str:
        with self._runtime.unit_of_work(system_actor()) as uow:
            login = f"root{uow.new_id().hex}"
            region_id = self._world.places["near"].region_id
            user_id = factories.user(uow, region_id=region_id, login=login, password=factories.PASSWORD)
            accounts.grant_role(uow, user_id=user_id, role=Role.ADMINISTRATOR, level=Level.EVERYWHERE, place_id=None)
            return factories.sign_in(uow, login).token

    def _register(self) -> str:
        with self._runtime.unit_of_work(system_actor()) as uow:
            user_id = factories.technician(uow, self._world.places["near"])
            accounts.set_password(uow, user_id=user_id, password=factories.PASSWORD, passwords=factories.CHEAP)
            token = factories.sign_in(uow, queries.user(uow, user_id).login).token
        made: Any = self._app.test_client().post(
            "/v1/devices", json={"install_id": token}, headers={"Authorization": f"Bearer {token}"}
        )
        secret: str = made.json["token"]
        return secret


def _takes_any_bytes(operation: Operation) -> bool:
    """Tell whether an operation takes a file or a letter as it comes: whatever is put into it violates no schema."""
    bodies = operation.definition.raw.get("requestBody", {}).get("content", {})
    return bool(bodies) and all(one["schema"].get("type") == "string" for one in bodies.values())
