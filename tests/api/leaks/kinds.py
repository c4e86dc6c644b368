"""Which thing an id names, by the name of the place where it goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.api.leaks.positions import Operation, Position

OWN = frozenset({"command_id", "id"})
"""Ids that callers make up themselves."""
OWN_AT = frozenset({"POST /v1/work-orders/{order_id}/checklist/sign-off body:sign_off_id"})
"""Positions of such ids under other names."""

KINDS: Mapping[str, str] = {
    "absence_id": "absences",
    "appointment_id": "appointments",
    "asset_id": "assets",
    "asset_ids": "assets",
    "new_asset_id": "assets",
    "old_asset_id": "assets",
    "answer_id": "consultation_answers",
    "assignment_id": "work_order_assignments",
    "calendar_id": "working_calendars",
    "channel_id": "notification_channels",
    "conflict_id": "sync_conflicts",
    "consultation_id": "consultations",
    "customer_id": "customers",
    "decision_id": "zone_decisions",
    "delivery_id": "webhook_deliveries",
    "device_id": "devices",
    "digest": "template_pictures.digest",
    "duty_id": "place_duties",
    "export_id": "exports",
    "form_id": "web_forms",
    "grant_id": "role_grants",
    "group_id": "maintenance_groups",
    "group_ids": "maintenance_groups",
    "identity_id": "provider_identities",
    "import_id": "imports",
    "incident_id": "major_incidents",
    "key_id": "api_keys",
    "line_id": "fee_lines",
    "media_id": "media_files",
    "mentorship_id": "mentorships",
    "notification_id": "notifications",
    "up_to": "notifications",
    "offer_id": "assignment_offers",
    "op_id": "sync_ops.op_id",
    "order_id": "work_orders",
    "order_ids": "work_orders",
    "work_order_id": "work_orders",
    "outage_id": "planned_outages",
    "planned_outage_id": "planned_outages",
    "part_id": "review_slots",
    "pilot_id": "pilots",
    "place_id": "maintenance_groups",
    "plan_id": "round_plans",
    "proposal_id": "zoning_proposals",
    "region_id": "regions",
    "report_id": "service_reports",
    "request_id": "service_requests",
    "settles": "service_requests",
    "review_id": "reviews",
    "rotation_id": "rotations",
    "session_id": "login_sessions",
    "shift_id": "shifts",
    "other_shift_id": "shifts",
    "shift_type_id": "shift_types",
    "sign_off_id": "sign_offs",
    "site_id": "sites",
    "station_id": "stations",
    "station_ids": "stations",
    "subject_id": "work_orders",
    "swap_id": "shift_swaps",
    "template_id": "checklist_templates",
    "template_version_id": "checklist_template_versions",
    "upload_id": "uploads",
    "version_id": "checklist_template_versions",
    "base": "checklist_template_versions",
    "webhook_id": "webhook_subscriptions",
    "zone_id": "zones",
    "zone_ids": "zones",
    "target_ids": "sites",
    "user_id": "users",
    "user_ids": "users",
    "technician_id": "users",
    "commander_id": "users",
    "manager_id": "users",
    "mentee_id": "users",
    "mentor_id": "users",
    "owner_id": "users",
}
BY_PATH: Mapping[tuple[str, str], str] = {
    ("/v1/review-plans", "plan_id"): "review_plans",
    ("/v1/review-items", "plan_id"): "review_plans",
    ("/v1/review", "plan_id"): "review_plans",
    ("/v1/inbox/decisions", "ids"): "sync_ops.op_id",
    ("/v1/sync/ops/status", "ids"): "sync_ops.op_id",
    ("/v1/webhooks", "ids"): "webhook_deliveries",
    ("/v1/work-orders/{order_id}/checklist/answers", "answer_id"): "checklist_answers",
    ("/v1/work-orders/{order_id}/checklist/answers", "base"): "checklist_answers",
    ("/v1/work-orders/{order_id}/checklist/answers", "settles"): "checklist_answers",
}
"""Where a name means another thing, by the beginning of the path."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A thing that has ids: its table, and the column that holds them."""

    table: str
    column: str


def kind(operation: Operation, name: str) -> Kind | None:
    """Return which thing a name of an operation means; None for ids of the caller's own making, and for no id at all."""
    named = next(
        (BY_PATH[key] for key in BY_PATH if key[1] == name and operation.path.startswith(key[0])), KINDS.get(name)
    )
    if named is None:
        return None
    table, _, column = named.partition(".")
    return Kind(table, column or "id")


def is_own(position: Position) -> bool:
    """Tell whether an id of the caller's own making goes here: no thing has it before."""
    return position.last in OWN or str(position) in OWN_AT


def of(position: Position) -> Kind:
    """Return which thing the ids of a position name."""
    known = kind(position.operation, position.last)
    assert known is not None, f"say in tests/api/leaks/kinds.py which table the ids of {position} are of"
    return known
