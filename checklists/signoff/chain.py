"""The chain of a phone's sign-offs: each carries the link of the one before, so that one that is missing is noticed.

The link of a sign-off is the SHA-256 over the canonical form (RFC 8785) of

    {"id": "<op id>", "work_order_id": "…", "signed_digest": "<64 hexadecimal>", "signer_name": … or null,
     "refused_reason": … or null, "witness": … or null, "signature_media": … or null,
     "previous": "<link of the one before, 64 hexadecimal>" or null}

with ids and hexadecimal in lower case, and texts as they were sent. The first sign-off of a phone has no previous one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from checklists.canonical import digest_of
from checklists.signoff.snapshot import Signature


class Fault(StrEnum):
    """What is wrong with a link: the one before is missing, two follow the same one, or a phone began a second chain."""

    GAP = "gap"
    FORK = "fork"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-off in the chain of a phone."""

    sign_off_id: UUID
    work_order_id: UUID
    device_id: UUID | None
    link: bytes
    previous: bytes | None
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where a chain does not hold: at which sign-off, and why."""

    at: Link
    fault: Fault


def link_of(signature: Signature, work_order_id: UUID) -> bytes:
    """Return the link of a sign-off, by which the next one names it."""
    return digest_of(
        {
            "id": str(signature.op_id),
            "work_order_id": str(work_order_id),
            "signed_digest": signature.signed_digest.hex(),
            "signer_name": signature.signer_name,
            "refused_reason": signature.refused_reason,
            "witness": signature.witness,
            "signature_media": signature.signature_media,
            "previous": None if signature.previous is None else signature.previous.hex(),
        }
    )


def inspect(links: Sequence[Link]) -> tuple[Broken, ...]:
    """Say where the chain of one phone does not hold, whatever order its sign-offs arrived in; a gap closes when it is filled."""
    known = {one.link for one in links}
    after = Counter(one.previous for one in links if one.previous is not None)
    found: list[Broken] = []
    begun = False
    for one in sorted(links, key=lambda one: (one.at, one.sign_off_id)):
        if one.previous is None:
            if begun:
                found.append(Broken(one, Fault.RESTART))
            begun = True
        elif one.previous not in known:
            found.append(Broken(one, Fault.GAP))
        elif after[one.previous] > 1:
            found.append(Broken(one, Fault.FORK))
    return tuple(found)
