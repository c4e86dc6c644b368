"""Major incidents (重大故障): declared, taken step by step, with the orders and crews that they gather."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.schemas import incidents as forms
from api.schemas.work_orders import Outcome
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.incidents import children, queries, service, suggestions
from dispatch.incidents.open_incident import Outcome as IncidentOutcome
from dispatch.incidents.taking_over import take_over

blp = Blueprint("incidents", "Major incidents (重大故障): orders and crews gathered under one commander.")


def _answer(outcome: IncidentOutcome) -> Answer:
    return outcome, etags.of_version(outcome.version)


@blp.route("/incidents")
class Incidents(MethodView):
    """All incidents in scope."""

    @blp.arguments(forms.IncidentQuery, location="query")
    @blp.page(forms.IncidentPage)
    def get(self, query: Loaded) -> Answer:
        """List the incidents at your places, and those that reach your zones or that you command; the latest first."""
        states = tuple(query.pop("state", ()))
        with request_reading() as reading:
            return forms.INCIDENTS.show(queries.page_of_incidents(reading, states=states, **query))

    @blp.arguments(forms.NewIncident)
    @blp.response(201, forms.IncidentOutcome)
    def post(self, body: Loaded) -> Answer:
        """Declare a major incident. Those concerned are told; orders may be gathered at once."""
        with request_transaction() as uow:
            return _answer(service.declare(uow, **body))


@blp.route("/incidents/<uuid:incident_id>")
class Incident(MethodView):
    """One incident."""

    @conditional
    @blp.response(200, forms.IncidentDetail)
    def get(self, incident_id: UUID) -> Answer:
        """Show an incident."""
        with request_reading() as reading:
            found = queries.incident(reading, incident_id)
            return found, etags.of_version(found.row.version)

    @versioned
    @blp.arguments(forms.IncidentChange)
    @blp.response(200, forms.IncidentOutcome)
    def patch(self, body: Loaded, incident_id: UUID) -> Answer:
        """Change its title, severity, commander or number of customers."""
        with request_transaction() as uow:
            return _answer(service.change(uow, incident_id=incident_id, **body, expected_version=expected_version()))


@blp.route("/incidents/<uuid:incident_id>/steps")
class Steps(MethodView):
    """What is asked of an incident."""

    @versioned
    @blp.arguments(forms.IncidentStep)
    @blp.response(200, forms.IncidentOutcome)
    def post(self, body: Loaded, incident_id: UUID) -> Answer:
        """Take an incident to its next state: contain, resolve, reopen, close.

        It is not resolved while orders of it are not done, unless `open_children` decides, nor closed without `after_action`.
        """
        with request_transaction() as uow:
            return _answer(service.step(uow, incident_id=incident_id, **body, expected_version=expected_version()))


@blp.route("/incidents/<uuid:incident_id>/updates")
class Updates(MethodView):
    """The log of an incident."""

    @blp.arguments(forms.UpdateQuery, location="query")
    @blp.page(forms.UpdatePage)
    def get(self, query: Loaded, incident_id: UUID) -> Answer:
        """List everything that happened to an incident and was said of it, the earliest first."""
        with request_reading() as reading:
            return forms.UPDATES.show(queries.updates(reading, incident_id, **query))

    @versioned
    @blp.arguments(forms.NewUpdate)
    @blp.response(200, forms.IncidentOutcome)
    def post(self, body: Loaded, incident_id: UUID) -> Answer:
        """Tell those concerned how it stands, and promise the next news."""
        with request_transaction() as uow:
            return _answer(
                service.post_update(uow, incident_id=incident_id, **body, expected_version=expected_version())
            )


@blp.route("/incidents/<uuid:incident_id>/orders")
class IncidentOrders(MethodView):
    """The orders of an incident."""

    @blp.response(200, forms.LinkedOrders)
    def get(self, incident_id: UUID) -> Answer:
        """List the orders of an incident, in short and without their customers."""
        with request_reading() as reading:
            return {"items": queries.children(reading, incident_id)}

    @blp.arguments(forms.OrdersToLink)
    @blp.response(200, forms.IncidentOutcome)
    def post(self, body: Loaded, incident_id: UUID) -> Answer:
        """Gather orders in your scope under an incident, all or none."""
        with request_transaction() as uow:
            return _answer(children.link(uow, incident_id=incident_id, **body))


@blp.route("/incidents/<uuid:incident_id>/orders/remove")
class OrderRemoval(MethodView):
    """Orders that belong to it no longer."""

    @blp.arguments(forms.OrdersToUnlink)
    @blp.response(200, forms.IncidentOutcome)
    def post(self, body: Loaded, incident_id: UUID) -> Answer:
        """Let orders go from an incident; they go on by themselves."""
        with request_transaction() as uow:
            return _answer(children.unlink(uow, incident_id=incident_id, **body))


@blp.route("/incidents/<uuid:incident_id>/orders/new")
class NewOrders(MethodView):
    """New orders for an incident."""

    @blp.arguments(forms.NewIncidentOrder)
    @blp.response(201, forms.CreatedOrder)
    def post(self, body: Loaded, incident_id: UUID) -> Answer:
        """Open a new order for an incident, in a zone of yours."""
        with request_transaction() as uow:
            return {"order_id": children.open_child(uow, incident_id=incident_id, **body)}


@blp.route("/incidents/<uuid:incident_id>/orders/<uuid:order_id>/commands")
class ChildCommands(MethodView):
    """What the commander asks of an order."""

    @versioned
    @blp.arguments(forms.ChildCommand)
    @blp.response(200, Outcome)
    def post(self, body: Loaded, incident_id: UUID, order_id: UUID) -> Answer:
        """Assign, reassign, hold, resume or cancel an order of an incident, whatever group it is of."""
        with request_transaction() as uow:
            outcome = children.command_child(
                uow, incident_id=incident_id, order_id=order_id, **body, expected_version=expected_version()
            )
            return outcome, etags.of_version(outcome.version)


@blp.route("/incidents/<uuid:incident_id>/orders/<uuid:order_id>/crew")
class ChildCrews(MethodView):
    """Crews across groups."""

    @blp.arguments(forms.ChildCrew)
    @blp.response(200, Outcome)
    def post(self, body: Loaded, incident_id: UUID, order_id: UUID) -> Answer:
        """Let technicians of any group into the crew of an order of an incident."""
        with request_transaction() as uow:
            outcome = children.crew_child(uow, incident_id=incident_id, order_id=order_id, **body)
            return outcome, etags.of_version(outcome.version)


@blp.route("/incidents/<uuid:incident_id>/suggestions")
class Suggestions(MethodView):
    """What may belong to an incident."""

    @blp.arguments(forms.Around, location="query")
    @blp.response(200, forms.SuggestedOrders)
    def get(self, query: Loaded, incident_id: UUID) -> Answer:
        """Propose orders of the same places and kind, received around the time when it was declared."""
        with request_reading() as reading:
            return {"items": suggestions.orders_for(reading, incident_id, **query)}


@blp.route("/incident-suggestions")
class SuspectedIncidents(MethodView):
    """What may be an incident."""

    @blp.arguments(forms.Suspected, location="query")
    @blp.response(200, forms.Clusters)
    def get(self, query: Loaded) -> Answer:
        """Tell where many orders of one kind came in lately and are not done."""
        with request_reading() as reading:
            return {"items": suggestions.incidents_suspected(reading, **query)}


@blp.route("/work-orders/<uuid:order_id>/take-over")
class TakeOver(MethodView):
    """An emergency in other hands."""

    @versioned
    @blp.arguments(forms.TakeOver)
    @blp.response(200, Outcome)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Take over an emergency, or an order of an incident (接管): for who leads there and is a technician."""
        with request_transaction() as uow:
            outcome = take_over(uow, order_id=order_id, **body, expected_version=expected_version())
            return outcome, etags.of_version(outcome.version)
