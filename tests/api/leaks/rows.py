"""What the columns of a made row hold where their type does not say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.checklists import samples as checklists
from tests.conftest import NOW

LEFT_OUT = frozenset({"audit_entries", "audit_heads", "audit_subjects", "feed_heads", "idempotency_keys"})
"""Tables of the door itself: what they hold is of the one who asks. Those that belong to no place are left out, too."""

LISTS = frozenset(
    {
        *("addresses", "header", "scopes"),
        *("asset_ids", "asset_kinds", "cycle", "events", "excerpt", "flags", "media", "received", "risks", "settles"),
    }
)
"""Documents that are lists."""

LATER = frozenset({"end_at", "ends_at", "ends_on", "expires_at", "ended_at_planned", "window_end", "due_at"})
"""Moments that come after the others of their row."""
AFTER = timedelta(days=2)

KNOWN: Mapping[str, Any] = {
    "checklist_template_versions.steps": checklists.steps(),
    "devices.applied": [],
    "exports.columns": [],
    "exports.filters": {},
    "exports.grants": [],
    "devices.status": "active",
    "fee_lines.quantity": "1",
    "fee_lines.unit_price": "1.00",
    "fee_lines.discount": None,
    "fee_lines.discount_percent": None,
    "fee_lines.tax_percent": "0",
    "fee_lines.currency": "CNY",
    "fee_lines.code": None,
    "import_batches.nth": 0,
    "imports.delimiter": ",",
    "imports.encoding": "utf-8",
    "imports.kind": "requests",
    "reviews.state": "decided",
    "reviews.decided_at": NOW,
    "reviews.verdict": "pass",
    "rotations.cycle": [None],
    "sync_ops.state": "quarantined",
    "zoning_proposals.basis": {
        "zones": [],
        "groups": [],
        "people": [],
        "days": 30,
        "subscriber_percent": 50,
        "bounds": {},
    },
    "zoning_proposals.plan": {"groups": [], "managers": {}},
}
"""Values by `table.column`."""
