"""A small checklist with an item of every type, and answers to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from checklists.runs.fold import Given
from checklists.runs.open_run import OpenRun
from checklists.signoff.snapshot import Signature
from checklists.templates.answer_types import AnswerType
from checklists.templates.form import parse_steps
from checklists.templates.steps import Checklist, Choice, ConflictPolicy, Item, Step

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
RUN, ORDER, REGION, VERSION = (UUID(int=number) for number in (1, 2, 3, 4))
ASSIGNEE, COLLEAGUE = UUID(int=11), UUID(int=12)


def label(text: str) -> dict[str, str]:
    return {"zh-CN": text, "en": text}


def choice_document() -> list[dict[str, Any]]:
    """The stored form of three choices, of which the last fails."""
    return [
        {"value": "clean", "label": label("整洁")},
        {"value": "used", "label": label("一般")},
        {"value": "broken", "label": label("损坏"), "fails": True},
    ]


def steps() -> list[dict[str, Any]]:
    """The stored form of the sample."""
    pass_or_fail = {"type": "pass_fail", "critical": True, "policy": "worst_wins"}
    choices = choice_document()
    return [
        {"step": "identity", "items": [{"key": "badge", "type": "yes_no", "label": label("出示工作证")}]},
        {"step": "environment", "items": [{"key": "power_safe", "label": label("用电安全"), **pass_or_fail}]},
        {
            "step": "tools",
            "items": [
                {
                    "key": "cables",
                    "type": "multiple_choice",
                    "label": label("线材"),
                    "choices": choices,
                    "required": False,
                    "policy": "keep_both",
                }
            ],
        },
        {
            "step": "execution",
            "items": [
                {
                    "key": "level",
                    "type": "number",
                    "label": label("输出电平"),
                    "unit": "dBμV",
                    "minimum": 60,
                    "maximum": 80,
                    "policy": "assignee_wins",
                },
                {"key": "state", "type": "single_choice", "label": label("外观"), "choices": choices},
                {"key": "cause", "type": "text", "label": label("原因"), "policy": "manual"},
                {"key": "serial", "type": "barcode", "label": label("序列号"), "required": False},
                {"key": "done_at", "type": "date_time", "label": label("恢复时间"), "required": False},
                {"key": "place", "type": "geo_point", "label": label("位置"), "required": False},
                {"key": "earthed", "label": label("接地可靠"), **pass_or_fail},
                {"key": "after", "type": "photo", "label": label("完工照片"), "photos_min": 2, "photos_max": 3},
            ],
        },
        {
            "step": "sign_off",
            "items": [
                {"key": "explained", "type": "yes_no", "label": label("已说明")},
                {"key": "signature", "type": "signature", "label": label("客户签字")},
            ],
        },
    ]


def checklist() -> Checklist:
    found, problems = parse_steps(steps())
    assert found is not None, problems
    return found


GOOD: dict[str, Any] = {
    "badge": True,
    "power_safe": "pass",
    "level": 71.5,
    "state": "clean",
    "cause": "接头松动",
    "earthed": "pass",
    "after": ["m1", "m2"],
    "explained": True,
}
"""What is required, answered well."""


def item(kind: AnswerType = AnswerType.YES_NO, **members: Any) -> Item:
    return Item(**{"key": "one", "step": Step.EXECUTION, "type": kind, "label": label("项"), **members})


def choice(value: str, *, fails: bool = False) -> Choice:
    return Choice(value, label(value), fails)


def with_policy(policy: ConflictPolicy) -> Item:
    return item(AnswerType.NUMBER, policy=policy, minimum=0, maximum=10)


def given(number: int, value: Any, *, on: str = "one", base: int | None = None, **changes: Any) -> Given:
    """Make the answer with the op id `number`, given so many minutes after the start."""
    settles = tuple(UUID(int=one) for one in changes.pop("settles", ()))
    minutes = changes.pop("minutes", number)
    own = changes.pop("own", True)
    return Given(
        UUID(int=number),
        on,
        value,
        START + timedelta(minutes=minutes),
        ASSIGNEE if own else COLLEAGUE,
        own,
        None if base is None else UUID(int=base),
        settles,
        **changes,
    )


def signature(number: int, digest: bytes, *, minutes: int | None = None, **changes: Any) -> Signature:
    at = START + timedelta(minutes=number if minutes is None else minutes)
    return Signature(UUID(int=number), digest, at, ASSIGNEE, **{"signer_name": "李女士", **changes})


def open_run(assignee_id: UUID | None = ASSIGNEE, order_id: UUID = ORDER) -> OpenRun:
    return OpenRun(RUN, REGION, order_id, VERSION, checklist(), () if assignee_id is None else (assignee_id,), 1, {})
