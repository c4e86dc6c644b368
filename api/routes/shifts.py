"""Single shifts on rosters, and swaps between two people."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.created import Created
from api.schemas.shifts import (
    SHIFTS,
    SWAPS,
    NewShift,
    NewSwap,
    Shift,
    ShiftChange,
    ShiftPage,
    ShiftQuery,
    ShiftRemoval,
    SwapAnswer,
    SwapOptionQuery,
    SwapPage,
    SwapQuery,
)
from api.transactions import request_reading, request_transaction
from dispatch.people.roster import queries, service, swaps

blp = Blueprint("shifts", "Shifts of people on the roster, changes of single ones, and swaps (换班).")


@blp.route("/shifts")
class Shifts(MethodView):
    """The shifts in scope."""

    @blp.arguments(ShiftQuery, location="query")
    @blp.page(ShiftPage)
    def get(self, query: Loaded) -> Answer:
        """List the shifts in your scope, and your own, the earliest first."""
        with request_reading() as reading:
            return SHIFTS.show(queries.page_of_shifts(reading, **query))

    @blp.arguments(NewShift)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Give somebody one more shift on a published day."""
        with request_transaction() as uow:
            return {"id": service.add_shift(uow, **body)}


@blp.route("/shifts/<uuid:shift_id>")
class OneShift(MethodView):
    """One shift."""

    @blp.response(200, Shift)
    def get(self, shift_id: UUID) -> Answer:
        """Show a shift, also one that was removed."""
        with request_reading() as reading:
            return queries.shift(reading, shift_id)

    @blp.arguments(ShiftChange)
    @blp.response(200, Shift)
    def patch(self, body: Loaded, shift_id: UUID) -> Answer:
        """Give a shift to somebody else, or make it another one; the answer is the shift that came in its place."""
        with request_transaction() as uow:
            return queries.shift(uow, service.change_shift(uow, shift_id=shift_id, **body))


@blp.route("/shifts/<uuid:shift_id>/removal")
class Removal(MethodView):
    """A shift is taken off the roster."""

    @blp.arguments(ShiftRemoval)
    @blp.response(200, Shift)
    def post(self, body: Loaded, shift_id: UUID) -> Answer:
        """Take a shift that has not begun off the roster."""
        with request_transaction() as uow:
            service.remove_shift(uow, shift_id=shift_id, **body)
            return queries.shift(uow, shift_id)


@blp.route("/shifts/<uuid:shift_id>/swap-options")
class SwapOptions(MethodView):
    """What a shift could be swapped with."""

    @blp.arguments(SwapOptionQuery, location="query")
    @blp.page(ShiftPage)
    def get(self, query: Loaded, shift_id: UUID) -> Answer:
        """List the coming shifts of others on the same roster."""
        with request_reading() as reading:
            return SHIFTS.show(queries.swap_options(reading, shift_id, **query))


@blp.route("/shift-swaps")
class Swaps(MethodView):
    """Swaps of shifts."""

    @blp.arguments(SwapQuery, location="query")
    @blp.page(SwapPage)
    def get(self, query: Loaded) -> Answer:
        """List the swaps in your scope, and those that concern you, the newest first."""
        with request_reading() as reading:
            return SWAPS.show(queries.page_of_swaps(reading, **query))

    @blp.arguments(NewSwap)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Ask to swap shifts. The other one has to agree; what the keeper of the roster enters takes effect at once."""
        with request_transaction() as uow:
            return {"id": swaps.ask_swap(uow, **body)}


@blp.route("/shift-swaps/<uuid:swap_id>/answer")
class SwapAnswers(MethodView):
    """The answer to a swap."""

    @blp.arguments(SwapAnswer)
    @blp.response(204)
    def post(self, body: Loaded, swap_id: UUID) -> Answer:
        """Agree to a swap that you were asked for, or refuse it."""
        with request_transaction() as uow:
            swaps.answer_swap(uow, swap_id=swap_id, **body)


@blp.route("/shift-swaps/<uuid:swap_id>/withdrawal")
class SwapWithdrawal(MethodView):
    """A swap is taken back."""

    @blp.response(204)
    def post(self, swap_id: UUID) -> Answer:
        """Take back a swap that you asked for and that was not answered yet."""
        with request_transaction() as uow:
            swaps.withdraw_swap(uow, swap_id=swap_id)
