"""What inspection reviews came to, in figures: by place, person, template, month or item; agreement; CSV and XLSX."""

from flask import Response
from flask.views import MethodView

from api import review_tables, xlsx_tables
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.review_results import (
    ReviewAgreementQuery,
    ReviewAgreements,
    ReviewItemQuery,
    ReviewItemResults,
    ReviewResultQuery,
    ReviewResults,
)
from api.transactions import request_reading
from checklists.review.results import queries
from checklists.review.results.queries import Filter

blp = Blueprint("review-results", "What inspection reviews (抽检) came to: figures, tables, agreement of reviewers.")
_CSV = {"content_type": "text/csv", "description": "A table, UTF-8 with a byte order mark."}
_XLSX = {"content_type": xlsx_tables.CONTENT_TYPE, "description": "A workbook of one sheet."}
_FILE = {"type": "string", "format": "binary"}


@blp.route("/review-results")
class Results(MethodView):
    """Figures."""

    @blp.arguments(ReviewResultQuery, location="query")
    @blp.response(200, ReviewResults)
    def get(self, query: Loaded) -> Answer:
        """Show how reviews came out, by place, person, template, or month (the trend). What was overturned counts as passed."""
        by = query.pop("by")
        with request_reading() as reading:
            return {"items": review_tables.named_results(reading, by, Filter(**query))}


@blp.route("/review-results.csv")
class ResultsCsv(MethodView):
    """Figures as CSV."""

    @blp.arguments(ReviewResultQuery, location="query")
    @blp.response(200, {"type": "string"}, **_CSV)
    def get(self, query: Loaded) -> Response:
        """Export how reviews came out as CSV."""
        return review_tables.results_table(query.pop("by"), Filter(**query), xlsx=False)


@blp.route("/review-results.xlsx")
class ResultsXlsx(MethodView):
    """Figures as a workbook."""

    @blp.arguments(ReviewResultQuery, location="query")
    @blp.response(200, _FILE, **_XLSX)
    def get(self, query: Loaded) -> Response:
        """Export how reviews came out as an Excel workbook."""
        return review_tables.results_table(query.pop("by"), Filter(**query), xlsx=True)


@blp.route("/review-items")
class Items(MethodView):
    """Figures by item."""

    @blp.arguments(ReviewItemQuery, location="query")
    @blp.response(200, ReviewItemResults)
    def get(self, query: Loaded) -> Answer:
        """Show the items at which points were lost most often, the worst first."""
        limit = query.pop("limit")
        with request_reading() as reading:
            return {"items": queries.items(reading, Filter(**query), limit=limit)}


@blp.route("/review-items.csv")
class ItemsCsv(MethodView):
    """Figures by item as CSV."""

    @blp.arguments(ReviewItemQuery, location="query")
    @blp.response(200, {"type": "string"}, **_CSV)
    def get(self, query: Loaded) -> Response:
        """Export the items at which points were lost most often as CSV."""
        return review_tables.items_table(limit=query.pop("limit"), wanted=Filter(**query), xlsx=False)


@blp.route("/review-items.xlsx")
class ItemsXlsx(MethodView):
    """Figures by item as a workbook."""

    @blp.arguments(ReviewItemQuery, location="query")
    @blp.response(200, _FILE, **_XLSX)
    def get(self, query: Loaded) -> Response:
        """Export the items at which points were lost most often as an Excel workbook."""
        return review_tables.items_table(limit=query.pop("limit"), wanted=Filter(**query), xlsx=True)


@blp.route("/review-agreement")
class AgreementOfReviewers(MethodView):
    """How far reviewers agree."""

    @blp.arguments(ReviewAgreementQuery, location="query")
    @blp.response(200, ReviewAgreements)
    def get(self, query: Loaded) -> Answer:
        """Show Cohen's kappa of double reviews, by region, template and month: for regional operations."""
        with request_reading() as reading:
            return {"items": queries.agreements(reading, Filter(**query))}
