"""The forms of exports."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, post_load, validate

from api.pages import Cursor
from api.schemas.assets import AssetExport
from api.schemas.customers import CustomerQuery
from api.schemas.fields import SORT, Json, Moment, Text, Word, page_of, page_query
from api.schemas.people import UserQuery
from api.schemas.service_requests import RequestExport
from api.schemas.territory import ZoneQuery
from api.schemas.work_orders import ExportQuery as OrderExport
from dispatch.assets.queries import AssetFilter
from dispatch.exports.kinds.customers import CustomerFilter
from dispatch.exports.kinds.names import KindName
from dispatch.exports.kinds.people import PersonFilter
from dispatch.exports.kinds.zones import ZoneFilter
from dispatch.exports.queries import SORTS
from dispatch.exports.states import ExportFormat, ExportState, Language
from dispatch.requests.queries import RequestFilter
from dispatch.work_orders.queries import OrderFilter

EXPORTS = Cursor("exports", sorts=SORTS)
ZONES = available_timezones()


def _orders(query: dict[str, Any]) -> OrderFilter:
    return OrderFilter(statuses=tuple(query.pop("status", ())), colours=tuple(query.pop("colour", ())), **query)


def _requests(query: dict[str, Any]) -> RequestFilter:
    return RequestFilter(states=tuple(query.pop("state", ())), **query)


FILTERS: Mapping[KindName, tuple[type[Schema], Callable[[dict[str, Any]], Any]]] = {
    KindName.PEOPLE: (UserQuery, lambda query: PersonFilter(**query)),
    KindName.ZONES: (ZoneQuery, lambda query: ZoneFilter(**query)),
    KindName.CUSTOMERS: (CustomerQuery, lambda query: CustomerFilter(**query)),
    KindName.ASSETS: (AssetExport, lambda query: AssetFilter(**query)),
    KindName.REQUESTS: (RequestExport, _requests),
    KindName.ORDERS: (OrderExport, _orders),
}
"""For each kind the query of its list, and how that becomes what the list is asked with."""
_PAGING = ("limit", "after", SORT)


class NewExport(Schema):
    """A list to export as a file."""

    id = fields.UUID(load_default=None, metadata={"description": "Yours, so that sending it again is safe."})
    kind = Word(KindName, required=True)
    format = Word(ExportFormat, load_default=ExportFormat.CSV)
    filters = Json(
        load_default=dict,
        metadata={
            "description": "As in the query of the list of this kind, without `limit`, `after` and `sort`; what may be repeated "
            "there is a list here.",
            "example": {"status": ["open", "assigned"], "late": True},
        },
    )
    columns = fields.List(
        Text(64),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "Which columns, in this order (docs/export.md); all of them if left out."},
    )
    language = Word(
        Language,
        load_default=None,
        metadata={"description": "Of headings and of the file's name; if left out as `Accept-Language` says."},
    )
    timezone = Text(
        64,
        load_default=None,
        metadata={
            "description": "By whose clocks moments are shown, such as `Asia/Shanghai`; your region's if left out.",
            "example": "Asia/Shanghai",
        },
    )

    @post_load
    def read_filters(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read the filters as the list of this kind reads its query."""
        form, make = FILTERS[data["kind"]]
        known = form(exclude=[name for name in _PAGING if name in form._declared_fields])
        try:
            data["filters"] = make(known.load(data["filters"]))
        except ValidationError as error:
            raise ValidationError({"filters": error.messages}) from error
        if data["timezone"] is not None and data["timezone"] not in ZONES:
            raise ValidationError({"timezone": ["Not a time zone such as Asia/Shanghai."]})
        return data


class Export(Schema):
    """An export, with how far it is."""

    id = fields.UUID(required=True)
    kind = Word(KindName, required=True)
    state = Word(ExportState, required=True)
    format = Word(ExportFormat, required=True)
    language = Word(Language, required=True)
    timezone = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    filters = fields.Dict(keys=fields.String(), required=True)
    rows = fields.Integer(
        required=True, allow_none=True, metadata={"description": "How many it will have; null until it is begun."}
    )
    rows_done = fields.Integer(required=True, metadata={"description": "Rows that are written."})
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "The code of what kept it from being written."}
    )
    filename = fields.String(required=True)
    size_bytes = fields.Integer(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    expires_at = Moment(
        required=True, allow_none=True, metadata={"description": "Until when the file is kept, once there is one."}
    )


ExportsQuery = page_query(EXPORTS, "ExportsQuery", kind=Word(KindName), state=Word(ExportState))
ExportPage = page_of(Export, "ExportPage")
