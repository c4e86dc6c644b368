"""What can be done with the rules about people: set them from a moment on."""

from datetime import datetime
from uuid import UUID

from dispatch.people import errors
from dispatch.people.authority import ABOVE_STATIONS, check_role
from dispatch.people.models import PeoplePolicy
from dispatch.people.rules.numbers import PeopleRules, check_rules, dump_rules
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def set_rules(
    uow: UnitOfWork, *, region_id: UUID, rules: PeopleRules, effective_from: datetime | None = None
) -> PeopleRules:
    """Set the rules of a region from a moment on (None: now), and return them. Set twice for one moment, the last counts.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden);
        Invalid (people.rules_wrong, people.in_the_past), with the path.
    """
    territory.region(uow, region_id)
    check_role(uow, Places(region_id), ABOVE_STATIONS)
    checked = check_rules(rules)
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.IN_THE_PAST(path="/effective_from")
    row = {
        "id": uow.new_id(),
        "region_id": region_id,
        "effective_from": begins,
        "rules": dump_rules(checked),
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
    }
    again = "(region_id, effective_from) DO UPDATE SET rules = excluded.rules, "
    again += "created_by = excluded.created_by, created_at = excluded.created_at"
    insert_rows(uow.session, PeoplePolicy, [row], on_conflict=again)
    return checked
