"""Assets: what stands at customers' sites and in stock, where it was when, and until when it is under warranty."""

from uuid import UUID

from flask.views import MethodView

from api import batches, csv_tables, etags, transactions
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.pages import paging_of
from api.routes.regions import region_or_own
from api.schemas.assets import (
    ASSETS,
    AssetChange,
    AssetDetail,
    AssetExport,
    AssetImport,
    AssetMove,
    AssetStays,
    AssetSwap,
    NewAsset,
    RegionQuery,
    StaysQuery,
    Swapped,
    Warranty,
    WarrantyQuery,
)
from api.schemas.flat import Joined
from api.schemas.included import ASSETS_WITH, AssetPage, AssetsQuery, OneAssetQuery
from api.schemas.included import OneAsset as AssetWith
from api.schemas.many_made import AssetResults, ManyAssets
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.assets import importing, particulars, queries, service
from dispatch.assets.life import AssetKind
from dispatch.assets.queries import AssetFilter
from dispatch.assets.sheet import COLUMNS
from kernel.unit_of_work import Reading

blp = Blueprint("assets", "Assets (设备) by serial number: where each is and was, swaps, and warranties (保修).")
MOST_BYTES = 4 * 1024 * 1024
EXPORTED = {name: (name, name) for name in (*COLUMNS, "state", "warranty_by", "id")}


def _shown(reading: Reading, asset_id: UUID) -> Answer:
    asset = queries.asset(reading, asset_id)
    return asset, etags.of_version(asset.row.version)


@blp.route("/assets")
class Assets(MethodView):
    """All assets in scope."""

    @blp.arguments(AssetsQuery, location="query")
    @blp.page(AssetPage)
    def get(self, query: Loaded) -> Answer:
        """List the assets in your scope, the newest first."""
        paging, include = paging_of(query), query.pop("include")
        with request_reading() as reading:
            page = queries.page_of_assets(reading, filters=AssetFilter(**query), **paging)
            return ASSETS.show(page.of(ASSETS_WITH.complete(reading, page.items, include)), paging["sort"])

    @blp.arguments(NewAsset)
    @blp.response(201, AssetDetail)
    def post(self, body: Loaded) -> Answer:
        """Register an asset, installed at a site or in stock."""
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            return _shown(uow, service.register(uow, region_id=region_id, asset=particulars.NewAsset(**body)))


@blp.route("/assets/batch")
class ManyNewAssets(MethodView):
    """Many assets at once, each answered for itself."""

    @blp.once
    @blp.arguments(ManyAssets)
    @blp.response(200, AssetResults)
    def post(self, body: Loaded) -> Answer:
        """Register several assets, one after the other, each as `POST /v1/assets` does; each is answered for itself.

        What is refused keeps no other from being registered. Sent again, what is there is `asset.serial_taken`.
        """
        names = [{name: one[name] for name in ("vendor", "serial")} for one in body["items"]]
        found = batches.each(body["items"], _register, status=201)
        return {"items": [name | result for name, result in zip(names, found, strict=True)]}


def _register(item: Loaded) -> Loaded:
    with request_transaction() as uow:
        region_id = region_or_own(uow, item.pop("region_id"))
        return {"asset_id": service.register(uow, region_id=region_id, asset=particulars.NewAsset(**item))}


@blp.route("/assets.csv")
class AssetsCsv(MethodView):
    """All assets in scope, as a table."""

    @blp.arguments(AssetExport, location="query")
    @blp.response(200, {"type": "string"}, content_type="text/csv", description="A table that can be imported again.")
    def get(self, query: Loaded) -> Answer:
        """Export the assets in your scope as CSV, the newest first, in the columns of the import."""
        filters = AssetFilter(**query)
        return csv_tables.respond(
            "assets.csv",
            EXPORTED,
            lambda reading, limit, after: queries.page_of_assets(reading, filters=filters, limit=limit, after=after),
            plain_header=True,
        )


