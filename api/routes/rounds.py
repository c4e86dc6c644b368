"""Preventive rounds (巡检): planned by a rule of recurrence, their visits, and how well they are kept."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api import csv_tables, etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.schemas import rounds as forms
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.rounds import compliance, queries, service
from dispatch.rounds.compliance import Period
from dispatch.rounds.open_plan import Outcome
from dispatch.rounds.planning import Wanted
from dispatch.rounds.previewing import preview
from dispatch.rounds.queries import OccurrenceFilter

blp = Blueprint("rounds", "Preventive rounds (巡检): orders made ahead of time by a rule of recurrence.")
_TABLE: dict[str, Any] = {
    "content_type": "text/csv",
    "description": "A table, UTF-8 with a byte order mark.",
}
OCCURRENCES = {
    "title": ("round", "巡检计划"),
    "day": ("day", "日期"),
    "window_start_at": ("from", "开始"),
    "window_end_at": ("to", "截止"),
    "state": ("state", "状态"),
    "is_missed": ("missed", "漏检"),
    "is_late": ("late", "超时完成"),
    "done_at": ("done at", "完成时间"),
    "zone_id": ("zone", "片区"),
    "target_id": ("target", "巡检对象"),
    "work_order_id": ("work order", "工单"),
    "plan_id": ("round id", "计划编号"),
    "id": ("id", "编号"),
}
COMPLIANCE = {
    "title": ("round", "巡检计划"),
    "work_type": ("work type", "工单类型"),
    "planned": ("planned", "应检"),
    "generated": ("generated", "已派单"),
    "in_time": ("done in time", "按时完成"),
    "late": ("late", "超时完成"),
    "missed": ("missed", "漏检"),
    "ahead": ("ahead", "未到期"),
    "withdrawn": ("withdrawn", "已撤回"),
    "kept_percent": ("kept in %", "按时率%"),
    "plan_id": ("round id", "计划编号"),
}


def _answer(outcome: Outcome) -> Answer:
    return outcome, etags.of_version(outcome.version)


def _changes(body: Loaded) -> Loaded:
    """Take what is said of the plan itself out of a body."""
    names = [name for name in body if name in Wanted.__dataclass_fields__]
    lists = {"target_ids", "asset_kinds"}
    return {name: tuple(value) if name in lists else value for name in names for value in [body.pop(name)]}


def _filter(query: Loaded) -> OccurrenceFilter:
    return OccurrenceFilter(states=tuple(query.pop("state", ())), **query)


@blp.route("/rounds")
class Rounds(MethodView):
    """All rounds in scope."""

    @blp.arguments(forms.RoundQuery, location="query")
    @blp.page(forms.RoundPage)
    def get(self, query: Loaded) -> Answer:
        """List the rounds at your places, and those that hold a zone of yours; the newest first."""
        states = tuple(query.pop("state", ()))
        with request_reading() as reading:
            return forms.ROUNDS.show(queries.page_of_rounds(reading, states=states, **query))

    @blp.arguments(forms.NewRound)
    @blp.response(201, forms.RoundOutcome)
    def post(self, body: Loaded) -> Answer:
        """Plan a round at a station, a group or a zone."""
        wanted = Wanted(**_changes(body))
        with request_transaction() as uow:
            return _answer(service.plan_round(uow, wanted=wanted, **body))


@blp.route("/rounds/<uuid:plan_id>")
class Round(MethodView):
    """One round."""

    @conditional
    @blp.response(200, forms.RoundDetail)
    def get(self, plan_id: UUID) -> Answer:
        """Show a round."""
        with request_reading() as reading:
            found = queries.round_of(reading, plan_id)
            return found, etags.of_version(found.row.version)

    @versioned
    @blp.arguments(forms.RoundChange)
    @blp.response(200, forms.RoundOutcome)
    def patch(self, body: Loaded, plan_id: UUID) -> Answer:
        """Change a round from the first visit on that has no orders yet."""
        changes = _changes(body)
        with request_transaction() as uow:
            version = expected_version()
            return _answer(
                service.change_round(uow, plan_id=plan_id, changes=changes, **body, expected_version=version)
            )


@blp.route("/rounds/<uuid:plan_id>/steps")
class RoundSteps(MethodView):
    """What is asked of a round."""

    @versioned
    @blp.arguments(forms.RoundStep)
    @blp.response(200, forms.RoundOutcome)
    def post(self, body: Loaded, plan_id: UUID) -> Answer:
        """Pause a round, let it go on, or end it. What falls into a pause is not caught up."""
        with request_transaction() as uow:
            return _answer(service.step_round(uow, plan_id=plan_id, **body, expected_version=expected_version()))


@blp.route("/rounds/<uuid:plan_id>/preview")
class RoundPreview(MethodView):
    """What comes next of a round."""

    @blp.arguments(forms.RoundPreviewQuery, location="query")
    @blp.response(200, forms.RoundPreview)
    def get(self, query: Loaded, plan_id: UUID) -> Answer:
        """Show the next days of a round's rule, with those that holidays move or leave out."""
        with request_reading() as reading:
            return preview(reading, plan_id, **query)


