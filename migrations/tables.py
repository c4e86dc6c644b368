"""Every table of the product, gathered for Alembic and for tests: importing this module registers them all."""

from importlib import import_module

from kernel.database import Base

for module in (
    "kernel.change_feed",
    "kernel.outbox",
    "kernel.idempotency",
    "kernel.audit.models",
    "kernel.sealing_register",
    "dispatch.accounts.models",
    "dispatch.accounts.sessions.models",
    "dispatch.accounts.keys.models",
    "dispatch.accounts.second_factor.models",
    "dispatch.accounts.throttle.models",
    "dispatch.territory.models",
    "dispatch.notifications.models",
    "dispatch.geocoding.models",
    "dispatch.people.models",
    "dispatch.single_sign_on.models",
    "dispatch.policies.models",
    "dispatch.customers.models",
    "dispatch.assets.models",
    "dispatch.sla.models",
    "dispatch.work_orders.models",
    "dispatch.incidents.models",
    "dispatch.consultations.models",
    "dispatch.calendar_feeds.models",
    "dispatch.fees.models",
    "dispatch.requests.models",
    "dispatch.assignment.models",
    "dispatch.rounds.models",
    "dispatch.outages.models",
    "dispatch.zoning.models",
    "dispatch.webhooks.models",
    "dispatch.exports.models",
    "dispatch.imports.models",
    "checklists.templates.models",
    "checklists.media.models",
    "checklists.runs.models",
    "checklists.signoff.models",
    "checklists.links.models",
    "checklists.reports.models",
    "checklists.review.models",
    "sync.erasure.models",
    "sync.devices.models",
    "sync.feed.models",
    "sync.ingest.models",
    "sync.quarantine.models",
    "sync.uploads.models",
    "sync.reconcile.models",
):
    import_module(module)

METADATA = Base.metadata