@blp.route("/assets/import")
class AssetsImport(MethodView):
    """Many assets at once."""

    @blp.doc(
        requestBody={
            "required": True,
            "description": "A CSV with a header: " + ", ".join(COLUMNS) + "; 5,000 lines at most.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    )
    @blp.arguments(RegionQuery, location="query")
    @blp.response(200, AssetImport)
    def post(self, query: Loaded) -> Answer:
        """Register the assets of a table, and say what became of every line. Sent again, it changes nothing."""
        content = transactions.raw_body(MOST_BYTES)
        with request_transaction() as uow:
            region_id = region_or_own(uow, query["region_id"])
            return {"lines": importing.import_assets(uow, region_id=region_id, content=content)}


@blp.route("/assets/<uuid:asset_id>")
class OneAsset(MethodView):
    """One asset."""

    @conditional
    @blp.arguments(OneAssetQuery, location="query")
    @blp.response(200, AssetWith)
    def get(self, query: Loaded, asset_id: UUID) -> Answer:
        """Show an asset with where it was."""
        with request_reading() as reading:
            asset, tag = _shown(reading, asset_id)
            return Joined(asset, ASSETS_WITH.one(reading, asset.row, query["include"])), tag

    @versioned
    @blp.arguments(AssetChange)
    @blp.response(200, AssetDetail)
    def patch(self, body: Loaded, asset_id: UUID) -> Answer:
        """Correct what is known of an asset; where it is changes by moves."""
        with request_transaction() as uow:
            row = queries.asset(uow, asset_id).row
            present = {name: getattr(row, name) for name in ("kind", "model", "bought_on", "warranty_until")}
            present["kind"] = AssetKind(row.kind)
            service.correct(uow, asset_id=asset_id, **{**present, **body}, expected_version=expected_version())
            return _shown(uow, asset_id)


@blp.route("/assets/<uuid:asset_id>/moves")
class AssetMoves(MethodView):
    """Where an asset goes."""

    @blp.arguments(AssetMove)
    @blp.response(200, AssetDetail)
    def post(self, body: Loaded, asset_id: UUID) -> Answer:
        """Install an asset at a site, take it out, put it in stock, return it, or scrap it."""
        with request_transaction() as uow:
            service.move(uow, asset_id=asset_id, **body)
            return _shown(uow, asset_id)


@blp.route("/assets/<uuid:asset_id>/warranty")
class AssetWarranty(MethodView):
    """The warranty of an asset."""

    @blp.arguments(WarrantyQuery, location="query")
    @blp.response(200, Warranty)
    def get(self, query: Loaded, asset_id: UUID) -> Answer:
        """Tell whether an asset is under warranty on a day: what a service fee asks."""
        with request_reading() as reading:
            return queries.warranty(reading, asset_id, query["on"])


@blp.route("/asset-swaps")
class AssetSwaps(MethodView):
    """One asset for another."""

    @blp.arguments(AssetSwap)
    @blp.response(200, Swapped)
    def post(self, body: Loaded) -> Answer:
        """Swap one asset for another at the same site, as one transaction, on the timeline of the order if one is named."""
        old_id, new_id = body.pop("old_asset_id"), body.pop("new_asset_id")
        with request_transaction() as uow:
            service.swap(uow, old_id=old_id, new_id=new_id, **body)
            return {"old": queries.asset(uow, old_id), "new": queries.asset(uow, new_id)}


@blp.route("/sites/<uuid:site_id>/assets")
class SiteAssets(MethodView):
    """What stands at a site."""

    @blp.arguments(StaysQuery, location="query")
    @blp.response(200, AssetStays)
    def get(self, query: Loaded, site_id: UUID) -> Answer:
        """Tell which assets stood at a site at a moment."""
        with request_reading() as reading:
            return {"items": queries.stays_at_site(reading, site_id, query["at"] or reading.now)}
