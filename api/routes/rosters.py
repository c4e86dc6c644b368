"""Duty rosters: shifts as they recur, rotations, publishing, who is on duty, and when nobody is."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.created import Created
from api.schemas.rosters import (
    ROTATIONS,
    SHIFT_TYPES,
    Draft,
    DraftAsked,
    GapsQuery,
    NewRoster,
    NewRotation,
    NewShiftType,
    OnDutyList,
    OnDutyQuery,
    PublishedRoster,
    RosterGaps,
    RotationPage,
    RotationQuery,
    ShiftTypePage,
    ShiftTypeQuery,
)
from api.transactions import request_reading, request_transaction
from dispatch.people.roster import coverage, patterns, queries, service
from dispatch.people.roster.rotation import Member, PlannedShift

blp = Blueprint("rosters", "Duty rosters (排班) round the clock: shifts, rotations, who is on duty, and gaps.")


@blp.route("/shift-types")
class ShiftTypes(MethodView):
    """The shifts that places have."""

    @blp.arguments(ShiftTypeQuery, location="query")
    @blp.page(ShiftTypePage)
    def get(self, query: Loaded) -> Answer:
        """List the shifts of the places in your scope, by code."""
        with request_reading() as reading:
            return SHIFT_TYPES.show(queries.page_of_shift_types(reading, **query))

    @blp.arguments(NewShiftType)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Name a shift of a station or group by its times on the wall."""
        with request_transaction() as uow:
            return {"id": patterns.add_shift_type(uow, **body)}


@blp.route("/shift-types/<uuid:shift_type_id>")
class OneShiftType(MethodView):
    """One shift as it recurs."""

    @blp.response(204)
    def delete(self, shift_type_id: UUID) -> Answer:
        """Take a shift out of use; rosters that have it stay."""
        with request_transaction() as uow:
            patterns.retire_shift_type(uow, shift_type_id=shift_type_id)


@blp.route("/rotations")
class Rotations(MethodView):
    """The rotations that places have."""

    @blp.arguments(RotationQuery, location="query")
    @blp.page(RotationPage)
    def get(self, query: Loaded) -> Answer:
        """List the rotations of the places in your scope, by code."""
        with request_reading() as reading:
            return ROTATIONS.show(queries.page_of_rotations(reading, **query))

    @blp.arguments(NewRotation)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Name a cycle of days, such as 4 on and 2 off."""
        with request_transaction() as uow:
            return {"id": patterns.add_rotation(uow, **body)}


@blp.route("/rotations/<uuid:rotation_id>")
class OneRotation(MethodView):
    """One rotation."""

    @blp.response(204)
    def delete(self, rotation_id: UUID) -> Answer:
        """Take a rotation out of use."""
        with request_transaction() as uow:
            patterns.retire_rotation(uow, rotation_id=rotation_id)


@blp.route("/rotations/<uuid:rotation_id>/draft")
class RotationDraft(MethodView):
    """What a rotation would give its members."""

    @blp.arguments(DraftAsked)
    @blp.response(200, Draft)
    def post(self, body: Loaded, rotation_id: UUID) -> Answer:
        """Draft a roster from a rotation; nothing is stored until it is published."""
        members = [Member(**one) for one in body.pop("members")]
        with request_reading() as reading:
            return {"shifts": service.draft(reading, rotation_id=rotation_id, members=members, **body)}


@blp.route("/rosters")
class Rosters(MethodView):
    """Published rosters."""

    @blp.arguments(NewRoster)
    @blp.response(200, PublishedRoster)
    def post(self, body: Loaded) -> Answer:
        """Publish the roster of a place for some days, whole or not at all; published again, it changes nothing."""
        shifts = [PlannedShift(**one) for one in body.pop("shifts")]
        with request_transaction() as uow:
            return service.publish(uow, shifts=shifts, **body)


@blp.route("/on-duty")
class OnDutyNow(MethodView):
    """Who is on duty."""

    @blp.arguments(OnDutyQuery, location="query")
    @blp.response(200, OnDutyList)
    def get(self, query: Loaded) -> Answer:
        """List who is on duty for a group or station, now or at a moment, with their telephone numbers."""
        with request_reading() as reading:
            return {"items": coverage.on_duty(reading, **query)}


@blp.route("/roster-gaps")
class Gaps(MethodView):
    """Hours without anybody on duty."""

    @blp.arguments(GapsQuery, location="query")
    @blp.response(200, RosterGaps)
    def get(self, query: Loaded) -> Answer:
        """List the hours of the coming days in which nobody of a group or station is on duty and there."""
        with request_reading() as reading:
            return {"items": coverage.roster_gaps(reading, **query)}
