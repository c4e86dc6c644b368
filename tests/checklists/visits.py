"""A short checklist with a safety item in two steps, an item on a condition, and items that lead to orders."""

from typing import Any

from tests.checklists.samples import choice_document, label

LABEL = {"label": label("项")}
FOLLOW_UP = {"work_type": "cable", "priority": "priority"}


def _safe(key: str) -> dict[str, Any]:
    return {"key": key, "type": "pass_fail", "critical": True, "policy": "worst_wins", **LABEL}


STEPS: list[dict[str, Any]] = [
    {"step": "identity", "items": [{"key": "badge", "type": "yes_no", **LABEL}]},
    {"step": "environment", "items": [_safe("gas")]},
    {"step": "tools", "items": [{"key": "kit", "type": "yes_no", **LABEL}]},
    {
        "step": "execution",
        "items": [
            {
                "key": "level",
                "type": "number",
                "label": label("输出电平"),
                "unit": "dBμV",
                "lowest": 0,
                "minimum": 60,
                "maximum": 80,
                "highest": 130,
                "follow_up": FOLLOW_UP,
            },
            {
                "key": "why",
                "type": "text",
                "visible_when": {"in": ["level", {"var": "failed"}]},
                **LABEL,
            },
            {
                "key": "fan",
                "type": "single_choice",
                "choices": choice_document(),
                "follow_up": {"work_type": "fan"},
                **LABEL,
            },
            _safe("earthed"),
        ],
    },
    {"step": "sign_off", "items": [{"key": "done", "type": "yes_no", **LABEL}]},
]
GOOD: dict[str, Any] = {
    "badge": True,
    "gas": "pass",
    "kit": True,
    "level": 70,
    "fan": "clean",
    "earthed": "pass",
    "done": True,
}
BEFORE = ("badge", "gas", "kit")
