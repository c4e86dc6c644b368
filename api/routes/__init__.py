"""The addresses of the API, a module for each subject."""

from api.blueprints import Blueprint
from api.routes import (
    calendars,
    checklists,
    clocks,
    conflicts,
    customers,
    devices,
    operations,
    pilots,
    places,
    service_requests,
    session,
    sla_policies,
    sync,
    technicians,
    templates,
    users,
    work_orders,
    zones,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    session.blp,
    users.blp,
    places.blp,
    zones.blp,
    technicians.blp,
    customers.blp,
    service_requests.blp,
    sla_policies.blp,
    calendars.blp,
    pilots.blp,
    work_orders.blp,
    clocks.blp,
    checklists.blp,
    templates.blp,
    conflicts.blp,
    devices.blp,
    sync.blp,
    operations.blp,
)
