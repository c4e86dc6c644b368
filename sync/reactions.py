"""Which events of the slices below sync acts on, with what acts below; the composition roots wire them."""

from checklists import wiring as checklists
from dispatch.territory.events import PlacesMoved
from kernel.unit_of_work import Handlers, combined
from sync.reconcile.relocating import on_places_moved

HANDLERS: Handlers = combined(checklists.HANDLERS, {PlacesMoved: (on_places_moved,)})
