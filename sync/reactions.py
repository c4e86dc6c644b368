"""Which events of the slices below sync acts on, with what acts below; the composition roots wire them."""

from functools import partial

from checklists import wiring as checklists
from checklists.media.events import MediaVerified
from dispatch.accounts.events import AccountClosed
from dispatch.territory.events import PlacesMoved
from dispatch.wiring import GEOCODING
from kernel.settings import Settings
from kernel.unit_of_work import Handlers, combined
from sync.devices import leaving
from sync.erasure import noting
from sync.reconcile.relocating import on_places_moved

HANDLERS: Handlers = combined(
    checklists.HANDLERS, {PlacesMoved: (on_places_moved,), MediaVerified: (noting.on_media_verified,)}
)


def handlers_of(settings: Settings) -> Handlers:
    """Return what a process acts on with these settings: addresses are looked up only where a provider is configured."""
    closing = partial(leaving.on_account_closed, grace_days=settings.push_grace_days)
    return combined(HANDLERS, {AccountClosed: (closing,)}, {} if settings.geocoder == "none" else GEOCODING)
