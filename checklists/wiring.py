"""Which events of the slices below the checklists act on, with what acts below; the composition roots wire them."""

from checklists.media.events import MediaVerified
from checklists.reports.service import on_runs_signed
from checklists.review import relocating as review
from checklists.review.verdict import again
from checklists.runs import following, telling
from checklists.runs.events import RunsFailing, RunsSigned
from checklists.runs.service import (
    on_history_removed,
    on_media_verified,
    on_orders_archived,
    on_orders_created,
    on_orders_granted,
    on_orders_revoked,
)
from checklists.runs.signing import on_fees_changed, on_photos_came
from checklists.templates.trials import on_pilot_changed, on_pilot_starting
from dispatch import wiring as dispatch
from dispatch.fees.events import FeesChanged
from dispatch.territory.events import PlacesMoved
from dispatch.territory.pilot_events import PilotChanged, PilotStarting
from dispatch.work_orders.events import (
    HistoryRemoved,
    OrdersArchived,
    OrdersCreated,
    OrdersGranted,
    OrdersMoved,
    OrdersRevoked,
)
from kernel.unit_of_work import Handlers, combined

HANDLERS: Handlers = combined(
    dispatch.HANDLERS,
    {
        OrdersCreated: (on_orders_created,),
        HistoryRemoved: (on_history_removed,),
        OrdersGranted: (on_orders_granted,),
        OrdersRevoked: (on_orders_revoked,),
        OrdersArchived: (on_orders_archived,),
        MediaVerified: (on_media_verified, on_photos_came),
        RunsSigned: (on_runs_signed, telling.on_runs_signed),
        RunsFailing: (following.on_runs_failing,),
        OrdersMoved: (following.on_orders_moved, again.on_orders_moved),
        FeesChanged: (on_fees_changed,),
        PlacesMoved: (review.on_places_moved,),
        PilotStarting: (on_pilot_starting,),
        PilotChanged: (on_pilot_changed,),
    },
)
