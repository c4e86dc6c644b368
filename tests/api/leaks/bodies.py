"""What operations need besides ids to come as far as looking at these."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.api.leaks.furnishing import Place
from tests.api.world import WORK_TYPE

Given = Mapping[str, Any] | Callable[[Place], Mapping[str, Any]]


def _region(**others: Any) -> Callable[[Place], Mapping[str, Any]]:
    return lambda rows: {"region_id": str(rows["regions"]["id"]), **others}


def _group(**others: Any) -> Callable[[Place], Mapping[str, Any]]:
    return lambda rows: {"group_id": str(rows["maintenance_groups"]["id"]), **others}


_ROUND = {"begins_at": "09:00", "rule": "FREQ=DAILY", "work_type": WORK_TYPE, "target_kind": "site"}
_OUTAGE = {"ends_at": "2026-11-24T01:00:00Z"}
_URL = "https://example.org/hook"

_MONTHS = {"month_from": "2026-11", "month_to": "2026-11"}
_REPORTS = ("results", "results.csv", "results.xlsx", "items", "items.csv", "items.xlsx", "agreement")

WORDS: Mapping[str, str] = {
    "number": "1",
    "skill": "x",
    "code": "x",
    "name": "respond",
    "kind": "hold",
    "subject": "fees",
}
"""Path parameters that name no thing by its id."""

QUERIES: Mapping[str, Given] = {
    "GET /v1/expiring-certificates": {"until": "2027-11-22"},
    "GET /v1/group-sizes": {},
    "POST /v1/checklist-templates/import": {"format": "json"},
    "POST /v1/imports": {"kind": "requests"},
    **{f"GET /v1/review-{name}": _MONTHS for name in _REPORTS},
}
"""Members of the query, by operation."""

BODIES: Mapping[str, Given] = {
    "POST /v1/asset-swaps": {},
    "POST /v1/assets": _region(),
    "POST /v1/assets/{asset_id}/moves": {"command": "take_out", "reason": "x"},
    "POST /v1/customers": _region(),
    "POST /v1/groups/{group_id}/duties": {"kind": "group_leader"},
    "POST /v1/groups/{group_id}/vacancies": {"kind": "group_leader"},
    "POST /v1/stations/{station_id}/duties": {"kind": "station_manager"},
    "POST /v1/stations/{station_id}/vacancies": {"kind": "station_manager"},
    "POST /v1/incidents/{incident_id}/orders/{order_id}/commands": {"command": "cancel", "data": {"reason": "x"}},
    "PUT /v1/messaging": {"quiet_from": "22:00", "quiet_to": "07:00"},
    "POST /v1/notification-channels": {"owner": "group", "url": "json://example.org"},
    "POST /v1/outages": _OUTAGE,
    "POST /v1/pilots": _region(),
    "POST /v1/region-policies/{subject}": _region(),
    "POST /v1/rosters": _group(),
    "POST /v1/rounds": lambda rows: {**_ROUND, "target_ids": [str(rows["sites"]["id"])]},
    "PATCH /v1/rounds/{plan_id}": {"work_type": WORK_TYPE, "rule": "FREQ=DAILY", "target_kind": "site"},
    "POST /v1/shifts": _group(),
    "POST /v1/sla-policies": _region(),
    "POST /v1/users/{user_id}/grants": lambda rows: {
        "role": "agent",
        "level": "group",
        "place_id": str(rows["maintenance_groups"]["id"]),
    },
    "POST /v1/webhooks": {"url": _URL, "events": ["work_order.status_changed"], "level": "group"},
    "POST /v1/work-orders/{order_id}/checklist/answers": {"item": "id_card", "value": True},
    "POST /v1/work-orders/{order_id}/checklist/sign-off": {"signed_digest": "0" * 64, "signer_name": "x"},
    "POST /v1/work-orders/{order_id}/fees": {"kind": "part", "text": "x", "unit_price": "1.00", "quantity": "1"},
    "POST /v1/work-orders/{order_id}/commands": {"command": "accept"},
    "POST /v1/zoning-proposals/{proposal_id}/edits": {},
}
"""Members of the body, by operation."""
