"""Which scopes a key needs for each operation: its blueprint's subject, read or changed by its method; and what no key does.

Everything is closed to keys that is not listed here: a new blueprint needs a line, which tests/api/test_scopes.py asks for.
"""

import re
from collections.abc import Mapping
from functools import cache

from dispatch.accounts.keys.scopes import Subject, read_of, write_of

Need = frozenset[str] | None
"""The scopes that a key needs, all of them; none for what every key may do, and None for what no key does."""

SAFE = frozenset({"GET", "HEAD"})
_PLACEHOLDER = re.compile(r"<(?:[^:<>]+:)?([^:<>]+)>")

SUBJECTS: Mapping[str, Subject] = {
    name: subject
    for subject, names in {
        Subject.ASSETS: ("assets",),
        Subject.AUDIT: ("audit",),
        Subject.CHECKLISTS: ("checklists", "media", "reports", "signing-links"),
        Subject.CUSTOMERS: ("customers", "customer-messages"),
        Subject.FEES: ("fees",),
        Subject.INCIDENTS: ("incidents",),
        Subject.NOTIFICATIONS: ("notifications", "notification-channels"),
        Subject.OUTAGES: ("outages",),
        Subject.PEOPLE: ("absences", "availability", "certificates", "mentorships", "people-rules", "technicians"),
        Subject.PHONES: ("conflicts", "devices", "inbox"),
        Subject.POLICIES: ("pilots", "region-policies", "sla-policies", "working-calendars"),
        Subject.REQUESTS: ("request-desk", "request-intake", "service-requests"),
        Subject.REVIEWS: ("review-plans", "review-results", "reviews"),
        Subject.ROSTERS: ("rosters", "sheets", "shifts"),
        Subject.ROUNDS: ("rounds",),
        Subject.TEMPLATES: ("checklist-exchange", "checklist-templates", "template-pictures"),
        Subject.TERRITORY: ("duties", "ground", "group-sizes", "moves", "places", "zone-decisions", "zones", "zoning"),
        Subject.WEBHOOKS: ("webhooks",),
        Subject.WORK_ORDERS: (
            *("appointments", "assignment", "clocks", "consultations", "crews", "offers"),
            *("work-order-batches", "work-orders"),
        ),
    }.items()
    for name in names
}
"""The subject of each blueprint that keys may use."""

CLOSED = frozenset(
    {
        *("calendar-feeds", "erasure", "exports", "identities", "import-lines", "imports", "keys"),
        *("second-factor", "session", "sessions", "users"),
    }
)
"""Blueprints that no key uses, but for what is listed below: by them one gets further than the key goes."""

TOLD_BY_WEBHOOKS = (read_of(Subject.WORK_ORDERS), read_of(Subject.REQUESTS), read_of(Subject.CHECKLISTS))
_KEEP_WEBHOOKS = frozenset({write_of(Subject.WEBHOOKS), *TOLD_BY_WEBHOOKS})

EXCEPTIONS: Mapping[str, Need] = {
    "GET /v1/me": frozenset(),
    "GET /v1/key-scopes": frozenset(),
    "GET /v1/webhook-events": frozenset(),
    "GET /v1/users": frozenset({read_of(Subject.ACCOUNTS)}),
    "GET /v1/users/{user_id}": frozenset({read_of(Subject.ACCOUNTS)}),
    # A phone's token opens more than the key does, and lives longer.
    "POST /v1/devices": None,
    "POST /v1/devices/enrolments": None,
    "POST /v1/devices/{device_id}/rotate": None,
    "POST /v1/devices/{device_id}/reinstate": None,
    # What is told to an address that the key chose is read by it.
    "POST /v1/webhooks": _KEEP_WEBHOOKS,
    "PATCH /v1/webhooks/{webhook_id}": _KEEP_WEBHOOKS,
    "POST /v1/webhooks/{webhook_id}/replay": _KEEP_WEBHOOKS,
    "POST /v1/webhooks/{webhook_id}/secret": _KEEP_WEBHOOKS,
    "POST /v1/notification-channels": frozenset({write_of(Subject.NOTIFICATIONS), read_of(Subject.NOTIFICATIONS)}),
    "GET /v1/technicians.csv": frozenset({read_of(Subject.PEOPLE)}),
    "POST /v1/technicians/import": frozenset({write_of(Subject.PEOPLE)}),
}
"""What single operations need instead, by method and path as the description has it."""


def needed(method: str, path: str, blueprint: str) -> Need:
    """Return what a key needs for an operation of a blueprint."""
    method = "GET" if method == "HEAD" else method
    name = f"{method} {path}"
    if name in EXCEPTIONS:
        return EXCEPTIONS[name]
    subject = SUBJECTS.get(blueprint)
    if subject is None:
        return None
    return frozenset({read_of(subject) if method in SAFE else write_of(subject)})


@cache
def described(rule: str) -> str:
    """Return the path of an operation as the description has it: `/v1/keys/{key_id}` for `/v1/keys/<uuid:key_id>`."""
    return _PLACEHOLDER.sub(r"{\1}", rule)


def security(need: Need) -> list[dict[str, list[str]]]:
    """Return what the description says of who may ask: somebody who signed in, or a key with these scopes."""
    return [{"bearer": []}, *([] if need is None else [{"key": sorted(need)}])]
