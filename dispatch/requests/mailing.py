"""Receives requests that come as mail: once for each mail, from the customer if the sender is known."""

from dataclasses import replace
from uuid import UUID

from dispatch.customers import queries as customers
from dispatch.customers.particulars import plain_email
from dispatch.requests.channels import Channel
from dispatch.requests.letter import Letter, read_letter
from dispatch.requests.receiving import NewRequest, Received
from dispatch.requests.service import LONGEST_DESCRIPTION, receive
from dispatch.territory import queries as territory
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork

SOURCE = "mail"
CUT = "\n…"


def receive_mail(uow: UnitOfWork, *, region_id: UUID, raw: bytes) -> Received:
    """Receive a mail (RFC 5322) as a request of a region; the same mail again, by its Message-ID, is the same request.

    A sender whose address one customer of the region has is that customer, with their site if there is only one. What is
    attached is noted, not kept. A region's rules say what it is about, or else it waits for a person.

    Raises NotFound (territory.region_unknown), Forbidden (forbidden).
    """
    territory.region(uow, region_id)
    return receive(uow, request=_request(uow, region_id, read_letter(raw)))


def _request(uow: UnitOfWork, region_id: UUID, letter: Letter) -> NewRequest:
    text = letter.text
    if len(text) > LONGEST_DESCRIPTION:
        text = text[: LONGEST_DESCRIPTION - len(CUT)] + CUT
    new = NewRequest(
        None,
        letter.subject,
        channel=Channel.MAIL,
        description=text or None,
        region_id=region_id,
        contact_name=letter.sender_name or letter.sender,
        contact_email=_address(letter.sender),
        source=SOURCE,
        external_ref=letter.reference,
        attachments=letter.attachments,
        attended=False,
    )
    if new.contact_email is None:
        return new
    known = customers.customers_by_email(uow, region_id, new.contact_email)
    if len(known) != 1:
        return new
    customer = known[0]
    sites = customers.page_of_sites(uow, customer_id=customer.id, limit=2).items
    site_id = sites[0].id if len(sites) == 1 else None
    return replace(
        new, customer_id=customer.id, site_id=site_id, contact_name=customer.name, contact_phone=customer.phone
    )


def _address(text: str | None) -> str | None:
    try:
        return plain_email(text)
    except DomainError:
        return None
