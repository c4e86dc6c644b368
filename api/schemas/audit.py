"""The forms of the audit log."""

from typing import Any

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Hex, Moment, Text, Word, page_of, page_query
from kernel.audit.acts import ActKind
from kernel.audit.queries import SORTS

ENTRIES = Cursor("audit", sorts=SORTS)
DETAILS = (
    "Of a command `changes`: `table`, `key`, `before` and `after` of each row, 100 rows at most (`left_out` counts the others), "
    "personal values masked; of a reading `rows`, and what was `asked`; of a refusal its `code`."
)


class AuditEntry(Schema):
    """Something that somebody did or saw."""

    id = fields.UUID(required=True)
    n = fields.Integer(required=True, metadata={"description": "Its number in the chain of its region."})
    region_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null: of no region."})
    at = Moment(required=True)
    kind = Word(ActKind, required=True)
    action = fields.String(required=True, metadata={"example": "PATCH /v1/customers/<uuid:customer_id>"})
    user_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True, allow_none=True)
    session = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Tells sessions apart, and opens none; of a key how it begins: `fb_…`."},
    )
    address = fields.String(required=True, allow_none=True)
    agent = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    subject_id = fields.UUID(required=True, allow_none=True)
    details = fields.Dict(keys=fields.String(), required=True, metadata={"description": DETAILS})
    hash = Hex(required=True, metadata={"description": "SHA-256 over the entry and the hash of the one before it."})


FILTERS: dict[str, fields.Field[Any]] = {
    "user_id": fields.UUID(metadata={"description": "Who did it."}),
    "subject_id": fields.UUID(
        metadata={"description": "What was asked for or changed, or whose data was seen: an id of anything."}
    ),
    "region_id": fields.UUID(),
    "kind": Word(ActKind),
    "action": Text(120, metadata={"description": "The beginning of the action, such as `POST /v1/users`."}),
    "request_id": Text(64),
    "since": Moment(metadata={"description": "At this time or later."}),
    "until": Moment(metadata={"description": "Before this time."}),
}
AuditQuery = page_query(ENTRIES, "AuditQuery", **FILTERS)
AuditExportQuery = type("AuditExportQuery", (Schema,), {"__doc__": "What an export shows.", **FILTERS})
AuditPage = page_of(AuditEntry, "AuditPage")
