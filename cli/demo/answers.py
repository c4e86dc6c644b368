"""What the technicians of the demo answered to the items of their checklists."""

import random
from datetime import datetime
from typing import Any

from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Item
from kernel.clock import iso

REMARKS = ("无", "服务及时", "希望提前电话联系", "师傅态度很好", "已恢复正常")


def answer(item: Item, rng: random.Random, at: datetime, lat: float, lon: float) -> Any:
    """Return a value that passes the item, as given at a time and place (WGS 84 degrees)."""
    if item.type is AnswerType.YES_NO:
        return item.expects is not False
    if item.type is AnswerType.PASS_FAIL:
        return "pass"
    if item.type in (AnswerType.SINGLE_CHOICE, AnswerType.MULTIPLE_CHOICE):
        good = [choice.value for choice in item.choices if not choice.fails]
        return good[0] if item.type is AnswerType.SINGLE_CHOICE else good[: rng.randint(1, len(good))]
    if item.type is AnswerType.NUMBER:
        return _number(item, rng)
    if item.type is AnswerType.DATE_TIME:
        return iso(at)
    if item.type is AnswerType.PHOTO:
        return [photo_id(rng) for _ in range(max(1, item.photos_min))]
    if item.type is AnswerType.BARCODE:
        return f"LS{rng.randrange(10**10):010d}"
    if item.type is AnswerType.GEO_POINT:
        return {"lat": lat, "lon": lon, "acc_m": rng.randint(4, 25)}
    return rng.choice(REMARKS)


def photo_id(rng: random.Random) -> str:
    """Make up the id of a photo."""
    return f"demo_{rng.getrandbits(64):016x}"


def _number(item: Item, rng: random.Random) -> float:
    """Pick a number in the middle of the item's bounds."""
    low = item.minimum if item.minimum is not None else (item.maximum - 20 if item.maximum is not None else 0)
    high = item.maximum if item.maximum is not None else low + 20
    return round(rng.uniform(low + (high - low) * 0.2, high - (high - low) * 0.2), 1)
