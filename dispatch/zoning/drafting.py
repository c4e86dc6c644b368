"""Makes a proposal from a station as it is: looked at and thought about, without holding anything up."""

from uuid import UUID

from dispatch.territory import ground_plan
from dispatch.territory import queries as territory
from dispatch.territory.locking import check_writer
from dispatch.territory.places import Places
from dispatch.zoning import errors
from dispatch.zoning.loading import load_basis
from dispatch.zoning.proposing import propose
from dispatch.zoning.service import NewProposal
from kernel.unit_of_work import Reading

DAYS = 90
SUBSCRIBER_PERCENT = 50


def draft(
    reading: Reading,
    *,
    station_id: UUID,
    days: int = DAYS,
    subscriber_percent: int = SUBSCRIBER_PERCENT,
    groups: int | None = None,
    proposal_id: UUID | None = None,
) -> NewProposal:
    """Make a proposal for a station; it takes some seconds for a hundred zones, and writes nothing. See `service.keep`.

    Half of a zone's load are its subscribers, unless `subscriber_percent` says otherwise; the rest is the work of the last
    `days` and what is open. `groups` is how many there are to be (None: as many as today, if possible).

    Raises:
        NotFound (territory.station_unknown); Forbidden (forbidden); Conflict (zoning.no_zones);
        Invalid (zoning.groups_impossible), with the path.
    """
    station = territory.station(reading, station_id)
    check_writer(reading, Places(station.region_id, station_id))
    basis = load_basis(reading, station_id, days=days, subscriber_percent=subscriber_percent)
    if not basis.zones:
        raise errors.NO_ZONES()
    return NewProposal(
        proposal_id, station_id, basis, propose(basis, groups, ground_plan.codes_of_station(reading, station_id))
    )
