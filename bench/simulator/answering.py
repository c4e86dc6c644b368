"""What a technician answers to the items of a checklist, as the pulled template has them."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BEFORE_WORK = ("identity", "environment", "tools")
WORDS = ("接头已重做", "信号正常", "现场已清理", "客户已试看", "光衰达标")
FAILS_AT = "environment"
UNANSWERED = ("signature", "note")
"""Items that are signed, or only read."""


@dataclass(frozen=True)
class Question:
    """An item of a template, with the step it belongs to."""

    step: str
    item: dict[str, Any]

    @property
    def key(self) -> str:
        """What the item is called within its template."""
        return str(self.item["key"])


def questions(template: dict[str, Any], *steps: str) -> Iterator[Question]:
    """Go through the items of these steps (of all, if none is named) that are answered, not signed."""
    for step in template["steps"]:
        if not steps or step["step"] in steps:
            yield from (Question(step["step"], item) for item in step["items"] if item["type"] not in UNANSWERED)


def passing(item: dict[str, Any], rng: random.Random, moment: str) -> Any:
    """Return a value that passes the item; `moment` is now, as text with its zone."""
    kind = item["type"]
    if kind == "yes_no":
        return item.get("expects", True) is not False
    if kind == "pass_fail":
        return "pass"
    if kind in ("single_choice", "multiple_choice"):
        good = [choice["value"] for choice in item["choices"] if not choice.get("fails", False)]
        return rng.choice(good) if kind == "single_choice" else rng.sample(good, rng.randint(1, len(good)))
    if kind in ("number", "meter_reading"):
        return _number(item, rng)
    if kind == "photo":
        return [media_id(rng) for _ in range(max(1, item.get("photos_min", 1)))]
    if kind == "date_time":
        return moment
    if kind == "barcode":
        return f"STB{rng.randrange(10**10):010d}"
    if kind == "geo_point":
        return {"lat": round(33.7 + rng.random() / 5, 5), "lon": round(119.2 + rng.random() / 5, 5), "acc_m": 8}
    return rng.choice(WORDS)


def failing(item: dict[str, Any]) -> Any:
    """Return a value that fails the item, or None where no value does."""
    if item["type"] == "pass_fail":
        return "fail"
    if item["type"] == "yes_no" and item.get("expects", True) is not None:
        return not item.get("expects", True)
    return None


def hash_of(media_id: str) -> str:
    """Return the SHA-256 that the bytes of a photo would have."""
    return hashlib.sha256(media_id.encode()).hexdigest()


def fails(item: dict[str, Any], value: Any) -> bool:
    """Tell whether a value fails its item."""
    kind = item["type"]
    if kind == "yes_no":
        expects = item.get("expects", True)
        return expects is not None and value is not expects
    if kind in ("number", "meter_reading"):
        return bool(value < item.get("minimum", value) or value > item.get("maximum", value))
    if kind in ("single_choice", "multiple_choice"):
        bad = {choice["value"] for choice in item["choices"] if choice.get("fails", False)}
        return not bad.isdisjoint([value] if isinstance(value, str) else value)
    return bool(kind == "pass_fail" and value == "fail")


def photos_wanted(item: dict[str, Any], value: Any) -> int:
    """Return how many photos a value must come with."""
    rule = item.get("evidence")
    if rule is None or value is None:
        return 0
    return int(rule["photos"]) if rule.get("when", "always") == "always" or fails(item, value) else 0


def media_id(rng: random.Random) -> str:
    """Make up the id of a photo that the phone keeps to upload later."""
    return f"med_{rng.getrandbits(96):024x}"


def _number(item: dict[str, Any], rng: random.Random) -> float:
    least, most = item.get("minimum"), item.get("maximum")
    least = least if least is not None else (most - 10 if most is not None else 0)
    most = most if most is not None else least + 10
    # Hundredths: a number that every language writes in the same way.
    return round(least + (most - least) * rng.random(), 2)
