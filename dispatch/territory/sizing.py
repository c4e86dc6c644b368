"""Keeps maintenance groups at their size: the policy of a region, and the reasons for what goes beyond it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from dispatch.territory import errors, queries
from dispatch.territory.group_size import Bounds
from dispatch.territory.locking import ABOVE_STATIONS, check_working, check_writer, locked
from dispatch.territory.models import GroupSizePolicy, GroupSizeReason, Zone
from dispatch.territory.places import Places
from dispatch.territory.sizes import bounds_at
from dispatch.texts import line, optional_line
from kernel.actor import Level
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

REASON_LENGTH = 200


def set_bounds(
    uow: UnitOfWork, *, region_id: UUID, fewest: int, most: int, effective_from: datetime | None = None
) -> UUID | None:
    """Say how many zones the groups of a region hold from a moment on (None: now); returns the policy's id.

    Groups stay as they are; those that are out of the new bounds are reported. Set as it is already, nothing changes (None).

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden): not of the region's operations;
        Invalid (territory.bounds_wrong, territory.policy_in_the_past), with the path.
    """
    queries.region(uow, region_id)
    check_writer(uow, Places(region_id), ABOVE_STATIONS)
    if not 1 <= fewest <= most:
        raise errors.BOUNDS_WRONG(path="/fewest" if fewest < 1 else "/most")
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.POLICY_IN_THE_PAST(path="/effective_from")
    if bounds_at(uow, region_id, begins) == Bounds(fewest, most):
        return None
    key = uow.new_id()
    row = {"id": key, "region_id": region_id, "fewest": fewest, "most": most, "effective_from": begins}
    insert_rows(uow.session, GroupSizePolicy, [{**row, "set_by": uow.actor.user_id, "created_at": uow.now}])
    return key


def zone_counts(uow: UnitOfWork, group_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many working zones these groups hold; lock the groups before, so that it stays true."""
    counted = uow.session.execute(
        select(Zone.group_id, func.count())
        .where(Zone.group_id.in_(group_ids), Zone.retired_at.is_(None))
        .group_by(Zone.group_id)
    )
    return dict.fromkeys(group_ids, 0) | {row[0]: row[1] for row in counted}


def check_sizes(
    uow: UnitOfWork, region_id: UUID, before: Mapping[UUID, int], after: Mapping[UUID, int], reason: str | None
) -> None:
    """Hold a change to the rule: what leads further out of the bounds takes a reason, which is kept with who and when.

    `before` and `after` are the zones of the same groups, which are locked.

    Raises Conflict (territory.size_reason_missing), with the groups; Invalid (invalid): the reason is too long.
    """
    bounds = bounds_at(uow, region_id, uow.now)
    broken = [group_id for group_id in sorted(after) if bounds.broken_by(before[group_id], after[group_id])]
    given = optional_line(reason, longest=REASON_LENGTH, path="/size_reason")
    if broken and given is None:
        raise errors.SIZE_REASON_MISSING(
            f"a group holds {bounds.fewest} to {bounds.most} zones",
            path="/size_reason",
            fewest=bounds.fewest,
            most=bounds.most,
            groups=[{"group_id": str(key), "before": before[key], "after": after[key]} for key in broken],
        )
    _keep(uow, region_id, {key: after[key] for key in broken}, given or "")


def explain_size(uow: UnitOfWork, *, group_id: UUID, reason: str) -> None:
    """Say why a group holds the number of zones that it holds now; kept with who and when.

    Raises NotFound (territory.group_unknown), Forbidden (forbidden), Conflict (territory.retired), Invalid (invalid).
    """
    row = locked(uow, Level.GROUP, group_id)
    check_working(row)
    given = line(reason, longest=REASON_LENGTH, path="/reason")
    _keep(uow, row.region_id, zone_counts(uow, [group_id]), given)


def _keep(uow: UnitOfWork, region_id: UUID, zones: Mapping[UUID, int], reason: str) -> None:
    rows = [
        {
            "id": uow.new_id(),
            "region_id": region_id,
            "group_id": group_id,
            "zones": count,
            "reason": reason,
            "decided_by": uow.actor.user_id,
            "decided_at": uow.now,
        }
        for group_id, count in zones.items()
    ]
    insert_rows(uow.session, GroupSizeReason, rows)
