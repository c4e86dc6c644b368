"""Who meets whom in the matrix, and what is not as the rule of thumb says, with its reason."""

import os
from collections.abc import Mapping

FURTHER: Mapping[str, tuple[str, ...]] = {
    "operations": ("abroad",),
    "manager": ("next_station", "abroad"),
    "agent": ("next_station", "abroad"),
    "leader": ("next_group", "next_station", "abroad"),
    "technician": ("next_zone", "next_group", "next_station", "abroad"),
    "assessor": ("next_zone", "next_group", "next_station", "abroad"),
    "nobody": ("next_zone", "next_group", "next_station", "abroad"),
    "operations_abroad": ("near",),
    "key": ("next_group", "next_station", "abroad"),
}
"""The places that each person does not see, the nearest first: what is there must not be there for them."""

EVERY: Mapping[str, int] = dict.fromkeys(FURTHER, 1 if os.environ.get("WHOLE_MATRIX") else 4)
"""Each person asks at every how manieth position, each beginning at another: a minute for all of them is too long.

Nine callers at every fourth: each position is asked for by two of them at least. `make matrix` lets all of them ask everywhere.
"""

MAY: tuple[tuple[str, str], ...] = (
    ("administrator", "abroad"),
    ("technician", "near"),
    ("leader", "near"),
    ("operations", "near"),
)
"""Who is asked in turn whether an id makes a difference for those who may see the thing, and of which place the things are."""

REGION_WIDE = frozenset(
    {
        *("checklist_template_versions", "checklist_templates", "pilots", "regions", "review_plans"),
        *("template_pictures", "web_forms", "working_calendars"),
    }
)
"""Tables of what belongs to a whole region: only another region's are foreign."""

COLLEAGUES = frozenset(
    {
        "DELETE /v1/users/{user_id}/grants/{grant_id} path:user_id",
        "PATCH /v1/incidents/{incident_id} body:commander_id",
        "POST /v1/incidents body:commander_id",
        "POST /v1/incidents/{incident_id}/orders/{order_id}/crew body:user_ids/*",
        "POST /v1/technicians body:user_id",
        "POST /v1/users/{user_id}/grants path:user_id",
        "POST /v1/work-orders/{order_id}/consultations body:user_id",
        "POST /v1/work-orders/{order_id}/crew body:user_ids/*",
        "POST /v1/work-orders/{order_id}/hand-over body:user_id",
        "POST /v1/zones/{zone_id}/duties body:user_id",
        "PUT /v1/service-requests/{request_id}/owner body:user_id",
    }
)
"""Where anybody of the region may be given a task: only people of another region are foreign."""

_EMPTY = "the made world has nothing that this list would show; tests/api/test_scope.py and the tests of the route do"
_STATE = (
    "what is asked for comes after a question of state that the made world does not answer; see the tests of the route"
)
_INSIDE = "an id within a document of its own order, which is in scope or not as a whole"

ALIKE: Mapping[str, str] = {
    "GET /v1/audit* query:subject_id": _EMPTY,
    "GET /v1/conflicts query:work_order_id": _EMPTY,
    "GET /v1/expiring-certificates query:*": _EMPTY,
    "GET /v1/inbox/ops query:device_id": _EMPTY,
    "GET /v1/regions/{region_id}/ground/sites* query:station_id": _EMPTY,
    "GET /v1/review-agreement query:*": _EMPTY,
    "GET /v1/review-items* query:*": _EMPTY,
    "GET /v1/review-queue query:region_id": _EMPTY,
    "GET /v1/review-results* query:*": _EMPTY,
    "GET /v1/round-compliance* query:*": _EMPTY,
    "GET /v1/service-requests* query:owner_id": _EMPTY,
    "GET /v1/service-requests* query:asset_id": _EMPTY,
    "GET /v1/service-requests* query:planned_outage_id": _EMPTY,
    "GET /v1/uncovered-zones query:*": _EMPTY,
    "GET /v1/webhooks/{webhook_id}/deliveries query:subject_id": _EMPTY,
    "GET /v1/work-orders/{order_id}/sign-offs/{sign_off_id} path:sign_off_id": _EMPTY,
    "POST /v1/webhooks/{webhook_id}/replay body:filter/subject_id": _EMPTY,
    "POST /v1/inbox/decisions body:filter/device_id": _EMPTY,
    "PATCH /v1/outages/{outage_id} body:region_id": _STATE,
    "PATCH /v1/rounds/{plan_id} body:target_ids/*": _STATE,
    "PATCH /v1/shifts/{shift_id} body:technician_id": _STATE,
    "POST /v1/absences/{absence_id}/orders body:choices/*": _STATE,
    "POST /v1/asset-swaps body:work_order_id": _STATE,
    "POST /v1/checklist-templates/import query:region_id": _STATE,
    "POST /v1/checklist-templates/versions/{version_id}/publish body:trial/zone_ids/*": _STATE,
    "POST /v1/conflicts/{conflict_id}/resolve path:conflict_id": _STATE,
    "POST /v1/incidents body:commander_id": _STATE,
    "POST /v1/incidents body:order_ids/*": _STATE,
    "POST /v1/work-orders/{order_id}/fees body:asset_id": "kept as it was given and never looked up",
    "POST /v1/notification-channels body:owner_id": _STATE,
    "POST /v1/outages body:region_id": _STATE,
    "POST /v1/region-policies/{subject} body:trial/zone_ids/*": _STATE,
    "POST /v1/review-parts/{part_id}/hand-over body:user_id": _STATE,
    "POST /v1/rosters body:station_id": _STATE,
    "POST /v1/rosters body:shifts/*/technician_id": _STATE,
    "POST /v1/rotations/{rotation_id}/draft body:members/*/technician_id": _STATE,
    "POST /v1/rounds body:target_ids/*": _STATE,
    "POST /v1/rounds body:calendar_id": _STATE,
    "POST /v1/shifts body:station_id": _STATE,
    "POST /v1/shifts body:technician_id": _STATE,
    "POST /v1/sla-policies body:*": _STATE,
    "POST /v1/work-orders/commands body:items/*/assignment_id": _STATE,
    "POST /v1/work-orders/{order_id}/checklist/answers body:base": _INSIDE,
    "POST /v1/work-orders/{order_id}/checklist/answers body:settles/*": _INSIDE,
    "POST /v1/work-orders/{order_id}/checklist/answers body:answer_id": _INSIDE,
    "POST /v1/zoning-proposals/{proposal_id}/edits body:*": _INSIDE,
}
"""Positions (with `*` for any characters) at which the answer is alike even for those who may see, and why. Make this shorter."""
