"""What a customer signs: the snapshot of a checklist, its digest, and what a signature is worth when the content moves on.

The snapshot is this JSON object, whose SHA-256 over the canonical form of RFC 8785 is the digest to sign:

    {"schema": "fieldbeat/sign-off/2",
     "work_order_id": "<id of the order, lower case>",
     "template_version_id": "<id of the template version, lower case>",
     "answers": {"<item key>": <value in force>, …},
     "also": {"<item key>": [<value>, …], …},
     "times": {"arrived_at": "<UTC, milliseconds, Z>" or null, "started_at": …, "completed_at": …},
     "photos": {"<media id>": "<SHA-256, lower case>" or null, …},
     "parts": [<line>, …], "fees": [<line>, …], "totals": [<total>, …]}

The first version, `fieldbeat/sign-off/1`, ends after `also`; it is still taken from who signs it.

- All of it is in the run document that a phone pulls (`work_order_id`, `template.id`, and of each entry of `answers` its `value`
  and `also`), to which the phone applies its own answers that are not handed in yet.
- `answers` holds the items that are shown and whose value is not null, exactly as recorded: a number is the number, a photo item
  is the list of its media ids. Items of the type `signature` are never in it. Items of the policy `manual` that wait for a
  decision have no value.
- `also` holds, for items of the policy `keep_both` with several values, those beside the one in force in the order of the
  document. It is always there, and mostly empty.
- `times` are those of the last arrival and the last start by the clock of who recorded them (`occurred_at`), cut to milliseconds,
  and when the work was done as the phone shows it, which comes with the signature.
- `photos` are the media of photo items and of answers that have some, among the answers above; the phone sends the hashes that it
  showed with the signature, null for one that it does not know.
- `parts` and `fees` are the lines of the order's document (`fees.lines`) in the order of their ids: those of the kind `part`, and
  the others; `totals` are its totals.
- Labels, units and bounds follow from the template version, which never changes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from checklists.canonical import digest_of
from checklists.signoff import errors
from checklists.signoff.seen import FIRST, FIRST_TERMS, SECOND, Terms

SCHEMAS = {FIRST: "fieldbeat/sign-off/1", SECOND: "fieldbeat/sign-off/2"}
LONGEST = {"signer_name": 80, "refused_reason": 200, "witness": 80, "signature_media": 64}
"""The most characters of each text of a sign-off."""

_HEX = re.compile("[0-9A-Fa-f]{64}")


def snapshot(
    work_order_id: UUID,
    template_version_id: UUID,
    values: Mapping[str, Any],
    also: Mapping[str, Sequence[Any]],
    seen: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make the snapshot of a checklist from the values in force by item and those kept beside them.

    With what is `seen` beside the answers it is one of the second version.
    """
    return {
        "schema": SCHEMAS[FIRST if seen is None else SECOND],
        "work_order_id": str(work_order_id),
        "template_version_id": str(template_version_id),
        "answers": {key: value for key, value in values.items() if value is not None},
        "also": {key: list(others) for key, others in also.items() if others},
        **(seen or {}),
    }


def digest_to_sign(content: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of a snapshot's canonical form."""
    return digest_of(content)


def read_digest(text: object) -> bytes:
    """Read a digest from its 64 hexadecimal characters. Raises Invalid (signoff.digest_malformed)."""
    if isinstance(text, str) and _HEX.fullmatch(text):
        return bytes.fromhex(text)
    raise errors.DIGEST_MALFORMED(path="/signed_digest")


class Method(StrEnum):
    """Where a customer signed: on the technician's phone, at a desk, or on their own phone by a link."""

    DEVICE = "device"
    DESK = "desk"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a customer signed, or refused to sign, as it was given. The id is the op's."""

    op_id: UUID
    signed_digest: bytes
    effective_at: datetime
    user_id: UUID
    signer_name: str | None = None
    refused_reason: str | None = None
    witness: str | None = None
    signature_media: str | None = None
    device_id: UUID | None = None
    terms: Terms = FIRST_TERMS
    # The link of the sign-off that the same phone made before, and whether the phone keeps such a chain.
    previous: bytes | None = None
    chained: bool = False
    method: Method = Method.DEVICE

    @property
    def key(self) -> tuple[datetime, UUID]:
        """The corrected time, then the id: the order of signatures, whenever they arrived."""
        return (self.effective_at, self.op_id)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the server says of a signature: its revision, and what the checklist held as of its time, with the digest of that.

    `content` is None where it was not read back from storage.
    """

    revision: int
    server_digest: bytes
    content: dict[str, Any] | None = None


def check_signature(signature: Signature) -> None:
    """See that a sign-off says who signed, or why nobody did, in texts that can be kept.

    Raises:
        Invalid (signoff.incomplete): neither a signer nor a reason.
        Invalid (signoff.text_unfit): at the path of the text.
    """
    for name, longest in LONGEST.items():
        text = getattr(signature, name)
        if text is not None and (len(text) > longest or "\0" in text):
            raise errors.TEXT_UNFIT(f"{name} has at most {longest} characters", path=f"/{name}")
    if not (signature.signer_name or "").strip() and not (signature.refused_reason or "").strip():
        raise errors.INCOMPLETE(path="/signer_name")
    refuses = not (signature.signer_name or "").strip()
    if refuses and signature.terms.snapshot >= SECOND and not (signature.witness or signature.signature_media):
        raise errors.INCOMPLETE("a refusal needs a witness, or a photo", path="/witness")


class Worth(StrEnum):
    """What a signature is worth now.

    CURRENT: what was signed is what the checklist holds. AMENDED: it was what the checklist held at that time, and changed since.
    MISMATCH: the checklist never held at that time what was signed; a person has to look.
    """

    CURRENT = "current"
    AMENDED = "amended_after_signature"
    MISMATCH = "digest_mismatch"


def worth(signed: bytes, then: bytes, now: bytes) -> Worth:
    """Weigh a signed digest against the digest of the content as of its time, and of the content as it stands."""
    if signed == now:
        return Worth.CURRENT
    return Worth.AMENDED if signed == then else Worth.MISMATCH


def revisions(signatures: Iterable[Signature]) -> dict[UUID, int]:
    """Number the revisions that were signed, from 1: a signature of the same content keeps the number, another makes n + 1."""
    numbers: dict[UUID, int] = {}
    before: bytes | None = None
    number = 0
    for signature in sorted(signatures, key=lambda one: one.key):
        number += signature.signed_digest != before
        numbers[signature.op_id], before = number, signature.signed_digest
    return numbers


def revision_now(signatures: Sequence[Signature], now: bytes) -> int:
    """Return the number of the revision that the checklist is at: the last signed one, or the next when the content moved on."""
    if not signatures:
        return 1
    last = max(signatures, key=lambda one: one.key)
    return revisions(signatures)[last.op_id] + (last.signed_digest != now)
