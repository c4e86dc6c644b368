"""The forms of many new things in one request, and of what became of each."""

from marshmallow import Schema, fields

from api.components import ProblemSchema
from api.schemas.assets import NewAsset
from api.schemas.batches import HOW_MANY
from api.schemas.fields import Text
from api.schemas.service_requests import NewServiceRequest, Received


class NewRequestOfMany(NewServiceRequest):
    """One of several requests, with the name that it has where it comes from: sent again, it is the same request."""

    external_ref = Text(
        128, required=True, metadata={"description": "Sent again under the same `source` and name, it is the same."}
    )


class ManyRequests(Schema):
    """Several service requests, received one after the other."""

    items = fields.List(fields.Nested(NewRequestOfMany), required=True, validate=HOW_MANY)


class NewAssetOfMany(NewAsset):
    """One of several assets."""


class ManyAssets(Schema):
    """Several assets, registered one after the other."""

    items = fields.List(fields.Nested(NewAssetOfMany), required=True, validate=HOW_MANY)


class MadeOfMany(Schema):
    """What became of one of several: what it would have been answered with alone."""

    status = fields.Integer(required=True, metadata={"description": "201, or the status of the problem."})
    problem = fields.Nested(ProblemSchema, required=True, allow_none=True)


class RequestResult(MadeOfMany):
    """What became of one of several requests."""

    external_ref = fields.String(required=True)
    outcome = fields.Nested(Received, required=True, allow_none=True)


class RequestResults(Schema):
    """What became of each request, in their order."""

    items = fields.List(fields.Nested(RequestResult), required=True)


class RegisteredAsset(Schema):
    """An asset that was registered."""

    asset_id = fields.UUID(required=True)


class AssetResult(MadeOfMany):
    """What became of one of several assets."""

    vendor = fields.String(required=True)
    serial = fields.String(required=True)
    outcome = fields.Nested(RegisteredAsset, required=True, allow_none=True)


class AssetResults(Schema):
    """What became of each asset, in their order."""

    items = fields.List(fields.Nested(AssetResult), required=True)
