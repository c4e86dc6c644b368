"""What the customer signs: the snapshot of a checklist and its digest, computed on the phone from what it knows."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bench.simulator import charging

SCHEMAS = {1: "fieldbeat/sign-off/1", 2: "fieldbeat/sign-off/2"}


def snapshot(
    run: Mapping[str, Any], own: Mapping[str, Any], shown: Collection[str], seen: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Make the snapshot from the run document that was pulled, and the phone's own values by item that it does not hold yet.

    Only what is `shown` is signed. `seen` is what the customer sees beside the answers; without it, the snapshot is one of the
    first version.
    """
    pulled = run["answers"]
    values = {key: entry["value"] for key, entry in pulled.items()} | dict(own)
    also = {key: entry["also"] for key, entry in pulled.items() if entry.get("also") and key not in own}
    return {
        "schema": SCHEMAS[1 if seen is None else 2],
        "work_order_id": run["work_order_id"],
        "template_version_id": run["template"]["id"],
        "answers": {key: value for key, value in values.items() if value is not None and key in shown},
        "also": {key: others for key, others in also.items() if key in shown},
        **(seen or {}),
    }


def beside(
    order: Mapping[str, Any],
    rules: Mapping[str, Any],
    own_lines: Iterable[Mapping[str, Any]],
    own_times: Mapping[str, str],
    photos: Mapping[str, str | None],
) -> dict[str, Any]:
    """Return what the customer sees beside the answers: the order's document with the phone's own ops on top."""
    lines = {one["id"]: one for one in (*order.get("fees", {}).get("lines", ()), *own_lines)}
    sorted_lines = [lines[key] for key in sorted(lines)]
    return {
        "times": {
            "arrived_at": None,
            "started_at": None,
            "completed_at": None,
            **order.get("times", {}),
            **{name: utc(text) for name, text in own_times.items()},
        },
        "photos": dict(photos),
        "parts": [one for one in sorted_lines if one["kind"] == "part"],
        "fees": [one for one in sorted_lines if one["kind"] != "part"],
        "totals": charging.totals(sorted_lines, rules),
    }


def photos_in(
    template: Mapping[str, Any], run: Mapping[str, Any], content: Mapping[str, Any], own: Mapping[str, Iterable[str]]
) -> list[str]:
    """Return the media ids of what is answered: of photo items, and of answers that came with photos, one's `own` by item."""
    kinds = {item["key"]: item["type"] for step in template["steps"] for item in step["items"]}
    found: dict[str, None] = {}
    for key, value in content["answers"].items():
        found.update(dict.fromkeys(value if kinds.get(key) == "photo" else ()))
        came = own[key] if key in own else run["answers"].get(key, {}).get("media", ())
        found.update(dict.fromkeys(came))
    return list(found)


def link(op_id: str, order_id: str, data: Mapping[str, Any]) -> str:
    """Return the link of a sign-off in this phone's chain, by which the next one names it."""
    names = ("signed_digest", "signer_name", "refused_reason", "witness", "signature_media", "previous")
    return digest({"id": op_id, "work_order_id": order_id, **{name: data.get(name) for name in names}})


def utc(text: str) -> str:
    """Write a time as it is signed: UTC, cut to milliseconds."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
