"""Keeps real requests and answers of tests as the examples of the description (api/examples)."""

from pathlib import Path
from typing import Any
from wsgiref.types import WSGIEnvironment

import orjson

from api.examples import FOLDER, recorded
from tests.api.contract import Contract, place

FILES = Path(__file__).parents[2] / "api" / FOLDER
MOST_ITEMS = 2
LARGEST_BYTES = 6000
PASSWORD = "correct-horse-battery-staple"
SECRET = frozenset({"password", "present"})


class Recorder:
    """Examples of one run: per operation and status the answer that says most within bounds."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._found: dict[tuple[str, str], dict[str, Any]] = {}

    def note(self, path: str, method: str, status: str, sent: bytes, body: bytes, environ: WSGIEnvironment) -> None:
        """Keep a request and its answer, where they are a better example than what was kept."""
        if "fields=" in environ.get("QUERY_STRING", ""):
            return
        answer = shortened(orjson.loads(body)) if body else None
        if answer is not None and self._contract.errors(
            self._contract.answer_pointer(path, method, status, "application/json"), answer
        ):
            return
        kept = self._found.setdefault((path, method), {})
        responses = kept.setdefault("responses", {})
        if answer is not None and worth(answer) > worth(responses.get(status)):
            responses[status] = answer
        request = without_passwords(orjson.loads(sent)) if sent else None
        if request is not None and worth(request) > worth(kept.get("request")):
            kept["request"] = request

    def write(self) -> None:
        """Write the examples of operations that have none yet, or none that fits, to the files of their tags."""
        kept = recorded()
        by_tag: dict[str, dict[str, Any]] = {}
        for path, operations in self._contract.document["paths"].items():
            for method, operation in operations.items():
                if not isinstance(operation, dict) or "operationId" not in operation:
                    continue
                example = self._best(path, method, kept.get(operation["operationId"], {}))
                if example:
                    by_tag.setdefault(operation["tags"][0], {})[operation["operationId"]] = example
        FILES.mkdir(exist_ok=True)
        for tag, examples in by_tag.items():
            (FILES / f"{tag}.json").write_bytes(
                orjson.dumps(examples, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
            )

    def _best(self, path: str, method: str, before: dict[str, Any]) -> dict[str, Any]:
        fresh = self._found.get((path, method), {})
        fitting = {
            status: example
            for status, example in before.get("responses", {}).items()
            if self._fits_answer(path, method, status, example)
        }
        best: dict[str, Any] = {}
        responses = fresh.get("responses", {}) | fitting
        if responses:
            best["responses"] = responses
        request = before.get("request")
        if request is None or not fits_request(self._contract, path, method, request):
            request = fresh.get("request")
        if request is not None:
            best["request"] = request
        return best

    def _fits_answer(self, path: str, method: str, status: str, example: Any) -> bool:
        described = self._contract.response(path, method, status)
        if described is None or "application/json" not in described.get("content", {}):
            return False
        return not self._contract.errors(
            self._contract.answer_pointer(path, method, status, "application/json"), example
        )


def fits_request(contract: Contract, path: str, method: str, example: Any) -> bool:
    """Tell whether an example is a body that an operation takes."""
    body = contract.document["paths"][path][method].get("requestBody", {})
    if "application/json" not in body.get("content", {}):
        return False
    return not contract.errors(f"{place(path, method)}/requestBody/content/application~1json/schema", example)


def shortened(value: Any) -> Any:
    """Return an answer with no more than a few items in each of its lists; a request would not be taken like that."""
    if isinstance(value, dict):
        return {name: shortened(member) for name, member in value.items()}
    return [shortened(one) for one in value[:MOST_ITEMS]] if isinstance(value, list) else value


def without_passwords(body: Any) -> Any:
    """Return a request in which no password stands, not even one of a test."""
    if not isinstance(body, dict):
        return body
    return {name: PASSWORD if name in SECRET and isinstance(value, str) else value for name, value in body.items()}


def worth(example: Any) -> tuple[int, int]:
    """Reckon how much an example says: what holds most, as long as it is not too large."""
    if example is None:
        return (-1, 0)
    size = len(orjson.dumps(example))
    filled = sum(member not in (None, [], {}) for member in walk(example))
    return (0, -size) if size > LARGEST_BYTES else (1, filled * 1000 - size)


def walk(value: Any) -> list[Any]:
    """Return all members of a document."""
    if isinstance(value, dict):
        return [inner for member in value.values() for inner in [member, *walk(member)]]
    return [inner for one in value for inner in walk(one)] if isinstance(value, list) else []
