"""Lets rounds follow zones and groups that move, and ends those whose place is retired."""

from sqlalchemy import update

from dispatch.rounds.models import RoundOccurrence, RoundPlan
from dispatch.rounds.standing import PlanState
from dispatch.territory.events import PlaceRetired, PlacesMoved
from dispatch.territory.following import follow
from kernel.actor import Level
from kernel.unit_of_work import UnitOfWork

PLACE_RETIRED = "place_retired"


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give rounds and their visits, old ones too, the places that their zone or group has now."""
    follow(uow, event, RoundPlan, RoundOccurrence)


def on_place_retired(uow: UnitOfWork, event: PlaceRetired) -> None:
    """End the rounds of a place that is no more. One statement."""
    columns = {
        Level.ZONE: (RoundPlan.zone_id, event.places.zone_id),
        Level.GROUP: (RoundPlan.group_id, event.places.group_id),
        Level.STATION: (RoundPlan.station_id, event.places.station_id),
        Level.REGION: (RoundPlan.region_id, event.places.region_id),
    }
    column, place_id = columns[event.level]
    uow.session.execute(
        update(RoundPlan)
        .where(column == place_id, RoundPlan.state != PlanState.ENDED.value)
        .values(
            state=PlanState.ENDED.value,
            end_reason=PLACE_RETIRED,
            next_look_at=None,
            version=RoundPlan.version + 1,
            updated_at=uow.now,
        )
        .execution_options(synchronize_session=False)
    )
