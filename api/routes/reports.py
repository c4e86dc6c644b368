"""Service reports: asked for, fetched as PDF, and checked by anybody who holds one."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.reports import GenuineReport, NewServiceReport, ServiceReport, ServiceReports
from api.transactions import request_reading, request_transaction
from checklists.reports import errors, queries, service
from checklists.reports.jobs import MAKE
from kernel.job_queue import Lane

blp = Blueprint("reports", "Service reports (服务报告) as PDF, and the check of their codes.")


@blp.route("/work-orders/<uuid:order_id>/reports")
class OrderReports(MethodView):
    """The reports of an order."""

    @blp.response(200, ServiceReports)
    def get(self, order_id: UUID) -> Answer:
        """List the service reports of a work order, the latest first; earlier revisions stay as they were."""
        with request_reading() as reading:
            return {"items": queries.reports_of_order(reading, order_id)}

    @blp.arguments(NewServiceReport)
    @blp.response(202, ServiceReport)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Ask for a report of the checklist as it stands; of the same content and language there is one.

        It is made within seconds: ask for it by its id until its `state` is `made`.
        """
        with request_transaction() as uow:
            wanted = service.want(uow, order_id=order_id, **body)
        transactions.runtime().queue.ring(MAKE, lane=Lane.SLOW)
        return wanted


@blp.route("/reports/<uuid:report_id>")
class OneReport(MethodView):
    """One report."""

    @blp.response(200, ServiceReport)
    def get(self, report_id: UUID) -> Answer:
        """Show a service report and how far it is."""
        with request_reading() as reading:
            return queries.report(reading, report_id)


@blp.route("/reports/<uuid:report_id>/pdf")
class ReportFile(MethodView):
    """The document."""

    @blp.file("application/pdf")
    def get(self, report_id: UUID) -> Answer:
        """Return a service report as PDF."""
        with request_reading() as reading:
            row = queries.report(reading, report_id)
        if row.file_digest is None or row.size_bytes is None:
            raise errors.NOT_MADE()
        name = f"report-{row.code}-{row.locale}.pdf"
        return transactions.blob_answer(row.file_digest, "application/pdf", row.size_bytes, name)


@blp.route("/verify/<string:code>")
class Verification(MethodView):
    """What a code stands for."""

    @open_to_all
    @blp.response(200, GenuineReport)
    def get(self, code: str) -> Answer:
        """Check the code of a service report: which content and which file it stands for. Open to all."""
        with request_reading(transactions.nobody) as reading:
            return queries.genuine(reading, code)
