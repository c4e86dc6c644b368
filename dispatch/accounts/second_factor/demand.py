"""Who needs a second factor, and what is open to them until they have one."""

from collections.abc import Collection

from dispatch.accounts.callers import Caller
from kernel.actor import Role


def is_needed(roles: Collection[Role], demanded: frozenset[Role]) -> bool:
    """Tell whether somebody in these roles needs a second factor where it is `demanded` of some."""
    return not demanded.isdisjoint(roles)


def may_only_enrol(caller: Caller, demanded: frozenset[Role]) -> bool:
    """Tell whether a caller has yet to turn on a second factor, and may do nothing else.

    Sessions that were opened with a password alone are meant: an identity provider asks for whatever it wants itself, and a key
    of a program is none that people remember.
    """
    return caller.by_password and not caller.second_factor and is_needed(caller.actor.roles, demanded)
