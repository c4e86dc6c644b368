"""How mail and web forms bring service requests."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.request_desk import (
    FORMS,
    FormAnswer,
    FormReport,
    MailQuery,
    NewWebForm,
    OpenedForm,
    WebFormPage,
    WebFormQuery,
)
from api.schemas.service_requests import Received
from api.transactions import nobody, request_reading, request_transaction
from dispatch.assignment.service import assign_automatically
from dispatch.requests import forms
from dispatch.requests.mailing import receive_mail
from dispatch.requests.receiving import NewRequest

blp = Blueprint("request-intake", "How mail and web forms bring service requests (报修单).")
MOST_MAIL_BYTES = 10 * 1024 * 1024


@blp.route("/service-requests/mail")
class RequestMail(MethodView):
    """Mail as it came over the wire."""

    @blp.doc(
        requestBody={
            "required": True,
            "description": "A mail (RFC 5322), with its headers; 10 MiB at most.",
            "content": {"message/rfc822": {"schema": {"type": "string"}}},
        }
    )
    @blp.arguments(MailQuery, location="query")
    @blp.response(201, Received)
    def post(self, query: Loaded) -> Answer:
        """Receive a mail as a request: once for each Message-ID, from the customer whose address it is.

        The region's rules say what it is about, or else it waits for a person. What is attached is noted, not kept.
        """
        raw = transactions.raw_body(MOST_MAIL_BYTES)
        with request_transaction() as uow:
            region_id = region_or_own(uow, query["region_id"])
            received = receive_mail(uow, region_id=region_id, raw=raw)
            if query["assign"] and received.work_order_id is not None:
                assign_automatically(uow, [received.work_order_id])
            return received


@blp.route("/public/service-requests")
class PublicRequests(MethodView):
    """What customers fill in."""

    @open_to_all
    @blp.arguments(FormReport)
    @blp.response(201, FormAnswer)
    def post(self, body: Loaded) -> Answer:
        """Report a fault without a login, by the key of a region's web form.

        The answer names a reference and nothing else. The region limits how many reports an hour brings, in all and from one
        contact.
        """
        key, reference = body.pop("key"), body.pop("submission_id")
        with request_transaction(nobody) as uow:
            received = forms.submit(uow, key=key, request=NewRequest(None, external_ref=reference, **body))
            if received.work_order_id is not None:
                assign_automatically(uow, [received.work_order_id])
            outage = received.planned_outage
            shown = str(received.request_id)[-12:].upper()
            return {"reference": shown, "planned_outage_until": None if outage is None else outage.until}


@blp.route("/web-forms")
class WebForms(MethodView):
    """The web forms of regions in scope."""

    @blp.arguments(WebFormQuery, location="query")
    @blp.page(WebFormPage)
    def get(self, query: Loaded) -> Answer:
        """List the web forms of the regions in your scope, the newest first."""
        with request_reading() as reading:
            return FORMS.show(forms.page_of_forms(reading, **query))

    @blp.arguments(NewWebForm)
    @blp.response(201, OpenedForm)
    def post(self, body: Loaded) -> Answer:
        """Open a web form for a region; its key is shown this once."""
        with request_transaction() as uow:
            return forms.open_form(uow, region_id=region_or_own(uow, body["region_id"]), label=body["label"])


@blp.route("/web-forms/<uuid:form_id>")
class OneWebForm(MethodView):
    """One web form."""

    @blp.response(204)
    def delete(self, form_id: UUID) -> None:
        """Close a web form for ever; what came through it stays."""
        with request_transaction() as uow:
            forms.close_form(uow, form_id=form_id)