@blp.route("/rounds/<uuid:plan_id>/events")
class RoundEvents(MethodView):
    """The log of a round."""

    @blp.arguments(forms.RoundEventQuery, location="query")
    @blp.page(forms.RoundEventPage)
    def get(self, query: Loaded, plan_id: UUID) -> Answer:
        """List what was asked of a round, by whom and when, the earliest first."""
        with request_reading() as reading:
            return forms.EVENTS.show(queries.events_of(reading, plan_id, **query))


@blp.route("/round-occurrences")
class RoundOccurrences(MethodView):
    """The visits of rounds."""

    @blp.arguments(forms.RoundOccurrenceQuery, location="query")
    @blp.page(forms.RoundOccurrencePage)
    def get(self, query: Loaded) -> Answer:
        """List the visits of rounds in your scope, the latest window first; `missed=true` shows what was not done."""
        limit, after = query.pop("limit"), query.pop("after")
        with request_reading() as reading:
            page = queries.page_of_occurrences(reading, filters=_filter(query), limit=limit, after=after)
            return forms.OCCURRENCES.show(page)


@blp.route("/round-occurrences.csv")
class RoundOccurrencesCsv(MethodView):
    """The visits of rounds, as a table."""

    @blp.arguments(forms.RoundOccurrenceExport, location="query")
    @blp.response(200, {"type": "string"}, **_TABLE)
    def get(self, query: Loaded) -> Answer:
        """Export the visits of rounds in your scope as CSV."""
        filters = _filter(query)

        def read(reading: Any, limit: int, after: Any) -> Any:
            return queries.page_of_occurrences(reading, filters=filters, limit=limit, after=after)

        return csv_tables.respond("round-occurrences.csv", OCCURRENCES, read)


@blp.route("/round-compliance")
class RoundCompliance(MethodView):
    """How well rounds are kept."""

    @blp.arguments(forms.RoundComplianceQuery, location="query")
    @blp.page(forms.RoundCompliancePage)
    def get(self, query: Loaded) -> Answer:
        """Tell for each round what was planned in a time, and what became of it."""
        limit, after = query.pop("limit"), query.pop("after")
        with request_reading() as reading:
            page = compliance.page_of_compliance(reading, period=Period(**query), limit=limit, after=after)
            return forms.COMPLIANCE.show(page)


@blp.route("/round-compliance.csv")
class RoundComplianceCsv(MethodView):
    """How well rounds are kept, as a table."""

    @blp.arguments(forms.RoundComplianceExport, location="query")
    @blp.response(200, {"type": "string"}, **_TABLE)
    def get(self, query: Loaded) -> Answer:
        """Export how well rounds were kept as CSV."""
        period = Period(**query)

        def read(reading: Any, limit: int, after: Any) -> Any:
            return compliance.page_of_compliance(reading, period=period, limit=limit, after=after)

        return csv_tables.respond("round-compliance.csv", COMPLIANCE, read)
