"""The forms of assets, of where they were, and of their warranty."""

from typing import Any

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Word, page_query
from api.schemas.flat import Flat
from dispatch.assets.importing import LineOutcome
from dispatch.assets.life import AssetCommand, AssetKind, AssetState
from dispatch.assets.queries import SORTS
from dispatch.assets.warranty import WarrantyBy

ASSETS = Cursor("assets", sorts=SORTS)


class Asset(Schema):
    """An asset (设备) as lists show it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    kind = Word(AssetKind, required=True)
    vendor = fields.String(required=True)
    serial = fields.String(required=True, metadata={"description": "In capitals and without blanks."})
    model = fields.String(required=True, allow_none=True)
    state = Word(AssetState, required=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    site_id = fields.UUID(required=True, allow_none=True)
    bought_on = fields.Date(required=True, allow_none=True)
    installed_on = fields.Date(required=True, allow_none=True)
    warranty_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day of the warranty (保修); null: not known."},
    )
    warranty_by = Word(WarrantyBy, required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class AssetStay(Schema):
    """Where an asset was, from when until when, and by which order it came there."""

    id = fields.UUID(required=True)
    asset_id = fields.UUID(required=True)
    state = Word(AssetState, required=True)
    site_id = fields.UUID(required=True, allow_none=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    work_order_id = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    user_id = fields.UUID(required=True)
    started_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)


class AssetDetail(Flat, Asset):
    """An asset with where it was, the latest first, 200 stays at most."""

    stays = fields.List(fields.Nested(AssetStay), required=True)


class AssetStays(Schema):
    """The assets that stood at a site."""

    items = fields.List(fields.Nested(AssetStay), required=True)


class StaysQuery(Schema):
    """Of which moment."""

    at = Moment(load_default=None, metadata={"description": "Now if left out."})


class NewAsset(Schema):
    """An asset to register: installed at a site, or in stock at a station, or in the region; your region if left out."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    serial = Text(120, required=True)
    vendor = Text(120, required=True)
    kind = Word(AssetKind, load_default=AssetKind.OTHER)
    model = Text(120, load_default=None, allow_none=True)
    site_id = fields.UUID(load_default=None, allow_none=True)
    station_id = fields.UUID(load_default=None, allow_none=True)
    bought_on = fields.Date(load_default=None, allow_none=True)
    installed_on = fields.Date(load_default=None, allow_none=True)
    warranty_until = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "The last day; by the region's policy if left out."},
    )


class AssetChange(Schema):
    """What is corrected about an asset; what is left out stays. `warranty_until` null: by the region's policy."""

    kind = Word(AssetKind)
    model = Text(120, allow_none=True)
    bought_on = fields.Date(allow_none=True)
    warranty_until = fields.Date(allow_none=True)


class AssetMove(Schema):
    """What is done with an asset. `install` wants a site; `work_order_id` puts it on that order's timeline."""

    command = Word(AssetCommand, required=True)
    site_id = fields.UUID(load_default=None, allow_none=True)
    station_id = fields.UUID(load_default=None, allow_none=True)
    work_order_id = fields.UUID(load_default=None, allow_none=True)
    reason = Text(400, load_default=None, allow_none=True)
    at = Moment(load_default=None, allow_none=True, metadata={"description": "When it was done; now if left out."})


class AssetSwap(Schema):
    """One asset out, another in, at the same site and moment."""

    old_asset_id = fields.UUID(required=True)
    new_asset_id = fields.UUID(required=True)
    reason = Text(400, required=True)
    work_order_id = fields.UUID(load_default=None, allow_none=True)
    at = Moment(load_default=None, allow_none=True)


class Swapped(Schema):
    """Both assets after a swap."""

    old = fields.Nested(AssetDetail, required=True)
    new = fields.Nested(AssetDetail, required=True)


class WarrantyQuery(Schema):
    """On which day."""

    on = fields.Date(load_default=None, metadata={"description": "Today in the asset's region if left out."})


class Warranty(Schema):
    """Whether an asset is under warranty on a day."""

    asset_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    in_warranty = fields.Boolean(required=True, allow_none=True, metadata={"description": "Null when nobody knows."})
    warranty_until = fields.Date(required=True, allow_none=True)
    warranty_by = Word(WarrantyBy, required=True)


class AssetLine(Schema):
    """What became of a line of an import; the header is line 1."""

    line = fields.Integer(required=True)
    outcome = Word(LineOutcome, required=True)
    asset_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    column = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


class AssetImport(Schema):
    """What became of every line of an import."""

    lines = fields.List(fields.Nested(AssetLine), required=True)


class RegionQuery(Schema):
    """Of which region."""

    region_id = fields.UUID(load_default=None, metadata={"description": "Yours if left out."})


_FILTERS: dict[str, fields.Field[Any]] = {
    "region_id": fields.UUID(),
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "zone_id": fields.UUID(),
    "site_id": fields.UUID(),
    "customer_id": fields.UUID(),
    "kind": Word(AssetKind),
    "state": Word(AssetState),
    "vendor": Text(80),
    "q": Text(80, metadata={"description": "The beginning of the serial number."}),
}
AssetQuery = page_query(ASSETS, "AssetQuery", **_FILTERS)
AssetExport = type("AssetExport", (Schema,), {"__doc__": "Which assets.", **_FILTERS})
