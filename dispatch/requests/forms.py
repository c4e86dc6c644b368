"""Web forms: how customers report without a login, by a key of their region, and no more often than it allows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update

from dispatch.requests import errors
from dispatch.requests.channels import Channel
from dispatch.requests.models import ServiceRequest, WebForm
from dispatch.requests.policy_of import policy_at
from dispatch.requests.receiving import NewRequest, Received
from dispatch.requests.service import receive
from dispatch.territory import queries as territory
from dispatch.texts import line, plain_phone
from dispatch.turns import take_turn
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.database import Page, read_page
from kernel.errors import FORBIDDEN, TOO_MANY, DomainError
from kernel.identifiers import new_secret, secret_digest
from kernel.sealed_columns import found_by
from kernel.unit_of_work import Reading, UnitOfWork

KEEPERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A web form; its key is shown once, when it is opened."""

    id: UUID
    region_id: UUID
    label: str
    created_by: UUID
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A form that was just opened, with its key."""

    id: UUID
    key: str


_ROW = tuple(getattr(WebForm, name) for name in FormRow.__dataclass_fields__)


def page_of_forms(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, region_id: UUID | None = None
) -> Page[FormRow]:
    """Return one page of the web forms of regions in scope, the newest first; the key is (id)."""
    statement = select(*_ROW).where(reading.actor.scope.sees(region=WebForm.region_id))
    if region_id is not None:
        statement = statement.where(WebForm.region_id == region_id)
    page: Page[Any] = read_page(reading.session, statement, key=(WebForm.id,), limit=limit, after=after)
    return Page(tuple(FormRow(*row) for row in page.items), page.after)


def open_form(uow: UnitOfWork, *, region_id: UUID, label: str) -> OpenedForm:
    """Open a web form for a region, and return its key: the only time that it is shown.

    Raises NotFound (territory.region_unknown), Forbidden (forbidden), Invalid (invalid) with the path.
    """
    territory.region(uow, region_id)
    _check_keeper(uow, region_id)
    opened = OpenedForm(uow.new_id(), new_secret())
    row = {
        "id": opened.id,
        "region_id": region_id,
        "label": line(label, longest=120, path="/label"),
        "digest": secret_digest(opened.key),
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
        "closed_at": None,
    }
    insert_rows(uow.session, WebForm, [row])
    return opened


def close_form(uow: UnitOfWork, *, form_id: UUID) -> None:
    """Close a web form for ever. Raises NotFound (request.form_unknown), Forbidden (forbidden)."""
    seen = select(WebForm.region_id).where(WebForm.id == form_id, uow.actor.scope.sees(region=WebForm.region_id))
    region_id = uow.session.scalar(seen)
    if region_id is None:
        raise errors.FORM_UNKNOWN()
    _check_keeper(uow, region_id)
    uow.session.execute(
        update(WebForm).where(WebForm.id == form_id, WebForm.closed_at.is_(None)).values(closed_at=uow.now)
    )


def submit(uow: UnitOfWork, *, key: str, request: NewRequest) -> Received:
    """Receive what a customer filled in, as the product itself: nobody owns it until somebody of the desk takes it.

    A position on the border of two zones is no reason to send a customer away: a person decides later.

    Raises:
        NotFound (request.form_unknown); Invalid (request.contact_missing and all that `receive` raises), with the path;
        TooMany (too-many-requests): more than the region allows in an hour for all, or for one contact.
    """
    form = uow.session.execute(
        select(WebForm.id, WebForm.region_id).where(WebForm.digest == secret_digest(key), WebForm.closed_at.is_(None))
    ).one_or_none()
    if form is None:
        raise errors.FORM_UNKNOWN()
    if not request.contact_phone and not request.contact_email:
        raise errors.CONTACT_MISSING(path="/contact_phone")
    source = f"form:{form.id.hex[:24]}"
    _check_rate(uow, form.region_id, source, request)
    new = replace(request, region_id=form.region_id, channel=Channel.WEB, source=source, work_type=None)
    if new.external_ref is None:
        new = replace(new, external_ref=str(uow.new_id()))
    try:
        return receive(uow, request=new)
    except DomainError as refused:
        if refused.entry is not errors.ZONE_AMBIGUOUS:
            raise
        where = f"{new.description or ''}\n\n({new.lat}, {new.lon})".strip()
        return receive(uow, request=replace(new, lat=None, lon=None, description=where))


def _check_rate(uow: UnitOfWork, region_id: UUID, source: str, request: NewRequest) -> None:
    """Count what came in within the last hour, one at a time."""
    take_turn(uow, "web form", source)
    policy = policy_at(uow, region_id, uow.now)
    recent = [
        ServiceRequest.region_id == region_id,
        ServiceRequest.received_at > uow.now - HOUR,
        ServiceRequest.source == source,
    ]
    given = (
        (ServiceRequest.contact_phone, plain_phone(request.contact_phone)),
        (ServiceRequest.contact_email, (request.contact_email or "").strip().lower() or None),
    )
    contact = or_(*(found_by(uow.sealer, column, value) for column, value in given if value is not None))
    limits: tuple[tuple[int, list[ColumnElement[bool]]], ...] = (
        (policy.form_per_hour, []),
        (policy.form_per_contact, [contact]),
    )
    for most, conditions in limits:
        count = uow.session.scalar(select(func.count()).select_from(ServiceRequest).where(*recent, *conditions))
        if (count or 0) >= most:
            raise TOO_MANY(retry_after_seconds=int(HOUR.total_seconds()))


def _check_keeper(uow: UnitOfWork, region_id: UUID) -> None:
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(KEEPERS):
        raise FORBIDDEN()
