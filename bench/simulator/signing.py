"""What the customer signs: the snapshot of a checklist and its digest, computed on the phone from what it knows."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

SCHEMA = "fieldbeat/sign-off/1"


def snapshot(run: Mapping[str, Any], own: Mapping[str, Any], shown: Collection[str]) -> dict[str, Any]:
    """Make the snapshot from the run document that was pulled, and the phone's own values by item that it does not hold yet.

    Only what is `shown` is signed.
    """
    pulled = run["answers"]
    values = {key: entry["value"] for key, entry in pulled.items()} | dict(own)
    also = {key: entry["also"] for key, entry in pulled.items() if entry.get("also") and key not in own}
    return {
        "schema": SCHEMA,
        "work_order_id": run["work_order_id"],
        "template_version_id": run["template"]["id"],
        "answers": {key: value for key, value in values.items() if value is not None and key in shown},
        "also": {key: others for key, others in also.items() if key in shown},
    }


def digest(content: Any) -> str:
    """Return the SHA-256 of the canonical form (RFC 8785) as hexadecimal text.

    Good for what a simulated phone holds: names in ASCII, and numbers that need no exponent.
    """
    text = json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Write whole numbers without a fraction, as JavaScript does."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
