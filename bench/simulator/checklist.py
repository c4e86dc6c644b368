"""The checklist of the simulation: five steps, every type of answer, every policy that leaves an answer in force."""

from typing import Any


def _item(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": {"zh-CN": key, "en": key}, **more}


def _choices(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": {"zh-CN": value, "en": value}} for value in values]


STEPS: list[dict[str, Any]] = [
    {
        "step": "identity",
        "items": [_item("badge_shown", "yes_no"), _item("met", "text", required=False)],
    },
    {
        "step": "environment",
        "items": [
            _item("place_safe", "pass_fail", critical=True, policy="worst_wins"),
            _item("position", "geo_point", required=False),
        ],
    },
    {
        "step": "tools",
        "items": [
            _item("tools", "multiple_choice", choices=_choices("meter", "ladder", "splicer"), policy="keep_both")
        ],
    },
    {
        "step": "execution",
        "items": [
            _item("level_before", "number", unit="dBm", minimum=-27, maximum=-8),
            _item("level_after", "number", unit="dBm", minimum=-25, maximum=-8, policy="assignee_wins"),
            _item("done", "multiple_choice", choices=_choices("cleaned", "replaced", "moved"), policy="keep_both"),
            _item("cause", "single_choice", choices=_choices("wear", "weather", "other")),
            _item("cause_words", "text", visible_when={"===": [{"var": "answers.cause"}, "other"]}),
            _item("old_serial", "barcode", required_when={"in": ["replaced", {"var": "answers.done"}]}),
            _item("serial", "barcode", evidence={"photos": 1}),
            _item("reading", "meter_reading", unit="kWh", required=False),
            _item("mind_the_cable", "note"),
            _item("restored_at", "date_time", required=False),
            _item("photo", "photo"),
        ],
    },
    {
        "step": "sign_off",
        "items": [
            _item("explained", "yes_no"),
            _item("remark", "text", required=False),
            _item("signature", "signature"),
        ],
    },
]
