"""What a reviewer has before them: the work as its checklist shows it, and what each item is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from checklists.media import errors as media_errors
from checklists.media import queries as media
from checklists.media.queries import MediaRow
from checklists.review import errors
from checklists.review.policy_of import rules_of
from checklists.review.queue.holding import check_neutral
from checklists.review.queue.opened import OpenedPart, seen_part
from checklists.review.scoring.masking import masked_name, masked_phone, scrubbed
from checklists.review.scoring.standard import standard
from checklists.review.states import SlotState
from checklists.review.who import own_groups
from checklists.runs import queries as runs
from checklists.runs.queries import OpenView
from checklists.runs.visibility import look
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Item
from dispatch.customers import queries as customers
from dispatch.work_orders.briefs import OrderBrief, briefs_of
from kernel.actor import system_actor
from kernel.unit_of_work import Reading

WITHHELD = frozenset({AnswerType.GEO_POINT})
"""Answers that assessors do not see: where the customer lives."""


@dataclass(frozen=True, slots=True)
class SheetItem:
    """An item with its answer. `most` is what it is worth (None: it is not scored); `media` are names with SHA-256 digests."""

    key: str
    step: str
    label: Mapping[str, str]
    type: str
    unit: str | None
    critical: bool
    value: Any
    note: str | None
    failed: bool
    withheld: bool
    media: tuple[dict[str, str | None], ...]
    most: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part of a review as its reviewer sees it. For assessors the customer is masked, and neither title nor technician told."""

    id: UUID
    review_id: UUID
    nth: int
    state: str
    number: str
    work_type: str
    template_code: str
    title: str | None
    technician_id: UUID | None
    customer_name: str | None
    customer_phone: str | None
    minimised: bool
    items: tuple[SheetItem, ...]


def sheet(reading: Reading, slot_id: UUID) -> Sheet:
    """Return what a reviewer sees of a part that waits, or that they have in hands.

    What was handed to an assessor they see until they handed it in; nobody sees the work of their own group.

    Raises NotFound (review.unknown), Forbidden (review.own_group).
    """
    opened = seen_part(reading, slot_id)
    part = opened.part
    minimised = part.handed_to == reading.actor.user_id
    if part.state not in (SlotState.OPEN, SlotState.CLAIMED):
        raise errors.UNKNOWN()
    check_neutral(part, reading.actor.user_id, own_groups(reading))
    return _made(Reading(reading.session, system_actor(), reading.now), opened, minimised=minimised)


def media_of_sheet(reading: Reading, slot_id: UUID, media_id: str) -> MediaRow:
    """Return a photo of the work that a reviewer sees. Raises NotFound (review.unknown, media.unknown, media.awaited)."""
    made = sheet(reading, slot_id)
    names = {one["media_id"] for item in made.items for one in item.media}
    if media_id not in names:
        raise media_errors.UNKNOWN()
    everything = Reading(reading.session, system_actor(), reading.now)
    order_id = seen_part(reading, slot_id).review.work_order_id
    return media.media_file(everything, order_id, media_id)


def scored_items(everything: Reading, opened: OpenedPart) -> dict[str, int]:
    """Return what each item of the work is worth, for the product's own reading."""
    view = runs.open_view(everything, opened.review.work_order_id)
    rules = rules_of(everything, opened.review.region_id)
    shown = look(view.checklist, view.values).shown
    return standard(view.checklist.items, shown, opened.review.template_code, rules)


def _made(everything: Reading, opened: OpenedPart, *, minimised: bool) -> Sheet:
    review = opened.review
    order = briefs_of(everything, [review.work_order_id])[review.work_order_id]
    view = runs.open_view(everything, review.work_order_id)
    shown = look(view.checklist, view.values).shown
    most = standard(view.checklist.items, shown, review.template_code, rules_of(everything, review.region_id))
    digests = media.digests_of(everything.session, review.work_order_id)
    items = tuple(
        _item(item, view, most.get(item.key), digests)
        for item in view.checklist.items
        if item.key in shown and item.type not in (AnswerType.SIGNATURE, AnswerType.NOTE)
    )
    name, phone = _customer(everything, order)
    made = Sheet(
        opened.part.id,
        review.id,
        opened.nth,
        opened.part.state.value,
        order.number,
        review.work_type,
        review.template_code,
        order.title,
        review.technician_id,
        name,
        phone,
        False,
        items,
    )
    return _minimised(made) if minimised else made


def _item(item: Item, view: OpenView, most: int | None, digests: Mapping[str, str]) -> SheetItem:
    entry = view.entries.get(item.key, {})
    named = list(entry.get("media", []))
    value = entry.get("value")
    if item.type is AnswerType.PHOTO and isinstance(value, list):
        named = [*value, *(one for one in named if one not in value)]
    files = tuple({"media_id": str(one), "sha256": digests.get(str(one))} for one in named)
    return SheetItem(
        item.key,
        item.step.value,
        item.label,
        item.type.value,
        item.unit,
        item.critical,
        value,
        entry.get("note"),
        bool(entry.get("failed", False)),
        False,
        files,
        most,
    )


def _customer(everything: Reading, order: OrderBrief) -> tuple[str | None, str | None]:
    if order.customer_id is None:
        return None, None
    contact: Mapping[str, Any] = customers.contacts_of(everything, [order.customer_id]).get(order.customer_id) or {}
    return contact.get("name"), contact.get("phone")


def _minimised(made: Sheet) -> Sheet:
    def hidden(item: SheetItem) -> SheetItem:
        value = None if item.type in WITHHELD else item.value
        if isinstance(value, str):
            value = scrubbed(value, made.customer_name)
        note = None if item.note is None else scrubbed(item.note, made.customer_name)
        return replace(item, value=value, note=note, withheld=item.type in WITHHELD)

    return replace(
        made,
        title=None,
        technician_id=None,
        customer_name=masked_name(made.customer_name),
        customer_phone=masked_phone(made.customer_phone),
        minimised=True,
        items=tuple(hidden(item) for item in made.items),
    )
