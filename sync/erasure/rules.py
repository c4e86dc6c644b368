"""Where data of customers stand, column by column, and what is done with each when it is erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class How(Enum):
    """What is done: nothing is left, a marker is, only the shape of a document is; or the row itself goes."""

    GONE = "gone"
    MARKED = "marked"
    SCRUBBED = "scrubbed"
    SCRUBBED_TEXT = "scrubbed_text"


class Whose(Enum):
    """By whose ids the rows of a table are found."""

    CUSTOMER = "customer"
    REQUEST = "request"
    ORDER = "order"
    RUN = "run"
    CONSULTATION = "consultation"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done with the rows of a table that an id leads to through a column."""

    table: str
    by: str
    whose: Whose
    columns: Mapping[str, How]


_GONE, _MARKED, _SCRUBBED = How.GONE, How.MARKED, How.SCRUBBED

RULES: tuple[Rule, ...] = (
    Rule(
        "customers",
        "id",
        Whose.CUSTOMER,
        {
            "name": _MARKED,
            "phone": _GONE,
            "phone_index": _GONE,
            "phone_end_index": _GONE,
            "email": _GONE,
            "email_index": _GONE,
        },
    ),
    Rule(
        "sites",
        "customer_id",
        Whose.CUSTOMER,
        {"address": _MARKED, "lat": _GONE, "lon": _GONE, "match_quality": _GONE},
    ),
    Rule("customer_messages", "customer_id", Whose.CUSTOMER, {"phone": _GONE, "title": _MARKED, "body": _MARKED}),
    Rule(
        "service_requests",
        "id",
        Whose.REQUEST,
        {
            "title": _MARKED,
            "description": _GONE,
            "contact_name": _GONE,
            "contact_phone": _GONE,
            "contact_phone_index": _GONE,
            "contact_email": _GONE,
            "contact_email_index": _GONE,
            "address": _GONE,
            "lat": _GONE,
            "lon": _GONE,
            "answer": _GONE,
        },
    ),
    Rule("request_events", "request_id", Whose.REQUEST, {"data": _SCRUBBED}),
    Rule("work_orders", "id", Whose.ORDER, {"title": _MARKED, "description": _GONE}),
    Rule("timeline_entries", "work_order_id", Whose.ORDER, {"data": _SCRUBBED, "lat": _GONE, "lon": _GONE}),
    Rule("appointments", "work_order_id", Whose.ORDER, {"agreed_with": _GONE, "note": _GONE}),
    Rule("consultations", "work_order_id", Whose.ORDER, {"question": _MARKED, "excerpt": _SCRUBBED, "end_note": _GONE}),
    Rule("consultation_answers", "consultation_id", Whose.CONSULTATION, {"text": _MARKED}),
    Rule("checklist_runs", "work_order_id", Whose.ORDER, {"answers": _SCRUBBED}),
    Rule("checklist_answers", "run_id", Whose.RUN, {"value": _SCRUBBED, "note": _GONE}),
    Rule(
        "sign_offs",
        "work_order_id",
        Whose.ORDER,
        {"snapshot": _SCRUBBED, "signer_name": _GONE, "refused_reason": _GONE, "witness": _GONE},
    ),
    Rule("signed_contents", "work_order_id", Whose.ORDER, {"content": _SCRUBBED}),
    Rule("signing_links", "work_order_id", Whose.ORDER, {"content": _SCRUBBED}),
    Rule("media_files", "work_order_id", Whose.ORDER, {"taken_lat": _GONE, "taken_lon": _GONE, "camera": _GONE}),
    Rule("uploads", "work_order_id", Whose.ORDER, {"filename": _GONE}),
    Rule("sync_conflicts", "work_order_id", Whose.ORDER, {"detail": _SCRUBBED, "resolution": _GONE}),
    Rule("sync_ops", "subject_id", Whose.ORDER, {"payload": How.SCRUBBED_TEXT}),
)

KEPT: Mapping[str, str] = {
    "legal_holds": "why nothing was erased, in the words of whoever decided",
    "erasures": "what was erased, when and why, without it",
    "zone_decisions": "says to which zone a place belongs, whoever lives there",
    "login_sessions": "of staff: erased by the rule for sign-ins",
    "import_lines": "what somebody brought in; forgotten by itself after 90 days",
    "exports": "what staff asked for; the files end by themselves within days",
    "second_factors": "of staff: the secret of their app, which goes with their account",
    "provider_identities": "of staff: what keeps out who left and still has an account at their provider",
    "api_key_secrets": "of programs, by which address they asked last",
    "users": "of staff, who are named by what they did; how they were reached goes with their account",
    "fee_lines": "what was charged is kept as law wants it; its texts are those of the price list",
    "work_order_assignments": "why staff gave an order to whom",
    "work_order_crew": "why staff gave an order to whom",
    "assignment_offers": "why staff gave an order to whom",
    "asset_stays": "where equipment was, and why it was moved",
    "clock_events": "why clocks paused, in words of the region",
    "incident_orders": "why an order belongs to an incident",
    "reviews": "what reviewers found about the work",
    "fault_records": "what reviewers found about the work",
    "planned_outages": "what the network was out for",
    "review_frame_rows": "figures",
    "service_reports": "the rows go, with the files",
    "fee_removals": "what was charged is kept as law wants it",
    "checklist_follow_ups": "names an item of a checklist",
    "assets": "serial numbers of our own equipment",
}
"""Tables that belong to customers or orders, or have columns marked as personal, which are left, and why."""
