"""When an item is shown or must be answered: a safe part of JSON Logic that phones evaluate alike.

An expression sees `{"answers": {"<item key>": <value in force>}, "failed": ["<item key>", …]}`, both only of items that come
earlier and are shown. The part is chosen so that json-logic-js and every other faithful implementation gives the same answer:

- `{"var": "answers.<key>"}` or with a default; `{"var": "failed"}`;
- `===`, `!==`, `in`, `!`, `!!`, `and`, `or`, `if`;
- `<`, `<=`, `>`, `>=` between numbers, where a variable has a number as its default: what null is less than differs from one
  language to the next. Only `<` and `<=` take a third, for what lies between.

Source of the format: jsonlogic.com.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from json_logic import jsonLogic

from checklists.templates.answer_types import NUMBERS, AnswerType

DEEPEST = 12
MOST_PARTS = 100
LONGEST_TEXT = 200
COMPARISONS = frozenset({"<", "<=", ">", ">="})
OPERATORS: Mapping[str, tuple[int, int]] = {
    "var": (1, 2),
    "===": (2, 2),
    "!==": (2, 2),
    "in": (2, 2),
    "!": (1, 1),
    "!!": (1, 1),
    "and": (1, 20),
    "or": (1, 20),
    "if": (3, 21),
    "<": (2, 3),
    "<=": (2, 3),
    ">": (2, 2),
    ">=": (2, 2),
}
"""The operators with the fewest and the most arguments of each."""
ANSWERS, FAILED = "answers.", "failed"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with an expression, and where: a JSON pointer into it."""

    path: str
    detail: str


def mistakes(expression: Any, earlier: Mapping[str, AnswerType]) -> list[Mistake]:
    """Find everything that keeps an expression from being used; `earlier` are the items that it may refer to."""
    reader = _Reader(earlier)
    if not isinstance(expression, dict):
        return [Mistake("", 'a condition is an object such as {"===": [{"var": "answers.kind"}, "fibre"]}')]
    return list(reader.part(expression, "", 1))


def refers_to(expression: Any) -> set[str]:
    """Return the keys of the items that an expression refers to."""
    if isinstance(expression, list):
        return {key for one in expression for key in refers_to(one)}
    if not isinstance(expression, dict):
        return set()
    found = {key for one in expression.values() for key in refers_to(one)}
    name = _variable(expression)
    return found | {name.removeprefix(ANSWERS)} if name and name.startswith(ANSWERS) else found


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression without mistakes: as its author wrote it, and as it is evaluated."""

    document: dict[str, Any]
    _seen: dict[str, Any]

    @classmethod
    def of(cls, document: dict[str, Any]) -> Self:
        """Make a condition from an expression that was checked."""
        return cls(document, _with_floats(document))

    def holds(self, answers: Mapping[str, Any], failed: Sequence[str]) -> bool:
        """Tell whether it is true of these answers (each `as_seen`) and failed items."""
        return bool(jsonLogic(self._seen, {"answers": dict(answers), "failed": list(failed)}))


def as_seen(value: Any) -> Any:
    """Return an answer as expressions see it: JSON knows one kind of number only."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _with_floats(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {name: _with_floats(one) for name, one in part.items()}
    return [_with_floats(one) for one in part] if isinstance(part, list) else as_seen(part)


def _variable(part: Any) -> str | None:
    if not isinstance(part, dict) or list(part) != ["var"]:
        return None
    given = part["var"]
    name = given[0] if isinstance(given, list) and given else given
    return name if isinstance(name, str) else None


class _Reader:
    def __init__(self, earlier: Mapping[str, AnswerType]) -> None:
        self.earlier = earlier
        self.parts = 0

    def part(self, part: Any, path: str, depth: int) -> Iterator[Mistake]:
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            if self.parts == MOST_PARTS + 1 or depth == DEEPEST + 1:
                yield Mistake(path, f"a condition has at most {MOST_PARTS} parts, {DEEPEST} deep")
            return
        if isinstance(part, list):
            for index, one in enumerate(part):
                yield from self.part(one, f"{path}/{index}", depth + 1)
        elif not isinstance(part, dict):
            yield from self.literal(part, path)
        elif len(part) != 1:
            yield Mistake(path, "an operation is an object with one member, its operator")
        else:
            ((operator, given),) = part.items()
            yield from self.operation(str(operator), given if isinstance(given, list) else [given], path, depth)

    def literal(self, value: Any, path: str) -> Iterator[Mistake]:
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            yield Mistake(path, f"a text has at most {LONGEST_TEXT} characters")
        elif isinstance(value, float) and not abs(value) <= 1e15:  # so that NaN fails as well
            yield Mistake(path, "this number is too large")

    def operation(self, operator: str, arguments: list[Any], path: str, depth: int) -> Iterator[Mistake]:
        here = f"{path}/{operator.replace('~', '~0').replace('/', '~1')}"
        if operator not in OPERATORS:
            yield Mistake(here, f"the operators are {', '.join(OPERATORS)}")
            return
        fewest, most = OPERATORS[operator]
        if not fewest <= len(arguments) <= most:
            yield Mistake(here, f"{operator} takes {fewest} to {most} arguments")
        elif operator == "if" and len(arguments) % 2 == 0:
            yield Mistake(here, "if takes pairs of a condition and a result, and one more result")
        elif operator == "var":
            yield from self.variable(arguments, here)
        else:
            for index, one in enumerate(arguments):
                yield from self.part(one, f"{here}/{index}", depth + 1)
                if operator in COMPARISONS and not self.is_number(one):
                    yield Mistake(
                        f"{here}/{index}", f"{operator} compares numbers; a variable has a number as its default"
                    )

    def variable(self, arguments: list[Any], path: str) -> Iterator[Mistake]:
        name = arguments[0]
        if name == FAILED:
            if len(arguments) > 1:
                yield Mistake(path, "failed takes no default: it is always a list")
            return
        key = name.removeprefix(ANSWERS) if isinstance(name, str) and name.startswith(ANSWERS) else None
        if key is None:
            yield Mistake(path, "a variable is answers.<item key>, or failed")
        elif key not in self.earlier:
            yield Mistake(path, f"{key} is no item before this one")
        if len(arguments) > 1 and isinstance(arguments[1], dict | list):
            yield Mistake(path, "a default is a plain value")

    def is_number(self, part: Any) -> bool:
        if isinstance(part, dict):
            name = _variable(part)
            given = part.get("var")
            default = given[1] if isinstance(given, list) and len(given) > 1 else None
            known = name is not None and self.earlier.get(name.removeprefix(ANSWERS)) in NUMBERS
            return known and _number(default)
        return _number(part)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
