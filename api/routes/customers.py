"""Customers, and the sites where they are served."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.customers import (
    CUSTOMERS,
    SITES,
    CustomerChange,
    CustomerDetail,
    NewCustomer,
    NewSite,
    Site,
    SiteChange,
)
from api.schemas.flat import Joined
from api.schemas.included import (
    CUSTOMERS_WITH,
    SITES_WITH,
    CustomerPage,
    CustomersQuery,
    OneSiteQuery,
    SitePage,
    SitesQuery,
)
from api.schemas.included import OneSite as SiteWith
from api.transactions import request_reading, request_transaction, runtime
from dispatch.customers import queries, service
from dispatch.customers.locating import look_up_again
from dispatch.geocoding.errors import OFF
from dispatch.territory.coordinates import CoordinateSystem
from kernel.errors import INVALID

blp = Blueprint("customers", "Customers (客户) and the sites where they are served.")


def _present(row: object, *names: str) -> Loaded:
    return {name: getattr(row, name) for name in names}


@blp.route("/customers")
class Customers(MethodView):
    """All customers in scope."""

    @blp.arguments(CustomersQuery, location="query")
    @blp.page(CustomerPage)
    def get(self, query: Loaded) -> Answer:
        """List the customers in your scope, the newest first."""
        include = query.pop("include")
        with request_reading() as reading:
            page = queries.page_of_customers(reading, **query)
            return CUSTOMERS.show(page.of(CUSTOMERS_WITH.complete(reading, page.items, include)), query["sort"])

    @blp.arguments(NewCustomer)
    @blp.response(201, CustomerDetail)
    def post(self, body: Loaded) -> Answer:
        """Add a customer."""
        with request_transaction() as uow:
            body["region_id"] = region_or_own(uow, body["region_id"])
            return queries.customer(uow, service.add_customer(uow, **body))


@blp.route("/customers/<uuid:customer_id>")
class OneCustomer(MethodView):
    """One customer."""

    @blp.response(200, CustomerDetail)
    def get(self, customer_id: UUID) -> Answer:
        """Show a customer with their sites."""
        with request_reading() as reading:
            return queries.customer(reading, customer_id)

    @blp.arguments(CustomerChange)
    @blp.response(200, CustomerDetail)
    def patch(self, body: Loaded, customer_id: UUID) -> Answer:
        """Correct a customer's particulars, or move them to another zone."""
        with request_transaction() as uow:
            present = _present(queries.customer(uow, customer_id), "name", "phone", "email", "vip", "zone_id")
            service.edit_customer(uow, customer_id=customer_id, **{**present, **body})
            return queries.customer(uow, customer_id)


@blp.route("/sites")
class Sites(MethodView):
    """All sites in scope."""

    @blp.arguments(SitesQuery, location="query")
    @blp.page(SitePage)
    def get(self, query: Loaded) -> Answer:
        """List the sites in your scope, the newest first."""
        include = query.pop("include")
        with request_reading() as reading:
            page = queries.page_of_sites(reading, **query)
            return SITES.show(page.of(SITES_WITH.complete(reading, page.items, include)), query["sort"])

    @blp.arguments(NewSite)
    @blp.response(201, Site)
    def post(self, body: Loaded) -> Answer:
        """Add a site to a customer."""
        with request_transaction() as uow:
            return queries.site(uow, service.add_site(uow, **body))


@blp.route("/sites/<uuid:site_id>")
class OneSite(MethodView):
    """One site."""

    @blp.arguments(OneSiteQuery, location="query")
    @blp.response(200, SiteWith)
    def get(self, query: Loaded, site_id: UUID) -> Answer:
        """Show a site."""
        with request_reading() as reading:
            row = queries.site(reading, site_id)
            return Joined(row, SITES_WITH.one(reading, row, query["include"]))

    @blp.arguments(SiteChange)
    @blp.response(200, Site)
    def patch(self, body: Loaded, site_id: UUID) -> Answer:
        """Correct a site's address or position, or move it to another zone."""
        with request_transaction() as uow:
            present = _present(queries.site(uow, site_id), "address", "zone_id", "lat", "lon")
            if {"lat", "lon"} & body.keys():
                body.setdefault("coordinate_system", CoordinateSystem.WGS84)
            elif "coordinate_system" in body:
                raise INVALID("it says what a position is given in, and there is none", path="/coordinate_system")
            service.edit_site(uow, site_id=site_id, **{**present, **body})
            return queries.site(uow, site_id)


@blp.route("/sites/<uuid:site_id>/geocode")
class LookedUpSite(MethodView):
    """The look-up of a site's address."""

    @blp.response(202, Site)
    def post(self, site_id: UUID) -> Answer:
        """Have a site's address looked up again, soon; a position that somebody gave stays."""
        with request_transaction() as uow:
            look_up_again(uow, site_id=site_id)
            if runtime().settings.geocoder == "none":
                raise OFF()
            return queries.site(uow, site_id)
